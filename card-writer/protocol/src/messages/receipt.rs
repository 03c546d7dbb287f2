//! What a station certifies when a card is written.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DerSignature, Sha256Hash};
use crate::chip::ChipId;
use crate::encoding::Base64Bytes;

/// One file as it was read back over the holder's path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileHash {
    /// `com`, `dg1`, `dg2`, `dg11`, `sod`, `chuid`, `ccc`, `certificate-9a` or `certificate-9c`.
    pub file: String,
    /// SHA-256 of the bytes read back: of the whole file, of the content of tag `53`, of the certificate.
    pub sha256: Sha256Hash,
}

/// What the station saw. Only hashes of what the service itself made: no holder data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The job.
    pub job_id: Uuid,
    /// The card.
    pub card_id: Uuid,
    /// The chip.
    pub chip_id: ChipId,
    /// Files and certificates read back after a reset.
    pub files: Vec<FileHash>,
    /// INITIALIZE UPDATE with the transport version answered `6A88`.
    pub transport_keys_dead: bool,
    /// Version of the writer.
    pub writer_version: String,
    /// When the station began (its own clock).
    pub started_at: DateTime<Utc>,
    /// When the station was done (its own clock).
    pub finished_at: DateTime<Utc>,
}

/// `POST …/receipt`: the receipt as the very bytes that are signed, so that nothing depends on how JSON is
/// written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedReceipt {
    /// [`Receipt`] as JSON.
    pub receipt: Base64Bytes<4096>,
    /// By the station's TLS key over `proof::receipt_digest`: ECDSA P-256 of the digest (DER), or Ed25519 of
    /// its 32 bytes.
    pub signature: DerSignature,
}

impl SignedReceipt {
    /// Reads the receipt. Verify the signature over `receipt` first.
    ///
    /// # Errors
    /// The bytes are not a receipt.
    pub fn parse(&self) -> Result<Receipt, serde_json::Error> {
        serde_json::from_slice(self.receipt.as_bytes())
    }
}
