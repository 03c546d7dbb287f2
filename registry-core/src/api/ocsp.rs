//! OCSP over HTTP (RFC 6960 appendix A, RFC 5019 §4 and §5). Whatever is wrong with a request is answered in
//! an OCSP answer, as its clients expect.

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use issuance::revocation::ocsp::{
    ErrorStatus, MAX_REQUEST_OCTETS, OcspRequest, REQUEST_TYPE, RESPONSE_TYPE, RequestError,
};

use super::caller::blocking;
use crate::deps::Deps;
use crate::responder::{self, PATH};

/// A cache may repeat an answer for this many seconds: a revocation reaches everyone within a minute.
const CACHED: &str = "public, max-age=30";

/// A request in the body.
#[utoipa::path(post, path = PATH, operation_id = "ask_ocsp", tag = "trust",
    request_body(content = Vec<u8>, content_type = "application/ocsp-request"),
    responses((status = 200, content_type = "application/ocsp-response", body = Vec<u8>,
        description = "The OCSP answer, also when it is a no.")))]
pub(crate) async fn post(deps: web::Data<Deps>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let is_ours = request.content_type() == REQUEST_TYPE;
    let octets = body.to_bytes_limited(MAX_REQUEST_OCTETS).await;
    let (true, Ok(Ok(octets))) = (is_ours, octets) else {
        return respond(ErrorStatus::MalformedRequest.to_der(), "no-store");
    };
    answer(deps, OcspRequest::from_der(&octets), "no-store").await
}

/// A request in the path. Caches may keep the answer for a moment, unless it repeats a nonce.
#[utoipa::path(get, path = "/pki/ocsp/{request}", operation_id = "ask_ocsp_by_address", tag = "trust",
    params(("request" = String, Path, description = "the request in base64, percent-encoded")),
    responses((status = 200, content_type = "application/ocsp-response", body = Vec<u8>,
        description = "The OCSP answer, also when it is a no.")))]
pub(crate) async fn get(deps: web::Data<Deps>, request: HttpRequest) -> HttpResponse {
    // The path is taken as it was sent: a slash in the base64 would be decoded into another path.
    let asked = OcspRequest::from_get_path(request.uri().path().strip_prefix(PATH).unwrap_or_default());
    let is_fixed = asked.as_ref().is_ok_and(|asked| asked.nonce().is_none());
    answer(deps, asked, if is_fixed { CACHED } else { "no-store" }).await
}

async fn answer(
    deps: web::Data<Deps>,
    asked: Result<OcspRequest, RequestError>,
    caching: &'static str,
) -> HttpResponse {
    let Ok(asked) = asked else { return respond(ErrorStatus::MalformedRequest.to_der(), "no-store") };
    match blocking(move || responder::answer(&deps, &asked)).await {
        Ok(Some(der)) => respond(der, caching),
        Ok(None) => respond(ErrorStatus::Unauthorized.to_der(), "no-store"),
        Err(error) => {
            tracing::error!(error = %error, "an OCSP answer could not be made");
            respond(ErrorStatus::TryLater.to_der(), "no-store")
        }
    }
}

fn respond(der: Vec<u8>, caching: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(RESPONSE_TYPE).insert_header(("Cache-Control", caching)).body(der)
}
