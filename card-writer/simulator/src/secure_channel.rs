//! SCP03, the card's side (GlobalPlatform Card Specification 2.3.1, Amendment D), AES-128, `i = 70`.

use crate::aes128::{self, BLOCK};
use crate::apdu::{Answer, Command, Sw};
use crate::state::KeySet;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Secure channel parameter `i`: pseudo-random challenge, R-MAC, R-ENCRYPTION.
pub const PARAMETER_I: u8 = 0x70;

/// Derivation constants of Amendment D, table 4-1.
const CARD_CRYPTOGRAM: u8 = 0x00;
const HOST_CRYPTOGRAM: u8 = 0x01;
const CARD_CHALLENGE: u8 = 0x02;
const S_ENC: u8 = 0x04;
const S_MAC: u8 = 0x06;
const S_RMAC: u8 = 0x07;

/// The number of MAC bytes that are sent with a command or answer.
const MAC_BYTES: usize = 8;

/// SP 800-108 in counter mode with CMAC (Amendment D §4.1.5). `bytes` is at most 16, so one block is enough.
fn derive(key: &[u8; BLOCK], constant: u8, context: &[u8], bytes: u8) -> [u8; BLOCK] {
    let bits = u16::from(bytes) * 8;
    let label = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, constant];
    aes128::mac(key, &[&label, &[0], &bits.to_be_bytes(), &[1], context])
}

fn derive_8(key: &[u8; BLOCK], constant: u8, context: &[u8]) -> [u8; 8] {
    let block = derive(key, constant, context, 8);
    [block[0], block[1], block[2], block[3], block[4], block[5], block[6], block[7]]
}

/// What a channel protects (P1 of EXTERNAL AUTHENTICATE, Amendment D §7.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityLevel(u8);

impl SecurityLevel {
    /// The only level of personalisation: everything is protected.
    pub const FULL: Self = Self(0x33);

    /// Reads P1; `None` for combinations that Amendment D does not have.
    pub fn parse(p1: u8) -> Option<Self> {
        matches!(p1, 0x00 | 0x01 | 0x03 | 0x11 | 0x13 | 0x33).then_some(Self(p1))
    }

    /// Whether commands carry a MAC.
    pub fn has_command_mac(self) -> bool {
        self.0 & 0x01 != 0
    }

    fn has_command_encryption(self) -> bool {
        self.0 & 0x02 != 0
    }

    fn has_response_mac(self) -> bool {
        self.0 & 0x10 != 0
    }

    fn has_response_encryption(self) -> bool {
        self.0 & 0x20 != 0
    }
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct SessionKeys {
    enc: [u8; BLOCK],
    mac: [u8; BLOCK],
    response_mac: [u8; BLOCK],
}

/// A channel between INITIALIZE UPDATE and EXTERNAL AUTHENTICATE.
pub struct Handshake {
    keys: SessionKeys,
    host_cryptogram: [u8; 8],
    /// The version of the key set with which it was begun.
    pub key_version: u8,
}

/// The data in the answer to INITIALIZE UPDATE that depend on the keys.
pub struct CardSide {
    /// The pseudo-random challenge.
    pub challenge: [u8; 8],
    /// The card cryptogram.
    pub cryptogram: [u8; 8],
}

/// Why EXTERNAL AUTHENTICATE failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAuthentic {
    /// The host cryptogram is wrong: the host has other keys.
    Cryptogram,
    /// The cryptogram is right, but the command's MAC is wrong.
    CommandMac,
}

impl Handshake {
    /// Begins a channel. `aid` is the full AID of the selected application, which is part of the
    /// pseudo-random challenge (§6.2.2.1). `None` if a key of the set does not have 16 bytes.
    pub fn begin(set: &KeySet, aid: &[u8], host_challenge: &[u8; 8]) -> Option<(Self, CardSide)> {
        let (enc, mac) = (set.enc.array()?, set.mac.array()?);
        let counter = sequence_bytes(set.sequence_counter);
        let challenge = derive_8(&enc, CARD_CHALLENGE, &[&counter, aid].concat());
        let context = [host_challenge.as_slice(), &challenge].concat();
        let keys = SessionKeys {
            enc: derive(&enc, S_ENC, &context, 16),
            mac: derive(&mac, S_MAC, &context, 16),
            response_mac: derive(&mac, S_RMAC, &context, 16),
        };
        let cryptogram = derive_8(&keys.mac, CARD_CRYPTOGRAM, &context);
        let host_cryptogram = derive_8(&keys.mac, HOST_CRYPTOGRAM, &context);
        let handshake = Self { keys, host_cryptogram, key_version: set.version };
        Some((handshake, CardSide { challenge, cryptogram }))
    }

    /// Ends the handshake with EXTERNAL AUTHENTICATE: checks the cryptogram first, then the MAC of the
    /// command itself.
    pub fn authenticate(self, command: &Command, level: SecurityLevel) -> Result<Channel, NotAuthentic> {
        let (cryptogram, tag) = command.data.split_at_checked(8).ok_or(NotAuthentic::Cryptogram)?;
        if !bool::from(cryptogram.ct_eq(&self.host_cryptogram)) {
            return Err(NotAuthentic::Cryptogram);
        }
        let chain = [0; BLOCK];
        let chain = next_chain(&self.keys.mac, &chain, command, cryptogram);
        if !bool::from(tag.ct_eq(&chain[..MAC_BYTES])) {
            return Err(NotAuthentic::CommandMac);
        }
        Ok(Channel { keys: self.keys, chain, counter: 0, level, key_version: self.key_version })
    }
}

/// The three bytes of the sequence counter in an answer.
pub fn sequence_bytes(counter: u32) -> [u8; 3] {
    let [_, high, middle, low] = counter.to_be_bytes();
    [high, middle, low]
}

/// An open channel.
pub struct Channel {
    keys: SessionKeys,
    chain: [u8; BLOCK],
    counter: u64,
    level: SecurityLevel,
    /// The version of the key set with which it was opened.
    pub key_version: u8,
}

impl Channel {
    /// The security level of the channel.
    pub fn level(&self) -> SecurityLevel {
        self.level
    }

    /// Whether commands must have a MAC.
    pub fn protects_commands(&self) -> bool {
        self.level.has_command_mac()
    }

    /// Checks and decrypts a command (Amendment D §6.2.4, §6.2.6). After any error (`6982`, `6A80`) the
    /// caller must end the channel.
    pub fn unwrap(&mut self, command: &Command) -> Result<Command, Sw> {
        let body = command.data.len().checked_sub(MAC_BYTES).ok_or(Sw::SECURITY_STATUS)?;
        let (data, tag) = command.data.split_at(body);
        self.chain = next_chain(&self.keys.mac, &self.chain, command, data);
        if !bool::from(tag.ct_eq(&self.chain[..MAC_BYTES])) {
            return Err(Sw::SECURITY_STATUS);
        }
        self.counter += 1;
        let data = if self.level.has_command_encryption() && !data.is_empty() {
            let iv = self.counter_block(0x00);
            let padded = aes128::decrypt_cbc(&self.keys.enc, &iv, data).ok_or(Sw::WRONG_DATA)?;
            unpad(padded).ok_or(Sw::WRONG_DATA)?
        } else {
            data.to_vec()
        };
        Ok(Command { cla: command.cla & !0x04, data, ..command.clone() })
    }

    /// Encrypts an answer and adds its MAC (§6.2.5, §6.2.7). Errors are sent unprotected.
    pub fn wrap(&self, answer: Answer) -> Answer {
        if !self.level.has_response_mac() || !answer.sw.is_success_or_warning() {
            return answer;
        }
        let mut data = answer.data;
        if self.level.has_response_encryption() && !data.is_empty() {
            data = aes128::encrypt_cbc(&self.keys.enc, &self.counter_block(0x80), &pad(data));
        }
        let tag = aes128::mac(&self.keys.response_mac, &[&self.chain, &data, &answer.sw.0.to_be_bytes()]);
        data.extend_from_slice(&tag[..MAC_BYTES]);
        Answer { data, sw: answer.sw }
    }

    fn counter_block(&self, first: u8) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[8..].copy_from_slice(&self.counter.to_be_bytes());
        block[0] = first;
        aes128::encrypt_block(&self.keys.enc, block)
    }
}

/// The next MAC chaining value over the header with its new `Lc` and the data without the MAC.
fn next_chain(key: &[u8; BLOCK], chain: &[u8; BLOCK], command: &Command, data: &[u8]) -> [u8; BLOCK] {
    let length = command.data.len();
    let mut header = vec![command.cla, command.ins, command.p1, command.p2];
    if command.extended || length > 0xFF {
        header.extend([0, (length >> 8) as u8, length as u8]);
    } else {
        header.push(length as u8);
    }
    aes128::mac(key, &[chain, &header, data])
}

/// ISO/IEC 9797-1 padding method 2.
fn pad(mut data: Vec<u8>) -> Vec<u8> {
    data.push(0x80);
    data.resize(data.len().next_multiple_of(BLOCK), 0);
    data
}

fn unpad(mut data: Vec<u8>) -> Option<Vec<u8>> {
    let end = data.iter().rposition(|&byte| byte != 0)?;
    if data[end] != 0x80 {
        return None;
    }
    data.truncate(end);
    Some(data)
}

#[cfg(test)]
#[path = "secure_channel/tests.rs"]
mod tests;
