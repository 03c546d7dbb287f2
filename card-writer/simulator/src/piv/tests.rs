//! The PIV application through the card's front door.

use super::AID;
use crate::apdu::Sw;
use crate::card::Card;
use crate::entropy::tests::BrokenEntropy;
use crate::test_host::{Host, ISSUER, issued_card, ok, select, send};
use crate::tlv;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{DerSignature, VerifyingKey};

const GENERATE_9A: [u8; 3] = [0x47, 0x00, 0x9A];
const GENERATE_9C: [u8; 3] = [0x47, 0x00, 0x9C];
const P256: [u8; 5] = [0xAC, 0x03, 0x80, 0x01, 0x11];
const PUT: [u8; 3] = [0xDB, 0x3F, 0xFF];
const OLD: &[u8; 8] = b"123456\xFF\xFF";
const NEW: &[u8; 8] = b"654321\xFF\xFF";
const PUK: &[u8; 8] = b"87654321";

fn object(tag: &[u8], content: &[u8]) -> Vec<u8> {
    [tlv::write(0x5C, tag), tlv::write(0x53, content)].concat()
}

fn dynamic_authentication(hash: &[u8]) -> Vec<u8> {
    tlv::write(0x7C, &[tlv::write(0x82, &[]), tlv::write(0x81, hash)].concat())
}

fn public_key(answer: &[u8]) -> VerifyingKey {
    let objects = tlv::parse(answer).unwrap();
    let inner = tlv::parse(tlv::find(&objects, 0x7F49).unwrap()).unwrap();
    VerifyingKey::from_sec1_bytes(tlv::find(&inner, 0x86).unwrap()).unwrap()
}

fn signature(answer: &[u8]) -> DerSignature {
    let objects = tlv::parse(answer).unwrap();
    let inner = tlv::parse(tlv::find(&objects, 0x7C).unwrap()).unwrap();
    DerSignature::try_from(tlv::find(&inner, 0x82).unwrap()).unwrap()
}

fn sign(card: &mut Card, slot: u8) -> Result<Vec<u8>, Sw> {
    let data = dynamic_authentication(&[5; 32]);
    send(card, &[&[0x00, 0x87, 0x11, slot, data.len() as u8][..], &data, &[0]].concat())
}

fn verify(card: &mut Card, pin: &[u8]) -> Result<Vec<u8>, Sw> {
    send(card, &[&[0x00, 0x20, 0x00, 0x80, pin.len() as u8][..], pin].concat())
}

fn two(card: &mut Card, ins: u8, p2: u8, first: &[u8; 8], second: &[u8; 8]) -> Result<Vec<u8>, Sw> {
    send(card, &[&[0x00, ins, 0x00, p2, 16][..], first, second].concat())
}

fn issuer_channel(card: &mut Card) -> Host {
    select(card, &AID);
    Host::open(card, 0x30, &ISSUER, 0x33)
}

fn references() -> Vec<u8> {
    [&[0x80, 0x80, 8][..], OLD, &[0x80, 0x81, 8], PUK].concat()
}

/// A card in the holder's hands whose PIN was not changed yet, with the key of slot 9A.
fn personalised() -> (Card, VerifyingKey) {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    let key = public_key(&host.send(&mut card, GENERATE_9A, &P256).unwrap());
    host.send(&mut card, GENERATE_9C, &P256).unwrap();
    host.send(&mut card, PUT, &object(&[0x5F, 0xC1, 0x05], &[1; 700])).unwrap();
    host.send(&mut card, PUT, &object(&[0x5F, 0xC1, 0x0A], &[2; 700])).unwrap();
    host.send(&mut card, [0xE2, 0x00, 0], &references()).unwrap();
    host.send(&mut card, [0xE2, 0x80, 1], &[0x9F, 0x00, 0x00]).unwrap();
    card.reset();
    select(&mut card, &AID);
    (card, key)
}

/// The same after the holder changed the PIN to [`NEW`].
fn activated() -> (Card, VerifyingKey) {
    let (mut card, key) = personalised();
    two(&mut card, 0x24, 0x80, OLD, NEW).unwrap();
    (card, key)
}

#[test]
fn the_issuer_has_a_new_key_prove_itself() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    let key = public_key(&host.send(&mut card, GENERATE_9A, &P256).unwrap());
    let answer = host.send(&mut card, [0x87, 0x11, 0x9A], &dynamic_authentication(&[9; 32])).unwrap();
    key.verify_prehash(&[9; 32], &signature(&answer)).unwrap();
    key.verify_prehash(&[8; 32], &signature(&answer)).unwrap_err();
    assert_eq!(
        host.send(&mut card, [0x87, 0x11, 0x9C], &dynamic_authentication(&[9; 32])),
        Err(Sw::REFERENCE_NOT_FOUND)
    );
}

#[test]
fn only_the_issuer_at_level_33_writes() {
    let mut card = issued_card();
    select(&mut card, &AID);
    let bare = [&[0x00, 0x47, 0x00, 0x9A, 5][..], &P256].concat();
    assert_eq!(send(&mut card, &bare), Err(Sw::SECURITY_STATUS));
    let mut host = Host::open(&mut card, 0x30, &ISSUER, 0x03);
    assert_eq!(host.send(&mut card, GENERATE_9A, &P256), Err(Sw::SECURITY_STATUS));
    assert!(card.state().piv.keys.is_empty());
}

#[test]
fn other_algorithms_slots_and_objects_are_refused() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    let p384 = [0xAC, 0x03, 0x80, 0x01, 0x14];
    assert_eq!(host.send(&mut card, GENERATE_9A, &p384), Err(Sw::WRONG_DATA));
    assert_eq!(host.send(&mut card, [0x47, 0, 0x9E], &P256), Err(Sw::REFERENCE_NOT_FOUND));
    let unknown = object(&[0x5F, 0xC1, 0x08], &[1]);
    assert_eq!(host.send(&mut card, PUT, &unknown), Err(Sw::NOT_SUPPORTED));
    assert_eq!(host.send(&mut card, [0xE2, 0, 0], &[0x80, 0x80, 1, 0x31]), Err(Sw::WRONG_DATA));
}

#[test]
fn a_broken_generator_makes_no_key() {
    let mut card = Card::new(issued_card().state().clone(), BrokenEntropy);
    let mut host = issuer_channel(&mut card);
    assert_eq!(host.send(&mut card, GENERATE_9A, &P256), Err(Sw::CHIP_FAILED));
    assert!(card.state().piv.keys.is_empty());
}

#[test]
fn an_unfinished_card_cannot_be_ended() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    host.send(&mut card, [0xE2, 0, 0], &references()).unwrap();
    assert_eq!(host.send(&mut card, [0xE2, 0x80, 1], &[0x9F, 0, 0]), Err(Sw::CONDITIONS));
}

#[test]
fn nothing_is_written_after_the_end_under_any_channel() {
    let (mut card, _) = personalised();
    let before = card.state().piv.clone();
    let mut host = issuer_channel(&mut card);
    assert_eq!(host.send(&mut card, GENERATE_9A, &P256), Err(Sw::CONDITIONS));
    assert_eq!(host.send(&mut card, PUT, &object(&[0x5F, 0xC1, 0x05], &[3])), Err(Sw::CONDITIONS));
    assert_eq!(host.send(&mut card, [0xE2, 0, 0], &references()), Err(Sw::CONDITIONS));
    let possession = dynamic_authentication(&[9; 32]);
    assert_eq!(host.send(&mut card, [0x87, 0x11, 0x9A], &possession), Err(Sw::CONDITIONS));
    assert_eq!(card.state().piv, before);
}

#[test]
fn certificates_and_discovery_are_read_by_anyone() {
    let (mut card, _) = personalised();
    let certificate = ok(&mut card, &[0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 0x05, 0]);
    assert_eq!(certificate, tlv::write(0x53, &[1; 700]));
    let discovery = ok(&mut card, &[0, 0xCB, 0x3F, 0xFF, 3, 0x5C, 1, 0x7E, 0]);
    assert_eq!(hex::encode(discovery), "7e124f0ba0000003080000100001005f2f024000");
    let missing = [0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 0x02, 0];
    assert_eq!(send(&mut card, &missing), Err(Sw::NOT_FOUND));
}

#[test]
fn the_keys_are_silent_until_the_transport_pin_is_changed() {
    let (mut card, _) = personalised();
    for slot in [0x9A, 0x9C] {
        verify(&mut card, OLD).unwrap();
        assert_eq!(sign(&mut card, slot), Err(Sw::CONDITIONS));
    }
    assert_eq!(two(&mut card, 0x24, 0x80, OLD, OLD), Err(Sw::WRONG_DATA), "the same PIN is no change");
    two(&mut card, 0x2C, 0x80, PUK, NEW).unwrap();
    verify(&mut card, NEW).unwrap();
    assert_eq!(sign(&mut card, 0x9A), Err(Sw::CONDITIONS), "the PUK does not lift it");
}

#[test]
fn slot_9a_signs_all_session_after_one_pin() {
    let (mut card, key) = activated();
    assert_eq!(sign(&mut card, 0x9A), Err(Sw::SECURITY_STATUS));
    verify(&mut card, NEW).unwrap();
    for _ in 0..2 {
        let answer = sign(&mut card, 0x9A).unwrap();
        key.verify_prehash(&[5; 32], &signature(&answer)).unwrap();
        select(&mut card, &AID);
    }
    select(&mut card, &[]);
    select(&mut card, &AID);
    assert_eq!(sign(&mut card, 0x9A), Err(Sw::SECURITY_STATUS), "another application forgets the PIN");
}

#[test]
fn slot_9c_needs_the_pin_directly_before_every_signature() {
    let (mut card, _) = activated();
    verify(&mut card, NEW).unwrap();
    sign(&mut card, 0x9C).unwrap();
    assert_eq!(sign(&mut card, 0x9C), Err(Sw::SECURITY_STATUS));
    verify(&mut card, NEW).unwrap();
    sign(&mut card, 0x9A).unwrap();
    assert_eq!(sign(&mut card, 0x9C), Err(Sw::SECURITY_STATUS));
}

#[test]
fn three_wrong_pins_block_and_the_puk_unblocks() {
    let (mut card, _) = activated();
    for left in [2, 1, 0] {
        assert_eq!(verify(&mut card, OLD), Err(Sw::tries_left(left)));
    }
    assert_eq!(verify(&mut card, NEW), Err(Sw::BLOCKED));
    assert_eq!(two(&mut card, 0x24, 0x80, NEW, OLD), Err(Sw::BLOCKED));
    card.reset();
    select(&mut card, &AID);
    assert_eq!(verify(&mut card, &[]), Err(Sw::BLOCKED));
    two(&mut card, 0x2C, 0x80, PUK, OLD).unwrap();
    verify(&mut card, OLD).unwrap();
    sign(&mut card, 0x9A).unwrap();
}

#[test]
fn three_wrong_puks_block_for_good() {
    let (mut card, _) = activated();
    for left in [2, 1, 0] {
        assert_eq!(two(&mut card, 0x2C, 0x80, b"00000000", NEW), Err(Sw::tries_left(left)));
    }
    assert_eq!(two(&mut card, 0x2C, 0x80, PUK, NEW), Err(Sw::BLOCKED));
}

#[test]
fn a_wrong_try_is_counted_in_the_memory_and_forgotten_after_a_right_one() {
    let (mut card, _) = activated();
    verify(&mut card, OLD).unwrap_err();
    assert_eq!(card.state().piv.pin.as_ref().unwrap().tries, 2);
    assert_eq!(verify(&mut card, &[]), Err(Sw::tries_left(2)));
    verify(&mut card, NEW).unwrap();
    assert_eq!(card.state().piv.pin.as_ref().unwrap().tries, 3);
    verify(&mut card, &[]).unwrap();
}

#[test]
fn a_failed_pin_ends_an_earlier_verification() {
    let (mut card, _) = activated();
    verify(&mut card, NEW).unwrap();
    verify(&mut card, OLD).unwrap_err();
    assert_eq!(sign(&mut card, 0x9A), Err(Sw::SECURITY_STATUS));
}

#[test]
fn the_puk_can_be_changed() {
    let (mut card, _) = activated();
    assert_eq!(two(&mut card, 0x24, 0x81, b"00000000", b"11111111"), Err(Sw::tries_left(2)));
    two(&mut card, 0x24, 0x81, PUK, b"11111111").unwrap();
    assert_eq!(two(&mut card, 0x2C, 0x80, PUK, NEW), Err(Sw::tries_left(2)));
    two(&mut card, 0x2C, 0x80, b"11111111", NEW).unwrap();
}
