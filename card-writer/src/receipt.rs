//! The station's signature under its receipt.

use card_protocol::encoding::{Base64Bytes, HexBytes};
use card_protocol::messages::{Receipt, SignedReceipt};
use card_protocol::proof::receipt_digest;
use ed25519_dalek::Signer;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::DecodePrivateKey;

use crate::refusal::Refusal;

/// The key of the station, to which its client certificate belongs.
pub enum StationKey {
    /// The key of a certificate with ECDSA on P-256.
    P256(Box<SigningKey>),
    /// The key of a certificate with Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl StationKey {
    /// Reads a PKCS#8 key in PEM.
    ///
    /// # Errors
    /// [`Refusal::UnusableFile`]: the text is not PEM, not PKCS#8, or the key is of another kind.
    pub fn parse_pem(pem: &str) -> Result<Self, Refusal> {
        if let Ok(key) = SigningKey::from_pkcs8_pem(pem) {
            return Ok(Self::P256(Box::new(key)));
        }
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map_err(|_| Refusal::UnusableFile {
            what: "the station's key",
            why: "a PKCS#8 key on P-256 or Ed25519 in PEM is meant".into(),
        })?;
        Ok(Self::Ed25519(Box::new(key)))
    }

    /// Signs a receipt.
    ///
    /// # Errors
    /// The receipt is too long.
    pub fn sign(&self, receipt: &Receipt) -> Result<SignedReceipt, Refusal> {
        let unfit = || Refusal::UnfitFiles("receipt");
        let bytes = serde_json::to_vec(receipt).map_err(|_| unfit())?;
        let digest = receipt_digest(&bytes);
        let signature = match self {
            Self::P256(key) => {
                let signature: DerSignature = key.sign_prehash(&digest).map_err(|_| unfit())?;
                signature.as_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(&digest).to_vec(),
        };
        Ok(SignedReceipt {
            receipt: Base64Bytes::new(bytes).map_err(|_| unfit())?,
            signature: HexBytes::new(signature).map_err(|_| unfit())?,
        })
    }
}
