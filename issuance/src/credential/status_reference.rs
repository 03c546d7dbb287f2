//! Where the status of a credential is found (draft-ietf-oauth-status-list-21 §6).

use coset::cbor::Value as Cbor;
use serde_json::{Value, json};

use super::CredentialError;
use super::content::is_https;
use super::cose::{entry, text};
use crate::status_list::MAX_ENTRIES;

/// A place in a status list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatusReference {
    /// The URI of the list under `https`, equal to the subject of the list.
    pub uri: String,
    /// The place in the list.
    pub index: u64,
}

/// Whether a text can be the address of a list: an `https` URL without query and fragment, because it is
/// compared letter by letter and must be the same for everyone who fetches it
/// (draft-ietf-oauth-status-list-21 §8.1).
pub(crate) fn is_list_uri(text: &str) -> bool {
    is_https(text) && !text.contains(['?', '#'])
}

impl StatusReference {
    /// Whether it can be a place in a list that a reader accepts.
    pub(crate) fn is_sound(&self) -> bool {
        is_list_uri(&self.uri) && self.index < MAX_ENTRIES
    }

    /// Writes `status` of a JWT (§6.2).
    pub(crate) fn to_json(&self) -> Value {
        json!({ "status_list": { "idx": self.index, "uri": self.uri } })
    }

    /// Reads `status`; mechanisms other than `status_list` are ignored.
    pub(crate) fn from_json(status: Option<&Value>) -> Result<Self, CredentialError> {
        let list = status.and_then(|status| status.get("status_list"));
        let index = list.and_then(|list| list.get("idx")).and_then(Value::as_u64);
        let uri = list.and_then(|list| list.get("uri")).and_then(Value::as_str);
        match (index, uri) {
            (Some(index), Some(uri)) => Ok(Self { uri: uri.to_owned(), index }),
            (Some(_) | None, None) | (None, Some(_)) => Err(CredentialError::Claim("status")),
        }
    }

    /// Writes claim 65535 of a CWT (§6.3), in deterministic order.
    pub(crate) fn to_cbor(&self) -> Cbor {
        let list = vec![
            (Cbor::from("idx"), Cbor::from(self.index)),
            (Cbor::from("uri"), Cbor::from(self.uri.as_str())),
        ];
        Cbor::Map(vec![(Cbor::from("status_list"), Cbor::Map(list))])
    }

    /// Reads claim 65535.
    pub(crate) fn from_cbor(status: Option<&Cbor>) -> Result<Self, CredentialError> {
        let list = status.and_then(|status| entry(status, &text("status_list")));
        let index = list.and_then(|list| entry(list, &text("idx"))).and_then(Cbor::as_integer);
        let uri = list.and_then(|list| entry(list, &text("uri"))).and_then(Cbor::as_text);
        match (index.and_then(|index| u64::try_from(index).ok()), uri) {
            (Some(index), Some(uri)) => Ok(Self { uri: uri.to_owned(), index }),
            (Some(_) | None, None) | (None, Some(_)) => Err(CredentialError::Claim("status")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_both_forms() {
        let reference = StatusReference { uri: "https://example.mn/status/1".to_owned(), index: 412 };
        assert_eq!(StatusReference::from_json(Some(&reference.to_json())).unwrap(), reference);
        assert_eq!(StatusReference::from_cbor(Some(&reference.to_cbor())).unwrap(), reference);
    }

    #[test]
    fn a_place_is_in_a_list_that_can_be_fetched_and_within_it() {
        let is_sound = |uri: &str, index| StatusReference { uri: uri.to_owned(), index }.is_sound();
        let good = "https://status.example.mn/1";
        assert!(is_sound(good, 0) && is_sound(good, MAX_ENTRIES - 1));
        assert!(!is_sound(good, MAX_ENTRIES) && !is_sound(good, u64::MAX));
        let wrong = ["", "http://status.example.mn/1"].map(str::to_owned);
        for uri in wrong.into_iter().chain(["?1", "#1", " ", "\u{7f}"].map(|end| format!("{good}{end}"))) {
            assert!(!is_sound(&uri, 0), "{uri:?}");
        }
    }

    #[test]
    fn half_a_reference_is_none() {
        for status in [
            json!({}),
            json!({ "status_list": { "idx": 1 } }),
            json!({ "status_list": { "idx": -1, "uri": "https://example.mn" } }),
            json!({ "status_list": { "idx": "1", "uri": "https://example.mn" } }),
            json!({ "other": { "idx": 1, "uri": "https://example.mn" } }),
        ] {
            assert!(StatusReference::from_json(Some(&status)).is_err(), "{status}");
        }
        assert!(StatusReference::from_json(None).is_err());
        assert!(StatusReference::from_cbor(Some(&Cbor::Map(vec![]))).is_err());
    }
}
