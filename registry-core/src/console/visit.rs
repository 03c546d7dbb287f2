//! One request: its language, its address, and who is signed in.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use registry_domain::id::{AgencyId, OfficerId, PersonId};
use registry_domain::officer::Officer;
use registry_domain::refusal::Refusal;
use subtle::ConstantTimeEq as _;

use super::cookies;
use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::language::Language;
use crate::agency::{CallingAgency, load_agency};
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::officers::load_officer;
use crate::outside::require_printable_fields;
use crate::session::{self, PrincipalKind};

/// What every page knows of its request.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The language to answer in.
    pub language: Language,
    /// Whether the address asked for that language, so that it is kept.
    pub is_language_chosen: bool,
    /// The path, for links to the same page.
    pub path: String,
}

impl Visit {
    /// Reads a request.
    pub fn of(request: &HttpRequest) -> Visit {
        let chosen = web::Query::<Vec<(String, String)>>::from_query(request.query_string())
            .ok()
            .and_then(|query| query.iter().find(|(name, _)| name == "lang").map(|(_, code)| code.clone()))
            .and_then(|code| Language::parse(&code));
        Visit {
            language: chosen.or_else(|| cookies::language_of(request)).unwrap_or(Language::Mn),
            is_language_chosen: chosen.is_some(),
            path: request.path().to_owned(),
        }
    }
}

impl FromRequest for Visit {
    type Error = Fault;
    type Future = Ready<Result<Visit, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Visit::of(request)))
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// An officer with a mandate valid today.
    Officer(Box<Officer>),
    /// A citizen.
    Citizen(PersonId),
    /// An agency's desk.
    Agency(CallingAgency),
}

/// A request of someone who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// The request.
    pub visit: Visit,
    /// Who.
    pub who: Who,
    token: String,
}

impl Visitor {
    /// The officer.
    ///
    /// # Errors
    /// [`Refusal::NotYourPage`] for anyone else.
    pub fn officer(&self) -> Result<&Officer, Refusal> {
        match &self.who {
            Who::Officer(officer) => Ok(officer),
            Who::Citizen(_) | Who::Agency(_) => Err(Refusal::NotYourPage),
        }
    }

    /// The citizen.
    ///
    /// # Errors
    /// [`Refusal::NotYourPage`] for anyone else.
    pub fn citizen(&self) -> Result<PersonId, Refusal> {
        match &self.who {
            Who::Citizen(person) => Ok(*person),
            Who::Officer(_) | Who::Agency(_) => Err(Refusal::NotYourPage),
        }
    }

    /// The agency.
    ///
    /// # Errors
    /// [`Refusal::NotYourPage`] for anyone else.
    pub fn agency(&self) -> Result<&CallingAgency, Refusal> {
        match &self.who {
            Who::Agency(agency) => Ok(agency),
            Who::Officer(_) | Who::Citizen(_) => Err(Refusal::NotYourPage),
        }
    }

    /// The name under which idempotency keys are kept; the API's name for the same caller.
    pub fn key(&self) -> String {
        match &self.who {
            Who::Officer(officer) => format!("officer/{}", officer.id),
            Who::Citizen(person) => format!("citizen/{person}"),
            Who::Agency(agency) => format!("agency/{}", agency.id),
        }
    }

    /// What a form of this session carries.
    pub fn form_token(&self) -> String {
        session::form_token(&self.token)
    }

    /// The session's own token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Opens a posted form. Invariant: this is the only way to [`Fields`], so no page acts on a forged form.
    ///
    /// # Errors
    /// [`Refusal::FormNotOurs`] if the form does not carry the session's token; [`Refusal::ControlCharacter`] in the field
    /// that has one.
    pub fn accept(&self, pairs: Pairs) -> Result<Fields, Refusal> {
        let printable =
            require_printable_fields(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let (fields, token) = Fields::read(pairs);
        if !bool::from(token.as_bytes().ct_eq(self.form_token().as_bytes())) {
            return Err(Refusal::FormNotOurs);
        }
        printable.map(|()| fields)
    }
}

impl FromRequest for Visitor {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Visitor, Fault>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = Visit::of(request);
        let deps = request.app_data::<web::Data<Deps>>().cloned();
        let token = deps.as_ref().and_then(|deps| cookies::session_of(&deps.config, request));
        Box::pin(async move {
            let (Some(deps), Some(token)) = (deps, token) else { return Err(Refusal::NotSignedIn.into()) };
            let secret = token.clone();
            let who = blocking(move || who_is(&deps, &secret)).await?;
            Ok(Visitor { visit, who, token })
        })
    }
}

fn who_is(deps: &Deps, token: &str) -> Result<Who, Failure> {
    let principal = session::principal_of(deps, token)?;
    Ok(match principal.kind {
        PrincipalKind::Officer => Who::Officer(Box::new(load_officer(deps, OfficerId::new(principal.id))?)),
        PrincipalKind::Citizen => Who::Citizen(PersonId::new(principal.id)),
        PrincipalKind::Agency => {
            Who::Agency(load_agency(&mut *deps.db()?, AgencyId::new(principal.id), deps.now())?)
        }
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn visitor(token: &str) -> Visitor {
        let visit = Visit { language: Language::Mn, is_language_chosen: false, path: "/".to_owned() };
        Visitor { visit, who: Who::Citizen(PersonId::new(Uuid::nil())), token: token.to_owned() }
    }

    fn form(token: &str) -> Pairs {
        vec![("form_token".to_owned(), token.to_owned()), ("reason".to_owned(), "лавлагаа".to_owned())]
    }

    #[test]
    fn a_form_of_the_own_session_is_taken() {
        let visitor = visitor("secret");
        let fields = visitor.accept(form(&session::form_token("secret"))).unwrap();
        assert_eq!(fields.get("reason"), "лавлагаа");
    }

    #[test]
    fn a_form_without_a_token_or_with_another_sessions_is_refused() {
        let visitor = visitor("secret");
        for forged in [form(""), form("secret"), form(&session::form_token("other")), Vec::new()] {
            assert_eq!(visitor.accept(forged).unwrap_err(), Refusal::FormNotOurs);
        }
    }

    #[test]
    fn a_citizen_sees_no_page_of_an_officer_or_an_agency() {
        let visitor = visitor("secret");
        assert_eq!(visitor.officer().unwrap_err(), Refusal::NotYourPage);
        assert_eq!(visitor.agency().unwrap_err(), Refusal::NotYourPage);
        assert!(visitor.citizen().is_ok());
    }
}
