//! The agency's question: do this number, this name and this birth date belong together?
//!
//! Attributes are answered only once the number and one more attribute match. An unknown, a sealed and a not-matching number get one
//! identical answer. Misses are budgeted per end user and agency. The answer is signed (Ed25519).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use issuance::Signer as _;
use registry_domain::civil_id::CivilId;
use registry_domain::date::civil_date;
use registry_domain::linkage::norm;
use registry_domain::national_number::NationalNumber;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, ActorKind, Withheld};
use crate::agency::{Agreement, CallingAgency};
use crate::budget::Budgets;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::reference::{self, AgreedAttribute};
use crate::store::schema::{number_claim, person};

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

/// The statement as the very bytes that are signed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// [`Statement`] as JSON, in base64.
    pub statement: String,
    /// Ed25519 over `"burtgel/v1/identity-answer" ‖ 00 ‖ statement`, in hex.
    pub signature: String,
}

/// Looks the question up; the answer is withheld until its access entry is durable.
///
/// # Errors
/// Numbered: what is missing, not agreed, not permitted, or a budget that is used up.
pub fn ask(
    deps: &Deps,
    agency: &CallingAgency,
    question: &Question,
    question_sha256: String,
) -> Result<(Withheld<Found>, Agreement), Failure> {
    require_complete(question)?;
    let now = deps.now();
    let agreement = deps.partners.agreement(agency.id, &question.purpose, now, || {
        Ok(reference::agreements_of(&mut *deps.db()?, agency.id.uuid())?)
    })?;
    require_agreed(question, &agreement)?;
    let mut db = deps.db()?;
    let day = civil_date(now, chrono_tz::Asia::Ulaanbaatar).to_string();
    let budgets = Budgets::of(&deps.keys.sealing, agency, &question.end_user, &agreement);
    budgets.require_left(&deps.misses, &mut db, &day)?;
    let row = look_up(&mut db, &question.number)?;
    let at = Instant::new(now).to_text();
    let statement = compare(question, row.as_ref(), question_sha256, at);
    if !statement.matched {
        budgets.count_miss(&deps.misses, &mut db, &day)?;
    }
    // A sealed or missed record was looked at as well, but the answer tells nothing of it: the citizen of a sealed
    // record sees the question, the asker does not learn that there is one.
    let person = row.map(|row| row.id.0);
    Ok((Withheld::new(Found { statement, person }), agreement))
}

/// An answer before it is signed, and whose record it is about.
pub struct Found {
    statement: Statement,
    person: Option<Uuid>,
}

impl Found {
    /// The access entry of the question.
    pub fn access(
        &self,
        deps: &Deps,
        agency: &CallingAgency,
        agreement: &Agreement,
        question: &Question,
    ) -> AccessEntry {
        AccessEntry {
            act: "identity question".to_owned(),
            actor_id: agency.id.uuid(),
            actor_kind: ActorKind::Agency,
            actor_label: agency.label.clone(),
            case_reference: Some(question.case.clone()),
            end_user: Some(question.end_user.clone()),
            id: deps.draw().opaque_uuid(),
            legal_basis: Some(agreement.legal_basis.clone()),
            office: None,
            people: self.person.into_iter().collect(),
            purpose: question.purpose.clone(),
            recorded_at: Instant::new(deps.now()),
        }
    }

    /// Signs the statement.
    ///
    /// # Errors
    /// The key's refusal.
    pub fn sign(&self, deps: &Deps) -> Result<Answer, Failure> {
        let statement =
            serde_json::to_vec(&self.statement).map_err(|e| Failure::damaged("write an answer", e))?;
        let message = [ANSWER_CONTEXT, &statement].concat();
        let signature = deps.keys.answer.sign(&message).map_err(|e| Failure::Issue(e.to_string()))?;
        Ok(Answer { statement: STANDARD.encode(statement), signature: hex::encode(signature) })
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

/// The columns that an answer may need.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = person)]
struct ComparedRow {
    id: Uid,
    clan_name: Option<String>,
    parent_name: Option<String>,
    given_name: String,
    born_on: String,
    life_cycle: String,
    sealed: bool,
}

/// One look-up by present number, register number or civil id; a malformed number is looked up like any other and misses.
fn look_up(db: &mut Db, number: &str) -> Result<Option<ComparedRow>, Failure> {
    let number = number.trim();
    let normal = NationalNumber::parse(number)
        .map(|parsed| parsed.to_string())
        .or_else(|_| CivilId::parse(number).map(|parsed| parsed.to_string()))
        .unwrap_or_default();
    Ok(number_claim::table
        .inner_join(person::table.on(person::id.eq(number_claim::person_id)))
        .filter(number_claim::number.eq(normal))
        .select(ComparedRow::as_select())
        .first(db)
        .optional()?)
}

fn compare(question: &Question, row: Option<&ComparedRow>, question_sha256: String, at: String) -> Statement {
    let unlike = ComparedRow {
        id: Uid(Uuid::nil()),
        clan_name: None,
        parent_name: None,
        given_name: String::new(),
        born_on: String::new(),
        life_cycle: String::new(),
        sealed: true,
    };
    // Absent and sealed go the same way through the comparison.
    let row = row.unwrap_or(&unlike);
    let clan_name = question.clan_name.as_deref().map(|asked| name_match(asked, row.clan_name.as_deref()));
    let parent_name =
        question.parent_name.as_deref().map(|asked| name_match(asked, row.parent_name.as_deref()));
    let given_name = question.given_name.as_deref().map(|asked| name_match(asked, Some(&row.given_name)));
    let born_on = question.born_on.as_deref().map(|asked| matched(asked.trim() == row.born_on));
    let any = [clan_name, parent_name, given_name, born_on].contains(&Some(Match::Matched));
    if !any || row.sealed {
        return Statement {
            matched: false,
            clan_name: None,
            parent_name: None,
            given_name: None,
            born_on: None,
            living: None,
            question_sha256,
            at,
        };
    }
    let living = question.living.then(|| row.life_cycle == "alive");
    Statement { matched: true, clan_name, parent_name, given_name, born_on, living, question_sha256, at }
}

fn matched(is: bool) -> Match {
    if is { Match::Matched } else { Match::NotMatched }
}

/// Names are compared in the normal form of both scripts.
fn name_match(asked: &str, stored: Option<&str>) -> Match {
    matched(stored.is_some_and(|stored| !stored.is_empty() && norm(asked) == norm(stored)))
}
