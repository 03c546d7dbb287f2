//! Selection, chaining, channels: tested through the card's commands.

use super::*;
use crate::entropy::tests::CountingEntropy;
use crate::test_host::{Host, ISSUER, issued_card, ok, select, send};

fn init_update(version: u8) -> Vec<u8> {
    [&[0x80, 0x50, version, 0, 8][..], &[0x11; 8], &[0]].concat()
}

fn wrong_authenticate() -> Vec<u8> {
    [&[0x84, 0x82, 0x33, 0, 16][..], &[0; 16]].concat()
}

const GET_CPLC: [u8; 5] = [0x80, 0xCA, 0x9F, 0x7F, 0x00];
const KEY_INFORMATION: [u8; 3] = [0xCA, 0x00, 0xE0];

#[test]
fn applications_are_selected_by_full_and_truncated_names() {
    let mut card = issued_card();
    assert_eq!(select(&mut card, &[])[0], 0x6F);
    assert_eq!(select(&mut card, &piv::AID), select(&mut card, &piv::AID[..5]));
    assert_eq!(select(&mut card, &emrtd::AID)[..4], [0x6F, 0x09, 0x84, 0x07]);
}

#[test]
fn an_unknown_or_too_short_name_leaves_the_selection() {
    let mut card = issued_card();
    select(&mut card, &piv::AID);
    assert_eq!(send(&mut card, &[0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 9, 9]), Err(Sw::NOT_FOUND));
    assert_eq!(send(&mut card, &[0, 0xA4, 4, 0, 4, 0xA0, 0, 0, 3]), Err(Sw::NOT_FOUND));
    assert_eq!(send(&mut card, &GET_CPLC), Err(Sw::UNKNOWN_INSTRUCTION));
}

#[test]
fn answers_are_fetched_in_pieces() {
    let mut card = issued_card();
    let first = card.process(&[0x80, 0xCA, 0x9F, 0x7F, 0x20]);
    assert_eq!(first[0x20..], [0x61, 13]);
    let rest = card.process(&[0x00, 0xC0, 0, 0, 13]);
    assert_eq!([&first[..0x20], &rest[..13]].concat(), ok(&mut card, &GET_CPLC));
    assert_eq!(send(&mut card, &[0x00, 0xC0, 0, 0, 0]), Err(Sw::CONDITIONS));
}

#[test]
fn a_broken_chain_is_forgotten() {
    let mut card = issued_card();
    ok(&mut card, &[0x10, 0xA4, 0x04, 0x00, 2, 0xA0, 0x00]);
    ok(&mut card, &GET_CPLC);
    assert_eq!(send(&mut card, &[0x00, 0xA4, 0x04, 0x00, 3, 0x00, 0x03, 0x08]), Err(Sw::NOT_FOUND));
    ok(&mut card, &[0x10, 0xA4, 0x04, 0x00, 2, 0xA0, 0x00]);
    assert_eq!(ok(&mut card, &[0x00, 0xA4, 0x04, 0x00, 3, 0x00, 0x03, 0x08, 0])[0], 0x61);
}

#[test]
fn an_endless_chain_is_refused() {
    let mut card = issued_card();
    let piece = [&[0x10, 0xDB, 0x3F, 0xFF, 0xFF][..], &[0; 255]].concat();
    let refused = (0..100).map(|_| send(&mut card, &piece)).find(Result::is_err);
    assert_eq!(refused, Some(Err(Sw::WRONG_LENGTH)));
}

#[test]
fn unknown_classes_and_broken_apdus_are_refused() {
    let mut card = issued_card();
    assert_eq!(send(&mut card, &[0xFF, 0xCA, 0, 0, 0]), Err(Sw::UNKNOWN_CLASS));
    assert_eq!(send(&mut card, &[0x01, 0xCA, 0, 0, 0]), Err(Sw::UNKNOWN_CLASS));
    assert_eq!(send(&mut card, &[0x40, 0xCA, 0, 0, 0]), Err(Sw::UNKNOWN_CLASS));
    assert_eq!(send(&mut card, &[0x00, 0xCA]), Err(Sw::WRONG_LENGTH));
}

#[test]
fn a_channel_opens_in_every_application() {
    let mut card = issued_card();
    for aid in [&security_domain::AID[..], &piv::AID, &emrtd::AID] {
        select(&mut card, aid);
        Host::open(&mut card, 0x30, &ISSUER, 0x33);
    }
    assert_eq!(card.state().key_sets[0].sequence_counter, 3);
}

#[test]
fn the_counter_stands_still_without_authentication() {
    let mut card = issued_card();
    let first = ok(&mut card, &init_update(0x30));
    assert_eq!(first, ok(&mut card, &init_update(0x00)));
    assert_eq!((first.len(), &first[10..13], &first[29..]), (32, &[0x30, 3, 0x70][..], &[0, 0, 0][..]));
}

#[test]
fn the_transport_version_is_unknown_once_replaced() {
    assert_eq!(send(&mut issued_card(), &init_update(0x01)), Err(Sw::REFERENCE_NOT_FOUND));
}

#[test]
fn ten_failures_in_a_row_lock_the_key_set_for_ever() {
    let mut card = issued_card();
    for _ in 0..9 {
        ok(&mut card, &init_update(0x30));
        assert_eq!(send(&mut card, &wrong_authenticate()), Err(Sw::AUTHENTICATION_FAILED));
    }
    Host::open(&mut card, 0x30, &ISSUER, 0x33);
    assert_eq!(card.state().key_sets[0].failures, 0, "a success forgives");
    for _ in 0..10 {
        ok(&mut card, &init_update(0x30));
        assert_eq!(send(&mut card, &wrong_authenticate()), Err(Sw::AUTHENTICATION_FAILED));
    }
    card.reset();
    assert_eq!(send(&mut card, &init_update(0x30)), Err(Sw::BLOCKED));
}

#[test]
fn a_handshake_serves_once() {
    let mut card = issued_card();
    ok(&mut card, &init_update(0x30));
    assert_eq!(send(&mut card, &wrong_authenticate()), Err(Sw::AUTHENTICATION_FAILED));
    assert_eq!(send(&mut card, &wrong_authenticate()), Err(Sw::SECURITY_STATUS));
    assert_eq!(card.state().key_sets[0].failures, 1);
}

#[test]
fn bare_commands_are_refused_while_a_channel_is_open() {
    let mut card = issued_card();
    let mut host = Host::open(&mut card, 0x30, &ISSUER, 0x33);
    assert_eq!(send(&mut card, &GET_CPLC), Err(Sw::SECURITY_STATUS));
    let information = host.send(&mut card, KEY_INFORMATION, &[]).unwrap();
    assert_eq!(information[0], 0xE0);
}

#[test]
fn selection_reset_and_a_wrong_mac_end_the_channel() {
    for end in 0..3 {
        let mut card = issued_card();
        let mut host = Host::open(&mut card, 0x30, &ISSUER, 0x33);
        match end {
            0 => drop(select(&mut card, &[])),
            1 => card.reset(),
            _ => {
                let wrong = [&[0x84, 0xCA, 0, 0xE0, 8][..], &[0; 8]].concat();
                assert_eq!(send(&mut card, &wrong), Err(Sw::SECURITY_STATUS));
            }
        }
        assert_eq!(host.send(&mut card, KEY_INFORMATION, &[]), Err(Sw::SECURITY_STATUS));
    }
}

#[test]
fn put_key_at_level_00_is_refused() {
    let mut card = issued_card();
    Host::open(&mut card, 0x30, &ISSUER, 0x00);
    ok(&mut card, &GET_CPLC);
    assert_eq!(send(&mut card, &[0x80, 0xD8, 0x30, 0x81, 1, 0x30]), Err(Sw::SECURITY_STATUS));
}

#[test]
fn a_delivered_chip_takes_its_transport_keys() {
    let state = ChipState::delivered([0, 0, 0, 1], &[7; 16]).unwrap();
    let key = |purpose| {
        crate::kdf3::derive(&[7; 16], purpose, &state.kdd(), 1).unwrap().as_slice().try_into().unwrap()
    };
    use crate::kdf3::Purpose::{Dek, Enc, Mac};
    let keys = [key(Enc), key(Mac), key(Dek)];
    let mut card = Card::new(state, CountingEntropy::default());
    Host::open(&mut card, 0x01, &keys, 0x33);
}

mod any_bytes {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_commands_are_answered_without_panic(
            commands in proptest::collection::vec(
                (0_u8..=0xFF, proptest::sample::select(vec![0x20, 0x24, 0x2C, 0x47, 0x50, 0x82, 0x84, 0x87, 0xA4, 0xB0,
                    0xC0, 0xCA, 0xCB, 0xD8, 0xDB, 0xE2]), any::<Vec<u8>>()), 0..12),
        ) {
            let mut card = issued_card();
            for (cla, ins, rest) in commands {
                let answer = card.process(&[&[cla, ins][..], &rest].concat());
                prop_assert!(answer.len() >= 2);
            }
        }
    }
}
