//! Rules about revocation lists (RFC 5280 §5, Doc 9303-12 §7.1.4).

use der::Decode as _;
use der::asn1::Uint;
use x509_cert::Version;
use x509_cert::crl::RevokedCert;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, KeyUsage};

use super::{Finding, Rule, unmet};
use crate::oid;
use crate::revocation::Reason;
use crate::revocation::crl::{Crl, CrlKind, PreparedCrl};
use crate::throw_away;
use crate::validity::from_time;

/// Doc 9303-12 §4.1.6.4: a CSCA makes a new list at least every 90 days. Every other authority makes one at
/// least once a year.
const MAX_DAYS_CSCA: i64 = 90;
const MAX_DAYS: i64 = 366;

pub(super) const RULES: &[Rule<PreparedCrl>] = &[
    Rule {
        number: 80,
        clause: "RFC 5280 §5.1.2.1, Doc 9303-12 table 9",
        asks: "a list is of version 2",
        holds: |list| list.tbs.version == Version::V2,
    },
    Rule {
        number: 81,
        clause: "RFC 5280 §5.1.2.2",
        asks: "the signature algorithm is the one of the issuer's key, its parameters as the row writes them",
        holds: |list| list.tbs.signature == list.issuer.public_key().algorithm().identifier(),
    },
    Rule {
        number: 82,
        clause: "RFC 5280 §5.1.2.3",
        asks: "the issuer is the subject of the authority",
        holds: |list| &list.tbs.issuer == list.issuer.subject(),
    },
    Rule {
        number: 83,
        clause: "RFC 5280 §5.1.2.5",
        asks: "nextUpdate is there and after thisUpdate",
        holds: |list| days(list).is_some() && next_update(list) > Some(from_time(&list.tbs.this_update)),
    },
    Rule {
        number: 84,
        clause: "Doc 9303-12 §4.1.6.4",
        asks: "a CSCA's list is for 90 days at most, any other for a year at most",
        holds: |list| {
            let most = match list.kind {
                CrlKind::Csca => MAX_DAYS_CSCA,
                CrlKind::Eid => MAX_DAYS,
            };
            days(list).is_some_and(|days| days <= most)
        },
    },
    Rule {
        number: 85,
        clause: "RFC 5280 §5.1.2.6",
        asks: "revokedCertificates is absent when nothing is revoked, never empty",
        holds: |list| list.tbs.revoked_certificates.as_ref().is_none_or(|entries| !entries.is_empty()),
    },
    Rule {
        number: 86,
        clause: "RFC 5280 §5.1.2.6; order: ours, so that two lists can be compared",
        asks: "serials stand in their order and none twice",
        holds: |list| entries(list).is_sorted_by(|a, b| a.serial_number < b.serial_number),
    },
    Rule {
        number: 87,
        clause: "RFC 5280 §5.1.2.6",
        asks: "nothing is revoked after thisUpdate",
        holds: |list| {
            let made = from_time(&list.tbs.this_update);
            entries(list).all(|entry| from_time(&entry.revocation_date) <= made)
        },
    },
    Rule {
        number: 88,
        clause: "RFC 5280 §5.2.1, Doc 9303-12 table 9",
        asks: "authorityKeyIdentifier names the issuer's key and is not critical",
        holds: |list| {
            let identifier = find(list, oid::AUTHORITY_KEY_IDENTIFIER)
                .filter(|one| !one.critical)
                .and_then(|one| AuthorityKeyIdentifier::from_der(one.extn_value.as_bytes()).ok())
                .and_then(|value| value.key_identifier);
            identifier.is_some_and(|id| Some(id.as_bytes().to_vec()) == list.issuer.subject_key_identifier())
        },
    },
    Rule {
        number: 89,
        clause: "RFC 5280 §5.2.3, Doc 9303-12 table 9",
        asks: "cRLNumber is there, not critical, of 20 octets at most",
        holds: |list| {
            find(list, oid::CRL_NUMBER).filter(|one| !one.critical).is_some_and(|one| {
                Uint::from_der(one.extn_value.as_bytes()).is_ok_and(|number| number.as_bytes().len() <= 20)
            })
        },
    },
    Rule {
        number: 90,
        clause: "Doc 9303-12 table 9; RFC 5280 §5.2.4, §5.2.5",
        asks: "a list has no other extension: it is full, direct, and for every reason",
        holds: |list| {
            let known = [oid::AUTHORITY_KEY_IDENTIFIER, oid::CRL_NUMBER];
            extensions(list).all(|one| known.contains(&one.extn_id))
                && extensions(list).count() == known.len()
        },
    },
    Rule {
        number: 91,
        clause: "Doc 9303-12 table 10; RFC 5280 §5.3.1",
        asks: "an entry tells nothing but a reason that has a code, and in a CSCA's list not even that",
        holds: |list| entries(list).all(|entry| has_entry_extensions(list.kind, entry)),
    },
    Rule {
        number: 92,
        clause: "RFC 5280 §4.2.1.3 (6)",
        asks: "the issuer's key may sign lists",
        holds: |list| {
            let usage = list.issuer.parsed().tbs_certificate().get_extension::<KeyUsage>().ok().flatten();
            usage.is_some_and(|(_, usage)| usage.crl_sign())
        },
    },
    Rule {
        number: 93,
        clause: "RFC 5280 §6.3.3 (shell model)",
        asks: "a list is made while its issuer's certificate is valid",
        holds: |list| list.issuer.is_valid_at(from_time(&list.tbs.this_update)),
    },
    Rule {
        number: 94,
        clause: "Doc 9303-12 §4.1.6.2",
        asks: "a list is made while the CSCA's key signs",
        holds: |list| {
            let made = from_time(&list.tbs.this_update);
            list.issuer.usage_period().is_none_or(|usage| usage.contains(made))
        },
    },
    Rule {
        number: 99,
        clause: "docs/issuance-cycle.md",
        asks: "signed with a throw-away key, the list reads back and holds what was prepared",
        holds: |list| {
            let algorithm = list.issuer.public_key().algorithm();
            throw_away::rehearse_signed(list.tbs_der(), algorithm, |der| {
                Crl::from_der(der).is_ok_and(|crl| crl.holds(&list.tbs))
            })
        },
    },
];

/// Every rule that is not met.
pub(crate) fn findings(list: &PreparedCrl) -> Vec<Finding> {
    unmet(RULES, list)
}

fn next_update(list: &PreparedCrl) -> Option<chrono::DateTime<chrono::Utc>> {
    list.tbs.next_update.as_ref().map(from_time)
}

fn days(list: &PreparedCrl) -> Option<i64> {
    next_update(list).map(|next_update| (next_update - from_time(&list.tbs.this_update)).num_days())
}

fn entries(list: &PreparedCrl) -> impl Iterator<Item = &RevokedCert> {
    list.tbs.revoked_certificates.iter().flatten()
}

fn extensions(list: &PreparedCrl) -> impl Iterator<Item = &Extension> {
    list.tbs.crl_extensions.iter().flatten()
}

fn find(list: &PreparedCrl, oid: der::asn1::ObjectIdentifier) -> Option<&Extension> {
    extensions(list).find(|one| one.extn_id == oid)
}

fn has_entry_extensions(kind: CrlKind, entry: &RevokedCert) -> bool {
    match (kind, entry.crl_entry_extensions.as_deref()) {
        (CrlKind::Csca | CrlKind::Eid, None) => true,
        (CrlKind::Csca, Some(_)) => false,
        (CrlKind::Eid, Some([one])) => {
            let code = one.extn_value.as_bytes();
            one.extn_id == oid::REASON_CODE
                && !one.critical
                && matches!(code, [0x0a, 0x01, code] if Reason::from_code(*code).is_some())
        }
        (CrlKind::Eid, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests;
