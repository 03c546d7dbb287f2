//! Which certificates are revoked, and how a reader learns of it.

pub mod crl;
pub mod ocsp;

use chrono::{DateTime, Utc};

use crate::serial::Serial;

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The serial number of the certificate.
    pub serial: Serial,
    /// When it was revoked.
    pub revoked_at: DateTime<Utc>,
    /// The reason; the lists of the ICAO branch leave it out.
    pub reason: Reason,
}

/// Why a certificate was revoked (RFC 5280 §5.3.1). `unspecified` has no code: the extension is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The reason is not given.
    Unspecified,
    /// Someone else has the key, or the card with it.
    KeyCompromise,
    /// Someone else has the authority's key.
    AuthorityCompromise,
    /// A name or another attribute has changed; the key is still safe.
    AffiliationChanged,
    /// A newer certificate replaces this one.
    Superseded,
    /// The holder has died, or the service has ended.
    CessationOfOperation,
    /// The certificate is suspended.
    CertificateHold,
    /// The holder lost the right to the certificate.
    PrivilegeWithdrawn,
}

impl Reason {
    const ALL: [Self; 8] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::AuthorityCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::PrivilegeWithdrawn,
    ];

    /// The code of `CRLReason`; `None` for `unspecified`, which SHOULD be left out (RFC 5280 §5.3.1).
    pub fn code(self) -> Option<u8> {
        match self {
            Self::Unspecified => None,
            Self::KeyCompromise => Some(1),
            Self::AuthorityCompromise => Some(2),
            Self::AffiliationChanged => Some(3),
            Self::Superseded => Some(4),
            Self::CessationOfOperation => Some(5),
            Self::CertificateHold => Some(6),
            Self::PrivilegeWithdrawn => Some(9),
        }
    }

    /// The reason for a code; `None` for a code that we do not use.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == Some(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_comes_back_from_its_code() {
        for reason in Reason::ALL {
            assert_eq!(reason.code().and_then(Reason::from_code).unwrap_or(Reason::Unspecified), reason);
        }
    }

    #[test]
    fn a_code_we_do_not_give_is_no_reason() {
        // 0 is expressed by leaving the extension out, 7 is not assigned, 8 belongs to delta lists.
        for code in [0, 7, 8, 10, 255] {
            assert_eq!(Reason::from_code(code), None);
        }
    }
}
