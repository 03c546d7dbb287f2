//! The seal of a civil paper, as the QR on it holds it: `burtgel:extract:v1:` ‖ base64url(payload) ‖ `.` ‖
//! base64url(signature), and `v2` for a counted copy.
//!
//! The payload is JSON with short names; the signature is Ed25519 over `"burtgel/v1/extract" ‖ 00 ‖ payload`
//! (or `v2`), so that anyone who holds the public key can check it without asking. Invariant: the payload
//! names no person and no date of anybody's life. It holds a salted digest of the paper's lines, so that no
//! table of digests made beforehand finds them and no two papers share one. The salt stands in the same text:
//! whoever holds the paper and knows nearly all of its lines can try out the rest.
//!
//! A seal is made in an order that types keep: [`Claim::prepare`] lays out the octets, asks the rules and
//! reads back a signature by a throw-away key; what [`PreparedSeal::sign`] gives was verified under the key
//! itself.

mod prepared;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::public_key::PublicKey;

pub use prepared::{PreparedSeal, SealError};

/// What a text begins with, and the prefix of what is signed, so that a seal is never taken for anything
/// else.
const FIRST: (&str, &[u8]) = ("burtgel:extract:v1:", b"burtgel/v1/extract\0");
/// The same of a seal on a counted copy.
const SECOND: (&str, &[u8]) = ("burtgel:extract:v2:", b"burtgel/v2/extract\0");
/// Longest text looked at.
const LONGEST: usize = 2000;

/// Octets of an Ed25519 signature: a text with fewer was cut.
const SIGNATURE: usize = 64;

/// Why a text is not taken as the seal of an extract of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// It could not be read: it is something else, or a part of a seal. Whether the paper is genuine is not
    /// known.
    #[error("this is not the text of an extract's QR")]
    Form,
    /// It was read, and the signature is not of the key.
    #[error("the signature of the extract does not fit")]
    Signature,
}

/// What the registry says of a printed paper. `Kind` and `Office` are the registry's own words for what was
/// registered and for the office that registered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim<Kind, Office> {
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
    pub office: Office,
    /// Civil date of printing.
    #[serde(rename = "p")]
    pub printed_on: NaiveDate,
    /// Salted digest of the lines: see [`digest`].
    #[serde(rename = "f")]
    pub facts: String,
    /// Of a counted copy: which, and where its act stands in the ledger.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyClaim>,
}

/// What the registry says of a counted copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyClaim {
    /// The registry's name, as in the origin line of its checkpoints.
    #[serde(rename = "i")]
    pub instance: String,
    /// Which copy of the act's paper, from 1.
    #[serde(rename = "c")]
    pub number: u32,
    /// Number of the sheet of security paper.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Position of the act's entry in the register's log.
    #[serde(rename = "l")]
    pub leaf: u64,
    /// Size of the tree that the proof leads to.
    #[serde(rename = "t")]
    pub tree_size: u64,
    /// Its root, in base64.
    #[serde(rename = "h")]
    pub root: String,
}

impl<Kind: DeserializeOwned, Office: DeserializeOwned> Claim<Kind, Office> {
    /// Reads a text back if the key signed it.
    ///
    /// # Errors
    /// [`NotGenuine`].
    pub fn check(text: &str, key: &PublicKey) -> Result<Self, NotGenuine> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(NotGenuine::Form);
        }
        let first = text.strip_prefix(FIRST.0).map(|sealed| (sealed, FIRST.1));
        let second = || text.strip_prefix(SECOND.0).map(|sealed| (sealed, SECOND.1));
        let (sealed, context) = first.or_else(second).ok_or(NotGenuine::Form)?;
        let (payload, signature) = sealed.split_once('.').ok_or(NotGenuine::Form)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| NotGenuine::Form)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotGenuine::Form)?;
        if signature.len() != SIGNATURE {
            return Err(NotGenuine::Form);
        }
        let signed = [context, &payload].concat();
        key.verify(&signed, &signature).map_err(|_| NotGenuine::Signature)?;
        let claim: Self = serde_json::from_slice(&payload).map_err(|_| NotGenuine::Form)?;
        // Each version says what it says and no more.
        if claim.version().1 == context { Ok(claim) } else { Err(NotGenuine::Form) }
    }
}

impl<Kind, Office> Claim<Kind, Office> {
    fn version(&self) -> (&'static str, &'static [u8]) {
        if self.copy.is_some() { SECOND } else { FIRST }
    }
}

/// A short code of a seal, in Crockford's base 32, that is compared by eye: fifty bits of its SHA-256. It
/// proves nothing by itself.
pub fn check_code(text: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = Sha256::digest(text.trim().as_bytes());
    let bits = hash.iter().take(8).fold(0u64, |bits, octet| bits << 8 | u64::from(*octet));
    let letter =
        |at: u32| char::from(LETTERS[usize::try_from(bits >> (59 - 5 * at) & 31).unwrap_or_default()]);
    let code: String = (0..10).map(letter).collect();
    format!("{}-{}", &code[..5], &code[5..])
}

/// Whether a digest is of these lines, each given as its label in English and its value.
pub fn is_digest_of<'a>(claimed: &str, lines: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let salt = URL_SAFE_NO_PAD.decode(claimed).ok();
    let salt = salt.as_ref().and_then(|claimed| claimed.first_chunk::<16>());
    salt.is_some_and(|salt| digest(salt, lines) == claimed)
}

/// Digest of a paper's lines: base64url(salt ‖ SHA-256(salt ‖ lines)), a line being its label in English,
/// `=`, its value and a line feed.
pub fn digest<'a>(salt: &[u8; 16], lines: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    for (label, value) in lines {
        hash.update(format!("{label}={value}\n"));
    }
    URL_SAFE_NO_PAD.encode([salt.as_slice(), &hash.finalize()].concat())
}

#[cfg(test)]
mod tests;
