//! The files of the eMRTD application (Doc 9303-10, Logical Data Structure 1.8, Unicode 4.0): each is written
//! and is read back strictly.

pub mod card_access;
pub mod com;
pub mod dg1;
pub mod dg11;
pub mod dg12;
pub mod dg14;
pub mod dg15;
pub mod dg2;
pub mod mrz;
pub mod portrait;
pub mod security_infos;
pub mod sod;

/// The data groups that can be written here, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataGroup {
    /// The machine readable zone.
    Dg1,
    /// The portrait.
    Dg2,
    /// Additional personal details.
    Dg11,
    /// Additional document details.
    Dg12,
    /// Security options: PACE, Chip Authentication, Active Authentication.
    Dg14,
    /// The key of Active Authentication.
    Dg15,
}

impl DataGroup {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 6] = [Self::Dg1, Self::Dg2, Self::Dg11, Self::Dg12, Self::Dg14, Self::Dg15];

    /// The data groups of the card in docs/card-layout.md, which has only BAC.
    pub const OF_THE_CARD: [Self; 3] = [Self::Dg1, Self::Dg2, Self::Dg11];

    /// The number in the SOD.
    pub fn number(self) -> u8 {
        match self {
            Self::Dg1 => 1,
            Self::Dg2 => 2,
            Self::Dg11 => 11,
            Self::Dg12 => 12,
            Self::Dg14 => 14,
            Self::Dg15 => 15,
        }
    }

    /// The tag of the file, as EF.COM lists it (Doc 9303-10 §4.6, table 38).
    pub fn tag(self) -> u32 {
        match self {
            Self::Dg1 => 0x61,
            Self::Dg2 => 0x75,
            Self::Dg11 => 0x6b,
            Self::Dg12 => 0x6c,
            Self::Dg14 => 0x6e,
            Self::Dg15 => 0x6f,
        }
    }
}

/// LDS version in EF.COM and the SOD.
pub const LDS_VERSION: &str = "0108";
/// Unicode version in EF.COM and the SOD.
pub const UNICODE_VERSION: &str = "040000";

#[cfg(test)]
mod tests;

/// Why octets are not the expected file, or why values do not fit into it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LdsError {
    /// The octets do not have the tag-length-value structure of the file.
    #[error("the file is not of the structure it should have: {0}")]
    Structure(#[from] crate::tlv::TlvError),
    /// A field has a value that the clause does not allow.
    #[error("the field {0} has a value that is not allowed")]
    Field(&'static str),
    /// A field that must not be empty is empty.
    #[error("the field {0} is empty")]
    Missing(&'static str),
    /// A field is longer than the clause allows; the clause does not permit cutting.
    #[error("the field {field} has {octets} octets, more than {most}")]
    TooLong {
        /// Name of the field.
        field: &'static str,
        /// Its length in UTF-8.
        octets: usize,
        /// The limit that the clause sets.
        most: usize,
    },
    /// The machine readable zone is refused.
    #[error("the machine readable zone")]
    Mrz(#[from] mrz::MrzError),
    /// The portrait is refused.
    #[error("the portrait")]
    Portrait(#[from] portrait::PortraitError),
}
