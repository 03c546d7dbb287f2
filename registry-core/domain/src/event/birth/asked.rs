//! The form of a birth.

use crate::foreign;
use crate::form::{Entered, Field, Form, Section, choice, fields, say};
use crate::name::traditional;
use crate::question;

pub(super) const CLAN_NAME: Field =
    fields::CLAN_NAME.hint(say("Хоосон бол эцэг, эхийнхийг авна", "The parents' if left empty"));
pub(super) const PARENT_NAME: Field = fields::PARENT_NAME.hint(say(
    "Хоосон бол эцгийн, эс бөгөөс эхийн нэрийг авна",
    "The father's, else the mother's given name if left empty",
));
pub(super) const GIVEN_NAME: Field = fields::GIVEN_NAME.required();
pub(super) const SEX: Field = fields::SEX.required();
pub(super) const BORN_ON: Field = Field::date("born_on", say("Төрсөн огноо", "Date of birth")).required();
pub(super) const BORN_TIME: Field =
    Field::entered("born_time", say("Төрсөн цаг", "Time of birth"), Entered::Time)
        .hint(say("ЦЦ:ММ", "HH:MM"));
pub(super) const BIRTH_PLACE: Field = Field::unit("birth_place", say("Төрсөн газар", "Place of birth"));
pub(super) const SIBLINGS_SEX: Field = Field::entered(
    "siblings_sex",
    say("Бусад ихэр хүүхдийн хүйс, дарааллаар", "Sexes of the other twins, in order"),
    Entered::ListOf(fields::SEXES),
)
.hint(say(
    "female, male гэж таслалаар зааглана; дугаарыг хамт нөөцөлнө.",
    "female, male with commas between; numbers are kept for all of them.",
));
pub(super) const APPLICANTS: Field = Field::entered(
    "applicants",
    say("Өргөдөл гаргасан", "Applicants"),
    Entered::Several(&[choice("mother", "Эх", "Mother"), choice("father", "Эцэг", "Father")]),
)
.hint(say("Гэрлээгүй бол эцэг, эх тус бүр өргөдөл гаргана", "Unmarried parents apply each"));
pub(super) const AUTHORISATION: Field =
    Field::text("authorisation", 100, say("Итгэмжлэлийн дугаар", "Number of the authorisation"))
        .hint(say("Төлөөлөгч мэдүүлж байгаа бол", "If a representative declares"));
pub(super) const RESIDENCE: Field = Field::unit("residence", say("Нэгж", "Unit"));
pub(super) const NOTIFICATION: Field = Field::entered(
    "notification",
    say("Эмнэлгийн мэдэгдлийн дугаар", "Hospital's notification"),
    Entered::Id,
)
.hint(say(
    "Эмнэлгээс цахимаар ирсэн мэдэгдлийн дотоод дугаар",
    "Internal number of the notice that the hospital sent",
));
pub(super) const BIRTH_COUNTRY: Field = Field::country("birth_country", say("Улс", "Country"));
pub(super) const BIRTH_PLACE_ABROAD: Field =
    Field::text("birth_place_abroad", 200, say("Төрсөн газар", "Place of birth"));
pub(super) const FOREIGN_BIRTH_PAPER: Field = Field::text(
    "foreign_birth_paper",
    100,
    say("Гадаадын төрсний баримтын дугаар", "Number of the foreign birth paper"),
);
pub(super) const NO_OTHER_CITIZENSHIP_PROOF: Field = Field::text(
    "no_other_citizenship_proof",
    100,
    say("Өөр улсын харьяат болоогүйн баримт", "Proof that no other citizenship was taken"),
)
.hint(say("Баримтын дугаар; 30 хоногоос хойш", "Number of the paper; after 30 days"));
pub(super) const FOUNDLING_ACT: Field = Field::text(
    "foundling_act",
    100,
    say("Эрх бүхий байгууллагын актын дугаар", "Number of the competent body's act"),
)
.hint(say(
    "Эцэг, эхийг бичихгүй; овог, эцгийн нэрийг уг байгууллага өгсөнөөр бичнэ",
    "Then no parent is named, and clan and parent's name are those the body gave",
));
pub(super) const FOREIGN_PARTY: Field =
    foreign::party(&[foreign::NOBODY, choice("mother", "Эх", "Mother"), choice("father", "Эцэг", "Father")]);

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(
        fields::CHILD_LEGEND,
        &[
            CLAN_NAME,
            PARENT_NAME,
            GIVEN_NAME,
            SEX,
            BORN_ON,
            BORN_TIME,
            BIRTH_PLACE,
            fields::PLURALITY,
            fields::ORDER,
            SIBLINGS_SEX,
        ],
    ),
    traditional::SECTION,
    Section::new(say("Эцэг, эх", "Parents"), &[fields::MOTHER, fields::FATHER, APPLICANTS, AUTHORISATION]),
    Section::new(say("Оршин суух газар", "Residence"), &[RESIDENCE, fields::ADDRESS]).hint(say(
        "Хоосон бол эхийн, эс бөгөөс эцгийн хаягийг авна",
        "The mother's, else the father's if left empty",
    )),
    Section::new(fields::PAPERS, &[fields::MEDICAL_CERTIFICATE, NOTIFICATION]),
    Section::asked(
        say(
            "Эх, эцгийн нэг нь регистрийн дугааргүй гадаадын иргэн үү?",
            "Is a parent a foreign citizen without a register number?",
        ),
        foreign::LEGEND,
        &[
            FOREIGN_PARTY,
            foreign::CITIZENSHIP,
            foreign::DOCUMENT,
            foreign::PARENT_NAME,
            foreign::GIVEN_NAME,
            foreign::LATIN_NAME,
            foreign::BORN_ON,
        ],
    )
    .hint(foreign::HINT),
    Section::asked(
        say("Хүүхэд гадаадад төрсөн үү?", "Was the child born abroad?"),
        say("Гадаадад төрсөн", "Born abroad"),
        &[BIRTH_COUNTRY, BIRTH_PLACE_ABROAD, FOREIGN_BIRTH_PAPER, NO_OTHER_CITIZENSHIP_PROOF],
    ),
    Section::asked(
        say("Хүүхэд олдсон, эцэг, эх нь тодорхойгүй юу?", "Is the child a foundling of no known parent?"),
        say("Олдсон хүүхэд", "Foundling"),
        &[FOUNDLING_ACT],
    ),
])
.and(&[question::ANSWERS]);
