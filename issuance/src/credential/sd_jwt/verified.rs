//! The reader's half: it verifies who signed, for whom, and whether the credential is still valid, and only
//! then says what is in it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::jws::Object;
use super::super::path::Certifier;
use super::super::{CredentialError, CredentialTrust, StatusReference, jwk, path};
use super::binding::BindingDemand;
use super::presentation::Presentation;
use super::{TOKEN_TYPE, TYPE};
use crate::oid;
use crate::public_key::PublicKey;
use crate::status_list::VerifiedStatusList;

/// A credential that its issuer signed and that has not expired; whether it was revoked is not known yet.
pub struct SignedPid {
    claims: Object,
    issuer: String,
    status: StatusReference,
    certifier: Certifier,
    holder_key: PublicKey,
}

/// For a verifier: a presentation with the proof that whoever presents it has the holder's key. Without the
/// proof, anyone who has copied the credential could present it.
///
/// Verifies the issuer's signature by the certificates inside, up to the trusted root, each unrevoked; then
/// type, issuer and time, the proof, and every disclosure.
///
/// # Errors
/// The first fault found; a demand without audience or nonce, because any proof would answer it again.
pub fn verify_presentation(
    text: &str,
    trust: &CredentialTrust,
    demand: &BindingDemand,
    at: DateTime<Utc>,
) -> Result<SignedPid, CredentialError> {
    demand.require_whole()?;
    let presentation = Presentation::read(text)?;
    verify(&presentation, trust, at, |key| presentation.require_binding(key, demand, at))
}

/// For the issuer and the holder: verifies the same as [`verify_presentation`], for a credential as it lies
/// in the wallet, without a proof. A verifier must not use it: it accepts the credential from anyone who has
/// copied it.
///
/// # Errors
/// The first fault found; a proof, because nobody demanded one and nobody would look at it.
pub fn verify_held(
    text: &str,
    trust: &CredentialTrust,
    at: DateTime<Utc>,
) -> Result<SignedPid, CredentialError> {
    let presentation = Presentation::read(text)?;
    verify(&presentation, trust, at, |_| presentation.require_no_binding())
}

fn verify(
    presentation: &Presentation<'_>,
    trust: &CredentialTrust,
    at: DateTime<Utc>,
    require_binding: impl FnOnce(&PublicKey) -> Result<(), CredentialError>,
) -> Result<SignedPid, CredentialError> {
    let jws = &presentation.jws;
    jws.require_type(TOKEN_TYPE)?;
    let path = path::from_x5c(jws.header.get("x5c"))?;
    let signer = trust.signer(&path, oid::EXAMPLE_CREDENTIAL_SIGNING, at)?;
    jws.verify(signer.public_key())?;
    if jws.text("vct")? != TYPE {
        return Err(CredentialError::Form("the credential is of another type"));
    }
    let issuer = jws.text("iss")?;
    if !signer.uris().iter().any(|uri| uri == issuer) {
        return Err(CredentialError::NotASigner);
    }
    jws.window()?.require(at)?;
    let status = StatusReference::from_json(jws.payload.get("status"))?;
    let holder_key = jws.payload.get("cnf").and_then(|cnf| cnf.get("jwk"));
    let holder_key = jwk::read(holder_key.ok_or(CredentialError::Claim("cnf"))?)?;
    require_binding(&holder_key)?;
    let claims = presentation.claims()?;
    let certifier = trust.certifier(signer);
    Ok(SignedPid { claims, issuer: issuer.to_owned(), status, certifier, holder_key })
}

impl SignedPid {
    /// The status list that the reader must fetch.
    pub fn status(&self) -> &StatusReference {
        &self.status
    }

    /// Gives the claims out when a fresh list says that the credential is valid.
    ///
    /// # Errors
    /// A list that has expired or is another one, or that another authority vouches for or was verified under
    /// another root; a place outside the list; a credential that is revoked or suspended.
    pub fn release(self, list: &VerifiedStatusList, at: DateTime<Utc>) -> Result<PidClaims, CredentialError> {
        list.require_valid(&self.status, &self.certifier, at)?;
        let Self { claims, issuer, status: _, certifier: _, holder_key } = self;
        Ok(PidClaims { claims, issuer, holder_key })
    }
}

/// What the holder has shown, from a credential that is valid.
#[derive(Clone, PartialEq)]
pub struct PidClaims {
    claims: Object,
    issuer: String,
    holder_key: PublicKey,
}

impl PidClaims {
    /// A claim by its name, when it was shown.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// The names of all claims in it, those of the frame included.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.claims.keys().map(String::as_str)
    }

    /// The issuer that vouches for it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The holder's key. When the claims come from [`verify_presentation`], the presenter has proved to have
    /// it.
    pub fn holder_key(&self) -> &PublicKey {
        &self.holder_key
    }
}

impl fmt::Debug for SignedPid {
    /// Shows nothing about the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedPid").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl fmt::Debug for PidClaims {
    /// Shows nothing about the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PidClaims").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
