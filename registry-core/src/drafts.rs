//! Drafts: forms that an officer saved before they were ready to be declared. Nothing in them is checked, and
//! nothing is lost: a draft that grew old is listed as expired and can still be opened, saved anew and
//! declared.

use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::date::{civil_date, days_after};
use registry_domain::declaration::DeclarationState;
use registry_domain::door::Declarable;
use registry_domain::id::DeclarationId;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::declarations::{
    Body, Declaration, DeclarationRow, insert, load, people_named, require_no_interest, sealed, stored_day,
};
use crate::declare::{Declared, read_form, receive};
use crate::deps::Deps;
use crate::entering::law_of;
use crate::failure::Failure;
use crate::officers::offices_of;
use crate::once::{Once, write_once};
use crate::portrait::Portrait;
use crate::register::{basis_of, officer_access};
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::declaration;
use crate::under_seal::require_shown;

/// A line of the office's drafts; nothing personal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DraftLine {
    /// The draft; the declaration will have the same id.
    pub id: Uuid,
    /// The word of the kind that the draft is about.
    pub kind: String,
    /// `draft`, or `expired` after its last day: it is still there.
    pub state: String,
    /// When it was last saved.
    pub saved_at: String,
    /// Its last day among the current ones.
    pub expires_on: Option<String>,
}

/// A draft, opened.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// The id of the draft.
    pub id: Uuid,
    /// The word of the kind that the draft is about.
    pub kind: String,
    /// The form as it was saved.
    pub facts: serde_json::Value,
}

/// A draft that is no more.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Discarded {
    /// The id of the draft that was discarded.
    pub id: Uuid,
}

/// Saves a form as it is.
///
/// # Errors
/// The officer has no mandate to declare the kind, or the form is not a JSON object.
pub fn save(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    kind: Declarable,
    facts: &serde_json::Value,
) -> Result<DraftLine, Failure> {
    require_form(facts)?;
    let kind = kind.kind();
    officer.may(Act::Declare(kind), &officer.office, &deps.units)?;
    let now = deps.now();
    let mut draw = deps.draw();
    let (id, nonce) = (draw.uuid(now), draw.nonce());
    write_once(deps, once, |db| {
        let (today, expires_on) = days_of(deps, db, officer)?;
        let body = Body { facts: facts.clone(), ..Body::default() };
        let row = DeclarationRow {
            id: Uid(id),
            kind: kind.as_str().to_owned(),
            office: officer.office.to_string(),
            officer_id: officer.id.into(),
            deciding_office: officer.office.to_string(),
            declaration_state: DeclarationState::Draft.as_str().to_owned(),
            held_against: None,
            entry_id: None,
            received_at: Instant::new(now),
            sealed: sealed(deps, id, &body, nonce)?,
            due_on: None,
            is_late: false,
            expires_on: Some(expires_on.to_string()),
            decision_number: None,
            decided_by: None,
            appeal_office: None,
            appeal_until: None,
        };
        insert(db, &row)?;
        line((row.id, row.kind, row.received_at, row.expires_on), today)
    })
}

/// Saves a draft again; its days start anew.
///
/// # Errors
/// [`Refusal::DraftNotFound`], or as [`save`].
pub fn save_again(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: DeclarationId,
    facts: &serde_json::Value,
) -> Result<DraftLine, Failure> {
    let nonce = deps.draw().nonce();
    let now = Instant::new(deps.now());
    write_once(deps, once, |db| {
        let draft = require_shown_draft(deps, db, officer, id)?;
        Declarable::new(draft.kind)?;
        require_form(facts)?;
        let (today, expires_on) = days_of(deps, db, officer)?;
        let body = Body { facts: facts.clone(), ..draft.body };
        let expires_on = Some(expires_on.to_string());
        diesel::update(declaration::table.find(Uid::from(id)))
            .set((
                declaration::received_at.eq(now),
                declaration::expires_on.eq(&expires_on),
                declaration::sealed.eq(sealed(deps, id.uuid(), &body, nonce)?),
            ))
            .execute(db)?;
        line((Uid::from(id), draft.kind.as_str().to_owned(), now, expires_on), today)
    })
}

/// The drafts of the officer's office, newest first, of the kinds that the officer may declare; expired ones
/// are included.
///
/// # Errors
/// The store failed.
pub fn of_office(deps: &Deps, officer: &Officer, limit: i64) -> Result<Vec<DraftLine>, Failure> {
    let today = civil_date(deps.now(), deps.units.zone(&officer.office));
    let may_declare = |kind: &&Kind| officer.may(Act::Declare(**kind), &officer.office, &deps.units).is_ok();
    let kinds: Vec<&str> = Kind::ALL.iter().filter(may_declare).map(|kind| kind.as_str()).collect();
    let rows: Vec<(Uid, String, Instant, Option<String>)> = declaration::table
        .filter(declaration::office.eq_any(offices_of(officer)))
        .filter(declaration::declaration_state.eq(DeclarationState::Draft.as_str()))
        .filter(declaration::kind.eq_any(kinds))
        .order((declaration::received_at.desc(), declaration::id))
        .limit(limit)
        .select((declaration::id, declaration::kind, declaration::received_at, declaration::expires_on))
        .load(&mut *deps.db()?)?;
    rows.into_iter().map(|row| line(row, today)).collect()
}

/// Opens a draft of the officer's office.
///
/// # Errors
/// [`Refusal::DraftNotFound`], or the draft names the officer or a relative.
pub fn open(deps: &Deps, officer: &Officer, id: DeclarationId) -> Result<Withheld<Opened>, Failure> {
    let mut db = deps.db()?;
    let declaration = require_shown_draft(deps, &mut db, officer, id)?;
    let people = people_named(&mut db, &declaration)?.iter().map(|person| person.id.uuid()).collect();
    let draft =
        Draft { id: id.uuid(), kind: declaration.kind.as_str().to_owned(), facts: declaration.body.facts };
    Ok(Withheld::new(Opened { draft, people }))
}

/// A draft with the people whom it names.
pub struct Opened {
    /// The draft.
    pub draft: Draft,
    people: Vec<Uuid>,
}

/// The access entry of an opened draft.
pub fn opened(deps: &Deps, officer: &Officer, opened: &Opened) -> AccessEntry {
    let case = Some(opened.draft.id.to_string());
    officer_access(
        deps,
        officer,
        basis_of(&opened.draft.kind),
        "draft opened",
        "preparing a declaration",
        case,
        opened.people.clone(),
    )
}

/// Declares what a draft says, or the form as it was filled in since, with every check of a declaration. An
/// old draft is not refused for its age.
///
/// # Errors
/// [`Refusal::DraftNotFound`], or the domain refused; the draft stays as it was.
pub fn declare(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: DeclarationId,
    filled_in: Option<&serde_json::Value>,
    portrait: Option<&Portrait>,
) -> Result<Declared, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    write_once(deps, once, |db| {
        let mut draw = draw.again();
        let draft = require_shown_draft(deps, db, officer, id)?;
        let mut facts = filled_in.unwrap_or(&draft.body.facts).clone();
        let parsed = read_form(Declarable::new(draft.kind)?, &mut facts, portrait)?;
        let received = receive(deps, db, officer, &parsed, now, &mut draw)?;
        let row = received.row(deps, db, id.uuid(), officer, &facts, portrait, now, &mut draw)?;
        let changed = diesel::update(
            declaration::table
                .find(row.id)
                .filter(declaration::declaration_state.eq(DeclarationState::Draft.as_str())),
        )
        .set((
            declaration::officer_id.eq(row.officer_id),
            declaration::deciding_office.eq(row.deciding_office),
            declaration::declaration_state.eq(row.declaration_state),
            declaration::held_against.eq(row.held_against),
            declaration::received_at.eq(row.received_at),
            declaration::sealed.eq(row.sealed),
            declaration::due_on.eq(row.due_on),
            declaration::is_late.eq(row.is_late),
            declaration::expires_on.eq(None::<String>),
        ))
        .execute(db)?;
        if changed != 1 {
            return Err(Refusal::Stale.into());
        }
        let rival = received.claim(deps, db, id.uuid())?;
        Ok(received.answer(id.uuid(), rival))
    })
}

/// Discards a draft. Nothing was declared, so nothing of it stays.
///
/// # Errors
/// [`Refusal::DraftNotFound`], [`Refusal::DraftDeclaredAlready`], or the draft names the officer or a
/// relative.
pub fn discard(deps: &Deps, officer: &Officer, once: &Once, id: DeclarationId) -> Result<Discarded, Failure> {
    write_once(deps, once, |db| {
        require_draft(deps, db, officer, id)?;
        let gone = diesel::delete(
            declaration::table
                .find(Uid::from(id))
                .filter(declaration::declaration_state.eq(DeclarationState::Draft.as_str())),
        )
        .execute(db)?;
        if gone == 1 { Ok(Discarded { id: id.uuid() }) } else { Err(Refusal::Stale.into()) }
    })
}

fn require_form(facts: &serde_json::Value) -> Result<(), Refusal> {
    if facts.is_object() {
        Ok(())
    } else {
        Err(Refusal::Malformed { detail: "object".to_owned() }.in_field("facts"))
    }
}

/// As [`require_draft`], but refuses a draft that a seal hides from every reader: such a draft can only be
/// discarded.
fn require_shown_draft(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    id: DeclarationId,
) -> Result<Declaration, Failure> {
    let draft = require_draft(deps, db, officer, id)?;
    require_shown(deps, db, &draft).map_err(as_draft)?;
    Ok(draft)
}

/// Says that a draft, not a declaration, was not found.
fn as_draft(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(Refusal::DeclarationNotFound) => Refusal::DraftNotFound.into(),
        other => other,
    }
}

/// A draft of the officer's own office that names neither the officer nor a relative.
fn require_draft(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    id: DeclarationId,
) -> Result<Declaration, Failure> {
    let draft = load(deps, db, id).map_err(as_draft)?;
    if !officer.is_at(&draft.office) {
        return Err(Refusal::DraftNotFound.into());
    }
    officer.require_there(draft.kind, &deps.units).map_err(|no| as_draft(no.into()))?;
    if draft.state != DeclarationState::Draft {
        return Err(Refusal::DraftDeclaredAlready.into());
    }
    officer.may(Act::Declare(draft.kind), &officer.office, &deps.units)?;
    require_no_interest(db, officer, &draft)?;
    Ok(draft)
}

/// Today at the office, and the last day of a draft saved today.
fn days_of(deps: &Deps, db: &mut Db, officer: &Officer) -> Result<(NaiveDate, NaiveDate), Failure> {
    let today = civil_date(deps.now(), deps.units.zone(&officer.office));
    Ok((today, days_after(today, law_of(deps, db, &officer.office)?.draft_days)))
}

fn line(
    (id, kind, saved_at, expires_on): (Uid, String, Instant, Option<String>),
    today: NaiveDate,
) -> Result<DraftLine, Failure> {
    let is_expired = stored_day(expires_on.as_deref())?.is_some_and(|last| last < today);
    Ok(DraftLine {
        id: id.0,
        kind,
        state: if is_expired { "expired" } else { "draft" }.to_owned(),
        saved_at: saved_at.to_text(),
        expires_on,
    })
}
