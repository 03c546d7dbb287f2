//! The eMRTD application, tested through the card's commands with a terminal written for these tests.

use super::{AID, triple_des};
use crate::apdu::Sw;
use crate::card::Card;
use crate::test_host::{Host, ISSUER, issued_card, ok, select, send};
use crate::tlv;

const SEED: [u8; 16] = [0x23; 16];
const TERMINAL_RANDOM: [u8; 8] = [0x78; 8];
const TERMINAL_KEYING: [u8; 16] = [0x0B; 16];

fn group(id: u16, value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u16).to_be_bytes();
    [&id.to_be_bytes()[..], &[0xFF], &length, value].concat()
}

fn issuer_channel(card: &mut Card) -> Host {
    select(card, &AID);
    Host::open(card, 0x30, &ISSUER, 0x33)
}

/// Stores groups as one series of blocks; the first refusal ends it.
fn store(host: &mut Host, card: &mut Card, groups: &[Vec<u8>]) -> Result<(), Sw> {
    let content = groups.concat();
    let blocks: Vec<&[u8]> = content.chunks(239).collect();
    for (number, block) in blocks.iter().enumerate() {
        let last = if number + 1 == blocks.len() { 0x80 } else { 0x00 };
        host.send(card, [0xE2, last, number as u8], block)?;
    }
    Ok(())
}

fn others() -> Vec<Vec<u8>> {
    vec![
        group(0x011E, b"com"),
        group(0x0101, b"first"),
        group(0x0102, &[0xD2; 5_000]),
        group(0x010B, b"eleven"),
        group(0xC001, &SEED),
    ]
}

fn personalised() -> Card {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    store(&mut host, &mut card, &[others(), vec![group(0x011D, &[0x50; 600])]].concat()).unwrap();
    card.reset();
    select(&mut card, &AID);
    card
}

struct Terminal {
    enc: [u8; 16],
    mac: [u8; 16],
    counter: u64,
}

impl Terminal {
    fn open(card: &mut Card, seed: &[u8; 16]) -> Result<Self, Sw> {
        let challenge = ok(card, &[0, 0x84, 0, 0, 8]);
        let (enc, mac) = (triple_des::derive(seed, 1), triple_des::derive(seed, 2));
        let body = triple_des::encrypt(&enc, &[&TERMINAL_RANDOM[..], &challenge, &TERMINAL_KEYING].concat());
        let token = [&body[..], &triple_des::mac(&mac, &[&body])].concat();
        let answer = send(card, &[&[0, 0x82, 0, 0, 40][..], &token, &[0]].concat())?;
        let clear = triple_des::decrypt(&enc, &answer[..32]).unwrap();
        assert_eq!(clear[..16], [&challenge[..], &TERMINAL_RANDOM].concat());
        let seed: Vec<u8> = clear[16..].iter().zip(TERMINAL_KEYING).map(|(a, b)| a ^ b).collect();
        let seed = seed.try_into().unwrap();
        let counter = [&challenge[4..], &TERMINAL_RANDOM[4..]].concat().try_into().unwrap();
        Ok(Self {
            enc: triple_des::derive(&seed, 1),
            mac: triple_des::derive(&seed, 2),
            counter: u64::from_be_bytes(counter),
        })
    }

    fn checksum(&mut self, message: &[u8]) -> [u8; 8] {
        self.counter += 1;
        triple_des::mac(&self.mac, &[&self.counter.to_be_bytes(), message])
    }

    /// The data and status of the protected answer.
    fn turn(&mut self, card: &mut Card, header: [u8; 3], data: &[u8], le: Option<u8>) -> (Vec<u8>, u16) {
        let header = [&[0x0C][..], &header].concat();
        let mut objects = Vec::new();
        if !data.is_empty() {
            let sealed = triple_des::encrypt(&self.enc, &triple_des::pad(data.to_vec()));
            objects.extend(tlv::write(0x87, &[&[1][..], &sealed].concat()));
        }
        objects.extend(le.map(|le| tlv::write(0x97, &[le])).unwrap_or_default());
        let checksum = self.checksum(&[triple_des::pad(header.clone()), objects.clone()].concat());
        objects.extend(tlv::write(0x8E, &checksum));
        let mut answer = card.process(&[&header[..], &[objects.len() as u8], &objects, &[0]].concat());
        while answer[answer.len() - 2] == 0x61 {
            answer.truncate(answer.len() - 2);
            answer.extend(card.process(&[0, 0xC0, 0, 0, 0]));
        }
        let objects = tlv::parse(&answer[..answer.len() - 2]).unwrap();
        let protected: Vec<u8> =
            objects.iter().filter(|it| it.tag != 0x8E).flat_map(|it| tlv::write(it.tag, it.value)).collect();
        assert_eq!(tlv::find(&objects, 0x8E).unwrap(), self.checksum(&protected));
        assert_eq!(tlv::find(&objects, 0x99).unwrap(), &answer[answer.len() - 2..]);
        let data = tlv::find(&objects, 0x87)
            .map(|value| triple_des::unpad(triple_des::decrypt(&self.enc, &value[1..]).unwrap()).unwrap());
        (data.unwrap_or_default(), u16::from_be_bytes(answer[answer.len() - 2..].try_into().unwrap()))
    }
}

#[test]
fn every_file_is_read_back_over_bac() {
    let mut card = personalised();
    let mut terminal = Terminal::open(&mut card, &SEED).unwrap();
    assert_eq!(terminal.turn(&mut card, [0xA4, 2, 0x0C], &[1, 0x02], None).1, 0x9000);
    let mut file = Vec::new();
    while file.len() < 5_000 {
        let [high, low] = (file.len() as u16).to_be_bytes();
        file.extend(terminal.turn(&mut card, [0xB0, high, low], &[], Some(0)).0);
    }
    assert_eq!(file, [0xD2; 5_000]);
    for (short_id, content) in [(0x1E, &b"com"[..]), (0x01, b"first"), (0x0B, b"eleven")] {
        let read = terminal.turn(&mut card, [0xB0, 0x80 | short_id, 0], &[], Some(0));
        assert_eq!(read, (content.to_vec(), 0x9000));
    }
    assert_eq!(terminal.turn(&mut card, [0xB0, 0x9D, 0], &[], Some(4)), (vec![0x50; 4], 0x9000));
}

#[test]
fn reading_past_the_end_is_told() {
    let mut card = personalised();
    let mut terminal = Terminal::open(&mut card, &SEED).unwrap();
    assert_eq!(terminal.turn(&mut card, [0xB0, 0, 0], &[], Some(4)).1, 0x6986, "no file selected");
    assert_eq!(terminal.turn(&mut card, [0xB0, 0x81, 2], &[], Some(9)), (b"rst".to_vec(), 0x6282));
    assert_eq!(terminal.turn(&mut card, [0xB0, 0, 6], &[], Some(1)).1, 0x6B00);
    assert_eq!(terminal.turn(&mut card, [0xA4, 2, 0x0C], &[1, 0x03], None).1, 0x6A82);
}

#[test]
fn files_are_closed_without_bac_and_with_a_wrong_seed() {
    let mut card = personalised();
    assert_eq!(send(&mut card, &[0, 0xB0, 0x81, 0, 4]), Err(Sw::SECURITY_STATUS));
    assert_eq!(send(&mut card, &[0, 0xA4, 2, 0x0C, 2, 1, 1]), Err(Sw::SECURITY_STATUS));
    assert_eq!(Terminal::open(&mut card, &[0x24; 16]).err(), Some(Sw::AUTHENTICATION_FAILED));
    assert_eq!(send(&mut card, &[0x0C, 0xB0, 0x81, 0, 3, 0x97, 1, 4, 0]), Err(Sw::SECURITY_STATUS));
}

#[test]
fn a_challenge_serves_once_and_is_never_the_same() {
    let mut card = personalised();
    let first = ok(&mut card, &[0, 0x84, 0, 0, 8]);
    assert_ne!(first, ok(&mut card, &[0, 0x84, 0, 0, 8]));
    let token = [&[0, 0x82, 0, 0, 40][..], &[0; 40], &[0]].concat();
    assert_eq!(send(&mut card, &token), Err(Sw::AUTHENTICATION_FAILED));
    assert_eq!(send(&mut card, &token), Err(Sw::CONDITIONS));
}

#[test]
fn a_bare_command_ends_secure_messaging() {
    let mut card = personalised();
    Terminal::open(&mut card, &SEED).unwrap();
    assert_eq!(send(&mut card, &[0, 0xB0, 0x81, 0, 4]), Err(Sw::SECURITY_STATUS));
    assert_eq!(send(&mut card, &[0x0C, 0xB0, 0x81, 0, 3, 0x97, 1, 4, 0]), Err(Sw::SECURITY_STATUS));
}

#[test]
fn the_security_object_comes_last() {
    let sod = group(0x011D, &[0x50; 600]);
    for missing in 0..5 {
        let mut card = issued_card();
        let mut host = issuer_channel(&mut card);
        let mut groups = others();
        groups.remove(missing);
        groups.push(sod.clone());
        assert_eq!(store(&mut host, &mut card, &groups), Err(Sw::CONDITIONS), "without group {missing}");
        assert!(!card.state().emrtd.files.contains_key("011d"));
    }
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    assert_eq!(store(&mut host, &mut card, &others()), Err(Sw::CONDITIONS), "a last block before EF.SOD");
}

#[test]
fn an_early_security_object_is_refused_with_its_first_block() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    let sod = group(0x011D, &[0x50; 600]);
    assert_eq!(host.send(&mut card, [0xE2, 0, 0], &sod[..200]), Err(Sw::CONDITIONS));
}

#[test]
fn a_file_torn_in_the_middle_leaves_no_trace() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    host.send(&mut card, [0xE2, 0, 0], &group(0x0102, &[0xD2; 500])[..200]).unwrap();
    card.reset();
    assert!(card.state().emrtd.files.is_empty());
    let mut host = issuer_channel(&mut card);
    store(&mut host, &mut card, &[others(), vec![group(0x011D, &[0x50; 600])]].concat()).unwrap();
}

#[test]
fn an_unfinished_application_answers_no_holder() {
    let mut card = issued_card();
    select(&mut card, &AID);
    assert_eq!(send(&mut card, &[0, 0x84, 0, 0, 8]), Err(Sw::CONDITIONS));
    assert_eq!(send(&mut card, &[0, 0xB0, 0x81, 0, 4]), Err(Sw::CONDITIONS));
}

#[test]
fn nothing_is_written_without_the_issuer_or_after_the_end() {
    let mut card = issued_card();
    select(&mut card, &AID);
    assert_eq!(send(&mut card, &[0x80, 0xE2, 0, 0, 3, 1, 1, 0]), Err(Sw::SECURITY_STATUS));
    let mut card = personalised();
    let mut host = issuer_channel(&mut card);
    assert_eq!(store(&mut host, &mut card, &others()), Err(Sw::CONDITIONS));
}

#[test]
fn unknown_files_and_a_short_seed_are_refused() {
    let mut card = issued_card();
    let mut host = issuer_channel(&mut card);
    assert_eq!(store(&mut host, &mut card, &[group(0x0103, &[1])]), Err(Sw::REFERENCE_NOT_FOUND));
    let mut host = issuer_channel(&mut card);
    assert_eq!(store(&mut host, &mut card, &[group(0xC001, &[1; 15])]), Err(Sw::WRONG_DATA));
}
