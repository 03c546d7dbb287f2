//! Keys that anyone can compute. Octets that are about to be signed are first signed with one of them and
//! read back, so that the real key signs nothing that cannot be read (Boulder's `issuance` does the same).
//!
//! Such a signature never leaves this module and would prove nothing, because no certificate names these
//! keys. Therefore it is not verified, except in the test below, and the nonce of ECDSA is drawn only once,
//! because nothing here needs to stay secret: a rehearsal costs next to nothing beside the real signature.

use std::sync::OnceLock;

use p256::NistP256;
use p256::elliptic_curve::group::{Curve as _, Group as _};
use p256::elliptic_curve::ops::{Invert as _, Reduce as _};
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::rand_core::CryptoRng;
use p256::elliptic_curve::{
    CurveArithmetic, FieldBytes, Generate as _, NonZeroScalar, ProjectivePoint, Scalar,
};
use p384::NistP384;
use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;
use crate::credential::raw_signature;
use crate::derived::Derived;
use crate::prepared::signed;
use crate::signer::{SignError, Signer as _, SoftwareSigner, ecdsa_value};

/// Signs the octets with the throw-away key of the algorithm, and asks `reads_back` whether the signed result
/// can be read.
pub(crate) fn rehearse(message: &[u8], algorithm: Algorithm, reads_back: impl FnOnce(&[u8]) -> bool) -> bool {
    key(algorithm).is_some_and(|key| key.sign(message).is_ok_and(|signature| reads_back(&signature)))
}

/// Like [`rehearse`], for a `SEQUENCE` of the octets, the algorithm identifier that will stand beside the
/// real signature, and the signature.
pub(crate) fn rehearse_signed(
    tbs_der: &[u8],
    algorithm: Algorithm,
    reads_back: impl FnOnce(&[u8]) -> bool,
) -> bool {
    rehearse(tbs_der, algorithm, |signature| {
        signed(tbs_der, algorithm.identifier(), signature).is_ok_and(|der| reads_back(&der))
    })
}

/// Like [`rehearse`], with the signature in the form of JOSE and COSE.
pub(crate) fn rehearse_raw(
    message: &[u8],
    algorithm: Algorithm,
    reads_back: impl FnOnce(&[u8]) -> bool,
) -> bool {
    rehearse(message, algorithm, |signature| {
        raw_signature::to_raw(algorithm, signature).is_some_and(|raw| reads_back(&raw))
    })
}

/// Drawn once for each process: an RSA key takes seconds.
fn key(algorithm: Algorithm) -> Option<&'static Key> {
    static KEYS: [OnceLock<Option<Key>>; Algorithm::ALL.len()] =
        [const { OnceLock::new() }; Algorithm::ALL.len()];
    KEYS[algorithm as usize].get_or_init(|| Key::draw(algorithm)).as_ref()
}

/// What signs the rehearsal.
enum Key {
    P256(Ecdsa<NistP256>),
    P384(Ecdsa<NistP384>),
    Other(Box<SoftwareSigner>),
}

impl Key {
    fn draw(algorithm: Algorithm) -> Option<Self> {
        let seed = Sha256::digest(format!("burtgel throw-away key {}", algorithm.row().name));
        let mut derived = Derived::new(seed.into());
        Some(match algorithm {
            Algorithm::EcdsaP256Sha256 => Self::P256(Ecdsa::draw(algorithm, &mut derived)),
            Algorithm::EcdsaP384Sha384 => Self::P384(Ecdsa::draw(algorithm, &mut derived)),
            Algorithm::Ed25519 | Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => {
                Self::Other(Box::new(SoftwareSigner::generate(algorithm, &mut derived).ok()?))
            }
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self {
            Self::P256(key) => key.sign(message),
            Self::P384(key) => key.sign(message),
            Self::Other(signer) => signer.sign(message),
        }
    }
}

/// A key on a curve with its only nonce (FIPS 186-5 §6.4.1).
struct Ecdsa<C: CurveArithmetic> {
    algorithm: Algorithm,
    key: NonZeroScalar<C>,
    /// The inverse of the nonce.
    inverse: Scalar<C>,
    /// The x coordinate of the nonce's point: the first number of every signature.
    r: Scalar<C>,
}

impl<C: CurveArithmetic> Ecdsa<C> {
    fn draw(algorithm: Algorithm, rng: &mut impl CryptoRng) -> Self {
        let (key, nonce) =
            (NonZeroScalar::generate_from_rng(rng), NonZeroScalar::<C>::generate_from_rng(rng));
        let point = (ProjectivePoint::<C>::generator() * *nonce).to_affine();
        Self { algorithm, key, inverse: *nonce.invert(), r: Scalar::<C>::reduce(&point.x()) }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let digest = self.algorithm.digest(message).unwrap_or_default();
        let digest = FieldBytes::<C>::try_from(digest.as_slice());
        let digest = digest.map_err(|_| SignError::Malformed(0))?;
        let s = self.inverse * (Scalar::<C>::reduce(&digest) + self.r * *self.key);
        let (r, s): (FieldBytes<C>, FieldBytes<C>) = (self.r.into(), s.into());
        ecdsa_value(self.algorithm, &[r.as_slice(), s.as_slice()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public_key::PublicKey;

    fn public(key: &Key) -> PublicKey {
        match key {
            Key::P256(one) => PublicKey::P256(p256::PublicKey::from_secret_scalar(&one.key).into()),
            Key::P384(one) => PublicKey::P384(p384::PublicKey::from_secret_scalar(&one.key).into()),
            Key::Other(signer) => signer.public_key(),
        }
    }

    #[test]
    fn what_cannot_be_read_back_is_seen() {
        let der = der::Encode::to_der(&der::asn1::Null).unwrap();
        for algorithm in Algorithm::ALL {
            assert!(rehearse_signed(&der, algorithm, |_| true));
            assert!(!rehearse_signed(&der, algorithm, |_| false));
            assert!(!rehearse_signed(b"no DER", algorithm, |_| true));
        }
    }

    #[test]
    fn a_throw_away_signature_is_one() {
        for algorithm in Algorithm::ALL {
            let key = key(algorithm).unwrap();
            for message in [&b"one"[..], b"two"] {
                let signature = key.sign(message).unwrap();
                public(key).verify(message, &signature).unwrap();
                assert!(public(key).verify(b"three", &signature).is_err());
            }
        }
    }
}
