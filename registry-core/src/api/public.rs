//! What anyone may ask: health, certificates and revocation lists, the description of the API.

use std::sync::LazyLock;

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use card_protocol::encoding::{Base64Bytes, HexArray};
use card_protocol::messages::{Trust, route};
use diesel::prelude::*;
use issuance::Signer as _;
use registry_domain::refusal::Refusal;
use utoipa::OpenApi as _;

use super::caller::blocking;
use super::description::Description;
use super::problem::{ApiError, Problem};
use crate::authorities::Authorities;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::issuing_list;
use crate::online_signer::credential_signers;

/// The process runs.
#[utoipa::path(get, path = "/livez", tag = "health",
    responses((status = 200, body = str, description = "The process runs.")))]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body("live\n")
}

/// The database answers and this process is its writer. What is wrong with single entries is told beside it:
/// the service goes on.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = str, description = "The service takes writes; a line for each thing that is wrong."),
        (status = 503, body = Problem)))]
pub(crate) async fn ready(deps: web::Data<Deps>) -> Result<HttpResponse, ApiError> {
    let authorities = deps.authorities.clone();
    let ready = blocking(move || {
        let epoch: i64 = crate::store::schema::log_head::table
            .find("register")
            .select(crate::store::schema::log_head::epoch)
            .first(&mut *deps.db()?)?;
        Ok(epoch == deps.epoch)
    })
    .await?;
    if ready {
        Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(health_of(&authorities)))
    } else {
        Err(Refusal::NotReady.into())
    }
}

/// One line for each revoked certificate that has something wrong.
fn health_of(authorities: &Authorities) -> String {
    let mut health = "ready\n".to_owned();
    for certificate in authorities.issuers().iter().flat_map(|issuer| issuing_list::amiss(issuer).to_vec()) {
        health.push_str(&format!("{certificate}\n"));
    }
    health
}

/// This description, OpenAPI 3.1.
#[utoipa::path(get, path = "/v1/openapi.json", operation_id = "description", tag = "health",
    responses((status = 200, body = serde_json::Value, description = "The description.")))]
pub(super) async fn description() -> HttpResponse {
    // Anybody may ask as often as they like, so it is put together once.
    static DESCRIPTION: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Description::openapi);
    HttpResponse::Ok().json(&*DESCRIPTION)
}

/// Certificates and lists of the card authorities. Fetch them over a trusted connection and keep the roots.
#[utoipa::path(get, path = route::TRUST, tag = "trust", responses((status = 200, body = Trust)))]
pub(super) async fn trust(deps: web::Data<Deps>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(blocking(move || trust_of(&deps)).await?))
}

fn trust_of(deps: &Deps) -> Result<Trust, Failure> {
    let authorities = &deps.authorities;
    let certificate = |der: &[u8]| Base64Bytes::new(der.to_vec()).map_err(|e| Failure::Issue(e.to_string()));
    let mut crls = Vec::new();
    let mut intermediates = Vec::new();
    for issuer in authorities.issuers() {
        crls.push(issuing_list::current(deps, issuer)?.to_vec());
        intermediates.push(certificate(issuer.certificate().der())?);
    }
    for file in ["eid-root.crl", "csca.crl"] {
        crls.push(authorities.public_file(file).map_err(|e| Failure::Issue(e.to_string()))?);
    }
    let answer_key = deps.keys.answer.spki_der().last_chunk::<32>().copied();
    Ok(Trust {
        roots: vec![certificate(authorities.eid_root.der())?],
        intermediates,
        cscas: vec![certificate(authorities.csca.der())?],
        crls: crls
            .into_iter()
            .map(|crl| Base64Bytes::new(crl).map_err(|e| Failure::Issue(e.to_string())))
            .collect::<Result<_, _>>()?,
        answer_key: HexArray(
            answer_key.ok_or_else(|| Failure::Issue("an answer key that is not Ed25519".to_owned()))?,
        ),
    })
}

/// The public files that certificates point to.
#[utoipa::path(get, path = "/pki/{name}", tag = "trust",
    params(("name" = String, Path, description = "The name of the file, such as `eid-root.cer`")),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>, description = "The file."),
        (status = 404, body = Problem)))]
pub(crate) async fn public_file(
    deps: web::Data<Deps>,
    name: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let body = blocking(move || match name.as_str() {
        "credential-signers.pem" => Ok(credential_signers(&mut *deps.db()?, deps.now())?.into_bytes()),
        known @ ("eid-root.crl"
        | "csca.crl"
        | "service-root.crl"
        | "eid-root.cer"
        | "csca.cer"
        | "document-signer.cer"
        | "service-root.cer"
        | "extract.public.der"
        | "register-log.public.der"
        | "answer.public.der") => {
            deps.authorities.public_file(known).map_err(|e| Failure::Issue(e.to_string()))
        }
        other => of_issuer(&deps, other),
    })
    .await?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(body))
}

/// The list or the certificate of an issuing authority.
fn of_issuer(deps: &Deps, name: &str) -> Result<Vec<u8>, Failure> {
    let (stem, end) = name.split_once('.').ok_or(Refusal::NotFound)?;
    let issuer = deps.authorities.issuer(stem).ok_or(Refusal::NotFound)?;
    match end {
        "crl" => Ok(issuing_list::current(deps, issuer)?.to_vec()),
        "cer" => Ok(issuer.certificate().der().to_vec()),
        _ => Err(Refusal::NotFound.into()),
    }
}
