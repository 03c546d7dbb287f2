//! The parts of one person in the ledger, opened. Amendments, and readings as of another time, are folded
//! from them.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use diesel::prelude::*;
use registry_domain::amendment::EntryRef;
use registry_domain::entry::{Entry, Header, PartRole};
use registry_domain::history::Recorded;
use registry_domain::history::stated::{Histories, merged_with};
use registry_domain::id::PersonId;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::ledger_log::{EntryRow, PartRow, column, open_entry};
use super::schema::{data_key, entry_part, ledger_entry};
use super::{Db, StoreError};
use crate::ledger::entry_codec::open_part;
use crate::vault::sealing::Sealing;
use crate::vault::{SecretKey, VaultError};

/// The people of all amending entries. Whoever folds the ledger entry by entry must keep the parts of these
/// people.
///
/// # Errors
/// An error of the database.
pub fn amended_people(db: &mut Db) -> Result<BTreeSet<PersonId>, StoreError> {
    // A header is JSON with fixed members and no free text, so nothing else in it can contain this member's
    // name.
    let people: Vec<Uid> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(ledger_entry::header.like("%\"amends\":%"))
        .select(entry_part::person_id)
        .distinct()
        .load(db)?;
    Ok(people.into_iter().map(PersonId::from).collect())
}

/// Everything that the ledger says of a person, oldest first.
///
/// # Errors
/// [`StoreError::Damaged`] or [`StoreError::Vault`] if a part does not open; an error of the database.
pub fn load(db: &mut Db, sealing: &Sealing, person: PersonId) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<(PartRow, Uid, String)> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(entry_part::person_id.eq(Uid::from(person)))
        .order((entry_part::entry_seq, entry_part::ordinal))
        .select((PartRow::as_select(), ledger_entry::id, ledger_entry::header))
        .load(db)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    // An erased person has no key any more, and no part that needs a key.
    let needs_key = rows.iter().any(|(part, _, _)| part.sealed.is_some());
    let key = if needs_key { Some(data_key_of(db, sealing, person.uuid())?) } else { None };
    rows.iter()
        .map(|(part, entry, header)| {
            let header: Header = serde_json::from_str(header)
                .map_err(|e| StoreError::Damaged(format!("entry {}: {e}", part.entry_seq)))?;
            let opened = match (part.erased()?, &key) {
                (Some(erased), _) => erased,
                (None, Some(key)) => open_part(entry.0, &part.sealed_part()?, key)?,
                (None, None) => return Err(VaultError::Erased.into()),
            };
            Ok((header, opened))
        })
        .collect()
}

/// The parts of these people, and of every record that was merged into theirs.
///
/// # Errors
/// As [`load`].
pub fn load_merged(
    db: &mut Db,
    sealing: &Sealing,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<Histories, StoreError> {
    let mut histories = Histories::new();
    let mut wanted: Vec<PersonId> = people.into_iter().collect();
    while let Some(person) = wanted.pop() {
        if let btree_map::Entry::Vacant(unknown) = histories.entry(person) {
            let parts = load(db, sealing, person)?;
            wanted.extend(merged_with(&parts));
            unknown.insert(parts);
        }
    }
    Ok(histories)
}

/// An entry that was registered after an instant, and a person of whom it says something.
#[derive(Debug, Clone, Copy)]
pub struct Touched {
    /// Position of the entry.
    pub seq: i64,
    /// When it was registered.
    pub at: Instant,
    /// The person of whom it says something.
    pub person: PersonId,
}

/// The entries registered after an instant, oldest first, and whom they touch; at most `limit` entries.
///
/// # Errors
/// An error of the database.
pub fn touched_since(db: &mut Db, since: Instant, limit: i64) -> Result<Vec<Touched>, StoreError> {
    let entries: Vec<(i64, Instant)> = ledger_entry::table
        .filter(ledger_entry::recorded_at.gt(since))
        .order((ledger_entry::recorded_at, ledger_entry::seq))
        .limit(limit)
        .select((ledger_entry::seq, ledger_entry::recorded_at))
        .load(db)?;
    let seqs: Vec<i64> = entries.iter().map(|(seq, _)| *seq).collect();
    let parts: Vec<(i64, Uid)> = entry_part::table
        .filter(entry_part::entry_seq.eq_any(seqs))
        .select((entry_part::entry_seq, entry_part::person_id))
        .distinct()
        .load(db)?;
    let mut of_entry: BTreeMap<i64, Vec<PersonId>> = BTreeMap::new();
    for (seq, person) in parts {
        of_entry.entry(seq).or_default().push(person.into());
    }
    let touched = entries.into_iter().flat_map(|(seq, at)| {
        let people = of_entry.remove(&seq).unwrap_or_default();
        people.into_iter().map(move |person| Touched { seq, at, person })
    });
    Ok(touched.collect())
}

/// The records that merges led to any of these people, whether or not the merges still stand. Each pair is
/// the merged record and the record it was merged into.
///
/// # Errors
/// An error of the database.
pub fn merged_into(db: &mut Db, survivors: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
    let survivors: Vec<Uid> = survivors.iter().copied().map(Uid::from).collect();
    let merges: Vec<(i64, Uid)> = entry_part::table
        .filter(entry_part::person_id.eq_any(survivors))
        .filter(entry_part::role.eq(PartRole::Survivor.as_str()))
        .select((entry_part::entry_seq, entry_part::person_id))
        .load(db)?;
    let seqs: Vec<i64> = merges.iter().map(|(seq, _)| *seq).collect();
    let merged: Vec<(i64, Uid)> = entry_part::table
        .filter(entry_part::entry_seq.eq_any(seqs))
        .filter(entry_part::role.eq(PartRole::Merged.as_str()))
        .select((entry_part::entry_seq, entry_part::person_id))
        .load(db)?;
    let into = |seq: i64| merges.iter().find(|(merge, _)| *merge == seq).map(|(_, survivor)| *survivor);
    Ok(merged.into_iter().filter_map(|(seq, record)| Some((record.into(), into(seq)?.into()))).collect())
}

/// The entry that a reference names, opened as it was written; none if there is no such entry.
///
/// # Errors
/// As [`load`].
pub fn find_entry(db: &mut Db, sealing: &Sealing, reference: &EntryRef) -> Result<Option<Entry>, StoreError> {
    let row: Option<EntryRow> = match (reference, reference.position()) {
        (EntryRef::Id(id), _) => ledger_entry::table
            .filter(ledger_entry::id.eq(Uid::from(*id)))
            .select(EntryRow::as_select())
            .first(db)
            .optional()?,
        (EntryRef::ActNumber(_), Some(position)) => {
            ledger_entry::table.find(column(position)?).select(EntryRow::as_select()).first(db).optional()?
        }
        (EntryRef::ActNumber(_), None) => None,
    };
    let Some(row) = row else { return Ok(None) };
    let parts: Vec<PartRow> = entry_part::table
        .filter(entry_part::entry_seq.eq(row.seq))
        .order(entry_part::ordinal)
        .select(PartRow::as_select())
        .load(db)?;
    let entry = open_entry(&row, &parts, &mut |person| data_key_of(db, sealing, person))?;
    // An act number ends with the position of its entry; the rest of the number must be the act's too.
    let is_meant = match reference {
        EntryRef::Id(_) => true,
        EntryRef::ActNumber(number) => entry.header.act_number.as_ref() == Some(number),
    };
    Ok(is_meant.then_some(entry))
}

fn data_key_of(db: &mut Db, sealing: &Sealing, person: Uuid) -> Result<SecretKey, StoreError> {
    let wrapped: Option<Option<Vec<u8>>> =
        data_key::table.find(Uid(person)).select(data_key::wrapped).first(db).optional()?;
    Ok(sealing.unwrap(person, &wrapped.flatten().ok_or(VaultError::Erased)?)?)
}
