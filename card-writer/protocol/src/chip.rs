//! The identity of a chip.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Ten bytes that differ for every chip (`docs/card-layout.md`, "Identity of a chip"); messages and journals
/// write them as twenty lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChipId([u8; 10]);

/// Why bytes or a text are not a chip id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChipIdError {
    /// The CPLC data object is not `9F7F 2A` and 42 bytes.
    #[error("the CPLC is not 9F7F 2A and 42 bytes")]
    Cplc,
    /// The text is not twenty lower-case hex digits.
    #[error("a chip id is twenty lower-case hex digits")]
    Text,
}

impl ChipId {
    /// Reads the id from the CPLC as GET DATA `9F7F` answers it: tag, length and 42 bytes.
    ///
    /// IC fabricator (offset 0, 2 bytes) · IC type (2, 2) · IC batch (16, 2) · IC serial number (12, 4).
    ///
    /// # Errors
    /// [`ChipIdError::Cplc`] for another tag or length.
    pub fn from_cplc(object: &[u8]) -> Result<Self, ChipIdError> {
        let Some(cplc) = object.strip_prefix(&[0x9F, 0x7F, 0x2A]).filter(|cplc| cplc.len() == 42) else {
            return Err(ChipIdError::Cplc);
        };
        let mut id = [0; 10];
        id[..4].copy_from_slice(&cplc[..4]);
        id[4..6].copy_from_slice(&cplc[16..18]);
        id[6..].copy_from_slice(&cplc[12..16]);
        Ok(Self(id))
    }

    /// Parses twenty lower-case hex digits.
    ///
    /// # Errors
    /// [`ChipIdError::Text`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ChipIdError> {
        let mut id = [0; 10];
        hex::decode_to_slice(text, &mut id).map_err(|_| ChipIdError::Text)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(ChipIdError::Text);
        }
        Ok(Self(id))
    }

    /// The ten bytes.
    pub fn as_bytes(&self) -> &[u8; 10] {
        &self.0
    }
}

impl TryFrom<String> for ChipId {
    type Error = ChipIdError;
    fn try_from(text: String) -> Result<Self, ChipIdError> {
        Self::parse(&text)
    }
}

impl From<ChipId> for String {
    fn from(id: ChipId) -> String {
        id.to_string()
    }
}

impl fmt::Display for ChipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_fabricator_type_batch_and_serial() {
        let mut object = vec![0x9F, 0x7F, 0x2A];
        object.extend(0..42);
        assert_eq!(ChipId::from_cplc(&object).unwrap().to_string(), "0001020310110c0d0e0f");
    }

    #[test]
    fn a_short_cplc_and_upper_case_text_are_refused() {
        assert_eq!(ChipId::from_cplc(&[0x9F, 0x7F, 0x2A, 1]), Err(ChipIdError::Cplc));
        assert_eq!(ChipId::parse("0001020310110C0D0E0F"), Err(ChipIdError::Text));
        assert_eq!(ChipId::parse("00"), Err(ChipIdError::Text));
    }
}
