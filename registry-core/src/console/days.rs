//! Days in words: how long ago, how long until, how long overdue.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::words::Words;

/// An instant as people at the office read it.
pub(super) fn stamp(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// How long ago a day was.
pub(super) fn since(w: &'static Words, day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        ..=0 => w.today.to_owned(),
        1 => w.yesterday.to_owned(),
        days => counted(w.days_ago, days),
    }
}

/// How long there is until a last day, or by how much it has passed.
pub(super) fn until(w: &'static Words, last: NaiveDate, today: NaiveDate) -> String {
    match (last - today).num_days() {
        0 => w.due_today.to_owned(),
        1 => w.due_tomorrow.to_owned(),
        left @ 2.. => counted(w.days_left, left),
        -1 => w.overdue_by_one.to_owned(),
        past => counted(w.overdue_by, -past),
    }
}

fn counted(words: &str, days: i64) -> String {
    words.replace("{n}", &days.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::language::Language;

    #[test]
    fn days_are_told_as_people_say_them() {
        let w = Language::En.words();
        let on = |day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
        let told = [1, 9, 10].map(|day| since(w, on(day), on(10)));
        assert_eq!(told, ["9 days ago", "yesterday", "today"]);
        let told = [8, 9, 10, 11, 13].map(|day| until(w, on(day), on(10)));
        assert_eq!(told, ["2 days overdue", "1 day overdue", "due today", "due tomorrow", "3 days left"]);
    }
}
