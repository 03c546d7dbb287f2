//! Who calls. The route's policy decides how the caller is identified, before the handler runs.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use issuance::profile::ClientRole;
use registry_domain::id::{AgencyId, OfficerId, StationId};
use registry_domain::officer::Officer;
use registry_domain::refusal::Refusal;

use super::peer::Peer;
use super::problem::ApiError;
use super::routes::Policy;
use crate::agency::{CallingAgency, load_agency};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::officers::load_officer;
use crate::session::{PrincipalKind, principal_of};
use crate::station::CallingStation;
use crate::store::reference::{self, is_valid_at};
use crate::store::statements;

/// The identified caller of a request.
#[derive(Debug, Clone)]
pub enum Caller {
    /// The route is open to anyone.
    Anyone,
    /// An officer who is signed in.
    Officer(Box<Officer>),
    /// An agency, by its client certificate.
    Agency(CallingAgency),
    /// A hospital, by its client certificate.
    Hospital(CallingAgency),
    /// A card station, by its client certificate.
    Station(CallingStation),
    /// A card station with an officer signed in at it.
    StationOfficer(CallingStation, Box<Officer>),
}

impl Caller {
    /// The name of the caller under which idempotency keys are kept.
    pub fn key(&self) -> String {
        match self {
            Caller::Anyone => "anyone".to_owned(),
            Caller::Officer(officer) => format!("officer/{}", officer.id),
            Caller::Agency(agency) | Caller::Hospital(agency) => format!("agency/{}", agency.id),
            Caller::Station(station) => format!("station/{}", station.id),
            Caller::StationOfficer(station, officer) => {
                format!("station/{}/officer/{}", station.id, officer.id)
            }
        }
    }

    /// The officer, if the route's policy asked for one.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub fn officer(&self) -> Result<&Officer, Refusal> {
        match self {
            Caller::Officer(officer) | Caller::StationOfficer(_, officer) => Ok(officer),
            Caller::Anyone | Caller::Agency(_) | Caller::Hospital(_) | Caller::Station(_) => {
                Err(Refusal::NotSignedIn)
            }
        }
    }

    /// The agency or hospital, if the route's policy asked for one.
    ///
    /// # Errors
    /// [`Refusal::NoClientCertificate`].
    pub fn agency(&self) -> Result<&CallingAgency, Refusal> {
        match self {
            Caller::Agency(agency) | Caller::Hospital(agency) => Ok(agency),
            Caller::Anyone | Caller::Officer(_) | Caller::Station(_) | Caller::StationOfficer(..) => {
                Err(Refusal::NoClientCertificate)
            }
        }
    }

    /// The station, if the route's policy asked for one.
    ///
    /// # Errors
    /// [`Refusal::NoClientCertificate`].
    pub fn station(&self) -> Result<&CallingStation, Refusal> {
        match self {
            Caller::Station(station) | Caller::StationOfficer(station, _) => Ok(station),
            Caller::Anyone | Caller::Officer(_) | Caller::Agency(_) | Caller::Hospital(_) => {
                Err(Refusal::NoClientCertificate)
            }
        }
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Caller, ApiError>>;

    /// Only a route with a policy has a caller; on any other route this refuses.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Caller>().cloned().ok_or_else(|| Refusal::NotSignedIn.into()))
    }
}

/// Identifies the caller in the way that the policy demands.
pub(super) async fn identify(
    policy: Policy,
    deps: &web::Data<Deps>,
    request: &HttpRequest,
) -> Result<Caller, ApiError> {
    let peer = request.conn_data::<Peer>().cloned();
    match policy {
        Policy::Public => Ok(Caller::Anyone),
        Policy::Officer => Ok(Caller::Officer(Box::new(signed_in_officer(deps, request).await?))),
        Policy::CertifiedOfficer => {
            let id = OfficerId::new(require(peer, ClientRole::Officer)?.id);
            let deps = deps.clone();
            Ok(Caller::Officer(Box::new(blocking(move || load_officer(&deps, id)).await?)))
        }
        Policy::Agency => Ok(Caller::Agency(agency(deps, require(peer, ClientRole::Agency)?).await?)),
        Policy::Hospital => Ok(Caller::Hospital(agency(deps, require(peer, ClientRole::Hospital)?).await?)),
        Policy::Station => Ok(Caller::Station(station(deps, require(peer, ClientRole::Station)?).await?)),
        Policy::StationOfficer => {
            let station = station(deps, require(peer, ClientRole::Station)?).await?;
            Ok(Caller::StationOfficer(station, Box::new(signed_in_officer(deps, request).await?)))
        }
    }
}

fn require(peer: Option<Peer>, role: ClientRole) -> Result<Peer, Refusal> {
    let peer = peer.ok_or(Refusal::NoClientCertificate)?;
    if peer.role == role && !peer.is_revoked() {
        Ok(peer)
    } else {
        Err(Refusal::ClientCertificateNotAccepted)
    }
}

async fn signed_in_officer(deps: &web::Data<Deps>, request: &HttpRequest) -> Result<Officer, ApiError> {
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
