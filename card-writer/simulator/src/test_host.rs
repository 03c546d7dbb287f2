//! The host's half of SCP03 for tests, written out as plainly as the specification.

use crate::aes128;
use crate::apdu::{Command, Sw};
use crate::card::Card;
use crate::entropy::tests::CountingEntropy;
use crate::state::ChipState;

/// Three static keys: ENC, MAC, DEK.
pub(crate) type StaticKeys = [[u8; 16]; 3];

/// The issuer's keys in tests.
pub(crate) const ISSUER: StaticKeys = [[0xA1; 16], [0xA2; 16], [0xA3; 16]];

/// An open channel as the host sees it.
pub(crate) struct Host {
    pub(crate) enc: [u8; 16],
    pub(crate) mac: [u8; 16],
    pub(crate) response_mac: [u8; 16],
    pub(crate) chain: [u8; 16],
    pub(crate) counter: u64,
    is_encrypted: bool,
}

pub(crate) fn kdf(key: &[u8; 16], constant: u8, context: &[u8], bits: u16) -> [u8; 16] {
    let mut input = vec![0; 11];
    input.extend([constant, 0]);
    input.extend(bits.to_be_bytes());
    input.push(1);
    input.extend(context);
    aes128::mac(key, &[&input])
}

fn pad(mut data: Vec<u8>) -> Vec<u8> {
    data.push(0x80);
    while !data.len().is_multiple_of(16) {
        data.push(0);
    }
    data
}

impl Host {
    /// Checks the card's cryptogram and returns the channel with the data field of EXTERNAL AUTHENTICATE.
    pub(crate) fn begin(
        keys: &StaticKeys,
        host_challenge: &[u8; 8],
        card_challenge: &[u8; 8],
        card_cryptogram: &[u8],
        level: u8,
    ) -> (Self, Vec<u8>) {
        let context = [&host_challenge[..], card_challenge].concat();
        let mac = kdf(&keys[1], 6, &context, 128);
        assert_eq!(&kdf(&mac, 0, &context, 64)[..8], card_cryptogram);
        let cryptogram = kdf(&mac, 1, &context, 64)[..8].to_vec();
        let chain = aes128::mac(&mac, &[&[0; 16], &[0x84, 0x82, level, 0, 16], &cryptogram]);
        let host = Self {
            enc: kdf(&keys[0], 4, &context, 128),
            mac,
            response_mac: kdf(&keys[1], 7, &context, 128),
            chain,
            counter: 0,
            is_encrypted: level & 2 != 0,
        };
        (host, [&cryptogram[..], &chain[..8]].concat())
    }

    /// Opens a channel with the card for the selected application.
    pub(crate) fn open(card: &mut Card, version: u8, keys: &StaticKeys, level: u8) -> Self {
        let challenge = [0x11; 8];
        let answer = ok(card, &[&[0x80, 0x50, version, 0, 8][..], &challenge, &[0]].concat());
        let card_challenge = answer[13..21].try_into().unwrap();
        let (host, data) = Self::begin(keys, &challenge, &card_challenge, &answer[21..29], level);
        ok(card, &[&[0x84, 0x82, level, 0, 16][..], &data].concat());
        host
    }

    /// A protected command with CLA `84`.
    pub(crate) fn seal(&mut self, header: [u8; 3], data: &[u8]) -> Command {
        self.counter += 1;
        let [ins, p1, p2] = header;
        let body = if self.is_encrypted && !data.is_empty() {
            aes128::encrypt_cbc(&self.enc, &self.iv(0), &pad(data.to_vec()))
        } else {
            data.to_vec()
        };
        let length = body.len() + 8;
        let lc = if length > 255 { vec![0, (length >> 8) as u8, length as u8] } else { vec![length as u8] };
        self.chain = aes128::mac(&self.mac, &[&self.chain, &[0x84, ins, p1, p2], &lc, &body]);
        let data = [&body[..], &self.chain[..8]].concat();
        Command { cla: 0x84, ins, p1, p2, data, le: None, extended: false }
    }

    pub(crate) fn iv(&self, first: u8) -> [u8; 16] {
        let mut block = [0; 16];
        block[8..].copy_from_slice(&self.counter.to_be_bytes());
        block[0] = first;
        aes128::encrypt_block(&self.enc, block)
    }

    /// Sends a protected command, chained in pieces of 200 bytes, and unwraps the answer of a level 33
    /// channel.
    pub(crate) fn send(&mut self, card: &mut Card, header: [u8; 3], data: &[u8]) -> Result<Vec<u8>, Sw> {
        let sealed = self.seal(header, data);
        let [ins, p1, p2] = header;
        let pieces: Vec<&[u8]> = sealed.data.chunks(200).collect();
        let (last, first) = pieces.split_last().unwrap();
        for piece in first {
            ok(card, &[&[0x94, ins, p1, p2, piece.len() as u8][..], piece].concat());
        }
        let answer = send(card, &[&[0x84, ins, p1, p2, last.len() as u8][..], last, &[0]].concat())?;
        let (body, tag) = answer.split_at(answer.len() - 8);
        let expected = aes128::mac(&self.response_mac, &[&self.chain, body, &[0x90, 0]]);
        assert_eq!(tag, &expected[..8], "R-MAC");
        if body.is_empty() {
            return Ok(Vec::new());
        }
        let mut clear = aes128::decrypt_cbc(&self.enc, &self.iv(0x80), body).unwrap();
        let end = clear.iter().rposition(|&byte| byte != 0).unwrap();
        assert_eq!(clear[end], 0x80, "padding");
        clear.truncate(end);
        Ok(clear)
    }
}

/// A card whose transport keys were replaced by [`ISSUER`].
pub(crate) fn issued_card() -> Card {
    let mut state = ChipState::delivered([0, 0, 0, 7], &[7; 16]).unwrap();
    state.key_sets = vec![crate::state::KeySet::new(0x30, ISSUER[0], ISSUER[1], ISSUER[2])];
    Card::new(state, CountingEntropy::default())
}

/// Sends one unprotected command, with GET RESPONSE as often as needed.
pub(crate) fn send(card: &mut Card, apdu: &[u8]) -> Result<Vec<u8>, Sw> {
    let mut answer = card.process(apdu);
    let mut data = Vec::new();
    loop {
        let sw = Sw(u16::from_be_bytes([answer[answer.len() - 2], answer[answer.len() - 1]]));
        data.extend_from_slice(&answer[..answer.len() - 2]);
        match sw.0 {
            0x9000 => return Ok(data),
            0x6100..=0x61FF => answer = card.process(&[0x00, 0xC0, 0, 0, 0]),
            _ => return Err(sw),
        }
    }
}

/// Sends one unprotected command that must succeed.
pub(crate) fn ok(card: &mut Card, apdu: &[u8]) -> Vec<u8> {
    send(card, apdu).unwrap_or_else(|sw| panic!("{} answered {:04X}", hex::encode(apdu), sw.0))
}

/// Selects an application by its name.
pub(crate) fn select(card: &mut Card, aid: &[u8]) -> Vec<u8> {
    let lc = if aid.is_empty() { vec![] } else { vec![aid.len() as u8] };
    ok(card, &[&[0x00, 0xA4, 0x04, 0x00][..], &lc, aid, &[0]].concat())
}
