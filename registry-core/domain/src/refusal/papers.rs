//! Refusals of civil papers, from 1551.

/// Adds the refusals of papers after those given before, and makes the type of all of them.
macro_rules! with_paper_refusals {
    ($($earlier:tt)*) => { refusals! { $($earlier)*

    1551 NotReady FontsMissing { folder: String = String::new() }
        "Гэрчилгээний үсгийн фонт алга байна ({folder}). Системийн администраторт хандана уу."
        "The fonts of civil papers are missing ({folder}). Tell the system's administrator to install fonts-noto-core.";
    1552 Unfit SheetNumberUnfit
        "Маягтын дугаарыг хуудсан дээр хэвлэсний дагуу кирилл эсвэл латин үсэг, тоо, зай, «-» тэмдгээр, 20 тэмдэгтэд багтаан бичнэ үү."
        "Write the number of the sheet as printed on it: Cyrillic or Latin letters, digits, spaces and -, at most 20 characters.";
    1553 Conflict SheetUsed
        "Ийм дугаартай маягтыг өмнө нь бүртгэсэн. Хуудсан дээрх дугаарыг дахин шалгана уу."
        "A sheet of this number was used before. Compare the number on the sheet.";
    1554 NotThere CopyNotFound
        "Ийм хувь алга байна. Актын хуудаснаас дахин нээнэ үү."
        "There is no such copy. Open it again from the page of the act.";
    1555 Conflict CopyOutOfDate
        "Энэ хувийг олгосноос хойш бүртгэл өөрчлөгдсөн. Шинэ хувь олгоно уу."
        "The register changed after this copy was issued. Issue a new copy.";
    1556 Conflict CopySpoiled
        "Энэ хувийг гэмтсэн гэж тэмдэглэсэн. Шинэ маягт дээр шинэ хувь олгоно уу."
        "This copy was recorded as spoiled. Issue a new copy on a new sheet.";
    1557 Unfit PaperNotDrawn { reason: String = String::new() }
        "Гэрчилгээг зурж чадсангүй ({reason}). Бичилтийг шалгаад, системийн администраторт хандана уу."
        "The paper could not be drawn ({reason}). Check the entry and tell the system's administrator.";
    1558 Unfit SpoilReasonUnfit
        "Маягт яагаад гэмтсэнийг 3–200 тэмдэгтээр бичнэ үү."
        "Write in 3 to 200 characters why the sheet was spoiled.";
    1559 Conflict CopyErased
        "Энэ хувийн мэдээллийг шийдвэрээр устгасан тул нээхгүй. Шаардлагатай бол актаас шинэ хувь олгоно уу."
        "What this copy says was erased on a decision, so it is not opened. If the act still has a paper, issue a new copy.";
    1560 Unfit PaperTextUnread
        "Энэ нь баримтын QR кодын бичвэр биш, эсвэл дутуу хуулагджээ. Баримт дээрх QR кодыг уншуулж, «burtgel:extract:» гэж эхэлдэг бичвэрийг бүтнээр нь илгээнэ үү. Актын дугаар, шалгах код хоёрыг баримттай нүдээр тулгадаг; тэдгээрээр дангаар нь шалгахгүй."
        "This is not the text of a paper's QR code, or only a part of it. Scan the QR code on the paper and send the whole text, which begins with burtgel:extract: . The act number and the check code are compared by eye; nothing is checked by them alone.";
    } };
}
