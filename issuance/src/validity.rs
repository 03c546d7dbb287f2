//! The time in which a certificate may be used, in whole seconds of UTC.

use chrono::{DateTime, SubsecRound, Utc};
use der::DateTime as DerDateTime;
use der::asn1::{GeneralizedTime, UtcTime};
use x509_cert::time::Time;

/// From `not_before` to `not_after`, both included (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

/// The end is not after the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a certificate cannot end at {not_after} when it begins at {not_before}")]
pub struct ValidityError {
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

impl Validity {
    /// Cuts fractions of a second off: X.509 has whole seconds only.
    pub fn new(not_before: DateTime<Utc>, not_after: DateTime<Utc>) -> Result<Self, ValidityError> {
        let (not_before, not_after) = (not_before.trunc_subsecs(0), not_after.trunc_subsecs(0));
        if not_before >= not_after {
            return Err(ValidityError { not_before, not_after });
        }
        Ok(Self { not_before, not_after })
    }

    /// The first instant.
    pub fn not_before(&self) -> DateTime<Utc> {
        self.not_before
    }

    /// The last instant.
    pub fn not_after(&self) -> DateTime<Utc> {
        self.not_after
    }

    /// Whether the instant lies within.
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.not_before <= at && at <= self.not_after
    }

    /// Whether this validity contains the other one (the shell model; RFC 5280 does not require it, we do).
    pub fn covers(&self, inner: &Self) -> bool {
        self.not_before <= inner.not_before && inner.not_after <= self.not_after
    }

    pub(crate) fn to_x509(self) -> der::Result<x509_cert::time::Validity> {
        Ok(x509_cert::time::Validity::new(to_time(self.not_before)?, to_time(self.not_after)?))
    }

    /// Reads the validity in a certificate; an instant outside the calendar becomes the far past, so that the
    /// certificate is never valid.
    pub(crate) fn from_x509(validity: &x509_cert::time::Validity) -> Self {
        Self { not_before: from_time(&validity.not_before), not_after: from_time(&validity.not_after) }
    }
}

/// UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5).
pub(crate) fn to_time(at: DateTime<Utc>) -> der::Result<Time> {
    let date_time = to_der(at)?;
    if date_time.year() <= UtcTime::MAX_YEAR {
        return Ok(Time::UtcTime(UtcTime::from_date_time(date_time)?));
    }
    Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date_time)))
}

pub(crate) fn to_generalized(at: DateTime<Utc>) -> der::Result<GeneralizedTime> {
    Ok(GeneralizedTime::from_date_time(to_der(at)?))
}

pub(crate) fn from_time(time: &Time) -> DateTime<Utc> {
    from_seconds(time.to_unix_duration().as_secs())
}

pub(crate) fn from_generalized(time: &GeneralizedTime) -> DateTime<Utc> {
    from_seconds(time.to_unix_duration().as_secs())
}

fn from_seconds(seconds: u64) -> DateTime<Utc> {
    i64::try_from(seconds)
        .ok()
        .and_then(|s| DateTime::from_timestamp(s, 0))
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
}

fn to_der(at: DateTime<Utc>) -> der::Result<DerDateTime> {
    let seconds = u64::try_from(at.timestamp()).map_err(|_| der::ErrorKind::DateTime)?;
    DerDateTime::from_unix_duration(std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use der::{Encode, Tagged};

    use super::*;

    #[test]
    fn a_validity_has_a_length() {
        let at = Utc.with_ymd_and_hms(2026, 11, 23, 0, 0, 0).unwrap();
        assert!(Validity::new(at, at).is_err());
        assert!(Validity::new(at, at + chrono::Duration::seconds(1)).is_ok());
    }

    #[test]
    fn the_encoding_changes_with_the_year_2050() {
        let last = Utc.with_ymd_and_hms(2049, 12, 31, 23, 59, 59).unwrap();
        assert_eq!(to_time(last).unwrap().tag(), der::Tag::UtcTime);
        assert_eq!(&to_time(last).unwrap().to_der().unwrap()[2..], b"491231235959Z");
        let next = last + chrono::Duration::seconds(1);
        assert_eq!(to_time(next).unwrap().tag(), der::Tag::GeneralizedTime);
        assert_eq!(from_time(&to_time(next).unwrap()), next);
    }

    #[test]
    fn both_ends_belong_to_it() {
        let start = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        let end = Utc.with_ymd_and_hms(2027, 1, 1, 0, 0, 0).unwrap();
        let validity = Validity::new(start, end).unwrap();
        assert!(validity.contains(start) && validity.contains(end));
        assert!(!validity.contains(end + chrono::Duration::seconds(1)));
        assert!(!validity.contains(start - chrono::Duration::seconds(1)));
    }
}
