//! The extract as a page to print.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use registry_domain::id::EntryId;
use registry_domain::kind::Kind;
use uuid::Uuid;

use super::fault::Fault;
use super::language::Language;
use super::page::{Page, html};
use super::places::Places;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::extract::{self, Extract};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "extract.html")]
struct ExtractPage {
    p: Page,
    title_mn: &'static str,
    title_en: &'static str,
    explained_mn: String,
    explained_en: String,
    qr: String,
    extract: Extract,
}

/// Shows an extract in both languages, as it is printed.
pub(super) async fn print(
    deps: web::Data<Deps>,
    visitor: Visitor,
    entry: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?.clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || extract::print(&asked, &reader, EntryId::new(*entry))).await?;
    let entry = |extract: &Extract| extract::printed(&deps, &officer, extract);
    let extract = withheld.release(&deps.access, entry).await?;
    html(StatusCode::OK, &page(&deps, &visitor, extract)?)
}

fn page(deps: &Deps, visitor: &Visitor, extract: Extract) -> Result<ExtractPage, Fault> {
    let (title_mn, title_en) = titles(extract.kind);
    let office = |language| Places::new(deps.units.clone(), language).name(&extract.office);
    let check_at = format!("{}/check", deps.config.console.public_url.trim_end_matches('/'));
    let (number, registered, printed) = (&extract.act_number, extract.registered_on, extract.printed_on);
    Ok(ExtractPage {
        title_mn,
        title_en,
        explained_mn: format!(
            "Актын дугаар {number}. {} {registered}-нд бүртгэв. {printed}-нд хэвлэв. Жинхэнэ эсэхийг {check_at} хаягаар шалгана.",
            office(Language::Mn)
        ),
        explained_en: format!(
            "Act number {number}. Registered on {registered} at {}. Printed on {printed}. Check it at {check_at}.",
            office(Language::En)
        ),
        qr: qr(&extract.seal)?,
        p: Page::of(deps, visitor),
        extract,
    })
}

/// The heading of the paper; kinds without an extract never come here and keep the name of their kind.
fn titles(kind: Kind) -> (&'static str, &'static str) {
    if kind == Kind::Birth {
        return ("Төрсний гэрчилгээ", "Birth certificate");
    }
    (kind.title_mn(), kind.title_en())
}

/// The QR as an SVG picture in base64.
fn qr(text: &str) -> Result<String, Fault> {
    let code = QrCode::new(text).map_err(|e| Fault(Failure::Issue(format!("draw a QR code: {e}"))))?;
    Ok(STANDARD.encode(code.render::<svg::Color<'_>>().min_dimensions(220, 220).build()))
}
