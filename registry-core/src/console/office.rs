//! The office's page: what the office receives, and what waits for a decision. Nothing personal stands here.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::declaration::DeclarationState;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};

use super::fault::Fault;
use super::page::{Page, html};
use super::queue::{self, Section};
use super::visit::Visitor;
use super::words::Words;
use crate::api::caller::blocking;
use crate::deps::Deps;

#[derive(Template)]
#[template(path = "office.html")]
struct Office {
    p: Page,
    office: String,
    roles: String,
    forms: Vec<(&'static str, &'static str)>,
    sections: Vec<Section>,
}

/// The office's page.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    // Whoever reads no records sees what the office decides without reading them: an administrator its
    // sealings.
    if crate::queue::opened_kinds(&deps, &officer).is_empty() {
        officer.may(Act::ReadRecord, &officer.office, &deps.units)?;
    }
    let (asked, reader) = (deps.clone(), officer.clone());
    let queue = blocking(move || queue::read(&asked, &mut *asked.db()?, &reader)).await?;
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
        sections: queue::sections(&deps, &officer, &page, &queue)?,
        p: page,
    };
    html(StatusCode::OK, &office)
}

fn forms_of(deps: &Deps, officer: &Officer, page: &Page) -> Vec<(&'static str, &'static str)> {
    Kind::declared()
        .into_iter()
        .filter(|kind| officer.may(Act::Declare(*kind), &officer.office, &deps.units).is_ok())
        .map(|kind| (kind.as_str(), page.lang.pick(kind.title_mn(), kind.title_en())))
        .collect()
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
