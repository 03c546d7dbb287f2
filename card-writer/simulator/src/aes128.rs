//! The AES-128 primitives on which SCP03 is built: one block, CBC without padding, CMAC.

use aes::Aes128;
use aes::cipher::{
    BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, block_padding::NoPadding,
};
use cmac::{Cmac, Mac};

/// Key and block length in bytes.
pub const BLOCK: usize = 16;

/// Encrypts one block (ECB).
pub fn encrypt_block(key: &[u8; BLOCK], block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut buffer = block.into();
    Aes128::new(key.into()).encrypt_block(&mut buffer);
    buffer.into()
}

/// Encrypts whole blocks in CBC mode. `data` must be a multiple of 16 bytes long; the callers pad first.
pub fn encrypt_cbc(key: &[u8; BLOCK], iv: &[u8; BLOCK], data: &[u8]) -> Vec<u8> {
    debug_assert!(data.len().is_multiple_of(BLOCK));
    cbc::Encryptor::<Aes128>::new(key.into(), iv.into()).encrypt_padded_vec::<NoPadding>(data)
}

/// Decrypts whole blocks in CBC mode; `None` if the length of `data` is not a multiple of 16.
pub fn decrypt_cbc(key: &[u8; BLOCK], iv: &[u8; BLOCK], data: &[u8]) -> Option<Vec<u8>> {
    cbc::Decryptor::<Aes128>::new(key.into(), iv.into()).decrypt_padded_vec::<NoPadding>(data).ok()
}

/// CMAC (SP 800-38B) over the parts in order.
pub fn mac(key: &[u8; BLOCK], parts: &[&[u8]]) -> [u8; BLOCK] {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(key.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The key check value of an AES key: the first three bytes of the encrypted block `01…01` (GPCS Amendment D,
/// PUT KEY).
pub fn key_check_value(key: &[u8; BLOCK]) -> [u8; 3] {
    let block = encrypt_block(key, [1; BLOCK]);
    [block[0], block[1], block[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4493 §4, the key of all its examples.
    const KEY: [u8; 16] =
        [0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c];

    #[test]
    fn the_mac_of_rfc_4493_comes_out() {
        assert_eq!(hex::encode(mac(&KEY, &[])), "bb1d6929e95937287fa37d129b756746");
        let message = hex::decode("6bc1bee22e409f96e93d7e117393172a").unwrap();
        assert_eq!(
            hex::encode(mac(&KEY, &[&message[..5], &message[5..]])),
            "070a16b46b4d4144f79bdd9dd04a287c"
        );
    }

    #[test]
    fn the_block_of_fips_197_comes_out() {
        let key = hex::decode("000102030405060708090a0b0c0d0e0f").unwrap().try_into().unwrap();
        let block = hex::decode("00112233445566778899aabbccddeeff").unwrap().try_into().unwrap();
        assert_eq!(hex::encode(encrypt_block(&key, block)), "69c4e0d86a7b0430d8cdb78070b4c55a");
    }

    #[test]
    fn cbc_there_and_back() {
        let secret = encrypt_cbc(&KEY, &[7; 16], &[9; 32]);
        assert_ne!(secret[..16], secret[16..]);
        assert_eq!(decrypt_cbc(&KEY, &[7; 16], &secret).unwrap(), [9; 32]);
    }

    #[test]
    fn a_broken_block_is_refused() {
        assert_eq!(decrypt_cbc(&KEY, &[0; 16], &[0; 15]), None);
    }
}
