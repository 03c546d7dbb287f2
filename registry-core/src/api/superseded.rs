//! What left the register and is out of date: officers ask by act, agencies since an instant, and the holder
//! of a paper by its QR code.

use actix_web::web::Query;
use actix_web::{Error, HttpResponse, web};
use registry_domain::id::EntryId;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::caller::{Caller, blocking};
use super::policy::{Agency, Officer, Public};
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::extract::seal::{Claim, NotGenuine, check_code};
use crate::extract::{Standing, standing};
use crate::superseded::{self, Superseded, ToAskAgain};

/// What an act made out of date: answers to agencies by opaque id, printed extracts by act number; nothing
/// personal.
#[utoipa::path(get, path = "/v1/entries/{id}/superseded", tag = "declarations", params(("id" = Uuid, Path)),
    responses((status = 200, body = Superseded), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn by_entry(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    Caller(officer): Caller<Officer>,
) -> Result<HttpResponse, ApiError> {
    let listed = blocking(move || {
        let withheld = superseded::by_entry(&deps, &officer, EntryId::new(*id))?;
        Ok(withheld.release_blocking(&deps.access, |listed| superseded::listed(&deps, &officer, listed))?)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(listed.superseded))
}

/// The instant after which answers are wanted.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Since {
    since: Option<String>,
}

/// The agency's own answers that became out of date since an instant, so that it can ask again.
#[utoipa::path(get, path = "/v1/agency/superseded", tag = "partners",
    params(("since" = chrono::DateTime<chrono::Utc>, Query, description = "An instant (RFC 3339), such as the `until` of the last answer")),
    responses((status = 200, body = ToAskAgain), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn to_ask_again(
    deps: web::Data<Deps>,
    since: Result<Query<Since>, Error>,
    Caller(agency): Caller<Agency>,
) -> Result<HttpResponse, ApiError> {
    let malformed = |_| Refusal::Malformed { detail: "query".to_owned() };
    let since = since.map_err(malformed)?.into_inner();
    let again = blocking(move || {
        let withheld = superseded::to_ask_again(&deps, &agency, since.since.as_deref())?;
        Ok(withheld.release_blocking(&deps.access, |again| superseded::told_again(&deps, &agency, again))?)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(again.told))
}

/// The text of the QR on an extract.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractText {
    /// The text of the QR, as it was scanned.
    pub text: String,
}

/// What the registry says of a paper.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ExtractVerdict {
    /// Whether the registry signed it. If not, nothing else is said.
    pub genuine: bool,
    /// What it is worth today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Number of the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act_number: Option<String>,
    /// Civil date of printing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed_on: Option<String>,
    /// Whether it is the seal of a counted copy. If not, it is of an extract page, which may be printed any
    /// number of times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<bool>,
    /// Of a counted copy: which one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<u32>,
    /// Number of its sheet of security paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The check code that a copy shows, for the eye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_code: Option<String>,
}

/// Anyone who holds an extract asks whether it is genuine, and valid, superseded or void. Of a text that
/// could not be read nothing is said but what to send.
#[utoipa::path(post, path = "/v1/extract-checks", request_body = ExtractText, tag = "trust",
    responses((status = 200, body = ExtractVerdict), (status = 422, body = Problem)))]
pub(super) async fn check_extract(
    deps: web::Data<Deps>,
    sent: Sent<ExtractText, Public>,
) -> Result<HttpResponse, ApiError> {
    let verdict = blocking(move || {
        let claim = match Claim::check(&sent.value.text, &deps.keys.extract.public_key()) {
            Ok(claim) => claim,
            Err(NotGenuine::Form) => return Err(Refusal::PaperTextUnread.in_field("text").into()),
            Err(NotGenuine::Signature) => return Ok(ExtractVerdict::default()),
        };
        let (copy, sheet) = claim.copy.clone().map(|copy| (copy.number, copy.sheet)).unzip();
        Ok(ExtractVerdict {
            genuine: true,
            counted: Some(copy.is_some()),
            standing: Some(standing(&deps, &claim)?),
            printed_on: Some(claim.printed_on.to_string()),
            check_code: copy.map(|_| check_code(&sent.value.text)),
            copy,
            sheet: sheet.flatten(),
            act_number: Some(claim.act_number),
        })
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(verdict))
}
