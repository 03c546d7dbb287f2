//! Rules about what a key may be used for.

use der::asn1::ObjectIdentifier;
use der::flagset::FlagSet;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, GeneralNames};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages,
};

use super::{Rule, decode, find};
use crate::oid;
use crate::prepared::Prepared;
use crate::profile::{ClientIdentity, Purpose};
use crate::public_key::PublicKey;
use crate::validity::Validity;

pub(super) const RULES: &[Rule<Prepared>] = &[
    Rule {
        number: 30,
        clause: "RFC 5280 §4.2.1.3, Doc 9303-12 §7.1, ETSI EN 319 412-2 §4.3.2",
        asks: "keyUsage is critical and exactly that of the purpose",
        holds: |prepared| {
            is_critical(prepared, oid::KEY_USAGE) == Some(true)
                && decode::<KeyUsage>(prepared, oid::KEY_USAGE)
                    .is_some_and(|usage| usage.0 == key_usage(prepared.purpose))
        },
    },
    Rule {
        number: 31,
        clause: "RFC 5280 §4.2.1.9, Doc 9303-12 §7.1",
        asks: "basicConstraints is critical in authorities, with path length 0 below a root and in a CSCA, and absent else",
        holds: |prepared| match prepared.purpose {
            Purpose::Root => is_authority_with(prepared, None),
            Purpose::Issuing | Purpose::Csca | Purpose::CscaLink => is_authority_with(prepared, Some(0)),
            Purpose::DocumentSigner
            | Purpose::Authentication
            | Purpose::Signature
            | Purpose::MasterListSigner
            | Purpose::OcspResponder
            | Purpose::CredentialSigner
            | Purpose::StatusListSigner
            | Purpose::TlsServer
            | Purpose::TlsClient => find(prepared, oid::BASIC_CONSTRAINTS).is_none(),
        },
    },
    Rule {
        number: 32,
        clause: "RFC 5280 §4.2.1.12, ETSI EN 319 412-2 §4.3.10",
        asks: "extKeyUsage is exactly that of the purpose, or absent; critical in a Master List Signer alone",
        holds: |prepared| match extended_key_usage(prepared.purpose) {
            None => find(prepared, oid::EXTENDED_KEY_USAGE).is_none(),
            Some(expected) => {
                is_critical(prepared, oid::EXTENDED_KEY_USAGE)
                    == Some(prepared.purpose == Purpose::MasterListSigner)
                    && decode::<ExtendedKeyUsage>(prepared, oid::EXTENDED_KEY_USAGE)
                        .is_some_and(|usage| usage.0 == [expected])
            }
        },
    },
    Rule {
        number: 33,
        clause: "Doc 9303-12 §4.1.6, SP 800-78-5 §3.1",
        asks: "the key is of an algorithm whose row allows the purpose",
        holds: |prepared| {
            PublicKey::from_spki(&prepared.tbs.key)
                .is_ok_and(|(key, _)| key.algorithm().row().purposes.contains(&prepared.purpose))
        },
    },
    Rule {
        number: 34,
        clause: "RFC 5280 §4.2.1.13, Doc 9303-12 §7.1.1.4, ETSI EN 319 412-2 §4.3.11",
        asks: "cRLDistributionPoints has one point of http or https URLs, also where it is optional",
        holds: |prepared| {
            let required = match prepared.purpose {
                Purpose::Issuing
                | Purpose::Csca
                | Purpose::CscaLink
                | Purpose::DocumentSigner
                | Purpose::MasterListSigner
                | Purpose::Authentication
                | Purpose::Signature
                | Purpose::CredentialSigner
                | Purpose::StatusListSigner => true,
                Purpose::Root | Purpose::OcspResponder | Purpose::TlsServer | Purpose::TlsClient => false,
            };
            match find(prepared, oid::CRL_DISTRIBUTION_POINTS) {
                None => !required,
                Some(_) => decode::<CrlDistributionPoints>(prepared, oid::CRL_DISTRIBUTION_POINTS)
                    .is_some_and(|points| has_web_urls(&points)),
            }
        },
    },
    Rule {
        number: 35,
        clause: "RFC 9525 §3; docs: client identities",
        asks: "a TLS server names its hosts, a TLS client names exactly one urn:burtgel identity",
        holds: |prepared| {
            let names = decode::<GeneralNames>(prepared, oid::SUBJECT_ALT_NAME);
            match prepared.purpose {
                Purpose::TlsServer => names.is_some_and(|names| {
                    !names.is_empty()
                        && names
                            .iter()
                            .all(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)))
                }),
                Purpose::TlsClient => names.is_some_and(|names| {
                    matches!(names.as_slice(), [GeneralName::UniformResourceIdentifier(uri)]
                        if uri.as_str().parse::<ClientIdentity>().is_ok())
                }),
                Purpose::Root
                | Purpose::Issuing
                | Purpose::Csca
                | Purpose::CscaLink
                | Purpose::DocumentSigner
                | Purpose::Authentication
                | Purpose::Signature
                | Purpose::MasterListSigner
                | Purpose::OcspResponder
                | Purpose::CredentialSigner
                | Purpose::StatusListSigner => true,
            }
        },
    },
    Rule {
        number: 36,
        clause: "RFC 5280 §4.2.1.9, §4.2.1.3",
        asks: "the issuer is an authority: basicConstraints and keyUsage let it issue",
        holds: |prepared| prepared.issuer.is_authority,
    },
    Rule {
        number: 37,
        clause: "RFC 6960 §4.2.2.2.1",
        asks: "a responder has id-pkix-ocsp-nocheck, NULL, and lives for a month at most; no other has it",
        holds: |prepared| match find(prepared, oid::OCSP_NO_CHECK) {
            None => prepared.purpose != Purpose::OcspResponder,
            Some(one) => {
                prepared.purpose == Purpose::OcspResponder
                    && one.extn_value.as_bytes() == [0x05, 0x00]
                    && days(prepared) <= 31
            }
        },
    },
    Rule {
        number: 38,
        clause: "RFC 5280 §4.2.2.1, ETSI EN 319 412-2 §4.4.1",
        asks: "authorityInfoAccess says where the issuer's certificate stands, by http or https, as do a holder's and an issuing authority's",
        holds: |prepared| match find(prepared, oid::AUTHORITY_INFO_ACCESS) {
            None => !(prepared.purpose.is_of_a_holder() || prepared.purpose == Purpose::Issuing),
            Some(_) => decode::<AuthorityInfoAccessSyntax>(prepared, oid::AUTHORITY_INFO_ACCESS)
                .is_some_and(|access| is_access_by_web(&access)),
        },
    },
    Rule {
        number: 39,
        clause: "RFC 9525; docs: partners renew every year",
        asks: "a TLS certificate lives for 825 days at most",
        holds: |prepared| match prepared.purpose {
            Purpose::TlsServer | Purpose::TlsClient => days(prepared) <= 825,
            Purpose::Root
            | Purpose::Issuing
            | Purpose::Csca
            | Purpose::CscaLink
            | Purpose::DocumentSigner
            | Purpose::Authentication
            | Purpose::Signature
            | Purpose::MasterListSigner
            | Purpose::OcspResponder
            | Purpose::CredentialSigner
            | Purpose::StatusListSigner => true,
        },
    },
];

fn days(prepared: &Prepared) -> i64 {
    let validity = Validity::from_x509(&prepared.tbs.validity);
    (validity.not_after() - validity.not_before()).num_days()
}

/// Only OCSP and caIssuers, each at most once, and caIssuers present.
fn is_access_by_web(access: &AuthorityInfoAccessSyntax) -> bool {
    let methods: Vec<ObjectIdentifier> = access.0.iter().map(|one| one.access_method).collect();
    let known = methods == [oid::CA_ISSUERS] || methods == [oid::OCSP, oid::CA_ISSUERS];
    known && access.0.iter().all(|one| is_web_url(&one.access_location))
}

fn is_web_url(name: &GeneralName) -> bool {
    matches!(name, GeneralName::UniformResourceIdentifier(uri)
        if uri.as_str().starts_with("http://") || uri.as_str().starts_with("https://"))
}

fn is_critical(prepared: &Prepared, oid: ObjectIdentifier) -> Option<bool> {
    find(prepared, oid).map(|extension| extension.critical)
}

fn is_authority_with(prepared: &Prepared, path_length: Option<u8>) -> bool {
    is_critical(prepared, oid::BASIC_CONSTRAINTS) == Some(true)
        && decode::<BasicConstraints>(prepared, oid::BASIC_CONSTRAINTS)
            .is_some_and(|value| value.ca && value.path_len_constraint == path_length)
}

fn key_usage(purpose: Purpose) -> FlagSet<KeyUsages> {
    match purpose {
        Purpose::Root | Purpose::Issuing | Purpose::Csca | Purpose::CscaLink => {
            KeyUsages::KeyCertSign | KeyUsages::CRLSign
        }
        Purpose::DocumentSigner
        | Purpose::Authentication
        | Purpose::MasterListSigner
        | Purpose::OcspResponder
        | Purpose::CredentialSigner
        | Purpose::StatusListSigner
        | Purpose::TlsServer
        | Purpose::TlsClient => KeyUsages::DigitalSignature.into(),
        Purpose::Signature => KeyUsages::NonRepudiation.into(),
    }
}

fn extended_key_usage(purpose: Purpose) -> Option<ObjectIdentifier> {
    match purpose {
        Purpose::Authentication | Purpose::TlsClient => Some(oid::CLIENT_AUTH),
        Purpose::TlsServer => Some(oid::SERVER_AUTH),
        Purpose::OcspResponder => Some(oid::OCSP_SIGNING),
        Purpose::CredentialSigner => Some(oid::EXAMPLE_CREDENTIAL_SIGNING),
        Purpose::StatusListSigner => Some(oid::EXAMPLE_STATUS_LIST_SIGNING),
        Purpose::MasterListSigner => Some(oid::MASTER_LIST_SIGNING),
        Purpose::Root
        | Purpose::Issuing
        | Purpose::Csca
        | Purpose::CscaLink
        | Purpose::DocumentSigner
        | Purpose::Signature => None,
    }
}

fn has_web_urls(points: &CrlDistributionPoints) -> bool {
    let [point] = points.0.as_slice() else { return false };
    let Some(DistributionPointName::FullName(names)) = &point.distribution_point else { return false };
    !names.is_empty() && names.iter().all(is_web_url)
}
