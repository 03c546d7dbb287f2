//! Civil dates around today: what tests declare must be true in any year.

use chrono::{Days, NaiveDate, Utc};

/// The civil date in Ulaanbaatar, which is that of every office in the tests except those in the west.
#[expect(clippy::disallowed_methods, reason = "an outside client has a clock of its own")]
pub fn today() -> NaiveDate {
    Utc::now().with_timezone(&chrono_tz::Asia::Ulaanbaatar).date_naive()
}

/// The date `days` before today, as the API writes dates.
pub fn days_ago(days: u64) -> String {
    today().checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN).to_string()
}
