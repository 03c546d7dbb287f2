//! What a credential says, whichever form it takes.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound as _, Utc};

use super::StatusReference;
use crate::holder::{Holder, Sex};

/// The holder, the issuer, the times and the status place of a credential.
#[derive(Clone, Debug)]
pub struct CredentialContent {
    /// The person whom the credential is about.
    pub holder: Holder,
    /// The issuer: the `https` URL in the certificate of the signer.
    pub issuer: String,
    /// The name of the issuing authority, for people to read.
    pub issuing_authority: String,
    /// When the credential is made. Round it to hours or days: two verifiers who see two credentials of one
    /// holder must not be able to link them by an exact second.
    pub issued_at: DateTime<Utc>,
    /// When the credential expires; not after the card's last day.
    pub expires_at: DateTime<Utc>,
    /// Where its status stands: a place that belongs to this credential alone, drawn at random among the free
    /// ones. If places were counted up, two places would tell how many credentials were given out in between.
    /// An SD-JWT and a QR code of one holder have two places: the code shows name and number in clear, and a
    /// shared place would tell whose the SD-JWT is, however little that one discloses.
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

    /// The first instant after the card's last day in UTC: no credential is valid longer.
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
/// which stands for a hyphen in a name that was reduced for the machine readable zone.
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
