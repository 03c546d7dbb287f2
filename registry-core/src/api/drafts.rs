//! `/v1/drafts`: forms that are kept before they are declared.

use actix_web::{HttpResponse, web};
use registry_domain::door::Declarable;
use registry_domain::id::DeclarationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::caller::{Caller, blocking};
use super::declarations::{Nothing, decode_portrait};
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::declare::Declared;
use crate::deps::Deps;
use crate::drafts::{self, Discarded, Draft, DraftLine};

/// At most this many drafts are listed at once.
const LISTED: i64 = 100;

/// A form to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    /// The kind.
    pub kind: String,
    /// The form, unchecked.
    pub facts: serde_json::Value,
}

/// A form to keep instead of the one that a draft has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveAgain {
    /// The form, unchecked.
    pub facts: serde_json::Value,
}

/// What goes with a draft that is declared.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareDraft {
    /// JPEG portrait in base64, for a card application.
    #[serde(default)]
    pub portrait: Option<String>,
}

/// Keeps a form.
#[utoipa::path(post, path = "/v1/drafts", request_body = SaveDraft, tag = "drafts",
    responses((status = 201, body = DraftLine), (status = 422, body = Problem)))]
pub(super) async fn save(
    deps: web::Data<Deps>,
    sent: Sent<SaveDraft, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let kind = Declarable::parse(&sent.value.kind)?;
    let line = blocking(move || drafts::save(&deps, &officer, &once, kind, &sent.value.facts)).await?;
    Ok(HttpResponse::Created().json(line))
}

/// The drafts of the officer's office, expired ones among them.
#[utoipa::path(get, path = "/v1/drafts", operation_id = "list_drafts", tag = "drafts",
    responses((status = 200, body = Vec<DraftLine>), (status = 401, body = Problem)))]
pub(super) async fn list(
    deps: web::Data<Deps>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let lines = blocking(move || drafts::of_office(&deps, &officer, LISTED)).await?;
    Ok(HttpResponse::Ok().json(lines))
}

/// Opens a draft.
#[utoipa::path(get, path = "/v1/drafts/{id}", operation_id = "open_draft", tag = "drafts", params(("id" = Uuid, Path)),
    responses((status = 200, body = Draft), (status = 404, body = Problem)))]
pub(super) async fn open(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let opened = blocking(move || {
        let withheld = drafts::open(&deps, &officer, DeclarationId::new(*id))?;
        Ok(withheld.release_blocking(&deps.access, |opened| drafts::opened(&deps, &officer, opened))?)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(opened.draft))
}

/// Keeps another form in the draft's place.
#[utoipa::path(post, path = "/v1/drafts/{id}", request_body = SaveAgain, tag = "drafts", params(("id" = Uuid, Path)),
    responses((status = 200, body = DraftLine), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn save_again(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<SaveAgain, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let id = DeclarationId::new(*id);
    let line = blocking(move || drafts::save_again(&deps, &officer, &once, id, &sent.value.facts)).await?;
    Ok(HttpResponse::Ok().json(line))
}

/// Declares what a draft says.
#[utoipa::path(post, path = "/v1/drafts/{id}/declare", request_body = DeclareDraft, tag = "drafts",
    params(("id" = Uuid, Path)),
    responses((status = 201, body = Declared), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn declare(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<DeclareDraft, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let id = DeclarationId::new(*id);
    let portrait = sent.value.portrait.as_deref().map(decode_portrait).transpose()?;
    let declared =
        blocking(move || drafts::declare(&deps, &officer, &once, id, None, portrait.as_ref())).await?;
    Ok(HttpResponse::Created().json(declared))
}

/// Discards a draft.
#[utoipa::path(post, path = "/v1/drafts/{id}/discard", request_body = Nothing, tag = "drafts",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Discarded), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn discard(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Nothing, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let id = DeclarationId::new(*id);
    let discarded = blocking(move || drafts::discard(&deps, &officer, &once, id)).await?;
    Ok(HttpResponse::Ok().json(discarded))
}
