//! Bytes in the chip's memory: [`Secret`] cannot be printed, [`HexBytes`] can. Both are lower-case hex in the
//! state file.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Public bytes of any length.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexBytes(pub Vec<u8>);

/// Secret bytes of any length; wiped when dropped, left out of `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes ownership of the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for a computation.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as an array, if there are exactly `N`.
    pub fn array<const N: usize>(&self) -> Option<[u8; N]> {
        self.0.as_slice().try_into().ok()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl TryFrom<String> for HexBytes {
    type Error = hex::FromHexError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        hex::decode(text).map(Self)
    }
}

impl From<HexBytes> for String {
    fn from(bytes: HexBytes) -> Self {
        hex::encode(bytes.0)
    }
}

impl TryFrom<String> for Secret {
    type Error = hex::FromHexError;
    fn try_from(mut text: String) -> Result<Self, Self::Error> {
        let decoded = hex::decode(&text).map(Self);
        text.zeroize();
        decoded
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        hex::encode(&secret.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new(vec![0xAB; 16])), "Secret(…)");
    }

    #[test]
    fn a_secret_survives_the_state_file() {
        let json = serde_json::to_string(&Secret::new(vec![1, 2, 0xFF])).unwrap();
        assert_eq!(json, "\"0102ff\"");
        assert_eq!(serde_json::from_str::<Secret>(&json).unwrap(), Secret::new(vec![1, 2, 0xFF]));
    }

    #[test]
    fn text_that_is_not_hex_is_refused() {
        assert!(serde_json::from_str::<Secret>("\"0g\"").is_err());
        assert!(serde_json::from_str::<HexBytes>("\"123\"").is_err());
    }

    #[test]
    fn an_array_needs_its_exact_length() {
        assert_eq!(Secret::new(vec![0; 16]).array::<16>(), Some([0; 16]));
        assert_eq!(Secret::new(vec![0; 15]).array::<16>(), None);
    }
}
