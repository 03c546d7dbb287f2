//! What recorded erasures took away, read from the headers of the entries that say so.

use std::collections::BTreeMap;

use diesel::prelude::*;
use registry_domain::entry::Header;
use registry_domain::erasure::Erasure;
use uuid::Uuid;

use super::ledger_log::{EntryRow, PartRow, position};
use super::schema::ledger_entry;
use super::{Db, StoreError};
use crate::vault::sealing::Sealing;

/// The parts, people and numbers of all recorded erasures, each with the position of its erasure.
#[derive(Debug, Default)]
pub struct Erasures {
    parts: BTreeMap<(Uuid, u32), u64>,
    people: BTreeMap<Uuid, u64>,
    numbers: Vec<(Uuid, Vec<String>)>,
}

impl Erasures {
    /// Reads all erasures from the ledger.
    ///
    /// # Errors
    /// An error of the database, or a header that does not parse.
    pub fn load(db: &mut Db) -> Result<Erasures, StoreError> {
        // A header is JSON with fixed members and no free text, so nothing else in it can contain this
        // member's name.
        let headers: Vec<(i64, String)> = ledger_entry::table
            .filter(ledger_entry::header.like("%\"erases\":%"))
            .order(ledger_entry::seq)
            .select((ledger_entry::seq, ledger_entry::header))
            .load(db)?;
        let mut erasures = Erasures::default();
        for (seq, header) in headers {
            let header: Header = serde_json::from_str(&header)
                .map_err(|e| StoreError::Damaged(format!("entry {seq}: {e}")))?;
            if let Some(erasure) = header.erases {
                erasures.add(position(seq)?, *erasure);
            }
        }
        Ok(erasures)
    }

    fn add(&mut self, seq: u64, erasure: Erasure) {
        let parts = erasure.parts.into_iter().map(|part| ((part.entry.uuid(), part.ordinal), seq));
        self.parts.extend(parts);
        if let Some(person) = erasure.person {
            self.people.insert(person.uuid(), seq);
            self.numbers.push((person.uuid(), erasure.numbers));
        }
    }

    /// The position of the entry that erased a part.
    pub fn of_part(&self, row: &EntryRow, part: &PartRow) -> Option<u64> {
        let ordinal = u32::try_from(part.ordinal).ok()?;
        self.parts.get(&(row.id.0, ordinal)).copied()
    }

    /// The position of the entry that erased a person's key.
    pub fn of_person(&self, person: Uuid) -> Option<u64> {
        self.people.get(&person).copied()
    }

    /// Erased people and their numbers, each number in the form in which it stays claimed.
    pub fn numbers(&self) -> &[(Uuid, Vec<String>)] {
        &self.numbers
    }
}

/// How the number of an erased person stays claimed: as a keyed hash.
pub fn claim_of_erased(sealing: &Sealing, number: &str) -> String {
    format!("erased:{}", sealing.keyed_hash("erased-number", number))
}
