//! Declaring: what those whom the law names declare at an office, before anything is registered.

use diesel::prelude::*;
use registry_domain::context::Stage;
use registry_domain::declaration::DeclarationState;
use registry_domain::event::Facts;
use registry_domain::id::{DeclarationId, OfficerId};
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::deps::Deps;
use crate::entering::{Case, Preview};
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::portrait::Portrait;
use crate::register::officer_access;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::reference;
use crate::store::schema::{attachment, declaration, declaration_claim, notification};

/// What was declared, as the office gets it back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Declared {
    /// The declaration's id.
    pub id: Uuid,
    /// `declared` or `held`.
    pub state: String,
    /// The other declaration of the same event, if it is held beside one.
    pub held_against: Option<Uuid>,
    /// Whose officers decide on it.
    pub deciding_office: String,
}

/// What is sealed in a declaration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Body {
    /// The facts as declared.
    pub facts: serde_json::Value,
    /// The portrait of a card application.
    pub portrait: Option<Uuid>,
    /// Reasons given on the way: of a decision, a refusal, a withdrawal.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// A stored declaration, opened.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its id.
    pub id: DeclarationId,
    /// What kind of event.
    pub kind: Kind,
    /// The office that received it.
    pub office: UnitCode,
    /// The officer who received it.
    pub officer: OfficerId,
    /// Whose officers decide.
    pub deciding_office: UnitCode,
    /// Where it stands.
    pub state: DeclarationState,
    /// When it was received.
    pub received_at: Instant,
    /// The entry that it became.
    pub entry_id: Option<Uuid>,
    /// What it says.
    pub body: Body,
}

/// Receives a declaration at the officer's office. A second one of the same event is held beside the first.
///
/// # Errors
/// The domain's refusal; the same checks run again at registration.
pub fn declare(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    kind: Kind,
    mut facts: serde_json::Value,
    portrait: Option<&Portrait>,
) -> Result<Declared, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    if let (Some(portrait), Some(fields)) = (portrait, facts.as_object_mut()) {
        fields.insert("portrait_sha256".to_owned(), portrait.sha256_hex().into());
    }
    let parsed = Facts::parse(&kind, &facts)?;
    write_once(deps, once, |db| {
        let mut draw = draw.again();
        let case = Case { facts: &parsed, office: &officer.office, officer, stage: &Stage::Declaring, now };
        let decided = case.decide(deps, db, &mut draw, "")?;
        let id = draw.uuid(now);
        let claims: Vec<String> = decided
            .claims
            .iter()
            .map(|claim| deps.keys.sealing.keyed_hash("declaration-claim", claim))
            .collect();
        let rival = rival_of(db, &claims)?;
        let deciding = deciding_office(deps, db, kind, officer)?;
        let portrait_id = match (portrait, decided.parts.first()) {
            (Some(portrait), Some(part)) => {
                Some(keep_portrait(deps, db, part.person.uuid(), portrait, &mut draw)?)
            }
            _ => None,
        };
        let body = Body { facts: facts.clone(), portrait: portrait_id, reasons: Vec::new() };
        let state = if rival.is_some() { "held" } else { "declared" };
        insert(deps, db, id, kind, officer, &deciding, state, rival, &body, Instant::new(now), draw.nonce())?;
        for claim in claims {
            diesel::insert_into(declaration_claim::table)
                .values((declaration_claim::claim.eq(claim), declaration_claim::declaration_id.eq(Uid(id))))
                .execute(db)?;
        }
        Ok(Declared {
            id,
            state: state.to_owned(),
            held_against: rival,
            deciding_office: deciding.to_string(),
        })
    })
}

/// Says what the registration of these facts would change, in words; nothing is written.
///
/// # Errors
/// The domain's refusal, as at the declaration.
pub fn preview(
    deps: &Deps,
    officer: &Officer,
    facts: &Facts,
    stage: &Stage,
) -> Result<Withheld<Preview>, Failure> {
    let now = deps.now();
    let mut draw = deps.draw();
    let case = Case { facts, office: &officer.office, officer, stage, now };
    let preview = deps.db()?.snapshot(|db| case.preview(deps, db, &mut draw))?;
    Ok(Withheld::new(preview))
}

/// The access entry of a preview.
pub fn previewed(deps: &Deps, officer: &Officer, preview: &Preview) -> AccessEntry {
    let purpose = "what a declaration would change";
    officer_access(deps, officer, "declaration previewed", purpose, None, preview.people.clone())
}

#[expect(clippy::too_many_arguments, reason = "one row, each argument a column")]
fn insert(
    deps: &Deps,
    db: &mut Db,
    id: Uuid,
    kind: Kind,
    officer: &Officer,
    deciding: &UnitCode,
    state: &str,
    rival: Option<Uuid>,
    body: &Body,
    now: Instant,
    nonce: [u8; 12],
) -> Result<(), Failure> {
    let body = serde_json::to_vec(body).map_err(|e| Failure::damaged("write a declaration", e))?;
    diesel::insert_into(declaration::table)
        .values((
            declaration::id.eq(Uid(id)),
            declaration::kind.eq(kind.as_str()),
            declaration::office.eq(officer.office.as_str()),
            declaration::officer_id.eq(Uid::from(officer.id)),
            declaration::deciding_office.eq(deciding.as_str()),
            declaration::declaration_state.eq(state),
            declaration::held_against.eq(rival.map(Uid)),
            declaration::received_at.eq(now),
            declaration::sealed.eq(deps.keys.sealing.seal("declaration", id, nonce, &body)?),
        ))
        .execute(db)?;
    Ok(())
}

/// The first declaration of the same event that is not refused or withdrawn.
fn rival_of(db: &mut Db, claims: &[String]) -> Result<Option<Uuid>, Failure> {
    let found: Option<Uid> = declaration_claim::table
        .inner_join(declaration::table)
        .filter(declaration_claim::claim.eq_any(claims))
        .filter(declaration::declaration_state.ne_all(["refused", "withdrawn"]))
        .order((declaration::received_at, declaration::id))
        .select(declaration::id)
        .first(db)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// The office itself; for what takes a second officer, its neighbour where nobody else here may approve.
fn deciding_office(deps: &Deps, db: &mut Db, kind: Kind, officer: &Officer) -> Result<UnitCode, Failure> {
    if kind != Kind::CardApplication {
        return Ok(officer.office.clone());
    }
    let now = deps.now();
    for row in reference::officers_at(db, officer.office.as_str())? {
        let other = crate::officers::officer_of_row(&row, &deps.units)?;
        let valid = reference::is_valid_at(row.valid_from, row.valid_to, now);
        let act = registry_domain::officer::Act::Register(kind);
        if valid && other.id != officer.id && other.may(act, &officer.office, &deps.units).is_ok() {
            return Ok(officer.office.clone());
        }
    }
    let neighbour =
        reference::office_of(db, officer.office.as_str())?.and_then(|office| office.approval_neighbour);
    match neighbour {
        Some(neighbour) => Ok(UnitCode::parse(&neighbour)?),
        None => Err(Refusal::SecondOfficerNeeded.into()),
    }
}

fn keep_portrait(
    deps: &Deps,
    db: &mut Db,
    person: Uuid,
    portrait: &Portrait,
    draw: &mut crate::draw::Draw,
) -> Result<Uuid, Failure> {
    let id = draw.opaque_uuid();
    diesel::insert_into(attachment::table)
        .values((
            attachment::id.eq(Uid(id)),
            attachment::person_id.eq(Uid(person)),
            attachment::media_type.eq("image/jpeg"),
            attachment::sealed.eq(deps.keys.sealing.seal("attachment", id, draw.nonce(), portrait.jpeg())?),
        ))
        .execute(db)?;
    Ok(id)
}

/// A row of `declaration`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = declaration)]
struct DeclarationRow {
    id: Uid,
    kind: String,
    office: String,
    officer_id: Uid,
    deciding_office: String,
    declaration_state: String,
    held_against: Option<Uid>,
    entry_id: Option<Uid>,
    received_at: Instant,
    sealed: Vec<u8>,
}

impl DeclarationRow {
    fn open(self, deps: &Deps) -> Result<Declaration, Failure> {
        let body = deps.keys.sealing.open("declaration", self.id.0, &self.sealed)?;
        Ok(Declaration {
            id: self.id.into(),
            kind: Kind::parse(&self.kind)?,
            office: UnitCode::parse(&self.office)?,
            officer: self.officer_id.into(),
            deciding_office: UnitCode::parse(&self.deciding_office)?,
            state: DeclarationState::parse(&self.declaration_state, self.held_against.map(Into::into))?,
            received_at: self.received_at,
            entry_id: self.entry_id.map(|id| id.0),
            body: serde_json::from_slice(&body).map_err(|e| Failure::damaged("read a declaration", e))?,
        })
    }
}

/// Loads one declaration.
///
/// # Errors
/// [`Refusal::DeclarationNotFound`].
pub fn load(deps: &Deps, db: &mut Db, id: DeclarationId) -> Result<Declaration, Failure> {
    declaration::table
        .find(Uid::from(id))
        .select(DeclarationRow::as_select())
        .first(db)
        .optional()?
        .ok_or(Refusal::DeclarationNotFound)?
        .open(deps)
}

/// The open declarations that an office decides on, oldest first.
///
/// # Errors
/// The store's.
pub fn queue(deps: &Deps, db: &mut Db, office: &UnitCode, limit: i64) -> Result<Vec<Declaration>, Failure> {
    let rows: Vec<DeclarationRow> = declaration::table
        .filter(declaration::deciding_office.eq(office.as_str()).or(declaration::office.eq(office.as_str())))
        .filter(declaration::declaration_state.eq_any(["declared", "held"]))
        .order((declaration::received_at, declaration::id))
        .limit(limit)
        .select(DeclarationRow::as_select())
        .load(db)?;
    rows.into_iter().map(|row| row.open(deps)).collect()
}

/// Moves a declaration to another state, with what is new in its body.
///
/// # Errors
/// [`Refusal::Stale`] if it is not in the state it was read in.
pub fn advance(
    deps: &Deps,
    db: &mut Db,
    from: &Declaration,
    to: DeclarationState,
    entry: Option<Uuid>,
    reason: Option<&str>,
    nonce: [u8; 12],
) -> Result<(), Failure> {
    let next = from.state.become_state(to)?;
    let mut body = from.body.clone();
    body.reasons.extend(reason.map(str::to_owned));
    let sealed = serde_json::to_vec(&body).map_err(|e| Failure::damaged("write a declaration", e))?;
    let changed = diesel::update(
        declaration::table
            .find(Uid::from(from.id))
            .filter(declaration::declaration_state.eq(from.state.as_str())),
    )
    .set((
        declaration::declaration_state.eq(next.as_str()),
        declaration::held_against.eq(None::<Uid>),
        declaration::entry_id.eq(entry.map(Uid)),
        declaration::decided_at.eq(Some(Instant::new(deps.now()))),
        declaration::sealed.eq(deps.keys.sealing.seal("declaration", from.id.uuid(), nonce, &sealed)?),
    ))
    .execute(db)?;
    if changed == 1 { Ok(()) } else { Err(Refusal::Stale.into()) }
}

/// Marks a hospital's notification as used by a declaration.
///
/// # Errors
/// The store's.
pub fn use_notification(db: &mut Db, id: Uuid, by: DeclarationId) -> Result<(), Failure> {
    diesel::update(notification::table.find(Uid(id)))
        .set(notification::used_by.eq(Some(Uid::from(by))))
        .execute(db)?;
    Ok(())
}
