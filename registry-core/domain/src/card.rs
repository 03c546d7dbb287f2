//! Cards: from an approved application to revocation. One file a kind of registration.

pub mod activated;
pub mod application;
pub mod personalised;
pub mod revoked;
pub mod suspension;

mod document_number;
mod record;
mod reference;
mod serial;

pub use document_number::DocumentNumber;
pub use record::{CardCertificate, CardRecord, CardState, KeySlot, RevocationReason, Sha256};
pub use reference::CardRef;
pub use serial::{CertificateSerial, RecordedSerial};
