//! The register number, `LLYYMMDDSC`: 2 letters of the unit where the person lived when it was given, year,
//! month (plus 20 from the year 2000), day, sex (odd male, even female), check character (Order 331 of 2010,
//! 1.2; the sources of the month rule are three code libraries).
//!
//! The table of second letters and the check algorithm are not public, so both stand behind [`NumberScheme`].
//! A number given in the past is accepted as it stands if it is well formed.

mod allocate;
mod scheme;

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

pub use allocate::{Series, allocate};
pub use scheme::{DemoScheme, NumberScheme};

use crate::name::wanted_letter;
use crate::refusal::Refusal;
use crate::sex::Sex;

/// A register number. The sex and birth date in it are those of the day it was given; the record may say
/// otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NationalNumber(String);

impl NationalNumber {
    /// Reads any well-formed number, also an old one: two Mongolian letters (small ones become capitals), 8
    /// digits, a date of the calendar. The check character is not verified, because its algorithm is not
    /// public.
    ///
    /// # Errors
    /// [`Refusal::LookAlikeLetter`], [`Refusal::NumberMalformed`], [`Refusal::NumberDateInvalid`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let number = text.trim().to_uppercase();
        let characters: Vec<char> = number.chars().collect();
        if characters.len() != 10 {
            return Err(Refusal::NumberMalformed);
        }
        for (place, found) in characters.iter().copied().enumerate() {
            if place >= 2 {
                if !found.is_ascii_digit() {
                    return Err(Refusal::NumberMalformed);
                }
            } else if let Some(wanted) = wanted_letter(found) {
                return Err(Refusal::LookAlikeLetter { found, wanted });
            } else if !is_register_letter(found) {
                return Err(Refusal::NumberMalformed);
            }
        }
        let number = Self(number);
        if number.date().is_some() { Ok(number) } else { Err(Refusal::NumberDateInvalid) }
    }

    /// The 10 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self, from: usize, count: usize) -> u32 {
        let digits = self.0.chars().skip(2 + from).take(count);
        digits.filter_map(|digit| digit.to_digit(10)).fold(0, |sum, digit| sum * 10 + digit)
    }

    fn date(&self) -> Option<NaiveDate> {
        let (year, month) = (i32::try_from(self.digits(0, 2)).ok()?, self.digits(2, 2));
        let (year, month) = if month > 20 { (2000 + year, month - 20) } else { (1900 + year, month) };
        NaiveDate::from_ymd_opt(year, month, self.digits(4, 2))
    }

    /// The birth date written in it.
    pub fn birth_date(&self) -> NaiveDate {
        self.date().unwrap_or(NaiveDate::MIN)
    }

    /// The sex written in it.
    pub fn sex(&self) -> Sex {
        if self.digits(6, 1) % 2 == 1 { Sex::Male } else { Sex::Female }
    }
}

/// А to Я with Ё, and Ө and Ү, which stand outside that range.
fn is_register_letter(letter: char) -> bool {
    matches!(letter, 'А'..='Я' | 'Ё' | 'Ө' | 'Ү')
}

/// `YYMMDD` as a number writes it; none outside 1900 to 2099.
fn written_date(date: NaiveDate) -> Option<String> {
    let month = match date.year() {
        1900..=1999 => date.month(),
        2000..=2099 => date.month() + 20,
        _ => return None,
    };
    Some(format!("{:02}{month:02}{:02}", date.year() % 100, date.day()))
}

impl fmt::Display for NationalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for NationalNumber {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<NationalNumber> for String {
    fn from(number: NationalNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;

    #[test]
    fn an_old_number_is_read_as_it_stands() {
        let number = NationalNumber::parse("үү54071107").unwrap();
        assert_eq!(number.as_str(), "ҮҮ54071107");
        assert_eq!(number.birth_date(), parse_date("1954-07-11").unwrap());
        assert_eq!(number.sex(), Sex::Female);
    }

    #[test]
    fn months_are_raised_by_20_from_2000() {
        let number = NationalNumber::parse("УБ10261539").unwrap();
        assert_eq!(number.birth_date(), parse_date("2010-06-15").unwrap());
        assert_eq!(number.sex(), Sex::Male);
        assert_eq!(written_date(number.birth_date()).as_deref(), Some("102615"));
    }

    #[test]
    fn a_latin_letter_in_a_number_is_refused_with_a_hint() {
        assert_eq!(
            NationalNumber::parse("AБ10261539"),
            Err(Refusal::LookAlikeLetter { found: 'A', wanted: 'А' })
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "УБ1026153", "УБ102615399", "У110261539", "УБ1026153А", "ІБ10261539"] {
            assert_eq!(NationalNumber::parse(text), Err(Refusal::NumberMalformed), "{text}");
        }
        for text in ["УБ10133239", "УБ10330139", "УБ11222939", "УБ10000139"] {
            assert_eq!(NationalNumber::parse(text), Err(Refusal::NumberDateInvalid), "{text}");
        }
    }
}
