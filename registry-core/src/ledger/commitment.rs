//! Salted commitments: `SHA-256("burtgel/commit/v1" ‖ 00 ‖ salt ‖ JCS(body))`, and of a set of them
//! `SHA-256("burtgel/set/v1" ‖ 00 ‖ c₁ ‖ c₂ …)`.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// 32 random bytes; without them a commitment says nothing about its body.
pub type Salt = [u8; 32];
/// A commitment to a body, or to a set of commitments.
pub type Commitment = [u8; 32];

/// The body as canonical JSON (RFC 8785).
///
/// # Errors
/// The body does not fit JSON (a map with keys that are no strings, a number that is not finite).
pub fn canonical(body: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json_canonicalizer::to_vec(body)
}

/// Commits to a body that is already canonical JSON.
pub fn commit(salt: &Salt, canonical_body: &[u8]) -> Commitment {
    let mut hash = Sha256::new();
    hash.update(b"burtgel/commit/v1\0");
    hash.update(salt);
    hash.update(canonical_body);
    hash.finalize().into()
}

/// Commits to the commitments of the header and the parts, in their order.
pub fn commit_set(commitments: &[Commitment]) -> Commitment {
    let mut hash = Sha256::new();
    hash.update(b"burtgel/set/v1\0");
    for commitment in commitments {
        hash.update(commitment);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_changes_with_salt_and_body() {
        let base = commit(&[0; 32], b"{}");
        assert_ne!(base, commit(&[1; 32], b"{}"));
        assert_ne!(base, commit(&[0; 32], b"[]"));
        assert_ne!(commit_set(&[base]), commit_set(&[base, base]));
    }
}
