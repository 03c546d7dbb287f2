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
pub struct Guarded {
    /// Who may call it.
    pub(super) policy: Policy,
    /// By which method.
    pub(super) method: Method,
    route: Route,
}

/// Makes a route: the handler runs only after the policy has identified the caller.
pub fn guarded<F, Args>(policy: Policy, method: Method, handler: F) -> Guarded
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let route = web::method(method.clone())
        .to(handler)
        .wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| check(policy, request, next)));
    Guarded { policy, method, route }
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
pub struct Place {
    /// As actix matches it.
    pub(super) path: &'static str,
    pub(super) routes: Vec<Guarded>,
}

/// Names a path with its guarded routes.
pub fn resource(path: &'static str, routes: Vec<Guarded>) -> Place {
    Place { path, routes }
}

impl Place {
    /// The routes as actix serves them; any other method is refused.
    pub fn served(self) -> Resource {
        let mut resource = web::resource(self.path);
        for guarded in self.routes {
            resource = resource.route(guarded.route);
        }
        resource.default_service(web::to(|| async {
            super::problem::problem(&registry_domain::refusal::Refusal::MethodNotAllowed)
        }))
    }
}
