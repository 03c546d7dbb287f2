//! Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6.2, RFC 8037 §2), without any private member.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::public_key::{PublicKey, PublicKeyError};
use crate::weak_key::require_strong;

/// The key as a JWK, when JOSE may sign with it.
pub(crate) fn of(key: &PublicKey) -> Option<Value> {
    let bits = key.to_bits();
    let text = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
    let curve = |name: &str, length: usize| {
        let (x, y) = bits.get(1..)?.split_at_checked(length)?;
        Some(json!({ "kty": "EC", "crv": name, "x": text(x), "y": text(y) }))
    };
    match key {
        PublicKey::Ed25519(_) => Some(json!({ "kty": "OKP", "crv": "Ed25519", "x": text(&bits) })),
        PublicKey::P256(_) => curve("P-256", 32),
        PublicKey::P384(_) => curve("P-384", 48),
        PublicKey::Rsa(_) => None,
    }
}

/// Reads a public key. A key with a private member (RFC 7518 §6.2.2) is refused, because it is no longer
/// secret; so is a key for which anyone can make signatures.
pub(crate) fn read(jwk: &Value) -> Result<PublicKey, PublicKeyError> {
    let key = parse(jwk)?;
    require_strong(&key).map_err(|_| PublicKeyError::Point)?;
    Ok(key)
}

fn parse(jwk: &Value) -> Result<PublicKey, PublicKeyError> {
    let jwk = jwk.as_object().ok_or(PublicKeyError::Point)?;
    if jwk.contains_key("d") {
        return Err(PublicKeyError::Point);
    }
    let member = |name: &str| jwk.get(name).and_then(Value::as_str);
    match (member("kty"), member("crv")) {
        (Some("OKP"), Some("Ed25519")) => {
            let x: [u8; 32] = octets(jwk, "x")?.try_into().map_err(|_| PublicKeyError::Point)?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(&x).map_err(|_| PublicKeyError::Point)?;
            Ok(PublicKey::Ed25519(key))
        }
        (Some("EC"), Some("P-256")) => p256::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 32)?)
            .map(PublicKey::P256)
            .map_err(|_| PublicKeyError::Point),
        (Some("EC"), Some("P-384")) => p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 48)?)
            .map(PublicKey::P384)
            .map_err(|_| PublicKeyError::Point),
        (Some(_) | None, Some(_) | None) => Err(PublicKeyError::Point),
    }
}

/// `04 ‖ x ‖ y`; a coordinate is as long as the curve's field, zeros included (RFC 7518 §6.2.1.2).
fn point(jwk: &Map<String, Value>, length: usize) -> Result<Vec<u8>, PublicKeyError> {
    let (x, y) = (octets(jwk, "x")?, octets(jwk, "y")?);
    if x.len() != length || y.len() != length {
        return Err(PublicKeyError::Point);
    }
    Ok([&[0x04][..], &x, &y].concat())
}

fn octets(jwk: &Map<String, Value>, name: &str) -> Result<Vec<u8>, PublicKeyError> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(PublicKeyError::Point)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PublicKeyError::Point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Algorithm;

    #[test]
    fn a_key_survives_its_jwk() {
        for algorithm in [Algorithm::Ed25519, Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384] {
            let key = sample::key(algorithm, 1);
            assert_eq!(read(&of(&key).unwrap()).unwrap(), key);
        }
        assert_eq!(of(&sample::rsa_3072().public_key()), None);
    }

    #[test]
    fn the_key_of_rfc_8037_is_read() {
        // RFC 8037 appendix A.2.
        let jwk =
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        assert!(matches!(read(&jwk), Ok(PublicKey::Ed25519(_))));
    }

    #[test]
    fn a_point_of_small_order_is_no_key() {
        let okp = |x: [u8; 32]| json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(x) });
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for x in [neutral, [0; 32]] {
            assert!(parse(&okp(x)).is_ok());
            assert!(matches!(read(&okp(x)), Err(PublicKeyError::Point)));
        }
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let good = of(&sample::key(Algorithm::EcdsaP256Sha256, 1)).unwrap();
        let spoilt = |change: fn(&mut Value)| {
            let mut jwk = good.clone();
            change(&mut jwk);
            read(&jwk)
        };
        assert!(spoilt(|jwk| jwk["d"] = json!("AA")).is_err());
        assert!(spoilt(|jwk| jwk["crv"] = json!("P-384")).is_err());
        assert!(spoilt(|jwk| jwk["crv"] = json!("secp256k1")).is_err());
        assert!(spoilt(|jwk| jwk["y"] = jwk["x"].clone()).is_err());
        assert!(spoilt(|jwk| jwk["x"] = json!("not base64!")).is_err());
        assert!(spoilt(|jwk| *jwk = json!("text")).is_err());
        assert!(spoilt(|_| ()).is_ok());
    }
}
