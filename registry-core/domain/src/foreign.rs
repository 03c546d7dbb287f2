//! Foreign citizens who are party to an event here. They get a record of their own, without register number,
//! civil id or clan name, known by citizenship and document (Law on the Legal Status of Foreign Citizens).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::date::PartialDate;
use crate::form::{Choice, Entered, Field, Filled, Say, choice, fields, say};
use crate::id::PersonId;
use crate::name::{GivenName, LatinName, ParentName, PersonName};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::sex::Sex;

/// A country by the three letters of ICAO Doc 9303-3.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

impl Country {
    /// Reads three Latin letters, not those of Mongolia.
    ///
    /// # Errors
    /// [`Refusal::CountryMalformed`], [`Refusal::CitizenNotForeigner`].
    pub fn parse_foreign(text: &str) -> Result<Self, Refusal> {
        let code = text.trim().to_ascii_uppercase();
        if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(Refusal::CountryMalformed);
        }
        if code == "MNG" { Err(Refusal::CitizenNotForeigner) } else { Ok(Self(code)) }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Country {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse_foreign(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0
    }
}

/// What identifies a foreign citizen: citizenship, and passport or F-number. Written as `CHN E1234567`, also
/// in claims.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForeignIdentity {
    citizenship: Country,
    document: String,
}

impl ForeignIdentity {
    /// Joins citizenship and document number. Spaces in the document number do not count, nor whether its
    /// letters are small.
    ///
    /// # Errors
    /// [`Refusal::ForeignDocumentMalformed`].
    pub fn new(citizenship: Country, document: &str) -> Result<Self, Refusal> {
        let document: String =
            document.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let sound = (5..=20).contains(&document.len())
            && document.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && document.bytes().any(|c| c.is_ascii_digit());
        if sound { Ok(Self { citizenship, document }) } else { Err(Refusal::ForeignDocumentMalformed) }
    }

    /// Reads `CHN E1234567`.
    ///
    /// # Errors
    /// [`Refusal::ForeignDocumentMalformed`], and those of [`Country::parse_foreign`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (country, document) = text.trim().split_once(' ').ok_or(Refusal::ForeignDocumentMalformed)?;
        Self::new(Country::parse_foreign(country)?, document)
    }

    /// The citizenship.
    pub const fn citizenship(&self) -> &Country {
        &self.citizenship
    }
}

impl fmt::Display for ForeignIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.citizenship, self.document)
    }
}

impl TryFrom<String> for ForeignIdentity {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<ForeignIdentity> for String {
    fn from(identity: ForeignIdentity) -> Self {
        identity.to_string()
    }
}

/// The legend of the section for a foreign citizen.
pub(crate) const LEGEND: Say = say("Гадаадын иргэн", "A foreign citizen");
/// The hint of that section.
pub(crate) const HINT: Say = say(
    "Зөвхөн регистрийн дугааргүй хүнд. Бүртгэлд байгаа бол баримтын дугаар хангалттай.",
    "Only for someone without a register number. One who is in the register already needs the document alone.",
);
/// The choice of nobody, so that whoever chose a party can undo the choice.
pub(crate) const NOBODY: Choice = choice("", "Хэн ч биш", "Nobody");
const NAME_HINT: Say = say("Монгол баримтад бичихээр кириллээр", "In Cyrillic, as on the Mongolian paper");
const PARTY: Field = party(&[]);
pub(crate) const CITIZENSHIP: Field = Field::country("foreign_citizenship", say("Харьяалал", "Citizenship"));
pub(crate) const DOCUMENT: Field =
    Field::line("foreign_document", say("Паспорт эсвэл F дугаар", "Passport or F number"))
        .hint(fields::FOREIGN_DOCUMENT_HINT);
pub(crate) const PARENT_NAME: Field =
    Field::line("foreign_parent_name", fields::PARENT_NAME.label).hint(NAME_HINT);
pub(crate) const GIVEN_NAME: Field =
    Field::line("foreign_given_name", fields::GIVEN_NAME.label).hint(NAME_HINT);
pub(crate) const LATIN_NAME: Field = Field::line("foreign_latin_name", say("Латин нэр", "Latin name"))
    .hint(say("Паспортод бичсэнээр", "As in the passport"));
pub(crate) const BORN_ON: Field =
    Field::partial_date("foreign_born_on", say("Төрсөн огноо", "Date of birth"));

/// The field that says which of the parties is the foreign citizen.
pub(crate) const fn party(words: &'static [Choice]) -> Field {
    Field::entered("foreign_party", say("Хэн нь", "Who it is"), Entered::One(words))
}

/// What a form says of a foreign party. If the document is in the register already, nothing else is needed.
#[derive(Clone, PartialEq, Debug)]
pub struct ForeignFacts {
    /// `foreign_citizenship` and `foreign_document`.
    pub identity: ForeignIdentity,
    /// `foreign_given_name`: Cyrillic, as on the Mongolian paper.
    pub given_name: Option<GivenName>,
    /// `foreign_parent_name`: Cyrillic, as on the Mongolian paper.
    pub parent_name: Option<ParentName>,
    /// `foreign_latin_name`: the whole name, as in the passport.
    pub latin_name: Option<LatinName>,
    /// `foreign_born_on`: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub born_on: Option<PartialDate>,
}

/// What an entry keeps of a foreign citizen who enters the register with it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields speak for themselves")]
pub struct ForeignEntrant {
    /// Citizenship and document.
    pub identity: ForeignIdentity,
    /// Name in Cyrillic.
    pub name: PersonName,
    /// Name as in the passport.
    pub latin: LatinName,
    pub sex: Sex,
    pub born_on: PartialDate,
}

impl ForeignEntrant {
    pub(crate) fn apply(&self, person: &mut Person) {
        person.foreign = Some(self.identity.clone());
        person.name = Some(self.name.clone());
        person.latin = Some(self.latin.clone());
        person.sex = Some(self.sex);
        person.born_on = Some(self.born_on);
    }
}

/// A person whom an event is about: from the register, or entering it with this event.
#[derive(Clone, PartialEq, Debug)]
pub struct Party {
    /// The record as it is, or as it begins.
    pub person: Person,
    /// What the entry must keep, if the person enters with it.
    pub enters: Option<Box<ForeignEntrant>>,
}

impl Party {
    /// A party who is in the register already.
    pub fn registered(person: &Person) -> Self {
        Self { person: person.clone(), enters: None }
    }
}

impl ForeignFacts {
    /// Reads the foreign party of a form and which party it is (`foreign_party`); none if no such field is
    /// filled in.
    ///
    /// # Errors
    /// The refusal of a field, or [`Refusal::MissingField`].
    pub fn parse<P>(
        form: &Filled<'_>,
        parse_party: impl FnOnce(&str) -> Result<P, Refusal>,
    ) -> Result<Option<(P, Self)>, Refusal> {
        let party = form.optional(&PARTY, parse_party)?;
        let citizenship = form.optional(&CITIZENSHIP, Country::parse_foreign)?;
        let document = form.optional(&DOCUMENT, |text| Ok(text.to_owned()))?;
        let given_name = form.optional(&GIVEN_NAME, GivenName::parse)?;
        let parent_name = form.optional(&PARENT_NAME, ParentName::parse)?;
        let latin_name = form.optional(&LATIN_NAME, |text| LatinName::parse(None, text))?;
        let born_on = form.optional(&BORN_ON, PartialDate::parse)?;
        let missing = |field: &str| Refusal::MissingField { field: field.to_owned() };
        let Some(party) = party else {
            let is_empty = citizenship.is_none() && document.is_none() && given_name.is_none();
            return if is_empty { Ok(None) } else { Err(missing("foreign_party")) };
        };
        let citizenship = citizenship.ok_or_else(|| missing("foreign_citizenship"))?;
        let document = document.ok_or_else(|| missing("foreign_document"))?;
        let identity =
            ForeignIdentity::new(citizenship, &document).map_err(|no| no.in_field("foreign_document"))?;
        Ok(Some((party, Self { identity, given_name, parent_name, latin_name, born_on })))
    }

    /// The reference by which the register finds this person.
    pub fn reference(&self) -> PersonRef {
        PersonRef::Foreign(self.identity.clone())
    }

    /// The person with this document, from the register if an earlier event entered them.
    ///
    /// # Errors
    /// [`Refusal::ForeignDetailsDiffer`] if the register says otherwise, [`Refusal::ForeignDetailsMissing`]
    /// for a new person.
    pub fn party(&self, context: &Context<'_>, sex: Sex, fresh: Option<&PersonId>) -> Result<Party, Refusal> {
        if let Some(known) = context.person(&self.reference()) {
            self.require_same(known)?;
            return Ok(Party::registered(known));
        }
        let missing = |field| Refusal::ForeignDetailsMissing { field };
        let given = self.given_name.clone().ok_or_else(|| missing("foreign_given_name"))?;
        let born_on = self.born_on.ok_or_else(|| missing("foreign_born_on"))?;
        context.require_not_future(born_on.earliest()).map_err(|no| no.in_field("foreign_born_on"))?;
        let entrant = ForeignEntrant {
            identity: self.identity.clone(),
            name: PersonName { clan: None, parent: self.parent_name.clone(), given },
            latin: self.latin_name.clone().ok_or_else(|| missing("foreign_latin_name"))?,
            sex,
            born_on,
        };
        let mut person = Person::blank(*fresh.ok_or(Refusal::NoFreshValue)?);
        entrant.apply(&mut person);
        Ok(Party { person, enters: Some(Box::new(entrant)) })
    }

    fn require_same(&self, known: &Person) -> Result<(), Refusal> {
        let name = known.name.as_ref();
        let differs = |field| Err(Refusal::ForeignDetailsDiffer { field });
        if self.given_name.as_ref().is_some_and(|given| name.is_some_and(|name| name.given != *given)) {
            return differs("foreign_given_name");
        }
        if self.parent_name.is_some() && name.is_some_and(|name| name.parent != self.parent_name) {
            return differs("foreign_parent_name");
        }
        if self.latin_name.is_some() && known.latin.is_some() && known.latin != self.latin_name {
            return differs("foreign_latin_name");
        }
        if self.born_on.is_some() && known.born_on.is_some() && known.born_on != self.born_on {
            return differs("foreign_born_on");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_whatever_its_spaces_and_letters() {
        let identity = ForeignIdentity::parse("chn e 123 4567").unwrap();
        assert_eq!(identity.to_string(), "CHN E1234567");
        assert_eq!(PersonRef::parse("CHN E1234567"), Ok(PersonRef::Foreign(identity.clone())));
        let json = serde_json::to_string(&identity).unwrap();
        assert_eq!(serde_json::from_str::<ForeignIdentity>(&json).unwrap(), identity);
    }

    #[test]
    fn what_names_no_foreign_document_is_refused() {
        assert_eq!(ForeignIdentity::parse("MNG E1234567"), Err(Refusal::CitizenNotForeigner));
        assert_eq!(ForeignIdentity::parse("CH E1234567"), Err(Refusal::CountryMalformed));
        for document in ["CHN 1234", "CHN E123-456", "CHN", "CHN PASSPORT"] {
            assert_eq!(
                ForeignIdentity::parse(document),
                Err(Refusal::ForeignDocumentMalformed),
                "{document}"
            );
        }
    }
}
