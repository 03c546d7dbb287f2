//! The console: server-rendered pages for officers, citizens and agencies' desks. Every route on this page.
//!
//! Works without a script, in Mongolian and English. Invariants: a page acts only on a form that carries its
//! session's token ([`Visitor::accept`](visit::Visitor::accept)); no register number, name or date of a
//! person is ever in an address; what a page shows of a person was released through an access entry.

mod accesses;
mod application;
mod beside;
mod card_office;
mod check;
mod citizen;
mod cookies;
mod credentials;
mod days;
mod deciding;
mod decisions;
mod declaration;
mod declaring;
mod desk;
mod drafts;
mod drawing;
mod drawn;
mod extracts;
mod fault;
mod fields;
mod find;
mod frame;
mod language;
mod notices;
mod office;
mod officers;
mod page;
mod paging;
mod paper;
mod places;
mod queue;
mod record;
mod sign_in;
mod superseded;
mod upload;
mod visit;
mod words;

use actix_multipart::form::MultipartFormConfig;
use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::routes::{self, Framing, Route, Served, get, post};
use fault::Fault;
use visit::{Anyone, CITIZEN, DESK, OFFICER, SIGNED_IN, Whoever};

/// Bytes of a form without a portrait.
const FORM_BYTES: usize = 32 * 1024;
/// Bytes of a card application with its portrait.
const UPLOAD_BYTES: usize = 256 * 1024;

const STYLE: &str = include_str!("../static/console.css");

/// Every page with its policy.
pub fn table() -> Vec<Route> {
    vec![
        get("/static/console.css", Anyone, style),
        get("/", Whoever, sign_in::welcome),
        get("/sign-in", Anyone, sign_in::show),
        post("/sign-in", Anyone, sign_in::sign_in),
        post("/sign-out", SIGNED_IN, sign_in::sign_out),
        get("/check", Anyone, check::show),
        post("/check", Anyone, check::check),
        get("/me", CITIZEN, citizen::show),
        get("/desk", DESK, desk::show),
        post("/desk", DESK, desk::ask),
        get("/office", OFFICER, office::show),
        get("/people", OFFICER, find::show),
        post("/people", OFFICER, find::open),
        get("/declare/{kind}", OFFICER, declaring::show),
        post("/declare/{kind}", OFFICER, declaring::send),
        post("/declare/{kind}/fill", OFFICER, declaring::fill),
        post("/declare/{kind}/draft", OFFICER, drafts::save),
        get("/notices", OFFICER, notices::list),
        get("/drafts", OFFICER, drafts::list),
        get("/drafts/{id}", OFFICER, drafts::open),
        post("/drafts/{id}", OFFICER, drafts::save_again),
        get("/drafts/{id}/application", OFFICER, application::print),
        post("/drafts/{id}/declare", OFFICER, drafts::declare),
        post("/drafts/{id}/discard", OFFICER, drafts::discard),
        get("/declarations/{id}", OFFICER, deciding::show),
        post("/declarations/{id}/register", OFFICER, deciding::register),
        post("/declarations/{id}/end", OFFICER, deciding::end),
        get("/declarations/{id}/decision", OFFICER, decisions::print),
        get("/officers", OFFICER, officers::list),
        get("/officers/propose", OFFICER, officers::new),
        post("/officers/propose", OFFICER, officers::propose),
        get("/officers/{id}", OFFICER, officers::change),
        post("/officers/proposals/{id}/confirm", OFFICER, officers::confirm),
        get("/extracts/{entry}", OFFICER, extracts::print),
        post("/extracts/{entry}/copies", OFFICER, extracts::issue),
        get("/extracts/{entry}/copies/{copy}.pdf", OFFICER, extracts::pdf),
        post("/extracts/{entry}/copies/{copy}/spoil", OFFICER, extracts::spoil),
        get("/entries/{entry}/superseded", OFFICER, superseded::show),
        get("/credentials", OFFICER, credentials::show),
        post("/credentials/code", OFFICER, credentials::code),
        post("/credentials/end", OFFICER, credentials::end),
        get("/cards", OFFICER, card_office::show),
        post("/cards/{job}/give-up", OFFICER, card_office::give_up),
    ]
}

/// Serves the pages, as the last of a listener: they answer every address that is left. The application needs
/// `web::Data<Deps>`.
pub fn pages() -> impl Served {
    let framing = Framing {
        frame: frame::frame,
        forms: web::FormConfig::default().limit(FORM_BYTES),
        uploads: MultipartFormConfig::default().total_limit(UPLOAD_BYTES).memory_limit(UPLOAD_BYTES),
    };
    routes::pages::<Fault, _, _>(table(), framing)
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

/// Goes to another page after a form was taken.
fn to_page(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

#[cfg(test)]
mod tests;
