//! Offices, officers, agencies, agreements, stations: reference rows with validity.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::{agency, agreement, office, officer, station, unit};
use super::{Db, StoreError};
use crate::native;

/// A row of `officer`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = officer)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct OfficerRow {
    pub id: Uid,
    pub label: String,
    pub office: String,
    pub roles: String,
    pub person_id: Option<Uid>,
    pub valid_from: Instant,
    pub valid_to: Option<Instant>,
}

/// A row of `office`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = office)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct OfficeRow {
    pub unit_code: String,
    pub approval_neighbour: Option<String>,
}

/// A row of `agency`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = agency)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct AgencyRow {
    pub id: Uid,
    pub label: String,
    pub agency_kind: String,
    pub valid_from: Instant,
    pub valid_to: Option<Instant>,
}

/// A row of `station`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = station)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct StationRow {
    pub id: Uid,
    pub label: String,
    pub office: String,
    pub valid_from: Instant,
    pub valid_to: Option<Instant>,
}

/// A row of `agreement`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = agreement)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct AgreementRow {
    pub id: Uid,
    pub agency_id: Uid,
    pub purpose: String,
    pub legal_basis: String,
    pub attributes: String,
    pub misses_per_end_user: i32,
    pub misses_per_agency: i32,
    pub valid_from: Instant,
    pub valid_to: Option<Instant>,
}

/// A row of `unit`.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = unit)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct UnitRow {
    pub code: String,
    pub parent_code: Option<String>,
    pub unit_level: String,
    pub name_mn: String,
    pub name_latin: String,
    pub zone: String,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
    pub source: String,
    pub confidence: String,
}

/// What an agreement may let an agency ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreedAttribute {
    ClanName,
    ParentName,
    GivenName,
    BornOn,
    /// Whether the person lives; it must be agreed by itself.
    Living,
    /// Whether a card that signed a nonce is valid.
    Card,
}

impl AgreementRow {
    /// The attributes that the agreement names.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for an unknown word.
    pub fn agreed(&self) -> Result<Vec<AgreedAttribute>, StoreError> {
        serde_json::from_str(&self.attributes)
            .map_err(|e| StoreError::Damaged(format!("agreement attributes: {e}")))
    }
}

/// Whether a period of validity covers an instant.
pub fn is_valid_at(from: Instant, to: Option<Instant>, at: DateTime<Utc>) -> bool {
    from.utc() <= at && to.is_none_or(|to| at < to.utc())
}

/// One officer.
///
/// # Errors
/// The database failed.
pub fn officer_of(db: &mut Db, id: Uuid) -> Result<Option<OfficerRow>, StoreError> {
    Ok(officer::table.find(Uid(id)).select(OfficerRow::as_select()).first(db).optional()?)
}

/// All officers of an office.
///
/// # Errors
/// The database failed.
pub fn officers_at(db: &mut Db, unit_code: &str) -> Result<Vec<OfficerRow>, StoreError> {
    Ok(officer::table
        .filter(officer::office.eq(unit_code))
        .order(officer::id)
        .select(OfficerRow::as_select())
        .load(db)?)
}

/// One office.
///
/// # Errors
/// The database failed.
pub fn office_of(db: &mut Db, unit_code: &str) -> Result<Option<OfficeRow>, StoreError> {
    Ok(office::table.find(unit_code).select(OfficeRow::as_select()).first(db).optional()?)
}

/// The units that have an office.
///
/// # Errors
/// The database failed.
pub fn offices(db: &mut Db) -> Result<Vec<String>, StoreError> {
    Ok(office::table.order(office::unit_code).select(office::unit_code).load(db)?)
}

/// The offices that have a neighbour to approve for them.
///
/// # Errors
/// The database failed.
pub fn offices_with_neighbours(db: &mut Db) -> Result<Vec<OfficeRow>, StoreError> {
    Ok(office::table
        .filter(office::approval_neighbour.is_not_null())
        .order(office::unit_code)
        .select(OfficeRow::as_select())
        .load(db)?)
}

/// One agency.
///
/// # Errors
/// The database failed.
pub fn agency_of(db: &mut Db, id: Uuid) -> Result<Option<AgencyRow>, StoreError> {
    Ok(agency::table.find(Uid(id)).select(AgencyRow::as_select()).first(db).optional()?)
}

/// One station.
///
/// # Errors
/// The database failed.
pub fn station_of(db: &mut Db, id: Uuid) -> Result<Option<StationRow>, StoreError> {
    Ok(station::table.find(Uid(id)).select(StationRow::as_select()).first(db).optional()?)
}

/// The agreements of an agency, newest first.
///
/// # Errors
/// The database failed.
pub fn agreements_of(db: &mut Db, agency_id: Uuid) -> Result<Vec<AgreementRow>, StoreError> {
    Ok(agreement::table
        .filter(agreement::agency_id.eq(Uid(agency_id)))
        .order(agreement::valid_from.desc())
        .select(AgreementRow::as_select())
        .load(db)?)
}

/// Adds the units that are not there yet; existing ones stay as they are.
///
/// # Errors
/// The database failed.
pub fn add_units(db: &mut Db, rows: &[UnitRow]) -> Result<usize, StoreError> {
    let mut added = 0;
    for row in rows {
        added += native!(db, c => diesel::insert_into(unit::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(added)
}

/// Adds an office; an existing one stays as it is.
///
/// # Errors
/// The database failed.
pub fn add_office(db: &mut Db, row: &OfficeRow) -> Result<(), StoreError> {
    native!(db, c => diesel::insert_into(office::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Adds an officer.
///
/// # Errors
/// The database failed.
pub fn add_officer(db: &mut Db, row: &OfficerRow) -> Result<(), StoreError> {
    diesel::insert_into(officer::table).values(row).execute(db)?;
    Ok(())
}

/// Adds an agency or hospital.
///
/// # Errors
/// The database failed.
pub fn add_agency(db: &mut Db, row: &AgencyRow) -> Result<(), StoreError> {
    diesel::insert_into(agency::table).values(row).execute(db)?;
    Ok(())
}

/// Adds an agreement.
///
/// # Errors
/// The database failed.
pub fn add_agreement(db: &mut Db, row: &AgreementRow) -> Result<(), StoreError> {
    diesel::insert_into(agreement::table).values(row).execute(db)?;
    Ok(())
}

/// Adds a station.
///
/// # Errors
/// The database failed.
pub fn add_station(db: &mut Db, row: &StationRow) -> Result<(), StoreError> {
    diesel::insert_into(station::table).values(row).execute(db)?;
    Ok(())
}
