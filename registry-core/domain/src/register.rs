//! Folding entries into records. Every stored record must equal this fold.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, apply};
use crate::history::{self, Recorded};
use crate::id::PersonId;
use crate::person::Person;

/// The register as folded in memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Register {
    people: BTreeMap<PersonId, Person>,
    /// The parts of the people whom an amendment may concern.
    histories: BTreeMap<PersonId, Vec<Recorded>>,
    /// The people whose parts are kept; none means everyone.
    amended: Option<BTreeSet<PersonId>>,
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

    /// For a ledger that is read entry by entry: keeps only the parts of `amended`. The caller must have
    /// looked these people up before: everyone in an amending entry ([`crate::entry::Header::amends`]).
    pub fn streaming(amended: BTreeSet<PersonId>) -> Self {
        Self { amended: Some(amended), ..Self::default() }
    }

    /// Folds one more entry.
    pub fn append(&mut self, entry: &Entry) {
        for part in &entry.parts {
            if self.amended.as_ref().is_none_or(|amended| amended.contains(&part.person)) {
                let history = self.histories.entry(part.person).or_default();
                history.push((entry.header.clone(), part.clone()));
            }
            let folded = apply(self.people.remove(&part.person), &entry.header, part);
            self.people.insert(part.person, folded);
        }
        if entry.header.amends.is_some() {
            for part in &entry.parts {
                let folded = self.histories.get(&part.person).and_then(|parts| history::fold(parts));
                self.people.extend(folded.map(|person| (part.person, person)));
            }
        }
    }

    /// The parts of a person, in the order of the ledger, if they are kept.
    pub fn history(&self, id: PersonId) -> &[Recorded] {
        self.histories.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The record with this id.
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

    /// The canonical dump, one line for each person in order of id: equal registers give equal bytes, on any
    /// engine.
    pub fn canonical_lines(&self) -> impl Iterator<Item = Result<String, serde_json::Error>> {
        self.people.values().map(canonical_line)
    }
}

/// One line of the canonical dump: JSON with the fields in the order of [`Person`], no white space.
///
/// # Errors
/// Only if serialisation itself fails, which no value of a record causes.
pub fn canonical_line(person: &Person) -> Result<String, serde_json::Error> {
    serde_json::to_string(person)
}

/// Folds one person from their parts in the order of the ledger, up to and including a position. None if
/// nothing was known then.
pub fn fold_person_to(parts: &[Recorded], position: u64) -> Option<Person> {
    let by_then = |(header, _): &&Recorded| header.seq.is_some_and(|seq| seq <= position);
    history::fold(&parts.iter().filter(by_then).cloned().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
