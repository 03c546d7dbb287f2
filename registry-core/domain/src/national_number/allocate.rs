//! Giving a number to a child: the first free one of the series of its unit, birth date and sex.

use chrono::NaiveDate;

use super::{NationalNumber, NumberScheme, written_date};
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::unit::{UnitCode, UnitTree};

/// The properties that decide the series of a number. A series holds five numbers for each pair of letters.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields speak for themselves")]
pub struct Series<'a> {
    /// Unit of residence when the number is given.
    pub residence: &'a UnitCode,
    pub born_on: NaiveDate,
    pub sex: Sex,
}

/// The first number of the series that is not taken. Numbers are never reused, so `taken` must know all that
/// were ever given.
///
/// # Errors
/// [`Refusal::NoLettersForUnit`] if the scheme knows no letters, [`Refusal::SeriesExhausted`] if all are
/// taken, [`Refusal::InvalidDate`] for a birth outside 1900 to 2099.
pub fn allocate(
    scheme: &dyn NumberScheme,
    units: &UnitTree,
    residence: &UnitCode,
    born_on: NaiveDate,
    sex: Sex,
    taken: &dyn Fn(&NationalNumber) -> bool,
) -> Result<NationalNumber, Refusal> {
    Series { residence, born_on, sex }.first_free(scheme, units, taken)
}

impl Series<'_> {
    /// All numbers of the series, in the order in which they are given.
    ///
    /// # Errors
    /// As for [`allocate`], except for the exhausted series.
    pub fn numbers(
        &self,
        scheme: &dyn NumberScheme,
        units: &UnitTree,
    ) -> Result<Vec<NationalNumber>, Refusal> {
        let date = written_date(self.born_on).ok_or(Refusal::InvalidDate)?;
        let letters = scheme.letters(units, self.residence);
        if letters.is_empty() {
            return Err(Refusal::NoLettersForUnit);
        }
        let first = match self.sex {
            Sex::Male => 1,
            Sex::Female => 0,
        };
        let write = |[a, b]: [char; 2], digit: u32| {
            let nine = format!("{a}{b}{date}{digit}");
            let check = scheme.check_character(&nine);
            NationalNumber::parse(&format!("{nine}{check}"))
        };
        letters
            .into_iter()
            .flat_map(|pair| (first..10).step_by(2).map(move |digit| write(pair, digit)))
            .collect()
    }

    fn first_free(
        &self,
        scheme: &dyn NumberScheme,
        units: &UnitTree,
        taken: &dyn Fn(&NationalNumber) -> bool,
    ) -> Result<NationalNumber, Refusal> {
        let mut numbers = self.numbers(scheme, units)?.into_iter();
        numbers.find(|number| !taken(number)).ok_or(Refusal::SeriesExhausted)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::date::parse_date;
    use crate::national_number::DemoScheme;
    use crate::testing::units;

    fn born() -> NaiveDate {
        parse_date("2026-05-01").unwrap()
    }

    fn khoroo() -> UnitCode {
        UnitCode::parse("110151").unwrap()
    }

    #[test]
    fn a_series_runs_over_into_the_next_letters_and_is_then_exhausted() {
        let taken = RefCell::new(BTreeSet::new());
        let next = || {
            let is_taken = |number: &NationalNumber| taken.borrow().contains(number);
            allocate(&DemoScheme, units(), &khoroo(), born(), Sex::Female, &is_taken)
        };
        for _ in 0..20 {
            let number = next().unwrap();
            assert_eq!((number.birth_date(), number.sex()), (born(), Sex::Female));
            assert!(taken.borrow_mut().insert(number));
        }
        let pairs: BTreeSet<String> =
            taken.borrow().iter().map(|n| n.as_str().chars().take(2).collect()).collect();
        assert_eq!(pairs.len(), 4);
        assert_eq!(next(), Err(Refusal::SeriesExhausted));
    }

    #[test]
    fn an_unknown_unit_has_no_letters() {
        let nowhere = UnitCode::parse("99").unwrap();
        let refused = allocate(&DemoScheme, units(), &nowhere, born(), Sex::Male, &|_| false);
        assert_eq!(refused, Err(Refusal::NoLettersForUnit));
    }

    proptest! {
        #[test]
        fn numbers_given_are_unique_and_say_whom_they_were_given_to(
            births in proptest::collection::vec((0_usize..400, 0_i64..40_000, any::<bool>()), 1..60)
        ) {
            let all: Vec<_> = units().iter().filter(|unit| unit.level.is_residence()).collect();
            let mut taken = BTreeSet::new();
            for (unit, day, male) in births {
                let residence = &all[unit * 5].code;
                let born_on = parse_date("1950-01-01").unwrap() + chrono::Days::new(day as u64);
                let sex = if male { Sex::Male } else { Sex::Female };
                let number =
                    allocate(&DemoScheme, units(), residence, born_on, sex, &|n| taken.contains(n)).unwrap();
                prop_assert_eq!((number.birth_date(), number.sex()), (born_on, sex));
                prop_assert!(taken.insert(number));
            }
        }
    }
}
