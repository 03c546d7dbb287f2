//! Names of the layout `td1-piv-1` (`docs/card-layout.md`) that cross the wire.

use serde::{Deserialize, Serialize};

use crate::scp03::KeyVersion;

/// The only layout so far; `Job::layout` carries it.
pub const TD1_PIV_1: &str = "td1-piv-1";

/// An application on the chip that opens a secure channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Application {
    /// Issuer security domain.
    Isd,
    /// PIV-compatible application.
    Piv,
    /// ICAO eMRTD application.
    Emrtd,
}

impl Application {
    /// The full application identifier, which is also the context of the card challenge.
    pub fn aid(self) -> &'static [u8] {
        match self {
            Self::Isd => &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00],
            Self::Piv => &[0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00],
            Self::Emrtd => &[0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01],
        }
    }
}

/// Which static keys a channel is opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeySet {
    /// The keys the delivery came with.
    Transport,
    /// The issuer's own keys.
    Issuer,
}

impl KeySet {
    /// The version number under which the chip holds the set.
    pub fn version(self) -> KeyVersion {
        match self {
            Self::Transport => KeyVersion(0x01),
            Self::Issuer => KeyVersion(0x30),
        }
    }
}

/// A key slot of the PIV application (SP 800-73-5 part 1, table 4b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Slot {
    /// PIV authentication: who is at the other end.
    #[serde(rename = "9a")]
    Authentication,
    /// Digital signature: what the holder meant.
    #[serde(rename = "9c")]
    Signature,
}

impl Slot {
    /// Both slots in the order of writing.
    pub const ALL: [Self; 2] = [Self::Authentication, Self::Signature];

    /// The key reference on the card.
    pub fn key_reference(self) -> u8 {
        match self {
            Self::Authentication => 0x9A,
            Self::Signature => 0x9C,
        }
    }
}
