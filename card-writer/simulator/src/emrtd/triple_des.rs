//! 3DES as in Doc 9303-11 §9.8: CBC with a zero IV, retail MAC, padding method 2, keys from a seed.

use des::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
    block_padding::NoPadding,
};
use des::{Des, TdesEde2};
use sha1::{Digest, Sha1};

/// Block length in bytes.
pub(super) const BLOCK: usize = 8;

/// KDF of Doc 9303-11 §9.7.1.1 for two-key 3DES; counter 1 is for encryption, 2 for MAC. Parity bits are
/// adjusted.
pub(super) fn derive(seed: &[u8; 16], counter: u32) -> [u8; 16] {
    let hash = Sha1::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(hash) {
        let bits = from & 0xFE;
        *to = bits | u8::from(bits.count_ones().is_multiple_of(2));
    }
    key
}

/// Encrypts whole blocks in CBC mode; the callers pad first.
pub(super) fn encrypt(key: &[u8; 16], data: &[u8]) -> Vec<u8> {
    debug_assert!(data.len().is_multiple_of(BLOCK));
    cbc::Encryptor::<TdesEde2>::new(key.into(), &[0; BLOCK].into()).encrypt_padded_vec::<NoPadding>(data)
}

/// Decrypts; `None` if `data` is not made of whole blocks.
pub(super) fn decrypt(key: &[u8; 16], data: &[u8]) -> Option<Vec<u8>> {
    cbc::Decryptor::<TdesEde2>::new(key.into(), &[0; BLOCK].into()).decrypt_padded_vec::<NoPadding>(data).ok()
}

/// ISO/IEC 9797-1 MAC algorithm 3 with DES and padding method 2 over the parts in order.
pub(super) fn mac(key: &[u8; 16], parts: &[&[u8]]) -> [u8; BLOCK] {
    let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
    first.copy_from_slice(&key[..BLOCK]);
    second.copy_from_slice(&key[BLOCK..]);
    let (first, second) = (Des::new(&first.into()), Des::new(&second.into()));
    let mut state = [0; BLOCK];
    let message = pad(parts.concat());
    for block in message.chunks_exact(BLOCK) {
        for (to, from) in state.iter_mut().zip(block) {
            *to ^= from;
        }
        state = encrypt_block(&first, state);
    }
    let mut buffer = state.into();
    second.decrypt_block(&mut buffer);
    encrypt_block(&first, buffer.into())
}

fn encrypt_block(des: &Des, block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut buffer = block.into();
    des.encrypt_block(&mut buffer);
    buffer.into()
}

/// Adds padding method 2.
pub(super) fn pad(mut data: Vec<u8>) -> Vec<u8> {
    data.push(0x80);
    data.resize(data.len().next_multiple_of(BLOCK), 0);
    data
}

/// Removes the padding; `None` if its mark is missing.
pub(super) fn unpad(mut data: Vec<u8>) -> Option<Vec<u8>> {
    let end = data.iter().rposition(|&byte| byte != 0)?;
    if data[end] != 0x80 {
        return None;
    }
    data.truncate(end);
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex16(text: &str) -> [u8; 16] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// Doc 9303-11 appendix D.1 and D.2.
    #[test]
    fn the_document_keys_of_appendix_d_come_out() {
        let seed = hex16("239AB9CB282DAF66231DC5A4DF6BFBAE");
        assert_eq!(derive(&seed, 1), hex16("AB94FDECF2674FDFB9B391F85D7F76F2"));
        assert_eq!(derive(&seed, 2), hex16("7962D9ECE03D1ACD4C76089DCE131543"));
        assert_ne!(derive(&seed, 3), derive(&seed, 1));
    }

    #[test]
    fn the_mac_changes_with_its_message_and_key() {
        let key = hex16("7962D9ECE03D1ACD4C76089DCE131543");
        assert_ne!(mac(&key, &[b"a"]), mac(&key, &[b"b"]));
        assert_ne!(mac(&key, &[b"a"]), mac(&[0x10; 16], &[b"a"]));
        assert_eq!(mac(&key, &[b"ab"]), mac(&key, &[b"a", b"b"]));
    }

    #[test]
    fn padding_without_its_mark_and_broken_blocks_are_refused() {
        assert_eq!(unpad(vec![0; 8]), None);
        assert_eq!(unpad(vec![1, 0]), None);
        assert_eq!(decrypt(&[1; 16], &[0; 7]), None);
    }
}
