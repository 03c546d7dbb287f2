//! The card office: which cards wait, what to do next, and the form to give a job up. No holder is shown.

use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::officer::{Act, Officer};
use uuid::Uuid;

use super::days;
use super::fault::Fault;
use super::fields::Pairs;
use super::page::{Page, html};
use super::paper::Paper;
use super::to_page;
use super::visit::Visitor;
use super::words::Words;
use crate::api::caller::blocking;
use crate::card_jobs::{self, JobLine, NO_NUMBER, giving_up};
use crate::deps::Deps;

/// At most this many jobs are shown at once.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "cards.html")]
struct Cards {
    p: Page,
    paper: Paper,
    office: String,
    service: String,
    jobs: Vec<Job>,
}

struct Job {
    created: String,
    document_number: String,
    state_word: String,
    state: String,
    card_state: String,
    chip: String,
    next: &'static str,
    reason: String,
    give_up: Option<GiveUp>,
}

/// The form by which a job is given up.
struct GiveUp {
    job: Uuid,
    paper: Paper,
}

/// The jobs of the officer's office.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    page(&deps, &visitor, paper).await
}

pub(super) async fn give_up(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    job: web::Path<Uuid>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let job = job.into_inner();
    let fields = visitor.accept(form.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, job.as_bytes())?);
    let reason = fields.get("reason").to_owned();
    let asked = deps.clone();
    match blocking(move || giving_up::by_office(&asked, &officer, &once, job, &reason)).await {
        Ok(_) => Ok(to_page("/cards")),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            let paper = Paper::filled(&deps, &visitor, fields).refused(&refusal);
            page(&deps, &visitor, paper).await
        }
    }
}

async fn page(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    paper: Paper,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    officer.may(Act::PersonaliseCard, &officer.office, &deps.units)?;
    let (asked, office) = (deps.clone(), officer.office.clone());
    let jobs = blocking(move || card_jobs::of_office(&mut *asked.db()?, &office, SHOWN)).await?;
    let p = Page::of(deps, visitor).at("/cards".to_owned());
    let zone = deps.units.zone(&officer.office);
    let job = |line: JobLine| {
        let may_be_given_up = line.may_be_given_up;
        let give_up = may_be_given_up.then(|| GiveUp { job: line.id, paper: paper.another(deps) });
        Job { give_up, ..self::line(p.w, zone, line) }
    };
    let jobs = jobs.into_iter().map(job).collect();
    let page = Cards {
        office: p.place(&officer.office),
        service: format!("https://{}", deps.config.partners.listen),
        jobs,
        paper,
        p,
    };
    html(page.paper.status(), &page)
}

fn line(w: &'static Words, zone: chrono_tz::Tz, job: JobLine) -> Job {
    let (state, next) = match (job.job_state.as_str(), job.card_state.as_deref()) {
        ("waiting", _) => (w.job_waiting, w.next_personalise),
        ("claimed", _) => (w.job_claimed, w.next_resume),
        ("bound", _) => (w.job_bound, w.next_resume),
        ("written", Some("personalised")) => (w.job_written, w.next_activate),
        ("written", _) => (w.job_written, w.next_nothing),
        ("spoiled", _) => (w.job_spoiled, w.next_nothing),
        ("quarantined", _) => (w.job_quarantined, w.next_head),
        ("ended", _) => (w.job_ended, w.next_destroy),
        // A later version may write a word that this one does not know.
        (_, _) => ("", ""),
    };
    // The card of an erased holder has neither a number nor a state.
    let card_state = job.card_state.unwrap_or_else(|| "–".to_owned());
    let card_word = match card_state.as_str() {
        "approved" => w.card_approved,
        "personalised" => w.card_personalised,
        "active" => w.card_active,
        "suspended" => w.card_suspended,
        "revoked" => w.card_revoked,
        _ => "",
    };
    Job {
        created: days::stamp(job.created_at, zone),
        state: if state.is_empty() { job.job_state.clone() } else { state.to_owned() },
        card_state: if card_word.is_empty() { card_state } else { card_word.to_owned() },
        document_number: job.document_number.unwrap_or_else(|| NO_NUMBER.to_owned()),
        state_word: job.job_state,
        chip: job.chip_id.unwrap_or_default(),
        next,
        reason: job.reason.unwrap_or_default(),
        give_up: None,
    }
}
