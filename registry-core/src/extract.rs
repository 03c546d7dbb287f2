//! The printable extract of a registration: what the paper says, and the signed text in its QR.
//!
//! Printing is reading: the extract is withheld until its access entry is durable.

pub mod copies;
mod drawing;
pub mod fonts;
pub mod proof;
mod records;
pub mod seal;
mod sheet;
mod standing;

use chrono::NaiveDate;
use registry_domain::amendment::EntryRef;
use registry_domain::date::civil_date;
use registry_domain::entry::{Entry, Part};
use registry_domain::history::in_effect;
use registry_domain::id::EntryId;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
pub use registry_domain::paper::Line;
use registry_domain::paper::Written;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::register::officer_access;
use crate::store::{Db, history};

use records::{Reader, paper_of};
use seal::Claim;
pub use standing::{Standing, standing};

/// A civil paper as it is printed.
#[derive(Debug, Clone)]
pub struct Extract {
    /// Number of the act.
    pub act_number: String,
    /// What was registered.
    pub kind: Kind,
    /// Civil date of registration.
    pub registered_on: NaiveDate,
    /// The office that registered it.
    pub office: UnitCode,
    /// What the paper says.
    pub lines: Vec<Line>,
    /// Civil date of printing.
    pub printed_on: NaiveDate,
    /// The text of the QR: see [`seal`].
    pub seal: String,
    people: Vec<Uuid>,
}

/// Makes the extract of an entry for an officer of the office that registered it.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown entry or a kind without an extract, [`Refusal::EntryAnnulled`],
/// [`Refusal::PersonNotFound`] for a sealed record, no mandate, or an error of the database.
pub fn print(deps: &Deps, officer: &Officer, id: EntryId) -> Result<Withheld<Extract>, Failure> {
    let Read { entry, lines, people } = read(deps, &mut *deps.db()?, officer, id)?;
    let header = &entry.header;
    let act_number = header.act_number.clone().unwrap_or_default();
    let printed_on = civil_date(deps.now(), deps.units.zone(&officer.office));
    let claim = Claim {
        act_number: act_number.clone(),
        kind: header.kind,
        registered_on: header.registered_on,
        office: header.office.clone(),
        printed_on,
        facts: seal::digest(&deps.draw().bytes(), &lines),
        copy: None,
    };
    let issue = |e: seal::SealError| Failure::Issue(e.to_string());
    Ok(Withheld::new(Extract {
        act_number,
        kind: header.kind,
        registered_on: header.registered_on,
        office: header.office.clone(),
        lines,
        printed_on,
        seal: claim.prepare().and_then(|prepared| prepared.sign(&deps.keys.extract)).map_err(issue)?,
        people,
    }))
}

/// An act as a paper tells it to an officer.
struct Read {
    entry: Entry,
    lines: Vec<Line>,
    people: Vec<Uuid>,
}

/// Reads what the paper of an entry says, for an officer who may print it.
fn read(deps: &Deps, db: &mut Db, officer: &Officer, id: EntryId) -> Result<Read, Failure> {
    let entry = load_in_effect(deps, db, id)?;
    officer.may(Act::PrintExtract, &entry.header.office, &deps.units)?;
    if !entry.header.kind.is_printed() {
        return Err(Refusal::NotFound.into());
    }
    let Written { lines, people } = paper_of(deps, db, &entry, Reader::Officer)?;
    people.iter().try_for_each(|person| officer.interest.require_none_in(*person))?;
    Ok(Read { entry, lines, people: people.iter().map(|person| person.uuid()).collect() })
}

/// The access entry of a printed extract.
pub fn printed(deps: &Deps, officer: &Officer, extract: &Extract) -> AccessEntry {
    officer_access(
        deps,
        officer,
        extract.kind.rules().basis,
        "extract printed",
        "issue of an extract",
        Some(extract.act_number.clone()),
        extract.people.clone(),
    )
}

/// The entry as it stands now, corrections included.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::EntryAnnulled`], or an error of the database.
fn load_in_effect(deps: &Deps, db: &mut Db, id: EntryId) -> Result<Entry, Failure> {
    let sealing = &deps.keys.sealing;
    let Entry { header, parts: written } =
        history::find_entry(db, sealing, &EntryRef::Id(id))?.ok_or(Refusal::NotFound)?;
    let mut parts = Vec::with_capacity(written.len());
    for part in written {
        let recorded = history::load(db, sealing, part.person)?;
        let counts = in_effect(&recorded)
            .into_iter()
            .find(|counts| counts.header.id == id && counts.role == part.role);
        parts.extend(counts.map(|counts| Part { body: counts.body.clone(), ..part }));
    }
    if parts.is_empty() { Err(Refusal::EntryAnnulled.into()) } else { Ok(Entry { header, parts }) }
}
