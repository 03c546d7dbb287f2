//! Why a credential or a status list was not made, or is refused by a reader.

use chrono::{DateTime, Utc};

use crate::certificate::CertificateError;
use crate::chain::ChainError;
use crate::public_key::PublicKeyError;
use crate::signer::SignError;
use crate::status_list::Status;

/// Why a credential or a status list was not made, or is refused by a reader.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// More octets than any credential or list of ours has; nothing was read.
    #[error("{0} octets are more than is read")]
    TooLarge(usize),
    /// The form is not the one that the specification asks for.
    #[error("the form: {0}")]
    Form(&'static str),
    /// A value is missing or not of its type.
    #[error("the claim `{0}` is missing or not of its type")]
    Claim(&'static str),
    /// An algorithm that no row of [`ROWS`](crate::algorithm::ROWS) lets sign credentials.
    #[error("an algorithm that signs no credentials")]
    Algorithm,
    /// The holder's photo is too large for a QR code, or not of a known format.
    #[error("the small photo is of no known format, or of more octets than a QR code takes")]
    Photo,
    /// The signer is not the one for whom it was prepared.
    #[error("this was prepared for another signer")]
    OtherSigner,
    /// The signer failed.
    #[error("signing a credential")]
    Sign(#[from] SignError),
    /// A certificate in the credential cannot be read or used.
    #[error("a certificate in a credential")]
    Certificate(#[from] CertificateError),
    /// The signature does not fit.
    #[error("the signature of a credential")]
    Signature(#[from] PublicKeyError),
    /// The reader does not know the certificate of the signer.
    #[error("the signer of the credential is not known")]
    UnknownSigner,
    /// The certificate is for another purpose, or for another issuer.
    #[error("the certificate is not that of a signer of this")]
    NotASigner,
    /// The path from the signer to the trusted root is refused.
    #[error("the certificate of the signer")]
    Chain(#[from] ChainError),
    /// Before the beginning, or after the end.
    #[error("not valid at {0}")]
    NotValid(DateTime<Utc>),
    /// A disclosure that the issuer did not sign, or that stands twice.
    #[error("a disclosure: {0}")]
    Disclosure(&'static str),
    /// The proof that the presenter has the holder's key.
    #[error("the key binding: {0}")]
    Binding(&'static str),
    /// The list is about other credentials, or has no such place.
    #[error("the status list is not the one that the credential names")]
    OtherList,
    /// Another authority vouches for the list, or the list was verified under another root.
    #[error("the status list is not of the authority that certified the signer of the credential")]
    OtherAuthority,
    /// Revoked or suspended.
    #[error("the credential is {0}")]
    Status(Status),
}

impl CredentialError {
    /// The octets do not say what was prepared.
    pub(crate) const OTHER_THAN_PREPARED: Self = Self::Form("reads back as it was prepared");
}
