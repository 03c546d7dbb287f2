//! A mandate takes two administrators: one proposes it, another confirms it. Only where there are not two may
//! one administrator give a mandate alone, and that is recorded with the mandate.

use crate::id::OfficerId;
use crate::officer::{Act, Officer};
use crate::refusal::Refusal;
use crate::unit::UnitTree;

/// Whether an officer may propose a mandate.
///
/// # Errors
/// The refusals of [`Officer::may`].
pub fn may_propose(proposer: &Officer, units: &UnitTree) -> Result<(), Refusal> {
    proposer.may(Act::ManageOfficers, &proposer.office, units)
}

/// Whether an officer may see who has which mandate, and what is proposed: administrators and auditors may.
///
/// # Errors
/// The refusals of [`Officer::may`].
pub fn may_see(reader: &Officer, units: &UnitTree) -> Result<(), Refusal> {
    reader.may(Act::Audit, &reader.office, units).or_else(|_| may_propose(reader, units))
}

/// Whether an officer may confirm a mandate: neither the one who proposed it nor the one who gets it may.
///
/// # Errors
/// The refusals of [`Officer::may`], [`Refusal::SecondAdministratorNeeded`].
pub fn may_confirm(
    confirmer: &Officer,
    proposed_by: OfficerId,
    given_to: Option<OfficerId>,
    units: &UnitTree,
) -> Result<(), Refusal> {
    confirmer.may(Act::ManageOfficers, &confirmer.office, units)?;
    if confirmer.id == proposed_by || given_to == Some(confirmer.id) {
        return Err(Refusal::SecondAdministratorNeeded);
    }
    Ok(())
}

/// Whether one administrator may give a mandate alone, given how many are at work.
///
/// # Errors
/// [`Refusal::MandateTakesTwo`] if there are two administrators or more.
pub const fn may_give_alone(administrators: usize) -> Result<(), Refusal> {
    if administrators < 2 { Ok(()) } else { Err(Refusal::MandateTakesTwo) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::officer::Role;
    use crate::testing::{officer, units};

    #[test]
    fn nobody_confirms_what_they_proposed_or_what_they_get() {
        let [first, second] = [1, 2].map(|number| officer(number, "11", &[Role::Administrator]));
        assert_eq!(may_propose(&first, units()), Ok(()));
        let confirm = |who: &Officer, given_to| may_confirm(who, first.id, given_to, units());
        assert_eq!(confirm(&first, None), Err(Refusal::SecondAdministratorNeeded));
        assert_eq!(confirm(&second, Some(second.id)), Err(Refusal::SecondAdministratorNeeded));
        assert_eq!(confirm(&second, None), Ok(()));
        let registrar = officer(3, "11", &[Role::Registrar]);
        assert_eq!(confirm(&registrar, None), Err(Refusal::RoleMissing { role: "administrator" }));
    }

    #[test]
    fn administrators_and_auditors_see_mandates_and_auditors_change_none() {
        for (role, sees, proposes) in [
            (Role::Administrator, true, true),
            (Role::Auditor, true, false),
            (Role::Registrar, false, false),
            (Role::Approver, false, false),
            (Role::CardOfficer, false, false),
        ] {
            let reader = officer(1, "11", &[role]);
            assert_eq!(may_see(&reader, units()).is_ok(), sees, "{role:?}");
            assert_eq!(may_propose(&reader, units()).is_ok(), proposes, "{role:?}");
        }
    }

    #[test]
    fn one_administrator_gives_alone_and_two_do_not() {
        assert_eq!((may_give_alone(0), may_give_alone(1)), (Ok(()), Ok(())));
        assert_eq!(may_give_alone(2), Err(Refusal::MandateTakesTwo));
    }
}
