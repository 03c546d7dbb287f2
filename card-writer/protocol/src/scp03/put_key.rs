//! PUT KEY (Amendment D §7.2; GlobalPlatform Card Specification 2.3.1 §11.8): replacing a key set.

use aes::Aes128;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

use super::{KEY_LENGTH, StaticKeys};

/// The version number of a key set on the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyVersion(pub u8);

/// The data field of one PUT KEY command, and the answer by which the card confirms the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutKeyBlock {
    /// New version ‖ three key blocks (ENC, MAC, DEK), the keys encrypted under the current static DEK.
    pub data: Vec<u8>,
    /// New version ‖ three check values.
    pub expected_answer: Vec<u8>,
}

impl PutKeyBlock {
    /// The block that replaces `current` by `new`, as version `version`.
    ///
    /// A key block is `88` (AES) ‖ `11` ‖ `10` (length of the clear key) ‖ 16 encrypted bytes ‖ `03` ‖ KCV.
    pub fn new(current: &StaticKeys, new: &StaticKeys, version: KeyVersion) -> Self {
        let mut data = vec![version.0];
        let mut expected_answer = vec![version.0];
        for (key, kcv) in [&new.enc, &new.mac, &new.dek].into_iter().zip(new.kcvs()) {
            data.extend([0x88, 0x11, 0x10]);
            data.extend(encrypted_under(&current.dek, key));
            data.push(0x03);
            data.extend(kcv);
            expected_answer.extend(kcv);
        }
        Self { data, expected_answer }
    }
}

/// AES-CBC with a zero IV and no padding: the key is exactly one block.
fn encrypted_under(dek: &[u8; KEY_LENGTH], key: &[u8; KEY_LENGTH]) -> Vec<u8> {
    cbc::Encryptor::<Aes128>::new(dek.into(), &[0; 16].into()).encrypt_padded_vec::<NoPadding>(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cbc::cipher::BlockModeDecrypt;

    #[test]
    fn the_block_holds_each_key_under_the_present_dek() {
        let current = StaticKeys::new([1; 16], [2; 16], [3; 16]);
        let new = StaticKeys::new([4; 16], [5; 16], [6; 16]);
        let block = PutKeyBlock::new(&current, &new, KeyVersion(0x30));
        assert_eq!(block.data.len(), 1 + 3 * 23);
        for (i, key) in [[4; 16], [5; 16], [6; 16]].iter().enumerate() {
            let part = &block.data[1 + 23 * i..][..23];
            assert_eq!(part[..3], [0x88, 0x11, 0x10]);
            let clear = cbc::Decryptor::<Aes128>::new(&[3; 16].into(), &[0; 16].into())
                .decrypt_padded_vec::<NoPadding>(&part[3..19])
                .unwrap();
            assert_eq!(clear, key);
            assert_eq!(part[19], 3);
            assert_eq!(part[20..], new.kcvs()[i]);
        }
        assert_eq!(block.expected_answer.len(), 10);
        assert_eq!((block.data[0], block.expected_answer[0]), (0x30, 0x30));
    }
}
