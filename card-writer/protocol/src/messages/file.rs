//! The files of the card.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::encoding::{Base64Bytes, SecretHex};

/// Answer to `GET …/files`, refused before both certificates are issued. Files are complete, with their outer
/// tag; CHUID and CCC are the content of tag `53`.
///
/// Portrait and names: cannot be printed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardFiles {
    /// Card holder unique identifier (content of `53`).
    pub chuid: Base64Bytes<1024>,
    /// Card capability container (content of `53`).
    pub ccc: Base64Bytes<512>,
    /// EF.COM.
    pub com: Base64Bytes<256>,
    /// EF.DG1.
    pub dg1: Base64Bytes<256>,
    /// EF.DG2.
    pub dg2: Base64Bytes<32768>,
    /// EF.DG11.
    pub dg11: Base64Bytes<2048>,
    /// K_seed of BAC (Doc 9303-11 §4.3.2).
    pub bac_seed: SecretHex<16>,
    /// EF.SOD, written last.
    pub sod: Base64Bytes<16384>,
}

impl fmt::Debug for CardFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardFiles(redacted)")
    }
}
