//! Where a declaration is decided: the officers are loaded here, the domain chooses the office.

use registry_domain::officer::Officer;
use registry_domain::policy::{self, Received};
use registry_domain::unit::UnitCode;

use crate::deps::Deps;
use crate::entering::Decided;
use crate::failure::Failure;
use crate::officers::officers_of;
use crate::store::Db;

/// The office that decides on what an officer receives.
///
/// # Errors
/// [`registry_domain::refusal::Refusal::NobodyEligible`], or an error of the database.
pub fn deciding_office(
    deps: &Deps,
    db: &mut Db,
    receiver: &Officer,
    decided: &Decided,
) -> Result<UnitCode, Failure> {
    let received =
        Received { kind: decided.kind, eyes: decided.eyes(), by: Some(receiver.id), at: &receiver.office };
    if !received.eyes.needs_second() {
        return Ok(receiver.office.clone());
    }
    let officers = officers_of(db, &received.offices(&decided.law, &deps.units), &deps.units, decided.today)?;
    let office = policy::deciding_office(
        &received,
        &decided.concerned(),
        &officers,
        decided.today,
        &decided.law,
        &deps.units,
    )?;
    Ok(office)
}
