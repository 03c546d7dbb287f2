//! Refusals of a card in the making (735 to 745): what the chip cannot hold, and a job that has ended or is
//! set aside.

/// Adds the refusals of a card in the making after those given before.
macro_rules! with_writing_refusals {
    ($($earlier:tt)*) => { with_paper_refusals! { $($earlier)*

    735 Conflict CardEnded { document_number: String = String::new() }
        "{document_number} дугаартай үнэмлэх бичигдэж дуусахаас өмнө хүчингүй болсон (эзэмшигч нас барсан, мэдээлэл нь өөрчлөгдсөн, хүчингүй болгосон эсвэл хугацаа нь дууссан). Бичиж эхэлсэн картыг устгахаар тусад нь хадгалж, дараагийн ажлыг хоосон картаар авна уу."
        "The card {document_number} ended before it was written: its holder died, the record changed, or the card was revoked or ran out. Set a card that was begun aside to be destroyed, put a blank one in and take the next job.";
    736 Unfit BirthPlaceUnfitForCard
        "Бичлэгт Монголын нэгжээр төрсөн газар алга тул үнэмлэх хийх боломжгүй. Бичлэг дутуу бол төрсөн газрыг засварын бичилтээр нөхнө үү; гадаадад төрсөн иргэнд үнэмлэх хараахан хийхгүй."
        "The record names no unit of Mongolia as the place of birth, so no card can be made. If the record is incomplete, register a correction of the place of birth; for those born abroad cards are not made yet.";
    737 Unfit ParentNameMissingForCard
        "Бичлэгт эцэг (эх)-ийн нэр алга тул үнэмлэх хийх боломжгүй. Бичлэг дутуу бол засварын бичилтээр нөхнө үү; ганц нэртэй иргэнд үнэмлэх хараахан хийхгүй."
        "The record has no parent's name, so no card can be made. If the record is incomplete, register a correction of the name; for those with a given name alone cards are not made yet.";
    738 Unfit NameTooLongForChip { octets: usize = 0, most: usize = 0 }
        "Эцэг (эх)-ийн нэр, нэр хоёр нийлээд чипэнд багтахгүй байна ({octets} байт, дээд тал нь {most}; кирилл үсэг бүр 2 байт). Бичлэг дэх нэрийг шалгана уу; нэр зөв бол үнэмлэх хараахан хийхгүй."
        "The parent's and given name together do not fit onto the chip ({octets} octets, at most {most}; a Cyrillic letter takes 2). Check the name in the record; if it is right, a card is not made yet.";
    739 Unfit LatinNameTooLongForCard { letters: usize = 0, most: usize = 0 }
        "Латин нэр гэрчилгээнд багтахгүй байна (эцэг (эх)-ийн нэр, зай, нэр нийлээд {letters} тэмдэгт, дээд тал нь {most}). Иргэнтэй тохирч богино галиг сонгоно уу."
        "The Latin name does not fit into a certificate (parent's name, a space and given name are {letters} characters, at most {most}). Agree on a shorter spelling with the citizen.";
    740 Unfit LatinParentMissing
        "Эцэг (эх)-ийн нэрийн латин галиг алга. Иргэний баталсан галигийг бичнэ үү."
        "The parent's name in Latin letters is missing. Write the spelling that the citizen confirms.";
    741 Unfit CardDataUnfit { detail: String = String::new() }
        "Бичлэгийн мэдээлэл чипэнд тохирохгүй байна ({detail}). Дурдсан мэдээллийг засаад дахин өргөдөл гаргана уу."
        "What the record says does not fit onto the chip ({detail}). Correct what is named and apply again.";
    742 Unfit GiveUpReasonUnfit
        "Ажлыг яагаад буцааж байгааг 3–200 тэмдэгтээр бичнэ үү. Эзэмшигчийн мэдээлэл бичихгүй."
        "Write in 3 to 200 characters why the job is given up, and nothing about the holder.";
    743 Conflict NoJobToGiveUp
        "Буцаах ажил алга: энэ ажил хүлээгдэж буй, бичигдсэн эсвэл дууссан байна. Ажлын жагсаалтыг дахин ачаална уу."
        "There is nothing to give up: the job waits, is written or has ended. Load the list of jobs again.";
    744 Conflict CardSaidWritten { document_number: String = String::new() }
        "Бичлэгт {document_number} дугаартай үнэмлэхийг бичсэн гэж байгаа боловч ажил нь нээлттэй тул ажлыг түр хаасан; ажлыг буцаавал сайн үнэмлэх хүчингүй болно. Үнэмлэхээ хэрэглэхгүй бол ердийн журмаар хүчингүй болгоно уу: ажил түүнтэй хамт дуусна. Бичилтийг гараар хийсэн, манай гэрчилгээг нэрлээгүй бол хүчингүй болгуулж, дараа нь ажлыг буцааж болно. Чипийг тусад нь хадгална."
        "The record says that the card {document_number} was written, but its job is open; the job is set aside, for giving it up would revoke a good card. If that card is not to be used, revoke it in the ordinary way: the job ends with it. An entry that was made by hand and names none of our certificates can be annulled instead, and the job given up then. Keep the chip apart.";
    745 Conflict ChipDistrusted
        "Энэ чип түлхүүрээ нотлоогүй тул тусгаарлагдсан. Ахлах ажилтанд өгч, өөр хоосон карт тавина уу."
        "This chip was set aside because it did not prove its keys. Give it to the head of the office and put another blank card on the reader.";
    } };
}
