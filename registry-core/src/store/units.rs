//! The tree of units: the built-in one, with the changes that were applied since.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::unit::{UNITS_TSV, Unit, UnitCode, UnitTree};

use super::codec::Instant;
use super::reference::{self, OfficeRow, UnitRow};
use super::schema::{unit, unit_change};
use super::{Db, StoreError};

/// The result of applying a table of changes.
#[derive(Debug, Default)]
pub struct Applied {
    /// The units that were closed.
    pub closed: Vec<UnitCode>,
    /// The units that were added.
    pub added: Vec<UnitCode>,
    /// The offices that were opened, because the office of a unit that they follow is open.
    pub offices: Vec<UnitCode>,
}

/// Reads the tree of units.
///
/// # Errors
/// [`StoreError::Damaged`] if an applied change does not fit the tree any more; or the database failed.
pub fn load(db: &mut Db) -> Result<UnitTree, StoreError> {
    let mut tree = UnitTree::parse_tsv(UNITS_TSV).map_err(|e| StoreError::Damaged(format!("units: {e}")))?;
    let changes: Vec<(i64, String)> = unit_change::table
        .order(unit_change::ordinal)
        .select((unit_change::ordinal, unit_change::rows_text))
        .load(db)?;
    for (ordinal, rows) in changes {
        tree = tree.changed(&rows).map_err(|e| StoreError::Damaged(format!("unit_change {ordinal}: {e}")))?;
    }
    Ok(tree)
}

/// Applies a table of changes that was checked against the tree: keeps the table, and writes what it changes.
///
/// # Errors
/// The database failed.
pub fn apply(
    db: &mut Db,
    before: &UnitTree,
    after: &UnitTree,
    rows: &str,
    now: DateTime<Utc>,
) -> Result<Applied, StoreError> {
    let differing: BTreeMap<&UnitCode, &Unit> = after.differing_from(before);
    let mut applied = Applied::default();
    if differing.is_empty() {
        return Ok(applied);
    }
    let newest = unit_change::table.order(unit_change::ordinal.desc()).select(unit_change::ordinal);
    let last: Option<i64> = newest.first(db).optional()?;
    diesel::insert_into(unit_change::table)
        .values((
            unit_change::ordinal.eq(last.unwrap_or_default() + 1),
            unit_change::applied_at.eq(Instant::new(now)),
            unit_change::rows_text.eq(rows),
        ))
        .execute(db)?;
    for (code, changed) in &differing {
        let row = row_of(changed);
        if before.get(code).is_none() {
            reference::add_units(db, &[row])?;
            applied.added.push((*code).clone());
        } else {
            diesel::update(unit::table.find(code.as_str()))
                .set(unit::valid_to.eq(row.valid_to))
                .execute(db)?;
            applied.closed.push((*code).clone());
        }
    }
    applied.offices = open_offices(db, after, &applied.closed)?;
    Ok(applied)
}

/// Opens offices at the units that follow closed units with an office.
fn open_offices(db: &mut Db, units: &UnitTree, closed: &[UnitCode]) -> Result<Vec<UnitCode>, StoreError> {
    let mut opened = Vec::new();
    for code in closed {
        let Some(office) = reference::office_of(db, code.as_str())? else { continue };
        for successor in units.get(code).map(|unit| unit.successors.as_slice()).unwrap_or_default() {
            if reference::office_of(db, successor.as_str())?.is_none() {
                let approval_neighbour = office.approval_neighbour.clone();
                reference::add_office(
                    db,
                    &OfficeRow { unit_code: successor.to_string(), approval_neighbour },
                )?;
                opened.push(successor.clone());
            }
        }
    }
    Ok(opened)
}

/// A unit as a row of its table.
pub fn row_of(unit: &Unit) -> UnitRow {
    UnitRow {
        code: unit.code.to_string(),
        parent_code: unit.parent.as_ref().map(ToString::to_string),
        unit_level: unit.level.as_str().to_owned(),
        name_mn: unit.name_mn.clone(),
        name_latin: unit.name_latin.clone(),
        zone: unit.zone.name().to_owned(),
        valid_from: unit.valid_from.map(|day| day.to_string()),
        valid_to: unit.valid_to.map(|day| day.to_string()),
        source: unit.source.clone(),
        confidence: unit.confidence.clone(),
    }
}
