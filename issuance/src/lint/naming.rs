//! Rules about names.

use der::{Tag, Tagged as _};

use super::Rule;
use crate::name::{COMMON_NAME_LETTERS, COUNTRY, attribute, common_name_letters, marks};
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::Purpose;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 20,
        clause: "Doc 9303-12 §7.1, table 5; ETSI EN 319 412-2 §4.2.4",
        asks: "the subject begins with C=MN, a PrintableString",
        holds: |prepared| {
            prepared.tbs.subject.iter().next().is_some_and(|first| {
                first.oid == oid::COUNTRY
                    && first.value.tag() == Tag::PrintableString
                    && first.value.value() == COUNTRY.as_bytes()
            })
        },
    },
    Rule {
        number: 21,
        clause: "Doc 9303-12 §7.1, table 5; RFC 5280 appendix A (ub-common-name)",
        asks: "the subject has a common name of 1 to 64 characters",
        holds: |prepared| (1..=COMMON_NAME_LETTERS).contains(&common_name_letters(&prepared.tbs.subject)),
    },
    Rule {
        number: 22,
        clause: "RFC 5280 §4.1.2.4",
        asks: "every attribute of a name is a PrintableString or UTF8String and not empty",
        holds: |prepared| {
            prepared.tbs.subject.iter().all(|attribute| {
                matches!(attribute.value.tag(), Tag::PrintableString | Tag::Utf8String)
                    && !attribute.value.value().is_empty()
            })
        },
    },
    Rule {
        number: 23,
        clause: "ARCHITECTURE: test authorities",
        asks: "a TEST authority certifies TEST authorities only, and says so in O and CN; a real one never does",
        holds: |prepared| {
            let signs = matches!(
                prepared.purpose,
                Purpose::DocumentSigner
                    | Purpose::MasterListSigner
                    | Purpose::OcspResponder
                    | Purpose::CredentialSigner
                    | Purpose::StatusListSigner
            );
            if !(prepared.purpose.is_authority() || signs) {
                return true;
            }
            let issuer = marks(&prepared.tbs.issuer);
            issuer == marks(&prepared.tbs.subject) && issuer.0 == issuer.1
        },
    },
    Rule {
        number: 24,
        clause: "ETSI EN 319 412-1 §5.1.4, EN 319 412-2 §4.2.3.1",
        asks: "an organizationIdentifier reads like NTRMN-…",
        holds: |prepared| {
            attribute(&prepared.tbs.subject, oid::ORGANISATION_IDENTIFIER)
                .is_none_or(|id| is_organisation_identifier(&id))
        },
    },
    Rule {
        number: 25,
        clause: "Doc 9303-12 §7.1, table 5",
        asks: "issuer and subject are of one country",
        holds: |prepared| {
            attribute(&prepared.tbs.issuer, oid::COUNTRY) == attribute(&prepared.tbs.subject, oid::COUNTRY)
        },
    },
    Rule {
        number: 26,
        clause: "RFC 5280 appendix A (ub-organization-name)",
        asks: "an organisation has at most 64 characters",
        holds: |prepared| {
            attribute(&prepared.tbs.subject, oid::ORGANISATION).is_none_or(|name| name.chars().count() <= 64)
        },
    },
];

fn is_organisation_identifier(text: &str) -> bool {
    let Some((scheme, number)) = text.split_once('-') else { return false };
    !number.is_empty()
        && matches!(scheme.as_bytes(), [a, b, c, m, n] if [a, b, c].iter().all(|l| l.is_ascii_uppercase())
            && [*m, *n] == *COUNTRY.as_bytes())
}
