//! The API's description, OpenAPI 3.1. What is the same for many operations is added here: who may call (from
//! the table of the routes), the key of a write, the problems, and what an answer is.

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, KnownFormat, ObjectBuilder, OpenApi as Document, PathItem, Ref, RefOr, Required,
    Response, ResponseBuilder, SchemaFormat, Type,
};
use utoipa::{Modify, OpenApi, PartialSchema as _};

use super::problem::Problem;
use super::table;
use crate::once::LONGEST_KEY;
use crate::routes::Route;
use crate::routes::policy::Access;
use examples::Examples;

mod examples;

/// What is said of the whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Burtgel",
        description = "Civil registry and ID issuance. Refusals are RFC 9457 problems with a number."
    ),
    servers((url = "/", description = "The service that gives this description.")),
    tags(
        (name = "health", description = "Whether the service runs, and what it offers."),
        (name = "trust", description = "What anyone may ask: certificates, lists of revoked ones, whether a paper is genuine."),
        (name = "sessions", description = "An officer signs in."),
        (name = "persons", description = "Records of people. The citizen sees who opened his."),
        (name = "declarations", description = "What is declared, from its preview to its registration."),
        (name = "drafts", description = "Forms that are kept before they are declared."),
        (name = "papers", description = "Counted copies of civil papers."),
        (name = "officers", description = "Mandates: proposed by one administrator, confirmed by another."),
        (name = "partners", description = "What hospitals notify and agencies ask."),
        (name = "credentials", description = "Digital credentials of a card's holder."),
        (name = "cards", description = "What a card station calls while it writes a card, and at activation."),
    ),
    components(schemas(Problem))
)]
struct Frame;

/// The API's description.
pub struct Description;

impl OpenApi for Description {
    /// What is said of the whole, and what the handlers of the table say of themselves.
    fn openapi() -> Document {
        let routes = table();
        // From the last to the first: of two schemas with one name that of the later route is kept.
        let described = routes.iter().rev().filter_map(|route| route.description().cloned());
        let mut document = described.fold(Frame::openapi(), Document::merge_from);
        Uniform { routes: &routes }.modify(&mut document);
        document
    }
}

/// These write nothing that could be written twice, so they ask for no key: [`super::sent::Sent::once`] is
/// not called. `tests/it/description.rs` asks the running service for each operation.
const WITHOUT_KEY: [&str; 8] = [
    "/v1/persons/open",
    "/v1/persons/sealed",
    "/v1/persons/statement",
    "/v1/declarations/preview",
    "/v1/identity-questions",
    "/v1/card-checks",
    "/v1/extract-checks",
    "/pki/ocsp",
];
const KEY: &str = "Idempotency-Key";
const PROBLEM_TYPE: &str = "application/problem+json";
const BEARER: &str = "officer_session";
const OFFICER_CERTIFICATE: &str = "officer_certificate";
const PARTNER_CERTIFICATE: &str = "partner_certificate";
const STATION_CERTIFICATE: &str = "station_certificate";

/// Adds what is the same for many operations.
struct Uniform<'table> {
    routes: &'table [Route],
}

impl Modify for Uniform<'_> {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let told = told(components);
        add_schemes(components);
        let examples = Examples::read();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                let is_here = |route: &&Route| route.path() == path && *route.method() == method;
                if let Some(route) = self.routes.iter().find(is_here) {
                    operation.security = security(route.access());
                    if route.access() != Access::Public {
                        add_problems(operation, &["401", "403"]);
                    }
                }
                if is_json(operation) {
                    add_problems(operation, &["400", "413", "415"]);
                }
                if method == Method::POST && !WITHOUT_KEY.contains(&path.as_str()) {
                    operation.parameters.get_or_insert_default().push(RefOr::T(key()));
                    add_problems(operation, &["409"]);
                }
                if *path != "/livez" && !path.starts_with("/pki/ocsp") {
                    add_problems(operation, &["default"]);
                }
                for (status, response) in &mut operation.responses.responses {
                    if let RefOr::T(response) = response {
                        tell(status, response, &told);
                    }
                }
                bodies(operation).for_each(as_octets);
                examples.show(operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let of = |method, operation| Option::map(operation, |operation| (method, operation));
    of(Method::GET, item.get.as_mut()).into_iter().chain(of(Method::POST, item.post.as_mut()))
}

fn add_schemes(components: &mut Components) {
    let certificate = |of: &str| SecurityScheme::MutualTls {
        description: Some(format!("A client certificate of the registry's service authority, {of}.")),
        deprecated: None,
        extensions: None,
    };
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token that `POST /v1/sessions` gives an officer."));
    let schemes = [
        (BEARER, SecurityScheme::Http(bearer.build())),
        (OFFICER_CERTIFICATE, certificate("given to an officer")),
        (PARTNER_CERTIFICATE, certificate("given to an agency or a hospital")),
        (STATION_CERTIFICATE, certificate("given to a card station")),
    ];
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
}

fn security(access: Access) -> Option<Vec<SecurityRequirement>> {
    let needed = |name: &str| SecurityRequirement::new::<_, [String; 0], String>(name, []);
    match access {
        Access::Public => None,
        Access::Officer => Some(vec![needed(BEARER)]),
        Access::CertifiedOfficer => Some(vec![needed(OFFICER_CERTIFICATE)]),
        Access::Agency | Access::Hospital => Some(vec![needed(PARTNER_CERTIFICATE)]),
        Access::StationOfficer => {
            Some(vec![needed(STATION_CERTIFICATE).add::<_, [String; 0], String>(BEARER, [])])
        }
        // Pages are not described.
        Access::SignedInPage | Access::OfficerPage | Access::CitizenPage | Access::DeskPage => None,
    }
}

fn key() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST_KEY));
    ParameterBuilder::new()
        .name(KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(
            "Chosen by the caller, another one for each act. The same request sent again under the same key is not done twice.",
        ))
        .schema(Some(schema))
        .build()
}

fn is_json(operation: &Operation) -> bool {
    match &operation.request_body {
        Some(RefOr::T(body)) => body.content.contains_key("application/json"),
        Some(RefOr::Ref(_)) | None => false,
    }
}

fn add_problems(operation: &mut Operation, statuses: &[&str]) {
    for status in statuses {
        let responses = &mut operation.responses.responses;
        let problem = || RefOr::T(ResponseBuilder::new().build());
        responses.entry((*status).to_owned()).or_insert_with(problem);
    }
}

/// Says what an answer is, and writes problems as what they are.
fn tell(status: &str, response: &mut Response, told: &BTreeMap<String, String>) {
    if let Some(sentence) = sentence_of(status) {
        response.description = sentence.to_owned();
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        response.content.clear();
        response.content.insert(PROBLEM_TYPE.to_owned(), RefOr::T(content));
    } else if response.description.is_empty() {
        response.description =
            response.content.values().find_map(|content| body(content, told)).unwrap_or_default();
    }
}

/// What is sent, and what is answered.
fn bodies(operation: &mut Operation) -> impl Iterator<Item = &mut Content> {
    let sent = operation.request_body.iter_mut().filter_map(plain);
    let answered = operation.responses.responses.values_mut().filter_map(plain);
    let sent = sent.flat_map(|body| body.content.values_mut());
    sent.chain(answered.flat_map(|response| response.content.values_mut())).filter_map(plain)
}

/// What stands there itself, and not a reference to it.
fn plain<T>(of: &mut RefOr<T>) -> Option<&mut T> {
    match of {
        RefOr::T(plain) => Some(plain),
        RefOr::Ref(_) => None,
    }
}

/// A body of octets is no list of numbers in JSON.
fn as_octets(content: &mut Content) {
    if content.schema == Some(Vec::<u8>::schema()) {
        let octets = SchemaFormat::KnownFormat(KnownFormat::Binary);
        content.schema = Some(ObjectBuilder::new().schema_type(Type::String).format(Some(octets)).into());
    }
}

/// What a problem of this status is. An answer of any other status is a yes.
fn sentence_of(status: &str) -> Option<&'static str> {
    Some(match status {
        "400" => "What was sent cannot be read, or lacks its key; the problem says what to send.",
        "401" => "The caller is not signed in, or shows no client certificate.",
        "403" => "The caller may not do this.",
        "404" => "It does not exist, or not for this caller.",
        "409" => "It does not fit what the register already has; the problem says what to do.",
        "413" => "What was sent is too large.",
        "415" => "What was sent is of another media type.",
        "422" => "The law or the form does not allow it; the problem names the field and the clause.",
        "429" => "Asked too often; ask again later.",
        "503" => "The service cannot do it now; send it again later.",
        "default" => "Any other refusal or fault.",
        _ => return None,
    })
}

/// What each schema says that it is.
fn told(components: &Components) -> BTreeMap<String, String> {
    let schemas = serde_json::to_value(&components.schemas).unwrap_or_default();
    let schemas = schemas.as_object().into_iter().flatten();
    schemas
        .filter_map(|(name, schema)| Some((name.clone(), schema["description"].as_str()?.to_owned())))
        .collect()
}

/// What a body is: as its schema says, or a list of such.
fn body(content: &RefOr<Content>, told: &BTreeMap<String, String>) -> Option<String> {
    let content = serde_json::to_value(content).ok()?;
    let said = |schema: &Value| {
        let name = schema["$ref"].as_str()?.rsplit('/').next()?;
        told.get(name)
    };
    let schema = &content["schema"];
    said(schema).cloned().or_else(|| Some(format!("A list. Each: {}", said(&schema["items"])?)))
}

#[cfg(test)]
mod growth;
#[cfg(test)]
mod tests;
