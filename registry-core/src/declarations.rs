//! Declarations as they are stored: the columns hold what anybody may see, the sealed body what was declared.

use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::declaration::DeclarationState;
use registry_domain::event::Facts;
use registry_domain::id::{DeclarationId, OfficerId};
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::declaration;
use crate::store::{Db, people};
use crate::under_seal::require_shown;

/// What is sealed in a declaration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Body {
    /// The facts as declared.
    pub facts: serde_json::Value,
    /// The portrait of a card application.
    pub portrait: Option<Uuid>,
    /// The reasons given for a decision, a refusal or a withdrawal, in order.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// A refusal as it is recorded: the reason stands under seal, this beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its number, on the paper that the declarant gets.
    pub number: String,
    /// The officer who decided.
    pub decided_by: Uuid,
    /// The unit whose office hears the appeal; none above the aimag or capital: the central authority.
    pub appeal_office: Option<String>,
    /// The last civil date to appeal.
    pub appeal_until: String,
}

/// A stored declaration with its body opened.
#[expect(missing_docs, reason = "the names of the other fields say what they hold")]
#[derive(Debug, Clone)]
pub struct Declaration {
    pub id: DeclarationId,
    pub kind: Kind,
    /// The office that received it.
    pub office: UnitCode,
    /// The officer who received it.
    pub officer: OfficerId,
    /// The office whose officers decide.
    pub deciding_office: UnitCode,
    pub state: DeclarationState,
    /// When it was received; for a draft, when it was last saved.
    pub received_at: Instant,
    /// The last civil date on which the office may decide.
    pub due_on: Option<NaiveDate>,
    /// Whether the event came late to the office.
    pub is_late: bool,
    /// For a draft: the last day on which it is listed as current.
    pub expires_on: Option<NaiveDate>,
    pub decision: Option<Decision>,
    /// The entry that it became.
    pub entry_id: Option<Uuid>,
    pub body: Body,
}

impl Declaration {
    /// What was declared. A decided declaration was read successfully once, so one that no longer parses has
    /// lost something to an erasure.
    ///
    /// # Errors
    /// [`Refusal::RecordErased`]; for a declaration that is not decided yet, what is wrong with it.
    pub fn facts(&self) -> Result<Facts, Refusal> {
        Facts::parse(&self.kind, &self.body.facts).map_err(|no| match self.state {
            DeclarationState::Draft | DeclarationState::Declared | DeclarationState::Held { .. } => no,
            DeclarationState::Registered | DeclarationState::Refused | DeclarationState::Withdrawn => {
                Refusal::RecordErased
            }
        })
    }
}

/// A row of `declaration`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = declaration)]
pub(crate) struct DeclarationRow {
    pub id: Uid,
    pub kind: String,
    pub office: String,
    pub officer_id: Uid,
    pub deciding_office: String,
    pub declaration_state: String,
    pub held_against: Option<Uid>,
    pub entry_id: Option<Uid>,
    pub received_at: Instant,
    pub sealed: Vec<u8>,
    pub due_on: Option<String>,
    pub is_late: bool,
    pub expires_on: Option<String>,
    pub decision_number: Option<String>,
    pub decided_by: Option<Uid>,
    pub appeal_office: Option<String>,
    pub appeal_until: Option<String>,
}

impl DeclarationRow {
    fn open(self, deps: &Deps) -> Result<Declaration, Failure> {
        let body = deps.keys.sealing.open("declaration", self.id.0, &self.sealed)?;
        Ok(Declaration {
            decision: self.decision(),
            id: self.id.into(),
            kind: Kind::parse(&self.kind)?,
            office: UnitCode::parse(&self.office)?,
            officer: self.officer_id.into(),
            deciding_office: UnitCode::parse(&self.deciding_office)?,
            state: DeclarationState::parse(&self.declaration_state, self.held_against.map(Into::into))?,
            received_at: self.received_at,
            due_on: stored_day(self.due_on.as_deref())?,
            is_late: self.is_late,
            expires_on: stored_day(self.expires_on.as_deref())?,
            entry_id: self.entry_id.map(|id| id.0),
            body: serde_json::from_slice(&body).map_err(|e| Failure::unreadable("read a declaration", &e))?,
        })
    }

    fn decision(&self) -> Option<Decision> {
        Some(Decision {
            number: self.decision_number.clone()?,
            decided_by: self.decided_by?.0,
            appeal_office: self.appeal_office.clone(),
            appeal_until: self.appeal_until.clone()?,
        })
    }
}

/// Reads a civil date from a column.
///
/// # Errors
/// The text is no date.
pub(crate) fn stored_day(text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    let parse = |text: &str| text.parse().map_err(|e| Failure::damaged("a stored date", e));
    text.map(parse).transpose()
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

/// Loads one declaration for an officer who reads it. A declaration that a seal hides from every reader
/// counts as not found.
///
/// # Errors
/// [`Refusal::DeclarationNotFound`], or as [`Officer::may_open_declarations`].
pub fn load_shown(
    deps: &Deps,
    db: &mut Db,
    reader: &Officer,
    id: DeclarationId,
) -> Result<Declaration, Failure> {
    let declaration = load(deps, db, id)?;
    reader.may_open_declarations(declaration.kind, &deps.units)?;
    require_shown(deps, db, &declaration)?;
    Ok(declaration)
}

/// Adds a row.
///
/// # Errors
/// The store failed.
pub(crate) fn insert(db: &mut Db, row: &DeclarationRow) -> Result<(), Failure> {
    diesel::insert_into(declaration::table).values(row).execute(db)?;
    Ok(())
}

/// Seals what a declaration says.
///
/// # Errors
/// The vault failed.
pub(crate) fn sealed(deps: &Deps, id: Uuid, body: &Body, nonce: [u8; 12]) -> Result<Vec<u8>, Failure> {
    let body = serde_json::to_vec(body).map_err(|e| Failure::damaged("write a declaration", e))?;
    Ok(deps.keys.sealing.seal("declaration", id, nonce, &body)?)
}

/// Moves a declaration to another state, and stores what is new in its body.
///
/// # Errors
/// [`Refusal::Stale`] if the declaration is no longer in the state in which it was read.
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
    let held_against = match next {
        DeclarationState::Held { against } => Some(Uid::from(against)),
        DeclarationState::Draft
        | DeclarationState::Declared
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => None,
    };
    let mut body = from.body.clone();
    body.reasons.extend(reason.map(str::to_owned));
    let changed = diesel::update(
        declaration::table
            .find(Uid::from(from.id))
            .filter(declaration::declaration_state.eq(from.state.as_str())),
    )
    .set((
        declaration::declaration_state.eq(next.as_str()),
        declaration::held_against.eq(held_against),
        declaration::entry_id.eq(entry.map(Uid)),
        declaration::decided_at.eq(Some(Instant::new(deps.now()))),
        declaration::sealed.eq(sealed(deps, from.id.uuid(), &body, nonce)?),
    ))
    .execute(db)?;
    if changed == 1 { Ok(()) } else { Err(Refusal::Stale.into()) }
}

/// Keeps the reason of a decision that leaves the declaration's state as it is.
///
/// # Errors
/// The vault or the store failed.
pub(crate) fn add_reason(
    deps: &Deps,
    db: &mut Db,
    of: &Declaration,
    reason: &str,
    nonce: [u8; 12],
) -> Result<(), Failure> {
    let mut body = of.body.clone();
    body.reasons.push(reason.to_owned());
    diesel::update(declaration::table.find(Uid::from(of.id)))
        .set(declaration::sealed.eq(sealed(deps, of.id.uuid(), &body, nonce)?))
        .execute(db)?;
    Ok(())
}

/// Refuses an officer whom the declaration names, or one of whose relatives it names. A draft that cannot be
/// read names nobody.
///
/// # Errors
/// [`Refusal::OwnRecord`], [`Refusal::RelativesRecord`], or the store failed.
pub fn require_no_interest(db: &mut Db, officer: &Officer, declaration: &Declaration) -> Result<(), Failure> {
    for person in people_named(db, declaration)? {
        officer.interest.require_none_in(person.id)?;
    }
    Ok(())
}

/// The people whom a declaration names, as they stand in the register.
///
/// # Errors
/// The store failed.
pub fn people_named(db: &mut Db, declaration: &Declaration) -> Result<Vec<Person>, Failure> {
    let Ok(facts) = Facts::parse(&declaration.kind, &declaration.body.facts) else { return Ok(Vec::new()) };
    let mut named = Vec::new();
    for reference in facts.people() {
        named.extend(people::find_survivor(db, &reference)?);
    }
    Ok(named)
}
