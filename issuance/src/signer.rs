//! Keys that sign: the only way from this crate to a private key.

use std::fmt;

use der::asn1::ObjectIdentifier;
use p256::elliptic_curve::rand_core::CryptoRng;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, PrivateKeyInfoRef};
use sha2::{Digest as _, Sha256};
use signature::Signer as _;
use zeroize::Zeroizing;

pub use crate::algorithm::Algorithm;
use crate::algorithm::KeyKind;
use crate::oid;
use crate::public_key::{CurveForm, PublicKey, PublicKeyError};
use crate::rsa_key::{self, RsaKey};

/// Why a key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key store returned an error (a token is gone, a session is lost).
    #[error("the key store could not sign")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The key store returned something that is not a signature.
    #[error("the key store returned {0} octets that are not a signature")]
    Malformed(usize),
}

/// A private key, wherever it is kept: in memory, in a file, behind PKCS#11.
///
/// `sign` takes the whole message. An implementation for a token that signs only digests hashes first
/// ([`Algorithm::digest`]) and converts `r ‖ s` of ECDSA to DER.
pub trait Signer: Send + Sync {
    /// The algorithm of the signatures that [`sign`](Self::sign) makes.
    fn algorithm(&self) -> Algorithm;

    /// The public key as SubjectPublicKeyInfo, DER, named curve (RFC 5480). The profile decides in which form
    /// a certificate has it.
    fn spki_der(&self) -> &[u8];

    /// Signs the message. The signature is a DER `ECDSA-Sig-Value`, the 64 raw octets of Ed25519, or
    /// RSASSA-PSS as long as the modulus.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Converts `r ‖ s`, as PKCS#11 and cards return ECDSA signatures, to the DER `ECDSA-Sig-Value` of
/// certificates (RFC 3279 §2.2.3).
///
/// # Errors
/// [`SignError::Malformed`]: a length that is not the curve's, a number outside its range, or an algorithm
/// that is not ECDSA.
pub fn ecdsa_value(algorithm: Algorithm, numbers: &[u8]) -> Result<Vec<u8>, SignError> {
    let malformed = |_| SignError::Malformed(numbers.len());
    match algorithm {
        Algorithm::EcdsaP256Sha256 => {
            let signature = p256::ecdsa::Signature::from_slice(numbers).map_err(malformed)?;
            Ok(signature.to_der().as_bytes().to_vec())
        }
        Algorithm::EcdsaP384Sha384 => {
            let signature = p384::ecdsa::Signature::from_slice(numbers).map_err(malformed)?;
            Ok(signature.to_der().as_bytes().to_vec())
        }
        Algorithm::Ed25519 | Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => {
            Err(SignError::Malformed(numbers.len()))
        }
    }
}

/// A key held in memory, which is wiped when dropped.
pub struct SoftwareSigner {
    key: Key,
    public: PublicKey,
    spki: Vec<u8>,
}

enum Key {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<rsa::PrivateKey>),
}

/// Why octets are not a private key of ours.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The octets are not a PKCS#8 `PrivateKeyInfo` of a key we use.
    #[error("this is no PKCS#8 private key that can be read")]
    Pkcs8(#[from] pkcs8::Error),
    /// The key has an algorithm or curve that is not used here.
    #[error("a private key of the algorithm {0} is not used here")]
    Algorithm(ObjectIdentifier),
    /// An RSA key could not be drawn, or its size or exponent is not used here.
    #[error("the RSA key is of a size or exponent that is not used here")]
    Rsa,
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
            (oid::RSA_ENCRYPTION, _) => Key::Rsa(Box::new(rsa::PrivateKey::from_pkcs8_der(pkcs8)?)),
            (other, _) => return Err(KeyError::Algorithm(other)),
        };
        Self::new(key)
    }

    /// Draws a new key from the given generator.
    pub fn generate(algorithm: Algorithm, rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        use p256::elliptic_curve::Generate as _;
        Self::new(match algorithm {
            Algorithm::Ed25519 => Key::Ed25519(Box::new(ed25519_dalek::SigningKey::generate(rng))),
            Algorithm::EcdsaP256Sha256 => Key::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)),
            Algorithm::EcdsaP384Sha384 => Key::P384(p384::ecdsa::SigningKey::generate_from_rng(rng)),
            Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => {
                let KeyKind::Rsa(bits) = algorithm.row().key else { return Err(KeyError::Rsa) };
                let key = rsa::PrivateKey::new(rng, bits.into()).map_err(|_| KeyError::Rsa)?;
                Key::Rsa(Box::new(key))
            }
        })
    }

    /// The key as PKCS#8 `PrivateKeyInfo`, for a vault to encrypt. The buffer is wiped when dropped.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.key {
            Key::Ed25519(key) => key.to_pkcs8_der()?,
            Key::P256(key) => key.to_pkcs8_der()?,
            Key::P384(key) => key.to_pkcs8_der()?,
            Key::Rsa(key) => key.to_pkcs8_der()?,
        };
        Ok(Zeroizing::new(document.as_bytes().to_vec()))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn new(key: Key) -> Result<Self, KeyError> {
        let public = key.public().map_err(|_| KeyError::Rsa)?;
        let spki = public.to_spki_der(CurveForm::Named)?;
        Ok(Self { key, public, spki })
    }
}

impl Key {
    fn public(&self) -> Result<PublicKey, PublicKeyError> {
        Ok(match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::P256(key) => PublicKey::P256(*key.verifying_key()),
            Self::P384(key) => PublicKey::P384(*key.verifying_key()),
            Self::Rsa(key) => PublicKey::Rsa(RsaKey::new(key.to_public_key())?),
        })
    }
}

impl Signer for SoftwareSigner {
    fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
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
            Key::Rsa(key) => rsa_key::sign_digest(key, &Sha256::digest(message))
                .map_err(|error| SignError::Store(Box::new(error))),
        }
    }
}

impl fmt::Debug for SoftwareSigner {
    /// Shows the algorithm, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareSigner").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_signature_verifies_under_the_public_half_and_nowhere_else() {
        for algorithm in Algorithm::ALL {
            let signer = sample::signer(algorithm, 1);
            let signature = signer.sign(b"message").unwrap();
            let public = PublicKey::from_spki_der(signer.spki_der()).unwrap();
            assert_eq!(public.algorithm(), algorithm);
            assert!(public.verify(b"message", &signature).is_ok());
            assert!(public.verify(b"another message", &signature).is_err());
            for other in Algorithm::ALL {
                let other = sample::signer(other, 2);
                assert!(other.public_key().verify(b"message", &signature).is_err());
            }
        }
    }

    #[test]
    fn a_key_survives_pkcs8() {
        for algorithm in Algorithm::ALL {
            let signer = sample::signer(algorithm, 3);
            let again = SoftwareSigner::from_pkcs8_der(&signer.to_pkcs8_der().unwrap()).unwrap();
            assert_eq!(again.spki_der(), signer.spki_der());
        }
    }

    #[test]
    fn a_public_key_is_read_from_its_bits_and_an_rsa_key_from_its_numbers() {
        for algorithm in Algorithm::ALL {
            let public = sample::signer(algorithm, 5).public_key();
            assert_eq!(PublicKey::from_bits(algorithm, &public.to_bits()).unwrap(), public);
            for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
                assert!(PublicKey::from_bits(other, &public.to_bits()).is_err());
            }
            if let PublicKey::Rsa(key) = &public {
                assert_eq!(PublicKey::from_rsa_numbers(&key.modulus(), &[1, 0, 1]).unwrap(), public);
                assert!(PublicKey::from_rsa_numbers(&key.modulus(), &[3]).is_err());
            }
        }
    }

    #[test]
    fn two_numbers_become_a_signature_and_other_octets_do_not() {
        let algorithm = Algorithm::EcdsaP256Sha256;
        let numbers = [7; 64];
        let value = ecdsa_value(algorithm, &numbers).unwrap();
        assert_eq!(value[..4], [0x30, 68, 2, 32]);
        for wrong in [vec![7; 63], vec![7; 65], vec![0; 64], vec![0xff; 64], Vec::new()] {
            assert!(matches!(ecdsa_value(algorithm, &wrong), Err(SignError::Malformed(_))));
        }
        assert!(ecdsa_value(Algorithm::EcdsaP384Sha384, &numbers).is_err());
        assert!(ecdsa_value(Algorithm::Ed25519, &numbers).is_err());
    }

    #[test]
    fn octets_that_are_no_key_are_refused() {
        assert!(matches!(SoftwareSigner::from_pkcs8_der(b"not a key"), Err(KeyError::Pkcs8(_))));
    }

    #[test]
    fn debug_shows_no_key() {
        for algorithm in Algorithm::ALL {
            let shown = format!("{:?}", sample::signer(algorithm, 4));
            assert_eq!(shown, format!("SoftwareSigner {{ algorithm: {algorithm:?}, .. }}"));
        }
    }
}
