//! The JSON API under `/v1`: every route on one page.

pub mod caller;
mod cards;
mod credentials;
pub mod declarations;
pub mod description;
mod drafts;
mod forms;
mod ocsp;
mod officers;
pub(crate) mod papers;
mod partners;
pub mod peer;
pub mod persons;
pub mod problem;
pub(crate) mod public;
pub mod routes;
pub mod sent;
mod sessions;
mod superseded;

use actix_web::http::Method;
use actix_web::web;
use card_protocol::messages::route;

use routes::Policy::{Agency, CertifiedOfficer, Hospital, Officer, Public, StationOfficer};
use routes::{Place, guarded, resource};

/// Every route of the API with its policy: what is served, and what the description says of who may call.
fn table() -> Vec<Place> {
    let (get, post) = (|| Method::GET, || Method::POST);
    // Routes are tried in this order, so the one that is asked most stands first.
    vec![
        resource("/v1/identity-questions", vec![guarded(Agency, post(), partners::ask_identity)]),
        resource("/livez", vec![guarded(Public, get(), public::live)]),
        resource("/readyz", vec![guarded(Public, get(), public::ready)]),
        resource("/v1/openapi.json", vec![guarded(Public, get(), public::description)]),
        resource(crate::responder::PATH, vec![guarded(Public, post(), ocsp::post)]),
        resource("/pki/ocsp/{request:.*}", vec![guarded(Public, get(), ocsp::get)]),
        resource("/pki/status/{list}", vec![guarded(Public, get(), credentials::list)]),
        resource("/pki/{name}", vec![guarded(Public, get(), public::public_file)]),
        resource(route::TRUST, vec![guarded(Public, get(), public::trust)]),
        resource(route::SESSIONS, vec![guarded(Public, post(), sessions::sign_in)]),
        resource(
            "/v1/sessions/certificate",
            vec![guarded(CertifiedOfficer, post(), sessions::sign_in_certified)],
        ),
        resource("/v1/persons/open", vec![guarded(Officer, post(), persons::open)]),
        resource("/v1/persons/sealed", vec![guarded(Officer, post(), persons::open_sealed)]),
        resource("/v1/persons/statement", vec![guarded(Officer, post(), persons::state)]),
        resource("/v1/declarations/preview", vec![guarded(Officer, post(), declarations::preview)]),
        resource(
            "/v1/declarations",
            vec![
                guarded(Officer, post(), declarations::create),
                guarded(Officer, get(), declarations::waiting),
            ],
        ),
        resource("/v1/declarations/{id}", vec![guarded(Officer, get(), declarations::standing)]),
        resource("/v1/declarations/{id}/register", vec![guarded(Officer, post(), declarations::register)]),
        resource("/v1/declarations/{id}/end", vec![guarded(Officer, post(), declarations::end)]),
        resource("/v1/entries/{id}/superseded", vec![guarded(Officer, get(), superseded::by_entry)]),
        resource("/v1/entries/{id}/papers", vec![guarded(Officer, post(), papers::issue)]),
        resource("/v1/papers/{id}.pdf", vec![guarded(Officer, get(), papers::pdf)]),
        resource("/v1/papers/{id}/spoil", vec![guarded(Officer, post(), papers::spoil)]),
        resource("/v1/agency/superseded", vec![guarded(Agency, get(), superseded::to_ask_again)]),
        resource("/v1/extract-checks", vec![guarded(Public, post(), superseded::check_extract)]),
        resource(
            "/v1/drafts",
            vec![guarded(Officer, post(), drafts::save), guarded(Officer, get(), drafts::list)],
        ),
        resource(
            "/v1/drafts/{id}",
            vec![guarded(Officer, get(), drafts::open), guarded(Officer, post(), drafts::save_again)],
        ),
        resource("/v1/drafts/{id}/declare", vec![guarded(Officer, post(), drafts::declare)]),
        resource("/v1/drafts/{id}/discard", vec![guarded(Officer, post(), drafts::discard)]),
        resource(
            "/v1/officers/proposals",
            vec![guarded(Officer, post(), officers::propose), guarded(Officer, get(), officers::waiting)],
        ),
        resource("/v1/officers/proposals/{id}/confirm", vec![guarded(Officer, post(), officers::confirm)]),
        resource("/v1/notifications", vec![guarded(Officer, get(), partners::notices)]),
        resource("/v1/notifications/deaths", vec![guarded(Hospital, post(), partners::notify_death)]),
        resource("/v1/notifications/births", vec![guarded(Hospital, post(), partners::notify_birth)]),
        resource("/v1/credentials/requests", vec![guarded(Officer, post(), credentials::request_key)]),
        resource("/v1/credentials/requests/{id}", vec![guarded(Officer, post(), credentials::to_wallet)]),
        resource("/v1/credentials/codes", vec![guarded(Officer, post(), credentials::to_paper)]),
        resource("/v1/credentials/end", vec![guarded(Officer, post(), credentials::end)]),
        resource(route::CHECKS, vec![guarded(Agency, post(), partners::check_card)]),
        resource(route::CLAIM, vec![guarded(StationOfficer, post(), cards::claim)]),
        resource(route::GIVE_UP, vec![guarded(StationOfficer, post(), cards::give_up)]),
        resource(route::CHIP, vec![guarded(StationOfficer, post(), cards::bind)]),
        resource(route::CHANNELS, vec![guarded(StationOfficer, post(), cards::start_channel)]),
        resource(route::CHANNEL, vec![guarded(StationOfficer, post(), cards::open_channel)]),
        resource(route::PUT_KEY, vec![guarded(StationOfficer, post(), cards::put_key)]),
        resource(route::PROOFS, vec![guarded(StationOfficer, post(), cards::proofs)]),
        resource(route::KEYS, vec![guarded(StationOfficer, post(), cards::certify)]),
        resource(route::FILES, vec![guarded(StationOfficer, get(), cards::card_files)]),
        resource(route::RECEIPT, vec![guarded(StationOfficer, post(), cards::receipt)]),
        resource(route::SPOIL, vec![guarded(StationOfficer, post(), cards::spoil)]),
        resource(route::ACTIVATIONS, vec![guarded(StationOfficer, post(), cards::begin_activation)]),
        resource(route::ACTIVATION, vec![guarded(StationOfficer, post(), cards::complete_activation)]),
    ]
}

/// Adds every route of the API. There is no other way to add one than with its policy.
pub fn configure(config: &mut web::ServiceConfig) {
    for place in table() {
        config.service(place.served());
    }
    config.default_service(web::to(|| async {
        problem::problem(&registry_domain::refusal::Refusal::NotFound)
    }));
}

/// The routes that the console's listener offers as well: health, and the lists that certificates point to.
pub fn configure_public(config: &mut web::ServiceConfig) {
    for route in [
        resource("/livez", vec![guarded(Public, Method::GET, public::live)]),
        resource("/readyz", vec![guarded(Public, Method::GET, public::ready)]),
        resource(crate::responder::PATH, vec![guarded(Public, Method::POST, ocsp::post)]),
        resource("/pki/ocsp/{request:.*}", vec![guarded(Public, Method::GET, ocsp::get)]),
        resource("/pki/status/{list}", vec![guarded(Public, Method::GET, credentials::list)]),
        resource("/pki/{name}", vec![guarded(Public, Method::GET, public::public_file)]),
    ] {
        config.service(route.served());
    }
}
