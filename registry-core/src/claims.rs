//! What makes two declarations the same event: their claims, kept as keyed hashes.
//!
//! Invariant: at most one declaration holds a claim. The index `declaration_claim_holder` enforces this on
//! both engines, even when two offices declare at the same moment. A second declaration of the event waits
//! beside the first until an officer decides.

use diesel::prelude::*;
use registry_domain::id::DeclarationId;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::native;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{declaration, declaration_claim};
use crate::store::{Db, StoreError};

/// How often a declaration tries to take a claim that another declaration took and gave up at the same
/// moment.
const TRIES: usize = 5;

/// How a declaration stands to one of its claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the one declaration of this event.
    Holds,
    /// It is held beside another declaration until an officer decides.
    Waits,
    /// An officer decided that it declares another event.
    Decided,
    /// It was refused or withdrawn.
    Ended,
    /// It was registered although another declaration of the same event was registered too, before the index
    /// allowed a claim only one holder.
    Doubled,
}

impl Standing {
    /// The word that is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Waits => "waits",
            Self::Decided => "decided",
            Self::Ended => "ended",
            Self::Doubled => "doubled",
        }
    }
}

/// The keyed hash by which a claim is stored.
pub(crate) fn claim_hash(deps: &Deps, claim: &str) -> String {
    deps.keys.sealing.keyed_hash("declaration-claim", claim)
}

/// The earliest declaration with one of these claims that is not refused or withdrawn.
///
/// # Errors
/// The store failed.
pub(crate) fn live_declaration(db: &mut Db, claims: &[String]) -> Result<Option<Uuid>, Failure> {
    first_other(db, claims, Uuid::nil())
}

fn first_other(db: &mut Db, claims: &[String], own: Uuid) -> Result<Option<Uuid>, Failure> {
    let found: Option<Uid> = declaration_claim::table
        .inner_join(declaration::table)
        .filter(declaration_claim::claim.eq_any(claims))
        .filter(declaration::id.ne(Uid(own)))
        .filter(declaration::declaration_state.ne_all(["refused", "withdrawn"]))
        .order((declaration::received_at, declaration::id))
        .select(declaration::id)
        .first(db)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// Claims the event of a declaration that was just received. If another declaration of the same event came
/// first, the new one waits beside it, and its id is given.
///
/// # Errors
/// [`Refusal::Stale`] if other declarations keep taking the claims and giving them up; or the store failed.
pub(crate) fn claim(db: &mut Db, id: Uuid, claims: &[String]) -> Result<Option<Uuid>, Failure> {
    let claims = sorted(claims);
    for _ in 0..TRIES {
        if let Some(rival) = first_other(db, &claims, id)? {
            for claim in &claims {
                keep(db, id, claim, Standing::Waits)?;
            }
            return Ok(Some(rival));
        }
        if take_all(db, id, &claims)? {
            return Ok(None);
        }
        // Another declaration took one of the claims after we looked. Taking the claim waited for that
        // declaration's transaction, so the next look finds the declaration unless it has ended by now.
        diesel::delete(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
            .execute(db)?;
    }
    Err(Refusal::Stale.into())
}

/// Sorts the claims, so that two declarations of the same claims take them in the same order and never wait
/// for each other.
fn sorted(claims: &[String]) -> Vec<String> {
    let mut claims = claims.to_vec();
    claims.sort_unstable();
    claims.dedup();
    claims
}

/// Takes claims and says whether all were free. On PostgreSQL it waits here for any transaction under way
/// that has taken one of them.
fn take_all(db: &mut Db, id: Uuid, claims: &[String]) -> Result<bool, StoreError> {
    for claim in claims {
        if keep(db, id, claim, Standing::Holds)? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn keep(db: &mut Db, id: Uuid, claim: &str, standing: Standing) -> Result<usize, StoreError> {
    let row = (
        declaration_claim::claim.eq(claim),
        declaration_claim::declaration_id.eq(Uid(id)),
        declaration_claim::standing.eq(standing.as_str()),
    );
    Ok(native!(db, c => diesel::insert_into(declaration_claim::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?)
}

/// Locks the claims of a declaration: anybody else who decides on a declaration of the same event, or ends
/// one, waits until this transaction is done. Must be the first statement of such an act.
///
/// # Errors
/// The store failed.
pub(crate) fn lock(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    let claims = claims_of(db, id)?;
    match db {
        Db::Pg(pg) => {
            let rows = declaration_claim::table.filter(declaration_claim::claim.eq_any(claims));
            let _: Vec<String> = rows
                .order((declaration_claim::claim, declaration_claim::declaration_id))
                .select(declaration_claim::claim)
                .for_update()
                .load(pg)?;
        }
        // SQLite has one writer at a time anyway.
        Db::Sqlite(_) => {}
    }
    Ok(())
}

fn claims_of(db: &mut Db, id: Uuid) -> Result<Vec<String>, StoreError> {
    Ok(declaration_claim::table
        .filter(declaration_claim::declaration_id.eq(Uid(id)))
        .order(declaration_claim::claim)
        .select(declaration_claim::claim)
        .load(db)?)
}

/// The next declaration of the same event after `against`, in the order of receipt, that is declared or
/// registered. An officer who decides that a declaration is another event decides it against each of these in
/// turn.
///
/// # Errors
/// The store failed.
pub(crate) fn next_rival(
    db: &mut Db,
    id: DeclarationId,
    against: DeclarationId,
) -> Result<Option<DeclarationId>, Failure> {
    let claims = claims_of(db, id.uuid())?;
    let (received_at, first): (Instant, Uid) = declaration::table
        .find(Uid::from(against))
        .select((declaration::received_at, declaration::id))
        .first(db)?;
    let is_later = declaration::received_at
        .gt(received_at)
        .or(declaration::received_at.eq(received_at).and(declaration::id.gt(first)));
    let next: Option<Uid> = declaration_claim::table
        .inner_join(declaration::table)
        .filter(declaration_claim::claim.eq_any(claims))
        .filter(declaration::id.ne(Uid::from(id)))
        .filter(declaration::declaration_state.eq_any(LIVE))
        .filter(is_later)
        .order((declaration::received_at, declaration::id))
        .select(declaration::id)
        .first(db)
        .optional()?;
    Ok(next.map(DeclarationId::from))
}

/// The states of a declaration that is, or will be, in the register.
const LIVE: [&str; 2] = ["declared", "registered"];

/// Lets a held declaration go on. It takes the claims that nobody holds any more; for the others, it is
/// marked that an officer decided on another event.
///
/// # Errors
/// The store failed.
pub(crate) fn go_on(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    let own = declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id)));
    let waiting: Vec<String> = own
        .filter(declaration_claim::standing.eq(Standing::Waits.as_str()))
        .select(declaration_claim::claim)
        .load(db)?;
    for claim in waiting {
        let held: i64 = declaration_claim::table
            .filter(declaration_claim::claim.eq(&claim))
            .filter(declaration_claim::standing.eq(Standing::Holds.as_str()))
            .count()
            .get_result(db)?;
        let standing = if held == 0 { Standing::Holds } else { Standing::Decided };
        diesel::update(declaration_claim::table.find((claim, Uid(id))))
            .set(declaration_claim::standing.eq(standing.as_str()))
            .execute(db)?;
    }
    Ok(())
}

/// Marks that a declaration ended without registration: others may declare what it held.
///
/// # Errors
/// The store failed.
pub(crate) fn give_up(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    diesel::update(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
        .set(declaration_claim::standing.eq(Standing::Ended.as_str()))
        .execute(db)?;
    Ok(())
}

/// Looks for rivals again when a declaration is registered, with the claims that follow from the record at
/// this moment.
///
/// # Errors
/// [`Refusal::DeclaredElsewhere`] if another declaration of the same event is declared or registered and no
/// officer has decided that they are two events; or the store failed.
pub(crate) fn require_own(db: &mut Db, id: Uuid, claims: &[String]) -> Result<(), Failure> {
    let own: Vec<(String, String)> = declaration_claim::table
        .filter(declaration_claim::declaration_id.eq(Uid(id)))
        .select((declaration_claim::claim, declaration_claim::standing))
        .load(db)?;
    let waits = own.iter().filter(|(_, standing)| standing == Standing::Waits.as_str());
    let mut undecided: Vec<String> = waits.map(|(claim, _)| claim.clone()).collect();
    let new: Vec<String> =
        sorted(claims).into_iter().filter(|claim| own.iter().all(|(known, _)| known != claim)).collect();
    undecided.extend(new.iter().cloned());
    require_no_rival(db, id, &undecided)?;
    go_on(db, id)?;
    if !take_all(db, id, &new)? {
        require_no_rival(db, id, &undecided)?;
        return Err(Refusal::Stale.into());
    }
    Ok(())
}

fn require_no_rival(db: &mut Db, id: Uuid, claims: &[String]) -> Result<(), Failure> {
    let rival: Option<Uid> = declaration_claim::table
        .inner_join(declaration::table)
        .filter(declaration_claim::claim.eq_any(claims))
        .filter(declaration::id.ne(Uid(id)))
        .filter(declaration::declaration_state.eq_any(LIVE))
        .order((declaration::received_at, declaration::id))
        .select(declaration::id)
        .first(db)
        .optional()?;
    match rival {
        Some(rival) => Err(Refusal::DeclaredElsewhere { declaration: rival.0.to_string() }.into()),
        None => Ok(()),
    }
}
