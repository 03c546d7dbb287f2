//! EF.DG15 (Doc 9303-10 §4.7.15): the public key of Active Authentication.

use der::Decode as _;
use spki::SubjectPublicKeyInfoOwned;

use super::LdsError;
use super::security_infos::explicit_p256;
use crate::public_key::{CurveForm, PublicKey};
use crate::tlv;

/// The file: `6F { SubjectPublicKeyInfo }`, P-256 with explicit parameters; DG14 states that the key signs
/// ecdsa-plain-SHA256.
pub fn encode(key: &PublicKey) -> Result<Vec<u8>, LdsError> {
    if !matches!(key, PublicKey::P256(_)) {
        return Err(LdsError::Field("DG15 key"));
    }
    let spki = key.to_spki_der(CurveForm::Explicit).map_err(|_| LdsError::Field("DG15 key"))?;
    Ok(tlv::write(0x6f, &spki))
}

/// Reads the file.
pub fn decode(file: &[u8]) -> Result<PublicKey, LdsError> {
    SubjectPublicKeyInfoOwned::from_der(tlv::only(file, 0x6f)?)
        .ok()
        .and_then(|spki| explicit_p256(&spki))
        .ok_or(LdsError::Field("DG15 key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::signer::Algorithm;

    #[test]
    fn the_key_comes_back() {
        let key = sample::key(Algorithm::EcdsaP256Sha256, 41);
        let file = encode(&key).unwrap();
        assert_eq!(decode(&file).unwrap(), key);
        assert!(file.ends_with(&key.to_bits()));
    }

    #[test]
    fn another_curve_or_a_named_one_is_refused() {
        assert!(encode(&sample::key(Algorithm::EcdsaP384Sha384, 1)).is_err());
        let named = sample::key(Algorithm::EcdsaP256Sha256, 1).to_spki_der(CurveForm::Named).unwrap();
        assert_eq!(decode(&tlv::write(0x6f, &named)), Err(LdsError::Field("DG15 key")));
    }
}
