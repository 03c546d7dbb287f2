//! Two times: what was *true on* a day, and what was *known on* a day.
//!
//! *Known* is what had been registered by that day. *True* is what had happened by that day, by all that is
//! known: parts take effect on the day of their event, not of their registration. Both together answer what
//! an office could have known of a day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Effective, Recorded, fold, in_effect};
use crate::amendment::Field;
use crate::date::PartialDate;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{adoption, legacy};
use crate::person::Person;
use crate::rules::InLife;

/// A moment from which to look at a record. Without either day it is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Moment {
    /// What had happened by this day.
    pub true_on: Option<NaiveDate>,
    /// What had been registered by this day.
    pub known_on: Option<NaiveDate>,
}

impl Moment {
    /// Whether the moment is now.
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

/// The record as it was true on the day: the parts in effect whose event had happened, in the order of the
/// events.
///
/// Cards are not events of life: they are shown as the ledger had them by the day. What the old register does
/// not date (a marriage, a tie to a child) is true from the day of its import, and a parent's tie from the
/// registration of the birth.
pub fn as_true_on(parts: &[Recorded], day: NaiveDate) -> Option<Person> {
    let effective = in_effect(parts);
    let mut happened: Vec<&Effective<'_>> = effective.iter().filter(|part| true_from(part) <= day).collect();
    // The sort is stable: events of one day stay in the order of the ledger.
    happened.sort_by_key(|part| order(part));
    // What has been sealed since is not told of earlier days either, so these parts are applied on top.
    let later = effective.iter().filter(|part| true_from(part) > day);
    let back: Vec<&Effective<'_>> =
        later.filter(|part| reaches_back_to(part.body, day, |since| since.born_on)).collect();
    let mut person = Person::blank(parts.first()?.1.person);
    for part in happened.iter().chain(back.iter().filter(|_| !happened.is_empty())) {
        let trimmed = trimmed(part, day);
        trimmed.as_ref().unwrap_or(part.body).apply(&mut person, part.header, part.role);
        // What was registered before a merge names the record that has been merged since.
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

/// The order in which parts take effect: first the old register, on which everything was built, then the
/// person's own birth, then what another record of the person brought; the rest by day.
fn order(part: &Effective<'_>) -> (u8, Option<NaiveDate>) {
    match (part.header.kind.rules().in_life, part.role) {
        (InLife::First, _) => (0, None),
        (InLife::Birth, PartRole::Child) => (1, None),
        (InLife::Merge, PartRole::Survivor | PartRole::Merged) => (2, None),
        (InLife::Birth | InLife::Merge | InLife::OnItsDay, _) => (3, Some(true_from(part))),
    }
}

/// The day from which a part is true: the day of its event if it names one, else of its registration.
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

/// A row of the old register says what happened in a person's whole life; this leaves out what had not
/// happened by the day.
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
