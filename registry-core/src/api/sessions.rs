//! `/v1/sessions`: an officer exchanges a one-time code for a bearer token.

use actix_web::{HttpResponse, web};
use card_protocol::messages::{SessionStarted, SignIn, Token};

use super::caller::blocking;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::session;

/// Signs in with a one-time code from an administrator.
#[utoipa::path(post, path = "/v1/sessions", request_body = SignIn, tag = "sessions",
    responses((status = 201, body = SessionStarted), (status = 401, body = Problem)))]
pub(super) async fn sign_in(deps: web::Data<Deps>, sent: Sent<SignIn>) -> Result<HttpResponse, ApiError> {
    // A code opens one session and no second one; the token in the answer is kept by nobody but its owner.
    sent.once()?;
    let code = sent.value.code.expose().to_owned();
    let (token, _) = blocking(move || session::sign_in(&deps, &code)).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(SessionStarted { token: Token::new(&token) }))
}
