//! The counted copies of civil papers.

use diesel::prelude::*;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::{entry_part, ledger_entry, paper_copy};
use super::{Db, StoreError};

/// A row of `paper_copy`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = paper_copy)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct CopyRow {
    pub id: Uid,
    pub entry_id: Uid,
    pub number: i32,
    pub sheet: Option<String>,
    pub office: String,
    pub issued_by: Uid,
    pub issued_at: Instant,
    pub sealed: Vec<u8>,
    pub spoiled_at: Option<Instant>,
    pub spoiled_by: Option<Uid>,
    pub spoiled_why: Option<Vec<u8>>,
}

/// The number of the next copy of an act's paper.
///
/// # Errors
/// The database failed.
pub fn next_number(db: &mut Db, entry: Uuid) -> Result<i32, StoreError> {
    let copies = paper_copy::table.filter(paper_copy::entry_id.eq(Uid(entry)));
    let last: Option<i32> = copies.select(diesel::dsl::max(paper_copy::number)).first(db)?;
    Ok(last.unwrap_or_default() + 1)
}

/// Whether a sheet was used before. `sheet` is the keyed hash of its number.
///
/// # Errors
/// The database failed.
pub fn is_sheet_used(db: &mut Db, sheet: &str) -> Result<bool, StoreError> {
    let used: i64 = paper_copy::table.filter(paper_copy::sheet.eq(sheet)).count().get_result(db)?;
    Ok(used > 0)
}

/// Records a copy.
///
/// # Errors
/// The database failed.
pub fn insert(db: &mut Db, row: &CopyRow) -> Result<(), StoreError> {
    diesel::insert_into(paper_copy::table).values(row).execute(db)?;
    Ok(())
}

/// One copy.
///
/// # Errors
/// The database failed.
pub fn find(db: &mut Db, id: Uuid) -> Result<Option<CopyRow>, StoreError> {
    let row = paper_copy::table.find(Uid(id)).select(CopyRow::as_select());
    Ok(row.first(db).optional()?)
}

/// The copies of an act's paper, in their order.
///
/// # Errors
/// The database failed.
pub fn of_entry(db: &mut Db, entry: Uuid) -> Result<Vec<CopyRow>, StoreError> {
    let copies = paper_copy::table.filter(paper_copy::entry_id.eq(Uid(entry)));
    Ok(copies.order(paper_copy::number).select(CopyRow::as_select()).load(db)?)
}

/// Whether a copy was counted and not spoiled.
///
/// # Errors
/// The database failed.
pub fn stands(db: &mut Db, entry: Uuid, number: i32) -> Result<bool, StoreError> {
    let standing: i64 = paper_copy::table
        .filter(paper_copy::entry_id.eq(Uid(entry)))
        .filter(paper_copy::number.eq(number))
        .filter(paper_copy::spoiled_at.is_null())
        .count()
        .get_result(db)?;
    Ok(standing > 0)
}

/// The copies of the papers of every entry that has a part of this person.
///
/// # Errors
/// The database failed.
pub fn of_person(db: &mut Db, person: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let entries: Vec<Uid> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(entry_part::person_id.eq(Uid(person)))
        .select(ledger_entry::id)
        .distinct()
        .load(db)?;
    let copies = paper_copy::table.filter(paper_copy::entry_id.eq_any(entries));
    let ids: Vec<Uid> = copies.order(paper_copy::id).select(paper_copy::id).load(db)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Empties the sealed columns of copies; the count of copies stays.
///
/// # Errors
/// The database failed.
pub fn empty(db: &mut Db, copies: &[Uuid]) -> Result<(), StoreError> {
    let ids: Vec<Uid> = copies.iter().copied().map(Uid).collect();
    diesel::update(paper_copy::table.filter(paper_copy::id.eq_any(ids)))
        .set((paper_copy::sealed.eq(Vec::<u8>::new()), paper_copy::spoiled_why.eq(None::<Vec<u8>>)))
        .execute(db)?;
    Ok(())
}

/// Records that a copy was spoiled; false if it was spoiled before.
///
/// # Errors
/// The database failed.
pub fn spoil(db: &mut Db, id: Uuid, at: Instant, by: Uuid, why: &[u8]) -> Result<bool, StoreError> {
    let open = paper_copy::table.find(Uid(id)).filter(paper_copy::spoiled_at.is_null());
    let changed = diesel::update(open)
        .set((
            paper_copy::spoiled_at.eq(at),
            paper_copy::spoiled_by.eq(Uid(by)),
            paper_copy::spoiled_why.eq(why),
        ))
        .execute(db)?;
    Ok(changed > 0)
}
