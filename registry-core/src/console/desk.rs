//! The agency's desk, where a person at a screen asks the identity question.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_domain::refusal::Refusal;
use sha2::{Digest as _, Sha256};

use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::page::{Page, html};
use super::paper::{Known, Paper};
use super::visit::Visitor;
use super::words::Words;
use crate::agency::CallingAgency;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::reference::{self, is_valid_at};
use crate::verify_identity::{self, Answer, Match, Question, Statement};

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk {
    p: Page,
    paper: Paper,
    agreements: Vec<(String, String)>,
    answer: Option<Shown>,
}

struct Shown {
    matched: bool,
    /// Whether something that was asked does not belong to the number: then the verdict must not look like a
    /// yes.
    differs: bool,
    verdict: &'static str,
    lines: Vec<(&'static str, &'static str, &'static str)>,
    statement: String,
    signature: String,
}

/// The empty question.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor<CallingAgency>,
) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    page(deps, visitor, paper, None).await
}

/// Asks, and shows the signed answer or the refusal. Who asks and why stays filled in for the next question.
pub(super) async fn ask(
    deps: web::Data<Deps>,
    visitor: Visitor<CallingAgency>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let agency = visitor.agency().clone();
    let fields = visitor.accept(form.into_inner())?;
    let outcome = answer_to(&deps, agency, question_of(&fields)).await;
    let paper = Paper::filled(&deps, &visitor, fields);
    match outcome {
        Ok(answer) => {
            let shown = shown(visitor.visit.language.words(), answer)?;
            page(deps, visitor, paper, Some(shown)).await
        }
        Err(fault) => {
            let paper = paper.refused(&beside_field(fault.refusal()?));
            page(deps, visitor, paper, None).await
        }
    }
}

/// The refusal, with the field of this form that it is about, if there is one.
fn beside_field(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::EndUserMissing => refusal.in_field("end_user"),
        Refusal::LegalBasisMissing => refusal.in_field("legal_basis"),
        Refusal::CaseMissing => refusal.in_field("case"),
        Refusal::PurposeNotAgreed | Refusal::AgreementEnded => refusal.in_field("purpose"),
        other => other,
    }
}

fn question_of(fields: &Fields) -> Question {
    Question {
        end_user: fields.get("end_user").trim().to_owned(),
        legal_basis: fields.get("legal_basis").trim().to_owned(),
        purpose: fields.get("purpose").trim().to_owned(),
        case: fields.get("case").trim().to_owned(),
        number: fields.get("number").trim().to_owned(),
        clan_name: fields.filled("clan_name"),
        parent_name: fields.filled("parent_name"),
        given_name: fields.filled("given_name"),
        born_on: fields.filled("born_on"),
        living: fields.filled("living").is_some(),
    }
}

async fn answer_to(
    deps: &web::Data<Deps>,
    agency: CallingAgency,
    question: Question,
) -> Result<Answer, Fault> {
    let sent = serde_json::to_vec(&question).map_err(|e| Failure::damaged("write a question", e))?;
    let digest = hex::encode(Sha256::digest(sent));
    let found = verify_identity::ask(deps, &agency, question, digest).await?;
    Ok(found.sign(deps)?)
}

fn shown(w: &'static Words, answer: Answer) -> Result<Shown, Fault> {
    let statement = STANDARD.decode(&answer.statement).map_err(|e| Failure::damaged("read an answer", e))?;
    let statement: Statement =
        serde_json::from_slice(&statement).map_err(|e| Failure::unreadable("read an answer", &e))?;
    let attributes = [
        (w.clan_name, "clan_name", statement.clan_name),
        (w.parent_name, "parent_name", statement.parent_name),
        (w.given_name, "given_name", statement.given_name),
        (w.born_on, "born_on", statement.born_on),
    ];
    let differs = attributes.iter().any(|(_, _, is)| *is == Some(Match::NotMatched));
    let word = |is: Match| match is {
        Match::Matched => w.matched,
        Match::NotMatched => w.not_matched,
    };
    let mut lines: Vec<_> =
        attributes.into_iter().filter_map(|(label, name, is)| is.map(|is| (label, name, word(is)))).collect();
    lines.extend(statement.living.map(|lives| (w.alive, "living", if lives { w.yes } else { w.no })));
    Ok(Shown {
        matched: statement.matched,
        differs,
        verdict: match (statement.matched, differs) {
            (true, false) => w.belongs_together,
            (true, true) => w.belongs_in_part,
            (false, _) => w.does_not_belong,
        },
        lines,
        statement: answer.statement,
        signature: answer.signature,
    })
}

async fn page(
    deps: web::Data<Deps>,
    visitor: Visitor<CallingAgency>,
    paper: Paper,
    answer: Option<Shown>,
) -> Result<HttpResponse, Fault> {
    let (asked, agency) = (deps.clone(), visitor.agency().id);
    let agreements = blocking(move || {
        let rows = reference::agreements_of(&mut *asked.db()?, agency.uuid())?;
        let now = asked.now();
        Ok(rows
            .into_iter()
            .filter(|row| is_valid_at(row.valid_from, row.valid_to, now))
            .map(|row| (row.purpose, row.legal_basis))
            .collect())
    })
    .await?;
    let status = if paper.no.is_some() { paper.status() } else { StatusCode::OK };
    let mut desk = Desk { p: Page::of(&deps, &visitor), paper, agreements, answer };
    let w = desk.p.w;
    desk.paper.learn(&[
        Known::new("end_user", w.end_user, true),
        Known::new("legal_basis", w.legal_basis, true),
        Known::new("purpose", w.purpose, true),
        Known::new("case", w.case, true),
        Known::new("number", w.number, true),
        Known::new("clan_name", w.clan_name, false),
        Known::new("parent_name", w.parent_name, false),
        Known::new("given_name", w.given_name, false),
        Known::new("born_on", w.born_on, false),
        Known::new("living", w.ask_living, false),
    ]);
    html(status, &desk)
}
