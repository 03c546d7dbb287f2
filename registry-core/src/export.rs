//! Carries a ledger from one engine to the other as JSON lines. Bodies stay sealed, so the lines are useless
//! without the vault's key.

use std::io::{BufRead, Write};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use transparency_log::{Frontier, Hash};
use uuid::Uuid;

use crate::ledger::Log;
use crate::store::access_log::{self, AccessPersonRow, AccessRow};
use crate::store::codec::{Instant, Uid};
use crate::store::ledger_log::{self, EntryRow, PartRow, column, position};
use crate::store::schema::{access_entry, access_person, data_key, entry_part, ledger_entry, log_head};
use crate::store::{Db, StoreError};

const PAGE: i64 = 1000;

/// One line of an export: the ledger as it stands, sealed bodies and wrapped keys included. Useless without
/// the vault's key.
#[derive(Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "one line is held at a time")]
#[serde(tag = "table", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    DataKey {
        person_id: Uuid,
        wrapped: Option<String>,
    },
    LedgerEntry {
        seq: i64,
        id: Uuid,
        recorded_at: String,
        header: String,
        header_salt: String,
        leaf: String,
    },
    EntryPart {
        entry_seq: i64,
        ordinal: i32,
        person_id: Uuid,
        role: String,
        commitment: String,
        sealed: Option<String>,
    },
    AccessEntry {
        seq: i64,
        id: Uuid,
        recorded_at: String,
        actor_kind: String,
        actor_id: Uuid,
        actor_label: String,
        office: Option<String>,
        end_user: Option<String>,
        act: String,
        legal_basis: Option<String>,
        purpose: String,
        case_reference: Option<String>,
        salt: String,
        leaf_hash: String,
        people: Vec<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered: Option<String>,
    },
    Checkpoint {
        log: String,
        size: u64,
        note: String,
    },
}

/// Writes the ledger, its keys, the access log and the checkpoints as JSON lines.
///
/// # Errors
/// An error of the database or of the writer.
pub fn export(db: &mut Db, out: &mut dyn Write) -> Result<u64, StoreError> {
    let mut lines = 0;
    let mut put = |line: &Line| -> Result<(), StoreError> {
        let text = serde_json::to_string(line).map_err(|e| StoreError::Damaged(e.to_string()))?;
        lines += 1;
        writeln!(out, "{text}").map_err(|e| StoreError::Damaged(format!("write the export: {e}")))
    };
    for (person_id, wrapped) in ledger_log::wrapped_keys(db)? {
        put(&Line::DataKey { person_id, wrapped: wrapped.map(hex::encode) })?;
    }
    let mut from = 0;
    loop {
        let page = ledger_log::entries(db, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = position(last.seq)? + 1;
        for (row, parts) in page {
            put(&entry_line(&row))?;
            for part in &parts {
                put(&part_line(part))?;
            }
        }
    }
    from = 0;
    loop {
        let page = access_log::rows(db, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = position(last.seq)? + 1;
        for (row, people) in page {
            put(&access_line(row, people.iter().map(|person| person.person_id.0).collect()))?;
        }
    }
    for log in Log::ALL {
        for (size, note) in ledger_log::checkpoints(db, log)? {
            put(&Line::Checkpoint { log: log.name().to_owned(), size, note })?;
        }
    }
    Ok(lines)
}

fn entry_line(row: &EntryRow) -> Line {
    Line::LedgerEntry {
        seq: row.seq,
        id: row.id.0,
        recorded_at: row.recorded_at.to_text(),
        header: row.header.clone(),
        header_salt: hex::encode(&row.header_salt),
        leaf: row.leaf.clone(),
    }
}

fn part_line(part: &PartRow) -> Line {
    Line::EntryPart {
        entry_seq: part.entry_seq,
        ordinal: part.ordinal,
        person_id: part.person_id.0,
        role: part.role.clone(),
        commitment: hex::encode(&part.commitment),
        sealed: part.sealed.as_ref().map(hex::encode),
    }
}

fn access_line(row: AccessRow, people: Vec<Uuid>) -> Line {
    Line::AccessEntry {
        seq: row.seq,
        id: row.id.0,
        recorded_at: row.recorded_at.to_text(),
        actor_kind: row.actor_kind,
        actor_id: row.actor_id.0,
        actor_label: row.actor_label,
        office: row.office,
        end_user: row.end_user,
        act: row.act,
        legal_basis: row.legal_basis,
        purpose: row.purpose,
        case_reference: row.case_reference,
        salt: hex::encode(row.salt),
        leaf_hash: hex::encode(row.leaf_hash),
        people,
        answered: row.answered,
    }
}

/// Takes an export into an empty database; the record is rebuilt afterwards. Refuses a database that has
/// entries.
///
/// # Errors
/// An error of the database, or a line that does not parse, named by its number.
pub fn take_export(db: &mut Db, lines: &mut dyn BufRead) -> Result<u64, StoreError> {
    let texts: Vec<String> = lines
        .lines()
        .collect::<Result<_, _>>()
        .map_err(|e| StoreError::Damaged(format!("read the export: {e}")))?;
    db.write(|db| {
        let size: i64 = log_head::table.find(Log::Register.name()).select(log_head::size).first(db)?;
        if size != 0 {
            return Err(StoreError::Damaged(
                "the database has entries already; take an export into an empty one".to_owned(),
            ));
        }
        let mut register = Frontier::new();
        let mut access = Frontier::new();
        for (number, text) in (1..).zip(&texts) {
            let damaged = |reason: String| StoreError::Damaged(format!("export line {number}: {reason}"));
            let line: Line = serde_json::from_str(text).map_err(|e| damaged(e.to_string()))?;
            take_line(db, line, &mut register, &mut access).map_err(|e| damaged(e.to_string()))?;
        }
        for (log, frontier) in [(Log::Register, register), (Log::Access, access)] {
            diesel::update(log_head::table.find(log.name()))
                .set((
                    log_head::size.eq(column(frontier.size())?),
                    log_head::frontier.eq(frontier.to_bytes()),
                ))
                .execute(db)?;
        }
        Ok(texts.len() as u64)
    })
}

fn take_line(
    db: &mut Db,
    line: Line,
    register: &mut Frontier,
    access: &mut Frontier,
) -> Result<(), StoreError> {
    match line {
        Line::DataKey { person_id, wrapped } => {
            diesel::insert_into(data_key::table)
                .values((
                    data_key::person_id.eq(Uid(person_id)),
                    data_key::wrapped.eq(wrapped.as_deref().map(bytes).transpose()?),
                ))
                .execute(db)?;
        }
        Line::LedgerEntry { seq, id, recorded_at, header, header_salt, leaf } => {
            let hash = transparency_log::leaf_hash(leaf.as_bytes());
            register.append(hash);
            diesel::insert_into(ledger_entry::table)
                .values((
                    ledger_entry::seq.eq(seq),
                    ledger_entry::id.eq(Uid(id)),
                    ledger_entry::recorded_at.eq(instant(&recorded_at)?),
                    ledger_entry::header.eq(header),
                    ledger_entry::header_salt.eq(bytes(&header_salt)?),
                    ledger_entry::leaf.eq(leaf),
                    ledger_entry::leaf_hash.eq(hash.as_bytes().as_slice()),
                ))
                .execute(db)?;
        }
        Line::EntryPart { entry_seq, ordinal, person_id, role, commitment, sealed } => {
            diesel::insert_into(entry_part::table)
                .values((
                    entry_part::entry_seq.eq(entry_seq),
                    entry_part::ordinal.eq(ordinal),
                    entry_part::person_id.eq(Uid(person_id)),
                    entry_part::role.eq(role),
                    entry_part::commitment.eq(bytes(&commitment)?),
                    entry_part::sealed.eq(sealed.as_deref().map(bytes).transpose()?),
                ))
                .execute(db)?;
        }
        Line::AccessEntry {
            seq,
            id,
            recorded_at,
            actor_kind,
            actor_id,
            actor_label,
            office,
            end_user,
            act,
            legal_basis,
            purpose,
            case_reference,
            salt,
            leaf_hash,
            people,
            answered,
        } => {
            let hash = bytes(&leaf_hash)?;
            access.append(Hash(
                <[u8; 32]>::try_from(hash.as_slice())
                    .map_err(|_| StoreError::Damaged("leaf_hash".to_owned()))?,
            ));
            let row = AccessRow {
                seq,
                id: Uid(id),
                recorded_at: instant(&recorded_at)?,
                actor_kind,
                actor_id: Uid(actor_id),
                actor_label,
                office,
                end_user,
                act,
                legal_basis,
                purpose,
                case_reference,
                salt: bytes(&salt)?,
                leaf_hash: hash,
                answered,
            };
            diesel::insert_into(access_entry::table).values(&row).execute(db)?;
            for (ordinal, person) in (0i32..).zip(people) {
                let row = AccessPersonRow { access_seq: seq, ordinal, person_id: Uid(person) };
                diesel::insert_into(access_person::table).values(&row).execute(db)?;
            }
        }
        Line::Checkpoint { log, size, note } => {
            let log = Log::ALL
                .into_iter()
                .find(|known| known.name() == log)
                .ok_or_else(|| StoreError::Damaged("an unknown log".to_owned()))?;
            ledger_log::store_checkpoint(db, log, size, &note)?;
        }
    }
    Ok(())
}

fn bytes(text: &str) -> Result<Vec<u8>, StoreError> {
    hex::decode(text).map_err(|e| StoreError::Damaged(e.to_string()))
}

fn instant(text: &str) -> Result<Instant, StoreError> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|at| Instant::new(at.with_timezone(&chrono::Utc)))
        .map_err(|e| StoreError::Damaged(e.to_string()))
}
