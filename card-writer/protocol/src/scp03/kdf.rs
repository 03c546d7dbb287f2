//! Amendment D §4.1.5: the key derivation function, NIST SP 800-108 in counter mode with CMAC.

use aes::Aes128;
use cmac::{Cmac, KeyInit, Mac};
use zeroize::Zeroizing;

use super::KEY_LENGTH;

/// The derivation constant, last byte of the label (Amendment D, table 4-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DerivationConstant {
    /// Authentication cryptogram of the card, from S-MAC.
    CardCryptogram,
    /// Authentication cryptogram of the host, from S-MAC.
    HostCryptogram,
    /// Pseudo-random card challenge, from the static ENC key.
    CardChallenge,
    /// S-ENC, from the static ENC key.
    SessionEnc,
    /// S-MAC, from the static MAC key.
    SessionMac,
    /// S-RMAC, from the static MAC key.
    SessionRmac,
}

impl DerivationConstant {
    fn byte(self) -> u8 {
        match self {
            Self::CardCryptogram => 0x00,
            Self::HostCryptogram => 0x01,
            Self::CardChallenge => 0x02,
            Self::SessionEnc => 0x04,
            Self::SessionMac => 0x06,
            Self::SessionRmac => 0x07,
        }
    }
}

/// Derives `N` bytes (8 or 16: one block of the PRF) from `key` over `context`.
///
/// Input of the PRF: label (11 zero bytes and the constant) ‖ `00` ‖ L in bits (2 bytes) ‖ counter `01` ‖
/// context.
pub fn derive<const N: usize>(
    key: &[u8; KEY_LENGTH],
    constant: DerivationConstant,
    context: &[&[u8]],
) -> Zeroizing<[u8; N]> {
    const { assert!(N == 8 || N == 16, "one block of the PRF") };
    let mut mac = Cmac::<Aes128>::new(key.into());
    mac.update(&[0; 11]);
    mac.update(&[constant.byte(), 0x00]);
    mac.update(if N == 8 { &[0x00, 0x40] } else { &[0x00, 0x80] });
    mac.update(&[0x01]);
    for part in context {
        mac.update(part);
    }
    let block = Zeroizing::new(<[u8; 16]>::from(mac.finalize().into_bytes()));
    let mut out = Zeroizing::new([0; N]);
    out.copy_from_slice(&block[..N]);
    out
}
