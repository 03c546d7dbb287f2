//! Keys made on the card, their proofs and certificates.

use serde::{Deserialize, Serialize};

use super::{CertificateDer, DerSignature, Nonce, PublicKey};
use crate::layout::Slot;

/// A nonce for one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofNonce {
    /// The slot whose key signs the nonce.
    pub slot: Slot,
    /// What the new key signs, within `proof::key_proof_digest`.
    pub nonce: Nonce,
}

/// Answer to `POST …/proofs`: one nonce for each slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofNonces {
    /// One nonce for each slot.
    pub nonces: Vec<ProofNonce>,
}

impl ProofNonces {
    /// The nonce of a slot.
    pub fn nonce(&self, slot: Slot) -> Option<&Nonce> {
        self.nonces.iter().find(|entry| entry.slot == slot).map(|entry| &entry.nonce)
    }
}

/// `POST …/keys`: a public key that the card made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyProof {
    /// The slot of the key.
    pub slot: Slot,
    /// The public key.
    pub public_key: PublicKey,
    /// Signature over `proof::key_proof_digest`.
    pub proof: DerSignature,
}

/// The certificate of the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateIssued {
    /// The certificate, in DER.
    pub certificate: CertificateDer,
}
