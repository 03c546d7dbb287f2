//! Digital credentials of a card's holder, and the public lists of their statuses.

use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use issuance::status_list::Form;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::caller::blocking;
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::credentials::{self, EndedCredentials, Given, KeyProof, KeyRequest, OfCard, handed_over, lists};
use crate::deps::Deps;

/// Draws what a wallet must sign to show the key to which its credential will be bound.
#[utoipa::path(post, path = "/v1/credentials/requests", request_body = OfCard, tag = "credentials",
    responses((status = 201, body = KeyRequest), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn request_key(
    deps: web::Data<Deps>,
    sent: Sent<OfCard, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let drawn = blocking(move || credentials::request_key(&deps, &officer, &once, &sent.value)).await?;
    Ok(HttpResponse::Created().json(drawn))
}

/// Gives the wallet that shows its key an SD-JWT VC, once. A request that was answered is over: draw another
/// one.
#[utoipa::path(post, path = "/v1/credentials/requests/{id}", request_body = KeyProof, tag = "credentials",
    params(("id" = Uuid, Path)),
    responses((status = 201, body = Given), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn to_wallet(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<KeyProof, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let given = blocking(move || {
        let withheld = credentials::to_wallet(&deps, &officer, &once, *id, &sent.value.proof)?;
        Ok(withheld.release_blocking(&deps.access, |given| handed_over(&deps, &officer, given))?)
    });
    Ok(created(&given.await?))
}

/// Gives the text of a QR code for paper, once. Sent again under the same key, gives a new one and ends the
/// one before.
#[utoipa::path(post, path = "/v1/credentials/codes", request_body = OfCard, tag = "credentials",
    responses((status = 201, body = Given), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn to_paper(
    deps: web::Data<Deps>,
    sent: Sent<OfCard, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let given = blocking(move || {
        let withheld = credentials::to_paper(&deps, &officer, &once, &sent.value)?;
        Ok(withheld.release_blocking(&deps.access, |given| handed_over(&deps, &officer, given))?)
    });
    Ok(created(&given.await?))
}

/// Ends all digital credentials of a card; the card stays as it is.
#[utoipa::path(post, path = "/v1/credentials/end", operation_id = "end_credentials", request_body = OfCard, tag = "credentials",
    responses((status = 200, body = EndedCredentials), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn end(
    deps: web::Data<Deps>,
    sent: Sent<OfCard, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let ended = blocking(move || credentials::end_all(&deps, &officer, &once, &sent.value)).await?;
    Ok(HttpResponse::Ok().json(ended))
}

/// A status list (draft-ietf-oauth-status-list §8.1): a JWT, or a CWT for whoever accepts that alone.
#[utoipa::path(get, path = "/pki/status/{list}", operation_id = "status_list", tag = "trust", params(("list" = i32, Path)),
    responses((status = 200, description = "The signed list.", content(
            (String = "application/statuslist+jwt"), (Vec<u8> = "application/statuslist+cwt"))),
        (status = 404, body = Problem)))]
pub(super) async fn list(
    deps: web::Data<Deps>,
    list: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let list = list.parse().map_err(|_| Refusal::StatusListUnknown)?;
    let accepted = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let accepts = |form: Form| accepted.contains(form.media_type());
    let form = if accepts(Form::Cwt) && !accepts(Form::Jwt) { Form::Cwt } else { Form::Jwt };
    let octets = blocking(move || lists::token(&deps, list, form)).await?;
    Ok(HttpResponse::Ok()
        .content_type(form.media_type())
        .insert_header(("Cache-Control", format!("public, max-age={}", lists::KEPT.num_seconds())))
        .insert_header(("Vary", "Accept"))
        .body(octets.to_vec()))
}

fn created(given: &Given) -> HttpResponse {
    HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(given)
}
