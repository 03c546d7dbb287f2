//! Two times: what was *true on* a day, and what was *known on* a day.
//!
//! Known is what had been registered by a day. True is what had happened by a day, as far as is known: a part
//! takes effect on the day of its event, not of its registration. Both together answer what an office could
//! have known about a day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Effective, Recorded, fold, in_effect};
use crate::amendment::Field;
use crate::date::PartialDate;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{adoption, legacy};
use crate::person::Person;
use crate::rules::InLife;

/// A moment from which a record is viewed. Without either day it is the record of now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Moment {
    /// What had happened by this day.
    pub true_on: Option<NaiveDate>,
    /// What had been registered by this day.
    pub known_on: Option<NaiveDate>,
}

impl Moment {
    /// Whether it is the record of now.
    pub const fn is_now(&self) -> bool {
        self.true_on.is_none() && self.known_on.is_none()
    }

    /// The record of one person seen from this moment; none if nothing was known or true by then.
    pub fn of(&self, parts: &[Recorded]) -> Option<Person> {
        let known;
        let parts = match self.known_on {
            None => parts,
            Some(day) => {
                known = as_known_on(parts, day);
                &known
            }
        };
        let person = match self.true_on {
            None => fold(parts),
            Some(day) => as_true_on(parts, day),
        };
        person.filter(|person| !person.is_void())
    }
}

/// The parts that had been registered by the day, and those that count in an answer about any day (see
/// [`crate::sealed`]).
pub fn as_known_on(parts: &[Recorded], day: NaiveDate) -> Vec<Recorded> {
    let is_known = |header: &Header| header.registered_on <= day;
    if !parts.iter().any(|(header, _)| is_known(header)) {
        return Vec::new();
    }
    let effective = in_effect(parts);
    let reaches_back = |header: &Header, part: &Part| {
        let mut counting = effective.iter().filter(|of| of.header.id == header.id && of.role == part.role);
        counting.any(|of| reaches_back_to(of.body, day, |since| since.registered_on))
    };
    let told = |(header, part): &&Recorded| is_known(header) || reaches_back(header, part);
    parts.iter().filter(told).cloned().collect()
}

fn reaches_back_to(body: &PartBody, day: NaiveDate, since: impl Fn(&adoption::Since) -> NaiveDate) -> bool {
    let PartBody::Adoption(body) = body else { return false };
    body.reaches_back_to(day, since)
}

/// The record as it was true on the day: the parts in effect whose event had happened by then, in the order
/// of the events.
///
/// Cards are not events of life: they are as the ledger had them on the day. Ties that the old register does
/// not date (a marriage, a tie to a child) are true from the day of the import, and a parent's tie from the
/// registration of the birth.
pub fn as_true_on(parts: &[Recorded], day: NaiveDate) -> Option<Person> {
    let effective = in_effect(parts);
    let mut happened: Vec<&Effective<'_>> = effective.iter().filter(|part| true_from(part) <= day).collect();
    // The sort is stable: the order of the ledger decides between events of the same day.
    happened.sort_by_key(|part| order(part));
    // Answers about earlier days must not disclose what has been sealed since, so a later sealing part is
    // applied on top.
    let later = effective.iter().filter(|part| true_from(part) > day);
    let back: Vec<&Effective<'_>> =
        later.filter(|part| reaches_back_to(part.body, day, |since| since.born_on)).collect();
    let mut person = Person::blank(parts.first()?.1.person);
    for part in happened.iter().chain(back.iter().filter(|_| !happened.is_empty())) {
        let trimmed = trimmed(part, day);
        trimmed.as_ref().unwrap_or(part.body).apply(&mut person, part.header, part.role);
        // Entries from before a merge name the record that was merged since; the tie is moved to its
        // survivor.
        let led_on =
            |later: &&&Effective<'_>| later.role == PartRole::Relative && later.header.seq > part.header.seq;
        for merge in happened.iter().filter(led_on) {
            merge.body.apply(&mut person, merge.header, merge.role);
        }
        person.last_seq = person.last_seq.max(part.header.seq.unwrap_or_default());
    }
    person.cards = fold(&as_known_on(parts, day)).map(|known| known.cards).unwrap_or_default();
    (!happened.is_empty()).then_some(person)
}

/// Entries of the old register come first, because everything else was built on them; then the person's own
/// birth, then what a merge brought from another record. The rest is ordered by day.
fn order(part: &Effective<'_>) -> (u8, Option<NaiveDate>) {
    match (part.header.kind.rules().in_life, part.role) {
        (InLife::First, _) => (0, None),
        (InLife::Birth, PartRole::Child) => (1, None),
        (InLife::Merge, PartRole::Survivor | PartRole::Merged) => (2, None),
        (InLife::Birth | InLife::Merge | InLife::OnItsDay, _) => (3, Some(true_from(part))),
    }
}

/// The day from which a part is true: the day of its event if it names one, otherwise of its registration.
fn true_from(part: &Effective<'_>) -> NaiveDate {
    const EVENTS: [Field; 9] = [
        Field::BornOn,
        Field::MarriedOn,
        Field::EndedOn,
        Field::RestoredOn,
        Field::DiedOn,
        Field::DecidedOn,
        Field::LeftOn,
        Field::ReturnedOn,
        Field::ArrivedOn,
    ];
    let named = EVENTS.iter().find_map(|field| field.true_from(part.body, part.header.registered_on));
    named.unwrap_or(part.header.registered_on)
}

/// A row of the old register covers a whole life: what had not happened by the day is left out.
fn trimmed(part: &Effective<'_>, day: NaiveDate) -> Option<PartBody> {
    let PartBody::Legacy(body) = part.body else { return None };
    let registered_on = part.header.registered_on;
    let by_then = |on: &PartialDate| on.latest_by(registered_on) <= day;
    let trimmed = match body {
        legacy::Body::Imported(row) => {
            let mut row = row.clone();
            row.died_on = row.died_on.filter(by_then);
            row.spouse = row.spouse.filter(|_| registered_on <= day);
            row.spouse_died_on = row.spouse_died_on.filter(by_then);
            row.residence = row.residence.filter(|residence| residence.since.is_none_or(|on| on <= day));
            legacy::Body::Imported(row)
        }
        legacy::Body::Spouse { v, spouse, spouse_died_on } => {
            legacy::Body::Spouse { v: *v, spouse: *spouse, spouse_died_on: spouse_died_on.filter(by_then) }
        }
        legacy::Body::Parent { .. } => return None,
    };
    Some(PartBody::Legacy(trimmed))
}

#[cfg(test)]
mod tests;
