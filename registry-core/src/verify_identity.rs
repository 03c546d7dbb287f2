//! The agency's question: do this number, this name and this birth date belong together?
//!
//! Attributes are answered only once the number and one more attribute match. An unknown, a sealed and a
//! not-matching number get one identical answer. Misses are budgeted per end user and agency. The answer is
//! signed (Ed25519).

mod asking;
mod compare;

use actix_web::web;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use issuance::Signer as _;
use registry_domain::history::stated::Stated;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use asking::Asker;

use self::asking::Asked;
use crate::access::{AccessEntry, ActorKind};
use crate::agency::{Agreement, CallingAgency};
use crate::budget::Budgets;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::codec::Instant;
use crate::store::reference::{self, AgreedAttribute};

/// Longest text taken for any member of a question.
const LONGEST: usize = 200;
/// Prefix of what is signed, so that an answer is never taken for anything else.
const ANSWER_CONTEXT: &[u8] = b"burtgel/v1/identity-answer\0";

/// What an agency asks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Who sits at the screen, as the agency names them.
    pub end_user: String,
    /// The clause that allows the question; must be the agreement's.
    pub legal_basis: String,
    /// The purpose, a word of the agreement.
    pub purpose: String,
    /// The agency's case.
    pub case: String,
    /// Register number or civil id.
    pub number: String,
    /// Attributes to compare; at least one.
    #[serde(default)]
    pub clan_name: Option<String>,
    /// Parent's name.
    #[serde(default)]
    pub parent_name: Option<String>,
    /// Given name.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Birth date, `YYYY-MM-DD`.
    #[serde(default)]
    pub born_on: Option<String>,
    /// Whether to say if the person lives; a permission of its own.
    #[serde(default)]
    pub living: bool,
}

/// How one attribute compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It belongs to the number.
    Matched,
    /// It does not.
    NotMatched,
}

/// What the service answers, as signed. A question that misses has `matched: false` and nothing else, whatever the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statement {
    /// The number and at least one attribute belong together.
    pub matched: bool,
    /// Per attribute asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clan_name: Option<Match>,
    /// Per attribute asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<Match>,
    /// Per attribute asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Match>,
    /// Per attribute asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_on: Option<Match>,
    /// Whether the person lives, if that was asked and permitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub living: Option<bool>,
    /// SHA-256 of the question's bytes, in hex, so that an answer cannot be shown for another question.
    pub question_sha256: String,
    /// When.
    pub at: String,
}

impl Statement {
    /// What it states, as words; nothing if the question missed.
    fn answered(&self) -> Option<String> {
        let is_told = |stated: &Stated| match stated {
            Stated::ClanName => self.clan_name.is_some(),
            Stated::ParentName => self.parent_name.is_some(),
            Stated::GivenName => self.given_name.is_some(),
            Stated::BornOn => self.born_on.is_some(),
            Stated::Living => self.living.is_some(),
        };
        let words: Vec<&str> = Stated::ALL.iter().copied().filter(is_told).map(Stated::as_str).collect();
        self.matched.then(|| words.join(" "))
    }
}

/// The statement as the very bytes that are signed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// [`Statement`] as JSON, in base64.
    pub statement: String,
    /// Ed25519 over `"burtgel/v1/identity-answer" ‖ 00 ‖ statement`, in hex.
    pub signature: String,
    /// Names this answer: whoever keeps it learns at `/v1/agency/superseded` when it is out of date. Drawn for every answer.
    #[serde(default)]
    pub answer_id: Uuid,
}

/// Asks: checks that the question is complete, agreed and within budget, looks the record up and compares.
/// The answer comes once its access entry is durable.
///
/// # Errors
/// Numbered: what is missing, not agreed, not permitted, or a budget that is used up.
pub async fn ask(
    deps: &web::Data<Deps>,
    agency: &CallingAgency,
    question: Question,
    question_sha256: String,
) -> Result<Found, Failure> {
    require_complete(&question)?;
    let agreement = agreement_for(deps, agency, &question.purpose).await?;
    require_agreed(&question, &agreement)?;
    let at = deps.now();
    let budgets = Budgets::of(&deps.keys.sealing, agency, &question.end_user, &agreement);
    let entry = AccessEntry {
        act: "identity question".to_owned(),
        actor_id: agency.id.uuid(),
        actor_kind: ActorKind::Agency,
        actor_label: agency.label.clone(),
        answered: None,
        case_reference: Some(question.case.clone()),
        end_user: Some(question.end_user.clone()),
        id: deps.draw().opaque_uuid(),
        legal_basis: Some(agreement.legal_basis),
        office: None,
        people: Vec::new(),
        purpose: question.purpose.clone(),
        recorded_at: Instant::new(at),
    };
    deps.asker.ask(Asked { question, question_sha256, at, budgets, entry }).await
}

/// The agreement, remembered or read.
async fn agreement_for(
    deps: &web::Data<Deps>,
    agency: &CallingAgency,
    purpose: &str,
) -> Result<Agreement, Failure> {
    if let Some(known) = deps.partners.known_agreement(agency.id, purpose) {
        return Ok(known);
    }
    let (deps, id, purpose) = (deps.clone(), agency.id, purpose.to_owned());
    let read = move || {
        let rows = reference::agreements_of(&mut *deps.db()?, id.uuid())?;
        deps.partners.agreement(id, &purpose, deps.now(), || Ok(rows))
    };
    web::block(read).await.unwrap_or(Err(Refusal::NotReady.into()))
}

/// An answer before it is signed.
pub struct Found {
    statement: Statement,
    answer_id: Uuid,
}

impl Found {
    /// Signs the statement.
    ///
    /// # Errors
    /// The key's refusal.
    pub fn sign(&self, deps: &Deps) -> Result<Answer, Failure> {
        let statement =
            serde_json::to_vec(&self.statement).map_err(|e| Failure::damaged("write an answer", e))?;
        let message = [ANSWER_CONTEXT, &statement].concat();
        let signature = deps.keys.answer.sign(&message).map_err(|e| Failure::Issue(e.to_string()))?;
        Ok(Answer {
            statement: STANDARD.encode(statement),
            signature: hex::encode(signature),
            answer_id: self.answer_id,
        })
    }
}

fn require_complete(question: &Question) -> Result<(), Refusal> {
    let members = [
        Some(&question.end_user),
        Some(&question.legal_basis),
        Some(&question.purpose),
        Some(&question.case),
        Some(&question.number),
        question.clan_name.as_ref(),
        question.parent_name.as_ref(),
        question.given_name.as_ref(),
        question.born_on.as_ref(),
    ];
    if members.into_iter().flatten().any(|text| text.chars().count() > LONGEST) {
        return Err(Refusal::TextTooLong { limit: LONGEST });
    }
    if question.end_user.trim().is_empty() {
        return Err(Refusal::EndUserMissing);
    }
    if question.legal_basis.trim().is_empty() {
        return Err(Refusal::LegalBasisMissing);
    }
    if question.case.trim().is_empty() {
        return Err(Refusal::CaseMissing);
    }
    let attributes = [&question.clan_name, &question.parent_name, &question.given_name, &question.born_on];
    if attributes.into_iter().all(Option::is_none) {
        return Err(Refusal::TooFewAttributes);
    }
    Ok(())
}

fn require_agreed(question: &Question, agreement: &Agreement) -> Result<(), Refusal> {
    if question.legal_basis.trim() != agreement.legal_basis {
        return Err(Refusal::PurposeNotAgreed.in_field("legal_basis"));
    }
    let asked = [
        (question.clan_name.is_some(), AgreedAttribute::ClanName, "clan_name"),
        (question.parent_name.is_some(), AgreedAttribute::ParentName, "parent_name"),
        (question.given_name.is_some(), AgreedAttribute::GivenName, "given_name"),
        (question.born_on.is_some(), AgreedAttribute::BornOn, "born_on"),
        (question.living, AgreedAttribute::Living, "living"),
    ];
    match asked
        .into_iter()
        .find(|(is_asked, attribute, _)| *is_asked && !agreement.attributes.contains(attribute))
    {
        Some((_, _, field)) => Err(Refusal::PredicateNotPermitted.in_field(field)),
        None => Ok(()),
    }
}
