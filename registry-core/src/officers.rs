//! Officers as the domain knows them.

use registry_domain::date::civil_date;
use registry_domain::id::OfficerId;
use registry_domain::officer::{Officer, Role};
use registry_domain::refusal::Refusal;
use registry_domain::unit::{UnitCode, UnitTree};

use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::reference::{self, OfficerRow};

/// Loads an officer whose mandate is valid today.
///
/// # Errors
/// [`Refusal::MandateNotValid`], or the store's.
pub fn load_officer(deps: &Deps, id: OfficerId) -> Result<Officer, Failure> {
    let row = reference::officer_of(&mut *deps.db()?, id.uuid())?.ok_or(Refusal::MandateNotValid)?;
    let officer = officer_of_row(&row, &deps.units)?;
    officer.require_valid_on(civil_date(deps.now(), deps.units.zone(&officer.office)))?;
    Ok(officer)
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
    })
}
