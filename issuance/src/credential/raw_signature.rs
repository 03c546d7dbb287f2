//! Signatures as JOSE and COSE write them: `r ‖ s` for ECDSA (RFC 7518 §3.4, RFC 9053 §2.1), the 64 octets of
//! Ed25519 (RFC 8037 §3.1, RFC 9053 §2.2).

use crate::algorithm::Algorithm;
use crate::public_key::{PublicKey, PublicKeyError};
use crate::signer::{SignError, Signer};

/// Signs the message; fails for an algorithm that has no name in JOSE.
pub(crate) fn sign(signer: &dyn Signer, message: &[u8]) -> Result<Vec<u8>, SignError> {
    let signature = signer.sign(message)?;
    let length = signature.len();
    to_raw(signer.algorithm(), &signature).ok_or(SignError::Malformed(length))
}

/// Verifies a raw signature.
pub(crate) fn verify(key: &PublicKey, message: &[u8], raw: &[u8]) -> Result<(), PublicKeyError> {
    let der = to_der(key.algorithm(), raw).ok_or(PublicKeyError::Signature)?;
    key.verify(message, &der)
}

/// Converts the signature that a [`Signer`] returns.
pub(crate) fn to_raw(algorithm: Algorithm, signature: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        Algorithm::Ed25519 => (signature.len() == 64).then(|| signature.to_vec()),
        Algorithm::EcdsaP256Sha256 => {
            p256::ecdsa::Signature::from_der(signature).ok().map(|one| one.to_bytes().to_vec())
        }
        Algorithm::EcdsaP384Sha384 => {
            p384::ecdsa::Signature::from_der(signature).ok().map(|one| one.to_bytes().to_vec())
        }
        Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => None,
    }
}

/// Converts to the form that [`PublicKey::verify`] takes.
fn to_der(algorithm: Algorithm, raw: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        Algorithm::Ed25519 => Some(raw.to_vec()),
        Algorithm::EcdsaP256Sha256 => {
            p256::ecdsa::Signature::from_slice(raw).ok().map(|one| one.to_der().as_bytes().to_vec())
        }
        Algorithm::EcdsaP384Sha384 => {
            p384::ecdsa::Signature::from_slice(raw).ok().map(|one| one.to_der().as_bytes().to_vec())
        }
        Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_raw_signature_has_a_fixed_length_and_verifies() {
        for (algorithm, length) in
            [(Algorithm::Ed25519, 64), (Algorithm::EcdsaP256Sha256, 64), (Algorithm::EcdsaP384Sha384, 96)]
        {
            let signer = sample::signer(algorithm, 1);
            let raw = sign(&signer, b"message").unwrap();
            assert_eq!(raw.len(), length);
            verify(&signer.public_key(), b"message", &raw).unwrap();
            assert!(verify(&signer.public_key(), b"another", &raw).is_err());
        }
    }

    #[test]
    fn der_zeros_and_rsa_are_no_raw_signature() {
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, 1);
        let der = signer.sign(b"message").unwrap();
        assert!(verify(&signer.public_key(), b"message", &der).is_err());
        assert!(verify(&signer.public_key(), b"message", &[0; 64]).is_err());
        assert!(verify(&signer.public_key(), b"message", &[]).is_err());
        let rsa = sample::rsa_3072();
        assert!(matches!(sign(&rsa, b"message"), Err(SignError::Malformed(_))));
        let signature = rsa.sign(b"message").unwrap();
        assert!(verify(&rsa.public_key(), b"message", &signature).is_err());
    }
}
