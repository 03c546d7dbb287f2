//! A card station as the service knows it after its TLS certificate was verified.

use registry_domain::id::StationId;

/// A station that calls.
#[derive(Debug, Clone)]
pub struct CallingStation {
    /// The id under which the register knows it.
    pub id: StationId,
    /// The office it stands in.
    pub office: String,
    /// SubjectPublicKeyInfo (DER) of the key that signs its receipts.
    pub spki_der: Vec<u8>,
}
