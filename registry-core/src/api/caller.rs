//! Who calls, as the door found by the route's policy ([`super::policy`]).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use registry_domain::officer::Officer;
use registry_domain::refusal::Refusal;

use super::problem::ApiError;
use crate::agency::CallingAgency;
use crate::failure::Failure;
use crate::routes::admitted;
use crate::routes::policy::{AskedUnder, Policy};
use crate::station::CallingStation;
use crate::store::statements;

/// The caller of a request, whom the door let in under the policy `P`.
pub struct Caller<P: Policy>(pub P::Caller);

impl<P: Policy> AskedUnder<P> for Caller<P> {}

impl<P: Policy> FromRequest for Caller<P> {
    type Error = ApiError;
    type Future = Ready<Result<Caller<P>, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admitted::<P>(request).map(Caller).ok_or_else(|| Refusal::NotSignedIn.into()))
    }
}

/// Nobody in particular.
#[derive(Debug, Clone, Copy)]
pub struct Anyone;

/// A card station with an officer signed in.
#[derive(Debug, Clone)]
pub struct AtStation {
    /// The station.
    pub station: CallingStation,
    /// The officer.
    pub officer: Officer,
}

/// A caller under whose name idempotency keys are kept.
pub trait Named {
    /// The name.
    fn key(&self) -> String;
}

impl Named for Anyone {
    fn key(&self) -> String {
        "anyone".to_owned()
    }
}

impl Named for Officer {
    fn key(&self) -> String {
        format!("officer/{}", self.id)
    }
}

/// An agency or a hospital.
impl Named for CallingAgency {
    fn key(&self) -> String {
        format!("agency/{}", self.id)
    }
}

impl Named for AtStation {
    fn key(&self) -> String {
        format!("station/{}/officer/{}", self.station.id, self.officer.id)
    }
}

/// Runs blocking work on a thread that may block.
///
/// # Errors
/// Whatever the work fails with.
pub async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, ApiError> {
    match web::block(|| statements::counted("request", act)).await {
        Ok(outcome) => outcome.map_err(ApiError),
        Err(_) => Err(ApiError(Failure::Refused(Refusal::NotReady))),
    }
}
