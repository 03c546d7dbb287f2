//! What a card station calls while it writes a card, and at activation. The messages are those of
//! `card_protocol`.

use actix_web::{HttpResponse, web};
use card_protocol::messages::{
    Activated, Activation, ActivationProof, ActivationRequest, CardFiles, CertificateIssued, ChannelAnswer,
    ChannelOpened, ChannelRequest, ChannelStarted, ChipBinding, Empty, GiveUp, GivenUp, Job, JobAnswer,
    KeyProof, ProofNonces, PutKey, PutKeyRequest, SignedReceipt, Spoil, route,
};
use registry_domain::law::Basis;
use serde::Serialize;
use uuid::Uuid;

use super::caller::{AtStation, Caller, blocking};
use super::policy::StationOfficer;
use super::problem::{ApiError, Problem};
use super::sent::Sent;
use crate::access::Withheld;
use crate::activation;
use crate::card_jobs::{self, channels, claiming, files, giving_up, keys, receipts};
use crate::deps::Deps;
use crate::register::officer_access;

/// Claims the next job of the station's office.
#[utoipa::path(post, path = route::CLAIM, request_body = Empty, tag = "cards",
    responses((status = 200, body = Job), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn claim(
    deps: web::Data<Deps>,
    sent: Sent<Empty, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, officer, once) = (sent.caller.station.clone(), sent.caller.officer.clone(), sent.once()?);
    answer(blocking(move || claiming::claim(&deps, &station, &officer, &once)).await?)
}

/// Gives up the job that the station has open: it waits for another chip, or its chip is spoilt.
#[utoipa::path(post, path = route::GIVE_UP, request_body = GiveUp, tag = "cards",
    responses((status = 200, body = GivenUp), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn give_up(
    deps: web::Data<Deps>,
    sent: Sent<GiveUp, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, officer, once) = (sent.caller.station.clone(), sent.caller.officer.clone(), sent.once()?);
    let given_up = move || giving_up::by_station(&deps, &station, &officer, &once, &sent.value.reason);
    answer(blocking(given_up).await?)
}

/// Binds the chip.
#[utoipa::path(post, path = route::CHIP, request_body = ChipBinding, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = JobAnswer), (status = 409, body = Problem)))]
pub(super) async fn bind(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<ChipBinding, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, once) = (sent.caller.station.clone(), sent.once()?);
    answer(blocking(move || card_jobs::bind(&deps, &station, &once, *id, &sent.value)).await?)
}

/// Begins a secure channel.
#[utoipa::path(post, path = route::CHANNELS, request_body = ChannelRequest, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = ChannelStarted), (status = 422, body = Problem)))]
pub(super) async fn start_channel(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<ChannelRequest, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, once) = (sent.caller.station.clone(), sent.once()?);
    answer(blocking(move || channels::start(&deps, &station, &once, *id, &sent.value)).await?)
}

/// Checks the card's answer and gives the session keys.
#[utoipa::path(post, path = route::CHANNEL, request_body = ChannelAnswer, tag = "cards",
    params(("id" = Uuid, Path), ("channel_id" = Uuid, Path)),
    responses((status = 200, body = ChannelOpened), (status = 422, body = Problem)))]
pub(super) async fn open_channel(
    deps: web::Data<Deps>,
    ids: web::Path<(Uuid, Uuid)>,
    sent: Sent<ChannelAnswer, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, once) = (sent.caller.station.clone(), sent.once()?);
    let (job, channel) = *ids;
    answer(blocking(move || channels::open(&deps, &station, &once, job, channel, &sent.value)).await?)
}

/// The block that replaces the transport keys.
#[utoipa::path(post, path = route::PUT_KEY, request_body = PutKeyRequest, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = PutKey), (status = 422, body = Problem)))]
pub(super) async fn put_key(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<PutKeyRequest, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    // The answer is computed from stored data and nothing is written: the idempotency key is demanded, but
    // need not be kept.
    sent.once()?;
    let station = sent.caller.station.clone();
    answer(blocking(move || channels::put_key(&deps, &station, *id, &sent.value)).await?)
}

/// Nonces for the proofs of possession.
#[utoipa::path(post, path = route::PROOFS, request_body = Empty, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = ProofNonces), (status = 422, body = Problem)))]
pub(super) async fn proofs(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Empty, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    // The answer is computed from stored data and nothing is written: the idempotency key is demanded, but
    // need not be kept.
    sent.once()?;
    let station = sent.caller.station.clone();
    answer(blocking(move || keys::proofs(&deps, &station, *id)).await?)
}

/// Certifies a key made on the card.
#[utoipa::path(post, path = route::KEYS, request_body = KeyProof, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = CertificateIssued), (status = 422, body = Problem)))]
pub(super) async fn certify(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<KeyProof, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, once) = (sent.caller.station.clone(), sent.once()?);
    answer(blocking(move || keys::certify(&deps, &station, &once, *id, &sent.value)).await?)
}

/// The files of the card: personal data, so an access entry comes first.
#[utoipa::path(get, path = route::FILES, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = CardFiles), (status = 422, body = Problem)))]
pub(super) async fn card_files(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    Caller(AtStation { station, officer }): Caller<StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (files, _) = blocking(move || {
        let withheld = Withheld::new(files::files(&deps, &station, *id)?);
        Ok(withheld.release_blocking(&deps.access, |(_, person)| {
            officer_access(
                &deps,
                &officer,
                Basis::Card,
                "card files",
                "personalisation of a card",
                Some(id.to_string()),
                vec![*person],
            )
        })?)
    })
    .await?;
    answer(files)
}

/// Takes the signed receipt.
#[utoipa::path(post, path = route::RECEIPT, request_body = SignedReceipt, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = JobAnswer), (status = 422, body = Problem)))]
pub(super) async fn receipt(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<SignedReceipt, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, officer, once) = (sent.caller.station.clone(), sent.caller.officer.clone(), sent.once()?);
    answer(blocking(move || receipts::take(&deps, &station, &officer, &once, *id, &sent.value)).await?)
}

/// The chip is spoilt.
#[utoipa::path(post, path = route::SPOIL, operation_id = "spoil_chip", request_body = Spoil, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = JobAnswer), (status = 422, body = Problem)))]
pub(super) async fn spoil(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<Spoil, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (station, officer, once) = (sent.caller.station.clone(), sent.caller.officer.clone(), sent.once()?);
    answer(blocking(move || giving_up::spoil(&deps, &station, &officer, &once, *id, &sent.value)).await?)
}

/// Begins an activation.
#[utoipa::path(post, path = route::ACTIVATIONS, request_body = ActivationRequest, tag = "cards",
    responses((status = 200, body = Activation), (status = 404, body = Problem)))]
pub(super) async fn begin_activation(
    deps: web::Data<Deps>,
    sent: Sent<ActivationRequest, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.officer.clone(), sent.once()?);
    answer(blocking(move || activation::begin(&deps, &officer, &once, &sent.value)).await?)
}

/// Completes an activation.
#[utoipa::path(post, path = route::ACTIVATION, request_body = ActivationProof, tag = "cards",
    params(("id" = Uuid, Path)), responses((status = 200, body = Activated), (status = 422, body = Problem)))]
pub(super) async fn complete_activation(
    deps: web::Data<Deps>,
    id: web::Path<Uuid>,
    sent: Sent<ActivationProof, StationOfficer>,
) -> Result<HttpResponse, ApiError> {
    let (officer, once) = (sent.caller.officer.clone(), sent.once()?);
    answer(blocking(move || activation::complete(&deps, &officer, &once, *id, &sent.value)).await?)
}

/// These answers hold session keys and card files: nobody on the way may keep them.
fn answer(body: impl Serialize) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}
