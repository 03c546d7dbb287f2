//! Rules about the frame: version, serial, algorithm, issuer, validity, the set of extensions.

use chrono::{DateTime, Utc};

use super::{Rule, decode, find};
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::Purpose;
use crate::validity::Validity;
use der::asn1::{ObjectIdentifier, OctetString, UtcTime};
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::time::Time;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 1,
        clause: "RFC 5280 §4.1.2.1",
        asks: "the version is 3",
        holds: |prepared| prepared.tbs.version == 2,
    },
    Rule {
        number: 2,
        clause: "RFC 5280 §4.1.2.2, ETSI EN 319 412-2 §4.2.2",
        asks: "the serial number is positive and has 8 to 20 octets",
        holds: |prepared| crate::serial::Serial::parse(prepared.tbs.serial.as_bytes()).is_ok(),
    },
    Rule {
        number: 3,
        clause: "RFC 5280 §4.1.2.3",
        asks: "the signature algorithm is the one of the issuer's key, its parameters as the row writes them",
        holds: |prepared| prepared.tbs.signature == prepared.issuer.key.algorithm().identifier(),
    },
    Rule {
        number: 4,
        clause: "RFC 5280 §4.1.2.4",
        asks: "the issuer is the subject of the issuing authority; a root is its own, a link may keep the name",
        holds: |prepared| {
            let own = prepared.tbs.issuer == prepared.tbs.subject;
            prepared.tbs.issuer == prepared.issuer.name
                && (prepared.purpose == Purpose::CscaLink || prepared.purpose.is_self_signed() == own)
        },
    },
    Rule {
        number: 5,
        clause: "RFC 5280 §4.1.2.5",
        asks: "the certificate ends after it begins, and not in the year 9999",
        holds: |prepared| {
            let validity = Validity::from_x509(&prepared.tbs.validity);
            validity.not_before() < validity.not_after() && year(validity.not_after()) < 9999
        },
    },
    Rule {
        number: 6,
        clause: "Doc 9303-12 §4.1.6.2 (shell model)",
        asks: "the certificate lives within its issuer's validity",
        holds: |prepared| {
            let own = Validity::from_x509(&prepared.tbs.validity);
            prepared.issuer.validity.is_none_or(|issuer| issuer.covers(&own))
        },
    },
    Rule {
        number: 7,
        clause: "RFC 5280 §4.2",
        asks: "no extension stands twice",
        holds: |prepared| {
            let extensions = &prepared.tbs.extensions;
            extensions
                .iter()
                .enumerate()
                .all(|(i, one)| extensions.iter().skip(i + 1).all(|other| other.extn_id != one.extn_id))
        },
    },
    Rule {
        number: 8,
        clause: "the profile",
        asks: "no extension stands that the profile does not know",
        holds: |prepared| {
            prepared.tbs.extensions.iter().all(|extension| is_known(prepared.purpose, extension.extn_id))
        },
    },
    Rule {
        number: 9,
        clause: "RFC 5280 §4.2.1.1",
        asks: "authorityKeyIdentifier names the issuer's key and is not critical",
        holds: |prepared| {
            let value = decode::<AuthorityKeyIdentifier>(prepared, oid::AUTHORITY_KEY_IDENTIFIER);
            let identifier = value.and_then(|value| value.key_identifier);
            identifier.is_some_and(|id| id.as_bytes() == prepared.issuer.key_identifier)
                && is_not_critical(prepared, oid::AUTHORITY_KEY_IDENTIFIER)
        },
    },
    Rule {
        number: 10,
        clause: "RFC 5280 §4.2.1.2",
        asks: "subjectKeyIdentifier is the SHA-1 of the key and is not critical",
        holds: |prepared| {
            use sha1::Digest as _;
            let value = decode::<OctetString>(prepared, oid::SUBJECT_KEY_IDENTIFIER);
            let expected = sha1::Sha1::digest(prepared.tbs.key.subject_public_key.raw_bytes());
            value.is_some_and(|identifier| identifier.as_bytes() == expected.as_slice())
                && is_not_critical(prepared, oid::SUBJECT_KEY_IDENTIFIER)
        },
    },
    Rule {
        number: 11,
        clause: "RFC 5280 §4.2.1, Doc 9303-12 table 6, ETSI EN 319 412-2 §4.3",
        asks: "no extension is critical but keyUsage, basicConstraints, and extKeyUsage of a Master List Signer",
        holds: |prepared| {
            let may_be = |oid| match oid {
                oid::KEY_USAGE | oid::BASIC_CONSTRAINTS => true,
                oid::EXTENDED_KEY_USAGE => prepared.purpose == Purpose::MasterListSigner,
                _ => false,
            };
            prepared.tbs.extensions.iter().all(|one| !one.critical || may_be(one.extn_id))
        },
    },
    Rule {
        number: 12,
        clause: "RFC 5280 §4.1.2.5, Doc 9303-12 §7.1",
        asks: "instants until 2049 are UTCTime, later ones GeneralizedTime",
        holds: |prepared| {
            let validity = &prepared.tbs.validity;
            [&validity.not_before, &validity.not_after].into_iter().all(|time| match time {
                Time::UtcTime(_) => true,
                Time::GeneralTime(time) => time.to_date_time().year() > UtcTime::MAX_YEAR,
            })
        },
    },
];

fn year(at: DateTime<Utc>) -> i32 {
    use chrono::Datelike as _;
    at.year()
}

fn is_not_critical(prepared: &Prepared, oid: ObjectIdentifier) -> bool {
    find(prepared, oid).is_none_or(|extension| !extension.critical)
}

fn is_known(purpose: Purpose, oid: ObjectIdentifier) -> bool {
    let own: &[ObjectIdentifier] = match purpose {
        Purpose::Root => &[oid::BASIC_CONSTRAINTS],
        Purpose::Issuing => &[
            oid::BASIC_CONSTRAINTS,
            oid::CERTIFICATE_POLICIES,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::AUTHORITY_INFO_ACCESS,
        ],
        Purpose::Csca => &[
            oid::BASIC_CONSTRAINTS,
            oid::PRIVATE_KEY_USAGE_PERIOD,
            oid::SUBJECT_ALT_NAME,
            oid::ISSUER_ALT_NAME,
            oid::CRL_DISTRIBUTION_POINTS,
        ],
        Purpose::CscaLink => &[
            oid::BASIC_CONSTRAINTS,
            oid::PRIVATE_KEY_USAGE_PERIOD,
            oid::SUBJECT_ALT_NAME,
            oid::ISSUER_ALT_NAME,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::NAME_CHANGE,
        ],
        Purpose::DocumentSigner => &[
            oid::PRIVATE_KEY_USAGE_PERIOD,
            oid::SUBJECT_ALT_NAME,
            oid::ISSUER_ALT_NAME,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::DOCUMENT_TYPE_LIST,
        ],
        Purpose::Authentication => &[
            oid::EXTENDED_KEY_USAGE,
            oid::CERTIFICATE_POLICIES,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::AUTHORITY_INFO_ACCESS,
            oid::QC_STATEMENTS,
        ],
        Purpose::Signature => &[
            oid::CERTIFICATE_POLICIES,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::AUTHORITY_INFO_ACCESS,
            oid::QC_STATEMENTS,
        ],
        Purpose::MasterListSigner => &[
            oid::EXTENDED_KEY_USAGE,
            oid::PRIVATE_KEY_USAGE_PERIOD,
            oid::SUBJECT_ALT_NAME,
            oid::ISSUER_ALT_NAME,
            oid::CRL_DISTRIBUTION_POINTS,
        ],
        Purpose::OcspResponder => &[oid::EXTENDED_KEY_USAGE, oid::OCSP_NO_CHECK, oid::AUTHORITY_INFO_ACCESS],
        Purpose::CredentialSigner => &[
            oid::EXTENDED_KEY_USAGE,
            oid::SUBJECT_ALT_NAME,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::AUTHORITY_INFO_ACCESS,
        ],
        Purpose::StatusListSigner => {
            &[oid::EXTENDED_KEY_USAGE, oid::CRL_DISTRIBUTION_POINTS, oid::AUTHORITY_INFO_ACCESS]
        }
        Purpose::TlsServer | Purpose::TlsClient => &[
            oid::EXTENDED_KEY_USAGE,
            oid::SUBJECT_ALT_NAME,
            oid::CERTIFICATE_POLICIES,
            oid::CRL_DISTRIBUTION_POINTS,
        ],
    };
    let common = [oid::AUTHORITY_KEY_IDENTIFIER, oid::SUBJECT_KEY_IDENTIFIER, oid::KEY_USAGE];
    common.contains(&oid) || own.contains(&oid)
}
