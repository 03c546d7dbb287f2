//! What agencies and hospitals call: notices, identity questions, card checks.

use actix_web::{HttpResponse, web};
use card_protocol::messages::{CheckAnswer, CheckRequest, route};
use sha2::{Digest, Sha256};

use super::caller::{Caller, blocking};
use super::policy::{Agency, Hospital, Officer};
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::card_check;
use crate::deps::Deps;
use crate::notices::{self, NoticeView};
use crate::notify::{self, BirthNotice, DeathNotice, Notified};
use crate::verify_identity::{self, Answer, Question};

/// At most this many notices are listed at once.
const LISTED: i64 = 100;

/// A hospital notifies a birth.
#[utoipa::path(post, path = "/v1/notifications/births", request_body = BirthNotice, tag = "partners",
    responses((status = 201, body = Notified), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn notify_birth(
    deps: web::Data<Deps>,
    sent: Sent<BirthNotice, Hospital>,
) -> Result<HttpResponse, ApiError> {
    let (hospital, once) = (sent.caller.clone(), sent.once()?);
    let notified = blocking(move || notify::notify_birth(&deps, &hospital, &once, &sent.value)).await?;
    Ok(HttpResponse::Created().json(notified))
}

/// A hospital or the governor of a bag notifies a death.
#[utoipa::path(post, path = "/v1/notifications/deaths", request_body = DeathNotice, tag = "partners",
    responses((status = 201, body = Notified), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn notify_death(
    deps: web::Data<Deps>,
    sent: Sent<DeathNotice, Hospital>,
) -> Result<HttpResponse, ApiError> {
    let (sender, once) = (sent.caller.clone(), sent.once()?);
    let notified = blocking(move || notify::notify_death(&deps, &sender, &once, &sent.value)).await?;
    Ok(HttpResponse::Created().json(notified))
}

/// The notices that wait at the officer's office; the people named will see that they were listed.
#[utoipa::path(get, path = "/v1/notifications", tag = "declarations",
    responses((status = 200, body = Vec<NoticeView>), (status = 401, body = Problem)))]
pub(super) async fn notices(
    deps: web::Data<Deps>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let listed = blocking(move || {
        let withheld = notices::of_office(&deps, &officer, LISTED)?;
        Ok(withheld.release_blocking(&deps.access, |listed| notices::listed(&deps, &officer, listed))?)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(listed.lines))
}

/// An agency asks whether a number, a name and a birth date belong together.
#[utoipa::path(post, path = "/v1/identity-questions", request_body = Question, tag = "partners",
    responses((status = 200, body = Answer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn ask_identity(
    deps: web::Data<Deps>,
    sent: Sent<Question, Agency>,
) -> Result<HttpResponse, ApiError> {
    let agency = sent.caller.clone();
    let question_sha256 = hex::encode(Sha256::digest(sent.bytes()));
    let found = verify_identity::ask(&deps, &agency, sent.value, question_sha256).await?;
    let answer: Answer = found.sign(&deps)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// An agency asks whether a card that signed its nonce is active.
#[utoipa::path(post, path = route::CHECKS, request_body = CheckRequest, tag = "partners",
    responses((status = 200, body = CheckAnswer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn check_card(
    deps: web::Data<Deps>,
    sent: Sent<CheckRequest, Agency>,
) -> Result<HttpResponse, ApiError> {
    let agency = sent.caller.clone();
    let answer = blocking(move || {
        let (withheld, agreement) = card_check::check(&deps, &agency, &sent.value)?;
        let verdict = withheld.release_blocking(&deps.access, |verdict| {
            verdict.access(&deps, &agency, &agreement, &sent.value)
        })?;
        verdict.answer(&deps, &sent.value)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}
