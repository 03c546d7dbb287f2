//! The issuer security domain: identity of the chip, key information, PUT KEY.

use crate::aes128;
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::state::{ChipState, ISSUER_VERSION, KeySet};
use crate::tlv;
use subtle::ConstantTimeEq;

/// AID of the issuer security domain.
pub const AID: [u8; 8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];

/// Object identifiers of Card Recognition Data (GPCS 2.3.1 annex H), SCP03 with `i = 70` last.
const GP_MARKER: [u8; 7] = [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01];
const GP_VERSION: [u8; 10] = [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x03, 0x01];
const GP_SCP03: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04, 0x03, 0x70];

/// File control information of SELECT (GPCS §11.9.3.1).
pub fn file_control_information() -> Vec<u8> {
    let longest_data = tlv::write(0x9F65, &[0xFF]);
    tlv::write(0x6F, &[tlv::write(0x84, &AID), tlv::write(0xA5, &longest_data)].concat())
}

/// Runs a command for the security domain.
pub fn process(state: &mut ChipState, access: Access, command: &Command) -> Outcome {
    match command.ins {
        0xCA => data_object(state, command.p1p2()),
        0xD8 => put_key(state, access, command),
        _ => Err(Sw::UNKNOWN_INSTRUCTION),
    }
}

fn data_object(state: &ChipState, tag: u16) -> Outcome {
    match tag {
        0x9F7F => Ok(Answer::ok(tlv::write(0x9F7F, &state.cplc()))),
        0x00E0 => Ok(Answer::ok(key_information(state))),
        0x0066 => Ok(Answer::ok(card_recognition_data())),
        _ => Err(Sw::REFERENCE_NOT_FOUND),
    }
}

fn key_information(state: &ChipState) -> Vec<u8> {
    let keys = state.key_sets.iter().flat_map(|set| {
        (1..=3).flat_map(|id| tlv::write(0xC0, &[id, set.version, 0x88, 0x10])).collect::<Vec<_>>()
    });
    tlv::write(0xE0, &keys.collect::<Vec<_>>())
}

fn card_recognition_data() -> Vec<u8> {
    let oid = |tag, value: &[u8]| tlv::write(tag, &tlv::write(0x06, value));
    let content = [tlv::write(0x06, &GP_MARKER), oid(0x60, &GP_VERSION), oid(0x64, &GP_SCP03)].concat();
    tlv::write(0x66, &tlv::write(0x73, &content))
}

/// PUT KEY of a whole key set (GPCS §11.8, Amendment D §7.2). Errors: `6982` no channel, `6A86` the command
/// has another form, `6A88` P1 names no key set, `6A80` wrong version, length or key check value.
fn put_key(state: &mut ChipState, access: Access, command: &Command) -> Outcome {
    let channel_version = access.key_version().ok_or(Sw::SECURITY_STATUS)?;
    if command.p2 != 0x81 {
        return Err(Sw::WRONG_P1P2);
    }
    let dek = state
        .key_sets
        .iter()
        .find(|set| set.version == channel_version)
        .and_then(|set| set.dek.array())
        .ok_or(Sw::REFERENCE_NOT_FOUND)?;
    let replaced = command.p1;
    let position =
        state.key_sets.iter().position(|set| set.version == replaced).ok_or(Sw::REFERENCE_NOT_FOUND)?;
    let (&version, mut blocks) = command.data.split_first().ok_or(Sw::WRONG_DATA)?;
    if version != ISSUER_VERSION {
        return Err(Sw::WRONG_DATA);
    }
    let mut answer = vec![version];
    let mut keys = [[0; 16]; 3];
    for key in &mut keys {
        (*key, blocks) = key_block(&dek, blocks)?;
        answer.extend(aes128::key_check_value(key));
    }
    if !blocks.is_empty() {
        return Err(Sw::WRONG_DATA);
    }
    let [enc, mac, dek] = keys;
    state.key_sets[position] = KeySet::new(version, enc, mac, dek);
    Ok(Answer::ok(answer))
}

/// `88 11 10 <16 encrypted bytes> 03 <KCV>`: the key type, the length of what follows, and the length of the
/// key.
fn key_block<'a>(dek: &[u8; 16], bytes: &'a [u8]) -> Result<([u8; 16], &'a [u8]), Sw> {
    let rest = bytes.strip_prefix(&[0x88, 0x11, 0x10]).ok_or(Sw::WRONG_DATA)?;
    let (encrypted, rest) = rest.split_at_checked(16).ok_or(Sw::WRONG_DATA)?;
    let rest = rest.strip_prefix(&[0x03]).ok_or(Sw::WRONG_DATA)?;
    let (check, rest) = rest.split_at_checked(3).ok_or(Sw::WRONG_DATA)?;
    let clear = aes128::decrypt_cbc(dek, &[0; 16], encrypted).ok_or(Sw::WRONG_DATA)?;
    let key: [u8; 16] = clear.try_into().map_err(|_| Sw::WRONG_DATA)?;
    if !bool::from(aes128::key_check_value(&key).ct_eq(check)) {
        return Err(Sw::WRONG_DATA);
    }
    Ok((key, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secure_channel::SecurityLevel;

    const NEW: [[u8; 16]; 3] = [[0xA1; 16], [0xA2; 16], [0xA3; 16]];

    fn chip() -> ChipState {
        ChipState::delivered([0, 0, 0, 1], &[7; 16]).unwrap()
    }

    fn put(state: &ChipState) -> Command {
        let dek = state.key_sets[0].dek.array().unwrap();
        let mut data = vec![0x30];
        for key in NEW {
            data.extend([0x88, 0x11, 0x10]);
            data.extend(aes128::encrypt_cbc(&dek, &[0; 16], &key));
            data.push(3);
            data.extend(aes128::key_check_value(&key));
        }
        Command { cla: 0x80, ins: 0xD8, p1: 0x01, p2: 0x81, data, le: None, extended: false }
    }

    fn transport() -> Access {
        Access::channel(0x01, SecurityLevel::FULL)
    }

    #[test]
    fn put_key_replaces_the_transport_set() {
        let mut state = chip();
        let command = put(&state);
        let answer = process(&mut state, transport(), &command).unwrap();
        assert_eq!(answer.data.len(), 10);
        assert_eq!(answer.data[..4], [&[0x30][..], &aes128::key_check_value(&NEW[0])].concat());
        assert!(state.key_set(0x01).is_none());
        assert_eq!(state.key_set(0x30).unwrap().mac.expose(), NEW[1]);
        let information = data_object(&state, 0x00E0).unwrap().data;
        assert_eq!(hex::encode(information), "e012c00401308810c00402308810c00403308810");
    }

    #[test]
    fn put_key_without_a_channel_is_refused() {
        let mut state = chip();
        let command = put(&state);
        assert_eq!(process(&mut state, Access::holder(), &command), Err(Sw::SECURITY_STATUS));
        assert_eq!(state, chip());
    }

    #[test]
    fn put_key_with_a_wrong_check_value_or_without_the_inner_length_changes_nothing() {
        let mut state = chip();
        let mut wrong = put(&state);
        *wrong.data.last_mut().unwrap() ^= 1;
        assert_eq!(process(&mut state, transport(), &wrong), Err(Sw::WRONG_DATA));
        let mut bare = put(&state);
        bare.data.splice(2..4, [0x10]);
        assert_eq!(process(&mut state, transport(), &bare), Err(Sw::WRONG_DATA));
        assert_eq!(state, chip());
    }

    #[test]
    fn put_key_for_an_unknown_set_or_another_version_is_refused() {
        let mut state = chip();
        let command = put(&state);
        let unknown = Command { p1: 0x02, ..command.clone() };
        assert_eq!(process(&mut state, transport(), &unknown), Err(Sw::REFERENCE_NOT_FOUND));
        let mut other = command;
        other.data[0] = 0x31;
        assert_eq!(process(&mut state, transport(), &other), Err(Sw::WRONG_DATA));
    }

    #[test]
    fn the_chip_tells_its_life_cycle_data_and_nothing_unknown() {
        let cplc = data_object(&chip(), 0x9F7F).unwrap().data;
        assert_eq!((cplc.len(), &cplc[..3]), (45, &[0x9F, 0x7F, 0x2A][..]));
        assert_eq!(data_object(&chip(), 0x0042), Err(Sw::REFERENCE_NOT_FOUND));
    }
}
