//! The door of both listeners: the only place that hands a route to actix, and it takes none without a policy
//! (invariant 10).
//!
//! A [`Route`] is one value: path, method, policy and handler, and for the API the handler's description,
//! which says path and method. A table of such values is served by [`at`], [`last_at`] or [`pages`]; nobody
//! else gets actix's `ServiceConfig`.
//!
//! A route needs its policy:
//! ```
//! use actix_web::HttpResponse;
//! use registry_core::api::policy::Public;
//! use registry_core::routes::get;
//!
//! async fn hello() -> HttpResponse {
//!     HttpResponse::Ok().finish()
//! }
//! let route = get("/hello", Public, hello);
//! ```
//! Without it, it does not compile:
//! ```compile_fail
//! use actix_web::HttpResponse;
//! use registry_core::api::policy::Public;
//! use registry_core::routes::get;
//!
//! async fn hello() -> HttpResponse {
//!     HttpResponse::Ok().finish()
//! }
//! let route = get("/hello", hello);
//! ```

pub mod policy;

use std::future::Future;

use actix_multipart::form::MultipartFormConfig;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{
    Error, FromRequest, Handler, HttpMessage as _, HttpRequest, HttpResponse, Resource, Responder, web,
};
use registry_domain::refusal::Refusal;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use crate::deps::Deps;
use policy::{Access, AskedUnder, Policy};

/// A path and a method with whom the door lets in, and the handler that runs then.
pub struct Route {
    path: String,
    /// The path as actix matches it.
    pattern: String,
    method: Method,
    access: Access,
    description: Option<Document>,
    served: actix_web::Route,
    no: No,
}

/// How a refusal is written where the route is.
type No = fn(Refusal) -> HttpResponse;

fn no<R: From<Refusal> + Into<Error>>(refusal: Refusal) -> HttpResponse {
    HttpResponse::from_error(R::from(refusal).into())
}

/// A route that is read.
pub fn get<P, F, Args>(path: &str, policy: P, handler: F) -> Route
where
    P: Policy,
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + AskedUnder<P> + 'static,
{
    Route::new(path, Method::GET, policy, handler)
}

/// A route to which something is sent.
pub fn post<P, F, Args>(path: &str, policy: P, handler: F) -> Route
where
    P: Policy,
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + AskedUnder<P> + 'static,
{
    Route::new(path, Method::POST, policy, handler)
}

impl Route {
    fn new<P, F, Args>(path: &str, method: Method, _: P, handler: F) -> Route
    where
        P: Policy,
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + AskedUnder<P> + 'static,
    {
        Route {
            path: path.to_owned(),
            pattern: path.to_owned(),
            served: web::method(method.clone()).to(handler).wrap(from_fn(check::<P>)),
            method,
            access: P::ACCESS,
            description: None,
            no: no::<P::Refused>,
        }
    }

    /// A route whose handler is described: the description says its path and its method.
    /// [`route!`](crate::route) writes `D`, which describes this handler and no other.
    pub fn described<D, P, F, Args>(policy: P, handler: F) -> Route
    where
        D: OpenApi,
        P: Policy,
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + AskedUnder<P> + 'static,
    {
        let description = D::openapi();
        let (path, method) = stated(&description);
        Route { description: Some(description), ..Route::new(&path, method, policy, handler) }
    }

    /// The same route, where the last part of the path takes slashes as well.
    #[must_use]
    pub fn to_the_end(self) -> Route {
        let pattern = match self.path.strip_suffix('}') {
            Some(open) => format!("{open}:.*}}"),
            None => self.pattern,
        };
        Route { pattern, ..self }
    }

    /// The path, its parts in braces.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Whom the door lets in.
    pub fn access(&self) -> Access {
        self.access
    }

    /// What a route of the API does, takes and answers; a page has none.
    pub fn description(&self) -> Option<&Document> {
        self.description.as_ref()
    }
}

/// Path and method of the one operation that a document describes.
fn stated(document: &Document) -> (String, Method) {
    let Some((path, item)) = document.paths.paths.first_key_value() else {
        // `route!` describes one handler, and a described handler has a path.
        return (String::new(), Method::GET);
    };
    let methods = [
        (&item.get, Method::GET),
        (&item.put, Method::PUT),
        (&item.post, Method::POST),
        (&item.delete, Method::DELETE),
        (&item.options, Method::OPTIONS),
        (&item.head, Method::HEAD),
        (&item.patch, Method::PATCH),
        (&item.trace, Method::TRACE),
    ];
    let of_item = methods.into_iter().find(|(operation, _)| operation.is_some());
    (path.clone(), of_item.map_or(Method::GET, |(_, method)| method))
}

/// A route of the API: `route!(Officer, drafts::save)`. Path and method stand above the handler, in its
/// `#[utoipa::path]`.
///
/// ```
/// use actix_web::HttpResponse;
/// use registry_core::api::policy::Public;
///
/// /// Says hello.
/// #[utoipa::path(get, path = "/hello", responses((status = 200)))]
/// async fn hello() -> HttpResponse {
///     HttpResponse::Ok().finish()
/// }
/// let route = registry_core::route!(Public, hello);
/// assert_eq!((route.path(), route.method().as_str()), ("/hello", "GET"));
/// ```
/// A handler without a description does not compile:
/// ```compile_fail
/// use actix_web::HttpResponse;
/// use registry_core::api::policy::Public;
///
/// /// Says hello.
/// async fn hello() -> HttpResponse {
///     HttpResponse::Ok().finish()
/// }
/// let route = registry_core::route!(Public, hello);
/// assert_eq!((route.path(), route.method().as_str()), ("/hello", "GET"));
/// ```
/// Nor does one without a policy:
/// ```compile_fail
/// use actix_web::HttpResponse;
/// use registry_core::api::policy::Public;
///
/// /// Says hello.
/// #[utoipa::path(get, path = "/hello", responses((status = 200)))]
/// async fn hello() -> HttpResponse {
///     HttpResponse::Ok().finish()
/// }
/// let route = registry_core::route!(hello);
/// assert_eq!((route.path(), route.method().as_str()), ("/hello", "GET"));
/// ```
#[macro_export]
macro_rules! route {
    ($policy:expr, $($handler:ident)::+) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler)::+))]
        struct Described;
        $crate::routes::Route::described::<Described, _, _, _>($policy, $($handler)::+)
    }};
}

/// Identifies the caller as the policy demands. The handler runs only for one who is let in, and gets this
/// caller.
async fn check<P: Policy>(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(deps) = request.app_data::<web::Data<Deps>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no dependencies"));
    };
    match P::admit(&deps, request.request()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Admitted::<P>(caller));
            next.call(request).await
        }
        Err(refused) => Ok(request.error_response(refused)),
    }
}

/// Whom the door let in. Nothing but the door makes one.
struct Admitted<P: Policy>(P::Caller);

/// The caller whom the door let in under this policy; nobody on a route with another one.
pub fn admitted<P: Policy>(request: &HttpRequest) -> Option<P::Caller> {
    request.extensions().get::<Admitted<P>>().map(|Admitted(caller)| caller.clone())
}

/// Routes on their way to a listener: `App::configure` takes them, and gives nobody else its `ServiceConfig`.
pub trait Served: FnOnce(&mut web::ServiceConfig) {}

impl<F: FnOnce(&mut web::ServiceConfig)> Served for F {}

/// Serves routes on a listener, and leaves every other path to what the listener serves next. Routes are
/// tried in their order.
pub fn at(routes: Vec<Route>) -> impl Served {
    move |config: &mut web::ServiceConfig| {
        for resource in resources(routes) {
            config.service(resource);
        }
    }
}

/// Serves routes as the last of a listener: any other path is refused.
pub fn last_at<R: From<Refusal> + Into<Error> + 'static>(routes: Vec<Route>) -> impl Served {
    move |config: &mut web::ServiceConfig| {
        at(routes)(config);
        config.default_service(web::to(|| async { no::<R>(Refusal::NotFound) }));
    }
}

/// How long a form may be, and what stands around every page.
pub struct Framing<F> {
    /// Runs around every page, and around every refusal.
    pub frame: F,
    /// For a form.
    pub forms: web::FormConfig,
    /// For a form with a picture.
    pub uploads: MultipartFormConfig,
}

/// Serves pages as the last of a listener, each within the frame: any other path is refused within it.
pub fn pages<R, F, Fut>(routes: Vec<Route>, framing: Framing<F>) -> impl Served
where
    R: From<Refusal> + Into<Error> + 'static,
    F: Fn(ServiceRequest, Next<BoxBody>) -> Fut + 'static,
    Fut: Future<Output = Result<ServiceResponse<BoxBody>, Error>> + 'static,
{
    move |config: &mut web::ServiceConfig| {
        let Framing { frame, forms, uploads } = framing;
        let mut scope = web::scope("").wrap(from_fn(frame)).app_data(forms).app_data(uploads);
        for resource in resources(routes) {
            scope = scope.service(resource);
        }
        config.service(scope.default_service(web::to(|| async { no::<R>(Refusal::NotFound) })));
    }
}

/// The routes of each path together, as actix needs them; any other method is refused.
fn resources(routes: Vec<Route>) -> Vec<Resource> {
    let mut places: Vec<(String, No, Resource)> = Vec::new();
    for Route { pattern, served, no, .. } in routes {
        match places.iter_mut().find(|(known, ..)| *known == pattern) {
            Some((.., resource)) => {
                let added = std::mem::replace(resource, web::resource(""));
                *resource = added.route(served);
            }
            None => {
                let resource = web::resource(pattern.as_str()).route(served);
                places.push((pattern, no, resource));
            }
        }
    }
    let refusing = |(_, no, resource): (String, No, Resource)| {
        resource.default_service(web::to(move || async move { no(Refusal::MethodNotAllowed) }))
    };
    places.into_iter().map(refusing).collect()
}

#[cfg(test)]
mod tests;
