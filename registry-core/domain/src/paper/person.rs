//! Lines that several kinds write about a person.

use super::{Sheet, Unprinted};
use crate::id::PersonId;
use crate::name::{PersonName, TraditionalName};
use crate::national_number::NationalNumber;
use crate::person::Person;
use crate::sex::Sex;

/// The parts of a name, and those of them that are spelt in traditional script.
pub(crate) fn name_lines(name: &PersonName, traditional: Option<&TraditionalName>, sheet: &mut Sheet<'_>) {
    sheet.line("Ургийн овог", "Clan name", name.clan.as_ref());
    sheet.line("Эцэг (эх)-ийн нэр", "Parent's name", name.parent.as_ref());
    sheet.line("Нэр", "Given name", Some(&name.given));
    let spelt = |part: fn(&TraditionalName, &PersonName) -> Option<String>| {
        traditional.and_then(|traditional| part(traditional, name))
    };
    sheet.spelling(
        "Ургийн овог, монгол бичгээр",
        "Clan name in traditional script",
        spelt(TraditionalName::clan),
    );
    sheet.spelling(
        "Эцэг (эх)-ийн нэр, монгол бичгээр",
        "Parent's name in traditional script",
        spelt(TraditionalName::parent),
    );
    sheet.spelling("Нэр, монгол бичгээр", "Given name in traditional script", spelt(TraditionalName::given));
}

/// Name, date of birth and register number of a person.
pub(crate) fn person_lines(person: &Person, sheet: &mut Sheet<'_>) {
    if let Some(name) = &person.name {
        name_lines(name, person.traditional.as_ref(), sheet);
    }
    birth_and_number(person, sheet);
}

/// Date of birth and register number of a person.
pub(crate) fn birth_and_number(person: &Person, sheet: &mut Sheet<'_>) {
    sheet.line("Төрсөн огноо", "Date of birth", person.born_on);
    sheet.line("Регистрийн дугаар", "Register number", person.national_number.as_ref());
}

/// A person as a paper names one: whole name, and register number or foreign document.
pub(crate) fn named(person: &Person) -> String {
    let name = person.name.as_ref().map(ToString::to_string).unwrap_or_default();
    let number = person.national_number.as_ref().map(ToString::to_string);
    let foreign = || person.foreign.as_ref().map(ToString::to_string);
    let number = number.or_else(foreign).unwrap_or_default();
    format!("{name} {number}").trim().to_owned()
}

/// A husband or wife: name, its spelling in traditional script, date of birth.
pub(crate) fn spouse_lines(person: PersonId, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let spouse = sheet.person(person)?;
    let (label_mn, label_en, spelt_mn, spelt_en) = match spouse.sex {
        Some(Sex::Male) => {
            ("Нөхөр", "Husband", "Нөхрийн нэр, монгол бичгээр", "Husband's name in traditional script")
        }
        Some(Sex::Female) | None => {
            ("Эхнэр", "Wife", "Эхнэрийн нэр, монгол бичгээр", "Wife's name in traditional script")
        }
    };
    sheet.line(label_mn, label_en, Some(named(&spouse)));
    let traditional = spouse.traditional.as_ref().zip(spouse.name.as_ref());
    let spelt = traditional.and_then(|(traditional, name)| traditional.without_clan(name));
    sheet.spelling(spelt_mn, spelt_en, spelt);
    sheet.line("Төрсөн огноо", "Date of birth", spouse.born_on);
    Ok(())
}

/// A person who was given a new register number, and the number before it.
pub(crate) fn renumbered_lines(
    person: PersonId,
    given: &NationalNumber,
    sheet: &mut Sheet<'_>,
) -> Result<(), Unprinted> {
    let person = sheet.person(person)?;
    person_lines(&person, sheet);
    sheet.line("Хүйс", "Sex", person.sex.map(|sex| format!("{} / {}", sex.title_mn(), sex.title_en())));
    let numbers: Vec<&NationalNumber> =
        person.earlier_numbers.iter().chain(&person.national_number).collect();
    let before = numbers.windows(2).find(|pair| pair[1] == given).map(|pair| pair[0]);
    sheet.line("Шинэ регистрийн дугаар", "Register number given", Some(given));
    sheet.line("Өмнөх регистрийн дугаар", "Register number before", before);
    Ok(())
}
