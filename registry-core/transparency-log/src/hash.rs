//! The hash of a leaf and of an inner node (RFC 6962 §2.1).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Domain separation of RFC 6962 §2.1: a leaf can never be taken for a node.
const LEAF_PREFIX: [u8; 1] = [0];
const NODE_PREFIX: [u8; 1] = [1];

/// A SHA-256 value: of a leaf, of an inner node, or of a whole tree.
///
/// Displays as 64 lower-case hexadecimal digits, which is also its serde form; checkpoints use
/// [`Hash::to_base64`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; 32]);

/// Why a text or a byte string is not a hash.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Not 64 lower-case hexadecimal digits.
    #[error("a hash is 64 lower-case hexadecimal digits")]
    Hexadecimal,
    /// Not the padded standard Base64 (RFC 4648 §4) of 32 bytes.
    #[error("a hash is the padded standard Base64 of 32 bytes")]
    Base64,
    /// Not 32 bytes.
    #[error("a hash is 32 bytes, not {0}")]
    Length(usize),
}

impl Hash {
    /// The root of the tree without leaves: SHA-256 of the empty string (RFC 6962 §2.1).
    pub fn of_empty_tree() -> Self {
        Hash(Sha256::digest([]).into())
    }

    /// The padded standard Base64 form, 44 characters.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Parses the form of [`Hash::to_base64`]; no other spelling of the same bytes is accepted.
    ///
    /// # Errors
    /// [`HashError::Base64`] for anything else.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashError::Base64)?;
        Hash::try_from(bytes.as_slice()).map_err(|_| HashError::Base64)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The hash of a leaf: SHA-256(0x00 ‖ leaf) (RFC 6962 §2.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update(LEAF_PREFIX).chain_update(leaf).finalize().into())
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let node = Sha256::new().chain_update(NODE_PREFIX).chain_update(left.0).chain_update(right.0);
    Hash(node.finalize().into())
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.bytes().any(|digit| digit.is_ascii_uppercase()) {
            return Err(HashError::Hexadecimal);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| HashError::Hexadecimal)?;
        Ok(Hash(bytes))
    }
}

impl TryFrom<String> for Hash {
    type Error = HashError;

    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = HashError;

    fn try_from(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Hash).map_err(|_| HashError::Length(bytes.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back() {
        let hash = leaf_hash(b"leaf");
        assert_eq!(hash.to_string().parse::<Hash>().unwrap(), hash);
        assert_eq!(Hash::from_base64(&hash.to_base64()).unwrap(), hash);
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        assert_eq!(Hash::try_from(hash.as_bytes().as_slice()).unwrap(), hash);
    }

    #[test]
    fn another_spelling_of_the_same_bytes_is_refused() {
        let hash = leaf_hash(b"leaf");
        assert!(hash.to_string().to_uppercase().parse::<Hash>().is_err());
        assert!(hash.to_string()[2..].parse::<Hash>().is_err());
        assert!(Hash::from_base64(hash.to_base64().trim_end_matches('=')).is_err());
        assert!(Hash::from_base64(&format!("{} ", hash.to_base64())).is_err());
        // The last character before the padding carries two unused bits, which must be zero.
        let last = hash.to_base64().replace("=", "");
        let other = match last.chars().last().unwrap() {
            'A' => 'B',
            letter => char::from(letter as u8 + 1),
        };
        assert!(Hash::from_base64(&format!("{}{other}=", &last[..42])).is_err());
        assert!(Hash::try_from([0; 31].as_slice()).is_err());
    }

    #[test]
    fn a_leaf_is_never_a_node() {
        let (left, right) = (leaf_hash(b"left"), leaf_hash(b"right"));
        let joined = [left.0, right.0].concat();
        assert_ne!(leaf_hash(&joined), node_hash(&left, &right));
    }
}
