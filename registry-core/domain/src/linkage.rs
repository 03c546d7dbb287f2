//! Finding possible duplicates: normal forms, blocking keys, comparison, weights with their explanation.
//!
//! Invariant: nothing is ever merged here. An officer decides on each finding.
//! Thin: the weights are set by hand, not fitted to decisions; mothers' and clan names are not compared yet.

mod compare;
mod key;
mod norm;
mod score;

pub use compare::{Comparison, DateLevel, NameLevel};
pub use key::blocking_keys;
pub use norm::{norm, skeleton};
pub use score::{Band, Finding, Weight, possible_duplicates};

use crate::date::PartialDate;
use crate::id::PersonId;
use crate::person::Person;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// The features of a person that are compared.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Features {
    pub person: PersonId,
    /// Normal form of the given name.
    pub given: String,
    /// Normal form of the parent's name, as written.
    pub parent: Option<String>,
    pub sex: Option<Sex>,
    pub born_on: Option<PartialDate>,
    /// Unit of residence, or of birth.
    pub place: Option<UnitCode>,
}

impl Features {
    /// The features of a record; none if its name was erased, or if it was merged into another.
    pub fn of(person: &Person) -> Option<Self> {
        if person.is_merged() {
            return None;
        }
        let name = person.name.as_ref()?;
        let place = person.residence.as_ref().map(|residence| residence.unit.clone());
        Some(Self {
            person: person.id,
            given: norm(name.given.as_str()),
            parent: name.parent.as_ref().map(|parent| norm(parent.as_str())),
            sex: person.sex,
            born_on: person.born_on,
            place: place.or_else(|| person.birth_place.clone()),
        })
    }
}
