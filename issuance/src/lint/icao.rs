//! Rules of the ICAO branch (Doc 9303-12, 8th edition).

use der::asn1::{PrintableString, SetOfVec};
use der::{Decode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::PrivateKeyUsagePeriod;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

use super::{Rule, decode, find};
use crate::name::attribute;
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::Purpose;
use crate::public_key::{CurveForm, PublicKey};
use crate::validity::{Validity, from_generalized};

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 40,
        clause: "Doc 9303-12 §4.1.6.3; RFC 5480 §2.1.1",
        asks: "the ICAO branch spells a curve out, all others name it",
        holds: |prepared| {
            let expected = if prepared.purpose.is_icao() { CurveForm::Explicit } else { CurveForm::Named };
            PublicKey::from_spki(&prepared.tbs.key)
                .is_ok_and(|(key, form)| key.curve().is_none() || form == expected)
        },
    },
    Rule {
        number: 41,
        clause: "Doc 9303-12 §7.1, table 6",
        asks: "privateKeyUsagePeriod has both ends, within the validity, and begins with it",
        holds: |prepared| !prepared.purpose.is_icao() || has_usage_period(prepared),
    },
    Rule {
        number: 42,
        clause: "Doc 9303-12 §7.1.1.2",
        asks: "issuerAltName equals subjectAltName; both have a contact and L=MNG",
        holds: |prepared| {
            if !prepared.purpose.is_icao() {
                return true;
            }
            let subject = find(prepared, oid::SUBJECT_ALT_NAME).map(|extension| &extension.extn_value);
            let issuer = find(prepared, oid::ISSUER_ALT_NAME).map(|extension| &extension.extn_value);
            subject == issuer
                && decode::<GeneralNames>(prepared, oid::SUBJECT_ALT_NAME)
                    .is_some_and(|names| has_contact_and_state(&names))
        },
    },
    Rule {
        number: 43,
        clause: "Doc 9303-12 §7.1.1.6",
        asks: "a Document Signer lists document codes of one or two capital letters, none else does",
        holds: |prepared| match prepared.purpose {
            Purpose::DocumentSigner => document_codes(prepared).is_some_and(|codes| {
                !codes.is_empty()
                    && codes.iter().all(|code| {
                        (1..=2).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase())
                    })
            }),
            Purpose::Root
            | Purpose::Issuing
            | Purpose::Csca
            | Purpose::CscaLink
            | Purpose::Authentication
            | Purpose::Signature
            | Purpose::MasterListSigner
            | Purpose::OcspResponder
            | Purpose::CredentialSigner
            | Purpose::StatusListSigner
            | Purpose::TlsServer
            | Purpose::TlsClient => find(prepared, oid::DOCUMENT_TYPE_LIST).is_none(),
        },
    },
    Rule {
        number: 44,
        clause: "Doc 9303-12 §4.1.6.2",
        asks: "a Document Signer's key signs for at most three months, a CSCA's for at most five years",
        holds: |prepared| {
            let days = usage_days(prepared);
            match prepared.purpose {
                Purpose::DocumentSigner => days.is_some_and(|days| days <= 92),
                Purpose::Csca | Purpose::CscaLink => days.is_some_and(|days| days <= 5 * 365 + 2),
                Purpose::Root
                | Purpose::Issuing
                | Purpose::Authentication
                | Purpose::Signature
                | Purpose::MasterListSigner
                | Purpose::OcspResponder
                | Purpose::CredentialSigner
                | Purpose::StatusListSigner
                | Purpose::TlsServer
                | Purpose::TlsClient => true,
            }
        },
    },
    Rule {
        number: 45,
        clause: "Doc 9303-12 §7.1.1.5",
        asks: "a link certificate keeps the name or has nameChange, which is not critical and NULL; no other has it",
        holds: |prepared| match find(prepared, oid::NAME_CHANGE) {
            None => prepared.purpose != Purpose::CscaLink || prepared.tbs.issuer == prepared.tbs.subject,
            Some(extension) => {
                prepared.purpose == Purpose::CscaLink
                    && prepared.tbs.issuer != prepared.tbs.subject
                    && !extension.critical
                    && extension.extn_value.as_bytes() == [0x05, 0x00]
            }
        },
    },
    Rule {
        number: 46,
        clause: "Doc 9303-12 §4.1.6.2",
        asks: "a certificate begins while its issuer's key signs",
        holds: |prepared| {
            let begins = Validity::from_x509(&prepared.tbs.validity).not_before();
            prepared.issuer.usage.is_none_or(|usage| usage.contains(begins))
        },
    },
    Rule {
        number: 47,
        clause: "Doc 9303-12 §7.1, table 6",
        asks: "a link certificate certifies another key than the one that signs it",
        holds: |prepared| {
            prepared.purpose != Purpose::CscaLink
                || PublicKey::from_spki(&prepared.tbs.key).is_ok_and(|(key, _)| key != prepared.issuer.key)
        },
    },
];

fn usage_period(prepared: &Prepared) -> Option<Validity> {
    let period = decode::<PrivateKeyUsagePeriod>(prepared, oid::PRIVATE_KEY_USAGE_PERIOD)?;
    Validity::new(from_generalized(&period.not_before?), from_generalized(&period.not_after?)).ok()
}

fn usage_days(prepared: &Prepared) -> Option<i64> {
    usage_period(prepared).map(|usage| (usage.not_after() - usage.not_before()).num_days())
}

fn has_usage_period(prepared: &Prepared) -> bool {
    let validity = Validity::from_x509(&prepared.tbs.validity);
    usage_period(prepared)
        .is_some_and(|usage| validity.covers(&usage) && usage.not_before() == validity.not_before())
}

fn has_contact_and_state(names: &GeneralNames) -> bool {
    let contact = names
        .iter()
        .any(|name| matches!(name, GeneralName::Rfc822Name(_) | GeneralName::UniformResourceIdentifier(_)));
    let state = names.iter().any(|name| {
        matches!(name, GeneralName::DirectoryName(name)
            if attribute(name, oid::LOCALITY).as_deref() == Some("MNG"))
    });
    contact && state
}

fn document_codes(prepared: &Prepared) -> Option<Vec<String>> {
    let extension = find(prepared, oid::DOCUMENT_TYPE_LIST)?;
    let mut reader = SliceReader::new(extension.extn_value.as_bytes()).ok()?;
    let codes = reader
        .sequence(|reader| {
            u8::decode(reader)?;
            SetOfVec::<PrintableString>::decode(reader)
        })
        .ok()?;
    Some(codes.iter().map(|code| code.as_str().to_owned()).collect())
}
