//! Until when an office must decide on a declaration that it received.
//!
//! We could not read the days of the offices' own rules: all of [`crate::rules::Rules::decision_days`] are
//! defaults of ours, and [`crate::law::LawConfig::decision_days`] replaces any of them. Saturdays, Sundays
//! and the configured holidays are not working days.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::date::days_after;
use crate::kind::Kind;
use crate::law::LawConfig;

/// The search for a due date ends after so many working days.
const MOST_DAYS: u32 = 366;

impl LawConfig {
    /// The last civil date on which to decide on a declaration received on a day.
    pub fn due_on(&self, kind: Kind, received_on: NaiveDate) -> NaiveDate {
        let days =
            self.decision_days.get(&kind).copied().unwrap_or(kind.rules().decision_days).min(MOST_DAYS);
        self.working_days_after(received_on, days)
    }

    /// The last civil date to appeal against a refusal.
    pub fn appeal_until(&self, refused_on: NaiveDate) -> NaiveDate {
        days_after(refused_on, self.appeal_days)
    }

    fn working_days_after(&self, day: NaiveDate, days: u32) -> NaiveDate {
        (0..days).fold(day, |day, _| {
            let next = (1..).map(|more| days_after(day, more)).find(|next| self.is_working_day(*next));
            next.unwrap_or(day)
        })
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;

    fn on(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_birth_is_decided_on_the_next_working_day() {
        let law = LawConfig::default();
        assert_eq!(law.due_on(Kind::Birth, on("2026-05-04")), on("2026-05-05"));
        assert_eq!(law.due_on(Kind::Birth, on("2026-05-01")), on("2026-05-04"), "over a weekend");
        assert_eq!(law.due_on(Kind::Residence, on("2026-05-01")), on("2026-05-06"));
    }

    #[test]
    fn holidays_and_days_are_configuration() {
        let mut law = LawConfig::default();
        law.holidays.insert(on("2026-05-05"));
        assert_eq!(law.due_on(Kind::Birth, on("2026-05-04")), on("2026-05-06"));
        law.decision_days.insert(Kind::Birth, 0);
        assert_eq!(law.due_on(Kind::Birth, on("2026-05-04")), on("2026-05-04"));
    }

    #[test]
    fn an_appeal_counts_days_of_the_calendar() {
        let law = LawConfig { appeal_days: 30, ..LawConfig::default() };
        assert_eq!(law.appeal_until(on("2026-05-01")), on("2026-05-31"));
    }
}
