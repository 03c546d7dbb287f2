//! How a declaration names a person.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::civil_id::CivilId;
use crate::foreign::ForeignIdentity;
use crate::id::PersonId;
use crate::national_number::NationalNumber;
use crate::person::Person;
use crate::refusal::Refusal;

/// A person named from outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PersonRef {
    /// By register number, present or earlier.
    NationalNumber(NationalNumber),
    /// By civil id.
    CivilId(CivilId),
    /// A foreign citizen, by citizenship and document.
    Foreign(ForeignIdentity),
    /// By the register's own id.
    Id(PersonId),
}

impl PersonRef {
    /// Reads a register number, a civil id, a foreign document (`CHN E1234567`) or an id, told apart by their
    /// form.
    ///
    /// # Errors
    /// [`Refusal::PersonReferenceMalformed`], or what is wrong with the number.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if let Ok(id) = text.parse::<PersonId>() {
            return Ok(Self::Id(id));
        }
        if text.is_empty() || text.chars().count() > 40 {
            return Err(Refusal::PersonReferenceMalformed);
        }
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            return CivilId::parse(text).map(Self::CivilId);
        }
        let foreign = text.split_once(' ').is_some_and(|(country, _)| {
            country.len() == 3 && country.bytes().all(|letter| letter.is_ascii_alphabetic())
        });
        if foreign {
            return ForeignIdentity::parse(text).map(Self::Foreign);
        }
        NationalNumber::parse(text).map(Self::NationalNumber)
    }

    /// Whether the reference names this person. A number of a merged record names the survivor.
    pub fn is_of(&self, person: &Person) -> bool {
        if person.is_merged() {
            return false;
        }
        let mut merged = person.merged.iter();
        match self {
            Self::NationalNumber(number) => {
                person.national_number.as_ref() == Some(number) || person.earlier_numbers.contains(number)
            }
            Self::CivilId(civil_id) => {
                person.civil_id.as_ref() == Some(civil_id)
                    || merged.any(|record| record.civil_id.as_ref() == Some(civil_id))
            }
            Self::Foreign(identity) => {
                person.foreign.as_ref() == Some(identity)
                    || merged.any(|record| record.foreign.as_ref() == Some(identity))
            }
            Self::Id(id) => person.id == *id || merged.any(|record| record.person == *id),
        }
    }

    /// Whether this record is the one that the reference loaded: an id means the record itself, even if it
    /// was merged.
    pub fn is_record(&self, person: &Person) -> bool {
        match self {
            Self::Id(id) => person.id == *id,
            Self::NationalNumber(_) | Self::CivilId(_) | Self::Foreign(_) => self.is_of(person),
        }
    }
}

impl fmt::Display for PersonRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NationalNumber(number) => number.fmt(f),
            Self::CivilId(civil_id) => civil_id.fmt(f),
            Self::Foreign(identity) => identity.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl TryFrom<String> for PersonRef {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<PersonRef> for String {
    fn from(reference: PersonRef) -> Self {
        reference.to_string()
    }
}
