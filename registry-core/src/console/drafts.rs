//! Drafts: forms that an officer keeps before they can be declared, and continues later.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use registry_domain::date::civil_date;
use registry_domain::door::Declarable;
use registry_domain::id::DeclarationId;
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use serde::Deserialize;
use uuid::Uuid;

use super::beside::beside_field;
use super::days;
use super::declaring::{Sheet, page};
use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::page::{Page, html};
use super::paper::Paper;
use super::to_page;
use super::upload::{self, Sent};
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::drafts::{self, DraftLine, Opened};
use crate::failure::Failure;
use crate::portrait::Portrait;

/// At most this many drafts are shown at once.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "drafts.html")]
struct Drafts {
    p: Page,
    lines: Vec<Line>,
    saved: Option<Uuid>,
    is_picture_left: bool,
}

struct Line {
    id: Uuid,
    kind: &'static str,
    saved: String,
    age: String,
    expires_on: String,
    left: String,
    is_expired: bool,
    paper: Paper,
}

/// What the list shows besides: the draft that was saved just now.
#[derive(Deserialize)]
pub(super) struct Said {
    saved: Option<Uuid>,
    picture: Option<String>,
}

/// The drafts of the officer's office.
pub(super) async fn list(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    said: web::Query<Said>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let drafts = blocking(move || drafts::of_office(&asked, &reader, SHOWN)).await?;
    let p = Page::of(&deps, &visitor);
    let paper = Paper::empty(&deps, &visitor);
    let lines = drafts
        .iter()
        .map(|draft| line(&deps, &officer, &p, paper.another(&deps), draft))
        .collect::<Result<_, Failure>>()?;
    html(StatusCode::OK, &Drafts { p, lines, saved: said.saved, is_picture_left: said.picture.is_some() })
}

fn line(deps: &Deps, officer: &Officer, p: &Page, paper: Paper, draft: &DraftLine) -> Result<Line, Failure> {
    let damaged = |e| Failure::damaged("a stored instant", e);
    let zone = deps.units.zone(&officer.office);
    let saved: DateTime<Utc> = draft.saved_at.parse().map_err(damaged)?;
    let expires_on: Option<NaiveDate> =
        draft.expires_on.as_deref().map(str::parse).transpose().map_err(damaged)?;
    let today = civil_date(deps.now(), zone);
    let kind = Kind::parse(&draft.kind)?;
    Ok(Line {
        id: draft.id,
        kind: p.lang.pick(kind.title_mn(), kind.title_en()),
        saved: days::stamp(saved, zone),
        age: days::since(p.w, civil_date(saved, zone), today),
        expires_on: draft.expires_on.clone().unwrap_or_default(),
        left: expires_on.map(|last| days::until(p.w, last, today)).unwrap_or_default(),
        is_expired: draft.state == "expired",
        paper,
    })
}

/// The list that says which draft was kept, and whether its picture was not: a draft holds none.
fn kept(id: Uuid, had_picture: bool) -> String {
    format!("/drafts?saved={id}{}", if had_picture { "&picture=left" } else { "" })
}

/// Keeps a form as a new draft.
pub(super) async fn save(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    kind: web::Path<String>,
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let kind = Declarable::parse(&kind)?;
    let (pairs, picture) = upload::read(sent);
    let fields = visitor.accept(pairs)?;
    let (officer, once, facts) = (visitor.officer().clone(), fields.once(&visitor, &[])?, fields.facts());
    let saved = blocking(move || drafts::save(&deps, &officer, &once, kind, &facts)).await?;
    Ok(to_page(&kept(saved.id, picture.is_some())))
}

/// Shows the form as it was left.
pub(super) async fn open(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let opened = opened(&deps, &visitor, *id).await?;
    let kind = Declarable::parse(&opened.draft.kind)?.kind();
    let paper = Paper::filled(&deps, &visitor, Fields::of_draft(kind, &opened.draft.facts)?);
    page(&deps, &visitor, Sheet::Draft(*id, kind), paper)
}

/// The draft, once its opening is recorded.
pub(super) async fn opened(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    id: Uuid,
) -> Result<Opened, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || drafts::open(&asked, &reader, DeclarationId::new(id))).await?;
    Ok(withheld.release(&deps.access, |opened| drafts::opened(deps, &officer, opened)).await?)
}

/// Keeps the form in place of the draft's earlier one.
pub(super) async fn save_again(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let (pairs, picture) = upload::read(sent);
    let fields = visitor.accept(pairs)?;
    let (officer, once, facts) = (visitor.officer().clone(), fields.once(&visitor, &[])?, fields.facts());
    let saved =
        blocking(move || drafts::save_again(&deps, &officer, &once, DeclarationId::new(*id), &facts)).await?;
    Ok(to_page(&kept(saved.id, picture.is_some())))
}

/// Declares the form as it is filled in now. If something is wrong, the page says so beside the field, and
/// the draft stays as it was.
pub(super) async fn declare(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let (pairs, portrait) = upload::read(sent);
    let fields = visitor.accept(pairs)?;
    let officer = visitor.officer().clone();
    let once = fields.once(&visitor, portrait.as_deref().unwrap_or_default())?;
    let (asked, facts, draft) = (deps.clone(), fields.facts(), DeclarationId::new(*id));
    let outcome = blocking(move || {
        let portrait = portrait.map(Portrait::parse).transpose().map_err(|no| no.in_field("portrait"))?;
        drafts::declare(&asked, &officer, &once, draft, Some(&facts), portrait.as_ref())
    })
    .await;
    match outcome {
        Ok(declared) => Ok(to_page(&format!("/declarations/{}", declared.id))),
        Err(error) => {
            let refusal = beside_field(Fault::from(error).refusal()?);
            let kind = Kind::parse(&opened(&deps, &visitor, *id).await?.draft.kind)?;
            let paper = Paper::filled(&deps, &visitor, fields).refused(&refusal);
            page(&deps, &visitor, Sheet::Draft(*id, kind), paper)
        }
    }
}

/// Discards a draft; the list asks for confirmation first.
pub(super) async fn discard(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let once = visitor.accept(form.into_inner())?.once(&visitor, &[])?;
    blocking(move || drafts::discard(&deps, &officer, &once, DeclarationId::new(*id))).await?;
    Ok(to_page("/drafts"))
}
