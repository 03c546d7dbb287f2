//! The file that is attached to a paper: all that is needed to check it without asking anybody.
//!
//! `ledger-proof.json` holds the text of the QR, the lines of the paper, the leaf of the act's entry, its
//! audit path (RFC 6962) and the signed checkpoint. Whoever has the public keys of extracts and of the
//! register's log checks it with `registry check-paper`, or with a program of their own:
//! `docs/civil-paper.md` says how.

use issuance::PublicKey;
use serde::{Deserialize, Serialize};
use transparency_log::{Checkpoint, Hash, KeyName, NoteVerifier, SignedNote, leaf_hash, verify_inclusion};

use super::seal::{Claim, CopyClaim, NotGenuine, is_of_said};
use crate::ledger::{Log, origin};
use registry_domain::paper::Line;

/// The version of the file.
const VERSION: u8 = 1;

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The version.
    pub version: u8,
    /// The text of the QR.
    pub seal: String,
    /// The paper's lines.
    pub lines: Vec<SaidLine>,
    /// The leaf of the act's entry.
    pub leaf: String,
    /// The audit path from the leaf upwards, each hash in base64.
    pub path: Vec<String>,
    /// The signed checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

/// A line of the paper as it was signed. The file holds nothing that is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidLine {
    /// What it is called in English.
    pub label: String,
    /// As registered.
    pub value: String,
}

/// Why a paper is not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotProved {
    /// The file is not of the form.
    #[error("the attached file is not a ledger proof of version {VERSION}")]
    Form,
    /// The QR.
    #[error(transparent)]
    Seal(#[from] NotGenuine),
    /// The QR is of an extract without a ledger proof.
    #[error("the QR is not of a counted copy")]
    NotCopy,
    /// The lines are not those that were signed.
    #[error("the lines are not those that the registry signed")]
    Lines,
    /// The checkpoint.
    #[error("the checkpoint is not signed by the key of the register's log")]
    Checkpoint,
    /// The checkpoint is another than the signed one.
    #[error("the checkpoint is not the one that the QR names")]
    OtherTree,
    /// The path.
    #[error("the entry does not stand in the ledger: {0}")]
    Inclusion(String),
}

impl Proof {
    /// Puts the file together.
    pub fn new(seal: String, lines: &[Line], leaf: String, path: &[Hash], checkpoint: String) -> Proof {
        let said = |line: &Line| SaidLine { label: line.label_en.to_owned(), value: line.value.clone() };
        Proof {
            version: VERSION,
            seal,
            lines: lines.iter().map(said).collect(),
            leaf,
            path: path.iter().map(|hash| hash.to_base64()).collect(),
            checkpoint,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`NotProved::Form`].
    pub fn parse(octets: &[u8]) -> Result<Proof, NotProved> {
        let proof: Proof = serde_json::from_slice(octets).map_err(|_| NotProved::Form)?;
        if proof.version == VERSION { Ok(proof) } else { Err(NotProved::Form) }
    }

    /// Checks everything in it: the QR's signature, that the lines are the signed ones, the checkpoint's
    /// signature, and that the entry stands in the ledger of that checkpoint.
    ///
    /// # Errors
    /// [`NotProved`] names the first that does not hold.
    pub fn check(&self, extract_key: &PublicKey, log_key: &[u8; 32]) -> Result<Claim, NotProved> {
        let claim = Claim::check(&self.seal, extract_key)?;
        let copy = claim.copy.as_ref().ok_or(NotProved::NotCopy)?;
        let said = self.lines.iter().map(|line| (line.label.as_str(), line.value.as_str()));
        if !is_of_said(&claim.facts, said) {
            return Err(NotProved::Lines);
        }
        let checkpoint = self.verified_checkpoint(copy, log_key)?;
        if checkpoint.size != copy.tree_size || checkpoint.root.to_base64() != copy.root {
            return Err(NotProved::OtherTree);
        }
        let path: Result<Vec<Hash>, _> = self.path.iter().map(|hash| Hash::from_base64(hash)).collect();
        let path = path.map_err(|_| NotProved::Form)?;
        let leaf = leaf_hash(self.leaf.as_bytes());
        verify_inclusion(&leaf, copy.leaf, checkpoint.size, &checkpoint.root, &path)
            .map_err(|e| NotProved::Inclusion(e.to_string()))?;
        Ok(claim)
    }

    fn verified_checkpoint(&self, copy: &CopyClaim, log_key: &[u8; 32]) -> Result<Checkpoint, NotProved> {
        let name = origin(&copy.instance, Log::Register);
        let name = KeyName::parse(&name).map_err(|_| NotProved::Checkpoint)?;
        let verifier = NoteVerifier::new(name.clone(), log_key).map_err(|_| NotProved::Checkpoint)?;
        let note = SignedNote::parse(&self.checkpoint).map_err(|_| NotProved::Checkpoint)?;
        let text = verifier.verify(&note).map_err(|_| NotProved::Checkpoint)?;
        let checkpoint = Checkpoint::parse(text).map_err(|_| NotProved::Checkpoint)?;
        if checkpoint.origin == name { Ok(checkpoint) } else { Err(NotProved::Checkpoint) }
    }
}

#[cfg(test)]
mod tests;
