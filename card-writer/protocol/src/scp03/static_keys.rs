//! The three static keys of one key set of one chip.

use std::fmt;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{CHALLENGE_LENGTH, DerivationConstant, KEY_LENGTH, derive};

/// Key-ENC, Key-MAC and Key-DEK of one key set (Amendment D §4.1.4). They never leave the service.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StaticKeys {
    pub(super) enc: [u8; KEY_LENGTH],
    pub(super) mac: [u8; KEY_LENGTH],
    pub(super) dek: [u8; KEY_LENGTH],
}

impl StaticKeys {
    /// A set with given keys; usually `MasterKey::diversify` makes it.
    pub fn new(enc: [u8; KEY_LENGTH], mac: [u8; KEY_LENGTH], dek: [u8; KEY_LENGTH]) -> Self {
        Self { enc, mac, dek }
    }

    /// Key check values of ENC, MAC and DEK: the first three bytes of `AES(key, 01 × 16)`
    /// (GlobalPlatform Card Specification 2.3.1 §B.6).
    pub fn kcvs(&self) -> [[u8; 3]; 3] {
        [&self.enc, &self.mac, &self.dek].map(check_value)
    }

    /// The pseudo-random card challenge of this chip for `sequence_counter` while `aid` is selected
    /// (Amendment D §6.2.2.1). A service that keeps the last counter can distinguish an old answer from a new
    /// one.
    pub fn expected_card_challenge(&self, sequence_counter: [u8; 3], aid: &[u8]) -> [u8; CHALLENGE_LENGTH] {
        *derive(&self.enc, DerivationConstant::CardChallenge, &[&sequence_counter, aid])
    }
}

fn check_value(key: &[u8; KEY_LENGTH]) -> [u8; 3] {
    let mut block = [0x01; 16].into();
    Aes128::new(key.into()).encrypt_block(&mut block);
    [block[0], block[1], block[2]]
}

impl fmt::Debug for StaticKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaticKeys(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of the well-known test key 40..4F, as GlobalPlatform tools show it for AES-128.
    #[test]
    fn the_default_test_key_has_its_known_check_value() {
        let key = std::array::from_fn(|i| 0x40 + i as u8);
        assert_eq!(hex::encode(check_value(&key)), "504a77");
    }

    #[test]
    fn static_keys_cannot_be_printed() {
        assert_eq!(format!("{:?}", StaticKeys::new([1; 16], [2; 16], [3; 16])), "StaticKeys(redacted)");
    }
}
