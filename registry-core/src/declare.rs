//! Declaring: those whom the law names declare an event at an office, before anything is registered.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use registry_domain::context::Stage;
use registry_domain::date::days_after;
use registry_domain::declaration::DeclarationState;
use registry_domain::door::{Declarable, Door};
use registry_domain::event::Facts;
use registry_domain::id::DeclarationId;
use registry_domain::officer::Officer;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::claims::{self, claim_hash};
pub use crate::declarations::{Body, Decision, Declaration, advance, load, load_shown};
use crate::declarations::{DeclarationRow, insert, sealed};
use crate::deps::Deps;
use crate::draw::Draw;
use crate::entering::{Case, Decided, Preview};
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::portrait::Portrait;
use crate::register::officer_access;
use crate::routing;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{attachment, declaration, notification};
use crate::store::{Db, reservations};

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
    /// The last civil date to decide on it.
    #[serde(default)]
    pub due_on: Option<String>,
    /// Whether the event came after its deadline.
    #[serde(default)]
    pub is_late: bool,
    /// Whether a second officer decides.
    #[serde(default)]
    pub needs_second: bool,
    /// The fee in tögrög; 0 if there is none. It is told, not taken.
    #[serde(default)]
    pub fee_mnt: u32,
}

/// Receives a declaration at the officer's office. A second declaration of the same event is held beside the
/// first.
///
/// # Errors
/// The domain refused; the same checks run again at registration.
pub fn declare(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    kind: Declarable,
    mut facts: serde_json::Value,
    portrait: Option<&Portrait>,
) -> Result<Declared, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    let parsed = read_form(kind, &mut facts, portrait)?;
    write_once(deps, once, |db| {
        let mut draw = draw.again();
        let received = receive(deps, db, officer, &parsed, now, &mut draw)?;
        let id = draw.uuid(now);
        let row = received.row(deps, db, id, officer, &facts, portrait, now, &mut draw)?;
        insert(db, &row)?;
        let rival = received.claim(deps, db, id)?;
        Ok(received.answer(id, rival))
    })
}

/// Reads a form together with the portrait that came beside it.
///
/// # Errors
/// The refusal of the first field that is wrong.
pub(crate) fn read_form(
    kind: Declarable,
    facts: &mut serde_json::Value,
    portrait: Option<&Portrait>,
) -> Result<Facts, Failure> {
    if let Some(fields) = facts.as_object_mut() {
        // The hash is computed from the picture that came along; a hash written into the form is dropped.
        fields.remove("portrait_sha256");
        fields.extend(portrait.map(|portrait| ("portrait_sha256".to_owned(), portrait.sha256_hex().into())));
    }
    Ok(Facts::parse(&kind.kind(), facts)?)
}

/// A declaration that was checked, and the office that decides on it.
pub(crate) struct Received {
    decided: Decided,
    claims: Vec<String>,
    deciding_office: UnitCode,
    due_on: NaiveDate,
}

/// Checks what is declared and finds the office that decides.
///
/// # Errors
/// The domain refused, or the store failed.
pub(crate) fn receive(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    facts: &Facts,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Received, Failure> {
    let door = Door::Declaration;
    let case = Case { facts, office: &officer.office, officer, door, stage: &Stage::Declaring, now };
    let decided = case.decide(deps, db, draw, "")?;
    let claims: Vec<String> = decided.claims.iter().map(|claim| claim_hash(deps, claim)).collect();
    Ok(Received {
        deciding_office: routing::deciding_office(deps, db, officer, &decided)?,
        due_on: decided.law.due_on(decided.kind, decided.today),
        claims,
        decided,
    })
}

impl Received {
    /// Makes the row of the declaration, and keeps its portrait beside it. [`Received::claim`] comes
    /// afterwards.
    ///
    /// # Errors
    /// The vault or the store failed.
    #[expect(clippy::too_many_arguments, reason = "one row, each argument a column")]
    pub(crate) fn row(
        &self,
        deps: &Deps,
        db: &mut Db,
        id: Uuid,
        officer: &Officer,
        facts: &serde_json::Value,
        portrait: Option<&Portrait>,
        now: DateTime<Utc>,
        draw: &mut Draw,
    ) -> Result<DeclarationRow, Failure> {
        let portrait = match (portrait, self.decided.parts.first()) {
            (Some(portrait), Some(part)) => {
                Some(keep_portrait(deps, db, part.person.uuid(), portrait, draw)?)
            }
            _ => None,
        };
        let body = Body { facts: facts.clone(), portrait, reasons: Vec::new() };
        Ok(DeclarationRow {
            id: Uid(id),
            kind: self.decided.kind.as_str().to_owned(),
            office: officer.office.to_string(),
            officer_id: officer.id.into(),
            deciding_office: self.deciding_office.to_string(),
            declaration_state: DeclarationState::Declared.as_str().to_owned(),
            held_against: None,
            entry_id: None,
            received_at: Instant::new(now),
            sealed: sealed(deps, id, &body, draw.nonce())?,
            due_on: Some(self.due_on.to_string()),
            is_late: self.decided.lateness.is_late(),
            expires_on: None,
            decision_number: None,
            decided_by: None,
            appeal_office: None,
            appeal_until: None,
        })
    }

    /// Claims the event for the row that was just inserted, and reserves the numbers that the declaration
    /// asks for. If another declaration of the same event came first, this one is held beside it.
    ///
    /// # Errors
    /// [`Refusal::Stale`](registry_domain::refusal::Refusal::Stale), or the store failed.
    pub(crate) fn claim(&self, deps: &Deps, db: &mut Db, id: Uuid) -> Result<Option<Uuid>, Failure> {
        let rival = claims::claim(db, id, &self.claims)?;
        if let Some(rival) = rival {
            let held = DeclarationState::Held { against: DeclarationId::new(rival) };
            diesel::update(declaration::table.find(Uid(id)))
                .set((
                    declaration::declaration_state.eq(held.as_str()),
                    declaration::held_against.eq(Some(Uid(rival))),
                ))
                .execute(db)?;
        }
        let today = self.decided.today;
        let until = days_after(today, self.decided.law.number_reservation_days);
        let kept = self.decided.reserved.iter();
        let kept = kept.map(|kept| (claim_hash(deps, &kept.claim), kept.number.to_string()));
        reservations::keep(db, id, &kept.collect::<Vec<_>>(), today, until)?;
        Ok(rival)
    }

    /// What the office gets back.
    pub(crate) fn answer(&self, id: Uuid, rival: Option<Uuid>) -> Declared {
        let state = rival.map_or(DeclarationState::Declared, |rival| DeclarationState::Held {
            against: DeclarationId::new(rival),
        });
        Declared {
            id,
            state: state.as_str().to_owned(),
            held_against: rival,
            deciding_office: self.deciding_office.to_string(),
            due_on: Some(self.due_on.to_string()),
            is_late: self.decided.lateness.is_late(),
            needs_second: self.decided.eyes().needs_second(),
            fee_mnt: self.decided.law.fee_mnt(self.decided.kind),
        }
    }
}

/// Says what the registration of these facts would change, in words; nothing is written.
///
/// # Errors
/// The domain refused, as at the declaration.
pub fn preview(
    deps: &Deps,
    officer: &Officer,
    facts: &Facts,
    stage: &Stage,
) -> Result<Withheld<Preview>, Failure> {
    let now = deps.now();
    let mut draw = deps.draw();
    let case = Case { facts, office: &officer.office, officer, door: Door::Declaration, stage, now };
    let preview = deps.db()?.snapshot(|db| case.preview(deps, db, &mut draw))?;
    Ok(Withheld::new(preview))
}

/// The access entry of a preview.
pub fn previewed(deps: &Deps, officer: &Officer, preview: &Preview) -> AccessEntry {
    let purpose = "what a declaration would change";
    officer_access(
        deps,
        officer,
        preview.basis,
        "declaration previewed",
        purpose,
        None,
        preview.people.clone(),
    )
}

fn keep_portrait(
    deps: &Deps,
    db: &mut Db,
    person: Uuid,
    portrait: &Portrait,
    draw: &mut Draw,
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

/// Marks a hospital's notification as used by a declaration.
///
/// # Errors
/// The store failed.
pub fn use_notification(db: &mut Db, id: Uuid, by: DeclarationId) -> Result<(), Failure> {
    diesel::update(notification::table.find(Uid(id)))
        .set(notification::used_by.eq(Some(Uid::from(by))))
        .execute(db)?;
    Ok(())
}
