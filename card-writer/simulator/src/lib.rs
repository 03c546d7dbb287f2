//! A contact eID card in software, after `docs/card-layout.md`.
//!
//! [`Card`] is the chip: one command APDU in, one response APDU out, no reader needed. The program in this
//! package puts the same chip behind the virtual reader of vsmartcard ([`vpcd`]) and keeps its memory in a
//! file ([`state_file`]).
//!
//! Invariant: this crate shares no code with `card-writer`. Both were written from the layout page, so that a
//! misreading of it on one side does not pass unnoticed.
//!
//! Absent on purpose: timing of a real chip, physical attacks, contactless, PACE, chip authentication,
//! extended READ BINARY.

pub mod aes128;
pub mod apdu;
pub mod card;
pub mod dgi;
pub mod emrtd;
pub mod entropy;
pub mod kdf3;
pub mod piv;
pub mod secret;
pub mod secure_channel;
pub mod security_domain;
pub mod state;
pub mod state_file;
pub mod tamper;
#[cfg(test)]
mod test_host;
pub mod tlv;
pub mod vpcd;

pub use card::Card;
pub use entropy::Entropy;
pub use state::ChipState;
