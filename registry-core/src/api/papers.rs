//! Counted copies of civil papers: issued, drawn as PDF, spoiled.

use actix_web::{HttpResponse, web};
use registry_domain::id::EntryId;
use registry_domain::officer;
use uuid::Uuid;

use super::caller::{Caller, blocking};
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::extract::copies::{self, CopyLine, NewCopy, PrintedCopy, Spoiled};
use crate::extract::printed;
use crate::failure::Failure;

/// Counts a new copy of the paper of an act; nothing of the act is told.
#[utoipa::path(post, path = "/v1/entries/{id}/papers", request_body = NewCopy, tag = "papers",
    params(("id" = Uuid, Path)),
    responses((status = 201, body = CopyLine), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn issue(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<NewCopy, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let issued =
        blocking(move || copies::issue(&deps, &officer, &once, EntryId::new(*id), &sent.value)).await?;
    Ok(HttpResponse::Created().json(issued))
}

/// The copy as PDF/A-3a, its ledger proof attached. Each reading is recorded.
#[utoipa::path(get, path = "/v1/papers/{id}.pdf", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>,
        description = "The paper, PDF/A-3a."), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn pdf(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    Ok(file(blocking(move || released(&deps, &officer, *id)).await?))
}

/// Records that the sheet of a copy was spoiled: the copy is void from then on.
#[utoipa::path(post, path = "/v1/papers/{id}/spoil", operation_id = "spoil_paper", request_body = Spoiled, tag = "papers",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = CopyLine), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn spoil(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Spoiled, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let spoiled = blocking(move || copies::spoil(&deps, &officer, &once, *id, &sent.value)).await?;
    Ok(HttpResponse::Ok().json(spoiled))
}

/// Opens a copy and waits until its access entry is durable.
///
/// # Errors
/// As [`copies::open`].
pub(crate) fn released(deps: &Deps, officer: &officer::Officer, id: Uuid) -> Result<PrintedCopy, Failure> {
    let withheld = copies::open(deps, officer, id)?;
    Ok(withheld.release_blocking(&deps.access, |copy| printed(deps, officer, &copy.extract))?)
}

/// The PDF as a file that nobody on the way may keep. The file name names the act.
pub(crate) fn file(copy: PrintedCopy) -> HttpResponse {
    let name = format!("inline; filename=\"{}.pdf\"", copy.extract.act_number);
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Content-Disposition", name))
        .content_type("application/pdf")
        .body(copy.pdf)
}
