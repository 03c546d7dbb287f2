//! Whether a card holds the private key for the public key that it shows.

use der::Decode;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{DerSignature, VerifyingKey};

use crate::refusal::Refusal;

/// Whether the key `public_key` (SEC1) made `signature` (DER, ECDSA P-256) over `digest`.
pub fn is_signed_by(public_key: &[u8], digest: &[u8; 32], signature: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_sec1_bytes(public_key) else { return false };
    let Ok(signature) = DerSignature::from_bytes(signature) else { return false };
    key.verify_prehash(digest, &signature).is_ok()
}

/// The public key in a certificate, as the octets of its BIT STRING.
///
/// # Errors
/// [`Refusal::InvalidCertificate`]: the bytes are not a certificate.
pub fn certified_key(certificate: &[u8]) -> Result<Vec<u8>, Refusal> {
    let certificate = x509_cert::Certificate::from_der(certificate)
        .map_err(|error| Refusal::InvalidCertificate(error.to_string()))?;
    let spki = certificate.tbs_certificate().subject_public_key_info();
    Ok(spki.subject_public_key.raw_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::hazmat::PrehashSigner;

    #[test]
    fn a_signature_of_another_key_or_over_another_digest_is_none() {
        let (key, other) =
            (SigningKey::from_slice(&[1; 32]).unwrap(), SigningKey::from_slice(&[2; 32]).unwrap());
        let public = |key: &SigningKey| key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let signature: DerSignature = key.sign_prehash(&[7; 32]).unwrap();
        assert!(is_signed_by(&public(&key), &[7; 32], signature.as_bytes()));
        assert!(!is_signed_by(&public(&other), &[7; 32], signature.as_bytes()));
        assert!(!is_signed_by(&public(&key), &[8; 32], signature.as_bytes()));
        assert!(!is_signed_by(&[4; 65], &[7; 32], signature.as_bytes()));
        assert!(!is_signed_by(&public(&key), &[7; 32], &[0x30, 0x00]));
    }
}
