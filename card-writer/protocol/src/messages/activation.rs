//! Activation of a card by its holder.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CertificateDer, DerSignature, Nonce};

/// `POST /v1/card-activations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationRequest {
    /// Document number as printed on the card.
    pub document_number: String,
}

/// What the card has to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// The id under which this activation is completed.
    pub activation_id: Uuid,
    /// Goes into `proof::activation_digest`.
    pub nonce: Nonce,
}

/// `POST /v1/card-activations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationProof {
    /// The certificate of slot 9A as the card shows it; the service compares it with its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateDer>,
    /// Signature of slot 9A over `proof::activation_digest`.
    pub signature: DerSignature,
}

/// Answer: `state` is `active`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activated {
    /// `active`; anything else comes as a refusal.
    pub state: String,
}
