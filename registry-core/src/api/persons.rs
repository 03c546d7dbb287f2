//! `/v1/persons`: opening a record. The number travels in the body, never in the address.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::blocking;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::persons::{self, RecordView};

/// Whom to open, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRecord {
    /// Register number, civil id or the person's id.
    pub person: String,
    /// Why; the citizen sees it.
    pub reason: String,
}

/// Opens a record; the citizen will see that it was opened.
#[utoipa::path(post, path = "/v1/persons/open", request_body = OpenRecord, tag = "persons",
    responses((status = 200, body = RecordView), (status = 404, body = Problem)))]
pub(super) async fn open(deps: web::Data<Deps>, sent: Sent<OpenRecord>) -> Result<HttpResponse, ApiError> {
    let officer = sent.caller.officer()?.clone();
    let OpenRecord { person, reason } = sent.value;
    let view = blocking(move || {
        let withheld = persons::open(&deps, &officer, &person, &reason)?;
        let person = withheld
            .release_blocking(&deps.access, |person| persons::opened(&deps, &officer, person, &reason))?;
        Ok(RecordView::of(&person))
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(view))
}
