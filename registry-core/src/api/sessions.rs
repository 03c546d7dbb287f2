//! `/v1/sessions`: an officer exchanges a one-time code, or shows a client certificate, for a bearer token.

use actix_web::{HttpResponse, web};
use card_protocol::messages::{Empty, SessionStarted, SignIn, Token};

use super::caller::blocking;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::session;

/// Signs in with a one-time code from an administrator.
#[utoipa::path(post, path = "/v1/sessions", request_body = SignIn, tag = "sessions",
    responses((status = 201, body = SessionStarted), (status = 401, body = Problem)))]
pub(super) async fn sign_in(deps: web::Data<Deps>, sent: Sent<SignIn>) -> Result<HttpResponse, ApiError> {
    // A code opens one session and never a second one. Nobody but its owner keeps the token in the answer, so
    // no answer is kept.
    sent.once()?;
    let code = sent.value.code.expose().to_owned();
    let (token, _) = blocking(move || session::sign_in(&deps, &code)).await?;
    Ok(started(&token))
}

/// Signs in the officer whose client certificate the connection shows.
#[utoipa::path(post, path = "/v1/sessions/certificate", request_body = Empty, tag = "sessions",
    responses((status = 201, body = SessionStarted), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn sign_in_certified(
    deps: web::Data<Deps>,
    sent: Sent<Empty>,
) -> Result<HttpResponse, ApiError> {
    sent.once()?;
    let officer = sent.caller.officer()?.id;
    let token = blocking(move || session::open_for(&deps, officer)).await?;
    Ok(started(&token))
}

fn started(token: &str) -> HttpResponse {
    HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(SessionStarted { token: Token::new(token) })
}
