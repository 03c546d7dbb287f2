//! A desk asks about a card it holds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CertificateDer, DerSignature, Nonce};
use crate::encoding::{Base64Bytes, HexArray};

/// Why an agency asks; all from its agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Purpose {
    /// Who sits at the desk, as the agency names them.
    pub end_user: String,
    /// The clause that allows the question.
    pub legal_basis: String,
    /// Code of the purpose in the agreement.
    pub purpose: String,
    /// The agency's case number.
    pub case: String,
}

/// `POST /v1/card-checks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckRequest {
    /// Certificate of slot 9A, read from the card.
    pub certificate: CertificateDer,
    /// For what purpose the agency asks; the citizen sees it.
    pub purpose: Purpose,
    /// Drawn by the desk.
    pub nonce: Nonce,
    /// Signature of slot 9A over `proof::check_digest`.
    pub signature: DerSignature,
    /// Document number read from EF.DG1: the service refuses a certificate of another card, which no desk
    /// could see by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
}

/// What the service says, as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckStatement {
    /// The card is active. A card that is not comes as a numbered refusal as well as `false` here.
    pub active: bool,
    /// The nonce of the question, so that an old answer cannot be shown again.
    pub nonce: Nonce,
    /// When.
    pub at: DateTime<Utc>,
}

/// A statement as the very bytes that are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckAnswer {
    /// [`CheckStatement`] as JSON.
    pub statement: Base64Bytes<4096>,
    /// Ed25519 over `proof::check_answer_message`, with `Trust::answer_key`.
    pub signature: HexArray<64>,
}

impl CheckAnswer {
    /// Reads the statement. Verify the signature over `statement` first.
    ///
    /// # Errors
    /// The bytes are not a statement.
    pub fn parse(&self) -> Result<CheckStatement, serde_json::Error> {
        serde_json::from_slice(self.statement.as_bytes())
    }
}

/// `GET /v1/trust`: public material. Fetch it once over a trusted connection and keep it. Whoever takes the
/// roots anew from each answer that the roots are to judge has nothing to judge by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trust {
    /// Roots of the card certificates.
    pub roots: Vec<CertificateDer>,
    /// Authorities that issue card certificates.
    pub intermediates: Vec<CertificateDer>,
    /// CSCA certificates: roots of the Document Signers.
    pub cscas: Vec<CertificateDer>,
    /// Certificate revocation lists in DER, of roots, issuing authorities and CSCAs.
    pub crls: Vec<Base64Bytes<1048576>>,
    /// Ed25519 public key of signed answers.
    pub answer_key: HexArray<32>,
}
