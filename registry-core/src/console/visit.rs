//! One request: its language, its address, and who is signed in.

use std::future::{Ready, ready};
use std::marker::PhantomData;

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
use crate::routes::admitted;
use crate::routes::policy::{Access, AskedUnder, Policy};
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
            // An address that begins with two slashes would lead to another host.
            path: format!("/{}", request.path().trim_start_matches(['/', '\\'])),
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

/// Whom a page can be for: anyone who is signed in ([`Who`]), or one kind of them.
pub(crate) trait Reader: Clone + 'static {
    /// The same as a word of the routes.
    const ACCESS: Access;

    /// The visitor, if it is one of this kind.
    ///
    /// # Errors
    /// [`Refusal::NotYourPage`] for anyone else.
    fn of(who: Who) -> Result<Self, Refusal>;

    /// Who it is.
    fn who(&self) -> Who;
}

impl Reader for Who {
    const ACCESS: Access = Access::SignedInPage;

    fn of(who: Who) -> Result<Who, Refusal> {
        Ok(who)
    }

    fn who(&self) -> Who {
        self.clone()
    }
}

impl Reader for Officer {
    const ACCESS: Access = Access::OfficerPage;

    fn of(who: Who) -> Result<Officer, Refusal> {
        match who {
            Who::Officer(officer) => Ok(*officer),
            Who::Citizen(_) | Who::Agency(_) => Err(Refusal::NotYourPage),
        }
    }

    fn who(&self) -> Who {
        Who::Officer(Box::new(self.clone()))
    }
}

impl Reader for PersonId {
    const ACCESS: Access = Access::CitizenPage;

    fn of(who: Who) -> Result<PersonId, Refusal> {
        match who {
            Who::Citizen(person) => Ok(person),
            Who::Officer(_) | Who::Agency(_) => Err(Refusal::NotYourPage),
        }
    }

    fn who(&self) -> Who {
        Who::Citizen(*self)
    }
}

impl Reader for CallingAgency {
    const ACCESS: Access = Access::DeskPage;

    fn of(who: Who) -> Result<CallingAgency, Refusal> {
        match who {
            Who::Agency(agency) => Ok(agency),
            Who::Officer(_) | Who::Citizen(_) => Err(Refusal::NotYourPage),
        }
    }

    fn who(&self) -> Who {
        Who::Agency(self.clone())
    }
}

/// A request of someone who is signed in, and whom the door let in as `R`.
#[derive(Debug, Clone)]
pub(crate) struct Visitor<R> {
    /// The request.
    pub visit: Visit,
    reader: R,
    token: String,
}

impl Visitor<Officer> {
    /// The officer.
    pub fn officer(&self) -> &Officer {
        &self.reader
    }
}

impl Visitor<PersonId> {
    /// The citizen.
    pub fn citizen(&self) -> PersonId {
        self.reader
    }
}

impl Visitor<CallingAgency> {
    /// The agency.
    pub fn agency(&self) -> &CallingAgency {
        &self.reader
    }
}

impl<R: Reader> Visitor<R> {
    /// Who it is.
    pub fn who(&self) -> Who {
        self.reader.who()
    }

    /// The name under which idempotency keys are kept; the API's name for the same caller.
    pub fn key(&self) -> String {
        match self.who() {
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
    /// [`Refusal::FormNotOurs`] if the form does not carry the session's token; [`Refusal::ControlCharacter`]
    /// in the field that has one.
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

impl<R: Reader> FromRequest for Visitor<R> {
    type Error = Fault;
    type Future = Ready<Result<Visitor<R>, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admitted::<Only<R>>(request).ok_or_else(|| Refusal::NotSignedIn.into()))
    }
}

impl<P> AskedUnder<P> for Visit {}
impl<R: Reader> AskedUnder<Only<R>> for Visitor<R> {}

/// The policy of a page for `R` alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Only<R>(PhantomData<R>);

/// The policy of a page for anyone who is signed in.
pub(super) const SIGNED_IN: Only<Who> = Only(PhantomData);
/// The policy of a page for officers.
pub(super) const OFFICER: Only<Officer> = Only(PhantomData);
/// The policy of a page for citizens.
pub(super) const CITIZEN: Only<PersonId> = Only(PhantomData);
/// The policy of a page for agencies' desks.
pub(super) const DESK: Only<CallingAgency> = Only(PhantomData);

impl<R: Reader> Policy for Only<R> {
    const ACCESS: Access = R::ACCESS;
    type Caller = Visitor<R>;
    type Refused = Fault;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<Visitor<R>, Fault> {
        let token = cookies::session_of(&deps.config, request).ok_or(Refusal::NotSignedIn)?;
        let (deps, secret) = (deps.clone(), token.clone());
        let who = blocking(move || who_is(&deps, &secret)).await?;
        Ok(Visitor { visit: Visit::of(request), reader: R::of(who)?, token })
    }
}

/// The policy of a page for anyone, signed in or not: nothing personal is behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anyone;

impl Policy for Anyone {
    const ACCESS: Access = Access::Public;
    type Caller = ();
    type Refused = Fault;

    async fn admit(_: &web::Data<Deps>, _: &HttpRequest) -> Result<(), Fault> {
        Ok(())
    }
}

/// The policy of a page for anyone, which knows its visitor where one is signed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whoever;

/// The visitor who is signed in, if there is one.
#[derive(Debug, Clone)]
pub(super) struct Perhaps(pub Option<Visitor<Who>>);

impl Policy for Whoever {
    const ACCESS: Access = Access::Public;
    type Caller = Perhaps;
    type Refused = Fault;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<Perhaps, Fault> {
        Ok(Perhaps(Only::<Who>::admit(deps, request).await.ok()))
    }
}

impl FromRequest for Perhaps {
    type Error = Fault;
    type Future = Ready<Result<Perhaps, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(admitted::<Whoever>(request).unwrap_or(Perhaps(None))))
    }
}

impl AskedUnder<Whoever> for Perhaps {}

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

    fn visitor(token: &str) -> Visitor<PersonId> {
        let visit = Visit { language: Language::Mn, is_language_chosen: false, path: "/".to_owned() };
        Visitor { visit, reader: PersonId::new(Uuid::nil()), token: token.to_owned() }
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
        let citizen = || Who::Citizen(PersonId::new(Uuid::nil()));
        assert_eq!(Officer::of(citizen()).unwrap_err(), Refusal::NotYourPage);
        assert_eq!(CallingAgency::of(citizen()).unwrap_err(), Refusal::NotYourPage);
        assert!(PersonId::of(citizen()).is_ok() && Who::of(citizen()).is_ok());
    }
}
