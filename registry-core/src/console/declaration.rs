//! A declaration opened by an officer of an office that it concerns.

use diesel::prelude::*;
use registry_domain::amendment::Told;
use registry_domain::context::Stage;
use registry_domain::date::civil_date;
use registry_domain::declaration::DeclarationState;
use registry_domain::event::{Detail, Facts};
use registry_domain::id::DeclarationId;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::policy::{Eyes, Lateness, Received, may_decide};
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::declarations::{Body, people_named, require_no_interest};
use crate::declare::{self, Declaration};
use crate::deps::Deps;
use crate::doubles;
use crate::entering::{Preview, law_of};
use crate::failure::Failure;
use crate::register::officer_access;
use crate::store::Db;
use crate::store::codec::Uid;
use crate::store::schema::attachment;

/// What an officer sees before a decision.
pub(super) struct Opened {
    pub declaration: Declaration,
    /// What the declaration says, in lines.
    pub details: Vec<Detail>,
    /// The people whom it names, as they stand in the register.
    pub people: Vec<Person>,
    /// What its registration by this officer would change, or why it would be refused; nothing once it is
    /// decided.
    pub foreseen: Option<Result<Vec<Told>, Refusal>>,
    /// The people whose records were looked at to foresee that.
    pub touched: Vec<Uuid>,
    /// The portrait of a card application, JPEG.
    pub portrait: Option<Vec<u8>>,
    /// How many officers must decide.
    pub eyes: Eyes,
    /// Whether the reader may decide on it.
    pub may_decide: bool,
    /// The other declaration of the same event that was registered too.
    pub doubled_with: Option<Uuid>,
    /// Whether a seal hides the declaration from every reader: then all of the above is empty.
    pub is_behind_a_seal: bool,
}

/// Opens a declaration.
///
/// # Errors
/// [`registry_domain::refusal::Refusal::DeclarationNotFound`]. Also refused: another office's declaration,
/// one that names the reader or a relative, and a reader without a mandate to read.
pub(super) fn open(deps: &Deps, officer: &Officer, id: DeclarationId) -> Result<Withheld<Opened>, Failure> {
    let mut db = deps.db()?;
    let declaration = match declare::load_shown(deps, &mut db, officer, id) {
        Err(Failure::Refused(Refusal::DeclarationNotFound)) => {
            return behind_a_seal(deps, &mut db, officer, id).map(Withheld::new);
        }
        shown => shown?,
    };
    officer.require_deciding(&declaration.office, &declaration.deciding_office)?;
    require_no_interest(&mut db, officer, &declaration)?;
    let facts = declaration.facts()?;
    let named = people_named(&mut db, &declaration)?.into_iter().filter(|person| !person.is_hidden());
    let named: Vec<Person> = named.collect();
    let law = law_of(deps, &mut db, &declaration.office)?;
    let lateness = if declaration.is_late { Lateness::Late } else { Lateness::InTime };
    let eyes = law.eyes(declaration.kind, lateness);
    let received =
        Received { kind: declaration.kind, eyes, by: Some(declaration.officer), at: &declaration.office };
    let may_decide = may_decide(officer, &received, &law, &deps.units).is_ok();
    let portrait = portrait_of(deps, &mut db, &declaration)?;
    let doubled_with = match declaration.state {
        DeclarationState::Registered => {
            doubles::of(&mut db, id.uuid())?.map(|double| double.other_than(id.uuid()))
        }
        DeclarationState::Draft
        | DeclarationState::Declared
        | DeclarationState::Held { .. }
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => None,
    };
    drop(db);
    let foreseen = foresee(deps, officer, &declaration, &facts, eyes);
    let opened = |foreseen, touched| Opened {
        details: facts.describe(),
        people: named,
        may_decide,
        eyes,
        portrait,
        declaration,
        foreseen,
        touched,
        doubled_with,
        is_behind_a_seal: false,
    };
    match foreseen {
        None => Ok(Withheld::new(opened(None, Vec::new()))),
        Some(Ok(preview)) => Ok(preview.map(|preview| opened(Some(Ok(preview.told)), preview.people))),
        Some(Err(Failure::Refused(refusal))) => Ok(Withheld::new(opened(Some(Err(refusal)), Vec::new()))),
        Some(Err(fault)) => Err(fault),
    }
}

/// A declaration that waits in the queue although a seal hides it from every reader. The page says only that
/// it is there, and lets the officer end it.
///
/// # Errors
/// As [`open`]; [`Refusal::DeclarationNotFound`] if the declaration does not wait.
fn behind_a_seal(deps: &Deps, db: &mut Db, officer: &Officer, id: DeclarationId) -> Result<Opened, Failure> {
    let declaration = declare::load(deps, db, id)?;
    officer.may_open_declarations(declaration.kind, &deps.units)?;
    match declaration.state {
        DeclarationState::Declared | DeclarationState::Held { .. } => {}
        DeclarationState::Draft
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => return Err(Refusal::DeclarationNotFound.into()),
    }
    officer.require_deciding(&declaration.office, &declaration.deciding_office)?;
    require_no_interest(db, officer, &declaration)?;
    Ok(Opened {
        declaration: Declaration { body: Body::default(), ..declaration },
        details: Vec::new(),
        people: Vec::new(),
        foreseen: None,
        touched: Vec::new(),
        portrait: None,
        eyes: Eyes::One,
        may_decide: false,
        doubled_with: None,
        is_behind_a_seal: true,
    })
}

/// What an officer should know before signing: every record, act, paper and card that the registration would
/// touch. An officer who received what another decides sees the same. Nothing once it is decided.
fn foresee(
    deps: &Deps,
    officer: &Officer,
    declaration: &Declaration,
    facts: &Facts,
    eyes: Eyes,
) -> Option<Result<Withheld<Preview>, Failure>> {
    let zone = deps.units.zone(&declaration.office);
    let registering = Stage::Registering {
        received_by: Some(declaration.officer),
        received_at: declaration.office.clone(),
        received_on: Some(civil_date(declaration.received_at.utc(), zone)),
    };
    let is_for_another = eyes.needs_second() && officer.id == declaration.officer;
    let stage = if is_for_another { Stage::Declaring } else { registering };
    let is_open = declaration.state == DeclarationState::Declared;
    is_open.then(|| declare::preview(deps, officer, facts, &stage))
}

/// The access entry of an opened declaration.
pub(super) fn opened(deps: &Deps, officer: &Officer, opened: &Opened) -> AccessEntry {
    officer_access(
        deps,
        officer,
        opened.declaration.kind.rules().basis,
        "declaration opened",
        "deciding on a declaration",
        Some(opened.declaration.id.to_string()),
        opened.people.iter().map(|person| person.id.uuid()).chain(opened.touched.iter().copied()).collect(),
    )
}

fn portrait_of(deps: &Deps, db: &mut Db, declaration: &Declaration) -> Result<Option<Vec<u8>>, Failure> {
    let Some(id) = declaration.body.portrait else { return Ok(None) };
    let sealed: Option<Vec<u8>> =
        attachment::table.find(Uid(id)).select(attachment::sealed).first(db).optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Some(deps.keys.sealing.open("attachment", id, &sealed)?.to_vec()))
}
