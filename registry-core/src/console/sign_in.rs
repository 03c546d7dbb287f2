//! The first page, signing in by a one-time link, signing out.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::officer::Role;
use registry_domain::refusal::Refusal;
use serde::Deserialize;

use super::cookies;
use super::fault::Fault;
use super::fields::Pairs;
use super::page::{Page, html};
use super::to_page;
use super::visit::{Perhaps, Visit, Visitor, Who};
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::session::{self, PrincipalKind};

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    p: Page,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    p: Page,
    code: String,
}

/// The code in a sign-in link.
#[derive(Deserialize)]
pub(super) struct Code {
    #[serde(default)]
    code: String,
}

/// Says what this service is; leads a person who is signed in to the page where they begin.
pub(super) async fn welcome(
    deps: web::Data<Deps>,
    visit: Visit,
    Perhaps(visitor): Perhaps,
) -> Result<HttpResponse, Fault> {
    match visitor {
        Some(visitor) => Ok(to_page(home_of(&visitor.who()))),
        None => html(StatusCode::OK, &Welcome { p: Page::public(&deps, &visit) }),
    }
}

/// Shows one button. A mail program or a preview that only looks at the link does not spend the code.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visit: Visit,
    code: web::Query<Code>,
) -> Result<HttpResponse, Fault> {
    html(StatusCode::OK, &SignIn { p: Page::public(&deps, &visit), code: code.into_inner().code })
}

/// Exchanges the code for a session.
pub(super) async fn sign_in(deps: web::Data<Deps>, code: web::Form<Code>) -> Result<HttpResponse, Fault> {
    let code = code.into_inner().code;
    let config = deps.config.clone();
    let (token, principal) = blocking(move || session::sign_in(&deps, code.trim())).await?;
    let home = match principal.kind {
        PrincipalKind::Officer => "/",
        PrincipalKind::Citizen => "/me",
        PrincipalKind::Agency => "/desk",
    };
    let mut answer = to_page(home);
    answer
        .add_cookie(&cookies::session(&config, token))
        .map_err(|_| Refusal::Malformed { detail: "cookie".to_owned() })?;
    Ok(answer)
}

/// Ends the session in the browser and on the server.
pub(super) async fn sign_out(
    deps: web::Data<Deps>,
    visitor: Visitor<Who>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    visitor.accept(form.into_inner())?;
    let config = deps.config.clone();
    blocking(move || session::sign_out(&deps, visitor.token())).await?;
    let mut answer = to_page("/");
    answer
        .add_cookie(&cookies::session_ended(&config))
        .map_err(|_| Refusal::Malformed { detail: "cookie".to_owned() })?;
    Ok(answer)
}

fn home_of(who: &Who) -> &'static str {
    match who {
        Who::Officer(officer) if officer.roles.as_slice() == [Role::CardOfficer] => "/cards",
        Who::Officer(officer) if manages_alone(&officer.roles) => "/officers",
        Who::Officer(_) => "/office",
        Who::Citizen(_) => "/me",
        Who::Agency(_) => "/desk",
    }
}

/// Whether an officer's roles give nothing to do at an office.
fn manages_alone(roles: &[Role]) -> bool {
    roles.iter().all(|role| matches!(role, Role::Administrator | Role::Auditor))
}
