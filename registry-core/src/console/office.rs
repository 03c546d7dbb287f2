//! The office: what it receives, and what waits for a decision. Nothing personal stands here.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use registry_domain::declaration::DeclarationState;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use super::declaring::FORMS;
use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visitor;
use super::words::Words;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::queue;
use crate::store::Db;

/// Declarations shown at once.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "office.html")]
struct Office {
    p: Page,
    office: String,
    roles: String,
    forms: Vec<(&'static str, &'static str)>,
    lines: Vec<QueueLine>,
}

struct QueueLine {
    id: Uuid,
    kind: &'static str,
    state_word: &'static str,
    state: &'static str,
    received: String,
    due_on: String,
    is_overdue: bool,
    is_reminder: bool,
    office: String,
    is_handed_over: bool,
}

/// The office's page.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?.clone();
    let (asked, office) = (deps.clone(), officer.office.clone());
    let queue = blocking(move || lines_of(&asked, &mut *asked.db()?, &office)).await?;
    let page = Page::of(&deps, &visitor);
    let office = Office {
        office: page.place(&officer.office),
        roles: officer
            .roles
            .iter()
            .map(|role| page.lang.pick(role.title_mn(), role.title_en()))
            .collect::<Vec<_>>()
            .join(", "),
        forms: forms_of(&deps, &officer, &page),
        lines: queue.iter().map(|waiting| line(&deps, &officer, &page, waiting)).collect(),
        p: page,
    };
    html(StatusCode::OK, &office)
}

fn forms_of(deps: &Deps, officer: &Officer, page: &Page) -> Vec<(&'static str, &'static str)> {
    FORMS
        .iter()
        .filter(|kind| officer.may(Act::Declare(**kind), &officer.office, &deps.units).is_ok())
        .map(|kind| (kind.as_str(), page.lang.pick(kind.title_mn(), kind.title_en())))
        .collect()
}

type Line = (queue::QueueLine, Kind, UnitCode, DateTime<Utc>);

/// The queue with its words read back.
fn lines_of(deps: &Deps, db: &mut Db, office: &UnitCode) -> Result<Vec<Line>, Failure> {
    let lines = queue::of_office(deps, db, office, SHOWN)?;
    let read = |line: queue::QueueLine| {
        let (kind, office) = (Kind::parse(&line.kind)?, UnitCode::parse(&line.office)?);
        let received = line.received_at.parse().map_err(|e| Failure::damaged("a stored instant", e))?;
        Ok((line, kind, office, received))
    };
    lines.into_iter().map(read).collect()
}

fn line(deps: &Deps, officer: &Officer, page: &Page, (line, kind, office, received): &Line) -> QueueLine {
    let zone = deps.units.zone(&officer.office);
    let is_reminder = line.state == queue::REMINDER;
    QueueLine {
        id: line.id,
        kind: page.lang.pick(kind.title_mn(), kind.title_en()),
        state_word: match line.state.as_str() {
            queue::REMINDER => queue::REMINDER,
            "held" => "held",
            _ => "declared",
        },
        state: match line.state.as_str() {
            queue::REMINDER => page.w.state_reminder,
            "held" => page.w.state_held,
            _ => page.w.state_declared,
        },
        received: received.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
        due_on: line.due_on.clone().unwrap_or_default(),
        is_overdue: line.is_overdue,
        is_reminder,
        office: page.place(office),
        is_handed_over: *office != officer.office,
    }
}

/// A state of a declaration in words.
pub(super) fn state_name(words: &'static Words, state: DeclarationState) -> &'static str {
    match state {
        DeclarationState::Draft => words.state_draft,
        DeclarationState::Declared => words.state_declared,
        DeclarationState::Held { .. } => words.state_held,
        DeclarationState::Registered => words.state_registered,
        DeclarationState::Refused => words.state_refused,
        DeclarationState::Withdrawn => words.state_withdrawn,
    }
}
