//! What goes under seal with a record: acts by their numbers, and the declarations, drafts and notices from
//! before. They are loaded here; `registry_domain::sealed` decides.
//!
//! Invariant: an officer who may not see one of these gets the same answer as if it had never existed.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::amendment::EntryRef;
use registry_domain::date::parse_date;
use registry_domain::declaration::DeclarationState;
use registry_domain::entry::Entry;
use registry_domain::id::{EntryId, PersonId};
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::sealed::{ActOfPeople, Told, may_name, seals_of};
use registry_domain::unit::UnitCode;
use serde_json::Value;

use crate::declarations::Declaration;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{declaration, ledger_entry};
use crate::store::{Db, StoreError, history, people};

/// The entry that an officer names in a form received at the office `at`; none if it does not exist, or may
/// not be named there.
///
/// # Errors
/// An error of the database.
pub(crate) fn find_named(
    deps: &Deps,
    db: &mut Db,
    reference: &EntryRef,
    officer: &Officer,
    at: &UnitCode,
    on: NaiveDate,
) -> Result<Option<Entry>, Failure> {
    let Some(entry) = history::find_entry(db, &deps.keys.sealing, reference)? else { return Ok(None) };
    let chain = chain_of(deps, db, &entry)?;
    Ok(may_name(&chain, officer, at, on, &deps.units).then_some(entry))
}

/// An act, the act that it amends, and so on.
fn chain_of(deps: &Deps, db: &mut Db, entry: &Entry) -> Result<Vec<ActOfPeople>, Failure> {
    let mut chain = vec![of_people(db, entry)?];
    let mut amends = entry.header.amends;
    while let Some(id) = amends.take() {
        if let Some(amended) = history::find_entry(db, &deps.keys.sealing, &EntryRef::Id(id))? {
            amends = amended.header.amends;
            chain.push(of_people(db, &amended)?);
        }
    }
    Ok(chain)
}

fn of_people(db: &mut Db, entry: &Entry) -> Result<ActOfPeople, Failure> {
    let received_at: Option<String> = declaration::table
        .filter(declaration::entry_id.eq(Some(Uid::from(entry.header.id))))
        .select(declaration::office)
        .first(db)
        .optional()?;
    Ok(ActOfPeople {
        header: entry.header.clone(),
        people: people_of(db, entry)?,
        received_at: received_at.as_deref().map(UnitCode::parse).transpose()?,
    })
}

/// The people of an entry, each once, as their records stand now.
fn people_of(db: &mut Db, entry: &Entry) -> Result<Vec<Person>, StoreError> {
    let mut found: Vec<Person> = Vec::new();
    for part in &entry.parts {
        add(&mut found, people::load_survivor(db, part.person)?);
    }
    Ok(found)
}

fn add(found: &mut Vec<Person>, person: Option<Person>) {
    found.extend(person.filter(|person| found.iter().all(|known| known.id != person.id)));
}

/// Refuses to show a declaration that a seal keeps from every reader.
///
/// # Errors
/// [`Refusal::DeclarationNotFound`], or an error of the database.
pub(crate) fn require_shown(deps: &Deps, db: &mut Db, declaration: &Declaration) -> Result<(), Failure> {
    let entry = match declaration.entry_id {
        Some(id) => history::find_entry(db, &deps.keys.sealing, &EntryRef::Id(EntryId::new(id)))?,
        None => None,
    };
    if let Some(entry) = &entry
        && chain_of(deps, db, entry)?.iter().any(ActOfPeople::is_under_seal)
    {
        return Err(Refusal::DeclarationNotFound.into());
    }
    let form = Form {
        kind: declaration.kind,
        facts: &declaration.body.facts,
        received_at: declaration.received_at,
        is_open: match declaration.state {
            DeclarationState::Declared | DeclarationState::Held { .. } => true,
            DeclarationState::Draft
            | DeclarationState::Registered
            | DeclarationState::Refused
            | DeclarationState::Withdrawn => false,
        },
    };
    if form.is_under_seal(db, entry.as_ref())? { Err(Refusal::DeclarationNotFound.into()) } else { Ok(()) }
}

/// What was written down of an event: a declaration, a draft or a notice.
pub(crate) struct Form<'a> {
    /// The kind of event.
    pub kind: Kind,
    /// What was filled in; it may be incomplete.
    pub facts: &'a Value,
    /// When it was received; of a draft, when it was last saved.
    pub received_at: Instant,
    /// Whether it still has to be decided or answered.
    pub is_open: bool,
}

impl Form<'_> {
    /// Whether a seal keeps it from every reader.
    ///
    /// # Errors
    /// An error of the database.
    pub(crate) fn is_under_seal(&self, db: &mut Db, entry: Option<&Entry>) -> Result<bool, Failure> {
        let mut concerned = match entry {
            Some(entry) => people_of(db, entry)?,
            None => Vec::new(),
        };
        let mut references = Vec::new();
        collect_references(self.facts, &mut references);
        for reference in &references {
            add(&mut concerned, people::find_survivor(db, reference)?);
        }
        let since = self.sealed_since(db, &concerned)?;
        if since.is_empty() {
            return Ok(false);
        }
        let told = Told {
            kind: self.kind,
            sealed_children: &sealed_children(db, self.kind, &concerned)?,
            born_on: self.facts["born_on"].as_str().and_then(|day| parse_date(day.trim()).ok()),
            is_open: self.is_open,
            since: &since,
            people: &concerned,
        };
        Ok(told.is_under_seal())
    }

    /// The acts registered since then that put something of these people under seal.
    fn sealed_since(&self, db: &mut Db, concerned: &[Person]) -> Result<BTreeSet<EntryId>, StoreError> {
        let seals: Vec<Uid> = concerned.iter().flat_map(seals_of).map(|act| Uid::from(act.entry)).collect();
        if seals.is_empty() {
            return Ok(BTreeSet::new());
        }
        let since: Vec<Uid> = ledger_entry::table
            .filter(ledger_entry::id.eq_any(seals))
            .filter(ledger_entry::recorded_at.ge(self.received_at))
            .select(ledger_entry::id)
            .load(db)?;
        Ok(since.into_iter().map(EntryId::from).collect())
    }
}

/// The sealed children who may be the child of this birth.
fn sealed_children(db: &mut Db, kind: Kind, concerned: &[Person]) -> Result<Vec<Person>, StoreError> {
    let mut children = Vec::new();
    if kind == Kind::Birth {
        let ids: Vec<PersonId> = concerned
            .iter()
            .flat_map(|person| &person.sealed_family.children)
            .map(|link| link.person)
            .collect();
        for id in ids {
            add(&mut children, people::load_survivor(db, id)?);
        }
    }
    Ok(children)
}

/// Everything in a form that can name a person. A draft may be incomplete, so all texts are searched and not
/// fields by name.
fn collect_references(value: &Value, found: &mut Vec<PersonRef>) {
    match value {
        Value::String(text) => {
            found.extend(text.split(',').filter_map(|piece| PersonRef::parse(piece).ok()));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect_references(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
