//! The extract as a page to print, and its counted copies as PDF.

use actix_web::{HttpResponse, web};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use registry_domain::id::EntryId;
use registry_domain::officer::Officer;
use uuid::Uuid;

use super::days;
use super::fault::Fault;
use super::fields::Pairs;
use super::language::Language;
use super::page::{Page, html};
use super::paper::Paper;
use super::places::Places;
use super::to_page;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::api::papers::{file, released};
use crate::deps::Deps;
use crate::extract::copies::{self, CopyLine, NewCopy, Spoiled};
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
    entry: Uuid,
    paper: Paper,
    copies: Vec<Copy>,
}

/// A copy that was counted.
struct Copy {
    id: Uuid,
    number: i32,
    issued_at: String,
    is_spoiled: bool,
    paper: Paper,
}

/// Shows an extract in both languages as it is printed, with the copies that were counted.
pub(super) async fn print(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    entry: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    shown(&deps, &visitor, *entry, paper).await
}

async fn shown(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    entry: Uuid,
    paper: Paper,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let read = blocking(move || {
        let withheld = extract::print(&asked, &reader, EntryId::new(entry))?;
        Ok((withheld, copies::of_entry(&asked, EntryId::new(entry))?))
    });
    let (withheld, counted) = read.await?;
    let extract = withheld.release(&deps.access, |extract| extract::printed(deps, &officer, extract)).await?;
    let status = paper.status();
    html(status, &page(deps, visitor, entry, extract, &counted, paper)?)
}

/// Counts a copy on the sheet that was entered, and shows the page with that copy.
pub(super) async fn issue(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    entry: web::Path<Uuid>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let entry = entry.into_inner();
    let fields = visitor.accept(form.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, entry.as_bytes())?);
    let new = NewCopy { sheet: Some(fields.get("sheet").to_owned()) };
    let asked = deps.clone();
    match blocking(move || copies::issue(&asked, &officer, &once, EntryId::new(entry), &new)).await {
        Ok(_) => Ok(to_page(&format!("/extracts/{entry}"))),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            let paper = Paper::filled(&deps, &visitor, fields).refused(&refusal);
            shown(&deps, &visitor, entry, paper).await
        }
    }
}

/// Records that a copy was spoiled.
pub(super) async fn spoil(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    path: web::Path<(Uuid, Uuid)>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (entry, copy) = path.into_inner();
    let fields = visitor.accept(form.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, copy.as_bytes())?);
    let why = Spoiled { reason: fields.get("reason").to_owned() };
    let asked = deps.clone();
    match blocking(move || copies::spoil(&asked, &officer, &once, copy, &why)).await {
        Ok(_) => Ok(to_page(&format!("/extracts/{entry}"))),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            let paper = Paper::filled(&deps, &visitor, fields).refused(&refusal);
            shown(&deps, &visitor, entry, paper).await
        }
    }
}

/// Gives a copy as PDF.
pub(super) async fn pdf(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (_, copy) = path.into_inner();
    Ok(file(blocking(move || released(&deps, &officer, copy)).await?))
}

fn page(
    deps: &Deps,
    visitor: &Visitor<Officer>,
    entry: Uuid,
    extract: Extract,
    counted: &[CopyLine],
    paper: Paper,
) -> Result<ExtractPage, Fault> {
    let zone = deps.units.zone(&visitor.officer().office);
    let copy = |line: &CopyLine| -> Result<Copy, Failure> {
        let at = line.issued_at.parse().map_err(|e| Failure::damaged("a stored instant", e))?;
        Ok(Copy {
            id: line.id,
            number: line.number,
            issued_at: days::stamp(at, zone),
            is_spoiled: line.spoiled_at.is_some(),
            paper: paper.another(deps),
        })
    };
    let copies = counted.iter().map(copy).collect::<Result<Vec<_>, _>>()?;
    let title = extract.kind.paper_title();
    let office = |language| Places::new(deps.units.clone(), language).name(&extract.office);
    let check_at = format!("{}/check", deps.config.console.public_url.trim_end_matches('/'));
    let (number, registered, printed) = (&extract.act_number, extract.registered_on, extract.printed_on);
    Ok(ExtractPage {
        title_mn: title.mn,
        title_en: title.en,
        explained_mn: format!(
            "Актын дугаар {number}. {} {registered}-нд бүртгэв. {printed}-нд хэвлэв. Жинхэнэ эсэхийг {check_at} хаягаар шалгана.",
            office(Language::Mn)
        ),
        explained_en: format!(
            "Act number {number}. Registered on {registered} at {}. Printed on {printed}. Check it at {check_at}.",
            office(Language::En)
        ),
        qr: qr(&extract.seal)?,
        p: Page::of(deps, visitor).at(format!("/extracts/{entry}")),
        extract,
        entry,
        paper,
        copies,
    })
}

/// The QR code as an SVG picture in base64.
pub(super) fn qr(text: &str) -> Result<String, Fault> {
    let code = QrCode::new(text).map_err(|e| Fault(Failure::Issue(format!("draw a QR code: {e}"))))?;
    Ok(STANDARD.encode(code.render::<svg::Color<'_>>().min_dimensions(220, 220).build()))
}
