//! The QR of an extract: `burtgel:extract:v1:` ‖ base64url(payload) ‖ `.` ‖ base64url(signature), and `v2`
//! for a counted copy.
//!
//! The payload is JSON with short names; the signature is Ed25519 over `"burtgel/v1/extract" ‖ 00 ‖ payload`
//! (or `v2`), so that anyone who holds the key of `extract.public.der` can check it without asking.
//! Invariant: the text holds no words about a person. The digest of the paper's facts is salted: so no table
//! of digests made beforehand finds the facts, and no two papers share a digest. The salt stands in the same
//! text, so whoever holds the text and knows nearly all of the facts can guess the rest.
//!
//! Types keep the order in which a seal is made. [`Claim::prepare`] lays out the octets, asks the rules, and
//! reads back what a throw-away key signed. [`PreparedSeal::sign`] gives out only a text that was verified
//! under the real key.

mod prepared;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use issuance::PublicKey;
use registry_domain::kind::Kind;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use registry_domain::paper::Line;

pub use prepared::{PreparedSeal, SealError};

/// The beginning of a seal's text, and the prefix of the signed octets. The prefix keeps a seal from being
/// taken for anything else that is signed.
const FIRST: (&str, &[u8]) = ("burtgel:extract:v1:", b"burtgel/v1/extract\0");
/// Beginning and prefix of a seal on a counted copy.
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

impl Claim {
    /// Reads a text back if the key signed it.
    ///
    /// # Errors
    /// [`NotGenuine`].
    pub fn check(text: &str, key: &PublicKey) -> Result<Claim, NotGenuine> {
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
        let claim: Claim = serde_json::from_slice(&payload).map_err(|_| NotGenuine::Form)?;
        // A version with the members of the other one is refused.
        if claim.version().1 == context { Ok(claim) } else { Err(NotGenuine::Form) }
    }

    fn version(&self) -> (&'static str, &'static [u8]) {
        if self.copy.is_some() { SECOND } else { FIRST }
    }
}

/// A short code of a seal, which people compare by eye: fifty bits of its SHA-256 in Crockford's base 32. The
/// code proves nothing by itself.
pub fn check_code(text: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = Sha256::digest(text.trim().as_bytes());
    let bits = hash.iter().take(8).fold(0u64, |bits, octet| bits << 8 | u64::from(*octet));
    let letter =
        |at: u32| char::from(LETTERS[usize::try_from(bits >> (59 - 5 * at) & 31).unwrap_or_default()]);
    let code: String = (0..10).map(letter).collect();
    format!("{}-{}", &code[..5], &code[5..])
}

/// How many spellings are tried one by one, with and without; further ones are taken as they are.
const MOST_SPELLINGS: usize = 8;

/// Whether a digest is of these lines.
fn is_of(claimed: &str, lines: &[Line]) -> bool {
    is_of_said(claimed, said(lines))
}

/// The lines that were signed: all of these, or these without some spellings in traditional script. A record
/// may be given such spellings later, and its papers stay right.
pub fn as_signed(claimed: &str, lines: &[Line]) -> Option<Vec<Line>> {
    // A paper has a handful of spellings: of two spouses, or the parts of one name.
    let spellings = lines.iter().filter(|line| line.is_spelling).count().min(MOST_SPELLINGS);
    (0..1_u32 << spellings).find_map(|left_out| {
        let mut at = 0;
        let is_in = |line: &&Line| {
            let place = at;
            at += u32::from(line.is_spelling);
            !line.is_spelling || left_out >> place & 1 == 0
        };
        let some: Vec<Line> = lines.iter().filter(is_in).cloned().collect();
        is_of(claimed, &some).then_some(some)
    })
}

/// Whether a digest is of these lines, in the form that the attached file has: label in English, and value.
pub fn is_of_said<'a>(claimed: &str, lines: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let salt = URL_SAFE_NO_PAD.decode(claimed).ok();
    let salt = salt.as_ref().and_then(|claimed| claimed.first_chunk::<16>());
    salt.is_some_and(|salt| digest_of(salt, lines) == claimed)
}

/// Digest of a paper's lines: base64url(salt ‖ SHA-256(salt ‖ lines)), a line being `label_en=value` and a
/// line feed.
pub fn digest(salt: &[u8; 16], lines: &[Line]) -> String {
    digest_of(salt, said(lines))
}

fn said(lines: &[Line]) -> impl Iterator<Item = (&str, &str)> {
    lines.iter().map(|line| (line.label_en, line.value.as_str()))
}

fn digest_of<'a>(salt: &[u8; 16], lines: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    for (label, value) in lines {
        hash.update(format!("{label}={value}\n"));
    }
    URL_SAFE_NO_PAD.encode([salt.as_slice(), &hash.finalize()].concat())
}

#[cfg(test)]
mod tests;
