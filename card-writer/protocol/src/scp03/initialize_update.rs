//! Amendment D §7.1.1.7: the answer to INITIALIZE UPDATE.

use thiserror::Error;

use super::{CHALLENGE_LENGTH, CRYPTOGRAM_LENGTH, KDD_LENGTH};

/// The answer of a card to INITIALIZE UPDATE with `i = 70`: 32 bytes without the status word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitializeUpdateAnswer {
    /// Key diversification data; always the same for a chip.
    pub kdd: [u8; KDD_LENGTH],
    /// The version of the key set that the card used.
    pub key_version: u8,
    /// The challenge that the card computed.
    pub card_challenge: [u8; CHALLENGE_LENGTH],
    /// Card cryptogram. Trust nothing else in this answer before it is verified.
    pub card_cryptogram: [u8; CRYPTOGRAM_LENGTH],
    /// Sequence counter, big endian (present because `i = 70` has pseudo-random challenges).
    pub sequence_counter: [u8; 3],
}

/// Why the bytes are not the answer of a card of our layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InitializeUpdateError {
    /// Not 32 bytes.
    #[error("the answer to INITIALIZE UPDATE has {0} bytes instead of 32")]
    Length(usize),
    /// The card uses another protocol than SCP03.
    #[error("the card speaks secure channel protocol {0:02x} instead of 03")]
    Protocol(u8),
    /// The card uses SCP03 with other options than `i = 70`.
    #[error("the card uses SCP03 with i = {0:02x} instead of 70")]
    Options(u8),
}

impl InitializeUpdateAnswer {
    /// Parses KDD (10) ‖ key version ‖ `03` ‖ `70` ‖ card challenge (8) ‖ card cryptogram (8) ‖ counter (3).
    ///
    /// # Errors
    /// Another length, protocol or option byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, InitializeUpdateError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| InitializeUpdateError::Length(bytes.len()))?;
        if bytes[11] != 0x03 {
            return Err(InitializeUpdateError::Protocol(bytes[11]));
        }
        if bytes[12] != 0x70 {
            return Err(InitializeUpdateError::Options(bytes[12]));
        }
        let mut answer = Self {
            kdd: [0; KDD_LENGTH],
            key_version: bytes[10],
            card_challenge: [0; CHALLENGE_LENGTH],
            card_cryptogram: [0; CRYPTOGRAM_LENGTH],
            sequence_counter: [0; 3],
        };
        answer.kdd.copy_from_slice(&bytes[..10]);
        answer.card_challenge.copy_from_slice(&bytes[13..21]);
        answer.card_cryptogram.copy_from_slice(&bytes[21..29]);
        answer.sequence_counter.copy_from_slice(&bytes[29..]);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_stands_in_its_place() {
        let mut bytes: [u8; 32] = std::array::from_fn(|i| i as u8);
        (bytes[11], bytes[12]) = (0x03, 0x70);
        let answer = InitializeUpdateAnswer::parse(&bytes).unwrap();
        assert_eq!(answer.kdd[9], 9);
        assert_eq!(answer.key_version, 10);
        assert_eq!(answer.card_challenge, [13, 14, 15, 16, 17, 18, 19, 20]);
        assert_eq!(answer.card_cryptogram[0], 21);
        assert_eq!(answer.sequence_counter, [29, 30, 31]);
    }

    #[test]
    fn other_protocols_options_and_lengths_are_refused() {
        let mut bytes = [0; 32];
        assert_eq!(InitializeUpdateAnswer::parse(&bytes[..28]), Err(InitializeUpdateError::Length(28)));
        bytes[11] = 0x02;
        assert_eq!(InitializeUpdateAnswer::parse(&bytes), Err(InitializeUpdateError::Protocol(2)));
        bytes[11] = 0x03;
        bytes[12] = 0x60;
        assert_eq!(InitializeUpdateAnswer::parse(&bytes), Err(InitializeUpdateError::Options(0x60)));
    }
}
