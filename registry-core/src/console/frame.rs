//! What surrounds every page: it sets headers of protection, turns away forms from elsewhere, and writes
//! refusals and faults as pages.

use actix_multipart::MultipartError;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use askama::Template;
use registry_domain::refusal::Refusal;

use super::fault::Fault;
use super::page::{Page, html};
use super::paper::Said;
use super::visit::Visit;
use super::{FORM_BYTES, UPLOAD_BYTES, cookies};
use crate::deps::Deps;

/// Nothing but our own style sheet and pictures inside the page; no script at all.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                                 frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    p: Page,
    no: Said,
}

/// Wraps every page of the console.
///
/// # Errors
/// The error of actix if the service cannot answer.
pub(super) async fn frame(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let visit = Visit::of(request.request());
    let Some(deps) = request.app_data::<web::Data<Deps>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no dependencies"));
    };
    let mut answer = if is_forged(&request) {
        request.into_response(refused(&deps, &visit, &Refusal::FormNotOurs))
    } else {
        let answer = next.call(request).await?;
        match refusal_of(&deps, &answer) {
            Some(refusal) => answer.into_response(refused(&deps, &visit, &refusal)),
            None => answer,
        }
    };
    protect(answer.headers_mut());
    if visit.is_language_chosen {
        // If the cookie cannot be written, only the choice of the language is lost.
        let _ = answer.response_mut().add_cookie(&cookies::language(&deps.config, visit.language));
    }
    Ok(answer)
}

/// Whether the browser itself says that a post comes from another site. The header `Origin` does not help:
/// under our referrer policy it is `null`. Besides this, the forms of a session carry its token.
fn is_forged(request: &ServiceRequest) -> bool {
    request.method() == Method::POST
        && request.headers().get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let cache_control = HeaderName::from_static("cache-control");
    if !headers.contains_key(&cache_control) {
        headers.insert(cache_control, HeaderValue::from_static("no-store"));
    }
}

/// The refusal that an answer other than a page stands for.
fn refusal_of(deps: &Deps, answer: &ServiceResponse<BoxBody>) -> Option<Refusal> {
    if let Some(error) = answer.response().error() {
        return Some(match error.as_error::<Fault>() {
            Some(fault @ Fault(failure)) => {
                let refusal = failure.refusal();
                if refusal.is_some() {
                    failure.log_outage();
                }
                refusal.unwrap_or_else(|| unexpected(deps, fault))
            }
            None => by_status(deps, answer.status(), error),
        });
    }
    (answer.status() == StatusCode::METHOD_NOT_ALLOWED).then_some(Refusal::MethodNotAllowed)
}

/// The refusal for what actix itself refused: an address, a form or an upload that it could not read.
fn by_status(deps: &Deps, status: StatusCode, error: &Error) -> Refusal {
    // To actix an upload that is too large is a bad request like any other.
    if let Some(MultipartError::Payload(PayloadError::Overflow)) = error.as_error() {
        return Refusal::BodyTooLarge { limit: UPLOAD_BYTES };
    }
    match status {
        StatusCode::NOT_FOUND => Refusal::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Refusal::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyTooLarge { limit: FORM_BYTES },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::MediaTypeNotAccepted,
        other if other.is_client_error() => Refusal::Malformed { detail: "form".to_owned() },
        _ => unexpected(deps, error),
    }
}

fn unexpected(deps: &Deps, error: &dyn std::fmt::Display) -> Refusal {
    let trace = deps.draw().opaque_uuid().simple().to_string();
    tracing::error!(%trace, %error, "a page failed");
    Refusal::Unexpected { trace }
}

fn refused(deps: &Deps, visit: &Visit, refusal: &Refusal) -> HttpResponse {
    let status = crate::api::problem::status_of(refusal);
    let page = ErrorPage { p: Page::public(deps, visit), no: Said::of(refusal) };
    let mut answer =
        html(status, &page).unwrap_or_else(|_| HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR));
    if matches!(refusal, Refusal::SessionExpired | Refusal::MandateNotValid) {
        // If the cookie cannot be written, nobody loses anything: its session is over anyway.
        let _ = answer.add_cookie(&cookies::session_ended(&deps.config));
    }
    answer
}
