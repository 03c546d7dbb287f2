//! Registering, refusing, withdrawing, deciding: what officers do with a declaration.

use registry_domain::context::Stage;
use registry_domain::date::civil_date;
use registry_domain::declaration::DeclarationState;
use registry_domain::door::Door;
use registry_domain::entry::{Part, PartRole};
use registry_domain::event::Facts;
use registry_domain::id::DeclarationId;
use registry_domain::kind::Kind;
use registry_domain::law::Basis;
use registry_domain::officer::{Act, Officer};
use registry_domain::refusal::Refusal;
use registry_domain::rules::After;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, ActorKind, Withheld};
use crate::card_jobs;
use crate::claims::{self, claim_hash};
use crate::decision;
use crate::declarations::{self, Decision, require_no_interest};
use crate::declare::{self, Declaration};
use crate::deps::Deps;
use crate::doubles;
use crate::entering::{Case, Entered};
use crate::failure::Failure;
use crate::once::{Once, register_once, write_once};
use crate::store::codec::Instant;
use crate::store::{Db, reservations};
use crate::under_seal::require_shown;

/// The receipt of a registration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Registered {
    /// The number of the act, printed on extracts.
    pub act_number: String,
    /// What was registered.
    #[serde(default)]
    pub kind: String,
    /// The entry's id.
    pub entry_id: Uuid,
    /// Its position in the ledger, from 0.
    pub position: u64,
    /// Who is concerned, and in what role.
    pub people: Vec<RegisteredPerson>,
    /// The card job that an approved application became.
    pub card_job: Option<Uuid>,
}

/// A person concerned by a registration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisteredPerson {
    /// The id of the record that the entry changed.
    pub person_id: Uuid,
    /// The role in the event.
    pub role: String,
    /// The number given, for a newborn child.
    pub national_number: Option<String>,
    /// The civil id given, for a newborn child.
    pub civil_id: Option<String>,
}

/// Registers a declaration: one entry, which changes every record concerned at once.
///
/// # Errors
/// The domain refused, for example by [`Refusal::DeclarationHeld`].
pub fn register(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: DeclarationId,
) -> Result<Withheld<Registered>, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    let registered = register_once(deps, once, |db, head| {
        let mut draw = draw.again();
        let declaration = load_to_decide(deps, db, officer, id)?;
        declaration.state.become_state(DeclarationState::Registered)?;
        let facts = Facts::parse(&declaration.kind, &declaration.body.facts)?;
        let zone = deps.units.zone(&declaration.office);
        let stage = Stage::Registering {
            received_by: Some(declaration.officer),
            received_at: declaration.office.clone(),
            received_on: Some(civil_date(declaration.received_at.utc(), zone)),
        };
        let door = Door::Declaration;
        let case = Case { facts: &facts, office: &officer.office, officer, door, stage: &stage, now };
        officer.require_deciding(&declaration.office, &declaration.deciding_office)?;
        let entered = case.enter(deps, db, head, &mut draw)?;
        let claims: Vec<String> = entered.claims.iter().map(|claim| claim_hash(deps, claim)).collect();
        claims::require_own(db, id.uuid(), &claims)?;
        if let Some(notification) = notification_of(&declaration) {
            declare::use_notification(db, notification, id)?;
        }
        let opens = declaration.kind.is_followed_by(After::CardJobOpens);
        let card_job =
            opens.then(|| card_jobs::open(db, &entered, &declaration, now, &mut draw)).transpose()?;
        let entry = entered.entry.header.id.uuid();
        declare::advance(
            deps,
            db,
            &declaration,
            DeclarationState::Registered,
            Some(entry),
            None,
            draw.nonce(),
        )?;
        Ok(receipt(&entered, declaration.kind, card_job))
    })?;
    Ok(Withheld::new(registered))
}

/// Loads a declaration to be decided. Even if a seal hides it from readers, it can be decided as long as it
/// waits in the queue.
fn load_to_decide(
    deps: &Deps,
    db: &mut Db,
    officer: &Officer,
    id: DeclarationId,
) -> Result<Declaration, Failure> {
    let declaration = declare::load(deps, db, id)?;
    officer.require_there(declaration.kind, &deps.units)?;
    match declaration.state {
        DeclarationState::Declared | DeclarationState::Held { .. } => {}
        DeclarationState::Draft
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => require_shown(deps, db, &declaration)?,
    }
    Ok(declaration)
}

fn notification_of(declaration: &Declaration) -> Option<Uuid> {
    declaration.body.facts.get("notification")?.as_str()?.parse().ok()
}

fn receipt(entered: &Entered, kind: Kind, card_job: Option<Uuid>) -> Registered {
    // An amendment may change a sealed record along with others; nobody is told that the sealed one exists.
    let is_told = |part: &&Part| {
        let is_sealed = entered.people.get(&part.person).is_some_and(|person| person.sealed);
        !part.role.is_behind_a_seal() && (entered.entry.header.amends.is_none() || !is_sealed)
    };
    let people = entered.entry.parts.iter().filter(is_told).map(|part| {
        let newborn = (kind.is_followed_by(After::NumbersAreGiven) && part.role == PartRole::Child)
            .then(|| entered.people.get(&part.person))
            .flatten();
        RegisteredPerson {
            person_id: part.person.uuid(),
            role: part.role.as_str().to_owned(),
            national_number: newborn
                .and_then(|child| child.national_number.as_ref())
                .map(ToString::to_string),
            civil_id: newborn.and_then(|child| child.civil_id.as_ref()).map(ToString::to_string),
        }
    });
    Registered {
        act_number: entered.act_number.clone(),
        kind: kind.as_str().to_owned(),
        entry_id: entered.entry.header.id.uuid(),
        position: entered.entry.header.seq.unwrap_or_default(),
        people: people.collect(),
        card_job,
    }
}

/// The access entry of a registration: the officer is shown what was registered.
pub fn registered_access(deps: &Deps, officer: &Officer, registered: &Registered) -> AccessEntry {
    officer_access(
        deps,
        officer,
        basis_of(&registered.kind),
        "registration",
        "registration of a declared event",
        Some(registered.act_number.clone()),
        registered.people.iter().map(|person| person.person_id).collect(),
    )
}

/// The law that an access entry names for reading something of this kind.
pub(crate) fn basis_of(kind: &str) -> Basis {
    Kind::parse(kind).map_or(Basis::Registration, |kind| kind.rules().basis)
}

/// An access entry of an officer.
pub fn officer_access(
    deps: &Deps,
    officer: &Officer,
    basis: Basis,
    act: &str,
    purpose: &str,
    case_reference: Option<String>,
    mut people: Vec<Uuid>,
) -> AccessEntry {
    people.sort_unstable();
    people.dedup();
    AccessEntry {
        act: act.to_owned(),
        actor_id: officer.id.uuid(),
        actor_kind: ActorKind::Officer,
        actor_label: officer.name_label.clone(),
        answered: None,
        case_reference,
        end_user: None,
        id: deps.draw().opaque_uuid(),
        legal_basis: Some(deps.config.law.rules.legal_bases.of(basis).to_owned()),
        office: Some(officer.office.to_string()),
        people,
        purpose: purpose.to_owned(),
        recorded_at: Instant::new(deps.now()),
    }
}

/// How an officer ends or decides a declaration without registering it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The office refuses it, with a reason; the decision is kept and can be appealed.
    Refuse,
    /// The declarants take it back.
    Withdraw,
    /// A held declaration is of another event after all: it goes on, or is held beside the next one of the
    /// same event. Of two that were registered: they are two events.
    DifferentEvent,
    /// A held declaration is of the same event: it ends here.
    SameEvent,
}

/// Where a declaration stands after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// The id of the declaration that ended.
    pub id: Uuid,
    /// Its state now.
    pub state: String,
    /// The next declaration of the same event, beside which it is held now: it is decided on in its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_against: Option<Uuid>,
    /// Of a refusal: its number, and where and until when it can be appealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// Ends or decides a declaration, always with a reason.
///
/// # Errors
/// [`Refusal::DecisionReasonMissing`], or the declaration's state or the officer's mandate does not allow the
/// step.
pub fn end(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    id: DeclarationId,
    ending: Ending,
    reason: &str,
) -> Result<Ended, Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::DecisionReasonMissing.into());
    }
    let (act, to) = match ending {
        Ending::Refuse => (Act::EndDeclaration, DeclarationState::Refused),
        Ending::Withdraw => (Act::EndDeclaration, DeclarationState::Withdrawn),
        Ending::DifferentEvent => (Act::DecideHeld, DeclarationState::Declared),
        Ending::SameEvent => (Act::DecideHeld, DeclarationState::Refused),
    };
    let nonce = deps.draw().nonce();
    write_once(deps, once, |db| {
        claims::lock(db, id.uuid())?;
        let declaration = load_to_decide(deps, db, officer, id)?;
        officer.may_end_declarations(act, declaration.kind, &deps.units)?;
        officer.require_deciding(&declaration.office, &declaration.deciding_office)?;
        require_no_interest(db, officer, &declaration)?;
        let is_registered = declaration.state == DeclarationState::Registered;
        if is_registered && ending == Ending::DifferentEvent && doubles::decide(db, id.uuid())? {
            declarations::add_reason(deps, db, &declaration, reason, nonce)?;
            let state = declaration.state.as_str().to_owned();
            return Ok(Ended { id: id.uuid(), state, held_against: None, decision: None });
        }
        let held = matches!(declaration.state, DeclarationState::Held { .. });
        if held != matches!(ending, Ending::DifferentEvent | Ending::SameEvent) && act == Act::DecideHeld {
            return Err(
                Refusal::DeclarationStateUnfit { from: declaration.state.as_str(), to: to.as_str() }.into()
            );
        }
        // The officer decided only against the declaration beside which it was held. The next one of the same
        // event needs a decision of its own.
        let mut to = to;
        if let (DeclarationState::Held { against }, Ending::DifferentEvent) = (declaration.state, ending)
            && let Some(against) = claims::next_rival(db, id, against)?
        {
            to = DeclarationState::Held { against };
        }
        declare::advance(deps, db, &declaration, to, None, Some(reason), nonce)?;
        let mut ended =
            Ended { id: id.uuid(), state: to.as_str().to_owned(), held_against: None, decision: None };
        match to {
            DeclarationState::Held { against } => ended.held_against = Some(against.uuid()),
            DeclarationState::Declared => claims::go_on(db, id.uuid())?,
            DeclarationState::Refused | DeclarationState::Withdrawn => {
                claims::give_up(db, id.uuid())?;
                reservations::give_up_all(db, id.uuid())?;
                if to == DeclarationState::Refused {
                    ended.decision = Some(decision::record(deps, db, officer, &declaration)?);
                }
            }
            DeclarationState::Draft | DeclarationState::Registered => {}
        }
        Ok(ended)
    })
}
