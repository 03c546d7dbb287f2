//! The JSON API under `/v1`: every route on one page. Path and method of each stand above its handler.

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
pub mod policy;
pub mod problem;
pub(crate) mod public;
pub mod sent;
mod sessions;
mod superseded;

use policy::{Agency, CertifiedOfficer, Hospital, Officer, Public, StationOfficer};

use crate::route;
use crate::routes::Route;

/// Every route of the API with its policy: what is served, and what the description says.
pub fn table() -> Vec<Route> {
    // Routes are tried in this order, so the one that is asked most stands first.
    let mut routes = vec![route!(Agency, partners::ask_identity)];
    routes.extend(public_table());
    routes.extend([
        route!(Public, public::description),
        route!(Public, public::trust),
        route!(Public, sessions::sign_in),
        route!(CertifiedOfficer, sessions::sign_in_certified),
        route!(Officer, persons::open),
        route!(Officer, persons::open_sealed),
        route!(Officer, persons::state),
        route!(Officer, declarations::preview),
        route!(Officer, declarations::create),
        route!(Officer, declarations::waiting),
        route!(Officer, declarations::standing),
        route!(Officer, declarations::register),
        route!(Officer, declarations::end),
        route!(Officer, superseded::by_entry),
        route!(Officer, papers::issue),
        route!(Officer, papers::pdf),
        route!(Officer, papers::spoil),
        route!(Agency, superseded::to_ask_again),
        route!(Public, superseded::check_extract),
        route!(Officer, drafts::save),
        route!(Officer, drafts::list),
        route!(Officer, drafts::open),
        route!(Officer, drafts::save_again),
        route!(Officer, drafts::declare),
        route!(Officer, drafts::discard),
        route!(Officer, officers::propose),
        route!(Officer, officers::waiting),
        route!(Officer, officers::confirm),
        route!(Officer, partners::notices),
        route!(Hospital, partners::notify_death),
        route!(Hospital, partners::notify_birth),
        route!(Officer, credentials::request_key),
        route!(Officer, credentials::to_wallet),
        route!(Officer, credentials::to_paper),
        route!(Officer, credentials::end),
        route!(Agency, partners::check_card),
        route!(StationOfficer, cards::claim),
        route!(StationOfficer, cards::give_up),
        route!(StationOfficer, cards::bind),
        route!(StationOfficer, cards::start_channel),
        route!(StationOfficer, cards::open_channel),
        route!(StationOfficer, cards::put_key),
        route!(StationOfficer, cards::proofs),
        route!(StationOfficer, cards::certify),
        route!(StationOfficer, cards::card_files),
        route!(StationOfficer, cards::receipt),
        route!(StationOfficer, cards::spoil),
        route!(StationOfficer, cards::begin_activation),
        route!(StationOfficer, cards::complete_activation),
    ]);
    routes
}

/// The routes that the console's listener offers as well: health, and the lists that certificates point to.
pub fn public_table() -> Vec<Route> {
    vec![
        route!(Public, public::live),
        route!(Public, public::ready),
        route!(Public, ocsp::post),
        route!(Public, ocsp::get).to_the_end(),
        route!(Public, credentials::list),
        route!(Public, public::public_file),
    ]
}
