//! What an act made out of date: answers to agencies and printed extracts, without any personal datum.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::id::EntryId;
use registry_domain::officer::Officer;
use uuid::Uuid;

use super::accesses::answered;
use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::superseded::{self, Superseded};

#[derive(Template)]
#[template(path = "superseded.html")]
struct SupersededPage {
    p: Page,
    act_number: String,
    answers: Vec<Answer>,
    extracts: Vec<Extract>,
}

struct Answer {
    agency: String,
    at: String,
    attributes: String,
}

struct Extract {
    act_number: String,
    state: &'static str,
    printed_at: String,
    office: String,
}

/// Shows the list of one act. The people concerned will see that it was read.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    entry: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || superseded::by_entry(&asked, &reader, EntryId::new(*entry))).await?;
    let listed = withheld.release(&deps.access, |listed| superseded::listed(&deps, &officer, listed)).await?;
    html(StatusCode::OK, &page(Page::of(&deps, &visitor), listed.superseded))
}

fn page(p: Page, superseded: Superseded) -> SupersededPage {
    let answers = superseded.answers.into_iter().map(|answer| Answer {
        agency: answer.agency,
        at: answer.at,
        attributes: answered(p.w, &answer.attributes.join(" ")),
    });
    let extracts = superseded.extracts.into_iter().map(|extract| Extract {
        state: if extract.state == "void" { p.w.extract_void } else { p.w.extract_superseded },
        act_number: extract.act_number,
        printed_at: extract.printed_at,
        office: extract.office.map(|office| p.places.name_of_text(&office)).unwrap_or_default(),
    });
    SupersededPage {
        act_number: superseded.act_number,
        answers: answers.collect(),
        extracts: extracts.collect(),
        p,
    }
}
