use der::asn1::{OctetString, Uint};
use x509_cert::ext::pkix::KeyUsages;

use super::*;
use crate::authority::CertificationAuthority;
use crate::name::NameBuilder;
use crate::oid;
use crate::prepared::{Issuer, prepare};
use crate::profile::{Profile, Purpose};
use crate::public_key::CurveForm;
use crate::signer::Algorithm;
use crate::validity::Validity;
use crate::{extension, sample};

/// One certificate of every purpose, each without a finding.
fn good(purpose: Purpose) -> Prepared {
    let under = |profile: Profile, issuer: &CertificationAuthority, years: i64| {
        let issuer = Issuer::Authority(issuer.certificate());
        prepare(&profile, &sample::serial(40), &sample::years(years), issuer).unwrap()
    };
    match purpose {
        Purpose::Root => sample::prepare_root(10),
        Purpose::Issuing => sample::prepare_issuing(&sample::eid_root()),
        Purpose::Csca => prepare(
            &sample::csca_profile(Algorithm::EcdsaP384Sha384, 20),
            &sample::serial(4),
            &sample::years(14),
            Issuer::Itself,
        )
        .unwrap(),
        Purpose::CscaLink => under(sample::link_profile(Algorithm::EcdsaP384Sha384, 22), &sample::csca(), 13),
        Purpose::DocumentSigner => {
            under(sample::document_signer_profile(Algorithm::EcdsaP256Sha256, 21), &sample::csca(), 11)
        }
        Purpose::MasterListSigner => {
            under(sample::master_list_signer_profile(Algorithm::EcdsaP256Sha256), &sample::csca(), 3)
        }
        Purpose::Authentication => under(sample::authentication_profile(), &sample::eid_issuing(), 5),
        Purpose::Signature => under(sample::signature_profile(), &sample::eid_issuing(), 5),
        Purpose::OcspResponder => {
            let issuer = sample::eid_issuing();
            let issuer = Issuer::Authority(issuer.certificate());
            prepare(&sample::responder_profile(), &sample::serial(40), &sample::month(), issuer).unwrap()
        }
        Purpose::CredentialSigner => under(sample::credential_signer_profile(), &sample::eid_issuing(), 6),
        Purpose::StatusListSigner => under(sample::status_list_signer_profile(), &sample::eid_issuing(), 1),
        Purpose::TlsServer => under(sample::tls_server_profile(), &sample::eid_root(), 1),
        Purpose::TlsClient => under(sample::tls_client_profile(), &sample::eid_root(), 1),
    }
}

const PURPOSES: [Purpose; 13] = [
    Purpose::Root,
    Purpose::Issuing,
    Purpose::Csca,
    Purpose::CscaLink,
    Purpose::DocumentSigner,
    Purpose::MasterListSigner,
    Purpose::Authentication,
    Purpose::Signature,
    Purpose::OcspResponder,
    Purpose::CredentialSigner,
    Purpose::StatusListSigner,
    Purpose::TlsServer,
    Purpose::TlsClient,
];

fn replace(prepared: &mut Prepared, extension: Extension) {
    let place = prepared.tbs.extensions.iter_mut().find(|one| one.extn_id == extension.extn_id).unwrap();
    *place = extension;
}

fn remove(prepared: &mut Prepared, oid: ObjectIdentifier) {
    prepared.tbs.extensions.retain(|extension| extension.extn_id != oid);
}

/// A rule, the purpose of its sample, and the change that makes a good sample bad.
type Bad = (u16, Purpose, fn(&mut Prepared));

const BAD: &[Bad] = &[
    (1, Purpose::Root, |p| p.tbs.version = 1),
    (2, Purpose::Authentication, |p| p.tbs.serial = Uint::new(&[5]).unwrap()),
    (3, Purpose::Authentication, |p| p.tbs.signature = Algorithm::EcdsaP256Sha256.identifier()),
    (4, Purpose::Authentication, |p| p.tbs.issuer = p.tbs.subject.clone()),
    (5, Purpose::Root, |p| {
        p.tbs.validity = x509_cert::time::Validity::new(p.tbs.validity.not_after, p.tbs.validity.not_before);
    }),
    (6, Purpose::Issuing, |p| p.tbs.validity = sample::years(21).to_x509().unwrap()),
    (7, Purpose::Root, |p| p.tbs.extensions.push(p.tbs.extensions[0].clone())),
    (8, Purpose::Root, |p| {
        p.tbs.extensions.push(extension::authority_info_access("http://example.mn", None).unwrap())
    }),
    (9, Purpose::Authentication, |p| replace(p, extension::authority_key_identifier(&[1; 20]).unwrap())),
    (10, Purpose::Authentication, |p| replace(p, extension::subject_key_identifier(&[1; 20]).unwrap())),
    (11, Purpose::Authentication, |p| {
        let policies = p.tbs.extensions.iter_mut().find(|one| one.extn_id == oid::CERTIFICATE_POLICIES);
        policies.unwrap().critical = true;
    }),
    (12, Purpose::Root, |p| {
        let begins = crate::validity::to_generalized(sample::now()).unwrap();
        p.tbs.validity.not_before = x509_cert::time::Time::GeneralTime(begins);
    }),
    (20, Purpose::TlsClient, |p| {
        p.tbs.subject = NameBuilder::new().text(oid::COMMON_NAME, "Agency").unwrap().build().unwrap();
    }),
    (21, Purpose::TlsClient, |p| p.tbs.subject = NameBuilder::new().country().unwrap().build().unwrap()),
    (22, Purpose::TlsClient, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::COMMON_NAME, "Agency").unwrap();
        p.tbs.subject = name.text(oid::ORGANISATION, "").unwrap().build().unwrap();
    }),
    (23, Purpose::Issuing, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::ORGANISATION, "Registry").unwrap();
        p.tbs.subject = name.text(oid::COMMON_NAME, "Issuing").unwrap().build().unwrap();
    }),
    (24, Purpose::Issuing, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::ORGANISATION, "TEST R").unwrap();
        let name = name.text(oid::ORGANISATION_IDENTIFIER, "9000000").unwrap();
        p.tbs.subject = name.text(oid::COMMON_NAME, "TEST I").unwrap().build().unwrap();
    }),
    (25, Purpose::TlsClient, |p| {
        let name = NameBuilder::new().printable(oid::COUNTRY, "RU").unwrap();
        p.tbs.subject = name.text(oid::COMMON_NAME, "Agency").unwrap().build().unwrap();
    }),
    (26, Purpose::TlsClient, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::ORGANISATION, &"О".repeat(65)).unwrap();
        p.tbs.subject = name.text(oid::COMMON_NAME, "Agency").unwrap().build().unwrap();
    }),
    (30, Purpose::Authentication, |p| {
        replace(p, extension::key_usage(KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment).unwrap());
    }),
    (31, Purpose::Issuing, |p| replace(p, extension::basic_constraints(None).unwrap())),
    (32, Purpose::Authentication, |p| {
        replace(p, extension::extended_key_usage(&[oid::SERVER_AUTH]).unwrap());
    }),
    (33, Purpose::Root, |p| {
        p.tbs.key = sample::key(Algorithm::EcdsaP256Sha256, 1).to_spki(CurveForm::Named).unwrap();
    }),
    (34, Purpose::Signature, |p| {
        replace(p, extension::crl_distribution_points(&["file:///list.crl".to_owned()]).unwrap());
    }),
    (35, Purpose::TlsClient, |p| {
        replace(p, extension::subject_alt_name(&vec![extension::uri("urn:other:agency").unwrap()]).unwrap());
    }),
    (36, Purpose::Authentication, |p| p.issuer.is_authority = false),
    (37, Purpose::OcspResponder, |p| p.tbs.validity = sample::years(1).to_x509().unwrap()),
    (38, Purpose::Authentication, |p| {
        replace(p, extension::authority_info_access("ldap://example.mn", None).unwrap());
    }),
    (39, Purpose::TlsServer, |p| p.tbs.validity = sample::years(3).to_x509().unwrap()),
    (40, Purpose::DocumentSigner, |p| {
        p.tbs.key = sample::key(Algorithm::EcdsaP256Sha256, 21).to_spki(CurveForm::Named).unwrap();
    }),
    (41, Purpose::Csca, |p| remove(p, oid::PRIVATE_KEY_USAGE_PERIOD)),
    (42, Purpose::Csca, |p| {
        let [_, mut other] = extension::icao_alternative_names("other@example.mn").unwrap();
        other.extn_id = oid::ISSUER_ALT_NAME;
        replace(p, other);
    }),
    (43, Purpose::DocumentSigner, |p| replace(p, extension::document_types(&["id1"]).unwrap())),
    (44, Purpose::DocumentSigner, |p| {
        replace(p, extension::private_key_usage_period(&sample::years(1)).unwrap());
    }),
    (45, Purpose::CscaLink, |p| p.tbs.extensions.push(extension::name_change().unwrap())),
    (46, Purpose::DocumentSigner, |p| {
        let earlier = sample::now() - chrono::Duration::days(30);
        p.issuer.usage = Some(Validity::new(earlier, sample::now() - chrono::Duration::seconds(1)).unwrap());
    }),
    (47, Purpose::CscaLink, |p| p.tbs.key = p.issuer.key.to_spki(CurveForm::Explicit).unwrap()),
    (50, Purpose::Signature, |p| {
        replace(p, extension::certificate_policies(&[oid::POLICY_QCP_N_QSCD]).unwrap());
    }),
    (51, Purpose::Signature, |p| {
        let statement = extension::QcStatement::plain(oid::QC_COMPLIANCE);
        replace(p, extension::qc_statements(&vec![statement]).unwrap());
    }),
    (52, Purpose::Authentication, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::COMMON_NAME, "Nomin").unwrap();
        p.tbs.subject = name.printable(oid::SERIAL_NUMBER, "OP:MN-1").unwrap().build().unwrap();
    }),
    (53, Purpose::Authentication, |p| {
        let name = NameBuilder::new().country().unwrap().text(oid::COMMON_NAME, "Nomin").unwrap();
        p.tbs.subject = name.printable(oid::SERIAL_NUMBER, "PNO-1").unwrap().build().unwrap();
    }),
    (54, Purpose::Authentication, |p| p.limit = Some(sample::now())),
    (55, Purpose::Signature, |p| {
        let url = "http://pki.example.mn/pds-en.pdf".to_owned();
        let statement = extension::DisclosureStatement { url, language: "en".to_owned() };
        let statement = extension::QcStatement::disclosure(&[statement]).unwrap();
        replace(p, extension::qc_statements(&vec![statement]).unwrap());
    }),
    (56, Purpose::Signature, |p| {
        let statement = extension::QcStatement::legislation("DE").unwrap();
        replace(p, extension::qc_statements(&vec![statement]).unwrap());
    }),
    (57, Purpose::Authentication, |p| p.tbs.validity = sample::years(6).to_x509().unwrap()),
    (58, Purpose::Authentication, |p| {
        let statement = extension::QcStatement::natural_semantics(None).unwrap();
        replace(p, extension::qc_statements(&vec![statement]).unwrap());
    }),
    (60, Purpose::DocumentSigner, |p| {
        // 2³⁰⁷² − 1: odd, of the right size, and divisible by 3.
        let modulus = [&[0x00][..], &[0xff; 384]].concat();
        let integer = |octets: &[u8]| crate::tlv::write(0x02, octets);
        let bits = crate::tlv::wrap(0x30, &[integer(&modulus), integer(&[1, 0, 1])]);
        p.tbs.key = sample::key(Algorithm::RsaPss3072Sha256, 1).to_spki(CurveForm::Named).unwrap();
        p.tbs.key.subject_public_key = der::asn1::BitString::from_bytes(&bits).unwrap();
    }),
    (61, Purpose::Issuing, |p| p.tbs.key = p.issuer.key.to_spki(CurveForm::Named).unwrap()),
    (69, Purpose::Root, |p| p.tbs.signature = Algorithm::EcdsaP256Sha256.identifier()),
    (130, Purpose::CredentialSigner, |p| {
        let names = vec![extension::uri("http://pid.example.mn").unwrap()];
        replace(p, extension::subject_alt_name(&names).unwrap());
    }),
    (131, Purpose::CredentialSigner, |p| p.tbs.validity = sample::years(7).to_x509().unwrap()),
];

#[test]
fn an_issuer_of_credentials_is_a_whole_url() {
    for uri in ["https://", "https://pid example.mn", "pid.example.mn"] {
        let mut prepared = good(Purpose::CredentialSigner);
        replace(&mut prepared, extension::subject_alt_name(&vec![extension::uri(uri).unwrap()]).unwrap());
        let found: Vec<u16> = findings(&prepared).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(&130), "{uri:?}: {found:?}");
    }
}

#[test]
fn every_rule_accepts_what_the_profiles_make() {
    for purpose in PURPOSES {
        assert_eq!(findings(&good(purpose)), vec![], "{purpose:?}");
    }
}

#[test]
fn the_icao_branch_may_be_of_rsa() {
    let csca = sample::csca_profile(Algorithm::RsaPss4096Sha256, 20);
    let csca = prepare(&csca, &sample::serial(4), &sample::years(14), Issuer::Itself).unwrap();
    assert_eq!(findings(&csca), vec![]);
    let authority = sample::csca_of(Algorithm::RsaPss4096Sha256, 20);
    let signer = sample::document_signer_profile(Algorithm::RsaPss3072Sha256, 21);
    let issuer = Issuer::Authority(authority.certificate());
    let mut signer = prepare(&signer, &sample::serial(5), &sample::years(11), issuer).unwrap();
    assert_eq!(findings(&signer), vec![]);
    signer.tbs.signature.parameters = None;
    assert_eq!(findings(&signer).iter().map(|finding| finding.rule).collect::<Vec<_>>(), [3]);
}

#[test]
fn only_a_master_list_signer_has_a_critical_purpose() {
    let mut prepared = good(Purpose::MasterListSigner);
    replace(&mut prepared, extension::extended_key_usage(&[oid::MASTER_LIST_SIGNING]).unwrap());
    assert_eq!(findings(&prepared.laid_out_anew()).iter().map(|one| one.rule).collect::<Vec<_>>(), [32]);
    let mut prepared = good(Purpose::OcspResponder);
    replace(&mut prepared, extension::only_key_usage(oid::OCSP_SIGNING).unwrap());
    assert_eq!(findings(&prepared.laid_out_anew()).iter().map(|one| one.rule).collect::<Vec<_>>(), [11, 32]);
}

#[test]
fn every_rule_refuses_its_bad_sample() {
    for (number, purpose, spoil) in BAD {
        let mut prepared = good(*purpose);
        spoil(&mut prepared);
        let prepared = prepared.laid_out_anew();
        let found: Vec<u16> = findings(&prepared).iter().map(|finding| finding.rule).collect();
        assert!(found.contains(number), "rule {number} did not object; these did: {found:?}");
    }
}

#[test]
fn every_rule_has_a_bad_sample_and_a_number_of_its_own() {
    let certificates = certificate_rules().flatten().map(|rule| rule.number);
    assert!(certificates.eq(BAD.iter().map(|(number, ..)| *number)));
    let numbers: Vec<u16> = rules().map(|rule| rule.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b));
}

#[test]
fn what_has_a_finding_cannot_be_signed() {
    let mut prepared = good(Purpose::Authentication);
    let extension = Extension {
        extn_id: oid::CRL_NUMBER,
        critical: false,
        extn_value: OctetString::new([5, 0]).unwrap(),
    };
    prepared.tbs.extensions.push(extension);
    let found = prepared.lint().unwrap_err();
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [8]);
    assert!(found[0].to_string().starts_with("rule 8 (the profile): "));
}
