//! A parsed credential or presentation; and the holder's half, which chooses what to show.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::jws::{self, Jws, Object};
use super::super::{CredentialError, raw_signature};
use super::binding::{self, BINDING_TYPE, BindingDemand};
use super::disclosure::{self, Disclosure, digest};
use super::{IssuedSdJwt, MAX_OCTETS};
use crate::public_key::PublicKey;
use crate::signer::Signer;

/// The most disclosures that are read.
const MAX_DISCLOSURES: usize = 64;

/// A parsed SD-JWT (RFC 9901 §4); nothing in it is trusted yet.
#[derive(Debug)]
pub(crate) struct Presentation<'a> {
    pub(crate) jws: Jws,
    disclosures: Vec<Disclosure>,
    /// Everything before the proof, including the last tilde.
    before_proof: &'a str,
    proof: Option<&'a str>,
}

impl<'a> Presentation<'a> {
    /// Reads `<JWT>~<Disclosure>~…~[<KB-JWT>]`.
    pub(crate) fn read(text: &'a str) -> Result<Self, CredentialError> {
        if text.len() > MAX_OCTETS {
            return Err(CredentialError::TooLarge(text.len()));
        }
        let form = || CredentialError::Form("a JWT, disclosures and a proof, parted by tildes");
        let end = text.rfind('~').ok_or_else(form)?;
        let (before_proof, proof) = text.split_at(end + 1);
        let mut parts = before_proof.split_terminator('~');
        let jws = Jws::read(parts.next().ok_or_else(form)?)?;
        let disclosures =
            parts.take(MAX_DISCLOSURES + 1).map(Disclosure::read).collect::<Result<Vec<_>, _>>()?;
        if disclosures.len() > MAX_DISCLOSURES {
            return Err(CredentialError::Disclosure("there are too many"));
        }
        Ok(Self { jws, disclosures, before_proof, proof: (!proof.is_empty()).then_some(proof) })
    }

    /// The claims, with disclosures in place of their digests.
    pub(crate) fn claims(&self) -> Result<Object, CredentialError> {
        // Without `_sd_alg`, the digest is SHA-256 (RFC 9901 §4.1.1).
        match self.jws.payload.get("_sd_alg") {
            None => {}
            Some(name) if name == "sha-256" => {}
            Some(_) => return Err(CredentialError::Disclosure("a hash that is not SHA-256")),
        }
        disclosure::disclose(self.jws.payload.clone(), self.disclosures.clone())
    }

    /// Verifies the key binding proof.
    pub(crate) fn require_binding(
        &self,
        holder: &PublicKey,
        demand: &BindingDemand,
        at: DateTime<Utc>,
    ) -> Result<(), CredentialError> {
        let proof = self.proof.ok_or(CredentialError::Binding("there is none"))?;
        binding::verify(proof, self.before_proof, holder, demand, at)
    }

    /// Refuses a proof that nobody asked for, because nobody verifies it.
    pub(crate) fn require_no_binding(&self) -> Result<(), CredentialError> {
        if self.proof.is_none() { Ok(()) } else { Err(CredentialError::Binding("nobody asked for it")) }
    }
}

/// The holder's half: shows the named claims and no others, with a proof if the verifier demands one.
///
/// # Errors
/// A claim that the credential does not have; a demand without audience or nonce; a signer that fails.
pub fn present(
    credential: &IssuedSdJwt,
    shown: &[&str],
    proof: Option<(&BindingDemand, &dyn Signer, DateTime<Utc>)>,
) -> Result<String, CredentialError> {
    let read = Presentation::read(credential.as_str())?;
    let jwt = credential.as_str().split('~').next().unwrap_or_default();
    let mut text = format!("{jwt}~");
    for name in shown {
        let one = read.disclosures.iter().find(|one| one.name.as_deref() == Some(name));
        text.push_str(
            &one.ok_or(CredentialError::Disclosure("a claim that is not in the credential"))?.encoded,
        );
        text.push('~');
    }
    if let Some((demand, signer, at)) = proof {
        demand.require_whole()?;
        let alg = signer.algorithm().row().jose.ok_or(CredentialError::Algorithm)?;
        let mut header = Object::new();
        header.insert("alg".to_owned(), json!(alg));
        header.insert("typ".to_owned(), json!(BINDING_TYPE));
        let mut payload = Object::new();
        payload.insert("iat".to_owned(), json!(at.timestamp()));
        payload.insert("aud".to_owned(), json!(demand.audience));
        payload.insert("nonce".to_owned(), json!(demand.nonce));
        payload.insert("sd_hash".to_owned(), json!(digest(&text)));
        let input = jws::signing_input(&header, &payload);
        text.push_str(&jws::compact(&input, &raw_signature::sign(signer, input.as_bytes())?));
    }
    Ok(text)
}
