//! The register's ledger in the database: heads, entries, sealed parts, data keys, checkpoints.

use diesel::prelude::*;
use registry_domain::entry::{Entry, Header, Part, PartBody, PartRole};
use transparency_log::{Frontier, Hash, leaf_hash};
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::{checkpoint, data_key, entry_part, ledger_entry, log_head};
use super::{Db, StoreError};
use crate::draw::Draw;
use crate::ledger::commitment::{Commitment, canonical, commit, commit_set};
use crate::ledger::entry_codec::{SealedPart, open_part, seal_part};
use crate::ledger::{LeafClass, Log, leaf_text};
use crate::native;
use crate::vault::SecretKey;
use crate::vault::sealing::Sealing;

/// The head of a log inside a write transaction: the position that the next entry takes.
#[derive(Debug)]
pub struct Head {
    log: Log,
    /// The position of the next entry, from 0.
    pub seq: u64,
    frontier: Frontier,
}

/// Moves the head of `log` by `count`: the first statement of every write transaction that appends.
///
/// # Errors
/// [`StoreError::Fenced`] if `epoch` is no longer the newest.
pub fn move_head(db: &mut Db, log: Log, epoch: i64, count: u64) -> Result<Head, StoreError> {
    let count =
        i64::try_from(count).map_err(|_| StoreError::Damaged("a batch beyond all bounds".to_owned()))?;
    let moved: Option<(i64, Vec<u8>)> = diesel::update(
        log_head::table.filter(log_head::log.eq(log.name())).filter(log_head::epoch.eq(epoch)),
    )
    .set(log_head::size.eq(log_head::size + count))
    .returning((log_head::size, log_head::frontier))
    .get_result(db)
    .optional()?;
    let (size, frontier) = moved.ok_or(StoreError::Fenced)?;
    let frontier = read_frontier(&frontier)?;
    let seq = position(size - count)?;
    if frontier.size() != seq {
        return Err(StoreError::Damaged(format!("the head of the {} log does not fit its size", log.name())));
    }
    Ok(Head { log, seq, frontier })
}

impl Head {
    /// Adds a leaf; returns its position and hash.
    pub fn push(&mut self, leaf: &str) -> (u64, Hash) {
        let hash = leaf_hash(leaf.as_bytes());
        self.frontier.append(hash);
        let seq = self.seq;
        self.seq += 1;
        (seq, hash)
    }

    /// Writes the tree's new right edge.
    ///
    /// # Errors
    /// The database failed.
    pub fn store(self, db: &mut Db) -> Result<(), StoreError> {
        diesel::update(log_head::table.find(self.log.name()))
            .set(log_head::frontier.eq(self.frontier.to_bytes()))
            .execute(db)?;
        Ok(())
    }
}

/// Appends an entry at the head of the register: header, sealed parts, leaf. The caller has moved the head by
/// one before.
///
/// # Errors
/// The database or the vault failed.
pub fn append(
    db: &mut Db,
    sealing: &Sealing,
    mut head: Head,
    header: &Header,
    parts: &[Part],
    draw: &mut Draw,
) -> Result<Entry, StoreError> {
    let id = header.id.uuid();
    let header = Header { seq: Some(head.seq), ..header.clone() };
    let header_text = String::from_utf8(canonical(&header).map_err(|e| StoreError::Damaged(e.to_string()))?)
        .map_err(|e| StoreError::Damaged(e.to_string()))?;
    let header_salt = draw.salt();
    let mut commitments = vec![commit(&header_salt, header_text.as_bytes())];
    let mut sealed_parts = Vec::with_capacity(parts.len());
    for (ordinal, part) in (0i32..).zip(parts) {
        let key = data_key_of(db, sealing, part.person.uuid(), draw)?;
        let sealed = seal_part(id, ordinal, part, &key, draw.salt(), draw.nonce())?;
        commitments.push(sealed.commitment);
        sealed_parts.push(sealed);
    }
    let recorded_at = Instant::new(header.recorded_at);
    let leaf = leaf_text(LeafClass::Entry, head.seq, recorded_at.utc(), id, &commit_set(&commitments));
    let (seq, hash) = head.push(&leaf);
    diesel::insert_into(ledger_entry::table)
        .values((
            ledger_entry::seq.eq(column(seq)?),
            ledger_entry::id.eq(Uid(id)),
            ledger_entry::recorded_at.eq(recorded_at),
            ledger_entry::header.eq(&header_text),
            ledger_entry::header_salt.eq(header_salt.as_slice()),
            ledger_entry::leaf.eq(&leaf),
            ledger_entry::leaf_hash.eq(hash.as_bytes().as_slice()),
        ))
        .execute(db)?;
    for part in &sealed_parts {
        insert_part(db, seq, part)?;
    }
    head.store(db)?;
    Ok(Entry { header, parts: parts.to_vec() })
}

/// Writes one sealed part.
///
/// # Errors
/// The database failed.
pub fn insert_part(db: &mut Db, seq: u64, part: &SealedPart) -> Result<(), StoreError> {
    diesel::insert_into(entry_part::table)
        .values((
            entry_part::entry_seq.eq(column(seq)?),
            entry_part::ordinal.eq(part.ordinal),
            entry_part::person_id.eq(Uid(part.person_id)),
            entry_part::role.eq(&part.role),
            entry_part::commitment.eq(part.commitment.as_slice()),
            entry_part::sealed.eq(Some(&part.sealed)),
        ))
        .execute(db)?;
    Ok(())
}

fn data_key_of(
    db: &mut Db,
    sealing: &Sealing,
    person: Uuid,
    draw: &mut Draw,
) -> Result<SecretKey, StoreError> {
    let wrapped: Option<Option<Vec<u8>>> =
        data_key::table.find(Uid(person)).select(data_key::wrapped).first(db).optional()?;
    match wrapped {
        Some(Some(wrapped)) => Ok(sealing.unwrap(person, &wrapped)?),
        Some(None) => Err(crate::vault::VaultError::Erased.into()),
        None => {
            let key = draw.key();
            let wrapped = sealing.wrap(person, &key, draw.nonce())?;
            diesel::insert_into(data_key::table)
                .values((data_key::person_id.eq(Uid(person)), data_key::wrapped.eq(Some(wrapped))))
                .execute(db)?;
            Ok(key)
        }
    }
}

/// A row of `ledger_entry`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ledger_entry)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct EntryRow {
    pub seq: i64,
    pub id: Uid,
    pub recorded_at: Instant,
    pub header: String,
    pub header_salt: Vec<u8>,
    pub leaf: String,
    pub leaf_hash: Vec<u8>,
}

/// A row of `entry_part`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = entry_part)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct PartRow {
    pub entry_seq: i64,
    pub ordinal: i32,
    pub person_id: Uid,
    pub role: String,
    pub commitment: Vec<u8>,
    pub sealed: Option<Vec<u8>>,
}

impl PartRow {
    /// What is left of a part that was erased; none if it was not erased.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for an unknown role.
    pub fn erased(&self) -> Result<Option<Part>, StoreError> {
        if self.sealed.is_some() {
            return Ok(None);
        }
        let role = PartRole::parse(&self.role)
            .ok_or_else(|| StoreError::Damaged(format!("entry_part {}: role", self.entry_seq)))?;
        Ok(Some(Part { person: self.person_id.into(), role, body: PartBody::Erased }))
    }

    /// The part in the form that the codec opens.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for a commitment of another length; [`StoreError::Vault`] if the part was
    /// erased.
    pub fn sealed_part(&self) -> Result<SealedPart, StoreError> {
        Ok(SealedPart {
            ordinal: self.ordinal,
            person_id: self.person_id.0,
            role: self.role.clone(),
            commitment: commitment_of(&self.commitment)?,
            sealed: self.sealed.clone().ok_or(crate::vault::VaultError::Erased)?,
        })
    }
}

/// Reads the column of a commitment.
///
/// # Errors
/// [`StoreError::Damaged`] if it does not have 32 bytes.
pub fn commitment_of(bytes: &[u8]) -> Result<Commitment, StoreError> {
    Commitment::try_from(bytes)
        .map_err(|_| StoreError::Damaged("a commitment that is not 32 bytes".to_owned()))
}

/// Up to `limit` entries from position `from`, each with its stored parts, in order.
///
/// # Errors
/// The database failed.
pub fn entries(db: &mut Db, from: u64, limit: i64) -> Result<Vec<(EntryRow, Vec<PartRow>)>, StoreError> {
    let rows: Vec<EntryRow> = ledger_entry::table
        .filter(ledger_entry::seq.ge(column(from)?))
        .order(ledger_entry::seq)
        .limit(limit)
        .select(EntryRow::as_select())
        .load(db)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let parts: Vec<PartRow> = entry_part::table
        .filter(entry_part::entry_seq.ge(first.seq))
        .filter(entry_part::entry_seq.le(last.seq))
        .order((entry_part::entry_seq, entry_part::ordinal))
        .select(PartRow::as_select())
        .load(db)?;
    let mut parts = parts.into_iter().peekable();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut own = Vec::new();
            while let Some(part) = parts.next_if(|part| part.entry_seq == row.seq) {
                own.push(part);
            }
            (row, own)
        })
        .collect())
}

/// A person and the wrapped data key, which is `None` if the person was erased.
pub type WrappedKey = (Uuid, Option<Vec<u8>>);

/// The wrapped data keys of all people.
///
/// # Errors
/// The database failed.
pub fn wrapped_keys(db: &mut Db) -> Result<Vec<WrappedKey>, StoreError> {
    let rows: Vec<(Uid, Option<Vec<u8>>)> = data_key::table
        .select((data_key::person_id, data_key::wrapped))
        .order(data_key::person_id)
        .load(db)?;
    Ok(rows.into_iter().map(|(person, wrapped)| (person.0, wrapped)).collect())
}

/// Opens one stored entry.
///
/// # Errors
/// [`StoreError::Damaged`] or [`StoreError::Vault`] if a part does not open or a header does not parse.
pub fn open_entry(
    row: &EntryRow,
    parts: &[PartRow],
    key_of: &mut dyn FnMut(Uuid) -> Result<SecretKey, StoreError>,
) -> Result<Entry, StoreError> {
    let header: Header = serde_json::from_str(&row.header)
        .map_err(|e| StoreError::Damaged(format!("entry {}: {e}", row.seq)))?;
    let mut opened = Vec::with_capacity(parts.len());
    for part in parts {
        let erased = part.erased()?;
        opened.push(match erased {
            Some(erased) => erased,
            None => open_part(row.id.0, &part.sealed_part()?, &key_of(part.person_id.0)?)?,
        });
    }
    Ok(Entry { header, parts: opened })
}

/// How many entries the register has.
///
/// # Errors
/// The database failed.
pub fn register_size(db: &mut Db) -> Result<i64, StoreError> {
    Ok(log_head::table.find(Log::Register.name()).select(log_head::size).first(db)?)
}

/// Size and tree of a log, as `log_head` states them.
///
/// # Errors
/// [`StoreError::Damaged`] if size and tree contradict each other.
pub fn read_head(db: &mut Db, log: Log) -> Result<Frontier, StoreError> {
    let found: Option<(i64, Vec<u8>)> =
        log_head::table.find(log.name()).select((log_head::size, log_head::frontier)).first(db).optional()?;
    let (size, frontier) =
        found.ok_or_else(|| StoreError::Damaged(format!("log_head {}: the row is missing", log.name())))?;
    let frontier = read_frontier(&frontier)?;
    if frontier.size() != position(size)? {
        return Err(StoreError::Damaged(format!("log_head {}: size and frontier differ", log.name())));
    }
    Ok(frontier)
}

/// Stores a signed checkpoint; storing the same size again changes nothing.
///
/// # Errors
/// The database failed.
pub fn store_checkpoint(db: &mut Db, log: Log, size: u64, note: &str) -> Result<(), StoreError> {
    let size = column(size)?;
    native!(db, c => diesel::insert_into(checkpoint::table)
        .values((checkpoint::log.eq(log.name()), checkpoint::size.eq(size), checkpoint::note.eq(note)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Whether a log has a checkpoint over `size` entries.
///
/// # Errors
/// The database failed.
pub fn has_checkpoint(db: &mut Db, log: Log, size: u64) -> Result<bool, StoreError> {
    let key = checkpoint::table.find((log.name(), column(size)?));
    let found: Option<i64> = key.select(checkpoint::size).first(db).optional()?;
    Ok(found.is_some())
}

/// The note of a log's checkpoint over `size` entries.
///
/// # Errors
/// [`StoreError::Damaged`] if there is none, or the database failed.
pub fn checkpoint_note(db: &mut Db, log: Log, size: u64) -> Result<String, StoreError> {
    let note = checkpoint::table.find((log.name(), column(size)?)).select(checkpoint::note).first(db);
    let missing = || StoreError::Damaged(format!("{} log: no checkpoint over {size} entries", log.name()));
    note.optional()?.ok_or_else(missing)
}

/// The note of a log's newest checkpoint.
///
/// # Errors
/// The database failed.
pub fn newest_checkpoint(db: &mut Db, log: Log) -> Result<Option<String>, StoreError> {
    let of_log = checkpoint::table.filter(checkpoint::log.eq(log.name()));
    Ok(of_log.order(checkpoint::size.desc()).select(checkpoint::note).first(db).optional()?)
}

/// The leaf of an entry of the register.
///
/// # Errors
/// [`StoreError::Damaged`] if there is none, or the database failed.
pub fn leaf_of(db: &mut Db, seq: u64) -> Result<String, StoreError> {
    let leaf = ledger_entry::table.find(column(seq)?).select(ledger_entry::leaf).first(db).optional()?;
    leaf.ok_or_else(|| StoreError::Damaged(format!("entry {seq} is missing")))
}

/// The checkpoints of a log, smallest first.
///
/// # Errors
/// The database failed.
pub fn checkpoints(db: &mut Db, log: Log) -> Result<Vec<(u64, String)>, StoreError> {
    let rows: Vec<(i64, String)> = checkpoint::table
        .filter(checkpoint::log.eq(log.name()))
        .order(checkpoint::size)
        .select((checkpoint::size, checkpoint::note))
        .load(db)?;
    rows.into_iter().map(|(size, note)| Ok((position(size)?, note))).collect()
}

/// Checkpoints that name no log of ours: the name and the size.
///
/// # Errors
/// The database failed.
pub fn strange_checkpoints(db: &mut Db) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(checkpoint::table
        .filter(checkpoint::log.ne_all(Log::ALL.map(Log::name)))
        .select((checkpoint::log, checkpoint::size))
        .load(db)?)
}

fn read_frontier(bytes: &[u8]) -> Result<Frontier, StoreError> {
    if bytes.is_empty() {
        return Ok(Frontier::new());
    }
    Frontier::from_bytes(bytes).map_err(|e| StoreError::Damaged(format!("log_head frontier: {e}")))
}

pub(crate) fn column(position: u64) -> Result<i64, StoreError> {
    i64::try_from(position).map_err(|_| StoreError::Damaged("a position beyond all bounds".to_owned()))
}

pub(crate) fn position(column: i64) -> Result<u64, StoreError> {
    u64::try_from(column).map_err(|_| StoreError::Damaged("a negative position".to_owned()))
}
