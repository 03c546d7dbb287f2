//! Acts under seal, looked up by their numbers: for whoever may not see an act, no act has that number.
//!
//! Invariant: only where [`may_name`] allows it is one of these named: an adoption, its end, a sealing, an
//! act that every record of its people keeps under seal, an act of sealed records alone, and an amendment of
//! any of these.

use chrono::NaiveDate;

use crate::entry::Header;
use crate::officer::{Act, Officer};
use crate::person::Person;
use crate::rules::Seal;
use crate::unit::{UnitCode, UnitTree};

/// An act, with the records of its people as they stand now.
#[derive(Clone, PartialEq, Debug)]
pub struct ActOfPeople {
    /// The header of its entry.
    pub header: Header,
    /// Everyone of whom the act says something; instead of a merged record its survivor.
    pub people: Vec<Person>,
    /// The unit of the office that received the declaration of the act, if there was one.
    pub received_at: Option<UnitCode>,
}

impl ActOfPeople {
    /// Whether the act stands under seal: by its kind, or because no open record shows it.
    pub fn is_under_seal(&self) -> bool {
        let hides = |person: &Person| person.hides_act(self.header.id, self.header.kind);
        self.header.kind.is_under_seal() || (!self.people.is_empty() && self.people.iter().all(hides))
    }

    /// Whether only those who may open a seal see the act, because no office of life events has to do with
    /// it.
    fn is_of_the_seal_alone(&self) -> bool {
        let is_of_sealed_records = !self.people.is_empty() && self.people.iter().all(|person| person.sealed);
        self.header.kind.rules().seal == Seal::Sealing || is_of_sealed_records
    }

    fn is_of_office(&self, at: &UnitCode, on: NaiveDate, units: &UnitTree) -> bool {
        let offices = std::iter::once(&self.header.office).chain(&self.received_at);
        offices.into_iter().any(|office| office == at || units.offices_on(office, on).contains(at))
    }
}

/// Whether an officer may name an act in what is received at the office `at` on the day `on`.
///
/// `chain` is the act, then the act that it amends, and so on. An act under seal is named at an office that
/// received or registered it, or that follows such an office; and to whoever may open what is under seal. A
/// sealing, and an act of sealed records alone, are named only to the latter.
pub fn may_name(
    chain: &[ActOfPeople],
    officer: &Officer,
    at: &UnitCode,
    on: NaiveDate,
    units: &UnitTree,
) -> bool {
    if !chain.iter().any(ActOfPeople::is_under_seal) {
        return true;
    }
    if officer.may(Act::OpenSealed, &officer.office, units).is_ok() {
        return true;
    }
    !chain.iter().any(ActOfPeople::is_of_the_seal_alone)
        && chain.iter().any(|act| act.is_of_office(at, on, units))
}

#[cfg(test)]
mod tests;
