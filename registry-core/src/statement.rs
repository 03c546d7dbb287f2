//! A signed statement for a court: what the register holds of a person, true on one day and known on another.
//!
//! The answer key signs (Ed25519) `"burtgel/v1/person-statement" ‖ 00 ‖ statement`, the bytes as they are
//! sent, so that whoever has the key of `answer.public.der` can check it without asking.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use issuance::Signer as _;
use registry_domain::form;
use registry_domain::history::moment::Moment;
use registry_domain::law::Basis;
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::AccessEntry;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::persons::RecordView;
use crate::register::officer_access;

/// Prefix of what is signed, so that a statement is never taken for another answer.
const CONTEXT: &[u8] = b"burtgel/v1/person-statement\0";
/// Longest number of a case.
const LONGEST_CASE: usize = 100;

/// What is said, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Statement {
    /// Version of this form.
    pub v: u16,
    /// Number of the court's case.
    pub case: String,
    /// Both days.
    #[serde(flatten)]
    pub moment: Moment,
    /// The position of the last entry that the record rests on.
    pub position: u64,
    /// The record.
    pub record: RecordView,
    /// The office that gave it.
    pub office: String,
    /// When.
    pub stated_at: DateTime<Utc>,
}

/// A statement with its signature.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignedStatement {
    /// [`Statement`] as JSON, in base64.
    pub statement: String,
    /// Ed25519 with the answer key, in hex.
    pub signature: String,
}

/// Reads the number of a case.
///
/// # Errors
/// [`Refusal::CaseMissing`], or what is wrong with the text.
pub fn parse_case(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::CaseMissing);
    }
    form::text(LONGEST_CASE)(text).map_err(|no| no.in_field("case"))
}

/// The access entry of a statement.
pub fn given(deps: &Deps, officer: &Officer, person: &Person, reason: &str, case: &str) -> AccessEntry {
    let people = vec![person.id.uuid()];
    officer_access(
        deps,
        officer,
        Basis::Registration,
        "statement for a court",
        reason.trim(),
        Some(case.to_owned()),
        people,
    )
}

/// Signs a statement.
///
/// # Errors
/// The key's refusal.
pub fn sign(
    deps: &Deps,
    officer: &Officer,
    person: &Person,
    moment: Moment,
    case: &str,
) -> Result<SignedStatement, Failure> {
    let statement = Statement {
        v: 1,
        case: case.to_owned(),
        moment,
        position: person.last_seq,
        record: RecordView::of(person).for_moment(deps, officer, moment),
        office: officer.office.to_string(),
        stated_at: deps.now(),
    };
    let bytes = serde_json::to_vec(&statement).map_err(|e| Failure::damaged("write a statement", e))?;
    let signature =
        deps.keys.answer.sign(&[CONTEXT, &bytes].concat()).map_err(|e| Failure::Issue(e.to_string()))?;
    Ok(SignedStatement { statement: STANDARD.encode(bytes), signature: hex::encode(signature) })
}
