//! Refusals of a merge of two records (1414 to 1429).

/// Adds the refusals of a merge after those given before.
macro_rules! with_merge_refusals {
    ($($earlier:tt)*) => { with_writing_refusals! { $($earlier)*

    1414 Unfit MergeWithItself
        "Хоёр дугаар нэг бичлэгийнх байна. Нэгтгэх хоёр өөр бичлэгийг заана уу."
        "Both numbers are of one record. Name the two records that are to be merged.";
    1415 Unfit MergeSexDiffers
        "Хоёр бичлэгийн хүйс өөр тул нэгтгэхгүй. Аль нэг нь буруу бол эхлээд засварлана уу."
        "The two records differ in sex and are not merged. If one of them is wrong, correct it first.";
    1416 Unfit MergeLivesContradict
        "Хоёр бичлэгийн амьд, нас барсан эсэх нь зөрчилдөж байна. Нас баралтыг нөгөө бичлэгт мөн бүртгэх эсвэл засаад дахин нэгтгэнэ үү."
        "One record says dead where the other says alive, or on another day. Register or correct the death first.";
    1417 Unfit MergeMarriagesContradict
        "Хоёр бичлэг нэг үед өөр өөр гэрлэлттэй байна. Аль нэг гэрлэлтийг эхлээд шийднэ үү."
        "The records are in different marriages at the same time. Decide on one of the marriages first.";
    1418 Unfit MergeParentsDiffer
        "Хоёр бичлэгийн эх эсвэл эцэг өөр хүн байна. Эцэг, эхийн бичлэгийг эхлээд шалгаж, шаардлагатай бол нэгтгэнэ үү."
        "The two records have different mothers or fathers. Check the parents' records first, and merge those if need be.";
    1419 Unfit MergeOfRelatives
        "Хоёр бичлэг бие биеийн эцэг эх, хүүхэд эсвэл эхнэр, нөхөр гэж бүртгэгдсэн тул нэг хүн биш. Дугааруудыг шалгана уу."
        "The two are registered as parent and child, or as husband and wife, so they are not one person. Check the numbers.";
    1420 Unfit RecordMerged
        "Энэ бичлэгийг өөр бичлэгтэй нэгтгэсэн. Хүчинтэй бичлэгийн актаас лавлагаа авна уу."
        "This record was merged into another. Print the act of the record that stays.";
    1421 Unfit MergeSurvivorWithoutNumber
        "Үлдэх бичлэг регистрийн дугааргүй байна. Дугаартай бичлэгийг үлдэх бичлэг болгоно уу."
        "The record that stays has no register number. Let the one that has a number stay.";

    } };
}
