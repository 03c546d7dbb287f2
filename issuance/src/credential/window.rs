//! The time in which something signed is valid.

use chrono::{DateTime, Utc};

use super::CredentialError;

/// The signer's clock may be this many seconds ahead of ours. This allowance never extends an end.
pub(crate) const SKEW_SECONDS: i64 = 60;

/// `iat`, `nbf` and `exp` of a JWT or CWT (RFC 7519 §4.1, RFC 8392 §3.1), in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) issued: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: i64,
}

impl Window {
    /// Whether the instant is after both beginnings, [`SKEW_SECONDS`] allowed, and before the end.
    pub(crate) fn require(&self, at: DateTime<Utc>) -> Result<(), CredentialError> {
        let now = at.timestamp();
        let begins = self.not_before.map_or(self.issued, |not_before| not_before.max(self.issued));
        let begun = begins <= now.saturating_add(SKEW_SECONDS);
        if begun && now < self.expires { Ok(()) } else { Err(CredentialError::NotValid(at)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(issued: i64, not_before: Option<i64>, expires: i64, second: i64) -> bool {
        let window = Window { issued, not_before, expires };
        match window.require(DateTime::from_timestamp(second, 0).unwrap()) {
            Ok(()) => true,
            Err(error) => {
                assert!(matches!(error, CredentialError::NotValid(_)));
                false
            }
        }
    }

    #[test]
    fn it_begins_a_minute_early_and_ends_on_time() {
        assert!(is_in(1000, None, 2000, 940) && !is_in(1000, None, 2000, 939));
        assert!(is_in(1000, None, 2000, 1999) && !is_in(1000, None, 2000, 2000));
        assert!(is_in(1000, Some(1500), 2000, 1440) && !is_in(1000, Some(1500), 2000, 1439));
        // An earlier nbf does not bring the beginning forward.
        assert!(is_in(1000, Some(500), 2000, 940) && !is_in(1000, Some(500), 2000, 939));
    }

    #[test]
    fn numbers_outside_the_calendar_do_not_overflow() {
        assert!(!is_in(i64::MAX, None, i64::MAX, 1000) && !is_in(0, Some(i64::MAX), i64::MAX, 1000));
        assert!(is_in(i64::MIN, Some(i64::MIN), i64::MAX, 1000) && !is_in(0, None, i64::MIN, 1000));
    }
}
