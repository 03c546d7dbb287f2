//! Anyone checks whether the text of an extract's QR is genuine.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visit;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::extract::seal::{Claim, check_code};
use crate::extract::{Standing, standing};

#[derive(Template)]
#[template(path = "check.html")]
struct Check {
    p: Page,
    verdict: Option<Option<ClaimLines>>,
}

/// What a genuine text says, to compare with the paper, and what the paper is worth.
struct ClaimLines {
    standing: Standing,
    act_number: String,
    kind: &'static str,
    registered_on: String,
    office: String,
    printed_on: String,
    copy: Option<CopyLines>,
}

/// What a counted copy shows besides: without it the seal is of a page that anyone who may print it prints as often as they like.
struct CopyLines {
    number: u32,
    sheet: Option<String>,
    check_code: String,
}

/// The text of a QR.
#[derive(Deserialize)]
pub(super) struct Pasted {
    #[serde(default)]
    text: String,
}

/// The empty form.
pub(super) async fn show(deps: web::Data<Deps>, visit: Visit) -> Result<HttpResponse, Fault> {
    html(StatusCode::OK, &Check { p: Page::public(&deps, &visit), verdict: None })
}

/// Genuine or not.
pub(super) async fn check(
    deps: web::Data<Deps>,
    visit: Visit,
    pasted: web::Form<Pasted>,
) -> Result<HttpResponse, Fault> {
    let p = Page::public(&deps, &visit);
    let claim = Claim::check(&pasted.text, &deps.keys.extract.public_key()).ok();
    let asked = deps.clone();
    let claim =
        blocking(move || claim.map(|claim| Ok((standing(&asked, &claim)?, claim))).transpose()).await?;
    let code = check_code(&pasted.text);
    let verdict = claim.map(|(standing, claim)| ClaimLines {
        standing,
        kind: p.lang.pick(claim.kind.title_mn(), claim.kind.title_en()),
        registered_on: claim.registered_on.to_string(),
        office: p.place(&claim.office),
        printed_on: claim.printed_on.to_string(),
        act_number: claim.act_number,
        copy: claim.copy.map(|copy| CopyLines { number: copy.number, sheet: copy.sheet, check_code: code }),
    });
    html(StatusCode::OK, &Check { p, verdict: Some(verdict) })
}
