//! How a seal is made: rules, a throw-away signature, the signature, and its verification.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use issuance::signer::SignError;
use issuance::{Algorithm, PublicKey, Signer, SoftwareSigner};
use transparency_log::Hash;

use super::{Claim, LONGEST};
use crate::draw::Draw;

/// Why a claim is not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A rule is broken; its number is never used again.
    #[error("rule {number} of a seal: {what}")]
    Rule {
        /// The rule's number.
        number: u8,
        /// What it asks.
        what: &'static str,
    },
    /// What was laid out does not read back as the claim.
    #[error("the seal does not read back")]
    ReadBack,
    /// The key's refusal.
    #[error("sign a seal: {0}")]
    Sign(String),
}

impl From<SignError> for SealError {
    fn from(error: SignError) -> SealError {
        SealError::Sign(error.to_string())
    }
}

/// A claim whose octets are fixed and passed every rule.
#[derive(Debug)]
pub struct PreparedSeal {
    claim: Claim,
    payload: Vec<u8>,
}

impl Claim {
    /// Lays out the octets, asks every rule, and reads back what a throw-away key signed.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn prepare(self) -> Result<PreparedSeal, SealError> {
        for (number, what, holds) in rules(&self) {
            if !holds {
                return Err(SealError::Rule { number, what });
            }
        }
        let payload = serde_json::to_vec(&self).map_err(|_| SealError::ReadBack)?;
        let prepared = PreparedSeal { claim: self, payload };
        prepared.rehearse()?;
        Ok(prepared)
    }
}

impl PreparedSeal {
    /// The octets that will be signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The text as a throw-away key signs it. It has the length of the seal and is no genuine seal. A paper
    /// is drawn with it once, before the copy is counted.
    ///
    /// # Errors
    /// As [`PreparedSeal::sign`].
    pub fn rehearse(&self) -> Result<String, SealError> {
        // Anyone can draw this key, and no paper is checked with it.
        let throw_away = SoftwareSigner::generate(Algorithm::Ed25519, Draw::from_seed([0; 32]).generator());
        let throw_away = throw_away.map_err(|e| SealError::Sign(e.to_string()))?;
        self.text(&throw_away, &throw_away.public_key())
    }

    /// Signs, and hands the text out only if it verifies and says what was prepared.
    ///
    /// # Errors
    /// The key's refusal, or [`SealError::ReadBack`].
    pub fn sign(self, key: &SoftwareSigner) -> Result<String, SealError> {
        self.text(key, &key.public_key())
    }

    fn text(&self, key: &dyn Signer, public: &PublicKey) -> Result<String, SealError> {
        let (prefix, context) = self.claim.version();
        let signature = key.sign(&[context, &self.payload].concat())?;
        let encoded = URL_SAFE_NO_PAD.encode(&self.payload);
        let text = format!("{prefix}{encoded}.{}", URL_SAFE_NO_PAD.encode(signature));
        match Claim::check(&text, public) {
            Ok(read) if read == self.claim => Ok(text),
            Ok(_) | Err(_) => Err(SealError::ReadBack),
        }
    }
}

/// The rules: number, what is asked, whether the claim keeps it.
fn rules(claim: &Claim) -> Vec<(u8, &'static str, bool)> {
    let is_word = |text: &str, longest: usize| !text.is_empty() && text.len() <= longest;
    let facts = URL_SAFE_NO_PAD.decode(&claim.facts).map(|octets| octets.len());
    let mut rules = vec![
        (1, "an act number of at most 64 octets", is_word(&claim.act_number, 64)),
        // The office that prints may stand in a zone where the day begins an hour later.
        (
            2,
            "printed not before the day of registration",
            claim.printed_on.succ_opt().is_some_and(|next| next >= claim.registered_on),
        ),
        (3, "a digest with its salt: 48 octets", facts == Ok(48)),
    ];
    if let Some(copy) = &claim.copy {
        rules.extend([
            (4, "copies are counted from 1", copy.number >= 1),
            (5, "the entry is in the tree", copy.leaf < copy.tree_size),
            (6, "a root of 32 octets", Hash::from_base64(&copy.root).is_ok()),
            (
                7,
                "a sheet number of at most 40 octets",
                copy.sheet.as_deref().is_none_or(|sheet| is_word(sheet, 40)),
            ),
            (8, "a registry's name of at most 100 octets", is_word(&copy.instance, 100)),
        ]);
    }
    let length = serde_json::to_vec(claim).map(|payload| payload.len() * 4 / 3 + 120);
    rules.push((9, "a text that a QR on A4 holds", length.is_ok_and(|length| length < LONGEST)));
    rules
}
