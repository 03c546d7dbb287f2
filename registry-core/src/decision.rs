//! A refusal as a decision: it has a number and says who decided, where it can be appealed and until when.
//! The reason is kept with the declaration, under seal.

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use registry_domain::date::civil_date;
use registry_domain::event::Detail;
use registry_domain::id::DeclarationId;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;

use crate::access::{AccessEntry, Withheld};
use crate::declarations::{Decision, Declaration, load_shown, people_named, require_no_interest};
use crate::deps::Deps;
use crate::entering::law_of;
use crate::failure::Failure;
use crate::register::officer_access;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{declaration, office};
use crate::store::{Db, reference};

/// Records the decision of a refused declaration.
///
/// # Errors
/// The store failed.
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

/// Gives the number `R-office-year-count`. Two refusals of one office wait for each other at the office's
/// row, so that no two get the same number.
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

/// A decision as the paper that the declarant gets.
pub struct Paper {
    /// What was declared, and where.
    pub declaration: Declaration,
    /// The decision.
    pub decision: Decision,
    /// The civil date of the decision, at the office that decided.
    pub decided_on: NaiveDate,
    /// The office that decided; the number of the decision contains it.
    pub office: UnitCode,
    /// Who decided, as citizens see the officer.
    pub officer: String,
    /// The reason of the refusal.
    pub reason: String,
    /// What was declared, in lines.
    pub details: Vec<Detail>,
    /// The people whom the declaration names, as they stand in the register.
    pub people: Vec<Person>,
}

/// Opens the decision of a refused declaration, for an officer of an office that it concerns.
///
/// # Errors
/// [`Refusal::DecisionNotFound`] unless the declaration was refused. Also refused: another office's
/// declaration, one that names the reader or a relative, and a reader without a mandate to read.
pub fn open(deps: &Deps, reader: &Officer, id: DeclarationId) -> Result<Withheld<Paper>, Failure> {
    let mut db = deps.db()?;
    let refused = load_shown(deps, &mut db, reader, id)?;
    reader.require_deciding(&refused.office, &refused.deciding_office)?;
    require_no_interest(&mut db, reader, &refused)?;
    let decision = refused.decision.clone().ok_or(Refusal::DecisionNotFound)?;
    let office = office_of(&decision).ok_or_else(|| Failure::damaged("a decision", &decision.number))?;
    let decided_at: Option<Instant> =
        declaration::table.find(Uid::from(id)).select(declaration::decided_at).first(&mut *db)?;
    let decided_at = decided_at.ok_or_else(|| Failure::damaged("a decision", "without its day"))?;
    let officer = reference::officer_of(&mut db, decision.decided_by)?;
    let people = people_named(&mut db, &refused)?.into_iter().filter(|person| !person.is_hidden()).collect();
    Ok(Withheld::new(Paper {
        decided_on: civil_date(decided_at.utc(), deps.units.zone(&office)),
        officer: officer.map(|row| row.label).unwrap_or_default(),
        reason: refused.body.reasons.last().cloned().unwrap_or_default(),
        details: refused.facts()?.describe(),
        people,
        office,
        decision,
        declaration: refused,
    }))
}

/// The access entry of a decision that is printed.
pub fn printed(deps: &Deps, officer: &Officer, paper: &Paper) -> AccessEntry {
    let people = paper.people.iter().map(|person| person.id.uuid()).collect();
    let case = Some(paper.declaration.id.to_string());
    officer_access(
        deps,
        officer,
        paper.declaration.kind.rules().basis,
        "decision printed",
        "handing over a refusal",
        case,
        people,
    )
}

/// The office in the number of a decision.
fn office_of(decision: &Decision) -> Option<UnitCode> {
    UnitCode::parse(decision.number.split('-').nth(1)?).ok()
}
