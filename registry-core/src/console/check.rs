//! Anyone can check here whether the text of an extract's QR code is genuine.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::refusal::Refusal;
use serde::Deserialize;

use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visit;
use crate::api::caller::blocking;
use crate::api::problem::status_of;
use crate::deps::Deps;
use crate::extract::seal::{Claim, NotGenuine, check_code};
use crate::extract::{Standing, standing};

#[derive(Template)]
#[template(path = "check.html")]
struct Check {
    p: Page,
    verdict: Option<Verdict>,
}

/// What the page says of a text.
enum Verdict {
    /// The registry signed it.
    Genuine(Box<ClaimLines>),
    /// The text was read, and the registry did not sign it.
    NotGenuine,
    /// The text could not be read; this says what to type instead.
    Unread(String),
}

/// What a genuine text says, to compare with the paper, and whether the paper still holds.
struct ClaimLines {
    standing: Standing,
    act_number: String,
    kind: &'static str,
    registered_on: String,
    office: String,
    printed_on: String,
    copy: Option<CopyLines>,
}

/// What a counted copy shows besides. A paper without these lines is an ordinary extract, which anybody who
/// may print it can print as often as they like.
struct CopyLines {
    number: u32,
    sheet: Option<String>,
    check_code: String,
}

/// The text of a QR code.
#[derive(Deserialize)]
pub(super) struct Pasted {
    #[serde(default)]
    text: String,
}

/// The empty form.
pub(super) async fn show(deps: web::Data<Deps>, visit: Visit) -> Result<HttpResponse, Fault> {
    html(StatusCode::OK, &Check { p: Page::public(&deps, &visit), verdict: None })
}

/// Says whether a text is genuine; a text that could not be read is called neither.
pub(super) async fn check(
    deps: web::Data<Deps>,
    visit: Visit,
    pasted: web::Form<Pasted>,
) -> Result<HttpResponse, Fault> {
    let p = Page::public(&deps, &visit);
    let (status, verdict) = match Claim::check(&pasted.text, &deps.keys.extract.public_key()) {
        Ok(claim) => {
            let (asked, of) = (deps.clone(), claim.clone());
            let standing = blocking(move || standing(&asked, &of)).await?;
            let lines = lines_of(&p, claim, standing, check_code(&pasted.text));
            (StatusCode::OK, Verdict::Genuine(Box::new(lines)))
        }
        Err(NotGenuine::Signature) => (StatusCode::OK, Verdict::NotGenuine),
        Err(NotGenuine::Form) => {
            let no = Refusal::PaperTextUnread;
            let said = if p.lang.is_mn() { no.title_mn() } else { no.title_en() };
            (status_of(&no), Verdict::Unread(said))
        }
    };
    html(status, &Check { p, verdict: Some(verdict) })
}

fn lines_of(p: &Page, claim: Claim, standing: Standing, code: String) -> ClaimLines {
    ClaimLines {
        standing,
        kind: p.lang.pick(claim.kind.title_mn(), claim.kind.title_en()),
        registered_on: claim.registered_on.to_string(),
        office: p.place(&claim.office),
        printed_on: claim.printed_on.to_string(),
        act_number: claim.act_number,
        copy: claim.copy.map(|copy| CopyLines { number: copy.number, sheet: copy.sheet, check_code: code }),
    }
}
