//! Digital credentials at the counter: a QR code for paper, and the end of all credentials of a card. A
//! wallet's credential needs the wallet, and comes through the API.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::officer::{Act, Officer};

use super::days;
use super::extracts::qr;
use super::fault::Fault;
use super::fields::Pairs;
use super::page::{Page, html};
use super::paper::Paper;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::credentials::{self, OfCard, handed_over};
use crate::deps::Deps;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "credentials.html")]
struct CredentialsPage {
    p: Page,
    paper: Paper,
    end_paper: Paper,
    /// How many credentials were ended just now.
    ended: Option<usize>,
}

#[derive(Template)]
#[template(path = "credential.html")]
struct Code {
    p: Page,
    document_number: String,
    good_until: String,
    qr: String,
}

/// The form.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    page(&deps, &visitor, paper, None)
}

/// Makes a code and shows it, once.
pub(super) async fn code(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let fields = visitor.accept(form.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, b"credential code")?);
    let of = OfCard { document_number: fields.get("document_number").trim().to_uppercase() };
    let (asked, maker, card) = (deps.clone(), officer.clone(), of.clone());
    let made = blocking(move || {
        let withheld = credentials::to_paper(&asked, &maker, &once, &card)?;
        Ok(withheld.release_blocking(&asked.access, |given| handed_over(&asked, &maker, given))?)
    });
    match made.await {
        Ok(given) => {
            let until = given.expires_at.parse().map_err(|e| Failure::damaged("a written instant", e))?;
            let code = Code {
                document_number: of.document_number,
                good_until: days::stamp(until, deps.units.zone(&officer.office)),
                qr: qr(&given.credential)?,
                p: Page::of(&deps, &visitor),
            };
            html(StatusCode::OK, &code)
        }
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            page(&deps, &visitor, Paper::filled(&deps, &visitor, fields).refused(&refusal), None)
        }
    }
}

/// Ends all digital credentials of a card.
pub(super) async fn end(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let fields = visitor.accept(form.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, b"credentials end")?);
    let of = OfCard { document_number: fields.get("document_number").trim().to_uppercase() };
    let asked = deps.clone();
    match blocking(move || credentials::end_all(&asked, &officer, &once, &of)).await {
        Ok(ended) => page(&deps, &visitor, Paper::empty(&deps, &visitor), Some(ended.ended)),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            page(&deps, &visitor, Paper::filled(&deps, &visitor, fields).refused(&refusal), None)
        }
    }
}

fn page(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    paper: Paper,
    ended: Option<usize>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer();
    officer.may(Act::HandOverCard, &officer.office, &deps.units)?;
    let end_paper = paper.another(deps);
    html(paper.status(), &CredentialsPage { p: Page::of(deps, visitor), paper, end_paper, ended })
}
