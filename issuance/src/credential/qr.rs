//! The QR identity credential: a CWT with claim 169 (RFC 8392; "169 - QR Code Specifications" of MOSIP, which
//! IANA registers, version 1.2.2 of 5 May 2026, with the photo as every version since 1.0.0 has it: decision
//! 14), compressed with zlib and written in base45 (RFC 9285), for paper and for readers without network.
//!
//! Whoever shows the code shows all of it, so it holds as little as possible, and no civil id. The signer's
//! certificate does not fit into it; readers get the certificates of the few signers beforehand. Not here:
//! encryption, biometric templates.

mod envelope;
mod fields;
mod photo;
mod prepared;
mod verified;

pub use envelope::MAX_CHARACTERS;
pub use photo::{MAX_PHOTO_OCTETS, PhotoFormat, SmallPhoto};
pub use prepared::{IssuedQr, LintedQr, PreparedQr};
pub use verified::{Identity, SignedIdentity, verify};

pub(crate) use fields::{
    BIRTH, EXPIRES, FORMAT, GENDER, ID, ISSUED, ISSUER, LANGUAGE, MONGOLIAN, MUST, NAMES, NATIONALITY, PHOTO,
    STATUS, VERSION, VERSION_1,
};
pub(crate) use prepared::read_back;

#[cfg(test)]
mod tests;
