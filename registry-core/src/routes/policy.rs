//! Whom a route lets in, and what its handler may ask a request for.

use std::future::Future;

use actix_web::{HttpRequest, ResponseError, web};
use registry_domain::refusal::Refusal;

use crate::deps::Deps;

/// Who may call a route at all. What the caller may do there is the use case's question to the domain.
pub trait Policy: 'static {
    /// The same as a word.
    const ACCESS: Access;
    /// Whom the door lets in, as the handler gets it.
    type Caller: Clone + 'static;
    /// How a no is written.
    type Refused: From<Refusal> + ResponseError + 'static;

    /// Identifies the caller of a request.
    ///
    /// # Errors
    /// Why this caller is not let in.
    fn admit(
        deps: &web::Data<Deps>,
        request: &HttpRequest,
    ) -> impl Future<Output = Result<Self::Caller, Self::Refused>>;
}

/// Who may call, as lists and the description of the API say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Anyone: nothing personal is behind it.
    Public,
    /// An officer with a session.
    Officer,
    /// An officer by the client certificate, without a session yet.
    CertifiedOfficer,
    /// An agency by its client certificate.
    Agency,
    /// A hospital by its client certificate.
    Hospital,
    /// An enrolled card station, by its client certificate, with an officer signed in.
    StationOfficer,
    /// Anyone who is signed in at the console.
    SignedInPage,
    /// An officer who is signed in at the console.
    OfficerPage,
    /// A citizen who is signed in at the console.
    CitizenPage,
    /// An agency's desk that is signed in at the console.
    DeskPage,
}

/// What a handler may ask a request for, under the policy `P`: what was sent, and the caller whom `P` let in,
/// but no other caller. The bare request, in which a handler could look for a caller by itself, is for
/// [`Access::Public`] alone.
#[diagnostic::on_unimplemented(
    message = "a handler under the policy `{P}` may not ask for `{Self}`",
    note = "a handler gets what was sent, and the caller whom its own policy let in"
)]
pub trait AskedUnder<P> {}

impl<P, T> AskedUnder<P> for web::Data<T> {}
impl<P, T> AskedUnder<P> for web::Path<T> {}
impl<P, T> AskedUnder<P> for web::Query<T> {}
impl<P, T> AskedUnder<P> for web::Form<T> {}
impl<P, T: AskedUnder<P>, E> AskedUnder<P> for Result<T, E> {}
impl<P, A: AskedUnder<P>, B: AskedUnder<P>> AskedUnder<P> for actix_web::Either<A, B> {}

macro_rules! asked_together {
    ($($one:ident)*) => {
        impl<P, $($one: AskedUnder<P>),*> AskedUnder<P> for ($($one,)*) {}
    };
}
asked_together! {}
asked_together! { A }
asked_together! { A B }
asked_together! { A B C }
asked_together! { A B C D }
asked_together! { A B C D E }
