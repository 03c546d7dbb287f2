//! Everything that the chip remembers without power.

use crate::kdf3::{self, BadMasterLength, KDD_BYTES, Purpose};
use crate::secret::{HexBytes, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the transport key set, which is on the chip when it is delivered.
pub const TRANSPORT_VERSION: u8 = 0x01;
/// Version of the issuer key set, which PUT KEY writes.
pub const ISSUER_VERSION: u8 = 0x30;
/// The number of wrong host cryptograms in a row that locks a key set.
pub const KEY_SET_TRIES: u8 = 10;
/// The number of tries for PIN and PUK.
pub const PIN_TRIES: u8 = 3;

/// The memory of one chip. Serialised, it is the state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipState {
    /// The version of this file's format; 1.
    pub format: u8,
    /// The IC serial number, 4 bytes.
    pub serial: HexBytes,
    /// The key sets that exist, at most one per version.
    pub key_sets: Vec<KeySet>,
    /// The PIV-compatible application.
    pub piv: PivState,
    /// The eMRTD application.
    pub emrtd: EmrtdState,
}

/// One SCP03 key set: three AES-128 keys, a counter and a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySet {
    /// The key version number.
    pub version: u8,
    /// The static ENC key.
    pub enc: Secret,
    /// The static MAC key.
    pub mac: Secret,
    /// The static DEK.
    pub dek: Secret,
    /// Channels opened so far (3 bytes in an answer).
    pub sequence_counter: u32,
    /// Failed EXTERNAL AUTHENTICATE commands in a row.
    pub failures: u8,
}

impl KeySet {
    /// A new key set, with its counter at 0.
    pub fn new(version: u8, enc: [u8; 16], mac: [u8; 16], dek: [u8; 16]) -> Self {
        let secret = |key: [u8; 16]| Secret::new(key.to_vec());
        Self {
            version,
            enc: secret(enc),
            mac: secret(mac),
            dek: secret(dek),
            sequence_counter: 0,
            failures: 0,
        }
    }

    /// Whether ten wrong cryptograms have locked the set.
    pub fn is_locked(&self) -> bool {
        self.failures >= KEY_SET_TRIES
    }
}

/// The life cycle of an application (layout page, Life cycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeCycle {
    /// The application is as it was delivered.
    #[default]
    Transport,
    /// Something was written in an issuer channel.
    Personalising,
    /// The last block was written; nothing more can be written.
    Personalised,
}

/// A PIN or PUK with its counter of tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The PIN or PUK: eight bytes, padded with `FF`.
    pub value: Secret,
    /// How many tries are left.
    pub tries: u8,
}

impl Reference {
    /// A PIN or PUK with all its tries.
    pub fn new(value: Secret) -> Self {
        Self { value, tries: PIN_TRIES }
    }
}

/// Memory of the PIV application.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PivState {
    /// The life cycle of the application.
    pub life_cycle: LifeCycle,
    /// The P-256 private keys by slot name (`9a`, `9c`), 32 bytes.
    pub keys: BTreeMap<String, Secret>,
    /// Data objects by tag in hex, with their `53` wrapping.
    pub objects: BTreeMap<String, HexBytes>,
    /// The application PIN.
    pub pin: Option<Reference>,
    /// The PIN unblocking key.
    pub puk: Option<Reference>,
    /// Whether the holder has replaced the transport PIN by their own.
    pub is_pin_changed: bool,
}

/// Memory of the eMRTD application.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmrtdState {
    /// The life cycle of the application.
    pub life_cycle: LifeCycle,
    /// Elementary files by file identifier in hex.
    pub files: BTreeMap<String, HexBytes>,
    /// K_seed of Doc 9303-11 §4.3, 16 bytes.
    pub bac_seed: Option<Secret>,
}

/// The IC fabricator, type and batch of every chip made here: invented values.
const FABRICATOR: [u8; 2] = [0x4D, 0x4E];
const IC_TYPE: [u8; 2] = [0x00, 0x01];
const BATCH: [u8; 2] = [0x25, 0x01];

impl ChipState {
    /// A chip as delivered: transport keys from the master key of the delivery, no issuer keys, empty
    /// applications.
    pub fn delivered(serial: [u8; 4], transport_master: &[u8]) -> Result<Self, BadMasterLength> {
        let kdd = kdd_of(serial);
        let key = |purpose| -> Result<[u8; 16], BadMasterLength> {
            let derived = kdf3::derive(transport_master, purpose, &kdd, 1)?;
            derived.as_slice().try_into().map_err(|_| BadMasterLength(transport_master.len()))
        };
        let transport =
            KeySet::new(TRANSPORT_VERSION, key(Purpose::Enc)?, key(Purpose::Mac)?, key(Purpose::Dek)?);
        Ok(Self {
            format: 1,
            serial: HexBytes(serial.to_vec()),
            key_sets: vec![transport],
            piv: PivState::default(),
            emrtd: EmrtdState::default(),
        })
    }

    /// Key diversification data: always the same for a chip, and different from the chip id, so that mixing
    /// up the two is noticed.
    pub fn kdd(&self) -> [u8; KDD_BYTES] {
        kdd_of(self.serial_bytes())
    }

    /// The 42 bytes of the card production life cycle data.
    pub fn cplc(&self) -> [u8; 42] {
        let mut cplc = [0; 42];
        cplc[0..2].copy_from_slice(&FABRICATOR);
        cplc[2..4].copy_from_slice(&IC_TYPE);
        cplc[12..16].copy_from_slice(&self.serial_bytes());
        cplc[16..18].copy_from_slice(&BATCH);
        cplc
    }

    /// The key set with this version; version 0 means the first one.
    pub fn key_set(&self, version: u8) -> Option<&KeySet> {
        self.key_sets.iter().find(|set| version == 0 || set.version == version)
    }

    /// The key set of a version, so that its counters can be changed.
    pub fn key_set_mut(&mut self, version: u8) -> Option<&mut KeySet> {
        self.key_sets.iter_mut().find(|set| set.version == version)
    }

    fn serial_bytes(&self) -> [u8; 4] {
        self.serial.0.as_slice().try_into().unwrap_or_default()
    }
}

fn kdd_of(serial: [u8; 4]) -> [u8; KDD_BYTES] {
    let mut kdd = [0; KDD_BYTES];
    kdd[0..2].copy_from_slice(&BATCH);
    kdd[2..6].copy_from_slice(&serial);
    kdd[6..8].copy_from_slice(&FABRICATOR);
    kdd[8..10].copy_from_slice(&IC_TYPE);
    kdd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_chips_of_a_delivery_have_different_keys() {
        let first = ChipState::delivered([0, 0, 0, 1], &[7; 16]).unwrap();
        let second = ChipState::delivered([0, 0, 0, 2], &[7; 16]).unwrap();
        assert_ne!(first.kdd(), second.kdd());
        assert_ne!(first.key_sets[0].enc, second.key_sets[0].enc);
        assert_ne!(first.key_sets[0].enc, first.key_sets[0].mac);
    }

    #[test]
    fn the_serial_stands_where_the_layout_says() {
        let cplc = ChipState::delivered([1, 2, 3, 4], &[7; 16]).unwrap().cplc();
        assert_eq!(cplc[12..16], [1, 2, 3, 4]);
        assert_eq!(cplc[16..18], BATCH);
    }

    #[test]
    fn a_short_transport_master_is_refused() {
        assert_eq!(ChipState::delivered([0; 4], &[7; 15]), Err(BadMasterLength(15)));
    }

    #[test]
    fn the_state_survives_json_and_hides_its_keys_in_debug() {
        let state = ChipState::delivered([9, 9, 9, 9], &[7; 16]).unwrap();
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<ChipState>(&json).unwrap(), state);
        assert!(!format!("{state:?}").contains(&hex::encode(state.key_sets[0].enc.expose())));
    }

    #[test]
    fn an_unknown_field_in_the_state_is_refused() {
        let json = serde_json::to_string(&ChipState::delivered([9; 4], &[7; 16]).unwrap()).unwrap();
        assert!(serde_json::from_str::<ChipState>(&json.replacen('{', "{\"extra\":1,", 1)).is_err());
    }
}
