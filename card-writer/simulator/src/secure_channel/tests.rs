//! A host written only for these tests talks to the card's side.

use super::*;
use crate::test_host::Host;

const AID: [u8; 8] = [0xA0, 0, 0, 1, 0x51, 0, 0, 0];
const HOST: [u8; 8] = [0x11; 8];

fn set() -> KeySet {
    KeySet::new(0x30, [1; 16], [2; 16], [3; 16])
}

fn command(cla: u8, ins: u8, p1: u8, data: Vec<u8>) -> Command {
    Command { cla, ins, p1, p2: 0, data, le: None, extended: false }
}

fn open(level: u8) -> (Channel, Host) {
    let (handshake, card) = Handshake::begin(&set(), &AID, &HOST).unwrap();
    let keys = [[1; 16], [2; 16], [3; 16]];
    let (host, data) = Host::begin(&keys, &HOST, &card.challenge, &card.cryptogram, level);
    let authenticate = command(0x84, 0x82, level, data);
    let channel = handshake.authenticate(&authenticate, SecurityLevel::parse(level).unwrap()).unwrap();
    (channel, host)
}

#[test]
fn commands_pass_at_every_level_with_a_mac() {
    for level in [0x01, 0x03, 0x11, 0x13, 0x33] {
        let (mut channel, mut host) = open(level);
        for data in [vec![], vec![5; 16], vec![6; 300]] {
            let sealed = host.seal([0xE2, 0, 0], &data);
            let plain = channel.unwrap(&sealed).unwrap();
            assert_eq!((plain.cla, plain.data), (0x80, data), "level {level:02X}");
        }
    }
}

#[test]
fn a_changed_command_is_refused() {
    for position in [0, 5, 20] {
        let (mut channel, mut host) = open(0x33);
        let mut sealed = host.seal([0xE2, 0, 0], &[5; 10]);
        sealed.data[position] ^= 1;
        assert_eq!(channel.unwrap(&sealed), Err(Sw::SECURITY_STATUS));
    }
    let (mut channel, mut host) = open(0x33);
    let sealed = host.seal([0xE2, 0, 0], &[5; 10]);
    assert_eq!(channel.unwrap(&Command { p1: 0x80, ..sealed }), Err(Sw::SECURITY_STATUS));
}

#[test]
fn a_replayed_command_is_refused() {
    let (mut channel, mut host) = open(0x03);
    let sealed = host.seal([0xE2, 0, 0], &[5; 10]);
    channel.unwrap(&sealed).unwrap();
    assert_eq!(channel.unwrap(&sealed), Err(Sw::SECURITY_STATUS));
}

#[test]
fn a_command_without_room_for_a_mac_is_refused() {
    assert_eq!(open(0x01).0.unwrap(&command(0x84, 0xE2, 0, vec![0; 7])), Err(Sw::SECURITY_STATUS));
}

#[test]
fn answers_are_encrypted_and_bound_to_their_command() {
    let (mut channel, mut host) = open(0x33);
    channel.unwrap(&host.seal([0xCA, 0, 0], &[])).unwrap();
    let answer = channel.wrap(Answer::ok(b"chip".to_vec()));
    let (body, tag) = answer.data.split_at(answer.data.len() - 8);
    let expected = aes128::mac(&host.response_mac, &[&host.chain, body, &[0x90, 0]]);
    assert_eq!(tag, &expected[..8]);
    let padded = aes128::decrypt_cbc(&host.enc, &host.iv(0x80), body).unwrap();
    assert_eq!(unpad(padded).unwrap(), b"chip");
}

#[test]
fn errors_carry_no_mac_and_empty_answers_carry_it_alone() {
    let (mut channel, mut host) = open(0x33);
    channel.unwrap(&host.seal([0xCA, 0, 0], &[])).unwrap();
    assert_eq!(channel.wrap(Answer::status(Sw::CONDITIONS)), Answer::status(Sw::CONDITIONS));
    assert_eq!(channel.wrap(Answer::status(Sw::OK)).data.len(), 8);
}

#[test]
fn a_wrong_cryptogram_and_a_wrong_mac_are_told_apart() {
    let (handshake, _) = Handshake::begin(&set(), &AID, &HOST).unwrap();
    let wrong = command(0x84, 0x82, 0x33, vec![0; 16]);
    assert_eq!(handshake.authenticate(&wrong, SecurityLevel::FULL).err(), Some(NotAuthentic::Cryptogram));
    let (handshake, _) = Handshake::begin(&set(), &AID, &HOST).unwrap();
    let half = [&handshake.host_cryptogram[..], &[0; 8]].concat();
    let wrong = command(0x84, 0x82, 0x33, half);
    assert_eq!(handshake.authenticate(&wrong, SecurityLevel::FULL).err(), Some(NotAuthentic::CommandMac));
}

#[test]
fn the_challenge_depends_on_counter_and_application() {
    let challenge = |counter, aid: &[u8]| {
        let set = KeySet { sequence_counter: counter, ..set() };
        Handshake::begin(&set, aid, &HOST).unwrap().1.challenge
    };
    assert_eq!(challenge(0, &AID), challenge(0, &AID));
    assert_ne!(challenge(0, &AID), challenge(1, &AID));
    assert_ne!(challenge(0, &AID), challenge(0, &AID[..7]));
}

#[test]
fn unknown_levels_are_refused() {
    for p1 in [0x02, 0x10, 0x23, 0x30, 0x31, 0xFF] {
        assert_eq!(SecurityLevel::parse(p1), None);
    }
}

#[test]
fn padding_without_its_mark_is_refused() {
    assert_eq!(unpad(vec![0; 16]), None);
    assert_eq!(unpad(vec![1; 16]), None);
    assert_eq!(unpad(pad(vec![])), Some(vec![]));
}
