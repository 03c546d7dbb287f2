//! `/v1/officers/proposals`: a mandate is proposed by one administrator and confirmed by another.

use actix_web::{HttpResponse, web};
use registry_domain::mandate::may_see;
use uuid::Uuid;

use super::caller::{Caller, blocking};
use super::declarations::Nothing;
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::mandates::{self, Proposal, ProposalLine};
use crate::once::write_once;

/// Proposes a mandate.
#[utoipa::path(post, path = "/v1/officers/proposals", request_body = Proposal, tag = "officers",
    responses((status = 201, body = ProposalLine), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn propose(
    deps: web::Data<Deps>,
    sent: Sent<Proposal, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let line = blocking(move || {
        let (now, id) = (deps.now(), deps.draw().opaque_uuid());
        write_once(&deps, &once, |db| mandates::propose(db, &officer, &sent.value, &deps.units, now, id))
    })
    .await?;
    Ok(HttpResponse::Created().json(line))
}

/// The proposals that wait for a second administrator; auditors see them too.
#[utoipa::path(get, path = "/v1/officers/proposals", operation_id = "waiting_proposals", tag = "officers",
    responses((status = 200, body = Vec<ProposalLine>), (status = 403, body = Problem)))]
pub(super) async fn waiting(
    deps: web::Data<Deps>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    may_see(&officer, &deps.units)?;
    let lines = blocking(move || mandates::waiting(&mut *deps.db()?)).await?;
    Ok(HttpResponse::Ok().json(lines))
}

/// Confirms a proposal of another administrator, which gives the mandate.
#[utoipa::path(post, path = "/v1/officers/proposals/{id}/confirm", request_body = Nothing, tag = "officers",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProposalLine), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn confirm(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Nothing, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let line = blocking(move || {
        let now = deps.now();
        let new_officer = deps.draw().uuid(now);
        write_once(&deps, &once, |db| mandates::confirm(db, &officer, *id, &deps.units, now, new_officer))
    })
    .await?;
    Ok(HttpResponse::Ok().json(line))
}
