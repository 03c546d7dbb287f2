//! Officers as the domain knows them, with the records that they keep away from.

use chrono::{DateTime, NaiveDate, Utc};
use registry_domain::date::civil_date;
use registry_domain::id::{OfficerId, PersonId};
use registry_domain::interest::Interest;
use registry_domain::officer::{Officer, Role};
use registry_domain::refusal::Refusal;
use registry_domain::unit::{UnitCode, UnitTree};

use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::reference::{self, OfficerRow};
use crate::store::{Db, people};

/// Loads an officer whose mandate is valid today.
///
/// # Errors
/// [`Refusal::MandateNotValid`], or an error of the database.
pub fn load_officer(deps: &Deps, id: OfficerId) -> Result<Officer, Failure> {
    officer_at_work(&mut *deps.db()?, id, &deps.units, deps.now())
}

/// Loads the officer on this connection. Every request of an officer, and every new session, passes here.
/// Nothing is remembered, so a withdrawn mandate counts as withdrawn from the next request on.
///
/// # Errors
/// As [`load_officer`].
pub fn officer_at_work(
    db: &mut Db,
    id: OfficerId,
    units: &UnitTree,
    now: DateTime<Utc>,
) -> Result<Officer, Failure> {
    let row = reference::officer_of(db, id.uuid())?.ok_or(Refusal::MandateNotValid)?;
    let mut officer = with_interest(db, &row, units)?;
    let today = civil_date(now, units.zone(&officer.office));
    stand(&mut officer, units, today);
    officer.require_valid_on(today)?;
    Ok(officer)
}

/// Puts an officer where the own office is on the day, and says for which closed units that office stands. A
/// unit that was merged or renumbered continues as its only successor. If a unit was split, nobody can say in
/// which part the officer is, who then needs a new mandate.
fn stand(officer: &mut Officer, units: &UnitTree, today: NaiveDate) {
    if let Some(office) = units.only_successor_on(&officer.office, today) {
        officer.office = office;
    }
    officer.follows = units.followed_by(&officer.office, today);
}

/// The officers of these offices on a day, whatever their roles and the dates of their mandates.
///
/// # Errors
/// An error of the database, or stored words that do not parse.
pub fn officers_of(
    db: &mut Db,
    offices: &[UnitCode],
    units: &UnitTree,
    today: NaiveDate,
) -> Result<Vec<Officer>, Failure> {
    let mut officers = Vec::new();
    for office in offices {
        for code in std::iter::once(office.clone()).chain(units.followed_by(office, today)) {
            for row in reference::officers_at(db, code.as_str())? {
                let mut officer = with_interest(db, &row, units)?;
                stand(&mut officer, units, today);
                officers.push(officer);
            }
        }
    }
    Ok(officers)
}

/// The codes of the officer's unit and of the closed ones for which it stands.
pub(crate) fn offices_of(officer: &Officer) -> Vec<String> {
    std::iter::once(&officer.office).chain(&officer.follows).map(ToString::to_string).collect()
}

/// Reads an officer's row.
///
/// # Errors
/// Stored words that do not parse.
pub fn officer_of_row(row: &OfficerRow, units: &UnitTree) -> Result<Officer, Failure> {
    let office = UnitCode::parse(&row.office).map_err(|e| Failure::damaged("officer.office", e))?;
    let zone = units.zone(&office);
    let roles = row
        .roles
        .split_whitespace()
        .map(|word| Role::parse(word).map_err(|e| Failure::damaged("officer.roles", e)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Officer {
        id: row.id.into(),
        name_label: row.label.clone(),
        roles,
        office,
        valid_from: civil_date(row.valid_from.utc(), zone),
        valid_to: row.valid_to.map(|to| civil_date(to.utc(), zone)),
        interest: Interest::default(),
        follows: Vec::new(),
    })
}

fn with_interest(db: &mut Db, row: &OfficerRow, units: &UnitTree) -> Result<Officer, Failure> {
    let mut officer = officer_of_row(row, units)?;
    if let Some(own) = row.person_id {
        officer.interest = interest_of(db, own.into())?;
    }
    Ok(officer)
}

/// The officer's own record and the records one link away; they tell who is two links away.
fn interest_of(db: &mut Db, own: PersonId) -> Result<Interest, Failure> {
    let Some(own_record) = people::load_survivor(db, own)? else { return Ok(Interest::alone(own)) };
    let mut near = Vec::new();
    for id in Interest::one_link_from(&own_record) {
        near.extend(people::load(db, id)?);
    }
    Ok(Interest::of(&own_record, &near))
}
