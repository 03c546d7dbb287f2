//! The bytes of a leaf: canonical JSON `{"c":commitment,"k":class,"s":position,"t":unix seconds,"u":entry
//! id,"v":1}`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::commitment::Commitment;

/// The coarse class of a leaf: it says no more than which log the leaf is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafClass {
    /// An entry of the register.
    Entry,
    /// An access.
    Access,
}

impl LeafClass {
    fn name(self) -> &'static str {
        match self {
            LeafClass::Entry => "entry",
            LeafClass::Access => "access",
        }
    }
}

/// The text of a leaf. The members stand in RFC 8785 order and hold only digits, lower-case words and
/// base64url, so the text is canonical as it is written.
pub fn leaf_text(class: LeafClass, seq: u64, at: DateTime<Utc>, id: Uuid, commitment: &Commitment) -> String {
    format!(
        r#"{{"c":"{}","k":"{}","s":{seq},"t":{},"u":"{id}","v":1}}"#,
        URL_SAFE_NO_PAD.encode(commitment),
        class.name(),
        at.timestamp(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_canonical_json() {
        let text = leaf_text(
            LeafClass::Entry,
            3,
            DateTime::from_timestamp(5, 0).unwrap(),
            Uuid::from_u128(9),
            &[1; 32],
        );
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), text);
    }
}
