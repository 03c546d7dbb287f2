//! `/v1/persons`: opening a record, and the statement that a court gets of it. The number travels in the
//! body, never in the address.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::blocking;
use super::policy::Officer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::deps::Deps;
use crate::persons::{self, RecordView};
use crate::sealed::{self, Basis, SealedView};
use crate::statement::{self, SignedStatement};

/// Whom to open, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRecord {
    /// Register number, civil id or the person's id.
    pub person: String,
    /// Why; the citizen sees it.
    pub reason: String,
    /// The record as it was true on this day (`YYYY-MM-DD`).
    #[serde(default)]
    pub true_on: Option<String>,
    /// The record as the register knew it on this day.
    #[serde(default)]
    pub known_on: Option<String>,
}

/// Opens a record; the citizen will see that it was opened.
#[utoipa::path(post, path = "/v1/persons/open", operation_id = "open_record", request_body = OpenRecord, tag = "persons",
    responses((status = 200, body = RecordView), (status = 404, body = Problem)))]
pub(super) async fn open(
    deps: web::Data<Deps>,
    sent: Sent<OpenRecord, Officer>,
) -> Result<HttpResponse, ApiError> {
    let officer = sent.caller.clone();
    let OpenRecord { person, reason, true_on, known_on } = sent.value;
    let moment = persons::moment(true_on.as_deref(), known_on.as_deref())?;
    let view = blocking(move || {
        let withheld = persons::open(&deps, &officer, &person, &reason, moment)?;
        let person = withheld
            .release_blocking(&deps.access, |person| persons::opened(&deps, &officer, person, &reason))?;
        Ok(RecordView::of(&person).for_moment(&deps, &officer, moment))
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(view))
}

/// Whose sealed groups to open, and on what.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSealed {
    /// Register number, civil id or the person's id.
    pub person: String,
    /// The article that allows it.
    pub legal_basis: String,
    /// Number of the competent body's decision.
    pub decision: String,
}

/// Opens what is under seal, on a decision; the citizen will see that the record was opened on one.
#[utoipa::path(post, path = "/v1/persons/sealed", request_body = OpenSealed, tag = "persons",
    responses((status = 200, body = SealedView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn open_sealed(
    deps: web::Data<Deps>,
    sent: Sent<OpenSealed, Officer>,
) -> Result<HttpResponse, ApiError> {
    let officer = sent.caller.clone();
    let OpenSealed { person, legal_basis, decision } = sent.value;
    let basis = Basis::parse(&legal_basis, &decision)?;
    let view = blocking(move || {
        let withheld = sealed::open(&deps, &officer, &person)?;
        let access = |person: &_| sealed::opened(&deps, &officer, person, &basis);
        Ok(SealedView::of(&withheld.release_blocking(&deps.access, access)?))
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(view))
}

/// Of whom a court asks, and as of when.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskStatement {
    /// Register number, civil id or the person's id.
    pub person: String,
    /// Why; the citizen sees it.
    pub reason: String,
    /// Number of the court's case.
    pub case: String,
    /// The day for which the court asks (`YYYY-MM-DD`).
    pub true_on: String,
    /// By what the register knew on this day.
    pub known_on: String,
}

/// A signed statement of a record on two times; the citizen will see that it was given.
#[utoipa::path(post, path = "/v1/persons/statement", request_body = AskStatement, tag = "persons",
    responses((status = 200, body = SignedStatement), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn state(
    deps: web::Data<Deps>,
    sent: Sent<AskStatement, Officer>,
) -> Result<HttpResponse, ApiError> {
    let officer = sent.caller.clone();
    let AskStatement { person, reason, case, true_on, known_on } = sent.value;
    let moment = persons::moment(Some(&true_on), Some(&known_on))?;
    let signed = blocking(move || {
        let case = statement::parse_case(&case)?;
        let withheld = persons::open(&deps, &officer, &person, &reason, moment)?;
        let access = |person: &_| statement::given(&deps, &officer, person, &reason, &case);
        let person = withheld.release_blocking(&deps.access, access)?;
        statement::sign(&deps, &officer, &person, moment, &case)
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(signed))
}
