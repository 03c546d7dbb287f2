//! Amendment D §6.2: session keys, cryptograms, and the authentication of a card.

use std::fmt;

use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    CHALLENGE_LENGTH, CRYPTOGRAM_LENGTH, DerivationConstant, InitializeUpdateAnswer, KEY_LENGTH, StaticKeys,
    derive,
};

/// S-ENC, S-MAC and S-RMAC of one channel.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionKeys {
    s_enc: [u8; KEY_LENGTH],
    s_mac: [u8; KEY_LENGTH],
    s_rmac: [u8; KEY_LENGTH],
}

/// The result for a card that proved its static keys, and what the host answers.
#[derive(Debug)]
pub struct Authenticated {
    /// The session keys of the channel.
    pub session_keys: SessionKeys,
    /// The host cryptogram in EXTERNAL AUTHENTICATE.
    pub host_cryptogram: [u8; CRYPTOGRAM_LENGTH],
}

/// The card does not have the expected keys. Put it in quarantine; never try again automatically: after ten
/// failures a real card locks its key set for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the card cryptogram is wrong")]
pub struct WrongCardCryptogram;

impl SessionKeys {
    /// The session keys that the service sent, in the order S-ENC, S-MAC, S-RMAC.
    pub fn new(s_enc: [u8; KEY_LENGTH], s_mac: [u8; KEY_LENGTH], s_rmac: [u8; KEY_LENGTH]) -> Self {
        Self { s_enc, s_mac, s_rmac }
    }

    /// Derives the session keys from one pair of challenges (Amendment D §6.2.1).
    pub fn derive(
        static_keys: &StaticKeys,
        host_challenge: &[u8; CHALLENGE_LENGTH],
        card_challenge: &[u8; CHALLENGE_LENGTH],
    ) -> Self {
        let context: [&[u8]; 2] = [host_challenge, card_challenge];
        Self {
            s_enc: *derive(&static_keys.enc, DerivationConstant::SessionEnc, &context),
            s_mac: *derive(&static_keys.mac, DerivationConstant::SessionMac, &context),
            s_rmac: *derive(&static_keys.mac, DerivationConstant::SessionRmac, &context),
        }
    }

    /// Verifies the card cryptogram in constant time. Only if it is right are there session keys and a host
    /// cryptogram.
    ///
    /// # Errors
    /// [`WrongCardCryptogram`]: the card has other keys, or answered another challenge.
    pub fn authenticate(
        static_keys: &StaticKeys,
        host_challenge: &[u8; CHALLENGE_LENGTH],
        answer: &InitializeUpdateAnswer,
    ) -> Result<Authenticated, WrongCardCryptogram> {
        let session_keys = Self::derive(static_keys, host_challenge, &answer.card_challenge);
        let expected = session_keys.card_cryptogram(host_challenge, &answer.card_challenge);
        if !bool::from(expected.ct_eq(&answer.card_cryptogram)) {
            return Err(WrongCardCryptogram);
        }
        let host_cryptogram = session_keys.host_cryptogram(host_challenge, &answer.card_challenge);
        Ok(Authenticated { session_keys, host_cryptogram })
    }

    /// The cryptogram with which the card proves its keys (Amendment D §6.2.2.2).
    pub fn card_cryptogram(
        &self,
        host_challenge: &[u8; CHALLENGE_LENGTH],
        card_challenge: &[u8; CHALLENGE_LENGTH],
    ) -> [u8; CRYPTOGRAM_LENGTH] {
        *derive(&self.s_mac, DerivationConstant::CardCryptogram, &[host_challenge, card_challenge])
    }

    /// The cryptogram with which the host proves its keys (Amendment D §6.2.2.3).
    pub fn host_cryptogram(
        &self,
        host_challenge: &[u8; CHALLENGE_LENGTH],
        card_challenge: &[u8; CHALLENGE_LENGTH],
    ) -> [u8; CRYPTOGRAM_LENGTH] {
        *derive(&self.s_mac, DerivationConstant::HostCryptogram, &[host_challenge, card_challenge])
    }

    /// S-ENC, with which the channel encrypts.
    pub fn s_enc(&self) -> &[u8; KEY_LENGTH] {
        &self.s_enc
    }

    /// S-MAC, for the C-MAC.
    pub fn s_mac(&self) -> &[u8; KEY_LENGTH] {
        &self.s_mac
    }

    /// S-RMAC, for the R-MAC.
    pub fn s_rmac(&self) -> &[u8; KEY_LENGTH] {
        &self.s_rmac
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_of(keys: &StaticKeys, host_challenge: &[u8; 8]) -> InitializeUpdateAnswer {
        let card_challenge = keys.expected_card_challenge([0, 0, 1], b"isd");
        let card_cryptogram = SessionKeys::derive(keys, host_challenge, &card_challenge)
            .card_cryptogram(host_challenge, &card_challenge);
        InitializeUpdateAnswer {
            kdd: [0; 10],
            key_version: 1,
            card_challenge,
            card_cryptogram,
            sequence_counter: [0, 0, 1],
        }
    }

    #[test]
    fn a_card_with_the_right_keys_is_authenticated() {
        let keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
        let answer = answer_of(&keys, &[9; 8]);
        let opened = SessionKeys::authenticate(&keys, &[9; 8], &answer).unwrap();
        assert_ne!(opened.host_cryptogram, answer.card_cryptogram);
    }

    #[test]
    fn a_wrong_cryptogram_another_challenge_and_other_keys_are_refused() {
        let keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
        let right = answer_of(&keys, &[9; 8]);
        let mut wrong = right.clone();
        wrong.card_cryptogram[7] ^= 1;
        let other_keys = StaticKeys::new([1; 16], [4; 16], [3; 16]);
        assert_eq!(SessionKeys::authenticate(&keys, &[9; 8], &wrong).unwrap_err(), WrongCardCryptogram);
        assert_eq!(SessionKeys::authenticate(&keys, &[8; 8], &right).unwrap_err(), WrongCardCryptogram);
        assert_eq!(SessionKeys::authenticate(&other_keys, &[9; 8], &right).unwrap_err(), WrongCardCryptogram);
    }

    #[test]
    fn session_keys_cannot_be_printed() {
        assert_eq!(format!("{:?}", SessionKeys::new([1; 16], [2; 16], [3; 16])), "SessionKeys(redacted)");
    }
}
