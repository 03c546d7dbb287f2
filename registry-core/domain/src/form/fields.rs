//! Fields, legends and hints that several forms share.

use super::{Choice, Entered, Field, Say, choice, say};

pub(crate) const NUMBER: Say =
    say("Регистрийн эсвэл иргэний бүртгэлийн дугаар", "Register number or civil id");
pub(crate) const PAPERS: Say = say("Баримт", "Papers");
pub(crate) const APPLICANT: Say = say("Өргөдөл гаргагч", "Applicant");
pub(crate) const CHILD_LEGEND: Say = say("Хүүхэд", "Child");
pub(crate) const SPOUSES: Say = say("Эхнэр, нөхөр хоёр", "Husband and wife");
pub(crate) const NEW_NAME: Say = say("Шинэ нэр", "New name");
pub(crate) const NEW_NAME_HINT: Say = say(
    "Өөрчлөхгүйг хоосон үлдээнэ. Тус бүрийг нэг удаа өөрчилж болно.",
    "Leave empty what stays. Each part may be changed once.",
);
pub(crate) const ENTRY_AMENDED: Say = say("Бичлэг", "The entry");
pub(crate) const BY_COURT: Say = say("Шүүхээр", "By a court");
pub(crate) const WHAT_HAPPENS: Say = say("Юу болсон", "What happens");
pub(crate) const PERSON_HINT: Say =
    say("2 үсэг 8 цифр, эсвэл 12 цифр", "2 letters and 8 digits, or 12 digits");
pub(crate) const DATE_HINT: Say = say("ЖЖЖЖ-СС-ӨӨ", "YYYY-MM-DD");
pub(crate) const PARTIAL_DATE_HINT: Say =
    say("ЖЖЖЖ-СС-ӨӨ, ЖЖЖЖ-СС эсвэл ЖЖЖЖ", "YYYY-MM-DD, YYYY-MM or YYYY");
pub(crate) const TODAY_HINT: Say = say("ЖЖЖЖ-СС-ӨӨ; хоосон бол өнөөдөр", "YYYY-MM-DD; today if left empty");
pub(crate) const UNIT_HINT: Say = say(
    "Нэгжийн код; нэрээр нь бичиж жагсаалтаас сонгож болно",
    "Code of the unit; type its name to choose from the list",
);
pub(crate) const COUNTRY_HINT: Say = say("Гурван үсэг, жишээ нь CHN", "Three letters, for example CHN");
pub(crate) const NUMBERS_HINT: Say = say("Дугааруудыг таслалаар зааглана", "Numbers, with commas between");
pub(crate) const FOREIGN_DOCUMENT_HINT: Say = say("Баримтад бичсэнээр", "As in the document");

/// The choices of a sex.
pub(crate) const SEXES: &[Choice] =
    &[choice("female", "Эмэгтэй", "Female"), choice("male", "Эрэгтэй", "Male")];

pub(crate) const PERSON: Field = Field::person("person", NUMBER).required();
pub(crate) const CHILD: Field = Field::person("child", NUMBER).required();
pub(crate) const MOTHER: Field = Field::person("mother", say("Эх", "Mother"));
pub(crate) const FATHER: Field = Field::person("father", say("Эцэг", "Father"));
pub(crate) const CHILD_CONSENTS: Field =
    Field::agreed("child_consents", say("Хүүхэд бичгээр зөвшөөрсөн", "The child consents in writing"));
pub(crate) const CLAN_NAME: Field = Field::line("clan_name", say("Ургийн овог", "Clan name"));
pub(crate) const PARENT_NAME: Field = Field::line("parent_name", say("Эцэг (эх)-ийн нэр", "Parent's name"));
pub(crate) const GIVEN_NAME: Field = Field::line("given_name", say("Нэр", "Given name"));
pub(crate) const COURT: Field = Field::text("court", 200, say("Шүүх", "Court"));
pub(crate) const DECISION_NUMBER: Field =
    Field::text("decision_number", 100, say("Шийдвэрийн дугаар", "Number of the decision"));
pub(crate) const IN_FORCE_ON: Field =
    Field::date("in_force_on", say("Хүчин төгөлдөр болсон огноо", "In force on"));
pub(crate) const PLURALITY: Field = Field::entered(
    "plurality",
    say("Энэ төрөлтөөр төрсөн хүүхдийн тоо", "Children born at this birth"),
    Entered::Count,
);
pub(crate) const ORDER: Field = Field::entered("order", say("Дараалал", "Order among them"), Entered::Count);
pub(crate) const ADDRESS: Field = Field::text("address", 200, say("Хаяг", "Address"));
pub(crate) const SEX: Field = Field::one("sex", say("Хүйс", "Sex"), SEXES);
pub(crate) const JOINT_APPLICATION: Field =
    Field::agreed("joint_application", say("Хоёулаа хамт өргөдөл гаргасан", "Both applied together"));
pub(crate) const REPRESENTATIVE: Field =
    Field::text("representative", 100, say("Итгэмжлэлийн дугаар", "Number of the authorisation"))
        .hint(say("Төлөөлөгч мэдүүлж байгаа бол", "If a representative declares"));
pub(crate) const CARD: Field = Field::line("card", say("Үнэмлэхийн дугаар", "Document number"))
    .hint(say("2 үсэг 7 цифр, үнэмлэх дээр хэвлэснээр", "2 letters and 7 digits, as printed on the card"))
    .required();
pub(crate) const ENTRY: Field = Field::line("entry", say("Актын дугаар", "Act number"))
    .hint(say("Лавлагаанд хэвлэснээр", "As printed on the extract"))
    .required();
pub(crate) const REASON: Field = Field::text("reason", 500, say("Шалтгаан", "Reason")).required();
pub(crate) const DECISION: Field =
    Field::text("decision", 100, say("Шийдвэрийн дугаар", "Number of the decision")).required();
pub(crate) const MEDICAL_CERTIFICATE: Field = Field::text(
    "medical_certificate",
    100,
    say("Эмнэлгийн гэрчилгээний дугаар", "Number of the medical certificate"),
);
pub(crate) const GOVERNOR_ORDER: Field = Field::text(
    "governor_order",
    100,
    say("Засаг даргын захирамжийн дугаар", "Number of the Governor's order"),
);
pub(crate) const PAPER_NUMBER: Field =
    Field::text("paper_number", 100, say("Баримтын дугаар", "Number of the paper"));
pub(crate) const EVIDENCE: Field =
    Field::text("evidence", 100, say("Нотлох баримтын дугаар", "Number of the paper that proves it"));
