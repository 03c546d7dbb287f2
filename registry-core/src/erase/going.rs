//! What an erasure takes away: parts of the ledger, the key, attachments, and the copies in the declarations
//! and notifications that offices worked with.

use std::collections::BTreeSet;

use diesel::prelude::*;
use registry_domain::amendment::EntryRef;
use registry_domain::entry::{Entry, PartRole};
use registry_domain::erasure::{
    ErasedPart, declared_fields, require_decided, require_no_card_in_the_making, require_no_open_card,
};
use registry_domain::event::Facts;
use registry_domain::id::{DeclarationId, EntryId, PersonId};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use serde_json::Value;
use uuid::Uuid;

use crate::declarations::{Body, Declaration, load, sealed};
use crate::deps::Deps;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::store::codec::Uid;
use crate::store::erasures::claim_of_erased;
use crate::store::ledger_log::PartRow;
use crate::store::schema::{
    attachment, card, card_job, credential_intent, data_key, declaration, declaration_claim,
    digital_credential, entry_part, ledger_entry, notification, session, sign_in_link,
};
use crate::store::{Db, history, paper_copies};

/// Declarations looked at in one go.
const PAGE: i64 = 500;

/// A part of the ledger that will be erased.
#[derive(Debug, Clone)]
pub struct GoingPart {
    /// Its place.
    pub place: ErasedPart,
    /// The position of its entry.
    pub seq: i64,
    /// The person's role in the entry.
    pub role: String,
}

/// A declaration whose copy of the data will be erased.
#[derive(Debug, Clone)]
struct WorkingCopy {
    id: DeclarationId,
    /// The fields that will be erased; `None` means all of them.
    fields: Option<&'static [&'static str]>,
    notification: Option<Uuid>,
}

/// Everything that one erasure takes away, named only by ids.
#[derive(Debug, Clone)]
pub struct Going {
    /// The person whose data it is.
    pub person: PersonId,
    /// Whether the person's key is erased too, and everything with it.
    pub is_whole: bool,
    /// Parts of the ledger.
    pub parts: Vec<GoingPart>,
    /// Attachments.
    pub attachments: Vec<Uuid>,
    /// The person's numbers, in the form in which they stay claimed.
    pub(super) numbers: Vec<String>,
    copies: Vec<WorkingCopy>,
    jobs: Vec<Uuid>,
    /// Counted copies of papers. Their digest and reason are erased; that they were counted stays.
    papers: Vec<Uuid>,
}

/// The entry of a payload group, and the person whom the group is about.
pub(super) fn group(
    deps: &Deps,
    db: &mut Db,
    of: &EntryRef,
    role: PartRole,
) -> Result<(Entry, PersonId), Failure> {
    declared_fields(role)?;
    let entry = history::find_entry(db, &deps.keys.sealing, of)?.ok_or(Refusal::NothingToErase)?;
    let part = entry.parts.iter().find(|part| part.role == role).ok_or(Refusal::NothingToErase)?;
    let person = part.person;
    Ok((entry, person))
}

/// The person whose attachment this is.
pub(super) fn owner(db: &mut Db, id: Uuid) -> Result<PersonId, Failure> {
    let found: Option<Uid> =
        attachment::table.find(Uid(id)).select(attachment::person_id).first(db).optional()?;
    Ok(found.ok_or(Refusal::NothingToErase)?.into())
}

impl Going {
    fn nothing(person: PersonId) -> Going {
        Going {
            person,
            is_whole: false,
            parts: Vec::new(),
            attachments: Vec::new(),
            numbers: Vec::new(),
            copies: Vec::new(),
            jobs: Vec::new(),
            papers: Vec::new(),
        }
    }

    /// Lists what goes with a payload group: the part, what corrected it, and the fields of the declarations
    /// that it came from.
    pub(super) fn of_group(
        deps: &Deps,
        db: &mut Db,
        entry: &Entry,
        person: PersonId,
        role: PartRole,
    ) -> Result<Going, Failure> {
        let of = entry.header.id;
        let mut entries = BTreeSet::from([of]);
        for (header, part) in history::load(db, &deps.keys.sealing, person)? {
            let reaches = part.body.amendment().is_some_and(|amendment| amendment.of() == of);
            if reaches && part.role == role {
                entries.insert(header.id);
            }
        }
        let is_meant =
            |entry: EntryId, part: &PartRow| entries.contains(&entry) && part.role == role.as_str();
        let parts = stored_parts(db, person, is_meant)?;
        let mut copies = Vec::new();
        for id in declarations_of(db, &entries)? {
            copies.push(WorkingCopy { id, fields: Some(declared_fields(role)?), notification: None });
        }
        Ok(Going { parts, copies, ..Going::nothing(person) })
    }

    /// Lists what goes with an attachment: the attachment itself, and the card files that were made from it.
    pub(super) fn of_attachment(
        deps: &Deps,
        db: &mut Db,
        person: &Person,
        id: Uuid,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Going, Failure> {
        require_no_card_in_the_making(person)?;
        let mut with_it = Vec::new();
        each_declaration(deps, db, progress, &mut |declaration| {
            if declaration.body.portrait == Some(id) {
                require_decided(declaration.state)?;
                with_it.push(Uid::from(declaration.id));
            }
            Ok(())
        })?;
        let jobs: Vec<Uid> =
            card_job::table.filter(card_job::declaration_id.eq_any(with_it)).select(card_job::id).load(db)?;
        let jobs = jobs.into_iter().map(|job| job.0).collect();
        Ok(Going { attachments: vec![id], jobs, ..Going::nothing(person.id) })
    }

    /// Lists everything that is said of a person.
    pub(super) fn of_person(
        deps: &Deps,
        db: &mut Db,
        person: &Person,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Going, Failure> {
        require_no_open_card(person)?;
        let wrapped: Option<Option<Vec<u8>>> =
            data_key::table.find(Uid::from(person.id)).select(data_key::wrapped).first(db).optional()?;
        if wrapped.flatten().is_none() {
            return Err(Refusal::ErasedAlready.into());
        }
        let own = Uid::from(person.id);
        let ids: Vec<Uid> =
            attachment::table.filter(attachment::person_id.eq(own)).select(attachment::id).load(db)?;
        let cards: Vec<Uid> = card::table.filter(card::person_id.eq(own)).select(card::id).load(db)?;
        let jobs: Vec<Uid> =
            card_job::table.filter(card_job::card_id.eq_any(cards)).select(card_job::id).load(db)?;
        let sealing = &deps.keys.sealing;
        let claimed = person.claimed().into_iter().chain(person.withdrawn_numbers.iter().cloned());
        let numbers = claimed.map(|number| claim_of_erased(sealing, &number)).collect();
        Ok(Going {
            is_whole: true,
            parts: stored_parts(db, person.id, |_, _| true)?,
            attachments: ids.into_iter().map(|id| id.0).collect(),
            numbers,
            copies: copies_naming(deps, db, person, progress)?,
            jobs: jobs.into_iter().map(|id| id.0).collect(),
            papers: paper_copies::of_person(db, person.id.uuid())?,
            ..Going::nothing(person.id)
        })
    }

    /// One line for each thing that will be erased, naming only ids.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.is_whole {
            lines.push(format!("data_key {}", self.person));
        }
        let parts = self.parts.iter();
        lines.extend(
            parts.map(|part| format!("entry_part {}/{} {}", part.seq, part.place.ordinal, part.role)),
        );
        lines.extend(self.attachments.iter().map(|id| format!("attachment {id}")));
        lines.extend(self.copies.iter().map(|copy| match copy.fields {
            Some(fields) => format!("declaration {}: {}", copy.id, fields.join(", ")),
            None => format!("declaration {}", copy.id),
        }));
        lines.extend(
            self.copies.iter().filter_map(|copy| copy.notification).map(|id| format!("notification {id}")),
        );
        lines.extend(self.jobs.iter().map(|id| format!("card_job {id}: files")));
        lines.extend(self.papers.iter().map(|id| format!("paper_copy {id}: claim, reason")));
        lines
    }

    /// Erases everything, inside the transaction of the entry that says so.
    pub(super) fn let_go(&self, deps: &Deps, db: &mut Db, draw: &mut Draw) -> Result<(), Failure> {
        for part in &self.parts {
            let ordinal = i32::try_from(part.place.ordinal).unwrap_or(i32::MAX);
            diesel::update(entry_part::table.find((part.seq, ordinal)))
                .set(entry_part::sealed.eq(None::<Vec<u8>>))
                .execute(db)?;
        }
        let attachments: Vec<Uid> = self.attachments.iter().copied().map(Uid).collect();
        diesel::delete(attachment::table.filter(attachment::id.eq_any(attachments))).execute(db)?;
        for copy in &self.copies {
            copy.let_go(deps, db, draw)?;
        }
        let jobs: Vec<Uid> = self.jobs.iter().copied().map(Uid).collect();
        diesel::update(card_job::table.filter(card_job::id.eq_any(&jobs)))
            .set(card_job::sealed_files.eq(None::<Vec<u8>>))
            .execute(db)?;
        paper_copies::empty(db, &self.papers)?;
        if self.is_whole {
            let own = Uid::from(self.person);
            diesel::update(credential_intent::table.filter(credential_intent::job_id.eq_any(&jobs)))
                .set((
                    credential_intent::tbs.eq(Vec::<u8>::new()),
                    credential_intent::issued.eq(None::<Vec<u8>>),
                ))
                .execute(db)?;
            diesel::update(digital_credential::table.filter(digital_credential::person_id.eq(own)))
                .set(digital_credential::tbs.eq(Vec::<u8>::new()))
                .execute(db)?;
            diesel::delete(session::table.filter(session::principal_id.eq(own))).execute(db)?;
            diesel::delete(sign_in_link::table.filter(sign_in_link::principal_id.eq(own))).execute(db)?;
            diesel::update(data_key::table.find(own))
                .set(data_key::wrapped.eq(None::<Vec<u8>>))
                .execute(db)?;
        }
        Ok(())
    }
}

impl WorkingCopy {
    fn let_go(&self, deps: &Deps, db: &mut Db, draw: &mut Draw) -> Result<(), Failure> {
        let mut body = load(deps, db, self.id)?.body;
        match self.fields {
            None => body = Body::default(),
            Some(fields) => {
                if let Some(form) = body.facts.as_object_mut() {
                    form.retain(|field, _| !fields.contains(&field.as_str()));
                }
            }
        }
        diesel::update(declaration::table.find(Uid::from(self.id)))
            .set(declaration::sealed.eq(sealed(deps, self.id.uuid(), &body, draw.nonce())?))
            .execute(db)?;
        if let Some(id) = self.notification {
            let nothing = deps.keys.sealing.seal("notification", id, draw.nonce(), b"{}")?;
            diesel::update(notification::table.find(Uid(id)))
                .set(notification::sealed.eq(nothing))
                .execute(db)?;
        }
        Ok(())
    }
}

/// Of the parts of a person that are meant, those that still have a body.
fn stored_parts(
    db: &mut Db,
    person: PersonId,
    is_meant: impl Fn(EntryId, &PartRow) -> bool,
) -> Result<Vec<GoingPart>, Failure> {
    let rows: Vec<(PartRow, Uid)> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(entry_part::person_id.eq(Uid::from(person)))
        .order((entry_part::entry_seq, entry_part::ordinal))
        .select((PartRow::as_select(), ledger_entry::id))
        .load(db)?;
    let meant: Vec<&(PartRow, Uid)> =
        rows.iter().filter(|(part, entry)| is_meant((*entry).into(), part)).collect();
    if meant.is_empty() {
        return Err(Refusal::NothingToErase.into());
    }
    let going: Vec<GoingPart> = meant
        .into_iter()
        .filter(|(part, _)| part.sealed.is_some())
        .map(|(part, entry)| GoingPart {
            place: ErasedPart {
                entry: (*entry).into(),
                ordinal: u32::try_from(part.ordinal).unwrap_or_default(),
            },
            seq: part.entry_seq,
            role: part.role.clone(),
        })
        .collect();
    if going.is_empty() { Err(Refusal::ErasedAlready.into()) } else { Ok(going) }
}

/// The declarations that became these entries, and other declarations of the same events.
fn declarations_of(db: &mut Db, entries: &BTreeSet<EntryId>) -> Result<Vec<DeclarationId>, Failure> {
    let entries: Vec<Uid> = entries.iter().copied().map(Uid::from).collect();
    let own: Vec<Uid> =
        declaration::table.filter(declaration::entry_id.eq_any(entries)).select(declaration::id).load(db)?;
    let claims: Vec<String> = declaration_claim::table
        .filter(declaration_claim::declaration_id.eq_any(&own))
        .select(declaration_claim::claim)
        .load(db)?;
    let others: Vec<Uid> = declaration_claim::table
        .filter(declaration_claim::claim.eq_any(claims))
        .select(declaration_claim::declaration_id)
        .load(db)?;
    let all: BTreeSet<Uid> = own.into_iter().chain(others).collect();
    Ok(all.into_iter().map(DeclarationId::from).collect())
}

/// The declarations that name a person, in whatever way, or that became an entry about the person.
fn copies_naming(
    deps: &Deps,
    db: &mut Db,
    person: &Person,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<WorkingCopy>, Failure> {
    let entries: Vec<Uid> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(entry_part::person_id.eq(Uid::from(person.id)))
        .select(ledger_entry::id)
        .distinct()
        .load(db)?;
    let entries: BTreeSet<Uuid> = entries.into_iter().map(|entry| entry.0).collect();
    let mut names = person.claimed();
    names.push(person.id.to_string());
    let mut copies = Vec::new();
    each_declaration(deps, db, progress, &mut |declaration| {
        let is_of_entry = declaration.entry_id.is_some_and(|entry| entries.contains(&entry));
        if !is_of_entry && !names_person(&declaration, person) && !says(&declaration.body.facts, &names) {
            return Ok(());
        }
        require_decided(declaration.state)?;
        let notification = declaration.body.facts.get("notification").and_then(Value::as_str);
        let notification = notification.and_then(|id| id.parse().ok());
        copies.push(WorkingCopy { id: declaration.id, fields: None, notification });
        Ok(())
    })?;
    Ok(copies)
}

fn names_person(declaration: &Declaration, person: &Person) -> bool {
    let facts = Facts::parse(&declaration.kind, &declaration.body.facts);
    facts.is_ok_and(|facts| facts.people().iter().any(|reference| reference.is_of(person)))
}

/// Whether a form contains one of these numbers, even inside a longer text.
fn says(form: &Value, names: &[String]) -> bool {
    match form {
        Value::String(text) => names.iter().any(|name| text.contains(name)),
        Value::Array(items) => items.iter().any(|item| says(item, names)),
        Value::Object(fields) => fields.values().any(|value| says(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Opens every declaration in turn.
fn each_declaration(
    deps: &Deps,
    db: &mut Db,
    progress: &mut dyn FnMut(u64),
    look: &mut dyn FnMut(Declaration) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut after, mut done) = (Uid(Uuid::nil()), 0);
    loop {
        let ids: Vec<Uid> = declaration::table
            .filter(declaration::id.gt(after))
            .order(declaration::id)
            .limit(PAGE)
            .select(declaration::id)
            .load(db)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        for id in ids {
            look(load(deps, db, id.into())?)?;
            done += 1;
            progress(done);
        }
    }
}
