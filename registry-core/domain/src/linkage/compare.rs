//! How alike two people are, field by field, in named levels.

use chrono::Datelike;
use serde::Serialize;

use crate::date::PartialDate;
use crate::linkage::norm::without_genitive;
use crate::linkage::{Features, skeleton};

/// How alike two names are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameLevel {
    /// One of the two is missing.
    Missing,
    /// Same normal form.
    Same,
    /// One letter differs, is missing, or two neighbours are swapped.
    OneLetter,
    /// Same skeleton.
    Skeleton,
    /// One is the initial of the other.
    Initial,
    /// They differ in more.
    Different,
}

/// How alike two dates are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateLevel {
    /// One of the two is missing.
    Missing,
    /// They are equal.
    Same,
    /// Day and month are swapped.
    Swapped,
    /// One of year, month and day differs.
    OnePart,
    /// The same year, and one record gives no more than the year.
    YearOnly,
    /// They differ in more.
    Different,
}

/// The comparison of two people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Comparison {
    /// How alike the given names are.
    pub given: NameLevel,
    /// How alike the parents' names are.
    pub parent: NameLevel,
    /// Whether given and parent's name are exchanged.
    pub swapped_names: bool,
    /// How alike the dates of birth are.
    pub born_on: DateLevel,
    /// Whether the sexes agree, if both are known.
    pub same_sex: Option<bool>,
    /// Whether the units agree, if both are known.
    pub same_place: Option<bool>,
}

impl Comparison {
    /// Compares two people.
    pub fn of(one: &Features, other: &Features) -> Self {
        let parents = one.parent.as_deref().zip(other.parent.as_deref());
        let swapped =
            parents.is_some_and(|(a, b)| one.given != other.given && one.given == b && other.given == a);
        Self {
            given: name_level(&one.given, &other.given),
            parent: parents.map_or(NameLevel::Missing, |(a, b)| parent_level(a, b)),
            swapped_names: swapped,
            born_on: one.born_on.zip(other.born_on).map_or(DateLevel::Missing, |(a, b)| date_level(a, b)),
            same_sex: one.sex.zip(other.sex).map(|(a, b)| a == b),
            same_place: one.place.as_ref().zip(other.place.as_ref()).map(|(a, b)| a == b),
        }
    }
}

fn name_level(one: &str, other: &str) -> NameLevel {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() {
        NameLevel::Missing
    } else if one == other {
        NameLevel::Same
    } else if short.len() == 1 {
        if long.starts_with(short) { NameLevel::Initial } else { NameLevel::Different }
    } else if is_one_letter_apart(short.as_bytes(), long.as_bytes()) {
        NameLevel::OneLetter
    } else if skeleton(one) == skeleton(other) {
        NameLevel::Skeleton
    } else {
        NameLevel::Different
    }
}

/// Compares parents' names, either of which a paper may write in the genitive.
fn parent_level(one: &str, other: &str) -> NameLevel {
    let bare = name_level(&without_genitive(one), &without_genitive(other));
    name_level(one, other).min(bare)
}

/// Whether one insertion, one replacement or one swap of neighbours makes the two equal. Normal forms are
/// ASCII.
fn is_one_letter_apart(short: &[u8], long: &[u8]) -> bool {
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => {
            let rest = short.len().saturating_sub(head + tail);
            let swap =
                rest == 2 && short.get(head) == long.get(head + 1) && short.get(head + 1) == long.get(head);
            rest == 1 || swap
        }
        1 => head + tail >= short.len(),
        _ => false,
    }
}

fn date_level(one: PartialDate, other: PartialDate) -> DateLevel {
    let (Some(a), Some(b)) = (one.full(), other.full()) else {
        let same_year = one.year() == other.year();
        return if same_year { DateLevel::YearOnly } else { DateLevel::Different };
    };
    let equal = [a.year() == b.year(), a.month() == b.month(), a.day() == b.day()];
    match equal.into_iter().filter(|equal| *equal).count() {
        3 => DateLevel::Same,
        2 => DateLevel::OnePart,
        _ if a.year() == b.year() && a.month() == b.day() && a.day() == b.month() => DateLevel::Swapped,
        _ => DateLevel::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::norm;

    fn level(one: &str, other: &str) -> NameLevel {
        name_level(&norm(one), &norm(other))
    }

    #[test]
    fn names_are_compared_in_levels() {
        assert_eq!(level("Мөнхбат", "Мунхбат"), NameLevel::Same);
        assert_eq!(level("Ганбат", "Ганбаяр"), NameLevel::Different);
        assert_eq!(level("Ганбат", "Гамбат"), NameLevel::OneLetter);
        assert_eq!(level("Ганбат", "Гнабат"), NameLevel::OneLetter);
        assert_eq!(level("Ганбат", "Ганбатр"), NameLevel::OneLetter);
        assert_eq!(level("Дорж", "Д"), NameLevel::Initial);
        assert_eq!(level("Дорж", "Б"), NameLevel::Different);
    }

    #[test]
    fn a_parents_name_in_the_genitive_is_the_same_name() {
        assert_eq!(parent_level(&norm("Доржийн"), &norm("Дорж")), NameLevel::Same);
        assert_eq!(parent_level(&norm("Янжин"), &norm("Янжин")), NameLevel::Same);
    }

    #[test]
    fn dates_are_compared_in_levels() {
        let level =
            |a: &str, b: &str| date_level(PartialDate::parse(a).unwrap(), PartialDate::parse(b).unwrap());
        assert_eq!(level("1980-03-04", "1980-03-04"), DateLevel::Same);
        assert_eq!(level("1980-03-04", "1980-04-03"), DateLevel::Swapped);
        assert_eq!(level("1980-03-04", "1981-03-04"), DateLevel::OnePart);
        assert_eq!(level("1980-03-04", "1980"), DateLevel::YearOnly);
        assert_eq!(level("1980-03-04", "1982-05-04"), DateLevel::Different);
    }
}
