//! Which parts of one person are in effect, and the record they fold to.
//!
//! The ledger only grows, so an entry is corrected or annulled by a later one. The parts are judged from the
//! newest to the oldest: a part of an amendment that is itself in effect annuls its target or replaces the
//! body of its target. Of several corrections of the same entry and role, the latest one in effect counts. So
//! amendments may come in any order: annulling an annulment brings the entry back, and annulling a correction
//! brings the old words back.
//!
//! Invariant: without an amendment this is the same as [`crate::entry::apply`], part by part.

pub mod moment;
pub mod stated;

use std::collections::{BTreeMap, BTreeSet};

use crate::amendment::CardEnd;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::id::EntryId;
use crate::person::Person;

/// A part in the ledger, with the header of its entry. Lists are in the order of the ledger.
pub type Recorded = (Header, Part);

/// What a part of an amendment does to an earlier entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Amendment<'a> {
    /// Every part of the entry counts as if never written.
    Annuls { of: EntryId },
    /// One part of the entry gets another body.
    Replaces {
        of: EntryId,
        role: PartRole,
        /// What it says now.
        body: &'a PartBody,
    },
}

impl Amendment<'_> {
    /// The entry that it amends.
    pub const fn of(&self) -> EntryId {
        match self {
            Self::Annuls { of } | Self::Replaces { of, .. } => *of,
        }
    }
}

/// A part that is in effect, with the body that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effective<'a> {
    /// The header of the entry that made the part, whatever corrected it later.
    pub header: &'a Header,
    /// What the person is in the entry.
    pub role: PartRole,
    /// What the part says, corrections included.
    pub body: &'a PartBody,
}

/// The parts in effect, in the order of the ledger.
pub fn in_effect(parts: &[Recorded]) -> Vec<Effective<'_>> {
    let judged = parts.iter().zip(judge(parts));
    judged
        .filter_map(|((header, part), body)| Some(Effective { header, role: part.role, body: body? }))
        .collect()
}

/// The record of the one person to whom all these parts belong; none without parts.
pub fn fold(parts: &[Recorded]) -> Option<Person> {
    let mut person = Person::blank(parts.first()?.1.person);
    let judged = judge(parts);
    for ((header, part), body) in parts.iter().zip(&judged) {
        match body {
            Some(body) => body.apply(&mut person, header, part.role),
            // A card that was revoked stays revoked, because the lists that say so are published.
            None => CardEnd::apply_all(part.body.ended_cards(), &mut person),
        }
        // An erased part is counted, even if it would no longer be in effect.
        if part.body == PartBody::Erased && *body != Some(&PartBody::Erased) {
            part.body.apply(&mut person, header, part.role);
        }
        person.last_seq = person.last_seq.max(header.seq.unwrap_or_default());
    }
    person.withdrawn_numbers = withdrawn(parts, &judged, &person);
    Some(person)
}

/// For each part, the body that counts. None if the part is annulled, or if it corrects an annulled part.
fn judge(parts: &[Recorded]) -> Vec<Option<&PartBody>> {
    let mut annulled = BTreeSet::new();
    let mut replaced: BTreeMap<(EntryId, PartRole), &PartBody> = BTreeMap::new();
    let mut judged = vec![None; parts.len()];
    for ((header, part), verdict) in parts.iter().zip(&mut judged).rev() {
        if annulled.contains(&header.id) {
            continue;
        }
        let body = replaced.get(&(header.id, part.role)).copied().unwrap_or(&part.body);
        // An amendment changes earlier entries only: never itself, never later ones.
        match body.amendment().filter(|amendment| amendment.of() != header.id) {
            Some(Amendment::Annuls { of }) => drop(annulled.insert(of)),
            // The corrected entry is annulled, so there is nothing left to correct.
            Some(Amendment::Replaces { of, .. }) if annulled.contains(&of) => continue,
            Some(Amendment::Replaces { of, role, body }) => drop(replaced.entry((of, role)).or_insert(body)),
            None => {}
        }
        *verdict = Some(body);
    }
    judged
}

/// Numbers that the person got from a part no longer in effect and does not carry now. They are given to
/// nobody else.
fn withdrawn(parts: &[Recorded], judged: &[Option<&PartBody>], person: &Person) -> Vec<String> {
    let carried = person.carried();
    let mut numbers: Vec<String> = Vec::new();
    for ((header, part), body) in parts.iter().zip(judged) {
        if *body != Some(&part.body) {
            let mut given = Person::blank(part.person);
            part.body.apply(&mut given, header, part.role);
            // The register does not give out foreign documents: the holder of one may enter the register
            // again.
            let national = given.national_number.iter().map(ToString::to_string);
            let civil = given.civil_id.iter().map(ToString::to_string);
            numbers.extend(national.chain(civil).filter(|number| !carried.contains(number)));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests;
