//! Folding entries into records. Every stored record must equal this fold.

use std::collections::BTreeMap;

use crate::entry::{Entry, Header, Part, apply};
use crate::id::PersonId;
use crate::person::Person;

/// The register as folded in memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Register {
    people: BTreeMap<PersonId, Person>,
}

impl Register {
    /// Folds entries in the order of the ledger.
    pub fn fold(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut register = Self::default();
        for entry in entries {
            register.append(&entry);
        }
        register
    }

    /// Folds one entry more.
    pub fn append(&mut self, entry: &Entry) {
        for part in &entry.parts {
            let folded = apply(self.people.remove(&part.person), &entry.header, part);
            self.people.insert(part.person, folded);
        }
    }

    /// Someone by id.
    pub fn get(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Everyone, in order of id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The records by id.
    pub fn into_people(self) -> BTreeMap<PersonId, Person> {
        self.people
    }

    /// The canonical dump, a line a person in order of id: equal registers give equal bytes, on any engine.
    pub fn canonical_lines(&self) -> impl Iterator<Item = Result<String, serde_json::Error>> {
        self.people.values().map(canonical_line)
    }
}

/// One line of the canonical dump: JSON with the fields in the order of [`Person`], no white space.
///
/// # Errors
/// Only if serialisation itself fails, which no value of a record does.
pub fn canonical_line(person: &Person) -> Result<String, serde_json::Error> {
    serde_json::to_string(person)
}

/// Folds one person from the parts that concern them, up to and with a position. Parts come in ledger order; within
/// an entry, in the order of its parts. None if nothing was known by then.
pub fn fold_person_to<'a>(
    parts: impl IntoIterator<Item = (&'a Header, &'a Part)>,
    position: u64,
) -> Option<Person> {
    let known = parts.into_iter().filter(|(header, _)| header.seq.is_some_and(|seq| seq <= position));
    known.fold(None, |person, (header, part)| Some(apply(person, header, part)))
}

#[cfg(test)]
mod tests;
