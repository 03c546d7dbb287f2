//! Who looked at a person: an index of the access log, written in large sorted steps behind the log.
//!
//! To write a random key beside every access entry would cost more than the entry itself. So the table
//! `access_of_person` follows the log from time to time, and `log_head.indexed` says how far it has come.
//! Whatever is newer is read from the log's own table, which stands in the order of the log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::access_log::AccessRow;
use super::codec::Uid;
use super::paging::{Paged, Side};
use super::schema::{access_entry, access_of_person, access_person, log_head};
use super::{Db, StoreError};
use crate::ledger::Log;
use crate::native;

/// How many entries one step takes, and how many the log may be ahead of the index while the service runs.
pub const STEP: i64 = 16_384;

/// How far the log and its index have come: the position of the next entry in each.
///
/// # Errors
/// The database failed.
pub fn progress(db: &mut Db) -> Result<(i64, i64), StoreError> {
    Ok(log_head::table.find(Log::Access.name()).select((log_head::size, log_head::indexed)).first(db)?)
}

/// Lets the index follow the log by one step, in one transaction.
///
/// # Errors
/// The database failed.
pub fn follow(db: &mut Db) -> Result<(), StoreError> {
    db.write(|db| {
        // The first statement locks the head, so that two threads that let the index follow queue.
        let (size, from): (i64, i64) = diesel::update(log_head::table.find(Log::Access.name()))
            .set(log_head::indexed.eq(log_head::indexed))
            .returning((log_head::size, log_head::indexed))
            .get_result(db)?;
        let to = size.min(from + STEP);
        native!(db, c => access_person::table
            .filter(access_person::access_seq.ge(from))
            .filter(access_person::access_seq.lt(to))
            .select((access_person::person_id, access_person::access_seq))
            .distinct()
            .order((access_person::person_id, access_person::access_seq))
            .insert_into(access_of_person::table)
            .into_columns((access_of_person::person_id, access_of_person::access_seq))
            .execute(c)?);
        diesel::update(log_head::table.find(Log::Access.name())).set(log_head::indexed.eq(to)).execute(db)?;
        Ok(())
    })
}

/// What the citizen sees of one access.
#[derive(Debug, Clone)]
pub struct SeenAccess {
    pub at: DateTime<Utc>,
    /// The row of the access, without the other people that it names.
    pub row: AccessRow,
}

/// A page of the accesses that concern any of these records, ordered by their positions in the log.
///
/// # Errors
/// The database failed.
pub fn of_people(
    db: &mut Db,
    people: &[Uuid],
    side: Side<i64>,
    limit: usize,
) -> Result<Paged<SeenAccess, i64>, StoreError> {
    let people: Vec<Uid> = people.iter().copied().map(Uid).collect();
    let page = Paged::read(side, limit, |seq| *seq, |side, limit| positions(db, &people, side, limit))?;
    let rows: Vec<AccessRow> = access_entry::table
        .filter(access_entry::seq.eq_any(&page.items))
        .order(access_entry::seq.desc())
        .select(AccessRow::as_select())
        .load(db)?;
    Ok(page.map(|_| rows.into_iter().map(|row| SeenAccess { at: row.recorded_at.utc(), row }).collect()))
}

/// The next positions on a side, each once: an entry may name several of the records, or one record under
/// several ordinals.
fn positions(db: &mut Db, people: &[Uid], side: Side<i64>, limit: usize) -> Result<Vec<i64>, StoreError> {
    // The index only grows. So the index up to `indexed`, as read here, and the log from there on are
    // everything.
    let (_, indexed) = progress(db)?;
    let (above, below) = match side {
        Side::Newest => (-1, i64::MAX),
        Side::OlderThan(row) => (-1, row),
        Side::NewerThan(row) => (row, i64::MAX),
    };
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let in_log = || {
        access_person::table
            .filter(access_person::access_seq.ge(indexed))
            .filter(access_person::access_seq.gt(above))
            .filter(access_person::access_seq.lt(below))
            .filter(access_person::person_id.eq_any(people))
            .select(access_person::access_seq)
            .distinct()
            .limit(most)
    };
    let in_index = || {
        access_of_person::table
            .filter(access_of_person::access_seq.lt(indexed))
            .filter(access_of_person::access_seq.gt(above))
            .filter(access_of_person::access_seq.lt(below))
            .filter(access_of_person::person_id.eq_any(people))
            .select(access_of_person::access_seq)
            .distinct()
            .limit(most)
    };
    let mut found: Vec<i64> = match side {
        Side::Newest | Side::OlderThan(_) => {
            let newer: Vec<i64> = in_log().order(access_person::access_seq.desc()).load(db)?;
            let older: Vec<i64> = in_index().order(access_of_person::access_seq.desc()).load(db)?;
            newer.into_iter().chain(older).collect()
        }
        Side::NewerThan(_) => {
            let older: Vec<i64> = in_index().order(access_of_person::access_seq.asc()).load(db)?;
            let newer: Vec<i64> = in_log().order(access_person::access_seq.asc()).load(db)?;
            older.into_iter().chain(newer).collect()
        }
    };
    found.truncate(limit);
    Ok(found)
}

/// The accesses of one kind that concern any of these people, each with the person concerned, oldest first.
///
/// # Errors
/// The database failed.
pub fn of_kind(db: &mut Db, people: &[Uuid], kind: Sought) -> Result<Vec<(Uuid, AccessRow)>, StoreError> {
    let people: Vec<Uid> = people.iter().copied().map(Uid).collect();
    let mut rows = Vec::new();
    for people in people.chunks(PEOPLE_A_STATEMENT) {
        let (_, indexed) = progress(db)?;
        let newer: Vec<(Uid, AccessRow)> = access_person::table
            .inner_join(access_entry::table)
            .filter(access_person::access_seq.ge(indexed))
            .filter(access_person::person_id.eq_any(people))
            .filter(access_entry::act.eq(kind.act()))
            .select((access_person::person_id, AccessRow::as_select()))
            .load(db)?;
        let older: Vec<(Uid, AccessRow)> = access_of_person::table
            .inner_join(access_entry::table)
            .filter(access_of_person::person_id.eq_any(people))
            .filter(access_of_person::access_seq.lt(indexed))
            .filter(access_entry::act.eq(kind.act()))
            .select((access_of_person::person_id, AccessRow::as_select()))
            .load(db)?;
        rows.extend(newer.into_iter().chain(older).map(|(person, row)| (person.0, row)));
    }
    rows.retain(|(_, row)| kind.is_meant(row));
    rows.sort_by_key(|(person, row)| (row.seq, *person));
    rows.dedup_by_key(|(person, row)| (row.seq, *person));
    Ok(rows)
}

/// One statement looks for the accesses of at most this many people.
const PEOPLE_A_STATEMENT: usize = 1000;

/// The kinds of accesses by which something left the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Answers that stated something, to whatever agency.
    Answers,
    /// Answers that stated something, to this agency.
    AnswersTo(Uuid),
    /// Printed extracts.
    Extracts,
}

impl Sought {
    const fn act(self) -> &'static str {
        match self {
            Sought::Answers | Sought::AnswersTo(_) => "identity question",
            Sought::Extracts => "extract printed",
        }
    }

    fn is_meant(self, row: &AccessRow) -> bool {
        match self {
            Sought::Answers => row.answered.is_some(),
            Sought::AnswersTo(agency) => row.answered.is_some() && row.actor_id.0 == agency,
            Sought::Extracts => true,
        }
    }
}

/// The rows, by person and position, that the index has and the log does not, and those that the index lacks.
///
/// # Errors
/// The database failed.
pub fn differences(db: &mut Db) -> Result<Differences, StoreError> {
    let (size, indexed) = progress(db)?;
    let strange = access_of_person::table
        .left_join(
            access_person::table.on(access_person::access_seq
                .eq(access_of_person::access_seq)
                .and(access_person::person_id.eq(access_of_person::person_id))),
        )
        .filter(access_person::ordinal.nullable().is_null().or(access_of_person::access_seq.ge(indexed)))
        .select((access_of_person::person_id, access_of_person::access_seq))
        .load(db)?;
    let missing = access_person::table
        .left_join(
            access_of_person::table.on(access_person::access_seq
                .eq(access_of_person::access_seq)
                .and(access_person::person_id.eq(access_of_person::person_id))),
        )
        .filter(access_person::access_seq.lt(indexed))
        .filter(access_of_person::access_seq.nullable().is_null())
        .select((access_person::person_id, access_person::access_seq))
        .load(db)?;
    let other: i64 = log_head::table.find(Log::Register.name()).select(log_head::indexed).first(db)?;
    Ok(Differences { strange, missing, is_wrongly_far: indexed > size || other != 0 })
}

/// Where the log and its index disagree.
#[derive(Debug)]
pub struct Differences {
    /// Rows that only the index has.
    pub strange: Vec<(Uid, i64)>,
    /// Rows that the index lacks.
    pub missing: Vec<(Uid, i64)>,
    /// The index claims to have come further than the log; or the register's log, which has no index, claims
    /// to have one.
    pub is_wrongly_far: bool,
}
