//! Administrative units: capital and aimags, soums and districts, bags and khoroos, with validity and
//! successors.

mod code;
mod tree;

use chrono::NaiveDate;
use chrono_tz::Tz;

pub use code::{Level, UnitCode};
pub use tree::{FoundingCounts, UnitCounts, UnitError, UnitTree, founding_counts};

/// The units of the country, as shipped with this workspace. The header of the file names its sources.
pub const UNITS_TSV: &str = include_str!("../../data/units.tsv");

/// One administrative unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// Code of the National Statistics Office list.
    pub code: UnitCode,
    /// The unit it lies in; none for the capital and the aimags.
    pub parent: Option<UnitCode>,
    /// Whether it is an aimag, a soum, a khoroo and so on.
    pub level: Level,
    /// Name in Mongolian Cyrillic.
    pub name_mn: String,
    /// Name in Latin letters (MNS 5217:2012).
    pub name_latin: String,
    /// ISO 3166-2 code, for the capital and the aimags.
    pub iso_3166_2: Option<String>,
    /// The zone in which its civil dates are counted.
    pub zone: Tz,
    /// First letter of the register number, for the capital and the aimags.
    pub letter: Option<char>,
    /// First day on which it exists; none if it is not known, which counts as always.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it exists; none means open.
    pub valid_to: Option<NaiveDate>,
    /// The units that follow it after it is closed.
    pub successors: Vec<UnitCode>,
    /// The source of code and name.
    pub source: String,
    /// How certain the source is.
    pub confidence: String,
}

impl Unit {
    /// Whether it exists on the day. A missing first or last day sets no limit.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}
