//! Civil dates. Ages and deadlines count civil dates at the office; instants are UTC.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// The civil date of an instant in a zone. Invariant: this is the only conversion from an instant to a civil
/// date.
pub fn civil_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// The last second of a civil date in a zone.
pub fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let last = NaiveTime::from_hms_opt(23, 59, 59)
        .map_or_else(|| day.and_time(NaiveTime::MIN), |time| day.and_time(time));
    // If clocks are set back in that hour, the day has two such seconds; if they are set forward, it has
    // none.
    zone.from_local_datetime(&last).latest().map_or_else(|| last.and_utc(), |last| last.to_utc())
}

/// Reads a civil date as `YYYY-MM-DD` (also `YYYY/MM/DD` and `YYYY.MM.DD`, as papers write it).
///
/// # Errors
/// [`Refusal::InvalidDate`].
pub fn parse_date(text: &str) -> Result<NaiveDate, Refusal> {
    let text = text.trim().replace(['/', '.'], "-");
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .ok()
        .filter(|date| (1800..=9999).contains(&date.year()))
        .ok_or(Refusal::InvalidDate)
}

/// Completed years on `day`. Someone born on 29 February comes of age on 1 March of a common year, because
/// only then has the whole year passed. Negative ages count as 0.
pub fn age_on(born: NaiveDate, day: NaiveDate) -> u32 {
    day.years_since(born).unwrap_or(0)
}

/// The birthday in the year in which a person becomes `age`; in a common year 1 March for those born on 29
/// February.
pub fn birthday(born: NaiveDate, age: u32) -> NaiveDate {
    let Ok(years) = i32::try_from(age) else { return NaiveDate::MAX };
    let year = born.year().saturating_add(years);
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// The date `days` after `date`; the last representable day instead of an overflow.
pub fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The date `months` after `date` (or the last day of a shorter month).
pub fn months_after(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// A date of which a paper may give only the year, or the year and month. Partial dates have no order:
/// compare the first or the last day that each can mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PartialDate {
    /// `YYYY`.
    Year(i32),
    /// `YYYY-MM`.
    Month(i32, u32),
    /// `YYYY-MM-DD`.
    Full(NaiveDate),
}

impl PartialDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`Refusal::InvalidDate`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().replace(['/', '.'], "-");
        let year = |text: &str| {
            let sound = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<i32>().ok().filter(|year| sound && *year >= 1800).ok_or(Refusal::InvalidDate)
        };
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            [only] => Ok(Self::Year(year(only)?)),
            [first, month] => {
                let year = year(first)?;
                let month = month.parse::<u32>().map_err(|_| Refusal::InvalidDate)?;
                NaiveDate::from_ymd_opt(year, month, 1).ok_or(Refusal::InvalidDate)?;
                Ok(Self::Month(year, month))
            }
            _ => parse_date(&text).map(Self::Full),
        }
    }

    /// The whole date, if it is known.
    pub const fn full(self) -> Option<NaiveDate> {
        match self {
            Self::Full(date) => Some(date),
            Self::Year(_) | Self::Month(..) => None,
        }
    }

    /// The first day it can mean.
    pub fn earliest(self) -> NaiveDate {
        let date = match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Self::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Full(date) => Some(date),
        };
        date.unwrap_or(NaiveDate::MIN)
    }

    /// The last day it can mean.
    pub fn latest(self) -> NaiveDate {
        let next = match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year.saturating_add(1), 1, 1),
            Self::Month(..) => Some(months_after(self.earliest(), 1)),
            Self::Full(date) => return date,
        };
        next.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// The last day that it can mean if the event is known on `day`: an event of this year that is known
    /// today happened today at the latest. A date that begins after `day`, as a later correction may give it,
    /// is taken at its earliest.
    pub fn latest_by(self, day: NaiveDate) -> NaiveDate {
        self.latest().min(day).max(self.earliest())
    }

    /// The year.
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Month(year, _) => year,
            Self::Full(date) => date.year(),
        }
    }

    /// Completed years on `day` that are certain: counted from the last day that the date can mean.
    pub fn age_on(self, day: NaiveDate) -> u32 {
        age_on(self.latest(), day)
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(date: NaiveDate) -> Self {
        Self::Full(date)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Full(date) => date.fmt(f),
        }
    }
}

impl TryFrom<String> for PartialDate {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_day_ends_at_its_office() {
        let ends = |zone| end_of_day(day("2026-05-01"), zone).to_rfc3339();
        assert_eq!(ends(Tz::Asia__Ulaanbaatar), "2026-05-01T15:59:59+00:00");
        assert_eq!(ends(Tz::Asia__Hovd), "2026-05-01T16:59:59+00:00");
        // The night on which clocks were set forward in Ulaanbaatar (2015-03-28, 02:00), and the one on which
        // they were set back.
        for last in ["2015-03-27", "2015-09-25"] {
            assert_eq!(
                civil_date(end_of_day(day(last), Tz::Asia__Ulaanbaatar), Tz::Asia__Ulaanbaatar),
                day(last)
            );
        }
    }

    #[test]
    fn one_instant_has_two_civil_dates_in_the_country() {
        let instant = "2026-05-01T16:30:00Z".parse().unwrap();
        assert_eq!(civil_date(instant, Tz::Asia__Ulaanbaatar), day("2026-05-02"));
        assert_eq!(civil_date(instant, Tz::Asia__Hovd), day("2026-05-01"));
    }

    #[test]
    fn a_year_is_complete_on_the_birthday_and_not_before() {
        assert_eq!(age_on(day("2010-06-15"), day("2026-06-14")), 15);
        assert_eq!(age_on(day("2010-06-15"), day("2026-06-15")), 16);
    }

    #[test]
    fn a_leap_day_child_comes_of_age_on_the_first_of_march() {
        assert_eq!(age_on(day("2008-02-29"), day("2025-02-28")), 16);
        assert_eq!(age_on(day("2008-02-29"), day("2025-03-01")), 17);
        assert_eq!(birthday(day("2008-02-29"), 25), day("2033-03-01"));
    }

    #[test]
    fn partial_dates_are_read_written_and_bounded() {
        for text in ["1954", "1954-07", "1954-07-11"] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
        let july = PartialDate::parse("1954-07").unwrap();
        assert_eq!((july.earliest(), july.latest()), (day("1954-07-01"), day("1954-07-31")));
        assert_eq!(PartialDate::parse("1954").unwrap().latest(), day("1954-12-31"));
    }

    #[test]
    fn what_is_past_on_a_day_was_that_day_at_the_latest() {
        let by = |text: &str, on| PartialDate::parse(text).unwrap().latest_by(day(on));
        assert_eq!(by("1954", "1954-07-11"), day("1954-07-11"));
        assert_eq!(by("1954", "1955-07-11"), day("1954-12-31"));
        assert_eq!(by("1954-07-12", "1954-07-11"), day("1954-07-12"), "a whole date is what it says");
        assert_eq!(by("1954-08", "1954-07-11"), day("1954-08-01"));
    }

    #[test]
    fn dates_that_are_not_in_the_calendar_are_refused() {
        for text in ["2023-02-29", "1954-13", "54", "yesterday", "", "0154-01-01"] {
            assert_eq!(PartialDate::parse(text), Err(Refusal::InvalidDate), "{text}");
        }
    }
}
