//! Rebuilding the record from the ledger.
//!
//! Invariant: rebuild touches folded tables only and emits nothing.

use diesel::prelude::*;
use registry_domain::register::Register;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::erasures::Erasures;
use crate::store::ledger_log::{self, position};
use crate::store::schema::{act, card, certificate, match_key, number_claim, person};
use crate::store::{Db, StoreError, history, people};
use crate::vault::key_ring::KeyRing;

const PAGE: i64 = 1000;

/// SHA-256 over the canonical dump of a folded register: one line a person, in order of id.
///
/// # Errors
/// A record that JSON cannot hold (there is none).
pub fn digest(register: &Register) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    for line in register.canonical_lines() {
        hash.update(line.map_err(|e| StoreError::Damaged(e.to_string()))?);
        hash.update(b"\n");
    }
    Ok(hex::encode(hash.finalize()))
}

/// Refuses a ledger with a body that was emptied and no entry that says so: that was no erasure, and the
/// record would only seem to follow from the ledger.
fn unrecorded(table: &str, key: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(format!("{table} {key} is empty, and no entry says that it was erased"))
}

/// Folds the whole ledger.
///
/// # Errors
/// An error of the database, or the first entry that does not open.
pub fn fold(db: &mut Db, keys: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<Register, StoreError> {
    let erasures = Erasures::load(db)?;
    let mut data_keys = std::collections::BTreeMap::new();
    for (person, wrapped) in ledger_log::wrapped_keys(db)? {
        match wrapped {
            Some(wrapped) => drop(data_keys.insert(person, keys.sealing.unwrap(person, &wrapped)?)),
            None if erasures.of_person(person).is_some() => {}
            None => return Err(unrecorded("data_key", person)),
        }
    }
    let mut key_of = |person: Uuid| {
        data_keys
            .get(&person)
            .cloned()
            .ok_or_else(|| StoreError::Damaged(format!("data_key {person} is missing")))
    };
    let mut register = Register::streaming(history::amended_people(db)?);
    let mut from = 0;
    loop {
        let page = ledger_log::entries(db, from, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(register) };
        from = position(last.seq)? + 1;
        for (row, parts) in &page {
            for part in parts.iter().filter(|part| part.sealed.is_none()) {
                if erasures.of_part(row, part).is_none() {
                    return Err(unrecorded("entry_part", format!("{}/{}", row.seq, part.ordinal)));
                }
            }
            register.append(&ledger_log::open_entry(row, parts, &mut key_of)?);
        }
        progress(from);
    }
}

/// Empties the folded tables and writes them anew from the ledger, in one transaction; gives the digest.
///
/// # Errors
/// An error of the database; the record then stays as it was.
pub fn rebuild(db: &mut Db, keys: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<String, StoreError> {
    let register = fold(db, keys, progress)?;
    let salt = keys.sealing.match_salt();
    db.write(|db| {
        for (table, outcome) in [
            ("certificate", diesel::delete(certificate::table).execute(db)),
            ("card", diesel::delete(card::table).execute(db)),
            ("act", diesel::delete(act::table).execute(db)),
            ("match_key", diesel::delete(match_key::table).execute(db)),
            ("number_claim", diesel::delete(number_claim::table).execute(db)),
            ("person", diesel::delete(person::table).execute(db)),
        ] {
            outcome.map_err(|e| StoreError::Damaged(format!("empty {table}: {e}")))?;
        }
        for folded in register.people() {
            people::save(db, folded, salt)?;
        }
        for (person, numbers) in Erasures::load(db)?.numbers() {
            people::keep_claims(db, *person, numbers)?;
        }
        Ok::<(), StoreError>(())
    })?;
    digest(&register)
}
