//! What a State signs: certificates, revocation lists, the files of an identity card, and digital
//! credentials.
//!
//! The crate is pure. It reads no clock, draws no random number, opens no file and knows nothing of a
//! register, a database or HTTP: time, randomness, keys and the person are arguments, bytes are returned.
//!
//! Issuing a certificate takes three steps that cannot be taken in another order:
//! [`prepare`](prepared::prepare) → [`Prepared::lint`](prepared::Prepared::lint) →
//! [`Linted::sign`](prepared::Linted::sign). The octets are known before they are signed, so that the caller
//! can record them; the result is verified before it is released. The files of a card are made in the same
//! way: [`PreparedCard`](card_data::PreparedCard) → [`CardFiles`](card_data::CardFiles), and so are a
//! holder's [`credential`]s and the [`status_list`]s that revoke them.
//!
//! There are two branches with two encodings of the same keys: the eID and service branches name their curves
//! (RFC 5480), the ICAO branch spells the curve out (Doc 9303-12 §4.1.6.3). The profile decides this, never
//! the signer. [`algorithm::ROWS`] says which algorithm may sign for which purpose.

pub mod algorithm;
pub mod authority;
pub mod bac;
pub mod card_data;
pub mod certificate;
pub mod chain;
pub mod credential;
mod derived;
mod ec_parameters;
mod extension;
pub mod holder;
pub mod lds;
pub mod lint;
pub mod master_list;
pub mod name;
pub mod oid;
pub mod pace;
pub mod paper_seal;
pub mod piv;
pub mod prepared;
pub mod profile;
pub mod public_key;
pub mod request;
pub mod revocation;
pub mod rsa_key;
pub mod serial;
mod signed_data;
pub mod signer;
pub mod status_list;
mod throw_away;
pub mod tlv;
pub mod validity;
pub mod weak_key;

#[cfg(test)]
mod sample;

pub use authority::CertificationAuthority;
pub use certificate::Certificate;
pub use holder::Holder;
pub use public_key::PublicKey;
pub use serial::Serial;
pub use signer::{Algorithm, Signer, SoftwareSigner};
pub use validity::Validity;
