//! Digital credentials of a holder: [`sd_jwt`] for a wallet, [`qr`] for paper and for readers without a
//! network.
//!
//! Both are made from the same [`CredentialContent`] in the same steps: prepared → linted → signed, verified,
//! released. A reader gets at the claims in two steps: first it verifies the credential itself, then the
//! credential gives its claims out, but only against a fresh [`status_list`](crate::status_list).

pub(crate) mod content;
pub(crate) mod cose;
mod error;
pub(crate) mod jwk;
pub(crate) mod jws;
mod key_proof;
pub(crate) mod path;
pub mod qr;
pub(crate) mod raw_signature;
pub mod sd_jwt;
mod status_reference;
pub(crate) mod window;
pub(crate) mod zlib;

pub use content::CredentialContent;
pub use error::CredentialError;
pub use key_proof::{MAX_PROOF_OCTETS, holder_key};
pub use path::{CredentialTrust, MAX_PATH, SignerPath};
pub use status_reference::StatusReference;

pub(crate) use status_reference::is_list_uri;
