//! Rules of the eID branch (ETSI EN 319 412-1, -2 and -5).

use der::asn1::{Any, Ia5String, ObjectIdentifier, PrintableString};
use der::{Decode, SliceReader};
use x509_cert::ext::pkix::CertificatePolicies;
use x509_cert::ext::pkix::name::GeneralName;

use super::{Rule, decode, find};
use crate::name::{COUNTRY, attribute};
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::Purpose;
use crate::validity::Validity;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 50,
        clause: "ETSI EN 319 412-2 §4.3.3",
        asks: "a holder's certificate carries its own policy and NCP+ (authentication) or QCP-n-qscd (signature)",
        holds: |prepared| {
            let expected = match prepared.purpose {
                Purpose::Authentication => [oid::EXAMPLE_POLICY_AUTHENTICATION, oid::POLICY_NCP_PLUS],
                Purpose::Signature => [oid::EXAMPLE_POLICY_SIGNATURE, oid::POLICY_QCP_N_QSCD],
                Purpose::Root
                | Purpose::Issuing
                | Purpose::Csca
                | Purpose::CscaLink
                | Purpose::DocumentSigner
                | Purpose::MasterListSigner
                | Purpose::OcspResponder
                | Purpose::CredentialSigner
                | Purpose::StatusListSigner
                | Purpose::TlsServer
                | Purpose::TlsClient => return true,
            };
            decode::<CertificatePolicies>(prepared, oid::CERTIFICATE_POLICIES)
                .is_some_and(|policies| policies.0.iter().map(|policy| policy.policy_identifier).eq(expected))
        },
    },
    Rule {
        number: 51,
        clause: "ETSI EN 319 412-5 §4.2, §4.3; EN 319 412-1 §5.1.3",
        asks: "a signature certificate has all five statements and the semantics, an authentication certificate the semantics only",
        holds: |prepared| match prepared.purpose {
            Purpose::Authentication => statements(prepared) == [oid::QC_SYNTAX_V2],
            Purpose::Signature => {
                let stated = statements(prepared);
                let expected = [
                    oid::QC_COMPLIANCE,
                    oid::QC_SSCD,
                    oid::QC_TYPE,
                    oid::QC_PDS,
                    oid::QC_CC_LEGISLATION,
                    oid::QC_SYNTAX_V2,
                ];
                stated.len() == expected.len() && expected.iter().all(|oid| stated.contains(oid))
            }
            Purpose::Root
            | Purpose::Issuing
            | Purpose::Csca
            | Purpose::CscaLink
            | Purpose::DocumentSigner
            | Purpose::MasterListSigner
            | Purpose::OcspResponder
            | Purpose::CredentialSigner
            | Purpose::StatusListSigner
            | Purpose::TlsServer
            | Purpose::TlsClient => find(prepared, oid::QC_STATEMENTS).is_none(),
        },
    },
    Rule {
        number: 52,
        clause: "ETSI EN 319 412-2 §4.2.4",
        asks: "a holder's subject has surname, given name and serialNumber",
        holds: |prepared| {
            let has = |oid| attribute(&prepared.tbs.subject, oid).is_some_and(|text| !text.trim().is_empty());
            !prepared.purpose.is_of_a_holder()
                || (has(oid::SURNAME) && has(oid::GIVEN_NAME) && has(oid::SERIAL_NUMBER))
        },
    },
    Rule {
        number: 53,
        clause: "ETSI EN 319 412-1 §5.1.3",
        asks: "a holder's serialNumber reads OP:MN-… or PNOMN-…, at most 64 characters",
        holds: |prepared| {
            !prepared.purpose.is_of_a_holder()
                || attribute(&prepared.tbs.subject, oid::SERIAL_NUMBER).is_some_and(|serial| {
                    let number = serial.strip_prefix("OP:MN-").or_else(|| serial.strip_prefix("PNOMN-"));
                    serial.len() <= 64
                        && number.is_some_and(|number| {
                            !number.is_empty()
                                && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                        })
                })
        },
    },
    Rule {
        number: 54,
        clause: "docs: a card's certificates",
        asks: "a holder's certificate does not outlive the card",
        holds: |prepared| {
            prepared
                .limit
                .is_none_or(|limit| Validity::from_x509(&prepared.tbs.validity).not_after() <= limit)
        },
    },
    Rule {
        number: 55,
        clause: "ETSI EN 319 412-5 §4.3.4",
        asks: "the disclosure statements have https URLs, and one is in English",
        holds: |prepared| match information(prepared, oid::QC_PDS) {
            None => prepared.purpose != Purpose::Signature,
            Some(locations) => has_disclosure(&locations),
        },
    },
    Rule {
        number: 56,
        clause: "ETSI EN 319 412-5 §4.2.3, §4.2.4",
        asks: "a signature certificate is for electronic signatures under the law of MN",
        holds: |prepared| {
            let types = information(prepared, oid::QC_TYPE);
            let countries = information(prepared, oid::QC_CC_LEGISLATION);
            prepared.purpose != Purpose::Signature
                || (types.and_then(|value| value.decode_as::<Vec<ObjectIdentifier>>().ok())
                    == Some(vec![oid::QC_TYPE_ESIGN])
                    && countries
                        .and_then(|value| value.decode_as::<Vec<PrintableString>>().ok())
                        .is_some_and(|found| found.iter().map(|one| one.as_str()).eq([COUNTRY])))
        },
    },
    Rule {
        number: 57,
        clause: "docs: a card's certificates",
        asks: "a holder's certificate lives for five years at most",
        holds: |prepared| {
            let validity = Validity::from_x509(&prepared.tbs.validity);
            let days = (validity.not_after() - validity.not_before()).num_days();
            !prepared.purpose.is_of_a_holder() || days <= 5 * 365 + 2
        },
    },
    Rule {
        number: 58,
        clause: "ETSI EN 319 412-1 §5.1.3",
        asks: "a serialNumber of our own scheme names, by a URI, who gives the numbers out",
        holds: |prepared| {
            let own = attribute(&prepared.tbs.subject, oid::SERIAL_NUMBER)
                .is_some_and(|serial| serial.starts_with("OP:"));
            !(prepared.purpose.is_of_a_holder() && own)
                || information(prepared, oid::QC_SYNTAX_V2).is_some_and(|value| names_authority(&value))
        },
    },
];

/// The information in a statement, when it has any.
fn information(prepared: &Prepared, statement: ObjectIdentifier) -> Option<Any> {
    let sequences: Vec<Any> = decode(prepared, oid::QC_STATEMENTS)?;
    sequences.iter().find_map(|one| {
        let mut reader = SliceReader::new(one.value()).ok()?;
        let found = ObjectIdentifier::decode(&mut reader).ok()?;
        if found == statement { Any::decode(&mut reader).ok() } else { None }
    })
}

/// `SEQUENCE OF SEQUENCE { url, language }`.
fn has_disclosure(locations: &Any) -> bool {
    let Ok(locations) = locations.decode_as::<Vec<Any>>() else { return false };
    let read = |one: &Any| {
        let mut reader = SliceReader::new(one.value()).ok()?;
        let url = Ia5String::decode(&mut reader).ok()?;
        let language = PrintableString::decode(&mut reader).ok()?;
        Some((url.as_str().starts_with("https://"), language.as_str() == "en"))
    };
    let found: Vec<Option<(bool, bool)>> = locations.iter().map(read).collect();
    found.iter().all(|one| one.is_some_and(|(secure, _)| secure))
        && found.iter().flatten().any(|(_, english)| *english)
}

/// `SEQUENCE { semantics, SEQUENCE OF GeneralName }` with a URI.
fn names_authority(semantics: &Any) -> bool {
    let read = || {
        let mut reader = SliceReader::new(semantics.value()).ok()?;
        let _: ObjectIdentifier = Decode::decode(&mut reader).ok()?;
        Vec::<GeneralName>::decode(&mut reader).ok()
    };
    read().is_some_and(|names| {
        names.iter().any(|name| matches!(name, GeneralName::UniformResourceIdentifier(_)))
    })
}

/// The identifiers of the statements, in their order; empty when there are none or they cannot be read.
fn statements(prepared: &Prepared) -> Vec<ObjectIdentifier> {
    let sequences: Vec<Any> = decode(prepared, oid::QC_STATEMENTS).unwrap_or_default();
    sequences
        .iter()
        .filter_map(|statement| {
            let mut reader = SliceReader::new(statement.value()).ok()?;
            ObjectIdentifier::decode(&mut reader).ok()
        })
        .collect()
}
