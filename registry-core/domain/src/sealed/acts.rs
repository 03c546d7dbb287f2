//! Acts under seal, by their numbers: whoever may not see such an act is told that there is no act with that
//! number.
//!
//! Invariant: an adoption, its end, a sealing, an act that every record of its people keeps under seal, an
//! act of sealed records only, and an amendment of any of these are named only if [`may_name`] allows it.

use chrono::NaiveDate;

use crate::entry::Header;
use crate::officer::{Act, Officer};
use crate::person::Person;
use crate::rules::Seal;
use crate::unit::{UnitCode, UnitTree};

/// An act, with the present records of its people.
#[derive(Clone, PartialEq, Debug)]
pub struct ActOfPeople {
    /// The header of its entry.
    pub header: Header,
    /// Everyone in it; for a merged record, the one that answers for it.
    pub people: Vec<Person>,
    /// The unit of the office that received its declaration, if there was one.
    pub received_at: Option<UnitCode>,
}

impl ActOfPeople {
    /// Whether it is under seal: by its kind, or because no open record shows it.
    pub fn is_under_seal(&self) -> bool {
        let hides = |person: &Person| person.hides_act(self.header.id, self.header.kind);
        self.header.kind.is_under_seal() || (!self.people.is_empty() && self.people.iter().all(hides))
    }

    /// Whether only those who may open what is under seal can see it, because no office of life events is
    /// concerned with it.
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
/// `chain` is the act, then the act that it amends, and so on. An act under seal may be named at an office
/// that received or registered it, or that follows such an office; and by anyone who may open what is under
/// seal. A sealing, and an act of sealed records only, may be named only by the latter.
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
