//! Weights in centibits of evidence, their sum, and what follows from it. They are set by hand after the
//! measured order of the fields, and are to be fitted once officers' decisions exist.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Comparison, DateLevel, Features, NameLevel, blocking_keys};
use crate::id::PersonId;

/// Version of the table; stored with each finding so that it can be explained later.
pub const TABLE_VERSION: u16 = 1;

const WARN: i32 = 1_100;
const BLOCK: i32 = 2_000;

/// The evidence that one field adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Weight {
    /// Name of the field.
    pub field: &'static str,
    /// Centibits for (positive) or against (negative) the same person.
    pub centibits: i32,
}

/// What follows from a finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// An officer is shown it.
    Warn,
    /// An officer must decide before going on.
    Decide,
}

/// A person who may be the same as another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// The person who was found.
    pub person: PersonId,
    /// Sum of the weights.
    pub centibits: i32,
    /// What follows from the sum.
    pub band: Band,
    /// The weights, field by field.
    pub weights: Vec<Weight>,
    /// Version of the table by which it was weighed.
    pub table: u16,
}

fn weigh(comparison: &Comparison) -> Vec<Weight> {
    let name = |level, same| match level {
        NameLevel::Missing => 0,
        NameLevel::Same => same,
        NameLevel::OneLetter => same - 250,
        NameLevel::Skeleton => same - 350,
        NameLevel::Initial => 200,
        NameLevel::Different => -600,
    };
    let (given, parent) = if comparison.swapped_names {
        (650, 650)
    } else {
        (name(comparison.given, 800), name(comparison.parent, 700))
    };
    let born_on = match comparison.born_on {
        DateLevel::Missing => 0,
        DateLevel::Same => 1_000,
        DateLevel::Swapped => 700,
        DateLevel::OnePart => 350,
        DateLevel::YearOnly => 150,
        DateLevel::Different => -700,
    };
    let agree = |agrees: Option<bool>, yes, no| agrees.map_or(0, |agrees| if agrees { yes } else { no });
    vec![
        Weight { field: "given_name", centibits: given },
        Weight { field: "parent_name", centibits: parent },
        Weight { field: "born_on", centibits: born_on },
        Weight { field: "sex", centibits: agree(comparison.same_sex, 80, -500) },
        Weight { field: "place", centibits: agree(comparison.same_place, 300, -100) },
    ]
}

/// Those in the pool who may be the candidate, the likeliest first. Only people who share a blocking key are
/// compared. Left out are the candidate itself, and twins: same date and parent's name, but another given
/// name.
pub fn possible_duplicates<'a>(
    candidate: &Features,
    pool: impl IntoIterator<Item = &'a Features>,
) -> Vec<Finding> {
    let keys: BTreeSet<u64> = blocking_keys(candidate, 0).into_iter().collect();
    let shares_key = |other: &&Features| blocking_keys(other, 0).iter().any(|key| keys.contains(key));
    let others = pool.into_iter().filter(|other| other.person != candidate.person).filter(shares_key);
    let mut findings: Vec<Finding> = others.filter_map(|other| find(candidate, other)).collect();
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.centibits), finding.person));
    findings
}

fn find(candidate: &Features, other: &Features) -> Option<Finding> {
    let comparison = Comparison::of(candidate, other);
    let may_be_twins = comparison.given == NameLevel::Different && !comparison.swapped_names;
    let weights = weigh(&comparison);
    let centibits = weights.iter().map(|weight| weight.centibits).sum();
    if may_be_twins || centibits < WARN {
        return None;
    }
    let band = if centibits >= BLOCK { Band::Decide } else { Band::Warn };
    Some(Finding { person: other.person, centibits, band, weights, table: TABLE_VERSION })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::date::PartialDate;
    use crate::linkage::norm;
    use crate::sex::Sex;
    use crate::testing::unit;

    fn someone(number: u128, given: &str, parent: &str, born_on: &str) -> Features {
        Features {
            person: PersonId::new(Uuid::from_u128(number)),
            given: norm(given),
            parent: Some(norm(parent)),
            sex: Some(Sex::Male),
            born_on: Some(PartialDate::parse(born_on).unwrap()),
            place: Some(unit("110151")),
        }
    }

    #[test]
    fn a_misspelt_double_is_found_and_explained() {
        let candidate = someone(1, "Мөнхбат", "Дорж", "1980-03-04");
        let double = someone(2, "Мунхбад", "Дорж", "1980-04-03");
        let stranger = someone(3, "Энхболд", "Цэрэн", "1980-03-04");
        let findings = possible_duplicates(&candidate, [&double, &stranger, &candidate]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].person, findings[0].band), (double.person, Band::Decide));
        let sum: i32 = findings[0].weights.iter().map(|weight| weight.centibits).sum();
        assert_eq!(sum, findings[0].centibits);
    }

    #[test]
    fn given_and_parents_name_exchanged_are_found() {
        let candidate = someone(1, "Мөнхбат", "Дорж", "1980-03-04");
        let swapped = someone(2, "Дорж", "Мөнхбат", "1980-03-04");
        assert_eq!(possible_duplicates(&candidate, [&swapped]).len(), 1);
    }

    #[test]
    fn a_twin_with_another_name_is_no_double() {
        let candidate = someone(1, "Анхбаяр", "Дорж", "2020-03-04");
        let twin = someone(2, "Тэмүүлэн", "Дорж", "2020-03-04");
        assert!(possible_duplicates(&candidate, [&twin]).is_empty());
    }

    #[test]
    fn keys_of_another_installation_are_other_keys() {
        let candidate = someone(1, "Мөнхбат", "Дорж", "1980-03-04");
        let (here, there) = (blocking_keys(&candidate, 1), blocking_keys(&candidate, 2));
        assert!(here.iter().all(|key| !there.contains(key)));
    }
}
