//! What a reader checks in a response (RFC 6960 §3.2): who signed it, for whom, whether it is fresh, and
//! whether it answers this request.

use chrono::{DateTime, Utc};
use der::{Decode as _, Encode as _};

use super::request::OcspRequest;
use super::response::{BasicResponse, ResponderId, ResponseData, SingleResponse, StatusField};
use super::{CertStatus, request};
use crate::certificate::{Certificate, CertificateError};
use crate::chain::is_issuer_of;
use crate::oid;
use crate::public_key::{PublicKey, PublicKeyError};
use crate::revocation::Reason;
use crate::validity::from_generalized;

/// Why a response is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The response is not DER.
    #[error("this is no OCSP response")]
    Der(#[from] der::Error),
    /// The responder answered without a signature.
    #[error("the responder answered with the error status {0}")]
    Status(u8),
    /// The response is not basic, or does not have one answer for each question.
    #[error("the response is not of the form that was asked for")]
    Form,
    /// A certificate in it is not good.
    #[error("the responder's certificate")]
    Certificate(#[from] CertificateError),
    /// The signer is neither the authority itself nor a responder that it certified.
    #[error("the signer of the response is not a responder of the authority")]
    NotAResponder,
    /// The signature does not verify.
    #[error("the signature of the response")]
    Signature(#[from] PublicKeyError),
    /// The nonce is not the one that was sent.
    #[error("the response repeats another nonce, or none")]
    Nonce,
    /// The response is not made yet, or too old.
    #[error("the response is not fresh")]
    Stale,
}

/// The answers of an accepted response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// One answer for each question, in the order of the questions.
    pub answers: Vec<CertStatus>,
    /// When the next response will be available.
    pub next_update: DateTime<Utc>,
}

/// Verifies a response to a request: it must be signed by the authority or by a responder that it certified,
/// be fresh, answer the questions, and repeat the nonce that was sent.
///
/// # Errors
/// The first fault found. After an error the reader knows nothing about the certificate and must refuse it.
pub fn verify_response(
    der: &[u8],
    request: &OcspRequest,
    issuer: &Certificate,
    at: DateTime<Utc>,
) -> Result<Verified, VerifyError> {
    let basic = BasicResponse::from_response(der)?;
    let data: ResponseData = basic.data.decode_as()?;
    let signer = signer_of(&basic, &data, issuer, at)?;
    verify_signature(&basic, signer.public_key())?;
    require_nonce(&data, request)?;
    let asked = request.questions().iter();
    if data.responses.len() != asked.len() || !asked.zip(&data.responses).all(|(id, one)| *id == one.id) {
        return Err(VerifyError::Form);
    }
    let mut next_update = DateTime::<Utc>::MAX_UTC;
    for one in &data.responses {
        next_update = next_update.min(require_fresh(one, at)?);
    }
    let answers = data.responses.iter().map(|one| status(&one.status)).collect();
    Ok(Verified { answers, next_update })
}

/// The certificate of the responder: the issuer itself, or a certificate inside that the issuer certified for
/// OCSP.
fn signer_of(
    basic: &BasicResponse,
    data: &ResponseData,
    issuer: &Certificate,
    at: DateTime<Utc>,
) -> Result<Certificate, VerifyError> {
    if is_named(&data.responder, issuer) {
        return Ok(issuer.clone());
    }
    for certificate in basic.certificates.iter().flatten() {
        let certificate = Certificate::from_der(&certificate.to_der()?)?;
        let delegated = is_named(&data.responder, &certificate)
            && is_issuer_of(issuer, &certificate)
            && certificate.verify_signature(issuer.public_key()).is_ok()
            && certificate.is_for(oid::OCSP_SIGNING)
            && certificate.is_valid_at(at);
        if delegated {
            return Ok(certificate);
        }
    }
    Err(VerifyError::NotAResponder)
}

fn is_named(responder: &ResponderId, certificate: &Certificate) -> bool {
    match responder {
        ResponderId::ByName(name) => name == certificate.subject(),
        ResponderId::ByKey(hash) => hash.as_bytes() == certificate.public_key().key_identifier(),
    }
}

/// Verifies the signature over the data as they were received.
pub(super) fn verify_signature(basic: &BasicResponse, key: &PublicKey) -> Result<(), VerifyError> {
    if basic.algorithm != key.algorithm().identifier() {
        return Err(PublicKeyError::Signature.into());
    }
    let signature = basic.signature.as_bytes().ok_or(PublicKeyError::Signature)?;
    Ok(key.verify(&basic.data.to_der()?, signature)?)
}

/// Whether a basic response in DER has the content of `data`.
pub(crate) fn reads_back(der: &[u8], data: &ResponseData) -> bool {
    BasicResponse::from_der(der)
        .is_ok_and(|basic| basic.data.decode_as().is_ok_and(|read: ResponseData| &read == data))
}

fn require_nonce(data: &ResponseData, request: &OcspRequest) -> Result<(), VerifyError> {
    let Some(sent) = request.nonce() else { return Ok(()) };
    let expected = request::nonce_extension(sent)?;
    let repeated = data.extensions.iter().flatten().find(|one| one.extn_id == oid::OCSP_NONCE);
    match repeated {
        Some(one) if one.extn_value == expected.extn_value => Ok(()),
        Some(_) | None => Err(VerifyError::Nonce),
    }
}

fn require_fresh(one: &SingleResponse, at: DateTime<Utc>) -> Result<DateTime<Utc>, VerifyError> {
    let next_update = one.next_update.as_ref().map(from_generalized).ok_or(VerifyError::Stale)?;
    let fresh = from_generalized(&one.this_update) <= at && at <= next_update;
    if fresh { Ok(next_update) } else { Err(VerifyError::Stale) }
}

/// An unknown reason counts as unspecified: it must not let the certificate pass.
fn status(field: &StatusField) -> CertStatus {
    match field {
        StatusField::Good(_) => CertStatus::Good,
        StatusField::Unknown(_) => CertStatus::Unknown,
        StatusField::Revoked(info) => CertStatus::Revoked {
            revoked_at: from_generalized(&info.revoked_at),
            reason: info
                .reason
                .as_ref()
                .and_then(|reason| reason.value().last().copied())
                .and_then(Reason::from_code)
                .unwrap_or(Reason::Unspecified),
        },
    }
}
