//! Answers about one certificate at a time (RFC 6960, in the light form of RFC 5019): a request is read
//! within limits; a response is laid out, linted, signed by a delegated responder and verified before it
//! leaves.
//!
//! Not here: signed requests (their signature is ignored), the archive cutoff, other response types, service
//! locators.

mod request;
mod response;
mod verified;

use der::asn1::{Any, OctetString};
use der::{Encode as _, Sequence};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use spki::AlgorithmIdentifierOwned;
use x509_cert::serial_number::SerialNumber;

use super::Reason;
use crate::certificate::Certificate;
use crate::oid;
use crate::serial::Serial;
use chrono::{DateTime, Utc};

pub use request::{MAX_QUESTIONS, MAX_REQUEST_OCTETS, OcspRequest, REQUEST_TYPE, RequestError};
pub use response::{
    ErrorStatus, LintedResponse, OcspError, OcspResponse, PreparedResponse, RESPONSE_TYPE, Responder,
    ResponseContent,
};
pub(crate) use response::{ResponderId, ResponseData, SingleResponse, StatusField};
pub(crate) use verified::reads_back;
pub use verified::{Verified, VerifyError, verify_response};

/// `CertID` (RFC 6960 §4.1.1): the certificate to which a question refers.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct CertId {
    hash_algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial_number: SerialNumber,
}

/// The hash in a `CertID`: it identifies the issuer and is not a security property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdHash {
    /// Required by RFC 5019 §2.1.1, and sent by nearly all clients.
    Sha1,
    /// Sent by clients of RFC 9654 and newer ones.
    Sha256,
}

impl IdHash {
    fn digest(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(octets).to_vec(),
            Self::Sha256 => Sha256::digest(octets).to_vec(),
        }
    }
}

impl CertId {
    /// Identifies a certificate by its issuer and serial.
    pub fn of(issuer: &Certificate, serial: &Serial, hash: IdHash) -> der::Result<Self> {
        let (oid, parameters) = match hash {
            IdHash::Sha1 => (oid::SHA1, Some(Any::null())),
            IdHash::Sha256 => (oid::SHA256, None),
        };
        Ok(Self {
            hash_algorithm: AlgorithmIdentifierOwned { oid, parameters },
            issuer_name_hash: OctetString::new(hash.digest(&issuer.subject().to_der()?))?,
            issuer_key_hash: OctetString::new(hash.digest(&issuer.public_key().to_bits()))?,
            serial_number: serial.to_x509()?,
        })
    }

    /// The serial number that the question is about.
    pub fn serial(&self) -> Serial {
        Serial::from_x509(&self.serial_number)
    }

    /// Whether the question is about the authority with this certificate; false for an unknown hash.
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        let Some(hash) = self.hash() else { return false };
        let Ok(name) = issuer.subject().to_der() else { return false };
        self.issuer_name_hash.as_bytes() == hash.digest(&name)
            && self.issuer_key_hash.as_bytes() == hash.digest(&issuer.public_key().to_bits())
    }

    /// The hash, if it is one of the two and its parameters are absent or NULL.
    fn hash(&self) -> Option<IdHash> {
        let plain = self.hash_algorithm.parameters.as_ref().is_none_or(|value| *value == Any::null());
        match self.hash_algorithm.oid {
            oid::SHA1 if plain => Some(IdHash::Sha1),
            oid::SHA256 if plain => Some(IdHash::Sha256),
            _ => None,
        }
    }
}

/// What the authority knows about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// The authority issued it, and it is not revoked.
    Good,
    /// The certificate is revoked or suspended.
    Revoked {
        /// When it was revoked.
        revoked_at: DateTime<Utc>,
        /// The reason.
        reason: Reason,
    },
    /// The authority did not issue it: nobody may rely on such a certificate.
    Unknown,
}

#[cfg(test)]
mod tests;
