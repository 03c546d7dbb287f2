//! The commands of `docs/card-layout.md`, one constructor for each.

use card_protocol::layout::{Application, KeySet, Slot};

use crate::apdu::Command;
use crate::pin::CardPin;
use crate::tlv;

/// Asks for all the data that the card has.
const ALL: u16 = 256;

/// SELECT by application identifier.
pub fn select(application: Application) -> Command {
    Command::new(0x00, 0xA4, 0x04, 0x00).with_data(application.aid()).expecting(ALL)
}

/// SELECT EF by file identifier, no answer data (Doc 9303-10 §3.6.2).
pub fn select_file(file_id: [u8; 2]) -> Command {
    Command::new(0x00, 0xA4, 0x02, 0x0C).with_data(file_id)
}

/// READ BINARY of `length` bytes (1 to 256) from `offset` (below 32 768).
pub fn read_binary(offset: u16, length: u16) -> Command {
    let [high, low] = offset.to_be_bytes();
    Command::new(0x00, 0xB0, high & 0x7F, low).expecting(length)
}

/// GET DATA of the card production life cycle data.
pub fn cplc() -> Command {
    Command::new(0x80, 0xCA, 0x9F, 0x7F).expecting(ALL)
}

/// GET DATA of the key information template.
pub fn key_information() -> Command {
    Command::new(0x80, 0xCA, 0x00, 0xE0).expecting(ALL)
}

/// INITIALIZE UPDATE with a key set.
pub fn initialize_update(key_set: KeySet, host_challenge: [u8; 8]) -> Command {
    Command::new(0x80, 0x50, key_set.version().0, 0x00).with_data(host_challenge).expecting(ALL)
}

/// EXTERNAL AUTHENTICATE, before its C-MAC.
pub fn external_authenticate(level: u8, host_cryptogram: [u8; 8]) -> Command {
    Command::new(0x84, 0x82, level, 0x00).with_data(host_cryptogram)
}

/// PUT KEY that replaces ENC, MAC and DEK of the transport set.
pub fn put_key(data: &[u8]) -> Command {
    Command::new(0x84, 0xD8, KeySet::Transport.version().0, 0x81).with_data(data).expecting(ALL)
}

/// GENERATE ASYMMETRIC KEY PAIR, P-256, under a channel.
pub fn generate(slot: Slot) -> Command {
    Command::new(0x84, 0x47, 0x00, slot.key_reference())
        .with_data([0xAC, 0x03, 0x80, 0x01, 0x11])
        .expecting(ALL)
}

/// GENERAL AUTHENTICATE: signs a SHA-256 value (SP 800-73-5 part 2 §3.2.4), as the holder's software sends
/// it.
pub fn sign(slot: Slot, digest: &[u8; 32]) -> Command {
    let template = [&[0x82, 0x00][..], &tlv::write(&[0x81], digest)].concat();
    Command::new(0x00, 0x87, 0x11, slot.key_reference())
        .with_data(tlv::write(&[0x7C], &template))
        .expecting(ALL)
}

/// [`sign`] in the issuer's channel, before there is a PIN.
pub fn sign_under_channel(slot: Slot, digest: &[u8; 32]) -> Command {
    Command { cla: 0x84, ..sign(slot, digest) }
}

/// A data object of the PIV application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PivObject {
    /// The card holder unique identifier.
    Chuid,
    /// The card capability container.
    Ccc,
    /// The certificate of a slot.
    Certificate(Slot),
}

impl PivObject {
    /// The tag (SP 800-73-5 part 1, table 3).
    pub fn tag(self) -> [u8; 3] {
        match self {
            Self::Chuid => [0x5F, 0xC1, 0x02],
            Self::Ccc => [0x5F, 0xC1, 0x07],
            Self::Certificate(Slot::Authentication) => [0x5F, 0xC1, 0x05],
            Self::Certificate(Slot::Signature) => [0x5F, 0xC1, 0x0A],
        }
    }
}

/// GET DATA of a PIV object.
pub fn get_object(object: PivObject) -> Command {
    Command::new(0x00, 0xCB, 0x3F, 0xFF).with_data(tlv::write(&[0x5C], &object.tag())).expecting(ALL)
}

/// PUT DATA of a PIV object under a channel; `content` goes into tag `53`.
pub fn put_object(object: PivObject, content: &[u8]) -> Command {
    let data = [tlv::write(&[0x5C], &object.tag()), tlv::write(&[0x53], content)].concat();
    Command::new(0x84, 0xDB, 0x3F, 0xFF).with_data(data)
}

/// STORE DATA, one block.
pub fn store_data(is_last: bool, block: u8, data: &[u8]) -> Command {
    Command::new(0x84, 0xE2, if is_last { 0x80 } else { 0x00 }, block).with_data(data)
}

/// VERIFY the application PIN.
pub fn verify_pin(pin: &CardPin) -> Command {
    Command::new(0x00, 0x20, 0x00, 0x80).with_data(*pin.padded())
}

/// CHANGE REFERENCE DATA of the application PIN.
pub fn change_pin(old: &CardPin, new: &CardPin) -> Command {
    Command::new(0x00, 0x24, 0x00, 0x80).with_data([*old.padded(), *new.padded()].concat())
}

/// GET CHALLENGE, 8 bytes.
pub fn challenge() -> Command {
    Command::new(0x00, 0x84, 0x00, 0x00).expecting(8)
}

/// EXTERNAL (MUTUAL) AUTHENTICATE of BAC (Doc 9303-11 §4.3.2).
pub fn mutual_authenticate(token: &[u8; 40]) -> Command {
    Command::new(0x00, 0x82, 0x00, 0x00).with_data(*token).expecting(40)
}
