//! `OCSPResponse` (RFC 6960 §4.2): content → prepared → linted → signed and verified, in no other order.

use chrono::{DateTime, Utc};
use der::asn1::{Any, BitString, GeneralizedTime, Null, OctetString};
use der::{Choice, Decode as _, Encode as _, Enumerated, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extension;
use x509_cert::name::Name;

use super::request::{OcspRequest, nonce_extension};
use super::verified::{VerifyError, verify_signature};
use super::{CertId, CertStatus};
use crate::authority::CertificationAuthority;
use crate::certificate::{Certificate, CertificateError};
use crate::lint::{Finding, ocsp};
use crate::oid;
use crate::serial::Serial;
use crate::signer::SignError;
use crate::validity::to_generalized;

/// Content-Type of a response (RFC 6960 appendix A.2).
pub const RESPONSE_TYPE: &str = "application/ocsp-response";

/// Answers that are not signed (RFC 6960 §4.2.1, RFC 5019 §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum ErrorStatus {
    /// The request cannot be read.
    MalformedRequest = 1,
    /// The responder has a fault.
    InternalError = 2,
    /// The client should ask again later.
    TryLater = 3,
    /// The responder does not answer for this authority.
    Unauthorized = 6,
}

impl ErrorStatus {
    /// The whole response in DER.
    pub fn to_der(self) -> Vec<u8> {
        vec![0x30, 0x03, 0x0a, 0x01, self as u8]
    }
}

/// Why there is no signed answer.
#[derive(Debug, thiserror::Error)]
pub enum OcspError {
    /// No question is about a certificate of this authority; the client receives
    /// [`ErrorStatus::Unauthorized`].
    #[error("the request asks about certificates of another authority")]
    OtherAuthority,
    /// A value does not fit its type.
    #[error("the response cannot be encoded")]
    Encode(#[from] der::Error),
    /// The signer is not the responder for whom the response was prepared.
    #[error("the response was prepared for another responder")]
    OtherResponder,
    /// The authority did not sign the responder's certificate.
    #[error("the certificate of the responder")]
    Responder(#[from] CertificateError),
    /// The signer failed.
    #[error("signing a response")]
    Sign(#[from] SignError),
    /// The new response does not verify. Nothing was released.
    #[error("verifying a new response before its release")]
    Verify(#[from] VerifyError),
}

/// The certificates of a delegated responder and of the authority that signed it. The signature is verified
/// once, not before every answer.
#[derive(Clone, Debug)]
pub struct Responder {
    certificate: Certificate,
    issuer: Certificate,
}

impl Responder {
    /// Verifies that the authority signed the responder's certificate. Lint checks for every response whether
    /// the responder may answer.
    ///
    /// # Errors
    /// [`OcspError::Responder`].
    pub fn new(certificate: Certificate, issuer: Certificate) -> Result<Self, OcspError> {
        certificate.verify_signature(issuer.public_key())?;
        Ok(Self { certificate, issuer })
    }
}

/// The content of a response, before it is laid out.
#[derive(Clone, Debug)]
pub struct ResponseContent {
    /// One answer for each question, in the order of the questions.
    pub answers: Vec<CertStatus>,
    /// The instant at which the answers were known to be right.
    pub this_update: DateTime<Utc>,
    /// When newer answers will be available; readers do not accept this response afterwards.
    pub next_update: DateTime<Utc>,
    /// The instant at which the response is made.
    pub produced_at: DateTime<Utc>,
}

impl ResponseContent {
    /// Calls `status` for every certificate of the authority; certificates of other authorities are unknown.
    ///
    /// # Errors
    /// [`OcspError::OtherAuthority`] if no question is about the authority.
    pub fn answer(
        request: &OcspRequest,
        issuer: &Certificate,
        status: impl Fn(&Serial) -> CertStatus,
        (this_update, next_update): (DateTime<Utc>, DateTime<Utc>),
        produced_at: DateTime<Utc>,
    ) -> Result<Self, OcspError> {
        if !request.questions().iter().any(|id| id.is_of(issuer)) {
            return Err(OcspError::OtherAuthority);
        }
        let answer = |id: &CertId| if id.is_of(issuer) { status(&id.serial()) } else { CertStatus::Unknown };
        let answers = request.questions().iter().map(answer).collect();
        Ok(Self { answers, this_update, next_update, produced_at })
    }

    /// First step: lays out the octets that the responder will sign, for the issuer that certified it.
    pub fn prepare(
        &self,
        request: &OcspRequest,
        responder: &Responder,
    ) -> Result<PreparedResponse, OcspError> {
        let Responder { certificate: responder, issuer } = responder;
        let single = |(id, status): (&CertId, &CertStatus)| {
            Ok(SingleResponse {
                id: id.clone(),
                status: StatusField::of(status)?,
                this_update: to_generalized(self.this_update)?,
                next_update: Some(to_generalized(self.next_update)?),
                extensions: None,
            })
        };
        let responses = request.questions().iter().zip(&self.answers).map(single);
        let data = ResponseData {
            version: version_1(),
            responder: ResponderId::ByKey(OctetString::new(responder.public_key().key_identifier())?),
            produced_at: to_generalized(self.produced_at)?,
            responses: responses.collect::<der::Result<Vec<_>>>()?,
            extensions: request.nonce().map(nonce_extension).transpose()?.map(|one| vec![one]),
        };
        PreparedResponse::new(data, request.clone(), responder.clone(), issuer.clone())
    }
}

fn version_1() -> u8 {
    0
}

/// `ResponseData` (RFC 6960 §4.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct ResponseData {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "version_1")]
    pub(crate) version: u8,
    pub(crate) responder: ResponderId,
    pub(crate) produced_at: GeneralizedTime,
    pub(crate) responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Vec<Extension>>,
}

/// `ResponderID`: we write the second form and read both.
#[derive(Clone, Debug, PartialEq, Eq, Choice)]
pub(crate) enum ResponderId {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    ByName(Name),
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    ByKey(OctetString),
}

/// `SingleResponse`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SingleResponse {
    pub(crate) id: CertId,
    pub(crate) status: StatusField,
    pub(crate) this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Vec<Extension>>,
}

/// `CertStatus` in its encoded form.
#[derive(Clone, Debug, PartialEq, Eq, Choice)]
pub(crate) enum StatusField {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

/// `RevokedInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct RevokedInfo {
    pub(crate) revoked_at: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) reason: Option<Any>,
}

impl StatusField {
    fn of(status: &CertStatus) -> der::Result<Self> {
        Ok(match status {
            CertStatus::Good => Self::Good(Null),
            CertStatus::Unknown => Self::Unknown(Null),
            CertStatus::Revoked { revoked_at, reason } => Self::Revoked(RevokedInfo {
                revoked_at: to_generalized(*revoked_at)?,
                reason: reason.code().map(|code| Any::new(der::Tag::Enumerated, vec![code])).transpose()?,
            }),
        })
    }
}

/// A response before signing: the exact octets that will be signed, not yet checked.
#[derive(Clone, Debug)]
pub struct PreparedResponse {
    pub(crate) data: ResponseData,
    pub(crate) request: OcspRequest,
    pub(crate) responder: Certificate,
    pub(crate) issuer: Certificate,
    pub(crate) data_der: Vec<u8>,
}

/// A response before signing that meets every rule.
#[derive(Clone, Debug)]
pub struct LintedResponse(PreparedResponse);

impl PreparedResponse {
    pub(crate) fn new(
        data: ResponseData,
        request: OcspRequest,
        responder: Certificate,
        issuer: Certificate,
    ) -> Result<Self, OcspError> {
        let data_der = data.to_der()?;
        Ok(Self { data, request, responder, issuer, data_der })
    }

    /// The octets that will be signed; the caller records them as the intent.
    pub fn tbs_der(&self) -> &[u8] {
        &self.data_der
    }

    /// Second step: checks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedResponse, Vec<Finding>> {
        let findings = ocsp::findings(&self);
        if findings.is_empty() { Ok(LintedResponse(self)) } else { Err(findings) }
    }
}

impl LintedResponse {
    /// The octets that will be signed.
    pub fn tbs_der(&self) -> &[u8] {
        &self.0.data_der
    }

    /// Last step: signs, verifies with the responder's certificate, and only then returns the response.
    pub fn sign(self, responder: &CertificationAuthority) -> Result<OcspResponse, OcspError> {
        let prepared = self.0;
        if responder.certificate() != &prepared.responder {
            return Err(OcspError::OtherResponder);
        }
        let signature = responder.signer().sign(&prepared.data_der)?;
        let algorithm = responder.signer().algorithm().identifier();
        let basic = BasicResponse {
            data: Any::from_der(&prepared.data_der)?,
            algorithm,
            signature: BitString::from_bytes(&signature)?,
            certificates: Some(vec![prepared.responder.parsed().clone()]),
        };
        let response = OcspResponse { der: basic.to_response()?, next_update: None };
        let read = BasicResponse::from_response(&response.der)?;
        verify_signature(&read, prepared.responder.public_key())?;
        let next_update = prepared.data.responses.iter().filter_map(|one| one.next_update.as_ref());
        let next_update = next_update.map(crate::validity::from_generalized).min();
        Ok(OcspResponse { next_update, ..response })
    }
}

/// A signed response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspResponse {
    der: Vec<u8>,
    next_update: Option<DateTime<Utc>>,
}

impl OcspResponse {
    /// The exact octets.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// For how many seconds a cache may use it (RFC 5019 §6.2); zero if it is stale.
    pub fn max_age(&self, at: DateTime<Utc>) -> u64 {
        let left = self.next_update.map_or(0, |next_update| (next_update - at).num_seconds());
        u64::try_from(left).unwrap_or(0)
    }
}

/// `BasicOCSPResponse`. The data are kept as the octets that came, because these were signed.
#[derive(Clone, Debug, Sequence)]
pub(super) struct BasicResponse {
    pub(super) data: Any,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) certificates: Option<Vec<x509_cert::Certificate>>,
}

#[derive(Sequence)]
struct Outer {
    status: Any,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<ResponseBytes>,
}

#[derive(Sequence)]
struct ResponseBytes {
    kind: der::asn1::ObjectIdentifier,
    octets: OctetString,
}

impl BasicResponse {
    fn to_response(&self) -> der::Result<Vec<u8>> {
        let bytes = ResponseBytes { kind: oid::OCSP_BASIC, octets: OctetString::new(self.to_der()?)? };
        let status = Any::new(der::Tag::Enumerated, vec![0])?;
        Outer { status, bytes: Some(bytes) }.to_der()
    }

    pub(super) fn from_response(der: &[u8]) -> Result<Self, VerifyError> {
        let outer = Outer::from_der(der)?;
        match outer.status.value() {
            [0] => {}
            [status] => return Err(VerifyError::Status(*status)),
            _ => return Err(VerifyError::Form),
        }
        let bytes = outer.bytes.ok_or(VerifyError::Form)?;
        if bytes.kind != oid::OCSP_BASIC {
            return Err(VerifyError::Form);
        }
        Ok(Self::from_der(bytes.octets.as_bytes())?)
    }
}
