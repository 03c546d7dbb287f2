//! The access log in the database: appending a batch, reading what concerns one person.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::ledger_log::{column, move_head};
use super::schema::{access_entry, access_person};
use super::{Db, StoreError};
use crate::ledger::commitment::{commit, commit_set};
use crate::ledger::{LeafClass, Log, Salt, leaf_text};
use crate::native;

/// How many rows one statement takes: SQLite binds at most 32,766 values, and an entry has 15.
const ROWS_A_STATEMENT: usize = 2000;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// An officer of an office.
    Officer,
    /// An agency's end user.
    Agency,
    /// The citizen, reading the own record.
    Citizen,
    /// The service on its own (a sweep, an import).
    System,
}

impl ActorKind {
    /// The word stored in the column.
    pub fn name(self) -> &'static str {
        match self {
            ActorKind::Officer => "officer",
            ActorKind::Agency => "agency",
            ActorKind::Citizen => "citizen",
            ActorKind::System => "system",
        }
    }
}

/// One act of reading: what the citizen will see. The members stand in the order of canonical JSON.
#[derive(Debug, Clone, Serialize)]
pub struct AccessEntry {
    /// What was done, for example `identity question`.
    pub act: String,
    /// The officer's, agency's or citizen's id.
    pub actor_id: Uuid,
    pub actor_kind: ActorKind,
    /// The name shown to the citizen: an office or an agency, never a private person's name.
    pub actor_label: String,
    /// What was stated to an agency, as words; none for every other access, and for a question that found no
    /// match. Entries of earlier versions do not have this member at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    /// The case or declaration for which the reading was done.
    pub case_reference: Option<String>,
    /// Who sat at the agency's screen, as the agency states it.
    pub end_user: Option<String>,
    pub id: Uuid,
    /// The law or agreement that allows it.
    pub legal_basis: Option<String>,
    /// The officer's office.
    pub office: Option<String>,
    /// All people whose data was shown.
    pub people: Vec<Uuid>,
    /// Why it was read.
    pub purpose: String,
    #[serde(serialize_with = "as_text")]
    pub recorded_at: Instant,
}

fn as_text<S: serde::Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_text())
}

/// A row of `access_entry`. Every column is written, so that SQLite too takes a batch as one statement.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_entry, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct AccessRow {
    pub seq: i64,
    pub id: Uid,
    pub recorded_at: Instant,
    pub actor_kind: String,
    pub actor_id: Uid,
    pub actor_label: String,
    pub office: Option<String>,
    pub end_user: Option<String>,
    pub act: String,
    pub legal_basis: Option<String>,
    pub purpose: String,
    pub case_reference: Option<String>,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
    pub answered: Option<String>,
}

/// A row of `access_person`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_person, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct AccessPersonRow {
    pub access_seq: i64,
    pub ordinal: i32,
    pub person_id: Uid,
}

/// The leaf of an access entry at a position.
///
/// # Errors
/// A text does not fit JSON, which no text should cause.
pub fn access_leaf(entry: &AccessEntry, salt: &Salt, seq: u64) -> Result<String, StoreError> {
    // The members stand in the order of RFC 8785 and hold only texts, and serde_json writes texts as that RFC
    // does (tested below).
    let body = serde_json::to_vec(entry).map_err(|e| StoreError::Damaged(e.to_string()))?;
    let set = commit_set(&[commit(salt, &body)]);
    Ok(leaf_text(LeafClass::Access, seq, entry.recorded_at.utc(), entry.id, &set))
}

/// Prepares a connection for appending. On SQLite the pages of the tables' random keys stay in memory, and a
/// batch is rarely held up while SQLite copies the write-ahead log into the database. Commits are as durable
/// as before.
///
/// # Errors
/// The database failed.
pub fn prepare_appending(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Pg(_) => Ok(()),
        // A negative cache size counts KiB. SQLite copies the write-ahead log at 8,000 pages, about 32 MB.
        Db::Sqlite(sqlite) => {
            Ok(sqlite.batch_execute("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;")?)
        }
    }
}

/// Appends a batch in one transaction; it is durable when this returns.
///
/// # Errors
/// [`StoreError::Fenced`], or the database failed.
pub fn append_batch(db: &mut Db, epoch: i64, batch: &[(AccessEntry, Salt)]) -> Result<(), StoreError> {
    db.write(|db| {
        let mut head = move_head(db, Log::Access, epoch, batch.len() as u64)?;
        let mut rows = Vec::with_capacity(batch.len());
        let mut people = Vec::with_capacity(batch.len());
        for (entry, salt) in batch {
            let leaf = access_leaf(entry, salt, head.seq)?;
            let (seq, hash) = head.push(&leaf);
            let seq = column(seq)?;
            rows.push(row_of(entry, salt, seq, hash.as_bytes()));
            people.extend((0i32..).zip(&entry.people).map(|(ordinal, person)| AccessPersonRow {
                access_seq: seq,
                ordinal,
                person_id: Uid(*person),
            }));
        }
        native!(db, c => {
            for rows in rows.chunks(ROWS_A_STATEMENT) {
                diesel::insert_into(access_entry::table).values(rows).execute(c)?;
            }
            for people in people.chunks(ROWS_A_STATEMENT) {
                diesel::insert_into(access_person::table).values(people).execute(c)?;
            }
        });
        head.store(db)
    })
}

fn row_of(entry: &AccessEntry, salt: &Salt, seq: i64, leaf_hash: &[u8]) -> AccessRow {
    AccessRow {
        seq,
        id: Uid(entry.id),
        recorded_at: entry.recorded_at,
        actor_kind: entry.actor_kind.name().to_owned(),
        actor_id: Uid(entry.actor_id),
        actor_label: entry.actor_label.clone(),
        office: entry.office.clone(),
        end_user: entry.end_user.clone(),
        act: entry.act.clone(),
        legal_basis: entry.legal_basis.clone(),
        purpose: entry.purpose.clone(),
        case_reference: entry.case_reference.clone(),
        salt: salt.to_vec(),
        leaf_hash: leaf_hash.to_vec(),
        answered: entry.answered.clone(),
    }
}

impl AccessRow {
    /// The entry as the row and its people state it, and its salt.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for a word or a length that this program never writes.
    pub fn entry(&self, people: Vec<Uuid>) -> Result<(AccessEntry, Salt), StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("access_entry {}: {what}", self.seq));
        let actor_kind = [ActorKind::Officer, ActorKind::Agency, ActorKind::Citizen, ActorKind::System]
            .into_iter()
            .find(|kind| kind.name() == self.actor_kind)
            .ok_or_else(|| damaged("actor_kind"))?;
        let salt = Salt::try_from(self.salt.as_slice()).map_err(|_| damaged("salt"))?;
        let entry = AccessEntry {
            act: self.act.clone(),
            actor_id: self.actor_id.0,
            actor_kind,
            actor_label: self.actor_label.clone(),
            answered: self.answered.clone(),
            case_reference: self.case_reference.clone(),
            end_user: self.end_user.clone(),
            id: self.id.0,
            legal_basis: self.legal_basis.clone(),
            office: self.office.clone(),
            people,
            purpose: self.purpose.clone(),
            recorded_at: self.recorded_at,
        };
        Ok((entry, salt))
    }
}

/// Up to `limit` rows from position `from`, each with its people.
///
/// # Errors
/// The database failed.
pub fn rows(
    db: &mut Db,
    from: u64,
    limit: i64,
) -> Result<Vec<(AccessRow, Vec<AccessPersonRow>)>, StoreError> {
    let rows: Vec<AccessRow> = access_entry::table
        .filter(access_entry::seq.ge(column(from)?))
        .order(access_entry::seq)
        .limit(limit)
        .select(AccessRow::as_select())
        .load(db)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let people: Vec<AccessPersonRow> = access_person::table
        .filter(access_person::access_seq.between(first.seq, last.seq))
        .order((access_person::access_seq, access_person::ordinal))
        .select(AccessPersonRow::as_select())
        .load(db)?;
    let mut people = people.into_iter().peekable();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut own = Vec::new();
            while let Some(person) = people.next_if(|person| person.access_seq == row.seq) {
                own.push(person);
            }
            (row, own)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn an_access_entry_is_written_as_canonical_json() {
        let entry = AccessEntry {
            act: "identity question".to_owned(),
            actor_id: Uuid::from_u128(1),
            actor_kind: ActorKind::Agency,
            actor_label: "Банк \"Туршилт\"\u{1}\u{7f}\u{2028} \\ / é".to_owned(),
            answered: Some("given_name born_on".to_owned()),
            case_reference: Some("тохиолдол-1".to_owned()),
            end_user: None,
            id: Uuid::from_u128(2),
            legal_basis: Some("a\tb\nc\r\u{8}\u{c}".to_owned()),
            office: None,
            people: vec![Uuid::from_u128(3), Uuid::from_u128(4)],
            purpose: "p".to_owned(),
            recorded_at: Instant::new(DateTime::from_timestamp(5, 0).unwrap()),
        };
        let canonical = crate::ledger::commitment::canonical(&entry).unwrap();
        assert_eq!(serde_json::to_vec(&entry).unwrap(), canonical);
        let before = AccessEntry { answered: None, ..entry };
        assert!(!String::from_utf8(serde_json::to_vec(&before).unwrap()).unwrap().contains("answered"));
    }
}
