//! Whether a genuine paper still says what the register says.
//!
//! The facts of the act are read anew and compared with the salted digest on the paper, so that whatever
//! changed a line is noticed: a correction, a merge, a change of a parent's name. A spelling in traditional
//! script that the record was given since makes a paper no wronger. Nothing of the facts leaves, and a sealed
//! record goes the same way as an open one: whoever holds the paper knows already that there is one.

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
    /// The act was annulled, or this copy was recorded as spoiled or is in no count: the paper proves nothing.
    Void,
}

/// Looks a paper up whose seal was checked.
///
/// # Errors
/// An error of the database.
pub fn standing(deps: &Deps, claim: &Claim) -> Result<Standing, Failure> {
    let mut db = deps.db()?;
    let reference = EntryRef::ActNumber(claim.act_number.clone());
    let Some(entry) = history::find_entry(&mut db, &deps.keys.sealing, &reference)? else {
        return Ok(Standing::Void);
    };
    if let Some(copy) = &claim.copy {
        // A number that no copy has was signed past the count.
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
        // What can no longer be printed is not what was printed.
        Ok(_) | Err(Failure::Refused(_)) => Ok(Standing::Superseded),
        Err(fault) => Err(fault),
    }
}
