//! The master key of a delivery or of the issuer, and KDF3.

use std::fmt;

use aes::{Aes128, Aes256};
use cmac::{Cmac, KeyInit, Mac};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{KDD_LENGTH, KEY_LENGTH, StaticKeys};

/// A diversification master key, AES-128 or AES-256. It lives in the vault of the service and nowhere else.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey(Bytes);

#[derive(Zeroize, ZeroizeOnDrop)]
enum Bytes {
    Aes128([u8; 16]),
    Aes256([u8; 32]),
}

impl MasterKey {
    /// An AES-128 master key.
    pub fn new_128(key: [u8; 16]) -> Self {
        Self(Bytes::Aes128(key))
    }

    /// An AES-256 master key.
    pub fn new_256(key: [u8; 32]) -> Self {
        Self(Bytes::Aes256(key))
    }

    /// The static keys of the chip that answers with `kdd`: KDF3 of `docs/card-layout.md`, AES-128 keys.
    pub fn diversify(&self, kdd: &[u8; KDD_LENGTH]) -> StaticKeys {
        let [enc, mac, dek] = [1, 2, 3].map(|constant| self.kdf3_block(1, constant, kdd));
        StaticKeys::new(*enc, *mac, *dek)
    }

    /// One block of KDF3: `CMAC(master, i ‖ 00 00 00 c ‖ 00 ‖ KDD)`, without a length field at the end.
    fn kdf3_block(&self, i: u8, constant: u8, kdd: &[u8; KDD_LENGTH]) -> Zeroizing<[u8; KEY_LENGTH]> {
        let input = [&[i, 0, 0, 0, constant, 0][..], kdd].concat();
        Zeroizing::new(match &self.0 {
            Bytes::Aes128(key) => {
                Cmac::<Aes128>::new(key.into()).chain_update(&input).finalize().into_bytes().into()
            }
            Bytes::Aes256(key) => {
                Cmac::<Aes256>::new(key.into()).chain_update(&input).finalize().into_bytes().into()
            }
        })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// The test vector that GlobalPlatformPro publishes for KDF3 (its `TestSCP03`).
    #[test]
    fn kdf3_gives_the_published_key() {
        let master =
            MasterKey::new_256(bytes("8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD"));
        let kdd = bytes("D9B1DE5D0362DEDCE4FB");
        let enc = [*master.kdf3_block(1, 1, &kdd), *master.kdf3_block(2, 1, &kdd)].concat();
        assert_eq!(
            hex::encode_upper(enc),
            "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781"
        );
    }

    #[test]
    fn another_chip_has_other_keys_and_the_three_keys_differ() {
        let master = MasterKey::new_128([7; 16]);
        let (one, other) = (master.diversify(&[1; 10]), master.diversify(&[2; 10]));
        assert_ne!(one.kcvs(), other.kcvs());
        let [enc, mac, dek] = one.kcvs();
        assert!(enc != mac && mac != dek && dek != enc);
    }

    #[test]
    fn a_master_key_cannot_be_printed() {
        assert_eq!(format!("{:?}", MasterKey::new_128([0xAB; 16])), "MasterKey(redacted)");
    }
}
