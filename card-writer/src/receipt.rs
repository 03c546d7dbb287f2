//! The signature of the station under what it saw.

use card_protocol::encoding::{Base64Bytes, HexBytes};
use card_protocol::messages::{Receipt, SignedReceipt};
use card_protocol::proof::receipt_digest;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::DecodePrivateKey;

use crate::refusal::Refusal;

/// The key of the station: that of its client certificate, ECDSA on P-256.
pub struct StationKey(SigningKey);

impl StationKey {
    /// Reads a PKCS#8 key in PEM.
    ///
    /// # Errors
    /// [`Refusal::UnusableFile`]: no PEM, no PKCS#8, or no P-256 key.
    pub fn parse_pem(pem: &str) -> Result<Self, Refusal> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| Refusal::UnusableFile {
            what: "the station's key",
            why: "a PKCS#8 key on P-256 in PEM is meant".into(),
        })
    }

    /// Signs a receipt.
    ///
    /// # Errors
    /// The receipt is too long.
    pub fn sign(&self, receipt: &Receipt) -> Result<SignedReceipt, Refusal> {
        let unfit = || Refusal::UnfitFiles("receipt");
        let bytes = serde_json::to_vec(receipt).map_err(|_| unfit())?;
        let signature: DerSignature = self.0.sign_prehash(&receipt_digest(&bytes)).map_err(|_| unfit())?;
        Ok(SignedReceipt {
            receipt: Base64Bytes::new(bytes).map_err(|_| unfit())?,
            signature: HexBytes::new(signature.as_bytes().to_vec()).map_err(|_| unfit())?,
        })
    }
}

/// Whether `signature` (DER) over `digest` is of the key `public_key` (SEC1).
pub fn is_signed_by(public_key: &[u8], digest: &[u8; 32], signature: &[u8]) -> bool {
    use p256::ecdsa::signature::hazmat::PrehashVerifier;
    let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key) else { return false };
    let Ok(signature) = DerSignature::from_bytes(signature) else { return false };
    key.verify_prehash(digest, &signature).is_ok()
}
