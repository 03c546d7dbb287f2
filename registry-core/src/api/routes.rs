//! The only way to add a route: with a policy (invariant 10). `Routes` keeps actix's own door to itself.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, FromRequest, Handler, HttpMessage, Resource, Responder, Route, web};

use super::caller::{Caller, identify};
use crate::deps::Deps;

/// Who may call a route at all; what he may do there is the use case's question to the domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
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
    /// An enrolled card station by its client certificate.
    Station,
    /// An enrolled card station with an officer signed in.
    StationOfficer,
}

/// A route that has its policy.
pub struct Guarded(Route);

/// Makes a route: the handler runs only after the policy has identified the caller.
pub fn guarded<F, Args>(policy: Policy, method: Method, handler: F) -> Guarded
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let route = web::method(method)
        .to(handler)
        .wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| check(policy, request, next)));
    Guarded(route)
}

async fn check(
    policy: Policy,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let deps = request.app_data::<web::Data<Deps>>().cloned();
    let Some(deps) = deps else {
        return Err(actix_web::error::ErrorInternalServerError("no dependencies"));
    };
    match identify(policy, &deps, request.request()).await {
        Ok(caller) => {
            request.extensions_mut().insert::<Caller>(caller);
            next.call(request).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A path with its guarded routes.
pub fn resource(path: &str, routes: Vec<Guarded>) -> Resource {
    let mut resource = web::resource(path);
    for Guarded(route) in routes {
        resource = resource.route(route);
    }
    resource.default_service(web::to(|| async {
        super::problem::problem(&registry_domain::refusal::Refusal::MethodNotAllowed)
    }))
}
