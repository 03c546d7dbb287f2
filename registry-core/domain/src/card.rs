//! Cards: from an approved application to revocation. Each kind of registration is one file.

pub mod activated;
pub mod application;
pub mod personalised;
pub mod revoked;
pub mod suspension;

mod document_number;
mod making;
mod record;
mod reference;
mod serial;

pub use document_number::DocumentNumber;
pub use making::require_in_the_making;
pub use record::{CardCertificate, CardRecord, CardState, KeySlot, RevocationReason, Sha256};
pub use reference::CardRef;
pub use serial::{CertificateSerial, RecordedSerial};
