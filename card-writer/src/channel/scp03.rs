//! SCP03 at level 33, the host's side (Amendment D §6.2.3 to §6.2.7), with session keys from the service.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use card_protocol::layout::{Application, KeySet};
use card_protocol::scp03::{LEVEL_FULL, SessionKeys};
use cbc::cipher::block_padding::NoPadding;
use cmac::{Cmac, Mac};
use subtle::ConstantTimeEq;

use super::{padded, unpadded};
use crate::apdu::{Command, Response, SHORT_DATA};
use crate::card::{Card, require_ok};
use crate::command;
use crate::refusal::Refusal;

/// Length of C-MAC and R-MAC.
const MAC_LENGTH: usize = 8;
/// The class byte of a protected command whose class is 80, on the basic channel.
const SECURE_CLA: u8 = 0x84;

/// An open channel: keys, MAC chaining value, command counter.
pub struct Scp03Channel {
    keys: SessionKeys,
    chaining: [u8; 16],
    counter: u128,
}

/// Who answers the card while a channel is opened: the service, because only the service has static keys.
pub trait ChannelAuthority {
    /// The host challenge for a new channel.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    fn host_challenge(&mut self, application: Application, key_set: KeySet) -> Result<[u8; 8], Refusal>;
    /// Host cryptogram, session keys and level, if the card cryptogram in `answer` is right.
    ///
    /// # Errors
    /// The service refuses; the card is then quarantined.
    fn authenticate(&mut self, answer: &[u8]) -> Result<([u8; 8], SessionKeys, u8), Refusal>;
}

impl Scp03Channel {
    /// Selects the application and opens a channel of level 33. It never tries twice.
    ///
    /// # Errors
    /// An unexpected status, a level below 33, or a refusal of the service.
    pub fn open(
        card: &mut Card<'_>,
        authority: &mut dyn ChannelAuthority,
        application: Application,
        key_set: KeySet,
    ) -> Result<Self, Refusal> {
        card.select(application)?;
        let challenge = authority.host_challenge(application, key_set)?;
        let answer = card.require(&command::initialize_update(key_set, challenge), "INITIALIZE UPDATE")?;
        let (cryptogram, keys, level) = authority.authenticate(&answer)?;
        if level != LEVEL_FULL {
            return Err(Refusal::WeakChannel);
        }
        let mut channel = Self { keys, chaining: [0; 16], counter: 0 };
        let authenticate = channel.with_mac(command::external_authenticate(level, cryptogram));
        card.require(&authenticate, "EXTERNAL AUTHENTICATE")?;
        Ok(channel)
    }

    /// Sends a command through the channel and checks the protection of the answer.
    ///
    /// # Errors
    /// The card cannot be reached, or the answer is not protected as it must be.
    pub fn send(&mut self, card: &mut Card<'_>, command: &Command) -> Result<Response, Refusal> {
        let response = card.send(&self.wrap(command))?;
        self.unwrap(response)
    }

    /// [`Scp03Channel::send`] for a command that must answer `9000`.
    ///
    /// # Errors
    /// The errors of `send`; [`Refusal::UnexpectedStatus`] naming `what`.
    pub fn require(
        &mut self,
        card: &mut Card<'_>,
        command: &Command,
        what: &'static str,
    ) -> Result<Vec<u8>, Refusal> {
        require_ok(self.send(card, command)?, what)
    }

    fn wrap(&mut self, command: &Command) -> Command {
        // The counter grows with every command, even one without data (§6.2.6).
        self.counter += 1;
        let mut command = Command { expected: Some(256), ..command.clone() };
        if !command.data.is_empty() {
            let iv = self.block(self.counter);
            command.data = cbc::Encryptor::<Aes128>::new(self.keys.s_enc().into(), &iv.into())
                .encrypt_padded_vec::<NoPadding>(&padded(&command.data, 16))
                .into();
        }
        self.with_mac(command)
    }

    /// §6.2.4: computes the MAC over chaining value, header and data, where `Lc` counts the MAC too. The
    /// whole MAC is the next chaining value; its first half is sent.
    fn with_mac(&mut self, mut command: Command) -> Command {
        command.cla = SECURE_CLA;
        let length = command.data.len() + MAC_LENGTH;
        let mut mac = Cmac::<Aes128>::new(self.keys.s_mac().into());
        mac.update(&self.chaining);
        mac.update(&command.header());
        if length <= SHORT_DATA {
            mac.update(&[length as u8]);
        } else {
            mac.update(&[0, (length >> 8) as u8, length as u8]);
        }
        mac.update(&command.data);
        self.chaining = mac.finalize().into_bytes().into();
        command.data.extend(&self.chaining[..MAC_LENGTH]);
        command
    }

    fn unwrap(&self, response: Response) -> Result<Response, Refusal> {
        if !response.status.is_success_or_warning() {
            // §6.2.5: an error answer has neither MAC nor data.
            return Ok(Response { data: Vec::new(), ..response });
        }
        let Some((body, tag)) = response.data.split_last_chunk::<MAC_LENGTH>() else {
            return Err(Refusal::BrokenChannel);
        };
        let mut mac = Cmac::<Aes128>::new(self.keys.s_rmac().into());
        mac.update(&self.chaining);
        mac.update(body);
        mac.update(&response.status.to_bytes());
        let expected = mac.finalize().into_bytes();
        if !bool::from(expected[..MAC_LENGTH].ct_eq(tag)) {
            return Err(Refusal::BrokenChannel);
        }
        Ok(Response { data: self.decrypted(body)?, ..response })
    }

    /// §6.2.7: the IV is that of the command, but with the top bit of the counter block set.
    fn decrypted(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        if body.is_empty() {
            return Ok(Vec::new());
        }
        let iv = self.block(self.counter | 1 << 127);
        let clear = cbc::Decryptor::<Aes128>::new(self.keys.s_enc().into(), &iv.into())
            .decrypt_padded_vec::<NoPadding>(body)
            .map_err(|_| Refusal::BrokenChannel)?;
        unpadded(&clear).map(<[u8]>::to_vec).ok_or(Refusal::BrokenChannel)
    }

    fn block(&self, counter: u128) -> [u8; 16] {
        let mut block = counter.to_be_bytes().into();
        Aes128::new(self.keys.s_enc().into()).encrypt_block(&mut block);
        block.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apdu::Status;

    fn channel() -> Scp03Channel {
        Scp03Channel { keys: SessionKeys::new([1; 16], [2; 16], [3; 16]), chaining: [0; 16], counter: 0 }
    }

    #[test]
    fn every_command_has_another_mac_and_a_long_one_an_extended_length_in_it() {
        let mut channel = channel();
        let command = Command::new(0x84, 0xE2, 0, 0).with_data([5; 20]);
        let (first, second) = (channel.wrap(&command), channel.wrap(&command));
        assert_eq!(first.data.len(), 32 + 8);
        assert_ne!(first.data, second.data);
        assert_eq!(channel.wrap(&Command::new(0x84, 0xCA, 0, 0xE0)).data.len(), 8);
        assert_eq!(
            channel.wrap(&Command::new(0x84, 0xDB, 0x3F, 0xFF).with_data(vec![1; 700])).data.len(),
            704 + 8
        );
        assert_eq!(channel.counter, 4);
    }

    #[test]
    fn an_answer_without_its_mac_is_no_answer() {
        let mut channel = channel();
        channel.wrap(&Command::new(0x84, 0xE2, 0, 0));
        for data in [vec![], vec![0; 8], vec![0; 24]] {
            let response = Response { data, status: Status::OK };
            assert!(matches!(channel.unwrap(response), Err(Refusal::BrokenChannel)));
        }
        let error = Response { data: vec![1, 2, 3], status: Status::CONDITIONS };
        assert!(channel.unwrap(error).unwrap().data.is_empty());
    }
}
