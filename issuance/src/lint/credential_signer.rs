//! Rules about the certificates that sign credentials and status lists.

use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

use super::{Rule, decode, find};
use crate::credential::content::is_https;
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::Purpose;
use crate::validity::Validity;

/// A credential is valid for five years at most, and its signer signs for one.
const MAX_DAYS: i64 = 6 * 365 + 2;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 130,
        clause: "draft-ietf-oauth-sd-jwt-vc §2.5; RFC 5280 §4.2.1.6",
        asks: "a signer of credentials names its issuer by one https URL, a signer of status lists names none",
        holds: |prepared| match prepared.purpose {
            Purpose::CredentialSigner => {
                decode::<GeneralNames>(prepared, oid::SUBJECT_ALT_NAME).is_some_and(|names| {
                    matches!(names.as_slice(), [GeneralName::UniformResourceIdentifier(uri)]
                        if is_https(uri.as_str()))
                })
            }
            Purpose::StatusListSigner => find(prepared, oid::SUBJECT_ALT_NAME).is_none(),
            Purpose::Root
            | Purpose::Issuing
            | Purpose::Csca
            | Purpose::CscaLink
            | Purpose::DocumentSigner
            | Purpose::MasterListSigner
            | Purpose::Authentication
            | Purpose::Signature
            | Purpose::OcspResponder
            | Purpose::TlsServer
            | Purpose::TlsClient => true,
        },
    },
    Rule {
        number: 131,
        clause: "docs/issuance-cycle.md",
        asks: "the certificate of a signer of credentials or status lists lives for six years at most",
        holds: |prepared| {
            let signs = matches!(prepared.purpose, Purpose::CredentialSigner | Purpose::StatusListSigner);
            let validity = Validity::from_x509(&prepared.tbs.validity);
            !signs || (validity.not_after() - validity.not_before()).num_days() <= MAX_DAYS
        },
    },
];
