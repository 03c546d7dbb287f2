//! Sign-in: one-time links from an administrator, or an officer's client certificate; sessions of some hours.
//! Passwords never; passkeys and cards come later.
//!
//! Invariant: neither a code nor a token is stored, only its SHA-256; both are 32 random bytes.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use registry_domain::id::OfficerId;
use registry_domain::refusal::Refusal;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::officers::officer_at_work;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{officer, session, sign_in_link};

/// Who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    /// An officer.
    Officer,
    /// A citizen.
    Citizen,
    /// An agency's desk in the console.
    Agency,
}

impl PrincipalKind {
    /// The word in the column.
    pub fn name(self) -> &'static str {
        match self {
            PrincipalKind::Officer => "officer",
            PrincipalKind::Citizen => "citizen",
            PrincipalKind::Agency => "agency",
        }
    }

    fn parse(text: &str) -> Option<PrincipalKind> {
        [PrincipalKind::Officer, PrincipalKind::Citizen, PrincipalKind::Agency]
            .into_iter()
            .find(|k| k.name() == text)
    }
}

/// Who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    /// Which kind.
    pub kind: PrincipalKind,
    /// The officer's, person's or agency's id.
    pub id: Uuid,
}

/// Stores a one-time code for a principal and returns it; the caller shows it once.
///
/// # Errors
/// An error of the database.
pub fn make_link(
    db: &mut Db,
    principal: Principal,
    code: &str,
    now: DateTime<Utc>,
    minutes: i64,
) -> Result<(), Failure> {
    diesel::insert_into(sign_in_link::table)
        .values((
            sign_in_link::code_hash.eq(hash(code)),
            sign_in_link::principal_kind.eq(principal.kind.name()),
            sign_in_link::principal_id.eq(Uid(principal.id)),
            sign_in_link::expires_at.eq(Instant::new(now + Duration::minutes(minutes))),
        ))
        .execute(db)?;
    Ok(())
}

/// Exchanges a one-time code for a session token.
///
/// # Errors
/// [`Refusal::SignInLinkSpent`] if it is unknown, used or too old; [`Refusal::MandateNotValid`] for an
/// officer without a mandate.
pub fn sign_in(deps: &Deps, code: &str) -> Result<(String, Principal), Failure> {
    let now = deps.now();
    let token = deps.draw().token();
    let mut db = deps.db()?;
    let principal = db.write(|db| {
        let spent: Option<(String, Uid)> = diesel::update(
            sign_in_link::table
                .filter(sign_in_link::code_hash.eq(hash(code)))
                .filter(sign_in_link::used_at.is_null())
                .filter(sign_in_link::expires_at.gt(Instant::new(now))),
        )
        .set(sign_in_link::used_at.eq(Some(Instant::new(now))))
        .returning((sign_in_link::principal_kind, sign_in_link::principal_id))
        .get_result(db)
        .optional()?;
        let (kind, id) = spent.ok_or(Refusal::SignInLinkSpent)?;
        let kind = PrincipalKind::parse(&kind).ok_or_else(|| Failure::damaged("sign_in_link", kind))?;
        let principal = Principal { kind, id: id.0 };
        if kind == PrincipalKind::Officer {
            officer_at_work(db, OfficerId::new(id.0), &deps.units, now)?;
        }
        keep(db, deps, &token, principal)?;
        Ok::<_, Failure>(principal)
    })?;
    Ok((token, principal))
}

/// Opens a session for an officer who was identified in another way, and gives its token.
///
/// # Errors
/// [`Refusal::MandateNotValid`] without a mandate, or an error of the database.
pub fn open_for(deps: &Deps, id: OfficerId) -> Result<String, Failure> {
    let (token, now) = (deps.draw().token(), deps.now());
    let principal = Principal { kind: PrincipalKind::Officer, id: id.uuid() };
    deps.db()?.write(|db| {
        // This locks the officer's row, and withdrawing the mandate locks it too before it ends all sessions.
        // One waits for the other, so no session begins that the withdrawal overlooks.
        diesel::update(officer::table.find(Uid(principal.id)))
            .set(officer::label.eq(officer::label))
            .execute(db)?;
        officer_at_work(db, id, &deps.units, now)?;
        keep(db, deps, &token, principal)
    })?;
    Ok(token)
}

/// Ends all sessions of an officer and all links that could open another one. They stay ended when the
/// officer gets a new mandate later.
///
/// # Errors
/// An error of the database.
pub fn end_all_of(db: &mut Db, officer: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
    let now = Instant::new(now);
    // The links come first. A request that spends one meanwhile has either opened the session that the second
    // statement ends, or waits and finds that the link is no longer valid.
    diesel::update(
        sign_in_link::table
            .filter(sign_in_link::principal_kind.eq(PrincipalKind::Officer.name()))
            .filter(sign_in_link::principal_id.eq(Uid(officer)))
            .filter(sign_in_link::expires_at.gt(now)),
    )
    .set(sign_in_link::expires_at.eq(now))
    .execute(db)?;
    diesel::update(
        session::table
            .filter(session::principal_kind.eq(PrincipalKind::Officer.name()))
            .filter(session::principal_id.eq(Uid(officer)))
            .filter(session::expires_at.gt(now)),
    )
    .set(session::expires_at.eq(now))
    .execute(db)?;
    Ok(())
}

fn keep(db: &mut Db, deps: &Deps, token: &str, principal: Principal) -> Result<(), Failure> {
    let expires_at = deps.now() + Duration::hours(deps.config.limits.session_hours);
    diesel::insert_into(session::table)
        .values((
            session::token_hash.eq(hash(token)),
            session::principal_kind.eq(principal.kind.name()),
            session::principal_id.eq(Uid(principal.id)),
            session::expires_at.eq(Instant::new(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The principal whose session a token is.
///
/// # Errors
/// [`Refusal::SessionExpired`] if it is unknown or over; [`Refusal::MandateNotValid`] if it ended with the
/// officer's mandate.
pub fn principal_of(deps: &Deps, token: &str) -> Result<Principal, Failure> {
    let mut db = deps.db()?;
    let found: Option<(String, Uid, Instant)> = session::table
        .find(hash(token))
        .select((session::principal_kind, session::principal_id, session::expires_at))
        .first(&mut *db)
        .optional()?;
    let (kind, id, expires_at) = found.ok_or(Refusal::SessionExpired)?;
    let kind = PrincipalKind::parse(&kind).ok_or_else(|| Failure::damaged("session", kind))?;
    let now = deps.now();
    if expires_at.utc() > now {
        return Ok(Principal { kind, id: id.0 });
    }
    if kind == PrincipalKind::Officer {
        officer_at_work(&mut db, OfficerId::new(id.0), &deps.units, now)?;
    }
    Err(Refusal::SessionExpired.into())
}

/// Ends a session.
///
/// # Errors
/// An error of the database.
pub fn sign_out(deps: &Deps, token: &str) -> Result<(), Failure> {
    let mut db = deps.db()?;
    diesel::delete(session::table.find(hash(token))).execute(&mut *db)?;
    Ok(())
}

/// A token bound to the session that a form must carry (protection against forged requests).
pub fn form_token(token: &str) -> String {
    hash(&format!("form\0{token}"))
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
