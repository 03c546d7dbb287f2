//! The register's ledger: every column of entries, parts and data keys.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use registry_domain::entry::{Entry, Header};
use registry_domain::register::Register;
use transparency_log::{Hash, leaf_hash};
use uuid::Uuid;

use super::{Report, Signed, Tree};
use crate::ledger::commitment::{canonical, commit, commit_set};
use crate::ledger::{LeafClass, Salt, leaf_text};
use crate::store::erasures::Erasures;
use crate::store::ledger_log::{self, EntryRow, PartRow, commitment_of, position};
use crate::store::schema::{entry_part, ledger_entry};
use crate::store::{Db, StoreError, history};
use crate::vault::SecretKey;
use crate::vault::key_ring::KeyRing;

const PAGE: i64 = 1000;

/// Checks all entries; gives the tree and the fold of what could be read.
pub(super) fn check(
    db: &mut Db,
    keys: &KeyRing,
    erasures: &Erasures,
    signed: Signed,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(Tree, Register), StoreError> {
    let data_keys = open_keys(db, keys, erasures, report)?;
    let mut tree = Tree::new(signed);
    let mut register = Register::streaming(history::amended_people(db)?);
    let mut seen = BTreeSet::new();
    let mut from = 0;
    loop {
        let page = ledger_log::entries(db, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = position(last.seq)? + 1;
        for (row, parts) in &page {
            if position(row.seq)? != report.entries {
                report.find(
                    "ledger_entry",
                    row.seq,
                    format!("entry {} is missing before it", report.entries),
                );
                report.entries = position(row.seq)?;
            }
            tree.append(check_row(row, parts, report));
            seen.extend(parts.iter().map(|part| part.person_id.0));
            if let Some(entry) = open(row, parts, &data_keys, erasures, report) {
                register.append(&entry);
            }
            report.entries += 1;
        }
        progress(report.entries);
    }
    let strays: Vec<(i64, i32)> = entry_part::table
        .left_join(ledger_entry::table)
        .filter(ledger_entry::id.nullable().is_null())
        .select((entry_part::entry_seq, entry_part::ordinal))
        .load(db)?;
    for (seq, ordinal) in strays {
        report.find("entry_part", format!("{seq}/{ordinal}"), "belongs to no entry");
    }
    for person in data_keys.keys().filter(|person| !seen.contains(person)) {
        report.find("data_key", person, "no part of the ledger belongs to this key");
    }
    Ok((tree, register))
}

fn open_keys(
    db: &mut Db,
    keys: &KeyRing,
    erasures: &Erasures,
    report: &mut Report,
) -> Result<BTreeMap<Uuid, SecretKey>, StoreError> {
    let mut opened = BTreeMap::new();
    for (person, wrapped) in ledger_log::wrapped_keys(db)? {
        let opens = wrapped.map(|wrapped| keys.sealing.unwrap(person, &wrapped));
        match (opens, erasures.of_person(person)) {
            (Some(_), Some(by)) => {
                report.find("data_key", person, format!("wrapped: is there, though entry {by} erased it"))
            }
            (Some(Ok(key)), None) => drop(opened.insert(person, key)),
            (Some(Err(error)), None) => report.find("data_key", person, format!("wrapped: {error}")),
            (None, Some(by)) => report.erased.push(format!("data_key {person}: erased by entry {by}")),
            (None, None) => report.find("data_key", person, "wrapped: erased, and no entry says so"),
        }
    }
    Ok(opened)
}

/// Recomputes the leaf from what stands in the columns; names the column that differs; returns the stored
/// leaf's hash.
fn check_row(row: &EntryRow, parts: &[PartRow], report: &mut Report) -> Hash {
    let hash = leaf_hash(row.leaf.as_bytes());
    if row.leaf_hash != hash.as_bytes() {
        report.find("ledger_entry", row.seq, "leaf_hash is not the hash of leaf");
    }
    match expected_leaf(row, parts) {
        Ok(expected) if expected == row.leaf => {}
        Ok(_) => report.find(
            "ledger_entry",
            row.seq,
            "leaf does not follow from id, recorded_at, header, header_salt and the parts' commitments",
        ),
        Err(reason) => report.find("ledger_entry", row.seq, reason),
    }
    for (ordinal, part) in (0i32..).zip(parts) {
        if part.ordinal != ordinal {
            report.find("entry_part", key(row, part), format!("part {ordinal} is missing before it"));
        }
    }
    hash
}

fn expected_leaf(row: &EntryRow, parts: &[PartRow]) -> Result<String, String> {
    let salt =
        Salt::try_from(row.header_salt.as_slice()).map_err(|_| "header_salt is not 32 bytes".to_owned())?;
    let header: Header = serde_json::from_str(&row.header).map_err(|e| format!("header: {e}"))?;
    let text = canonical(&header).map_err(|e| format!("header: {e}"))?;
    if text != row.header.as_bytes() {
        return Err("header is not canonical".to_owned());
    }
    if header.id.uuid() != row.id.0 || header.recorded_at != row.recorded_at.utc() {
        return Err("id or recorded_at differ from the header".to_owned());
    }
    let mut commitments = vec![commit(&salt, row.header.as_bytes())];
    for part in parts {
        commitments.push(commitment_of(&part.commitment).map_err(|e| e.to_string())?);
    }
    let seq = u64::try_from(row.seq).map_err(|_| "a negative position".to_owned())?;
    Ok(leaf_text(LeafClass::Entry, seq, row.recorded_at.utc(), row.id.0, &commit_set(&commitments)))
}

fn open(
    row: &EntryRow,
    parts: &[PartRow],
    data_keys: &BTreeMap<Uuid, SecretKey>,
    erasures: &Erasures,
    report: &mut Report,
) -> Option<Entry> {
    let header: Header = serde_json::from_str(&row.header).ok()?;
    let mut opened = Vec::with_capacity(parts.len());
    for part in parts {
        match (part.erased(), erasures.of_part(row, part)) {
            (Err(error), _) => {
                report.find("entry_part", key(row, part), error);
                continue;
            }
            (Ok(Some(erased)), Some(by)) => {
                report.erased.push(format!("entry_part {}: erased by entry {by}", key(row, part)));
                opened.push(erased);
                continue;
            }
            (Ok(Some(_)), None) => {
                report.find("entry_part", key(row, part), "sealed: erased, and no entry says so");
                continue;
            }
            (Ok(None), Some(by)) => {
                let what = format!("sealed: is there, though entry {by} erased it");
                report.find("entry_part", key(row, part), what);
            }
            (Ok(None), None) => {}
        }
        let Some(data_key) = data_keys.get(&part.person_id.0) else {
            report.find(
                "entry_part",
                key(row, part),
                "person_id: there is no usable data key of this person",
            );
            continue;
        };
        let outcome = part
            .sealed_part()
            .and_then(|sealed| crate::ledger::entry_codec::open_part(row.id.0, &sealed, data_key));
        match outcome {
            Ok(part) => opened.push(part),
            Err(error) => report.find(
                "entry_part",
                key(row, part),
                format!("sealed, person_id, role or commitment: {error}"),
            ),
        }
    }
    Some(Entry { header, parts: opened })
}

fn key(row: &EntryRow, part: &PartRow) -> String {
    format!("{}/{}", row.seq, part.ordinal)
}
