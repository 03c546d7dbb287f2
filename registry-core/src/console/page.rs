//! What every page shows around its content, and how a page becomes an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use askama::Template;
use registry_domain::officer::Role;
use registry_domain::unit::UnitCode;

use super::fault::Fault;
use super::language::Language;
use super::places::Places;
use super::visit::{Reader, Visit, Visitor, Who};
use super::words::Words;
use crate::config::Mode;
use crate::deps::Deps;
use crate::failure::Failure;

/// A link of the navigation.
pub(crate) struct Link {
    pub href: &'static str,
    pub label: &'static str,
    pub key: &'static str,
}

/// The frame of a page.
pub(crate) struct Page {
    pub lang: Language,
    /// The words of the page's language.
    pub w: &'static Words,
    /// The page's own path, for the links that change the language.
    pub path: String,
    /// Whether the page says that this is a demonstration.
    pub is_demo: bool,
    /// The name of the person signed in, as they read it.
    pub who: Option<String>,
    /// The links of the navigation.
    pub links: Vec<Link>,
    /// The token for the forms of this session.
    pub token: String,
    pub places: Places,
}

impl Page {
    /// A page for anyone.
    pub fn public(deps: &Deps, visit: &Visit) -> Page {
        let lang = visit.language;
        Page {
            lang,
            w: lang.words(),
            path: visit.path.clone(),
            is_demo: deps.config.mode == Mode::Demo,
            who: None,
            links: Vec::new(),
            token: String::new(),
            places: Places::new(deps.units.clone(), lang),
        }
    }

    /// A page for someone who is signed in.
    pub fn of<R: Reader>(deps: &Deps, visitor: &Visitor<R>) -> Page {
        let page = Page::public(deps, &visitor.visit);
        let (who, links) = match visitor.who() {
            Who::Officer(officer) => {
                let office = page.places.short(&officer.office);
                (format!("{} · {office}", officer.name_label), officer_links(page.w, &officer.roles))
            }
            Who::Citizen(_) => {
                (page.w.citizen.to_owned(), vec![Link { href: "/me", label: page.w.my_title, key: "1" }])
            }
            Who::Agency(agency) => {
                (agency.label, vec![Link { href: "/desk", label: page.w.desk_title, key: "1" }])
            }
        };
        Page { who: Some(who), links, token: visitor.form_token(), ..page }
    }

    /// The same page with another path, so that changing the language leads there: an answer to a form has no
    /// address of its own.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Page {
        Page { path: path.into(), ..self }
    }

    /// The name and code of a unit.
    pub fn place(&self, code: &UnitCode) -> String {
        self.places.name(code)
    }
}

fn officer_links(words: &'static Words, roles: &[Role]) -> Vec<Link> {
    let decides = roles.iter().any(|role| matches!(role, Role::Registrar | Role::Approver));
    let reads = decides || roles.contains(&Role::CardOfficer);
    let declares = roles.iter().any(|role| matches!(role, Role::Registrar | Role::CardOfficer));
    let manages = roles.iter().any(|role| matches!(role, Role::Administrator | Role::Auditor));
    let links = [
        (
            reads || roles.contains(&Role::Administrator),
            Link { href: "/office", label: words.office_title, key: "1" },
        ),
        (reads, Link { href: "/people", label: words.find_title, key: "2" }),
        (reads, Link { href: "/notices", label: words.notices_title, key: "4" }),
        (declares, Link { href: "/drafts", label: words.drafts_title, key: "5" }),
        (roles.contains(&Role::CardOfficer), Link { href: "/cards", label: words.jobs_title, key: "3" }),
        (declares, Link { href: "/credentials", label: words.credentials_title, key: "7" }),
        (manages, Link { href: "/officers", label: words.officers_title, key: "6" }),
    ];
    links.into_iter().filter_map(|(may, link)| may.then_some(link)).collect()
}

/// A template as an answer.
///
/// # Errors
/// The template cannot be written, which no template should cause.
pub(crate) fn html(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Fault> {
    let written = template.render().map_err(|e| Fault(Failure::Issue(format!("write a page: {e}"))))?;
    Ok(HttpResponse::build(status).insert_header(ContentType::html()).body(written))
}
