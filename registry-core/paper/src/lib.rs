//! Civil papers as PDF.
//!
//! The room is pure: a [`Paper`] and [`Fonts`] come in, and the octets of one PDF/A-3a file go out; the same
//! input gives the same octets. It knows no register, no key, no clock and no file system: the caller has
//! read the act, signed the QR and opened the fonts.
//!
//! A file holds three things that must say the same: the text that a person reads (extractable, tagged, in
//! both languages), the QR on the page, and an attached file with the ledger proof, so that whoever has the
//! file can check it without asking anybody.

mod attachment;
mod block;
mod document;
mod fonts;
mod frame;
mod layout;
mod paint;
mod paper;
mod qr;
mod script;
mod text;

#[cfg(test)]
mod sample;

pub use attachment::{NoAttachment, PROOF_NAME, attached_proof};
pub use document::{PaperError, to_pdf};
pub use fonts::{FontError, FontFile, Fonts};
pub use paper::{Line, Paper, Words};
