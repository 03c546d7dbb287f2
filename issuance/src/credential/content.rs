//! What a credential says, whichever form it takes.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound as _, Utc};

use super::StatusReference;
use crate::holder::{Holder, Sex};

/// The holder, the issuer, the times and the status place of a credential.
#[derive(Clone, Debug)]
pub struct CredentialContent {
    /// The person whom it is about.
    pub holder: Holder,
    /// The issuer: the `https` URL in the certificate of the signer.
    pub issuer: String,
    /// The issuing authority, in words for people.
    pub issuing_authority: String,
    /// When it is made. Use whole hours or days: with exact seconds, two verifiers could find out that two
    /// credentials belong to one holder.
    pub issued_at: DateTime<Utc>,
    /// When it expires; not after the card's last day.
    pub expires_at: DateTime<Utc>,
    /// Where its status is: a place for this credential alone, drawn at random among the free ones.
    /// Consecutive places would show how many credentials were issued between two. Two credentials of one
    /// holder have two places, even if one is an SD-JWT and the other a QR code: the code shows name and
    /// number in clear, so a shared place would show who owns the SD-JWT, however little that discloses.
    pub status: StatusReference,
}

impl CredentialContent {
    /// Seconds since 1970 (`NumericDate`, RFC 7519 §2).
    pub(crate) fn issued_seconds(&self) -> i64 {
        self.issued_at.trunc_subsecs(0).timestamp()
    }

    /// Seconds since 1970.
    pub(crate) fn expires_seconds(&self) -> i64 {
        self.expires_at.trunc_subsecs(0).timestamp()
    }

    /// The first instant after the card's last day in UTC: no credential is valid then.
    pub(crate) fn limit(&self) -> i64 {
        let after = self.holder.expires_on.succ_opt().unwrap_or(NaiveDate::MAX);
        after.and_time(NaiveTime::MIN).and_utc().timestamp()
    }
}

/// The number of a sex as ISO/IEC 5218 and the PID rulebook write it.
pub(crate) fn sex_number(sex: Sex) -> u8 {
    match sex {
        Sex::Unspecified => 0,
        Sex::Male => 1,
        Sex::Female => 2,
    }
}

/// Whether a text can be a name as its holder confirmed it: not empty, no space at either end, and no `<`,
/// with which a name that was reduced for the machine readable zone replaces a hyphen.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains('<')
}

/// Whether a text is a URL under `https`.
pub(crate) fn is_https(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty() && !rest.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_under_https_and_of_visible_letters() {
        assert!(is_https("https://pid.example.mn") && is_https("https://pid.example.mn/1?a#b"));
        for wrong in [
            "",
            "https://",
            "http://pid.example.mn",
            "HTTPS://a",
            "https://a b",
            "https://a\u{0}",
            "https://a\n",
        ] {
            assert!(!is_https(wrong), "{wrong:?}");
        }
    }
}
