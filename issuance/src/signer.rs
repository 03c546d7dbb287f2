//! Keys that sign: the one door between this crate and a private key.

use std::fmt;

use der::asn1::ObjectIdentifier;
use p256::elliptic_curve::rand_core::CryptoRng;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, PrivateKeyInfoRef};
use signature::Signer as _;
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::oid;
use crate::public_key::{CurveForm, PublicKey};

/// A signature algorithm together with its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032); not for the ICAO branch.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (RFC 5758 §3.2).
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384 (RFC 5758 §3.2).
    EcdsaP384Sha384,
}

impl Algorithm {
    /// The signature algorithm's OID.
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Ed25519 => oid::ED25519,
            Self::EcdsaP256Sha256 => oid::ECDSA_WITH_SHA256,
            Self::EcdsaP384Sha384 => oid::ECDSA_WITH_SHA384,
        }
    }

    /// The AlgorithmIdentifier: without parameters for all three (RFC 5758 §3.2, RFC 8410 §3).
    pub fn identifier(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: self.oid(), parameters: None }
    }
}

/// Why a key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key store answered with an error (a token gone, a session lost).
    #[error("the key store could not sign")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The key store answered with something that is no signature.
    #[error("the key store answered with {0} octets that are no signature")]
    Malformed(usize),
}

/// A private key somewhere: in memory, in a file, behind PKCS#11.
///
/// `sign` takes the whole message. An implementation for a token that signs digests only hashes with the algorithm's
/// hash first and turns `r ‖ s` into DER.
pub trait Signer: Send + Sync {
    /// What [`sign`](Self::sign) makes.
    fn algorithm(&self) -> Algorithm;

    /// The public key as SubjectPublicKeyInfo, DER, named curve (RFC 5480). Which form a certificate carries is a
    /// property of its profile.
    fn spki_der(&self) -> &[u8];

    /// Signs the message: DER `ECDSA-Sig-Value` or the 64 raw octets of Ed25519.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A key held in memory, wiped when dropped.
pub struct SoftwareSigner {
    key: Key,
    spki: Vec<u8>,
}

enum Key {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

/// Why octets are not a private key of ours.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The octets are not a PKCS#8 `PrivateKeyInfo` of a key we use.
    #[error("this is no PKCS#8 private key that can be read")]
    Pkcs8(#[from] pkcs8::Error),
    /// A key of another algorithm or curve.
    #[error("a private key of the algorithm {0} is not used here")]
    Algorithm(ObjectIdentifier),
    /// The public half could not be encoded.
    #[error("the public half of a private key could not be encoded")]
    Encode(#[from] der::Error),
}

impl SoftwareSigner {
    /// Reads a PKCS#8 `PrivateKeyInfo` in DER (RFC 5958).
    pub fn from_pkcs8_der(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let info = PrivateKeyInfoRef::try_from(pkcs8)?;
        let key = match (info.algorithm.oid, info.algorithm.parameters_oid().ok()) {
            (oid::ED25519, _) => Key::Ed25519(Box::new(ed25519_dalek::SigningKey::from_pkcs8_der(pkcs8)?)),
            (oid::EC_PUBLIC_KEY, Some(oid::SECP256R1)) => {
                Key::P256(p256::ecdsa::SigningKey::from_pkcs8_der(pkcs8)?)
            }
            (oid::EC_PUBLIC_KEY, Some(oid::SECP384R1)) => {
                Key::P384(p384::ecdsa::SigningKey::from_pkcs8_der(pkcs8)?)
            }
            (other, _) => return Err(KeyError::Algorithm(other)),
        };
        Self::new(key)
    }

    /// Draws a new key from the generator given.
    pub fn generate(algorithm: Algorithm, rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        use p256::elliptic_curve::Generate as _;
        Self::new(match algorithm {
            Algorithm::Ed25519 => Key::Ed25519(Box::new(ed25519_dalek::SigningKey::generate(rng))),
            Algorithm::EcdsaP256Sha256 => Key::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)),
            Algorithm::EcdsaP384Sha384 => Key::P384(p384::ecdsa::SigningKey::generate_from_rng(rng)),
        })
    }

    /// The key as PKCS#8 `PrivateKeyInfo`, for a vault to wrap. The buffer is wiped when dropped.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.key {
            Key::Ed25519(key) => key.to_pkcs8_der()?,
            Key::P256(key) => key.to_pkcs8_der()?,
            Key::P384(key) => key.to_pkcs8_der()?,
        };
        Ok(Zeroizing::new(document.as_bytes().to_vec()))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    fn new(key: Key) -> Result<Self, KeyError> {
        let spki = key.public().to_spki_der(CurveForm::Named)?;
        Ok(Self { key, spki })
    }
}

impl Key {
    fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::P256(key) => PublicKey::P256(*key.verifying_key()),
            Self::P384(key) => PublicKey::P384(*key.verifying_key()),
        }
    }
}

impl Signer for SoftwareSigner {
    fn algorithm(&self) -> Algorithm {
        self.key.public().algorithm()
    }

    fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let failed = |error: signature::Error| SignError::Store(Box::new(error));
        match &self.key {
            Key::Ed25519(key) => Ok(key.try_sign(message).map_err(failed)?.to_bytes().to_vec()),
            Key::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Key::P384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
        }
    }
}

impl fmt::Debug for SoftwareSigner {
    /// The algorithm, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareSigner").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    const ALL: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384];

    #[test]
    fn a_signature_verifies_under_the_public_half_and_nowhere_else() {
        for algorithm in ALL {
            let (signer, other) = (sample::signer(algorithm, 1), sample::signer(algorithm, 2));
            let signature = signer.sign(b"message").unwrap();
            let public = PublicKey::from_spki_der(signer.spki_der()).unwrap();
            assert!(public.verify(b"message", &signature).is_ok());
            assert!(public.verify(b"another message", &signature).is_err());
            assert!(other.public_key().verify(b"message", &signature).is_err());
        }
    }

    #[test]
    fn a_key_survives_pkcs8() {
        for algorithm in ALL {
            let signer = sample::signer(algorithm, 3);
            let again = SoftwareSigner::from_pkcs8_der(&signer.to_pkcs8_der().unwrap()).unwrap();
            assert_eq!(again.spki_der(), signer.spki_der());
        }
    }

    #[test]
    fn octets_that_are_no_key_are_refused() {
        assert!(matches!(SoftwareSigner::from_pkcs8_der(b"not a key"), Err(KeyError::Pkcs8(_))));
    }

    #[test]
    fn debug_shows_no_key() {
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, 4);
        assert_eq!(format!("{signer:?}"), "SoftwareSigner { algorithm: EcdsaP256Sha256, .. }");
    }
}
