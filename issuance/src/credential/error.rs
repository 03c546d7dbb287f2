//! Why a credential or a status list was not made or not accepted.

use chrono::{DateTime, Utc};

use crate::certificate::CertificateError;
use crate::chain::ChainError;
use crate::public_key::PublicKeyError;
use crate::signer::SignError;
use crate::status_list::Status;

/// Why a credential or a status list was not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// It has more octets than any of ours, so it is not read.
    #[error("{0} octets are too many to be read")]
    TooLarge(usize),
    /// It does not have the form that the specification requires.
    #[error("the form: {0}")]
    Form(&'static str),
    /// A required value is missing, or a value is not of its type.
    #[error("the claim `{0}` is missing or not of its type")]
    Claim(&'static str),
    /// The algorithm has no row in [`ROWS`](crate::algorithm::ROWS) that lets it sign credentials.
    #[error("an algorithm that signs no credentials")]
    Algorithm,
    /// The holder's photo is too large for a QR code, or not of a known format.
    #[error("the small photo has an unknown format, or is too large for a QR code")]
    Photo,
    /// The signer is not the one for whom it was prepared.
    #[error("this was prepared for another signer")]
    OtherSigner,
    /// The signer failed.
    #[error("signing a credential")]
    Sign(#[from] SignError),
    /// A certificate inside is not good.
    #[error("a certificate in a credential")]
    Certificate(#[from] CertificateError),
    /// The signature does not fit.
    #[error("the signature of a credential")]
    Signature(#[from] PublicKeyError),
    /// The signer's certificate is not among the known ones.
    #[error("the signer of the credential is not known")]
    UnknownSigner,
    /// The certificate is not for this purpose, or belongs to another issuer.
    #[error("the certificate is not for signing this")]
    NotASigner,
    /// The path from the signer to the trusted root is not good.
    #[error("the certificate of the signer")]
    Chain(#[from] ChainError),
    /// It is not valid yet, or no longer.
    #[error("not valid at {0}")]
    NotValid(DateTime<Utc>),
    /// The issuer did not sign a disclosure, or it occurs twice.
    #[error("a disclosure: {0}")]
    Disclosure(&'static str),
    /// The proof that the presenter has the holder's key is not good.
    #[error("the key binding: {0}")]
    Binding(&'static str),
    /// The list is about other credentials, or has no such place.
    #[error("the status list is not the one that the credential names")]
    OtherList,
    /// The list comes from another authority, or was verified under another root.
    #[error("the status list is not of the authority that certified the signer of the credential")]
    OtherAuthority,
    /// It is revoked or suspended.
    #[error("the credential is {0}")]
    Status(Status),
}

impl CredentialError {
    /// What is about to be signed, or was signed, differs from what was prepared.
    pub(crate) const OTHER_THAN_PREPARED: Self = Self::Form("reads back as it was prepared");
}
