//! The lawful door to what is under seal. An officer who may seal opens it on a decision of a competent body,
//! and the access log shows it.
//!
//! What lies behind the seal is in no other answer (see `registry_domain::sealed`).

use registry_domain::form;
use registry_domain::law;
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{AccessEntry, Withheld};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::persons::{ActView, RecordView, Relative, act_view, relative_view};
use crate::register::officer_access;
use crate::store::people;

/// Longest text of a legal basis or a decision's number.
const LONGEST: usize = 200;

/// The legal grounds on which a sealed record is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The article.
    pub legal_basis: String,
    /// Number of the decision.
    pub decision: String,
}

impl Basis {
    /// Reads both.
    ///
    /// # Errors
    /// [`Refusal::LegalBasisMissing`], [`Refusal::CaseMissing`], or what is wrong with the text.
    pub fn parse(legal_basis: &str, decision: &str) -> Result<Self, Refusal> {
        let read = |text: &str, missing: Refusal, field| {
            let text = text.trim();
            if text.is_empty() { Err(missing) } else { form::text(LONGEST)(text) }
                .map_err(|no: Refusal| no.in_field(field))
        };
        Ok(Self {
            legal_basis: read(legal_basis, Refusal::LegalBasisMissing, "legal_basis")?,
            decision: read(decision, Refusal::CaseMissing, "decision")?,
        })
    }
}

/// The whole record, and what is under seal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SealedView {
    /// The record, address included.
    pub record: RecordView,
    /// Whether the whole record is sealed.
    pub is_record_sealed: bool,
    /// Whether the address is sealed.
    pub is_address_sealed: bool,
    /// Parents and children behind an adoption.
    pub relatives: Vec<Relative>,
    /// Names behind an adoption, oldest first.
    pub names: Vec<String>,
    /// The acts under seal.
    pub acts: Vec<ActView>,
}

impl SealedView {
    /// What is shown of a record and what lies behind it.
    pub fn of(person: &Person) -> SealedView {
        let family = &person.sealed_family;
        SealedView {
            record: RecordView::of(person),
            is_record_sealed: person.sealed,
            is_address_sealed: person.sealed_address,
            relatives: family.parents.iter().chain(&family.children).map(relative_view).collect(),
            names: family.all_names().map(ToString::to_string).collect(),
            acts: family.all_acts().map(act_view).collect(),
        }
    }
}

/// Opens what is under seal.
///
/// # Errors
/// No mandate, the own or a relative's record, or [`Refusal::PersonNotFound`].
pub fn open(deps: &Deps, officer: &Officer, reference: &str) -> Result<Withheld<Person>, Failure> {
    let reference = PersonRef::parse(reference)?;
    officer.may(Act::OpenSealed, &officer.office, &deps.units)?;
    let person = people::find(&mut *deps.db()?, &reference)?.filter(|person| !person.is_void());
    let person = person.ok_or(Refusal::PersonNotFound)?;
    officer.may_about(Act::OpenSealed, &officer.office, &person, &deps.units)?;
    Ok(Withheld::new(person))
}

/// The access entry: the citizen sees that the record was opened on a decision, not what is behind it.
pub fn opened(deps: &Deps, officer: &Officer, person: &Person, basis: &Basis) -> AccessEntry {
    let (act, purpose) = ("record opened", "decision of a competent body");
    let people = vec![person.id.uuid()];
    let entry = officer_access(
        deps,
        officer,
        law::Basis::Registration,
        act,
        purpose,
        Some(basis.decision.clone()),
        people,
    );
    AccessEntry { legal_basis: Some(basis.legal_basis.clone()), ..entry }
}
