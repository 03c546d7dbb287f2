//! RSA keys (RFC 8017): a modulus of a size in the table, the exponent 65537, RSASSA-PSS signatures.

use der::asn1::UintRef;
use der::{Any, Encode as _};
use rsa::pkcs1::{self, DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};
use spki::AlgorithmIdentifierOwned;

use crate::algorithm::Algorithm;
use crate::derived::Derived;
use crate::oid;
use crate::public_key::PublicKeyError;

/// An RSA public key, with the algorithm that follows from its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    key: rsa::PublicKey,
    /// `RSAPublicKey` in DER (RFC 8017 appendix A.1.1): the bits of the SubjectPublicKeyInfo.
    bits: Vec<u8>,
    algorithm: Algorithm,
}

impl RsaKey {
    /// Reads an `RSAPublicKey`. A size that is not in the table, or another exponent than 65537, is refused.
    pub(crate) fn from_bits(bits: &[u8]) -> Result<Self, PublicKeyError> {
        let key = rsa::PublicKey::from_pkcs1_der(bits).map_err(|_| PublicKeyError::Modulus)?;
        Self::new(key)
    }

    /// Makes a key from modulus and public exponent, most significant octet first.
    pub(crate) fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, PublicKeyError> {
        let key =
            pkcs1::RsaPublicKey { modulus: UintRef::new(modulus)?, public_exponent: UintRef::new(exponent)? };
        Self::from_bits(&key.to_der()?)
    }

    pub(crate) fn new(key: rsa::PublicKey) -> Result<Self, PublicKeyError> {
        let algorithm = Algorithm::rsa(key.n().bit_width_vartime()).ok_or(PublicKeyError::Modulus)?;
        if *key.e_bytes() != [1, 0, 1] {
            return Err(PublicKeyError::Modulus);
        }
        let bits = key.to_pkcs1_der().map_err(|_| PublicKeyError::Modulus)?.as_bytes().to_vec();
        Ok(Self { key, bits, algorithm })
    }

    /// The algorithm for its size.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `RSAPublicKey` in DER.
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// The modulus, most significant octet first, without leading zeroes.
    pub fn modulus(&self) -> Vec<u8> {
        self.key.n_bytes().into_vec()
    }

    /// rsaEncryption with NULL (RFC 4055 §1.2): the key is not bound to one scheme, as in most CSCA
    /// certificates.
    pub(crate) fn identifier() -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: oid::RSA_ENCRYPTION, parameters: Some(Any::null()) }
    }
}

/// Signs a SHA-256 digest.
///
/// The crate draws no randomness, so salt and blinding are derived from the key and the digest, as RFC 6979
/// derives the nonce of ECDSA: nobody without the key can know them, and signing the same digest again gives
/// the same signature.
pub(crate) fn sign_digest(key: &rsa::PrivateKey, digest: &[u8]) -> Result<Vec<u8>, rsa::errors::Error> {
    let secret = key.to_pkcs8_der().map_err(|_| rsa::errors::Error::Internal)?;
    let mut hash = Sha256::new_with_prefix(b"burtgel RSASSA-PSS salt and blinding\0");
    hash.update(secret.as_bytes());
    hash.update(digest);
    let mut derived = Derived::new(hash.finalize().into());
    key.pss_sign_prehash_with_rng::<Sha256, _>(&mut derived, digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Signer as _;

    #[test]
    fn the_same_is_signed_the_same_and_another_message_with_another_salt() {
        let signer = sample::rsa_3072();
        assert_eq!(signer.sign(b"one").unwrap(), signer.sign(b"one").unwrap());
        assert_ne!(signer.sign(b"one").unwrap(), signer.sign(b"two").unwrap());
    }

    #[test]
    fn a_modulus_of_another_size_or_another_exponent_is_refused() {
        let mut rng = sample::rng(90);
        let small = rsa::PrivateKey::new(&mut rng, 2048).unwrap();
        assert!(matches!(RsaKey::new(small.to_public_key()), Err(PublicKeyError::Modulus)));
        let ours = sample::rsa_3072().public_key();
        let mut bits = ours.to_bits();
        let last = bits.len() - 1;
        bits[last] = 3; // 65539
        assert!(matches!(RsaKey::from_bits(&bits), Err(PublicKeyError::Modulus)));
        assert!(matches!(RsaKey::from_bits(b"no key"), Err(PublicKeyError::Modulus)));
    }

    #[test]
    fn a_signature_without_salt_is_refused() {
        use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
        let signer = sample::rsa_3072();
        let secret = signer.to_pkcs8_der().unwrap();
        let key: rsa::PrivateKey = pkcs8::DecodePrivateKey::from_pkcs8_der(&secret).unwrap();
        let unsalted = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key, 0);
        let signature = unsalted.sign_with_rng(&mut sample::rng(91), b"one").to_vec();
        assert!(signer.public_key().verify(b"one", &signature).is_err());
    }
}
