//! A refusal as a page to print: numbered, reasoned, appealable, in both languages.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::event::Detail;
use registry_domain::id::DeclarationId;
use registry_domain::officer::Officer;
use uuid::Uuid;

use super::fault::Fault;
use super::language::Language;
use super::page::{Page, html};
use super::places::Places;
use super::record::name_of;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::decision::{self, Paper};
use crate::deps::Deps;

#[derive(Template)]
#[template(path = "decision.html")]
struct DecisionPage {
    p: Page,
    id: Uuid,
    number: String,
    decided_on: String,
    officer: String,
    reason: String,
    kind: Twice,
    office: Twice,
    appeal: Twice,
    appeal_until: String,
    received_on: String,
    details: Vec<Detail>,
    people: Vec<(String, String)>,
}

/// A text in both languages: the paper shows both.
struct Twice {
    mn: String,
    en: String,
}

/// Shows the decision as it is printed.
pub(super) async fn print(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || decision::open(&asked, &reader, DeclarationId::new(*id))).await?;
    let paper = withheld.release(&deps.access, |paper| decision::printed(&deps, &officer, paper)).await?;
    html(StatusCode::OK, &page(&deps, &visitor, paper))
}

fn page(deps: &Deps, visitor: &Visitor<Officer>, paper: Paper) -> DecisionPage {
    let [mn, en] = [Language::Mn, Language::En].map(|language| Places::new(deps.units.clone(), language));
    let declaration = &paper.declaration;
    let zone = deps.units.zone(&declaration.office);
    let value = |detail: Detail| Detail { value: mn.value(detail.label_en, &detail.value), ..detail };
    DecisionPage {
        p: Page::of(deps, visitor),
        id: declaration.id.uuid(),
        number: paper.decision.number,
        decided_on: paper.decided_on.to_string(),
        officer: paper.officer,
        reason: paper.reason,
        kind: Twice {
            mn: declaration.kind.title_mn().to_owned(),
            en: declaration.kind.title_en().to_owned(),
        },
        office: Twice { mn: mn.name(&paper.office), en: en.name(&paper.office) },
        appeal: appeal(&mn, &en, paper.decision.appeal_office.as_deref()),
        appeal_until: paper.decision.appeal_until,
        received_on: declaration.received_at.utc().with_timezone(&zone).format("%Y-%m-%d").to_string(),
        details: paper.details.into_iter().map(value).collect(),
        people: paper.people.iter().map(|person| (name_of(person), person.any_number())).collect(),
    }
}

/// The body that hears the appeal: the office of the unit above, or the central authority for an aimag or the
/// capital.
fn appeal(mn: &Places, en: &Places, unit: Option<&str>) -> Twice {
    match unit {
        Some(code) => Twice {
            mn: format!("{} дахь улсын бүртгэлийн алба", mn.name_of_text(code)),
            en: format!("the civil registration office of {}", en.name_of_text(code)),
        },
        None => Twice {
            mn: "улсын бүртгэлийн асуудал эрхэлсэн төрийн захиргааны байгууллага".to_owned(),
            en: "the central authority for state registration".to_owned(),
        },
    }
}
