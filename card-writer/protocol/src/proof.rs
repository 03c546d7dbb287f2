//! What the keys of a card, a station and the service sign, and over which bytes.
//!
//! Every digest begins with a name of its own, so that a signature made for one purpose is useless for
//! another. The card signs the digest with ECDSA on P-256.

use sha2::{Digest, Sha256};

use crate::chip::ChipId;
use crate::layout::Slot;

/// The length in bytes of every nonce that the service draws.
pub const NONCE_LENGTH: usize = 32;

/// Proof of possession while the card is being personalised:
/// `SHA-256("burtgel/v1/card-key-proof" ‖ 00 ‖ nonce ‖ key reference ‖ chip id ‖ public key)`,
/// the public key as SEC1 uncompressed point (65 bytes).
pub fn key_proof_digest(
    nonce: &[u8; NONCE_LENGTH],
    slot: Slot,
    chip_id: &ChipId,
    public_key: &[u8; 65],
) -> [u8; 32] {
    digest("burtgel/v1/card-key-proof", &[nonce, &[slot.key_reference()], chip_id.as_bytes(), public_key])
}

/// Activation by the holder: `SHA-256("burtgel/v1/card-activation" ‖ 00 ‖ nonce ‖ document number)`,
/// the document number in ASCII.
pub fn activation_digest(nonce: &[u8; NONCE_LENGTH], document_number: &str) -> [u8; 32] {
    digest("burtgel/v1/card-activation", &[nonce, document_number.as_bytes()])
}

/// Presence of a card at a desk: `SHA-256("burtgel/v1/card-check" ‖ 00 ‖ nonce)`; the desk draws the nonce.
pub fn check_digest(nonce: &[u8; NONCE_LENGTH]) -> [u8; 32] {
    digest("burtgel/v1/card-check", &[nonce])
}

/// The receipt of a station: `SHA-256("burtgel/v1/card-receipt" ‖ 00 ‖ receipt)`, the receipt as the bytes
/// that were sent.
pub fn receipt_digest(receipt: &[u8]) -> [u8; 32] {
    digest("burtgel/v1/card-receipt", &[receipt])
}

/// What the answer key signs (Ed25519, the message itself): `"burtgel/v1/card-check-answer" ‖ 00 ‖
/// statement`.
pub fn check_answer_message(statement: &[u8]) -> Vec<u8> {
    [b"burtgel/v1/card-check-answer\0".as_slice(), statement].concat()
}

fn digest(name: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(name);
    hash.update([0]);
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_for_one_purpose_is_none_for_another() {
        let nonce = [1; 32];
        assert_ne!(activation_digest(&nonce, ""), check_digest(&nonce));
        assert_ne!(check_digest(&nonce), receipt_digest(&nonce));
    }

    #[test]
    fn the_proof_names_slot_chip_and_key() {
        let chip = ChipId::parse("0001020310110c0d0e0f").unwrap();
        let other = ChipId::parse("0001020310110c0d0e10").unwrap();
        let base = key_proof_digest(&[1; 32], Slot::Authentication, &chip, &[4; 65]);
        assert_ne!(base, key_proof_digest(&[1; 32], Slot::Signature, &chip, &[4; 65]));
        assert_ne!(base, key_proof_digest(&[1; 32], Slot::Authentication, &other, &[4; 65]));
        assert_ne!(base, key_proof_digest(&[1; 32], Slot::Authentication, &chip, &[5; 65]));
    }
}
