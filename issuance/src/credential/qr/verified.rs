//! The reader's half, which also works without network: it verifies who signed and whether the credential is
//! still valid, and only then says who the holder is.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use coset::cbor::Value as Cbor;

use super::super::cose::{SignedCwt, entry, integer};
use super::super::path::{Certifier, key_id};
use super::super::window::Window;
use super::super::{CredentialError, CredentialTrust, SignerPath, StatusReference};
use super::fields::{BIRTH, EXPIRES, FORMAT, GENDER, ID, IDENTITY, ISSUED, ISSUER, NAMES, PHOTO, STATUS};
use super::{SmallPhoto, envelope};
use crate::certificate::Certificate;
use crate::holder::Sex;
use crate::oid;
use crate::status_list::VerifiedStatusList;

/// `nbf` (RFC 8392 §3.1.5); our credentials have none.
const NOT_BEFORE: i64 = 5;

/// A credential that its issuer signed and that has not expired; whether it was revoked is not known yet.
pub struct SignedIdentity {
    identity: Identity,
    status: StatusReference,
    certifier: Certifier,
}

/// What the credential says about the holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The issuer that vouches for it.
    pub issuer: String,
    /// The number of the card.
    pub document_number: String,
    /// The full name as registered, in Cyrillic.
    pub full_name: String,
    /// The first name in Latin.
    pub given_name_latin: String,
    /// The last name in Latin.
    pub parent_name_latin: String,
    /// Date of birth.
    pub born_on: NaiveDate,
    /// Sex.
    pub sex: Sex,
    /// The photo, when the credential has one.
    pub photo: Option<SmallPhoto>,
    /// The credential expires at this instant.
    pub expires_at: DateTime<Utc>,
}

/// Verifies the characters of a code. `signers` are the certificates that the reader knows; the code names
/// one of them by its first few hash octets.
///
/// # Errors
/// The first fault found.
pub fn verify(
    text: &str,
    signers: &[SignerPath],
    trust: &CredentialTrust,
    at: DateTime<Utc>,
) -> Result<SignedIdentity, CredentialError> {
    let cwt = SignedCwt::read(&envelope::read(text)?)?;
    let named = |path: &&[Certificate]| path.first().is_some_and(|one| key_id(one) == cwt.header.key_id);
    let path =
        signers.iter().map(SignerPath::certificates).find(named).ok_or(CredentialError::UnknownSigner)?;
    let signer = trust.signer(path, oid::EXAMPLE_CREDENTIAL_SIGNING, at)?;
    cwt.verify(signer.public_key())?;
    let issuer = cwt.claim(ISSUER).and_then(Cbor::as_text).ok_or(CredentialError::Claim("iss"))?;
    if !signer.uris().iter().any(|uri| uri == issuer) {
        return Err(CredentialError::NotASigner);
    }
    let window = Window {
        issued: cwt.seconds(ISSUED, "iat")?,
        not_before: cwt.optional_seconds(NOT_BEFORE, "nbf")?,
        expires: cwt.seconds(EXPIRES, "exp")?,
    };
    window.require(at)?;
    let status = StatusReference::from_cbor(cwt.claim(STATUS))?;
    let expires_at = DateTime::from_timestamp(window.expires, 0).ok_or(CredentialError::Claim("exp"))?;
    let identity = read(cwt.claim(IDENTITY).ok_or(CredentialError::Claim("169"))?, issuer, expires_at)?;
    Ok(SignedIdentity { identity, status, certifier: trust.certifier(signer) })
}

fn read(map: &Cbor, issuer: &str, expires_at: DateTime<Utc>) -> Result<Identity, CredentialError> {
    let wrong = || CredentialError::Claim("169");
    let text = |number: i64| entry(map, &Cbor::from(number)).and_then(Cbor::as_text).ok_or_else(wrong);
    let [full, first, last] = NAMES;
    let sex = match integer(entry(map, &Cbor::from(GENDER))) {
        Some(1) => Sex::Male,
        Some(2) => Sex::Female,
        Some(3) => Sex::Unspecified,
        Some(_) | None => return Err(wrong()),
    };
    let photo = match entry(map, &Cbor::from(PHOTO)) {
        None => None,
        Some(photo) => {
            let photo = SmallPhoto::parse(photo.as_bytes().ok_or_else(wrong)?)?;
            let said = integer(entry(map, &Cbor::from(FORMAT)));
            if said != Some(photo.format().number()) {
                return Err(CredentialError::Photo);
            }
            Some(photo)
        }
    };
    Ok(Identity {
        issuer: issuer.to_owned(),
        document_number: text(ID)?.to_owned(),
        full_name: text(full)?.to_owned(),
        given_name_latin: text(first)?.to_owned(),
        parent_name_latin: text(last)?.to_owned(),
        born_on: NaiveDate::parse_from_str(text(BIRTH)?, "%Y%m%d").map_err(|_| wrong())?,
        sex,
        photo,
        expires_at,
    })
}

impl SignedIdentity {
    /// The status list that the reader must have.
    pub fn status(&self) -> &StatusReference {
        &self.status
    }

    /// Gives the identity out when a fresh list says that the credential is valid.
    ///
    /// # Errors
    /// A list that has expired or is another one, or that another authority vouches for or was verified under
    /// another root; a place outside the list; a credential that is revoked or suspended.
    pub fn release(self, list: &VerifiedStatusList, at: DateTime<Utc>) -> Result<Identity, CredentialError> {
        list.require_valid(&self.status, &self.certifier, at)?;
        Ok(self.identity)
    }
}

impl fmt::Debug for SignedIdentity {
    /// Shows nothing about the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIdentity").field("issuer", &self.identity.issuer).finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    /// Shows nothing about the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
