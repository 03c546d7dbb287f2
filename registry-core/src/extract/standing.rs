//! Whether a genuine paper still says what the register says.
//!
//! The facts of the act are read anew and compared with the salted digest on the paper. So any change of a
//! line is noticed: a correction, a merge, a change of a parent's name. A paper does not become wrong when
//! its record is given a spelling in traditional script. None of the facts leave, and a sealed record is
//! handled like an open one: whoever holds the paper knows already that the record exists.

use registry_domain::amendment::EntryRef;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::load_in_effect;
use super::records::{Reader, paper_of};
use super::seal::{Claim, as_signed};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::{history, paper_copies};

/// What a genuine paper is worth today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaperStanding)]
pub enum Standing {
    /// It says what the register says.
    Valid,
    /// The act stands and says something else now: a new extract shows it.
    Superseded,
    /// The act was annulled, or this copy was recorded as spoiled or is in no count: the paper proves
    /// nothing.
    Void,
}

/// Looks up whether a paper, whose seal was checked, still holds.
///
/// # Errors
/// The store failed.
pub fn standing(deps: &Deps, claim: &Claim) -> Result<Standing, Failure> {
    let mut db = deps.db()?;
    let reference = EntryRef::ActNumber(claim.act_number.clone());
    let Some(entry) = history::find_entry(&mut db, &deps.keys.sealing, &reference)? else {
        return Ok(Standing::Void);
    };
    if let Some(copy) = &claim.copy {
        // No copy has this number, so the seal was made without counting a copy.
        let number = i32::try_from(copy.number).unwrap_or_default();
        if !paper_copies::stands(&mut db, entry.header.id.uuid(), number)? {
            return Ok(Standing::Void);
        }
    }
    let entry = match load_in_effect(deps, &mut db, entry.header.id) {
        Ok(entry) => entry,
        Err(Failure::Refused(Refusal::EntryAnnulled)) => return Ok(Standing::Void),
        Err(fault) => return Err(fault),
    };
    let said = paper_of(deps, &mut db, &entry, Reader::Comparison);
    match said.map(|paper| as_signed(&claim.facts, &paper.lines)) {
        Ok(Some(_)) => Ok(Standing::Valid),
        // If the act can no longer be printed, the paper says something else than the register.
        Ok(_) | Err(Failure::Refused(_)) => Ok(Standing::Superseded),
        Err(fault) => Err(fault),
    }
}
