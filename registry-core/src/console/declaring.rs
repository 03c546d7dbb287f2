//! Receiving a declaration: a form of each kind, in the order of the paper.

use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes;
use actix_multipart::form::text::Text;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::amendment::Field;
use registry_domain::door::Declarable;
use registry_domain::kind::Kind;
use registry_domain::officer::Act;
use registry_domain::question::Question;
use uuid::Uuid;

use super::beside::beside_field;
use super::fault::Fault;
use super::fields::{Fields, Pairs, answer_field};
use super::page::{Page, html, written};
use super::paper::Paper;
use super::to_page;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::declare;
use crate::deps::Deps;
use crate::portrait::Portrait;

#[derive(Template)]
#[template(path = "declare.html")]
struct Declare {
    p: Page,
    kind: Kind,
    /// Where the form goes.
    action: String,
    /// Where it goes to be kept as a draft.
    keep: String,
    may_keep: bool,
    is_draft: bool,
    title: &'static str,
    /// In tögrög.
    fee: u32,
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
    /// A new one.
    New(Kind),
    /// One that was kept.
    Draft(Uuid, Kind),
}

/// A card application with its picture.
#[derive(MultipartForm)]
#[multipart(deny_unknown_fields)]
pub(super) struct Application {
    form_token: Text<String>,
    idempotency_key: Text<String>,
    person: Option<Text<String>>,
    applied_on: Option<Text<String>>,
    latin_parent: Option<Text<String>>,
    latin_given: Option<Text<String>>,
    latin_confirmed: Option<Text<String>>,
    traditional_clan: Option<Text<String>>,
    traditional_parent: Option<Text<String>>,
    traditional_given: Option<Text<String>>,
    portrait: Option<Bytes>,
}

/// The empty form of a kind.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor,
    kind: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?.kind();
    page(&deps, &visitor, Sheet::New(kind), Paper::empty(&deps, &visitor))
}

/// The empty form of a card application.
pub(super) async fn show_card_application(
    deps: web::Data<Deps>,
    visitor: Visitor,
) -> Result<HttpResponse, Fault> {
    page(&deps, &visitor, Sheet::New(Kind::CardApplication), Paper::empty(&deps, &visitor))
}

/// The form of a kind, begun with what another page knew.
pub(super) async fn fill(
    deps: web::Data<Deps>,
    visitor: Visitor,
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
    visitor: Visitor,
    kind: web::Path<String>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?;
    let fields = visitor.accept(form.into_inner())?;
    receive(deps, visitor, kind, fields, None).await
}

/// Receives a card application with its portrait.
pub(super) async fn send_with_portrait(
    deps: web::Data<Deps>,
    visitor: Visitor,
    form: MultipartForm<Application>,
) -> Result<HttpResponse, Fault> {
    let (pairs, portrait) = form.into_inner().into_pairs();
    let fields = visitor.accept(pairs)?;
    receive(deps, visitor, Declarable::new(Kind::CardApplication)?, fields, portrait).await
}

async fn receive(
    deps: web::Data<Deps>,
    visitor: Visitor,
    kind: Declarable,
    fields: Fields,
    portrait: Option<Vec<u8>>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?.clone();
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
/// A visitor who is no officer.
pub(super) fn page(
    deps: &Deps,
    visitor: &Visitor,
    sheet: Sheet,
    paper: Paper,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?;
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
    let p = Page::of(deps, visitor).at(home);
    let status = if paper.no.is_some() { paper.status() } else { StatusCode::OK };
    let mut form = Declare {
        kind,
        action,
        keep,
        may_keep: officer.may(Act::Declare(kind), &officer.office, &deps.units).is_ok(),
        is_draft,
        title: p.lang.pick(kind.title_mn(), kind.title_en()),
        fee: deps.config.law.rules.fee_mnt(kind),
        units: p.places.offered(&officer.office),
        questions: questions(&p, &paper),
        paper,
        p,
    };
    let written = written(&form)?;
    form.paper.learn_meant(&written);
    form.paper.learn_first(&written);
    html(status, &form)
}

/// The questions that are open, and those answered already.
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

impl Application {
    /// The fields, and the picture if one was chosen.
    pub fn into_pairs(self) -> (Pairs, Option<Vec<u8>>) {
        let texts = [
            ("form_token", Some(self.form_token)),
            ("idempotency_key", Some(self.idempotency_key)),
            ("person", self.person),
            ("applied_on", self.applied_on),
            ("latin_parent", self.latin_parent),
            ("latin_given", self.latin_given),
            ("latin_confirmed", self.latin_confirmed),
            ("traditional_clan", self.traditional_clan),
            ("traditional_parent", self.traditional_parent),
            ("traditional_given", self.traditional_given),
        ];
        let pairs = texts
            .into_iter()
            .filter_map(|(name, text)| text.map(|text| (name.to_owned(), text.into_inner())))
            .collect();
        // A browser sends an empty part where no file was chosen.
        let portrait = self.portrait.map(|file| file.data.to_vec()).filter(|bytes| !bytes.is_empty());
        (pairs, portrait)
    }
}
