//! Public keys: reading them in both forms, verifying signatures, and naming keys.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use der::asn1::{BitString, ObjectIdentifier};
use der::{Any, Decode, Encode};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use signature::hazmat::PrehashVerifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::ec_parameters::Curve;
use crate::oid;
use crate::rsa_key::RsaKey;
use crate::signer::Algorithm;

/// How a SubjectPublicKeyInfo names its curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveForm {
    /// By the curve's name (RFC 5480 §2.1.1): eID and service branches. Ed25519 and RSA have no other form.
    Named,
    /// By explicit `ECParameters` with co-factor (Doc 9303-12 §4.1.6.3): ICAO branch.
    Explicit,
}

/// A public key of an algorithm we use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519 (RFC 8410).
    Ed25519(ed25519_dalek::VerifyingKey),
    /// P-256 (RFC 5480, secp256r1).
    P256(p256::ecdsa::VerifyingKey),
    /// P-384 (RFC 5480, secp384r1).
    P384(p384::ecdsa::VerifyingKey),
    /// RSA (RFC 4055), for the ICAO branch.
    Rsa(RsaKey),
}

/// Why octets are not a public key, or why a signature is refused.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// The octets are not DER.
    #[error("this is no SubjectPublicKeyInfo")]
    Der(#[from] der::Error),
    /// The algorithm or the curve is not used here.
    #[error("a public key of the algorithm {0}, or of an unknown curve, is not used here")]
    Unknown(ObjectIdentifier),
    /// The octets are not a point of the curve, or not in uncompressed form.
    #[error("this is no uncompressed point of its curve")]
    Point,
    /// The octets are not an RSA key, or one of a size or exponent that is not used here.
    #[error("this is no RSA key of a size that is used here, with the exponent 65537")]
    Modulus,
    /// The signature does not fit key and message.
    #[error("the signature does not fit the key and the message")]
    Signature,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER, of either form.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, PublicKeyError> {
        Ok(Self::from_spki(&SubjectPublicKeyInfoOwned::from_der(spki)?)?.0)
    }

    /// Reads an uncompressed P-256 point (`04 ‖ x ‖ y`, 65 octets), as a card returns it.
    pub fn from_p256_point(point: &[u8]) -> Result<Self, PublicKeyError> {
        if point.first() != Some(&0x04) {
            return Err(PublicKeyError::Point);
        }
        p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P256).map_err(|_| PublicKeyError::Point)
    }

    /// Reads the bits of a key as [`to_bits`](Self::to_bits) writes them, in the form in which a key store
    /// has its public keys. An RSA key of another size than the algorithm's is refused.
    pub fn from_bits(algorithm: Algorithm, bits: &[u8]) -> Result<Self, PublicKeyError> {
        let key = match algorithm {
            Algorithm::Ed25519 => {
                let bytes = bits.try_into().map_err(|_| PublicKeyError::Point)?;
                ed25519_dalek::VerifyingKey::from_bytes(bytes)
                    .map(Self::Ed25519)
                    .map_err(|_| PublicKeyError::Point)?
            }
            Algorithm::EcdsaP256Sha256 => Self::from_point(Curve::P256, bits)?,
            Algorithm::EcdsaP384Sha384 => Self::from_point(Curve::P384, bits)?,
            Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => Self::Rsa(RsaKey::from_bits(bits)?),
        };
        if key.algorithm() == algorithm { Ok(key) } else { Err(PublicKeyError::Modulus) }
    }

    /// Makes an RSA key from its modulus and public exponent, most significant octet first.
    pub fn from_rsa_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, PublicKeyError> {
        Ok(Self::Rsa(RsaKey::from_numbers(modulus, exponent)?))
    }

    /// Reads a SubjectPublicKeyInfo, and returns the form in which it was.
    pub(crate) fn from_spki(spki: &SubjectPublicKeyInfoOwned) -> Result<(Self, CurveForm), PublicKeyError> {
        let bits = spki.subject_public_key.as_bytes().ok_or(PublicKeyError::Point)?;
        match spki.algorithm.oid {
            oid::ED25519 => {
                let bytes = bits.try_into().map_err(|_| PublicKeyError::Point)?;
                let key =
                    ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::Point)?;
                Ok((Self::Ed25519(key), CurveForm::Named))
            }
            oid::EC_PUBLIC_KEY => {
                let (curve, form) = curve_of(&spki.algorithm)?;
                Ok((Self::from_point(curve, bits)?, form))
            }
            oid::RSA_ENCRYPTION if spki.algorithm == RsaKey::identifier() => {
                Ok((Self::Rsa(RsaKey::from_bits(bits)?), CurveForm::Named))
            }
            other => Err(PublicKeyError::Unknown(other)),
        }
    }

    fn from_point(curve: Curve, point: &[u8]) -> Result<Self, PublicKeyError> {
        if point.first() != Some(&0x04) {
            return Err(PublicKeyError::Point);
        }
        match curve {
            Curve::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P256),
            Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P384),
        }
        .map_err(|_| PublicKeyError::Point)
    }

    /// The algorithm whose signatures this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::EcdsaP256Sha256,
            Self::P384(_) => Algorithm::EcdsaP384Sha384,
            Self::Rsa(key) => key.algorithm(),
        }
    }

    /// The curve, if it can be spelt out.
    pub(crate) fn curve(&self) -> Option<Curve> {
        match self {
            Self::Ed25519(_) | Self::Rsa(_) => None,
            Self::P256(_) => Some(Curve::P256),
            Self::P384(_) => Some(Curve::P384),
        }
    }

    /// The bits of the key: 32 octets for Ed25519, an `RSAPublicKey` for RSA, otherwise an uncompressed
    /// point.
    pub fn to_bits(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.to_bytes().to_vec(),
            Self::P256(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::Rsa(key) => key.bits().to_vec(),
        }
    }

    /// The SubjectPublicKeyInfo in the given form; Ed25519 and RSA have only one.
    pub(crate) fn to_spki(&self, form: CurveForm) -> der::Result<SubjectPublicKeyInfoOwned> {
        let algorithm = match (self.curve(), form) {
            (None, CurveForm::Named | CurveForm::Explicit) => match self {
                Self::Rsa(_) => RsaKey::identifier(),
                Self::Ed25519(_) | Self::P256(_) | Self::P384(_) => {
                    AlgorithmIdentifierOwned { oid: oid::ED25519, parameters: None }
                }
            },
            (Some(curve), CurveForm::Named) => AlgorithmIdentifierOwned {
                oid: oid::EC_PUBLIC_KEY,
                parameters: Some(Any::encode_from(&curve.named())?),
            },
            (Some(curve), CurveForm::Explicit) => {
                AlgorithmIdentifierOwned { oid: oid::EC_PUBLIC_KEY, parameters: Some(curve.explicit()?) }
            }
        };
        Ok(SubjectPublicKeyInfoOwned {
            algorithm,
            subject_public_key: BitString::from_bytes(&self.to_bits())?,
        })
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn to_spki_der(&self, form: CurveForm) -> der::Result<Vec<u8>> {
        self.to_spki(form)?.to_der()
    }

    /// SHA-1 of the key's bits (RFC 5280 §4.2.1.2, method 1): an identifier, not a security property.
    pub fn key_identifier(&self) -> [u8; 20] {
        Sha1::digest(self.to_bits()).into()
    }

    /// SHA-256 of the key's bits: the name by which the rule "one key, one holder" is checked.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.to_bits()).into()
    }

    /// Verifies a signature that [`Signer::sign`](crate::signer::Signer::sign) made: hash, then DER ECDSA or
    /// RSASSA-PSS; or raw Ed25519.
    ///
    /// ECDSA and RSA are verified by another implementation than the one that signs (`docs/decisions/0018`),
    /// which is several times faster. Ed25519 is not, because only its own implementation refuses keys and
    /// signatures of small order.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), PublicKeyError> {
        let (algorithm, bits): (&dyn VerificationAlgorithm, _) = match self {
            Self::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                return signature
                    .and_then(|signature| key.verify_strict(message, &signature))
                    .map_err(|_| PublicKeyError::Signature);
            }
            Self::P256(_) => (&ECDSA_P256_SHA256_ASN1, self.to_bits()),
            Self::P384(_) => (&ECDSA_P384_SHA384_ASN1, self.to_bits()),
            Self::Rsa(_) => (&RSA_PSS_2048_8192_SHA256, self.to_bits()),
        };
        UnparsedPublicKey::new(algorithm, bits)
            .verify(message, signature)
            .map_err(|_| PublicKeyError::Signature)
    }

    /// Verifies a DER ECDSA signature over a digest that the card was given (proof of possession, SP 800-73-5
    /// part 2). An error for Ed25519 and RSA, because our cards have no such keys.
    pub fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), PublicKeyError> {
        match self {
            Self::Ed25519(_) | Self::Rsa(_) => return Err(PublicKeyError::Signature),
            Self::P256(key) => {
                p256::ecdsa::Signature::from_der(signature).and_then(|s| key.verify_prehash(digest, &s))
            }
            Self::P384(key) => {
                p384::ecdsa::Signature::from_der(signature).and_then(|s| key.verify_prehash(digest, &s))
            }
        }
        .map_err(|_| PublicKeyError::Signature)
    }
}

fn curve_of(algorithm: &AlgorithmIdentifierOwned) -> Result<(Curve, CurveForm), PublicKeyError> {
    let unknown = PublicKeyError::Unknown(algorithm.oid);
    let Some(parameters) = &algorithm.parameters else { return Err(unknown) };
    match parameters.decode_as::<ObjectIdentifier>() {
        Ok(oid::SECP256R1) => Ok((Curve::P256, CurveForm::Named)),
        Ok(oid::SECP384R1) => Ok((Curve::P384, CurveForm::Named)),
        Ok(_) => Err(unknown),
        Err(_) => Ok((Curve::from_explicit(parameters)?.ok_or(unknown)?, CurveForm::Explicit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Signer;

    #[test]
    fn both_forms_are_the_same_key() {
        for algorithm in [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384] {
            let key = sample::signer(algorithm, 1).public_key();
            let named = key.to_spki_der(CurveForm::Named).unwrap();
            let explicit = key.to_spki_der(CurveForm::Explicit).unwrap();
            assert_ne!(named, explicit);
            assert_eq!(PublicKey::from_spki_der(&named).unwrap(), key);
            assert_eq!(PublicKey::from_spki_der(&explicit).unwrap(), key);
            let spki = SubjectPublicKeyInfoOwned::from_der(&explicit).unwrap();
            assert_eq!(PublicKey::from_spki(&spki).unwrap().1, CurveForm::Explicit);
        }
    }

    #[test]
    fn a_compressed_point_is_refused() {
        let key = sample::signer(Algorithm::EcdsaP256Sha256, 1).public_key();
        let mut bits = key.to_bits();
        bits.truncate(33);
        bits[0] = 0x02 | (key.to_bits()[64] & 1);
        let mut spki = key.to_spki(CurveForm::Named).unwrap();
        spki.subject_public_key = BitString::from_bytes(&bits).unwrap();
        assert!(matches!(PublicKey::from_spki(&spki), Err(PublicKeyError::Point)));
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let mut point = sample::signer(Algorithm::EcdsaP256Sha256, 1).public_key().to_bits();
        assert!(PublicKey::from_p256_point(&point).is_ok());
        point[64] ^= 1;
        assert!(matches!(PublicKey::from_p256_point(&point), Err(PublicKeyError::Point)));
    }

    #[test]
    fn a_signature_over_a_digest_is_the_signature_over_its_message() {
        let signer = sample::signer(Algorithm::EcdsaP256Sha256, 5);
        let signature = signer.sign(b"nonce").unwrap();
        let digest = Sha256::digest(b"nonce");
        assert!(signer.public_key().verify_digest(&digest, &signature).is_ok());
        assert!(signer.public_key().verify_digest(&Sha256::digest(b"other"), &signature).is_err());
    }
}
