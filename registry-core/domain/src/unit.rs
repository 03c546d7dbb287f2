//! Administrative units: capital and aimags, soums and districts, bags and khoroos, with validity and successors.

mod code;
mod tree;

use chrono::NaiveDate;
use chrono_tz::Tz;

pub use code::{Level, UnitCode};
pub use tree::{FoundingCounts, UnitCounts, UnitError, UnitTree, founding_counts};

/// The units of the country as shipped with the crate's workspace: see the header of the file for sources.
pub const UNITS_TSV: &str = include_str!("../../data/units.tsv");

/// One administrative unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// Code of the National Statistics Office list.
    pub code: UnitCode,
    /// The unit it lies in; none for the capital and the aimags.
    pub parent: Option<UnitCode>,
    /// What it is.
    pub level: Level,
    /// Name in Mongolian Cyrillic.
    pub name_mn: String,
    /// Name in Latin letters (MNS 5217:2012).
    pub name_latin: String,
    /// ISO 3166-2 code, for the capital and the aimags.
    pub iso_3166_2: Option<String>,
    /// Zone in which its civil dates are counted.
    pub zone: Tz,
    /// First letter of the register number, for the capital and the aimags.
    pub letter: Option<char>,
    /// First day it exists; none means open because not known.
    pub valid_from: Option<NaiveDate>,
    /// Last day it exists; none means open.
    pub valid_to: Option<NaiveDate>,
    /// The units that follow it once it is closed.
    pub successors: Vec<UnitCode>,
    /// Where code and name come from.
    pub source: String,
    /// How sure that is.
    pub confidence: String,
}

impl Unit {
    /// Whether it exists on the day; open ends always do.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}
