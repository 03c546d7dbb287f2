//! Declarations, drafts and notices that would disclose what is under seal: they are answered as if they did
//! not exist.
//!
//! This is decided by the records as they are when somebody wants to read one. So it also covers what was
//! declared before an adoption, and no longer applies once the adoption is annulled. What was written after
//! the act that put the seal on stays readable: it only shows what somebody typed, and hiding it would tell
//! them whether they had guessed right.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::id::EntryId;
use crate::kind::Kind;
use crate::person::{ActRef, Link, Person};
use crate::rules::Seal;

/// Something that was written down, with the present records of everyone concerned.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its kind of registration.
    pub kind: Kind,
    /// Everyone who is named, or who is in its entry; for a merged record, the one that answers for it.
    pub people: &'a [Person],
    /// The children under seal of those who are named.
    pub sealed_children: &'a [Person],
    /// For a birth: the day that was written down.
    pub born_on: Option<NaiveDate>,
    /// Whether somebody still has to decide on it or answer it.
    pub is_open: bool,
    /// Those acts of [`seals_of`] these people that were registered after it was written.
    pub since: &'a BTreeSet<EntryId>,
}

/// The acts in a person's record that put something under seal.
pub fn seals_of(person: &Person) -> impl Iterator<Item = &ActRef> {
    person.acts.iter().chain(person.sealed_family.all_acts()).filter(|act| act.kind.is_under_seal())
}

impl Told<'_> {
    /// Whether it would disclose what is under seal.
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

    /// Whether it names both a person and a parent or child who has been sealed from them since it was
    /// written.
    fn names_both_sides(&self, person: &Person) -> bool {
        let is_named = |link: &Link| self.people.iter().any(|other| is_record(other, link));
        let family = &person.sealed_family;
        family.parents.iter().chain(&family.children).any(is_named)
            && self.is_sealed_since(person, is_of_adoption)
    }

    /// A birth names a child that has no number yet; a parent and the day are enough to show who the child
    /// became.
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

/// Whether a tie leads to this record, or to a record that was merged into it.
fn is_record(person: &Person, link: &Link) -> bool {
    person.id == link.person || person.merged.iter().any(|record| record.person == link.person)
}

#[cfg(test)]
mod tests;
