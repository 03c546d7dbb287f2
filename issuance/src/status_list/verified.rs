//! What a reader checks in a token (draft-ietf-oauth-status-list-21 §8.3): who signed it, which list it is,
//! and whether it is fresh.

use chrono::{DateTime, Duration, Utc};

use super::token::{Fields, Form};
use super::{Bits, Status, Statuses};
use crate::credential::path::Certifier;
use crate::credential::window::Window;
use crate::credential::{CredentialError, CredentialTrust, StatusReference};
use crate::oid;

/// A list that its issuer signed and that was fresh when it was read.
#[derive(Clone, Debug)]
pub struct VerifiedStatusList {
    uri: String,
    certifier: Certifier,
    statuses: Statuses,
    expires_at: DateTime<Utc>,
    time_to_live: Option<Duration>,
}

/// Verifies a token that was fetched from `uri`. A token without an expiry is refused, because nobody could
/// tell that it is old.
///
/// # Errors
/// The first fault found. After an error the reader knows nothing about the credentials and must refuse them.
pub fn verify_jwt(
    token: &str,
    uri: &str,
    trust: &CredentialTrust,
    at: DateTime<Utc>,
) -> Result<VerifiedStatusList, CredentialError> {
    verify(Form::Jwt, token.as_bytes(), uri, trust, at)
}

/// Like [`verify_jwt`], for the other form.
///
/// # Errors
/// The first fault found.
pub fn verify_cwt(
    token: &[u8],
    uri: &str,
    trust: &CredentialTrust,
    at: DateTime<Utc>,
) -> Result<VerifiedStatusList, CredentialError> {
    verify(Form::Cwt, token, uri, trust, at)
}

fn verify(
    form: Form,
    token: &[u8],
    uri: &str,
    trust: &CredentialTrust,
    at: DateTime<Utc>,
) -> Result<VerifiedStatusList, CredentialError> {
    let (fields, signed) = Fields::read(form, token)?;
    if fields.kind != form.token_type() {
        return Err(CredentialError::Form("the token is of another type"));
    }
    let signer = trust.signer(&fields.path, oid::EXAMPLE_STATUS_LIST_SIGNING, at)?;
    signed.verify(signer.public_key())?;
    if fields.subject != uri {
        return Err(CredentialError::OtherList);
    }
    let expires = fields.expires.ok_or(CredentialError::Claim("exp"))?;
    let expires_at = DateTime::from_timestamp(expires, 0).ok_or(CredentialError::Claim("exp"))?;
    Window { issued: fields.issued, not_before: fields.not_before, expires }.require(at)?;
    let time_to_live = match fields.time_to_live {
        None => None,
        Some(seconds @ 1..) => Some(Duration::try_seconds(seconds).ok_or(CredentialError::Claim("ttl"))?),
        Some(_) => return Err(CredentialError::Claim("ttl")),
    };
    // Inflated only now, after a trusted signer has signed it; and still only within limits.
    let bits = Bits::from_count(fields.bits).ok_or(CredentialError::Claim("bits"))?;
    let statuses = Statuses::decompress(bits, &fields.lst)?;
    let certifier = trust.certifier(signer);
    Ok(VerifiedStatusList { uri: fields.subject, certifier, statuses, expires_at, time_to_live })
}

impl VerifiedStatusList {
    /// The status of a credential at an instant. A list that was kept too long says nothing.
    ///
    /// # Errors
    /// The list has expired; or the credential names another list, or a place outside it.
    pub fn status(&self, reference: &StatusReference, at: DateTime<Utc>) -> Result<Status, CredentialError> {
        if self.expires_at <= at {
            return Err(CredentialError::NotValid(at));
        }
        if reference.uri != self.uri {
            return Err(CredentialError::OtherList);
        }
        self.statuses.status(reference.index).map_err(|_| CredentialError::OtherList)
    }

    /// Refuses a credential that is not valid, and one whose signer another authority certified: a signer of
    /// lists under one authority says nothing about the credentials of another, whatever the address of its
    /// lists is.
    pub(crate) fn require_valid(
        &self,
        reference: &StatusReference,
        certifier: &Certifier,
        at: DateTime<Utc>,
    ) -> Result<(), CredentialError> {
        if &self.certifier != certifier {
            return Err(CredentialError::OtherAuthority);
        }
        match self.status(reference, at)? {
            Status::Valid => Ok(()),
            status @ (Status::Invalid | Status::Suspended | Status::ApplicationSpecific) => {
                Err(CredentialError::Status(status))
            }
        }
    }

    /// When a reader that fetched the token at this instant must fetch a newer one. From then on it verifies
    /// and uses the newer one only.
    pub fn fetch_again_at(&self, fetched_at: DateTime<Utc>) -> DateTime<Utc> {
        let kept = self.time_to_live.and_then(|kept| fetched_at.checked_add_signed(kept));
        kept.map_or(self.expires_at, |kept| kept.min(self.expires_at))
    }
}
