//! The card office: which cards wait, and what to do next. No holder is shown.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::officer::Act;

use super::days;
use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visitor;
use super::words::Words;
use crate::api::caller::blocking;
use crate::card_jobs::{self, JobLine};
use crate::deps::Deps;

/// Jobs shown at once.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "cards.html")]
struct Cards {
    p: Page,
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
}

/// The jobs of the officer's office.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?.clone();
    officer.may(Act::PersonaliseCard, &officer.office, &deps.units)?;
    let (asked, office) = (deps.clone(), officer.office.clone());
    let jobs = blocking(move || card_jobs::of_office(&mut *asked.db()?, &office, SHOWN)).await?;
    let p = Page::of(&deps, &visitor);
    let zone = deps.units.zone(&officer.office);
    let page = Cards {
        office: p.place(&officer.office),
        service: format!("https://{}", deps.config.partners.listen),
        jobs: jobs.into_iter().map(|job| line(p.w, zone, job)).collect(),
        p,
    };
    html(StatusCode::OK, &page)
}

fn line(w: &'static Words, zone: chrono_tz::Tz, job: JobLine) -> Job {
    let (state, next) = match (job.job_state.as_str(), job.card_state.as_str()) {
        ("waiting", _) => (w.job_waiting, w.next_personalise),
        ("claimed", _) => (w.job_claimed, w.next_resume),
        ("bound", _) => (w.job_bound, w.next_resume),
        ("written", "personalised") => (w.job_written, w.next_activate),
        ("written", _) => (w.job_written, w.next_nothing),
        ("spoiled", _) => (w.job_spoiled, w.next_nothing),
        ("quarantined", _) => (w.job_quarantined, w.next_head),
        // A word that only a later version writes.
        (_, _) => ("", ""),
    };
    let card_state = match job.card_state.as_str() {
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
        card_state: if card_state.is_empty() { job.card_state } else { card_state.to_owned() },
        document_number: job.document_number,
        state_word: job.job_state,
        chip: job.chip_id.unwrap_or_default(),
        next,
    }
}
