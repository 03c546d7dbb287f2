//! Basic Access Control and its secure messaging, the terminal's side (Doc 9303-11 §4.3 and §9.8).

use cbc::cipher::block_padding::NoPadding;
use des::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};
use des::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use des::{Des, TdesEde2};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{padded, unpadded};
use crate::apdu::{Command, Response, Status};
use crate::card::Card;
use crate::command;
use crate::edge::{Edge, random};
use crate::refusal::Refusal;
use crate::tlv;

/// A pair of two-key 3DES keys.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Keys {
    enc: [u8; 16],
    mac: [u8; 16],
}

impl Keys {
    /// Doc 9303-11 §9.7.1: SHA-1 over seed and counter, parity adjusted.
    fn from_seed(seed: &[u8; 16]) -> Self {
        let key = |counter: u8| {
            let hash = Sha1::new_with_prefix(seed).chain_update([0, 0, 0, counter]).finalize();
            let mut key = [0; 16];
            key.copy_from_slice(&hash[..16]);
            key.map(|byte| if (byte >> 1).count_ones() % 2 == 0 { byte | 1 } else { byte & 0xFE })
        };
        Self { enc: key(1), mac: key(2) }
    }

    fn encrypt(&self, blocks: &[u8]) -> Vec<u8> {
        cbc::Encryptor::<TdesEde2>::new(&self.enc.into(), &[0; 8].into())
            .encrypt_padded_vec::<NoPadding>(blocks)
    }

    fn decrypt(&self, blocks: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        cbc::Decryptor::<TdesEde2>::new(&self.enc.into(), &[0; 8].into())
            .decrypt_padded_vec::<NoPadding>(blocks)
            .ok()
            .map(Zeroizing::new)
    }

    /// ISO/IEC 9797-1 MAC algorithm 3 with DES and padding method 2.
    fn tag(&self, message: &[u8]) -> [u8; 8] {
        let [first, second] = [&self.mac[..8], &self.mac[8..]].map(|half| {
            let mut key = [0; 8];
            key.copy_from_slice(half);
            Des::new(&key.into())
        });
        let mut state = [0; 8].into();
        for block in padded(message, 8).chunks(8) {
            for (byte, next) in AsMut::<[u8]>::as_mut(&mut state).iter_mut().zip(block) {
                *byte ^= next;
            }
            first.encrypt_block(&mut state);
        }
        second.decrypt_block(&mut state);
        first.encrypt_block(&mut state);
        state.into()
    }
}

/// A channel opened by BAC.
pub struct BacChannel {
    keys: Keys,
    counter: u64,
}

impl BacChannel {
    /// Opens the selected eMRTD application with K_seed.
    ///
    /// # Errors
    /// [`Refusal::AccessDenied`] if the card does not accept the keys or cannot prove that it has them.
    pub fn open(card: &mut Card<'_>, seed: &[u8; 16], edge: &mut dyn Edge) -> Result<Self, Refusal> {
        let challenge = card.require(&command::challenge(), "GET CHALLENGE")?;
        let challenge =
            <[u8; 8]>::try_from(challenge).map_err(|_| Refusal::MalformedAnswer("GET CHALLENGE"))?;
        let ours = Ours { challenge: random(edge)?, key: Zeroizing::new(random(edge)?) };
        let keys = Keys::from_seed(seed);
        let response = card.send(&command::mutual_authenticate(&ours.token(&keys, &challenge)))?;
        if response.status != Status::OK {
            return Err(Refusal::AccessDenied);
        }
        ours.finish(&keys, &challenge, &response.data)
    }

    /// Sends a command through the channel and checks the protection of the answer.
    ///
    /// # Errors
    /// The card cannot be reached, or the answer is not protected as it must be.
    pub fn send(&mut self, card: &mut Card<'_>, command: &Command) -> Result<Response, Refusal> {
        let response = card.send(&self.wrap(command))?;
        self.unwrap(&response)
    }

    fn wrap(&mut self, command: &Command) -> Command {
        self.counter = self.counter.wrapping_add(1);
        let mut header = command.header();
        header[0] |= 0x0C;
        let mut objects = Vec::new();
        if !command.data.is_empty() {
            let cipher = self.keys.encrypt(&padded(&command.data, 8));
            objects.extend(tlv::write(&[0x87], &[&[0x01][..], &cipher].concat()));
        }
        if let Some(length) = command.expected {
            objects.extend(tlv::write(&[0x97], &[length as u8]));
        }
        // `tag` pads its input, so the header is padded here only if data objects follow it.
        let head = if objects.is_empty() { Zeroizing::new(header.to_vec()) } else { padded(&header, 8) };
        let message = [&self.counter.to_be_bytes()[..], &head, &objects].concat();
        objects.extend(tlv::write(&[0x8E], &self.keys.tag(&message)));
        let [cla, ins, p1, p2] = header;
        Command::new(cla, ins, p1, p2).with_data(objects).expecting(256)
    }

    fn unwrap(&mut self, response: &Response) -> Result<Response, Refusal> {
        self.counter = self.counter.wrapping_add(1);
        if response.data.is_empty() && response.status != Status::OK {
            // The card ended the channel (§9.8.6.2 leaves errors of secure messaging unprotected).
            return Err(Refusal::UnexpectedStatus {
                command: "a protected command",
                status: response.status,
            });
        }
        let broken = || Refusal::BrokenChannel;
        let split = response.data.len().checked_sub(10).ok_or_else(broken)?;
        let (objects, tag) = response.data.split_at(split);
        let tag = tlv::only(tag, &[0x8E]).ok_or_else(broken)?;
        let expected = self.keys.tag(&[&self.counter.to_be_bytes()[..], objects].concat());
        if !bool::from(expected.ct_eq(tag)) {
            return Err(Refusal::BrokenChannel);
        }
        let status =
            <[u8; 2]>::try_from(tlv::find(objects, &[0x99]).ok_or_else(broken)?).map_err(|_| broken())?;
        let data = match tlv::find(objects, &[0x87]) {
            Some([0x01, cipher @ ..]) => {
                let clear = self.keys.decrypt(cipher).ok_or_else(broken)?;
                unpadded(&clear).ok_or_else(broken)?.to_vec()
            }
            Some(_) => return Err(Refusal::BrokenChannel),
            None => Vec::new(),
        };
        Ok(Response { data, status: Status(u16::from_be_bytes(status)) })
    }
}

/// The terminal's part in the mutual authentication.
struct Ours {
    challenge: [u8; 8],
    key: Zeroizing<[u8; 16]>,
}

impl Ours {
    /// E_IFD ‖ M_IFD (§4.3.2).
    fn token(&self, keys: &Keys, card_challenge: &[u8; 8]) -> [u8; 40] {
        let cipher =
            keys.encrypt(&Zeroizing::new([&self.challenge[..], card_challenge, &self.key[..]].concat()));
        let mut token = [0; 40];
        token[..32].copy_from_slice(&cipher);
        token[32..].copy_from_slice(&keys.tag(&cipher));
        token
    }

    /// Checks E_IC ‖ M_IC and derives the session keys and the counter (§4.3.2, §9.8.6.3).
    fn finish(&self, keys: &Keys, card_challenge: &[u8; 8], answer: &[u8]) -> Result<BacChannel, Refusal> {
        let answer = <&[u8; 40]>::try_from(answer).map_err(|_| Refusal::AccessDenied)?;
        let (cipher, tag) = answer.split_at(32);
        if !bool::from(keys.tag(cipher).ct_eq(tag)) {
            return Err(Refusal::AccessDenied);
        }
        let clear = keys.decrypt(cipher).ok_or(Refusal::AccessDenied)?;
        if clear[..8] != card_challenge[..] || clear[8..16] != self.challenge[..] {
            return Err(Refusal::AccessDenied);
        }
        let mut seed = Zeroizing::new([0; 16]);
        for (i, byte) in seed.iter_mut().enumerate() {
            *byte = self.key[i] ^ clear[16 + i];
        }
        let mut counter = [0; 8];
        counter[..4].copy_from_slice(&card_challenge[4..]);
        counter[4..].copy_from_slice(&self.challenge[4..]);
        Ok(BacChannel { keys: Keys::from_seed(&seed), counter: u64::from_be_bytes(counter) })
    }
}

/// The worked example of Doc 9303-11 appendix D.
#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    fn array<const N: usize>(text: &str) -> [u8; N] {
        bytes(text).try_into().unwrap()
    }

    fn session() -> BacChannel {
        BacChannel {
            keys: Keys {
                enc: array("979EC13B1CBFE9DCD01AB0FED307EAE5"),
                mac: array("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            },
            counter: 0x887022120C06C226,
        }
    }

    fn answer(text: &str) -> Response {
        Response::parse(&bytes(text)).unwrap()
    }

    #[test]
    fn the_document_keys_are_those_of_the_example() {
        let keys = Keys::from_seed(&array("239AB9CB282DAF66231DC5A4DF6BFBAE"));
        assert_eq!(keys.enc, array("AB94FDECF2674FDFB9B391F85D7F76F2"));
        assert_eq!(keys.mac, array("7962D9ECE03D1ACD4C76089DCE131543"));
    }

    #[test]
    fn the_mutual_authentication_is_that_of_the_example() {
        let keys = Keys::from_seed(&array("239AB9CB282DAF66231DC5A4DF6BFBAE"));
        let ours = Ours {
            challenge: array("781723860C06C226"),
            key: Zeroizing::new(array("0B795240CB7049B01C19B33E32804F0B")),
        };
        let card_challenge = array("4608F91988702212");
        assert_eq!(
            ours.token(&keys, &card_challenge)[..],
            bytes("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7")
        );
        let theirs =
            bytes("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449");
        let channel = ours.finish(&keys, &card_challenge, &theirs).unwrap();
        assert_eq!(channel.keys.enc, session().keys.enc);
        assert_eq!(channel.keys.mac, session().keys.mac);
        assert_eq!(channel.counter, session().counter);
        let mut changed = theirs;
        changed[3] ^= 1;
        assert!(matches!(ours.finish(&keys, &card_challenge, &changed), Err(Refusal::AccessDenied)));
    }

    #[test]
    fn secure_messaging_is_that_of_the_example() {
        let mut channel = session();
        let select = channel.wrap(&command::select_file([0x01, 0x1E]));
        assert_eq!(
            **select.to_short_apdus()[0],
            bytes("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")
        );
        assert_eq!(channel.unwrap(&answer("990290008E08FA855A5D4C50A8ED9000")).unwrap().status, Status::OK);

        let read = channel.wrap(&command::read_binary(0, 4));
        assert_eq!(**read.to_short_apdus()[0], bytes("0CB000000D9701048E08ED6705417E96BA5500"));
        let read = channel.unwrap(&answer("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000")).unwrap();
        assert_eq!(read.data, bytes("60145F01"));

        let read = channel.wrap(&command::read_binary(4, 0x12));
        assert_eq!(**read.to_short_apdus()[0], bytes("0CB000040D9701128E082EA28A70F3C7B53500"));
        let read = channel
            .unwrap(&answer(
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            ))
            .unwrap();
        assert_eq!(read.data, bytes("04303130365F36063034303030305C026175"));
    }

    #[test]
    fn a_changed_answer_is_not_believed() {
        let mut channel = session();
        channel.wrap(&command::select_file([0x01, 0x1E]));
        let changed = answer("990290008E08FA855A5D4C50A8EE9000");
        assert!(matches!(channel.unwrap(&changed), Err(Refusal::BrokenChannel)));
    }
}
