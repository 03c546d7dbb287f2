//! The policies of the API: whom its routes let in, by the connection's certificate or an officer's session.
//!
//! A handler asks for the caller of its own route's policy:
//! ```
//! use actix_web::HttpResponse;
//! use registry_core::api::caller::Caller;
//! use registry_core::api::policy::{Officer, Public};
//! use registry_core::routes::get;
//!
//! async fn own_name(Caller(officer): Caller<Officer>) -> HttpResponse {
//!     HttpResponse::Ok().body(officer.name_label)
//! }
//! let route = get("/own-name", Officer, own_name);
//! ```
//! Under another policy it does not compile, for nobody would have identified this officer:
//! ```compile_fail
//! use actix_web::HttpResponse;
//! use registry_core::api::caller::Caller;
//! use registry_core::api::policy::{Officer, Public};
//! use registry_core::routes::get;
//!
//! async fn own_name(Caller(officer): Caller<Officer>) -> HttpResponse {
//!     HttpResponse::Ok().body(officer.name_label)
//! }
//! let route = get("/own-name", Public, own_name);
//! ```

use actix_web::{HttpRequest, web};
use issuance::profile::ClientRole;
use registry_domain::id::{AgencyId, OfficerId, StationId};
use registry_domain::officer;
use registry_domain::refusal::Refusal;

use super::caller::{Anyone, AtStation, blocking};
use super::peer::Peer;
use super::problem::ApiError;
use crate::agency::{CallingAgency, load_agency};
use crate::deps::Deps;
use crate::officers::load_officer;
use crate::routes::policy::{Access, AskedUnder, Policy};
use crate::session::{PrincipalKind, principal_of};
use crate::station::CallingStation;
use crate::store::reference::{self, is_valid_at};

/// Anyone: nothing personal is behind it.
#[derive(Debug, Clone, Copy)]
pub struct Public;

/// An officer with a session.
#[derive(Debug, Clone, Copy)]
pub struct Officer;

/// An officer by the client certificate, without a session yet.
#[derive(Debug, Clone, Copy)]
pub struct CertifiedOfficer;

/// An agency by its client certificate.
#[derive(Debug, Clone, Copy)]
pub struct Agency;

/// A hospital by its client certificate.
#[derive(Debug, Clone, Copy)]
pub struct Hospital;

/// An enrolled card station with an officer signed in.
#[derive(Debug, Clone, Copy)]
pub struct StationOfficer;

/// Nobody was identified, so a handler for anyone may look at the bare request.
impl AskedUnder<Public> for HttpRequest {}
impl AskedUnder<Public> for web::Payload {}

impl Policy for Public {
    const ACCESS: Access = Access::Public;
    type Caller = Anyone;
    type Refused = ApiError;

    async fn admit(_: &web::Data<Deps>, _: &HttpRequest) -> Result<Anyone, ApiError> {
        Ok(Anyone)
    }
}

impl Policy for Officer {
    const ACCESS: Access = Access::Officer;
    type Caller = officer::Officer;
    type Refused = ApiError;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<officer::Officer, ApiError> {
        signed_in_officer(deps, request).await
    }
}

impl Policy for CertifiedOfficer {
    const ACCESS: Access = Access::CertifiedOfficer;
    type Caller = officer::Officer;
    type Refused = ApiError;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<officer::Officer, ApiError> {
        let id = OfficerId::new(peer(request, ClientRole::Officer)?.id);
        let deps = deps.clone();
        blocking(move || load_officer(&deps, id)).await
    }
}

impl Policy for Agency {
    const ACCESS: Access = Access::Agency;
    type Caller = CallingAgency;
    type Refused = ApiError;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<CallingAgency, ApiError> {
        agency(deps, peer(request, ClientRole::Agency)?).await
    }
}

impl Policy for Hospital {
    const ACCESS: Access = Access::Hospital;
    type Caller = CallingAgency;
    type Refused = ApiError;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<CallingAgency, ApiError> {
        agency(deps, peer(request, ClientRole::Hospital)?).await
    }
}

impl Policy for StationOfficer {
    const ACCESS: Access = Access::StationOfficer;
    type Caller = AtStation;
    type Refused = ApiError;

    async fn admit(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<AtStation, ApiError> {
        let station = station(deps, peer(request, ClientRole::Station)?).await?;
        Ok(AtStation { station, officer: signed_in_officer(deps, request).await? })
    }
}

/// Who shows a client certificate on this connection, if it is of this role.
fn peer(request: &HttpRequest, role: ClientRole) -> Result<Peer, Refusal> {
    let peer = request.conn_data::<Peer>().cloned().ok_or(Refusal::NoClientCertificate)?;
    if peer.role == role && !peer.is_revoked() {
        Ok(peer)
    } else {
        Err(Refusal::ClientCertificateNotAccepted)
    }
}

async fn signed_in_officer(
    deps: &web::Data<Deps>,
    request: &HttpRequest,
) -> Result<officer::Officer, ApiError> {
    let token = request
        .headers()
        .get("Authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Refusal::NotSignedIn)?
        .to_owned();
    let deps = deps.clone();
    blocking(move || {
        let principal = principal_of(&deps, &token)?;
        if principal.kind != PrincipalKind::Officer {
            return Err(Refusal::NotSignedIn.into());
        }
        load_officer(&deps, OfficerId::new(principal.id))
    })
    .await
}

async fn agency(deps: &web::Data<Deps>, peer: Peer) -> Result<CallingAgency, ApiError> {
    let id = AgencyId::new(peer.id);
    if let Some(known) = deps.partners.agency(id) {
        return Ok(known);
    }
    let deps = deps.clone();
    blocking(move || {
        let known = load_agency(&mut *deps.db()?, id, deps.now())?;
        deps.partners.remember_agency(known.clone());
        Ok(known)
    })
    .await
}

async fn station(deps: &web::Data<Deps>, peer: Peer) -> Result<CallingStation, ApiError> {
    let deps = deps.clone();
    blocking(move || {
        let row = reference::station_of(&mut *deps.db()?, peer.id)?.ok_or(Refusal::StationNotEnrolled)?;
        if !is_valid_at(row.valid_from, row.valid_to, deps.now()) {
            return Err(Refusal::StationNotEnrolled.into());
        }
        Ok(CallingStation { id: StationId::new(peer.id), office: row.office, spki_der: peer.spki_der })
    })
    .await
}
