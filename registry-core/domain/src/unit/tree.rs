//! The tree of units, read from a table.

mod change;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Level, Unit, UnitCode};
use crate::date::parse_date;
use crate::refusal::Refusal;

/// Why a table of units was refused. Lines count from 1, comments included.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum UnitError {
    /// The header line is missing or names other columns.
    #[error("line {line}: the header does not name the expected columns")]
    Header { line: usize },
    /// A row has too few or too many columns.
    #[error("line {line}: {found} columns instead of {expected}")]
    Columns { line: usize, found: usize, expected: usize },
    /// A value cannot be read.
    #[error("line {line}: column {column} cannot be read")]
    Value {
        /// Line of the table.
        line: usize,
        /// Column by name.
        column: &'static str,
    },
    /// A code occurs twice.
    #[error("unit {code} occurs twice")]
    Twice { code: UnitCode },
    /// A parent or successor is not in the table, or a successor does not exist on the day on which it is
    /// needed.
    #[error("unit {code} refers to {missing}, which is not in the table or does not exist on that day")]
    Missing {
        /// The unit that refers.
        code: UnitCode,
        /// What it refers to.
        missing: UnitCode,
    },
    /// A row differs from the known unit: the only change allowed is to close the unit, once.
    #[error(
        "the row of unit {code} differs from what is known; a row may only close a unit, once, and must repeat the rest"
    )]
    SaidOtherwise { code: UnitCode },
    /// A new unit has no first day.
    #[error("unit {code} is new and needs its first day in valid_from")]
    NoFirstDay { code: UnitCode },
    /// A unit is closed without a successor.
    #[error("unit {code} is closed without a successor; name what follows it")]
    NoSuccessor { code: UnitCode },
    /// A unit exists on days on which the unit that it lies in does not.
    #[error(
        "unit {code} exists on days on which the unit it lies in does not; close it too, with its successors"
    )]
    OutlivesParent { code: UnitCode },
    /// A unit's last day is before its first.
    #[error("unit {code} is closed before its first day")]
    DaysTurnedRound { code: UnitCode },
    /// The parent's code is not the beginning of the unit's code, or the parent's level does not fit.
    #[error("unit {code} does not fit under its parent")]
    Parent { code: UnitCode },
}

const COLUMNS: [&str; 13] = [
    "code",
    "parent_code",
    "level",
    "name_mn",
    "name_latin",
    "iso_3166_2",
    "zone",
    "register_letter",
    "valid_from",
    "valid_to",
    "successors",
    "source",
    "confidence",
];

/// How many units of each level exist on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct UnitCounts {
    pub capitals: usize,
    pub aimags: usize,
    pub soums: usize,
    pub districts: usize,
    pub bags: usize,
    pub khoroos: usize,
}

/// Counts in the founding paper of 2010. They are figures on a paper, not units: no unit is invented for
/// them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundingCounts {
    /// Year of the paper.
    pub year: i32,
    /// Number of soums in the paper.
    pub soums: usize,
    /// Number of khoroos in the paper.
    pub khoroos: usize,
}

impl FoundingCounts {
    /// The number of registration units in the paper.
    pub const fn total(self) -> usize {
        self.soums + self.khoroos
    }
}

/// 331 soums and 132 khoroos, 463 together: what the founding paper of 2010 counts.
pub const fn founding_counts() -> FoundingCounts {
    FoundingCounts { year: 2010, soums: 331, khoroos: 132 }
}

/// All known units, including closed ones.
#[derive(Clone, Debug, Default)]
pub struct UnitTree {
    units: BTreeMap<UnitCode, Unit>,
    /// The units that have a last day: there are few, and every act asks for them.
    closed: Vec<UnitCode>,
}

impl UnitTree {
    /// Reads a tab-separated table: `#` comments, a header line, one unit on each line.
    ///
    /// # Errors
    /// [`UnitError`] with the line, or with the units that do not fit together.
    pub fn parse_tsv(text: &str) -> Result<Self, UnitError> {
        let tree = Self::of(parse_rows(text)?);
        tree.units.values().try_for_each(|unit| tree.check_references(unit))?;
        Ok(tree)
    }

    fn of(units: BTreeMap<UnitCode, Unit>) -> Self {
        let closed = units.values().filter(|unit| unit.valid_to.is_some());
        Self { closed: closed.map(|unit| unit.code.clone()).collect(), units }
    }

    fn check_references(&self, unit: &Unit) -> Result<(), UnitError> {
        for other in unit.parent.iter().chain(&unit.successors) {
            if !self.units.contains_key(other) {
                return Err(UnitError::Missing { code: unit.code.clone(), missing: other.clone() });
            }
        }
        let parent = unit.parent.as_ref().and_then(|code| self.units.get(code));
        let fits = match (unit.level, parent.map(|parent| parent.level)) {
            (Level::Capital | Level::Aimag, None)
            | (Level::Soum, Some(Level::Aimag))
            | (Level::District, Some(Level::Capital))
            | (Level::Bag, Some(Level::Soum))
            | (Level::Khoroo, Some(Level::District)) => true,
            (
                Level::Capital | Level::Aimag | Level::Soum | Level::District | Level::Bag | Level::Khoroo,
                _,
            ) => false,
        };
        let prefixed = parent.is_none_or(|parent| unit.code.as_str().starts_with(parent.code.as_str()));
        if fits && prefixed && unit.code.as_str().len() == unit.level.code_digits() {
            Ok(())
        } else {
            Err(UnitError::Parent { code: unit.code.clone() })
        }
    }

    /// The unit with this code, open or closed.
    pub fn get(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code)
    }

    /// The unit with this code, or the refusal that names the code.
    ///
    /// # Errors
    /// [`Refusal::UnknownUnit`].
    pub fn require(&self, code: &UnitCode) -> Result<&Unit, Refusal> {
        self.get(code).ok_or_else(|| Refusal::UnknownUnit { code: code.to_string() })
    }

    /// The unit with this code if it exists on the day.
    ///
    /// # Errors
    /// [`Refusal::UnknownUnit`], [`Refusal::UnitNotValidOnDate`].
    pub fn require_on(&self, code: &UnitCode, day: NaiveDate) -> Result<&Unit, Refusal> {
        let unit = self.require(code)?;
        if unit.is_valid_on(day) {
            Ok(unit)
        } else {
            Err(Refusal::UnitNotValidOnDate { code: code.to_string() })
        }
    }

    /// All units, open and closed, in order of code.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The units that exist on the day.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(move |unit| unit.is_valid_on(day))
    }

    /// The units directly inside this one, open and closed, in order of code.
    pub fn children(&self, code: &UnitCode) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(move |unit| unit.parent.as_ref() == Some(code))
    }

    /// The unit, its parent, and so on to the aimag or capital. Empty for an unknown code.
    pub fn parent_chain(&self, code: &UnitCode) -> Vec<&Unit> {
        let step = |unit: &&Unit| unit.parent.as_ref().and_then(|parent| self.get(parent));
        std::iter::successors(self.get(code), step).collect()
    }

    /// Whether `unit` is `ancestor` or lies in it.
    pub fn is_within(&self, unit: &UnitCode, ancestor: &UnitCode) -> bool {
        self.parent_chain(unit).iter().any(|link| &link.code == ancestor)
    }

    /// The unit whose office registers for a unit: for a bag, which has no registrar of its own, its soum;
    /// otherwise the unit itself.
    pub fn registration_unit(&self, code: &UnitCode) -> Option<&Unit> {
        let unit = self.get(code)?;
        match (unit.level, &unit.parent) {
            (Level::Bag, Some(parent)) => self.get(parent),
            (Level::Bag, None) => None,
            (Level::Capital | Level::Aimag | Level::Soum | Level::District | Level::Khoroo, _) => Some(unit),
        }
    }

    /// The units that stand for `code` on the day: the unit itself while it exists, otherwise the successors
    /// that exist on that day, followed through any number of splits and mergers. Empty if none is known.
    pub fn successors_on(&self, code: &UnitCode, day: NaiveDate) -> Vec<&Unit> {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut queue = vec![code];
        while let Some(code) = queue.pop() {
            let Some(unit) = self.get(code) else { continue };
            if !seen.insert(code) {
                continue;
            }
            if unit.is_valid_on(day) {
                found.insert(code, unit);
            } else if unit.valid_to.is_some_and(|to| to < day) {
                queue.extend(&unit.successors);
            }
        }
        found.into_values().collect()
    }

    /// Counts by level on the day.
    pub fn counts_on(&self, day: NaiveDate) -> UnitCounts {
        self.on(day).fold(UnitCounts::default(), |mut counts, unit| {
            let count = match unit.level {
                Level::Capital => &mut counts.capitals,
                Level::Aimag => &mut counts.aimags,
                Level::Soum => &mut counts.soums,
                Level::District => &mut counts.districts,
                Level::Bag => &mut counts.bags,
                Level::Khoroo => &mut counts.khoroos,
            };
            *count += 1;
            counts
        })
    }

    /// The zone in which a unit counts civil dates; the capital's for an unknown code.
    pub fn zone(&self, code: &UnitCode) -> Tz {
        self.get(code).map_or(Tz::Asia__Ulaanbaatar, |unit| unit.zone)
    }
}

/// The rows of a table; each unit may occur once.
fn parse_rows(text: &str) -> Result<BTreeMap<UnitCode, Unit>, UnitError> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let header = lines.next();
    if header.map(|(_, line)| line.split('\t').collect::<Vec<_>>()) != Some(COLUMNS.to_vec()) {
        return Err(UnitError::Header { line: header.map_or(0, |(line, _)| line) });
    }
    let mut units = BTreeMap::new();
    for (line, row) in lines {
        let unit = parse_row(line, row)?;
        if let Some(twice) = units.insert(unit.code.clone(), unit) {
            return Err(UnitError::Twice { code: twice.code });
        }
    }
    Ok(units)
}

fn parse_row(line: usize, row: &str) -> Result<Unit, UnitError> {
    let cells: Vec<&str> = row.split('\t').collect();
    let [code, parent, level, name_mn, name_latin, iso, zone, letter, from, to, next, source, confidence] =
        cells.as_slice()
    else {
        return Err(UnitError::Columns { line, found: cells.len(), expected: COLUMNS.len() });
    };
    let bad = |column| UnitError::Value { line, column };
    let code_of = |text: &str, column| UnitCode::parse(text).map_err(|_| bad(column));
    let date_of = |text: &str, column| match text {
        "" => Ok(None),
        text => parse_date(text).map(Some).map_err(|_| bad(column)),
    };
    let parent = if parent.is_empty() { None } else { Some(code_of(parent, "parent_code")?) };
    let successors = next
        .split(',')
        .filter(|text| !text.is_empty())
        .map(|text| code_of(text, "successors"))
        .collect::<Result<_, _>>()?;
    Ok(Unit {
        code: code_of(code, "code")?,
        parent,
        level: Level::parse(level).ok_or_else(|| bad("level"))?,
        name_mn: (*name_mn).to_owned(),
        name_latin: (*name_latin).to_owned(),
        iso_3166_2: Some((*iso).to_owned()).filter(|iso| !iso.is_empty()),
        zone: zone.parse().map_err(|_| bad("zone"))?,
        letter: letter.chars().next(),
        valid_from: date_of(from, "valid_from")?,
        valid_to: date_of(to, "valid_to")?,
        successors,
        source: (*source).to_owned(),
        confidence: (*confidence).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::UNITS_TSV;
    use super::*;

    fn code(text: &str) -> UnitCode {
        UnitCode::parse(text).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    /// A composed soum that splits in 2020; one of its halves is merged into a third unit in 2030.
    fn composed() -> UnitTree {
        let row = |code: &str, parent: &str, level: &str, from: &str, to: &str, next: &str| {
            format!(
                "{code}\t{parent}\t{level}\tн\tn\t\tAsia/Hovd\t\t{from}\t{to}\t{next}\tcomposed\tcomposed\n"
            )
        };
        let table = [
            COLUMNS.join("\t") + "\n",
            row("90", "", "aimag", "", "", ""),
            row("9001", "90", "soum", "", "2019-12-31", "9004,9007"),
            row("9004", "90", "soum", "2020-01-01", "2029-12-31", "9010"),
            row("9007", "90", "soum", "2020-01-01", "", ""),
            row("9010", "90", "soum", "2030-01-01", "", ""),
        ];
        UnitTree::parse_tsv(&table.concat()).unwrap()
    }

    #[test]
    fn the_shipped_table_counts_as_the_country_does() {
        let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        let expected =
            UnitCounts { capitals: 1, aimags: 21, soums: 330, districts: 9, bags: 1638, khoroos: 204 };
        assert_eq!(tree.counts_on(day("2026-01-01")), expected);
        assert_eq!(tree.iter().filter(|unit| unit.confidence == "likely (derived)").count(), 33);
    }

    #[test]
    fn the_founding_paper_is_kept_as_counts_and_not_as_units() {
        assert_eq!(founding_counts().total(), 463);
        let counts = UnitTree::parse_tsv(UNITS_TSV).unwrap().counts_on(day("2010-06-01"));
        assert_ne!(counts.soums, founding_counts().soums);
    }

    #[test]
    fn the_three_western_aimags_keep_their_own_time() {
        let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        let western = |unit: &&Unit| unit.zone == Tz::Asia__Hovd && unit.level == Level::Aimag;
        let codes: Vec<_> = tree.iter().filter(western).map(|unit| unit.code.as_str()).collect();
        assert_eq!(codes, ["83", "84", "85"]);
        assert_eq!(tree.zone(&code("830151")), Tz::Asia__Hovd);
    }

    #[test]
    fn every_aimag_has_a_first_letter_of_its_own() {
        let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        let letters: BTreeSet<char> = tree.iter().filter_map(|unit| unit.letter).collect();
        assert_eq!(letters.len(), 22);
        assert_eq!(tree.get(&code("11")).unwrap().letter, Some('У'));
    }

    #[test]
    fn a_khoroo_lies_in_its_district_and_in_the_capital() {
        let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        assert!(tree.is_within(&code("110151"), &code("1101")));
        assert!(tree.is_within(&code("110151"), &code("11")));
        assert!(!tree.is_within(&code("110151"), &code("83")));
        assert_eq!(tree.parent_chain(&code("110151")).len(), 3);
    }

    #[test]
    fn a_bag_is_registered_at_its_soum_and_a_khoroo_by_itself() {
        let tree = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        assert_eq!(tree.registration_unit(&code("830151")).unwrap().code, code("8301"));
        assert_eq!(tree.registration_unit(&code("110151")).unwrap().code, code("110151"));
    }

    #[test]
    fn a_split_and_a_merger_are_followed_by_date() {
        let tree = composed();
        let on = |date: &str| -> Vec<String> {
            tree.successors_on(&code("9001"), day(date)).iter().map(|unit| unit.code.to_string()).collect()
        };
        assert_eq!(on("2019-12-31"), ["9001"]);
        assert_eq!(on("2020-01-01"), ["9004", "9007"]);
        assert_eq!(on("2030-01-01"), ["9007", "9010"]);
        assert_eq!(tree.counts_on(day("2025-01-01")).soums, 2);
        assert!(matches!(
            tree.require_on(&code("9001"), day("2021-01-01")),
            Err(Refusal::UnitNotValidOnDate { .. })
        ));
    }

    #[test]
    fn a_unit_has_no_successor_before_it_is_closed_or_born() {
        assert!(composed().successors_on(&code("9010"), day("2020-06-01")).is_empty());
    }

    #[test]
    fn a_table_that_does_not_fit_together_is_refused_with_its_line() {
        let header = COLUMNS.join("\t");
        let parse = |row: &str| UnitTree::parse_tsv(&format!("{header}\n{row}\n")).unwrap_err();
        assert!(matches!(UnitTree::parse_tsv("# only a comment"), Err(UnitError::Header { .. })));
        assert!(matches!(parse("90\t\taimag"), UnitError::Columns { line: 2, found: 3, .. }));
        assert!(matches!(
            parse("90\t\taimag\tн\tn\t\tAsia/Nowhere\t\t\t\t\ts\tc"),
            UnitError::Value { line: 2, column: "zone" }
        ));
        assert!(matches!(
            parse("9001\t90\tsoum\tн\tn\t\tAsia/Hovd\t\t\t\t\ts\tc"),
            UnitError::Missing { .. }
        ));
        let twice =
            "90\t\taimag\tн\tn\t\tAsia/Hovd\t\t\t\t\ts\tc\n90\t\taimag\tн\tn\t\tAsia/Hovd\t\t\t\t\ts\tc";
        assert!(matches!(parse(twice), UnitError::Twice { .. }));
    }
}
