//! Making a credential: prepared → linted → signed, verified, released.

use std::fmt;

use p256::elliptic_curve::rand_core::CryptoRng;
use serde_json::{Value, json};

use super::super::content::CredentialContent;
use super::super::jws::{self, Jws, Object};
use super::super::{CredentialError, SignerPath, jwk, path, raw_signature};
use super::disclosure::{self, Disclosure};
use super::{TOKEN_TYPE, TYPE, claims};
use crate::authority::CertificationAuthority;
use crate::certificate::Certificate;
use crate::lint::{Finding, sd_jwt};
use crate::public_key::PublicKey;

/// The number of digests in every credential: its claims and decoys. As it is the same for all, it shows
/// nothing about the holder.
pub(crate) const DIGESTS: usize = 20;

/// A credential before signing: the exact octets that will be signed, and the disclosures beside them, not yet
/// checked.
#[derive(Clone)]
pub struct PreparedSdJwt {
    pub(crate) header: Object,
    pub(crate) payload: Object,
    pub(crate) disclosures: Vec<Disclosure>,
    /// The certificates, the signer's first.
    pub(crate) path: Vec<Certificate>,
    /// The first instant, in seconds, at which the card has expired.
    pub(crate) limit: i64,
    pub(crate) signing_input: String,
}

/// A credential before signing that meets every rule.
#[derive(Clone)]
pub struct LintedSdJwt(PreparedSdJwt);

impl CredentialContent {
    /// First step: draws salts and decoys, and lays out the octets that will be signed. The holder's wallet
    /// has proved that it has `holder_key`.
    ///
    /// # Errors
    /// A key that JOSE does not allow.
    pub fn prepare_sd_jwt(
        &self,
        holder_key: &PublicKey,
        path: &SignerPath,
        rng: &mut impl CryptoRng,
    ) -> Result<PreparedSdJwt, CredentialError> {
        let path = path.certificates();
        let signer = path.first().ok_or(CredentialError::UnknownSigner)?;
        let alg = signer.public_key().algorithm().row().jose.ok_or(CredentialError::Algorithm)?;
        let holder_key = jwk::of(holder_key).ok_or(CredentialError::Algorithm)?;
        let disclosures: Vec<Disclosure> =
            claims::of(self).into_iter().map(|(name, value)| Disclosure::draw(name, value, rng)).collect();
        let mut digests: Vec<String> = disclosures.iter().map(|one| one.digest.clone()).collect();
        while digests.len() < DIGESTS {
            digests.push(disclosure::decoy(rng));
        }
        // The order of the digests must not show which claim is which (RFC 9901 §4.2.4.1).
        digests.sort_unstable();
        let header = object(json!({ "alg": alg, "typ": TOKEN_TYPE, "x5c": path::to_x5c(path) }));
        let payload = object(json!({
            "iss": self.issuer,
            "iat": self.issued_seconds(),
            "exp": self.expires_seconds(),
            "vct": TYPE,
            "cnf": { "jwk": holder_key },
            "status": self.status.to_json(),
            "_sd_alg": "sha-256",
            "_sd": digests,
        }));
        Ok(PreparedSdJwt::new(header, payload, disclosures, path.to_vec(), self.limit()))
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Object::new(),
    }
}

impl PreparedSdJwt {
    pub(crate) fn new(
        header: Object,
        payload: Object,
        disclosures: Vec<Disclosure>,
        path: Vec<Certificate>,
        limit: i64,
    ) -> Self {
        let signing_input = jws::signing_input(&header, &payload);
        Self { header, payload, disclosures, path, limit, signing_input }
    }

    /// Lays the octets out anew after a test has changed the fields.
    #[cfg(test)]
    pub(crate) fn laid_out_anew(self) -> Self {
        Self::new(self.header, self.payload, self.disclosures, self.path, self.limit)
    }

    /// The octets that will be signed; the caller records them as the intent. They hold digests, and no
    /// personal data except the holder's key.
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// Second step: checks every rule; the last rule signs with a throw-away key.
    pub fn lint(self) -> Result<LintedSdJwt, Vec<Finding>> {
        let findings = sd_jwt::findings(&self);
        if findings.is_empty() { Ok(LintedSdJwt(self)) } else { Err(findings) }
    }

    pub(crate) fn signer(&self) -> Option<&Certificate> {
        self.path.first()
    }

    /// The length of the credential with a signature of this many octets.
    pub(crate) fn length(&self, signature: usize) -> usize {
        let disclosures: usize = self.disclosures.iter().map(|one| one.encoded.len() + 1).sum();
        self.signing_input.len() + 1 + (signature * 4).div_ceil(3) + 1 + disclosures
    }

    /// The whole credential with this signature.
    pub(crate) fn assemble(&self, signature: &[u8]) -> String {
        let mut text = String::with_capacity(self.length(signature.len()));
        jws::compact_into(&self.signing_input, signature, &mut text);
        for one in &self.disclosures {
            text.push('~');
            text.push_str(&one.encoded);
        }
        text.push('~');
        text
    }
}

impl LintedSdJwt {
    /// The octets that will be signed.
    pub fn signing_input(&self) -> &[u8] {
        self.0.signing_input.as_bytes()
    }

    /// Last step: signs, compares the credential, octet for octet, with the one that was read back when it
    /// was [linted](PreparedSdJwt::lint), verifies its signature, and only then returns it.
    pub fn sign(self, signer: &CertificationAuthority) -> Result<IssuedSdJwt, CredentialError> {
        let prepared = self.0;
        if prepared.signer() != Some(signer.certificate()) {
            return Err(CredentialError::OtherSigner);
        }
        let signature = raw_signature::sign(signer.signer(), prepared.signing_input.as_bytes())?;
        let text = prepared.assemble(&signature);
        let (signed, signature) = parts(&text, &prepared)?;
        raw_signature::verify(signer.certificate().public_key(), signed.as_bytes(), &signature)?;
        Ok(IssuedSdJwt(text))
    }
}

/// Reads a credential and requires that it, with the content of all its disclosures, says what was prepared.
/// The signature is not verified.
pub(crate) fn read_back(signature: &[u8], prepared: &PreparedSdJwt) -> Result<(), CredentialError> {
    let jws = Jws::read(&jws::compact(&prepared.signing_input, signature))?;
    let read = prepared.disclosures.iter().map(|one| Disclosure::read(&one.encoded));
    let disclosures = read.collect::<Result<Vec<_>, _>>()?;
    let same = jws.header == prepared.header
        && jws.payload == prepared.payload
        && disclosures == prepared.disclosures;
    disclosure::disclose(jws.payload, disclosures)?;
    if same { Ok(()) } else { Err(CredentialError::OTHER_THAN_PREPARED) }
}

/// The signed octets and the signature in a credential. The octets and the disclosures must be the prepared
/// ones, octet for octet. Their content was read back when they were [linted](PreparedSdJwt::lint).
fn parts<'a>(text: &'a str, prepared: &PreparedSdJwt) -> Result<(&'a str, Vec<u8>), CredentialError> {
    let (jwt, rest) = text.split_once('~').ok_or(CredentialError::Form("an SD-JWT ends with a tilde"))?;
    let (signed, signature) = jws::parts(jwt)?;
    let same = signed == prepared.signing_input
        && text.ends_with('~')
        && rest.split_terminator('~').eq(prepared.disclosures.iter().map(|one| one.encoded.as_str()));
    if same { Ok((signed, signature)) } else { Err(CredentialError::OTHER_THAN_PREPARED) }
}

/// A signed credential with all its disclosures: only for its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedSdJwt(String);

impl IssuedSdJwt {
    /// The compact form, `<JWT>~<Disclosure>~…~`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IssuedSdJwt {
    /// Shows only the size, because the credential holds personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedSdJwt({} octets)", self.0.len())
    }
}

impl fmt::Debug for PreparedSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSdJwt").field("disclosures", &self.disclosures.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for LintedSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Linted{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::sample::credential::{World, content};
    use crate::signer::Algorithm;

    #[test]
    fn a_change_anywhere_but_in_the_signature_is_seen() {
        let holder = sample::key(Algorithm::EcdsaP256Sha256, 50);
        let path = World::new(Algorithm::EcdsaP256Sha256).path();
        let pid = content().prepare_sd_jwt(&holder, &path, &mut sample::rng(60)).unwrap();
        let text = pid.assemble(&[0; 64]);
        assert_eq!(parts(&text, &pid).unwrap(), (pid.signing_input.as_str(), vec![0; 64]));
        let before = pid.signing_input.len() + 1;
        // The base64 of 64 octets: 86 letters.
        let signature = before..before + 86;
        for at in (0..text.len()).filter(|at| !signature.contains(at)) {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            assert!(parts(&String::from_utf8(changed).unwrap(), &pid).is_err(), "letter {at}");
        }
        for other in [&text[..text.len() - 1], &format!("{text}~"), &format!("{text}proof")] {
            assert!(parts(other, &pid).is_err());
        }
    }
}
