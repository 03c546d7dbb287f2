//! A refusal as a decision: numbered, with who decided, where it can be appealed and until when. The reason stands with
//! the declaration, under seal.

use chrono::Datelike;
use diesel::prelude::*;
use registry_domain::date::civil_date;
use registry_domain::officer::Officer;
use registry_domain::unit::UnitCode;

use crate::declarations::{Decision, Declaration};
use crate::deps::Deps;
use crate::entering::law_of;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::codec::Uid;
use crate::store::schema::{declaration, office};

/// Records the decision of a refused declaration.
///
/// # Errors
/// The store's.
pub fn record(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    refused: &Declaration,
) -> Result<Decision, Failure> {
    let today = civil_date(deps.now(), deps.units.zone(&officer.office));
    let law = law_of(deps, db, &officer.office)?;
    let decision = Decision {
        number: next_number(db, &officer.office, today.year())?,
        decided_by: officer.id.uuid(),
        appeal_office: deps.units.parent_chain(&officer.office).get(1).map(|unit| unit.code.to_string()),
        appeal_until: law.appeal_until(today).to_string(),
    };
    diesel::update(declaration::table.find(Uid::from(refused.id)))
        .set((
            declaration::decision_number.eq(Some(&decision.number)),
            declaration::decided_by.eq(Some(Uid::from(officer.id))),
            declaration::appeal_office.eq(&decision.appeal_office),
            declaration::appeal_until.eq(Some(&decision.appeal_until)),
        ))
        .execute(db)?;
    Ok(decision)
}

/// `R-office-year-count`. Refusals of one office queue on its row, so that no two get the same number.
fn next_number(db: &mut Db, at: &UnitCode, year: i32) -> Result<String, Failure> {
    diesel::update(office::table.find(at.as_str()))
        .set(office::approval_neighbour.eq(office::approval_neighbour))
        .execute(db)?;
    let prefix = format!("R-{at}-{year}-");
    let earlier: i64 = declaration::table
        .filter(declaration::decision_number.like(format!("{prefix}%")))
        .count()
        .get_result(db)?;
    Ok(format!("{prefix}{:05}", earlier + 1))
}
