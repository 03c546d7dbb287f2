//! The proof that the presenter of a credential has the holder's key (RFC 9901 §4.3, §7.3).

use chrono::{DateTime, Duration, Utc};

use super::super::CredentialError;
use super::super::jws::Jws;
use super::super::window::SKEW_SECONDS;
use super::disclosure::digest;
use crate::public_key::PublicKey;

/// `typ` of a key binding JWT.
pub(crate) const BINDING_TYPE: &str = "kb+jwt";

/// What a verifier requires of the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingDemand {
    /// The verifier's name, as it told the holder; not empty.
    pub audience: String,
    /// The nonce that the verifier drew for this presentation; not empty.
    pub nonce: String,
    /// The greatest age of the proof.
    pub max_age: Duration,
}

impl BindingDemand {
    /// Refuses a demand that proves nothing: an empty audience fits every verifier, and any earlier proof
    /// answers an empty nonce.
    ///
    /// # Errors
    /// The audience or the nonce is empty.
    pub(crate) fn require_whole(&self) -> Result<(), CredentialError> {
        if self.audience.is_empty() || self.nonce.is_empty() {
            return Err(CredentialError::Binding("it must be demanded with an audience and a nonce"));
        }
        Ok(())
    }
}

/// Verifies the proof over the presentation before it, including the last tilde.
pub(crate) fn verify(
    proof: &str,
    presentation: &str,
    holder: &PublicKey,
    demand: &BindingDemand,
    at: DateTime<Utc>,
) -> Result<(), CredentialError> {
    let jws = Jws::read(proof)?;
    jws.require_type(BINDING_TYPE)?;
    jws.verify(holder)?;
    if jws.text("aud")? != demand.audience {
        return Err(CredentialError::Binding("it is for another verifier"));
    }
    if jws.text("nonce")? != demand.nonce {
        return Err(CredentialError::Binding("it answers another nonce"));
    }
    if jws.text("sd_hash")? != digest(presentation) {
        return Err(CredentialError::Binding("it is over another presentation"));
    }
    let age = at.timestamp().checked_sub(jws.seconds("iat")?);
    match age {
        Some(age) if -SKEW_SECONDS <= age && age <= demand.max_age.num_seconds() => Ok(()),
        Some(_) | None => Err(CredentialError::Binding("it is too old, or from the future")),
    }
}
