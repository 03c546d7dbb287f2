//! The entry to be amended, and all parts that the ledger has of the people concerned. The shell loads them
//! before the check.

use std::collections::BTreeMap;
use std::fmt;

use crate::entry::{Entry, Header};
use crate::history::{Effective, Recorded, fold, in_effect};
use crate::id::{EntryId, PersonId};
use crate::person::Person;
use crate::refusal::Refusal;

/// How a declaration names an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryRef {
    /// By the number of its act, as printed on extracts.
    ActNumber(String),
    /// By the ledger's own id.
    Id(EntryId),
}

impl EntryRef {
    /// Reads an id or an act number, told apart by their form.
    ///
    /// # Errors
    /// [`Refusal::EntryNotFound`] if the text is neither.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let reference = Self::ActNumber(text.to_owned());
        if reference.position().is_some() { Ok(reference) } else { Err(Refusal::EntryNotFound) }
    }

    /// The position in the ledger that an act number ends with; none for an id.
    pub fn position(&self) -> Option<u64> {
        let Self::ActNumber(number) = self else { return None };
        let mut pieces = number.split('-');
        let (_, _, position) = (pieces.next()?, pieces.next()?, pieces.next()?);
        let is_whole = pieces.next().is_none() && position.bytes().all(|byte| byte.is_ascii_digit());
        position.parse::<u64>().ok().filter(|_| is_whole)?.checked_sub(1)
    }
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ActNumber(number) => f.write_str(number),
            Self::Id(id) => id.fmt(f),
        }
    }
}

/// What the service's own records say about the certificates that the entry of a written card names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Certified {
    /// Unknown: the entry names no certificates, or the service does not hold the records of the card's job.
    #[default]
    NotKnown,
    /// At least one of them was recorded for this card before it was signed.
    ByUs,
    /// None of them was: the service holds the records of the card's job, and these name other certificates
    /// or none.
    ByNobody,
}

/// What an amendment is checked against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dossier {
    /// The entry as it was registered.
    pub entry: Entry,
    /// For the entry of a written card: whether its certificates are ours.
    pub certified: Certified,
    /// The parts of everyone loaded for the check, in the order of the ledger.
    pub histories: BTreeMap<PersonId, Vec<Recorded>>,
}

impl Dossier {
    /// The parts of one person.
    pub fn history(&self, person: PersonId) -> &[Recorded] {
        self.histories.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The people of the entry, each once, in the order of its parts.
    pub fn people(&self) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = Vec::new();
        for part in &self.entry.parts {
            if !people.contains(&part.person) {
                people.push(part.person);
            }
        }
        people
    }

    /// Whether the record of one of the loaded people hides this entry; then no answer may name it.
    pub fn hides(&self, entry: &Header) -> bool {
        let mut records = self.histories.values().filter_map(|parts| fold(parts));
        records.any(|person| person.hides_act(entry.id, entry.kind))
    }

    /// What the entry says of a person now, corrections included; nothing if it is annulled.
    pub fn effective(&self, person: PersonId) -> Vec<Effective<'_>> {
        let mut parts = in_effect(self.history(person));
        parts.retain(|part| part.header.id == self.entry.header.id);
        parts
    }

    /// Refuses an entry that is annulled.
    ///
    /// # Errors
    /// [`Refusal::EntryAnnulled`].
    pub fn require_in_effect(&self) -> Result<(), Refusal> {
        let is_in_effect = self.people().into_iter().any(|person| !self.effective(person).is_empty());
        if is_in_effect { Ok(()) } else { Err(Refusal::EntryAnnulled) }
    }

    /// The person's record with these parts added after all others.
    pub fn folded_with(&self, person: PersonId, amending: &[Recorded]) -> Option<Person> {
        let mut parts = self.history(person).to_vec();
        parts.extend(amending.iter().filter(|(_, part)| part.person == person).cloned());
        fold(&parts)
    }
}
