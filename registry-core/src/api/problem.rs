//! Refusals and faults as RFC 9457 problems.

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderValue};
use actix_web::{HttpResponse, ResponseError, web};
use registry_domain::refusal::{Class, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::failure::Failure;

/// The body of every answer that is not a yes (`application/problem+json`, RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:burtgel:refusal:<number>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened and what to do, in English.
    pub title: String,
    /// The same in Mongolian.
    pub title_mn: String,
    /// The HTTP status again.
    pub status: u16,
    /// The refusal's number, never reused.
    pub number: u16,
    /// The refusal's name.
    pub code: String,
    /// The field of the request that is meant, dotted for nested ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The clause it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

/// What a handler answers if it does not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(#[from] pub Failure);

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        ApiError(Failure::Refused(refusal))
    }
}

impl From<crate::store::StoreError> for ApiError {
    fn from(error: crate::store::StoreError) -> ApiError {
        ApiError(Failure::Store(error))
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.refusal().map_or(StatusCode::INTERNAL_SERVER_ERROR, |refusal| status_of(&refusal))
    }

    fn error_response(&self) -> HttpResponse {
        match self.0.refusal() {
            Some(refusal) => {
                self.0.log_outage();
                problem(&refusal)
            }
            None => {
                let trace = trace_id();
                tracing::error!(%trace, error = %self.0, "a request failed");
                problem(&Refusal::Unexpected { trace })
            }
        }
    }
}

/// A refusal as an answer.
pub fn problem(refusal: &Refusal) -> HttpResponse {
    let status = status_of(refusal);
    let body = Problem {
        kind: format!("urn:burtgel:refusal:{}", refusal.number()),
        title: refusal.title_en(),
        title_mn: refusal.title_mn(),
        status: status.as_u16(),
        number: refusal.number(),
        code: refusal.code().to_owned(),
        field: refusal.field().map(str::to_owned),
        article: refusal.article().map(str::to_owned),
    };
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header(("WWW-Authenticate", HeaderValue::from_static("Bearer")));
    }
    answer
        .insert_header(ContentType(mime_problem()))
        .insert_header(("Cache-Control", "no-store"))
        .body(serde_json::to_vec(&body).unwrap_or_default())
}

/// A path with something else where an id stands leads nowhere.
pub fn of_paths() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, _| ApiError::from(Refusal::NotFound).into())
}

fn mime_problem() -> actix_web::mime::Mime {
    "application/problem+json".parse().unwrap_or(actix_web::mime::APPLICATION_JSON)
}

/// The one mapping from refusals to HTTP, by their class.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal.class() {
        Class::Unreadable => StatusCode::BAD_REQUEST,
        Class::NotSignedIn => StatusCode::UNAUTHORIZED,
        Class::NotYours => StatusCode::FORBIDDEN,
        Class::NotThere => StatusCode::NOT_FOUND,
        Class::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        Class::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Class::Conflict => StatusCode::CONFLICT,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::UnknownForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Unfit => StatusCode::UNPROCESSABLE_ENTITY,
        Class::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Class::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        Class::NotReady => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A random number under which a fault is found in the log; it says nothing else.
fn trace_id() -> String {
    let mut bytes = [0u8; 16];
    // If there is no randomness, the trace id is all zeros, which will do.
    let _ = getrandom::fill(&mut bytes);
    Uuid::from_bytes(bytes).simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers by which the station decides to pass a job over.
    #[test]
    fn the_numbers_that_take_a_job_away_are_those_of_cards_that_ended_or_cannot_be_made() {
        use card_protocol::messages::{CARD_DATA_UNFIT, CARD_ENDED, CARD_SAID_WRITTEN};
        let number = |number: u16| u32::from(number);
        let refusals = registry_domain::refusal::ALL.iter();
        let (mut unfit, mut ended) = (Vec::new(), Vec::new());
        for refusal in refusals {
            match refusal {
                Refusal::CardEnded { .. } | Refusal::CardSaidWritten { .. } => {
                    ended.push(number(refusal.number()))
                }
                Refusal::BirthPlaceUnfitForCard
                | Refusal::ParentNameMissingForCard
                | Refusal::NameTooLongForChip { .. }
                | Refusal::LatinNameTooLongForCard { .. }
                | Refusal::LatinParentMissing
                | Refusal::CardDataUnfit { .. } => unfit.push(number(refusal.number())),
                _ => {}
            }
        }
        assert_eq!((ended, unfit), (vec![CARD_ENDED, CARD_SAID_WRITTEN], CARD_DATA_UNFIT.collect()));
    }

    #[test]
    fn every_refusal_has_a_status_that_says_no() {
        for refusal in registry_domain::refusal::ALL {
            let status = status_of(refusal);
            assert_eq!(status.is_server_error(), refusal.class().is_of_the_service(), "{refusal:?}");
            assert!(status.is_client_error() || status.is_server_error(), "{refusal:?}");
        }
    }
}
