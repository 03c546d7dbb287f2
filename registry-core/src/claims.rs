//! What makes two declarations the same event: their claims, kept as keyed hashes.
//!
//! Invariant: a claim has one declaration that holds it. The index `declaration_claim_holder` says so on
//! either engine, whoever declares what at the same moment; a second declaration of the event waits beside
//! the first until an officer decides.

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

/// How often a claim is tried again that another declaration took and gave up in the same moment.
const TRIES: usize = 5;

/// How a declaration stands to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the declaration of this event.
    Holds,
    /// It is held beside another one until an officer decides.
    Waits,
    /// An officer decided that it is another event.
    Decided,
    /// It was refused or withdrawn.
    Ended,
    /// It was registered beside another registered one, before a claim had one holder.
    Doubled,
}

impl Standing {
    /// The word stored.
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

/// A claim as it is stored.
pub(crate) fn claim_hash(deps: &Deps, claim: &str) -> String {
    deps.keys.sealing.keyed_hash("declaration-claim", claim)
}

/// The first declaration of the same event that is not refused or withdrawn.
///
/// # Errors
/// An error of the database.
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

/// Claims the event of a declaration that was just received. Gives the other declaration of the same event
/// beside which it waits.
///
/// # Errors
/// [`Refusal::Stale`] if others take the claims and give them up again all the time; or an error of the
/// database.
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
        // Another declaration took one of them after the look. It was waited for, so the next look finds it,
        // unless it has ended by now.
        diesel::delete(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
            .execute(db)?;
    }
    Err(Refusal::Stale.into())
}

/// In one order, so that two who want the same claims never wait for each other.
fn sorted(claims: &[String]) -> Vec<String> {
    let mut claims = claims.to_vec();
    claims.sort_unstable();
    claims.dedup();
    claims
}

/// Takes claims; says whether all were free. PostgreSQL waits here for a transaction that has taken one and
/// is still under way.
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

/// Lets everybody else who decides on a declaration of the same event, or ends it, wait until this
/// transaction is done. First statement of such an act.
///
/// # Errors
/// An error of the database.
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
        // It has one writer at a time.
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

/// The declaration of the same event that is to be looked at after `against`, in the order of receipt:
/// whoever decides that an event is another one decides it of each declaration that is declared or
/// registered.
///
/// # Errors
/// An error of the database.
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

/// States in which a declaration is, or will be, in the register.
const LIVE: [&str; 2] = ["declared", "registered"];

/// A declaration that was held goes on: it takes what nobody holds any more, and of the rest it was decided
/// to be another event.
///
/// # Errors
/// An error of the database.
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

/// A declaration ended without registration: what it held can be declared anew.
///
/// # Errors
/// An error of the database.
pub(crate) fn give_up(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    diesel::update(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
        .set(declaration_claim::standing.eq(Standing::Ended.as_str()))
        .execute(db)?;
    Ok(())
}

/// Looks again when a declaration is registered, with the claims that it has by the record of this moment.
///
/// # Errors
/// [`Refusal::DeclaredElsewhere`] if another declaration of the same event is declared or registered and no
/// officer has decided that they are two events; or an error of the database.
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
