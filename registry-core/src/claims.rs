//! What makes two declarations the same event: their claims, kept as keyed hashes.
//!
//! Invariant: only one declaration holds a claim. The index `declaration_claim_holder` enforces it on either
//! engine, whatever is declared at the same moment. A second declaration of the event waits beside the first
//! until an officer decides.

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

/// How often a claim is tried again after another declaration took it and gave it up at that moment.
const TRIES: usize = 5;

/// How a declaration stands to one of its claims.
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
    /// It was registered although another declaration of the event was registered too, before a claim had one
    /// holder.
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

/// Claims the event of a declaration that was just received. If the declaration must wait beside another one
/// of the same event, gives that other one.
///
/// # Errors
/// [`Refusal::Stale`] if others keep taking the claims and giving them up; or an error of the database.
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
        // Another declaration took one of the claims after the look. This transaction waited for that one to
        // commit, so the next look finds it, unless it has ended by now.
        diesel::delete(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
            .execute(db)?;
    }
    Err(Refusal::Stale.into())
}

/// Claims are always taken in the same order, so that two declarations with the same claims never wait for
/// each other.
fn sorted(claims: &[String]) -> Vec<String> {
    let mut claims = claims.to_vec();
    claims.sort_unstable();
    claims.dedup();
    claims
}

/// Takes claims; says whether all were free. On PostgreSQL this waits for any transaction that has taken one
/// of them and has not ended.
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

/// Makes everybody else wait who decides on a declaration of the same event, or ends it, until this
/// transaction is done. It is the first statement of every such act.
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

/// The next declaration of the same event after `against`, in the order of receipt. An officer who decides
/// that an event is another one decides so about each declaration that is declared or registered.
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

/// States of a declaration that is in the register, or will be.
const LIVE: [&str; 2] = ["declared", "registered"];

/// Lets a declaration go on that was held: it takes the claims that nobody holds any more. About the other
/// claims an officer has decided that this is another event.
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

/// Releases the claims of a declaration that ended without registration, so that the event can be declared
/// anew.
///
/// # Errors
/// An error of the database.
pub(crate) fn give_up(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    diesel::update(declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(id))))
        .set(declaration_claim::standing.eq(Standing::Ended.as_str()))
        .execute(db)?;
    Ok(())
}

/// Checks the claims again when a declaration is registered. `claims` are those that it has by the record of
/// this moment.
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
