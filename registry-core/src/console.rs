//! The console: server-rendered pages for officers, citizens and agencies' desks. Every route on this page.
//!
//! Works without a script, in Mongolian and English. Invariants: a page acts only on a form that carries its session's token
//! ([`Visitor::accept`](visit::Visitor::accept)); no register number, name or date of a person is ever in an address; what a page shows of a
//! person was released through an access entry.

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
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};
use registry_domain::refusal::Refusal;

use fault::Fault;

/// Bytes of a form without a portrait.
const FORM_BYTES: usize = 32 * 1024;
/// Bytes of a card application with its portrait.
const UPLOAD_BYTES: usize = 256 * 1024;

const STYLE: &str = include_str!("../static/console.css");

/// Adds the console to a listener, as the last of its services: it answers every address that is left.
/// The application needs `web::Data<Deps>`.
pub fn configure(config: &mut web::ServiceConfig) {
    let pages = web::scope("")
        .wrap(from_fn(frame::frame))
        .app_data(web::FormConfig::default().limit(FORM_BYTES))
        .app_data(MultipartFormConfig::default().total_limit(UPLOAD_BYTES).memory_limit(UPLOAD_BYTES))
        .route("/static/console.css", web::get().to(style))
        .service(web::resource("/").get(sign_in::welcome))
        .service(web::resource("/sign-in").get(sign_in::show).post(sign_in::sign_in))
        .service(web::resource("/sign-out").post(sign_in::sign_out))
        .service(web::resource("/check").get(check::show).post(check::check))
        .configure(of_officers)
        .service(web::resource("/me").get(citizen::show))
        .service(web::resource("/desk").get(desk::show).post(desk::ask))
        .default_service(web::to(nowhere));
    config.service(pages);
}

fn of_officers(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/office").get(office::show))
        .service(web::resource("/people").get(find::show).post(find::open))
        .service(web::resource("/declare/{kind}").get(declaring::show).post(declaring::send))
        .service(web::resource("/declare/{kind}/fill").post(declaring::fill))
        .service(web::resource("/declare/{kind}/draft").post(drafts::save))
        .service(web::resource("/notices").get(notices::list))
        .service(web::resource("/drafts").get(drafts::list))
        .service(web::resource("/drafts/{id}").get(drafts::open).post(drafts::save_again))
        .service(web::resource("/drafts/{id}/application").get(application::print))
        .service(web::resource("/drafts/{id}/declare").post(drafts::declare))
        .service(web::resource("/drafts/{id}/discard").post(drafts::discard))
        .service(web::resource("/declarations/{id}").get(deciding::show))
        .service(web::resource("/declarations/{id}/register").post(deciding::register))
        .service(web::resource("/declarations/{id}/end").post(deciding::end))
        .service(web::resource("/declarations/{id}/decision").get(decisions::print))
        .service(web::resource("/officers").get(officers::list))
        .service(web::resource("/officers/propose").get(officers::new).post(officers::propose))
        .service(web::resource("/officers/{id}").get(officers::change))
        .service(web::resource("/officers/proposals/{id}/confirm").post(officers::confirm))
        .service(web::resource("/extracts/{entry}").get(extracts::print))
        .service(web::resource("/extracts/{entry}/copies").post(extracts::issue))
        .service(web::resource("/extracts/{entry}/copies/{copy}.pdf").get(extracts::pdf))
        .service(web::resource("/extracts/{entry}/copies/{copy}/spoil").post(extracts::spoil))
        .service(web::resource("/entries/{entry}/superseded").get(superseded::show))
        .service(web::resource("/credentials").get(credentials::show))
        .service(web::resource("/credentials/code").post(credentials::code))
        .service(web::resource("/credentials/end").post(credentials::end))
        .service(web::resource("/cards").get(card_office::show))
        .service(web::resource("/cards/{job}/give-up").post(card_office::give_up));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn nowhere() -> Result<HttpResponse, Fault> {
    Err(Refusal::NotFound.into())
}

/// Goes to another page after a form was taken.
fn to_page(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

#[cfg(test)]
mod tests;
