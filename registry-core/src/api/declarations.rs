//! `/v1/declarations`: preview, declare, register, end.

use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_domain::amendment::Told;
use registry_domain::context::Stage;
use registry_domain::door::Declarable;
use registry_domain::event::Facts;
use registry_domain::id::DeclarationId;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::caller::{Caller, blocking};
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::declare::{self, Decision, Declared};
use crate::deps::Deps;
use crate::portrait::Portrait;
use crate::queue::{self, QueueLine};
use crate::register::{self, Ended, Ending, Registered};

/// At most this many declarations are listed at once.
const LISTED: i64 = 100;

/// A declaration of any kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclareRequest {
    /// The kind, for example `birth`, `death`, `residence`, `card_application`.
    pub kind: String,
    /// The facts; what they say is told by the form beside the kind, see [`super::forms`].
    pub facts: serde_json::Value,
    /// JPEG portrait in base64, for a card application.
    #[serde(default)]
    pub portrait: Option<String>,
}

/// How a declaration ends without registration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndRequest {
    /// What is decided.
    pub ending: Ending,
    /// Why; kept with the declaration.
    pub reason: String,
}

/// Receives a declaration.
#[utoipa::path(post, path = "/v1/declarations", request_body = DeclareRequest, tag = "declarations",
    responses((status = 201, body = Declared), (status = 422, body = Problem)))]
pub(super) async fn create(
    deps: web::Data<Deps>,
    sent: Sent<DeclareRequest, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let DeclareRequest { kind, facts, portrait } = sent.value;
    let kind = Declarable::parse(&kind)?;
    let portrait = portrait.as_deref().map(decode_portrait).transpose()?;
    let declared =
        blocking(move || declare::declare(&deps, &officer, &once, kind, facts, portrait.as_ref())).await?;
    Ok(HttpResponse::Created().json(declared))
}

/// What is to be previewed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The kind.
    pub kind: String,
    /// The facts as they would be declared.
    pub facts: serde_json::Value,
}

/// One consequence in both languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConsequenceLine {
    /// `record`, `relative`, `extract`, `act`, `card`, `certificate` or `answer`.
    pub what: String,
    /// The sentence in Mongolian.
    pub mn: String,
    /// The sentence in English.
    pub en: String,
}

/// Checks a declaration and says what its registration would change. Nothing is written but that it was
/// looked at.
#[utoipa::path(post, path = "/v1/declarations/preview", request_body = PreviewRequest, tag = "declarations",
    responses((status = 200, body = Vec<ConsequenceLine>), (status = 422, body = Problem)))]
pub(super) async fn preview(
    deps: web::Data<Deps>,
    sent: Sent<PreviewRequest, Officer>,
) -> Result<HttpResponse, ApiError> {
    let officer = sent.caller.clone();
    let kind = Declarable::parse(&sent.value.kind)?;
    let facts = Facts::parse(&kind.kind(), &sent.value.facts)?;
    let preview = blocking(move || {
        let withheld = declare::preview(&deps, &officer, &facts, &Stage::Declaring)?;
        Ok(withheld.release_blocking(&deps.access, |preview| declare::previewed(&deps, &officer, preview))?)
    })
    .await?;
    let line = |told: Told| ConsequenceLine { what: told.what.to_owned(), mn: told.mn, en: told.en };
    let lines: Vec<ConsequenceLine> = preview.told.into_iter().map(line).collect();
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(lines))
}

pub(super) fn decode_portrait(text: &str) -> Result<Portrait, Refusal> {
    Portrait::parse(STANDARD.decode(text).map_err(|_| Refusal::PortraitNotJpeg)?)
}

/// What waits at the officer's office: deadlines first, then the time of receipt.
#[utoipa::path(get, path = "/v1/declarations", operation_id = "waiting_declarations", tag = "declarations",
    responses((status = 200, body = Vec<QueueLine>), (status = 401, body = Problem)))]
pub(super) async fn waiting(
    deps: web::Data<Deps>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let lines = blocking(move || queue::of_office(&deps, &mut *deps.db()?, &officer, LISTED)).await?;
    Ok(HttpResponse::Ok().json(lines))
}

/// Where a declaration stands; nothing personal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// The id of the declaration.
    pub id: Uuid,
    /// The word of the kind that was declared.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// The office that received it.
    pub office: String,
    /// The office that decides.
    pub deciding_office: String,
    /// When it was received.
    pub received_at: String,
    /// The last civil date to decide.
    pub due_on: Option<String>,
    /// Whether the event came late.
    pub is_late: bool,
    /// The refusal, with where and until when it can be appealed.
    pub decision: Option<Decision>,
}

/// Tells where a declaration stands, to officers of the offices that received it and decide on it.
#[utoipa::path(get, path = "/v1/declarations/{id}", tag = "declarations", params(("id" = Uuid, Path)),
    responses((status = 200, body = Standing), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn standing(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let declaration = blocking(move || {
        let declaration = declare::load_shown(&deps, &mut *deps.db()?, &officer, DeclarationId::new(*id))?;
        officer.require_deciding(&declaration.office, &declaration.deciding_office)?;
        Ok(declaration)
    })
    .await?;
    Ok(HttpResponse::Ok().json(Standing {
        id: declaration.id.uuid(),
        kind: declaration.kind.as_str().to_owned(),
        state: declaration.state.as_str().to_owned(),
        office: declaration.office.to_string(),
        deciding_office: declaration.deciding_office.to_string(),
        received_at: declaration.received_at.to_text(),
        due_on: declaration.due_on.map(|day| day.to_string()),
        is_late: declaration.is_late,
        decision: declaration.decision,
    }))
}

/// A body without members.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Registers a declaration.
#[utoipa::path(post, path = "/v1/declarations/{id}/register", request_body = Nothing, tag = "declarations",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Registered), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn register(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Nothing, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let registered = blocking(move || {
        let withheld = register::register(&deps, &officer, &once, DeclarationId::new(*id))?;
        Ok(withheld.release_blocking(&deps.access, |registered| {
            register::registered_access(&deps, &officer, registered)
        })?)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(registered))
}

/// Refuses, withdraws or decides a declaration, with a reason.
#[utoipa::path(post, path = "/v1/declarations/{id}/end", operation_id = "end_declaration",
    request_body = EndRequest, tag = "declarations",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Ended), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn end(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<EndRequest, Officer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.clone(), sent.once()?);
    let EndRequest { ending, reason } = sent.value;
    let ended =
        blocking(move || register::end(&deps, &officer, &once, DeclarationId::new(*id), ending, &reason))
            .await?;
    Ok(HttpResponse::Ok().json(ended))
}
