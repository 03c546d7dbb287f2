//! KDF3: derives the static keys of one chip from the master key of a delivery (`docs/card-layout.md`, Keys).

use aes::{Aes128, Aes192, Aes256};
use cmac::{Cmac, KeyInit, Mac};
use zeroize::Zeroizing;

/// Length of the key diversification data in bytes.
pub const KDD_BYTES: usize = 10;

/// What a static key is for; the value is the byte that KDF3 puts into its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// Encryption of commands and answers.
    Enc = 1,
    /// Authentication of commands and answers.
    Mac = 2,
    /// Encryption of keys inside PUT KEY.
    Dek = 3,
}

/// The master key is not 16, 24 or 32 bytes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key has {0} bytes; AES needs 16, 24 or 32")]
pub struct BadMasterLength(pub usize);

/// Derives `blocks × 16` bytes: block i is `CMAC(master, i ‖ 00 00 00 purpose ‖ 00 ‖ KDD)`, without a length
/// field.
pub fn derive(
    master: &[u8],
    purpose: Purpose,
    kdd: &[u8; KDD_BYTES],
    blocks: u8,
) -> Result<Zeroizing<Vec<u8>>, BadMasterLength> {
    let mut key = Zeroizing::new(Vec::with_capacity(usize::from(blocks) * 16));
    for i in 1..=blocks {
        let mut input = vec![i, 0, 0, 0, purpose as u8, 0];
        input.extend_from_slice(kdd);
        key.extend_from_slice(&prf(master, &input)?);
    }
    Ok(key)
}

fn prf(master: &[u8], input: &[u8]) -> Result<[u8; 16], BadMasterLength> {
    match master.len() {
        16 => Ok(cmac_of::<Cmac<Aes128>>(master, input)?),
        24 => Ok(cmac_of::<Cmac<Aes192>>(master, input)?),
        32 => Ok(cmac_of::<Cmac<Aes256>>(master, input)?),
        other => Err(BadMasterLength(other)),
    }
}

fn cmac_of<M: Mac + KeyInit>(master: &[u8], input: &[u8]) -> Result<[u8; 16], BadMasterLength> {
    let mut mac = <M as KeyInit>::new_from_slice(master).map_err(|_| BadMasterLength(master.len()))?;
    mac.update(input);
    let tag = mac.finalize().into_bytes();
    tag.as_slice().try_into().map_err(|_| BadMasterLength(master.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: &str = "8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD";
    const KDD: &str = "D9B1DE5D0362DEDCE4FB";
    const ENC: &str = "9aac5d0b3601f89438a0d9d0b6b256cfb47e6462dfa5228d3420c4ac7c224781";

    fn kdd() -> [u8; 10] {
        hex::decode(KDD).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_published_vector_comes_out() {
        let master = hex::decode(MASTER).unwrap();
        assert_eq!(hex::encode(&*derive(&master, Purpose::Enc, &kdd(), 2).unwrap()), ENC);
    }

    #[test]
    fn the_published_vector_does_not_come_out_for_another_chip_or_purpose() {
        let master = hex::decode(MASTER).unwrap();
        let mut other = kdd();
        other[9] ^= 1;
        assert_ne!(hex::encode(&*derive(&master, Purpose::Enc, &other, 2).unwrap()), ENC);
        assert_ne!(hex::encode(&*derive(&master, Purpose::Mac, &kdd(), 2).unwrap()), ENC);
    }

    #[test]
    fn a_master_of_an_odd_length_is_refused() {
        assert_eq!(derive(&[0; 17], Purpose::Dek, &kdd(), 1), Err(BadMasterLength(17)));
    }
}
