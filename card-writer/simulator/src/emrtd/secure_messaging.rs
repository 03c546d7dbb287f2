//! Secure messaging with 3DES, the chip's side (Doc 9303-11 §9.8).

use super::triple_des::{self, BLOCK};
use crate::apdu::{Answer, Command, Sw};
use crate::tlv;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

const CRYPTOGRAM: u32 = 0x87;
const EXPECTED_LENGTH: u32 = 0x97;
const STATUS: u32 = 0x99;
const CHECKSUM: u32 = 0x8E;
/// First byte of a cryptogram's value: padding method 2.
const PADDED: u8 = 0x01;

/// A session after BAC.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct SecureMessaging {
    enc: [u8; 16],
    mac: [u8; 16],
    counter: u64,
}

impl SecureMessaging {
    pub(super) fn new(enc: [u8; 16], mac: [u8; 16], counter: u64) -> Self {
        Self { enc, mac, counter }
    }

    #[cfg(test)]
    pub(super) fn matches(&self, enc: &[u8; 16], mac: &[u8; 16], counter: u64) -> bool {
        (&self.enc, &self.mac, self.counter) == (enc, mac, counter)
    }

    /// Checks and decrypts a command. Errors end the session: `6987` a data object is missing, `6988` a data
    /// object is wrong.
    pub(super) fn unwrap(&mut self, command: &Command) -> Result<Command, Sw> {
        self.counter = self.counter.wrapping_add(1);
        let objects = tlv::parse(&command.data).map_err(|_| Sw::SM_WRONG)?;
        let checksum = tlv::find(&objects, CHECKSUM).ok_or(Sw::SM_MISSING)?;
        let header = triple_des::pad(vec![command.cla, command.ins, command.p1, command.p2]);
        let protected: Vec<u8> = objects
            .iter()
            .filter(|object| object.tag != CHECKSUM)
            .flat_map(|object| tlv::write(object.tag, object.value))
            .collect();
        if !bool::from(self.checksum(&[&header, &protected]).ct_eq(checksum)) {
            return Err(Sw::SM_WRONG);
        }
        let data = tlv::find(&objects, CRYPTOGRAM).map(|value| self.decrypt(value)).transpose()?;
        let le = tlv::find(&objects, EXPECTED_LENGTH).map(expected_length).transpose()?;
        Ok(Command { cla: command.cla & !0x0C, data: data.unwrap_or_default(), le, ..command.clone() })
    }

    /// Encrypts an answer and adds its checksum; error answers are protected as well.
    pub(super) fn wrap(&mut self, answer: &Answer) -> Answer {
        self.counter = self.counter.wrapping_add(1);
        let mut objects = Vec::new();
        if !answer.data.is_empty() {
            let sealed = triple_des::encrypt(&self.enc, &triple_des::pad(answer.data.clone()));
            objects.extend(tlv::write(CRYPTOGRAM, &[&[PADDED], sealed.as_slice()].concat()));
        }
        objects.extend(tlv::write(STATUS, &answer.sw.0.to_be_bytes()));
        let checksum = self.checksum(&[&objects]);
        objects.extend(tlv::write(CHECKSUM, &checksum));
        Answer { data: objects, sw: answer.sw }
    }

    fn checksum(&self, parts: &[&[u8]]) -> [u8; BLOCK] {
        let message = [&self.counter.to_be_bytes()[..], &parts.concat()].concat();
        triple_des::mac(&self.mac, &[&message])
    }

    fn decrypt(&self, value: &[u8]) -> Result<Vec<u8>, Sw> {
        let sealed = value.strip_prefix(&[PADDED]).ok_or(Sw::SM_WRONG)?;
        triple_des::decrypt(&self.enc, sealed).and_then(triple_des::unpad).ok_or(Sw::SM_WRONG)
    }
}

fn expected_length(value: &[u8]) -> Result<usize, Sw> {
    match value {
        [0] => Ok(256),
        [le] => Ok(usize::from(*le)),
        [0, 0] => Ok(65_536),
        [high, low] => Ok(usize::from(u16::from_be_bytes([*high, *low]))),
        _ => Err(Sw::SM_WRONG),
    }
}

/// Doc 9303-11 appendix D.4: SELECT EF.COM, READ BINARY of 4 bytes, READ BINARY of the other 18.
#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> SecureMessaging {
        let key = |text: &str| hex::decode(text).unwrap().try_into().unwrap();
        SecureMessaging::new(
            key("979EC13B1CBFE9DCD01AB0FED307EAE5"),
            key("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            0x8870_2212_0C06_C226,
        )
    }

    fn command(text: &str) -> Command {
        Command::parse(&hex::decode(text).unwrap()).unwrap()
    }

    const SELECT: &str = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800";

    #[test]
    fn the_conversation_of_appendix_d_comes_out() {
        let mut session = session();
        let mut turn = |apdu: &str, answer: Answer, expected: &str| {
            let plain = session.unwrap(&command(apdu)).unwrap();
            assert_eq!(hex::encode_upper(session.wrap(&answer).to_bytes()), expected);
            plain
        };
        let select = turn(SELECT, Answer::status(Sw::OK), "990290008E08FA855A5D4C50A8ED9000");
        assert_eq!((select.cla, select.data), (0, vec![0x01, 0x1E]));
        let first = turn(
            "0CB000000D9701048E08ED6705417E96BA5500",
            Answer::ok(hex::decode("60145F01").unwrap()),
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        );
        assert_eq!((first.p1p2(), first.le), (0, Some(4)));
        let second = turn(
            "0CB000040D9701128E082EA28A70F3C7B53500",
            Answer::ok(hex::decode("04303130365F36063034303030305C026175").unwrap()),
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
        );
        assert_eq!((second.p1p2(), second.le), (4, Some(18)));
    }

    #[test]
    fn a_changed_or_replayed_command_is_refused() {
        let mut wrong = command(SELECT);
        wrong.data[4] ^= 1;
        assert_eq!(session().unwrap(&wrong), Err(Sw::SM_WRONG));
        let mut once = session();
        once.unwrap(&command(SELECT)).unwrap();
        assert_eq!(once.unwrap(&command(SELECT)), Err(Sw::SM_WRONG));
    }

    #[test]
    fn a_command_without_checksum_is_refused() {
        let bare = command("0CB0000003970104");
        assert_eq!(session().unwrap(&bare), Err(Sw::SM_MISSING));
    }
}
