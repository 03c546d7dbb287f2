//! Receiving a declaration: each kind has its form, in the order of the paper.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::door::Declarable;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use registry_domain::question::{ANSWERS, Question};
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::beside::beside_field;
use super::drawn::{self, Control, Part};
use super::fault::Fault;
use super::fields::{Fields, Pairs, answer_field};
use super::page::{Page, html};
use super::paper::{Known, Paper};
use super::to_page;
use super::upload::{self, Sent};
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::declare;
use crate::deps::Deps;
use crate::portrait::Portrait;

#[derive(Template)]
#[template(path = "declare.html")]
struct Declare {
    p: Page,
    /// The address to which the form is sent.
    action: String,
    /// The address to which the form is sent to be kept as a draft.
    keep: String,
    may_keep: bool,
    is_draft: bool,
    title: &'static str,
    /// The fee in tögrög.
    fee: u32,
    has_picture: bool,
    parts: Vec<Part>,
    paper: Paper,
    questions: Vec<Asked>,
    units: Vec<(String, String)>,
}

/// A question that the officer answers with a reason.
struct Asked {
    field: &'static str,
    title: &'static str,
}

/// Which form is on the page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sheet {
    /// The form of a new declaration.
    New(Kind),
    /// A form that was kept as a draft.
    Draft(Uuid, Kind),
}

/// Shows the empty form of a kind.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    kind: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?.kind();
    page(&deps, &visitor, Sheet::New(kind), Paper::empty(&deps, &visitor))
}

/// Shows the form of a kind, with what another page filled in.
pub(super) async fn fill(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    kind: web::Path<String>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?.kind();
    let fields = visitor.accept(form.into_inner())?;
    page(&deps, &visitor, Sheet::New(kind), Paper::filled(&deps, &visitor, fields))
}

/// Receives a declaration.
pub(super) async fn send(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    kind: web::Path<String>,
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?;
    let (pairs, portrait) = upload::read(sent);
    let fields = visitor.accept(pairs)?;
    receive(deps, visitor, kind, fields, portrait).await
}

async fn receive(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    kind: Declarable,
    fields: Fields,
    portrait: Option<Vec<u8>>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let once = fields.once(&visitor, portrait.as_deref().unwrap_or_default())?;
    let (asked, facts) = (deps.clone(), fields.facts());
    let outcome = blocking(move || {
        let portrait = portrait.map(Portrait::parse).transpose().map_err(|no| no.in_field("portrait"))?;
        declare::declare(&asked, &officer, &once, kind, facts, portrait.as_ref())
    })
    .await;
    match outcome {
        Ok(declared) => Ok(to_page(&format!("/declarations/{}", declared.id))),
        Err(error) => {
            let refusal = beside_field(Fault::from(error).refusal()?);
            let paper = Paper::filled(&deps, &visitor, fields).refused(&refusal);
            page(&deps, &visitor, Sheet::New(kind.kind()), paper)
        }
    }
}

/// The page of a form.
///
/// # Errors
/// [`Refusal::KindNotBuilt`] for a kind without a form.
pub(super) fn page(
    deps: &Deps,
    visitor: &Visitor<Officer>,
    sheet: Sheet,
    mut paper: Paper,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer();
    let (kind, home, action, keep, is_draft) = match sheet {
        Sheet::New(kind) => {
            let home = format!("/declare/{kind}");
            (kind, home.clone(), home.clone(), format!("{home}/draft"), false)
        }
        Sheet::Draft(id, kind) => {
            let home = format!("/drafts/{id}");
            (kind, home.clone(), format!("{home}/declare"), home, true)
        }
    };
    let form = kind.form().ok_or(Refusal::KindNotBuilt { kind: kind.as_str() })?;
    let p = Page::of(deps, visitor).at(home);
    let status = if paper.no.is_some() { paper.status() } else { StatusCode::OK };
    let questions = questions(&p, &paper);
    let mut known = drawn::known(form, &p);
    if !questions.is_empty() {
        known.push(Known::new(ANSWERS.name, p.w.questions, false));
        known.extend(questions.iter().map(|asked| Known::new(asked.field, asked.title, true)));
    }
    paper.learn(&known);
    paper.begin(drawn::first(form));
    let page = Declare {
        action,
        keep,
        may_keep: officer.may(Act::Declare(kind), &officer.office, &deps.units).is_ok(),
        is_draft,
        title: p.lang.pick(kind.title_mn(), kind.title_en()),
        fee: deps.config.law.rules.fee_mnt(kind),
        units: p.places.offered(&officer.office),
        has_picture: form.picture().is_some(),
        parts: drawn::parts(form, p.lang, &paper),
        questions,
        paper,
        p,
    };
    html(status, &page)
}

/// The questions that are open, and those that were answered already.
fn questions(p: &Page, paper: &Paper) -> Vec<Asked> {
    let asked = Question::ALL
        .iter()
        .filter(|question| paper.asks(**question) || !paper.value(answer_field(**question)).is_empty());
    let shown = |question: &Question| Asked {
        field: answer_field(*question),
        title: p.lang.pick(question.title_mn(), question.title_en()),
    };
    asked.map(shown).collect()
}
