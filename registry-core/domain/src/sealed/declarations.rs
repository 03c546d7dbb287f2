//! Declarations, drafts and notices that tell what is under seal: for readers they no longer exist.
//!
//! This is decided from the records as they stand when somebody wants to read one. So it also holds for what
//! was declared before an adoption, and no longer holds once the adoption is annulled. What was written down
//! after the act that sealed stays readable: it tells only what somebody typed, and hiding it would tell them
//! that they had guessed right.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::id::EntryId;
use crate::kind::Kind;
use crate::person::{ActRef, Link, Person};
use crate::rules::Seal;

/// What was written down, with the records of everyone concerned as they stand now.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The kind that was declared.
    pub kind: Kind,
    /// Everyone who is named, or of whom its entry says something; instead of a merged record its survivor.
    pub people: &'a [Person],
    /// The children whom these people have behind a seal.
    pub sealed_children: &'a [Person],
    /// For a birth: the day of birth that was written down.
    pub born_on: Option<NaiveDate>,
    /// Whether it still has to be decided or answered.
    pub is_open: bool,
    /// Those acts of [`seals_of`] these people that were registered after it was written down.
    pub since: &'a BTreeSet<EntryId>,
}

/// The acts of a person whose kind stands under seal: adoptions, their ends, and sealings.
pub fn seals_of(person: &Person) -> impl Iterator<Item = &ActRef> {
    person.acts.iter().chain(person.sealed_family.all_acts()).filter(|act| act.kind.is_under_seal())
}

impl Told<'_> {
    /// Whether it tells what is under seal.
    ///
    /// What still has to be decided stays readable, unless it names a child together with a parent who is
    /// behind a seal.
    pub fn is_under_seal(&self) -> bool {
        if self.people.iter().any(|person| self.names_both_sides(person) || self.is_birth_behind(person)) {
            return true;
        }
        let is_closed = |person: &Person| {
            let was_adopted = person.open_adoption().is_some_and(|act| self.since.contains(&act));
            let tells_address = person.sealed_address && self.kind.tells_where();
            was_adopted || (person.sealed || tells_address) && self.is_sealed_since(person, is_sealing)
        };
        !self.is_open && self.people.iter().any(is_closed)
    }

    /// Whether it names both this person and a parent or child from whom a later seal separates the person.
    fn names_both_sides(&self, person: &Person) -> bool {
        let is_named = |link: &Link| self.people.iter().any(|other| is_record(other, link));
        let family = &person.sealed_family;
        family.parents.iter().chain(&family.children).any(is_named)
            && self.is_sealed_since(person, is_of_adoption)
    }

    /// Whether it is the birth of a child behind a seal. Such a child had no number yet, but a parent and the
    /// day tell who it became.
    fn is_birth_behind(&self, parent: &Person) -> bool {
        let is_meant = |link: &Link| {
            let child = self.sealed_children.iter().find(|child| is_record(child, link));
            let born_on = child.and_then(|child| child.born_on).and_then(|day| day.full());
            born_on.is_some() && born_on == self.born_on
        };
        self.kind == Kind::Birth
            && parent.sealed_family.children.iter().any(is_meant)
            && self.is_sealed_since(parent, is_of_adoption)
    }

    fn is_sealed_since(&self, person: &Person, is_meant: fn(Kind) -> bool) -> bool {
        seals_of(person).any(|act| is_meant(act.kind) && self.since.contains(&act.entry))
    }
}

fn is_of_adoption(kind: Kind) -> bool {
    kind.rules().seal == Seal::Family
}

fn is_sealing(kind: Kind) -> bool {
    kind.rules().seal == Seal::Sealing
}

/// Whether a tie leads to this record, or to one that was merged into it.
fn is_record(person: &Person, link: &Link) -> bool {
    person.id == link.person || person.merged.iter().any(|record| record.person == link.person)
}

#[cfg(test)]
mod tests;
