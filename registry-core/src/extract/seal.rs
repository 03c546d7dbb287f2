//! The QR of an extract: `burtgel:extract:v1:` ‖ base64url(payload) ‖ `.` ‖ base64url(signature).
//!
//! The payload is JSON with short names; the signature is Ed25519 over `"burtgel/v1/extract" ‖ 00 ‖ payload`, so that anyone
//! who holds the key of `extract.public.der` can check it without asking. Invariant: nothing of a person is in it, and the digest of
//! the paper's facts is salted, so that facts cannot be guessed from it alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use issuance::signer::SignError;
use issuance::{PublicKey, Signer};
use registry_domain::kind::Kind;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::facts::Line;

const PREFIX: &str = "burtgel:extract:v1:";
/// Prefix of what is signed, so that a seal is never taken for anything else.
const CONTEXT: &[u8] = b"burtgel/v1/extract\0";
/// Longest text looked at.
const LONGEST: usize = 2000;

/// Why a text is not the seal of an extract of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// It is not of the form.
    #[error("this is not the text of an extract's QR")]
    Form,
    /// The signature is not of the key.
    #[error("the signature of the extract does not fit")]
    Signature,
}

/// What the registry says of a printed paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Number of the act.
    #[serde(rename = "a")]
    pub act_number: String,
    /// What was registered.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// Civil date of registration.
    #[serde(rename = "r")]
    pub registered_on: NaiveDate,
    /// The office.
    #[serde(rename = "o")]
    pub office: UnitCode,
    /// Civil date of printing.
    #[serde(rename = "p")]
    pub printed_on: NaiveDate,
    /// Salted digest of the lines: see [`digest`].
    #[serde(rename = "f")]
    pub facts: String,
}

impl Claim {
    /// Signs it into the text of a QR.
    ///
    /// # Errors
    /// The key's refusal.
    pub fn seal(&self, key: &dyn Signer) -> Result<String, SignError> {
        let payload = serde_json::to_vec(self).unwrap_or_default();
        let signature = key.sign(&signed_octets(&payload))?;
        Ok(format!("{PREFIX}{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Reads a text back if the key signed it.
    ///
    /// # Errors
    /// [`NotGenuine`].
    pub fn check(text: &str, key: &PublicKey) -> Result<Claim, NotGenuine> {
        let text = text.trim();
        let (payload, signature) = text
            .strip_prefix(PREFIX)
            .filter(|_| text.len() <= LONGEST)
            .and_then(|sealed| sealed.split_once('.'))
            .ok_or(NotGenuine::Form)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| NotGenuine::Form)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotGenuine::Form)?;
        key.verify(&signed_octets(&payload), &signature).map_err(|_| NotGenuine::Signature)?;
        serde_json::from_slice(&payload).map_err(|_| NotGenuine::Form)
    }
}

/// Whether a digest is of these lines.
pub fn is_of(claimed: &str, lines: &[Line]) -> bool {
    let salt = URL_SAFE_NO_PAD.decode(claimed).ok();
    let salt = salt.as_ref().and_then(|claimed| claimed.first_chunk::<16>());
    salt.is_some_and(|salt| digest(salt, lines) == claimed)
}

fn signed_octets(payload: &[u8]) -> Vec<u8> {
    [CONTEXT, payload].concat()
}

/// Digest of a paper's lines: base64url(salt ‖ SHA-256(salt ‖ lines)), a line being `label_en=value` and a line feed.
pub fn digest(salt: &[u8; 16], lines: &[Line]) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    for line in lines {
        hash.update(format!("{}={}\n", line.label_en, line.value));
    }
    URL_SAFE_NO_PAD.encode([salt.as_slice(), &hash.finalize()].concat())
}

#[cfg(test)]
mod tests {
    use issuance::{Algorithm, SoftwareSigner};
    use registry_domain::date::parse_date;

    use super::*;
    use crate::draw::Draw;

    fn key(seed: u8) -> SoftwareSigner {
        SoftwareSigner::generate(Algorithm::Ed25519, Draw::from_seed([seed; 32]).generator()).unwrap()
    }

    fn claim() -> Claim {
        let lines = [Line { label_mn: "Нэр", label_en: "Given name", value: "Сайн".to_owned() }];
        Claim {
            act_number: "110151-2026-0000007".to_owned(),
            kind: Kind::Birth,
            registered_on: parse_date("2026-05-02").unwrap(),
            office: UnitCode::parse("110151").unwrap(),
            printed_on: parse_date("2026-05-03").unwrap(),
            facts: digest(&[7; 16], &lines),
        }
    }

    #[test]
    fn a_seal_is_checked_with_the_public_key_alone() {
        let key = key(1);
        let text = claim().seal(&key).unwrap();
        assert_eq!(Claim::check(&format!(" {text}\n"), &key.public_key()), Ok(claim()));
    }

    #[test]
    fn a_seal_with_any_character_changed_is_not_genuine() {
        let key = key(1);
        let text = claim().seal(&key).unwrap();
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(Claim::check(&forged, &key.public_key()).is_err(), "{at}");
        }
    }

    #[test]
    fn a_seal_by_another_key_or_for_another_use_is_not_genuine() {
        let text = claim().seal(&key(2)).unwrap();
        assert_eq!(Claim::check(&text, &key(1).public_key()), Err(NotGenuine::Signature));
        let payload = serde_json::to_vec(&claim()).unwrap();
        let signature = key(1).sign(&payload).unwrap();
        let without_context =
            format!("{PREFIX}{}.{}", URL_SAFE_NO_PAD.encode(&payload), URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(Claim::check(&without_context, &key(1).public_key()), Err(NotGenuine::Signature));
        assert_eq!(Claim::check("", &key(1).public_key()), Err(NotGenuine::Form));
    }

    #[test]
    fn the_same_facts_have_another_digest_under_another_salt() {
        let lines = [Line { label_mn: "Нэр", label_en: "Given name", value: "Сайн".to_owned() }];
        let claimed = digest(&[1; 16], &lines);
        assert_ne!(claimed, digest(&[2; 16], &lines));
        let other = [Line { value: "Сайхан".to_owned(), ..lines[0].clone() }];
        assert!(is_of(&claimed, &lines) && !is_of(&claimed, &other) && !is_of("", &lines));
    }
}
