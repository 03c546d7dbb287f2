//! Public keys that can be read but must not be certified.
//!
//! A key on another curve, of another size or with another exponent is refused when it is read
//! ([`PublicKey::from_spki_der`]). Not checked: primes that are close together, and keys of broken generators
//! that are in published lists (Debian 2008).

use crate::public_key::PublicKey;

/// Why a key is not certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakKey {
    /// The modulus looks like one made by Infineon's RSALib (CVE-2017-15361): it can be factored.
    #[error("the RSA key has the fingerprint of ROCA (CVE-2017-15361)")]
    Roca,
    /// The modulus has a small factor.
    #[error("the modulus of the RSA key is divisible by {0}")]
    SmallFactor(u32),
    /// The point has an order of eight at most: anyone can make signatures that verify with it.
    #[error("the Ed25519 key is a point of small order")]
    SmallOrder,
    /// The key was certified before: one key has one holder, for ever.
    #[error("this public key was certified before")]
    Repeated,
}

/// Factors below this number are looked for.
const SMALL: u32 = 1 << 13;

/// Refuses a key whose weakness shows in the key itself.
///
/// # Errors
/// [`WeakKey::Roca`], [`WeakKey::SmallFactor`] or [`WeakKey::SmallOrder`].
pub fn require_strong(key: &PublicKey) -> Result<(), WeakKey> {
    match key {
        PublicKey::Rsa(key) => require_strong_modulus(&key.modulus()),
        // Eight points of Ed25519 have an order of at most eight, and can be read as keys.
        PublicKey::Ed25519(key) if key.is_weak() => Err(WeakKey::SmallOrder),
        PublicKey::Ed25519(_) => Ok(()),
        // Every point of these curves has the full order, except the one at infinity, which cannot be
        // encoded.
        PublicKey::P256(_) | PublicKey::P384(_) => Ok(()),
    }
}

/// Refuses also a key that is used already: `is_taken` receives its [fingerprint](PublicKey::fingerprint).
///
/// # Errors
/// The errors of [`require_strong`], and [`WeakKey::Repeated`].
pub fn require_new(key: &PublicKey, is_taken: impl FnOnce(&[u8; 32]) -> bool) -> Result<(), WeakKey> {
    require_strong(key)?;
    if is_taken(&key.fingerprint()) { Err(WeakKey::Repeated) } else { Ok(()) }
}

fn require_strong_modulus(modulus: &[u8]) -> Result<(), WeakKey> {
    if let Some(factor) = primes_below(SMALL).find(|prime| remainder(modulus, *prime) == 0) {
        return Err(WeakKey::SmallFactor(factor));
    }
    if has_roca_fingerprint(modulus) { Err(WeakKey::Roca) } else { Ok(()) }
}

/// The primes of ROCA are `k·M + (65537^a mod M)`, where M is the product of the first primes. So the modulus
/// is a power of 65537 modulo each of them (Nemec and others, "The Return of Coppersmith's Attack", 2017,
/// §2.3).
fn has_roca_fingerprint(modulus: &[u8]) -> bool {
    primes_below(168).skip(1).all(|prime| is_power_of_65537(remainder(modulus, prime), prime))
}

fn is_power_of_65537(residue: u32, prime: u32) -> bool {
    let generator = 65537 % prime;
    let mut power = 1;
    for _ in 0..prime {
        if power == residue {
            return true;
        }
        power = power * generator % prime;
    }
    false
}

/// The remainder of a number, most significant octet first, divided by a small one.
fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |rest, octet| ((rest << 8) | u32::from(*octet)) % divisor)
}

fn primes_below(limit: u32) -> impl Iterator<Item = u32> {
    (2..limit).filter(|number| (2..).take_while(|d| d * d <= *number).all(|d| number % d != 0))
}

#[cfg(test)]
mod tests {
    use der::Decode as _;
    use der::Encode as _;
    use der::asn1::ObjectIdentifier;
    use spki::SubjectPublicKeyInfoOwned;

    use super::*;
    use crate::public_key::{CurveForm, PublicKeyError};
    use crate::sample;
    use crate::signer::Algorithm;

    #[test]
    fn the_keys_we_draw_are_strong() {
        for algorithm in Algorithm::ALL {
            assert_eq!(require_strong(&sample::key(algorithm, 1)), Ok(()), "{algorithm:?}");
        }
    }

    #[test]
    fn a_modulus_with_the_fingerprint_of_roca_is_refused() {
        // Such a modulus is a power of 65537 modulo each of the primes that are checked.
        let mut number = vec![1_u8];
        for exponent in 1..20 {
            number = times_65537(&number);
            assert!(has_roca_fingerprint(&number), "65537 to the power of {exponent}");
            let mut other = number.clone();
            other[0] ^= 2;
            assert!(!has_roca_fingerprint(&other), "65537 to the power of {exponent}, changed");
        }
    }

    /// n · 65537 = n · 2¹⁶ + n.
    fn times_65537(number: &[u8]) -> Vec<u8> {
        let mut shifted = number.to_vec();
        shifted.extend([0, 0]);
        let mut carry = 0;
        for (at, place) in shifted.iter_mut().rev().enumerate() {
            let below = number.iter().rev().nth(at).copied().unwrap_or(0);
            let sum = u16::from(*place) + u16::from(below) + carry;
            *place = sum.to_be_bytes()[1];
            carry = sum >> 8;
        }
        if carry > 0 {
            shifted.insert(0, 1);
        }
        shifted
    }

    #[test]
    fn the_power_is_computed_rightly() {
        assert_eq!(times_65537(&[1]), 65537_u32.to_be_bytes()[1..]);
        assert_eq!(times_65537(&[0xff]), (65537_u32 * 255).to_be_bytes()[1..]);
        let square = 65537_u64 * 65537;
        assert_eq!(times_65537(&[1, 0, 1]), square.to_be_bytes()[3..]);
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        // The neutral element, and the point (0, -1), which has order two.
        let minus_one = [&[0xec][..], &[0xff; 30], &[0x7f]].concat();
        for point in [[&[1][..], &[0; 31]].concat(), minus_one] {
            let key = PublicKey::from_bits(Algorithm::Ed25519, &point).unwrap();
            assert_eq!(require_strong(&key), Err(WeakKey::SmallOrder));
        }
    }

    #[test]
    fn a_small_factor_is_refused() {
        assert_eq!(require_strong_modulus(&[0xff; 384]), Err(WeakKey::SmallFactor(3)));
        let product = (8191_u64 * 2_147_483_647).to_be_bytes();
        assert_eq!(require_strong_modulus(&product), Err(WeakKey::SmallFactor(8191)));
    }

    #[test]
    fn a_key_that_somebody_has_is_refused() {
        let (mine, yours) =
            (sample::key(Algorithm::EcdsaP256Sha256, 1), sample::key(Algorithm::EcdsaP256Sha256, 2));
        let taken = [mine.fingerprint()];
        assert_eq!(require_new(&mine, |one| taken.contains(one)), Err(WeakKey::Repeated));
        assert_eq!(require_new(&yours, |one| taken.contains(one)), Ok(()));
    }

    #[test]
    fn another_curve_is_not_read() {
        let key = sample::key(Algorithm::EcdsaP256Sha256, 1);
        let mut spki =
            SubjectPublicKeyInfoOwned::from_der(&key.to_spki_der(CurveForm::Named).unwrap()).unwrap();
        for (curve, name) in [("1.3.132.0.10", "secp256k1"), ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1")] {
            let oid = ObjectIdentifier::new_unwrap(curve);
            spki.algorithm.parameters = Some(der::Any::encode_from(&oid).unwrap());
            let read = PublicKey::from_spki_der(&spki.to_der().unwrap());
            assert!(matches!(read, Err(PublicKeyError::Unknown(_))), "{name}");
        }
        spki.algorithm.parameters = Some(der::Any::encode_from(&crate::oid::SECP384R1).unwrap());
        assert!(matches!(PublicKey::from_spki_der(&spki.to_der().unwrap()), Err(PublicKeyError::Point)));
    }
}
