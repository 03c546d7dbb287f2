//! Authorities, a holder and a portrait for the tests of this crate: keys from fixed seeds, one instant for
//! "now".

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use uuid::Uuid;

use crate::authority::CertificationAuthority;
use crate::card_data::{CardFiles, PreparedCard};
use crate::certificate::Certificate;
use crate::holder::{Holder, Sex};
use crate::lds::dg2::FaceFormat;
use crate::lds::dg12::DocumentDetails;
use crate::lds::dg14::SecurityOptions;
use crate::lds::security_infos::PaceParameter;
use crate::lds::sod::DocumentTrust;
use crate::prepared::{Issuer, Prepared, prepare};
use crate::profile::*;
use crate::public_key::PublicKey;
use crate::revocation::Revocation;
use crate::revocation::crl::{Crl, CrlContent, CrlKind};
use crate::serial::Serial;
use crate::signer::{Algorithm, SoftwareSigner};
use crate::validity::Validity;

pub(crate) mod credential;

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

pub(crate) fn years(count: i64) -> Validity {
    Validity::new(now(), now() + Duration::days(365 * count)).unwrap()
}

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A different key for every seed; of the slow RSA keys only two for each algorithm, one for odd and one for
/// even seeds.
pub(crate) fn signer(algorithm: Algorithm, seed: u8) -> SoftwareSigner {
    static RSA: [[OnceLock<Vec<u8>>; 2]; 2] = [const { [const { OnceLock::new() }; 2] }; 2];
    let drawn = |seed| SoftwareSigner::generate(algorithm, &mut rng(seed)).unwrap();
    let keys = match algorithm {
        Algorithm::Ed25519 | Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384 => return drawn(seed),
        Algorithm::RsaPss3072Sha256 => &RSA[0],
        Algorithm::RsaPss4096Sha256 => &RSA[1],
    };
    let parity = seed % 2;
    let pkcs8 = keys[usize::from(parity)].get_or_init(|| drawn(parity).to_pkcs8_der().unwrap().to_vec());
    SoftwareSigner::from_pkcs8_der(pkcs8).unwrap()
}

pub(crate) fn rsa_3072() -> SoftwareSigner {
    signer(Algorithm::RsaPss3072Sha256, 1)
}

pub(crate) fn key(algorithm: Algorithm, seed: u8) -> PublicKey {
    signer(algorithm, seed).public_key()
}

pub(crate) fn serial(octet: u8) -> Serial {
    Serial::from_random([octet; 20])
}

fn urls(name: &str) -> Vec<String> {
    vec![format!("http://pki.example.mn/{name}.crl")]
}

fn name(common_name: &str) -> AuthorityName {
    AuthorityName::new(Environment::Test, "Burtgel demonstration", Some("NTRMN-9000000"), common_name)
}

fn authority(
    prepared: Prepared,
    issuer: Option<&CertificationAuthority>,
    signer: SoftwareSigner,
) -> CertificationAuthority {
    let linted = prepared.lint().unwrap();
    let issued = match issuer {
        Some(issuer) => linted.sign(issuer),
        None => linted.sign_itself(&signer),
    };
    CertificationAuthority::new(issued.unwrap().into_certificate(), Arc::new(signer)).unwrap()
}

pub(crate) fn prepare_root(seed: u8) -> Prepared {
    let profile = Root { name: name("eID Root"), key: key(Algorithm::EcdsaP384Sha384, seed) };
    prepare(&Profile::Root(profile), &serial(1), &years(20), Issuer::Itself).unwrap()
}

pub(crate) fn eid_root() -> CertificationAuthority {
    authority(prepare_root(10), None, signer(Algorithm::EcdsaP384Sha384, 10))
}

pub(crate) fn issuing_profile() -> Profile {
    Profile::Issuing(Issuing {
        name: name("eID Issuing"),
        key: key(Algorithm::EcdsaP384Sha384, 11),
        policies: HOLDER_POLICIES.to_vec(),
        crl_urls: urls("root"),
        issuer_url: "http://pki.example.mn/root.cer".to_owned(),
    })
}

pub(crate) fn prepare_issuing(root: &CertificationAuthority) -> Prepared {
    prepare(&issuing_profile(), &serial(2), &years(12), Issuer::Authority(root.certificate())).unwrap()
}

pub(crate) fn eid_issuing() -> CertificationAuthority {
    let root = eid_root();
    authority(prepare_issuing(&root), Some(&root), signer(Algorithm::EcdsaP384Sha384, 11))
}

pub(crate) fn subject() -> HolderSubject {
    HolderSubject {
        surname: "Batbold".to_owned(),
        given_name: "Nomin".to_owned(),
        serial: SubjectSerial::Opaque("7f3a9c2e51".to_owned()),
        card_expires_at: now() + Duration::days(365 * 10),
    }
}

pub(crate) fn authentication_profile() -> Profile {
    Profile::Authentication(Authentication {
        subject: subject(),
        key: key(Algorithm::EcdsaP256Sha256, 12),
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://pki.example.mn/ocsp".to_owned()),
    })
}

pub(crate) fn signature_profile() -> Profile {
    Profile::Signature(Signature {
        subject: subject(),
        key: key(Algorithm::EcdsaP256Sha256, 13),
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://pki.example.mn/ocsp".to_owned()),
        disclosure: vec![DisclosureStatement {
            url: "https://pki.example.mn/pds-en.pdf".to_owned(),
            language: "en".to_owned(),
        }],
    })
}

pub(crate) fn prepare_authentication(issuing: &CertificationAuthority) -> Prepared {
    prepare(&authentication_profile(), &serial(3), &years(5), Issuer::Authority(issuing.certificate()))
        .unwrap()
}

pub(crate) fn authentication() -> Certificate {
    let issuing = eid_issuing();
    prepare_authentication(&issuing).lint().unwrap().sign(&issuing).unwrap().into_certificate()
}

pub(crate) fn responder_profile() -> Profile {
    Profile::OcspResponder(OcspResponder {
        name: name("OCSP responder 1"),
        key: key(Algorithm::EcdsaP256Sha256, 14),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
    })
}

pub(crate) fn month() -> Validity {
    Validity::new(now(), now() + Duration::days(30)).unwrap()
}

pub(crate) fn responder_of(issuing: &CertificationAuthority) -> CertificationAuthority {
    let issuer = Issuer::Authority(issuing.certificate());
    let prepared = prepare(&responder_profile(), &serial(7), &month(), issuer).unwrap();
    authority(prepared, Some(issuing), signer(Algorithm::EcdsaP256Sha256, 14))
}

/// The issuer of the credentials in the tests.
pub(crate) const CREDENTIAL_ISSUER: &str = "https://pid.example.mn";

pub(crate) fn credential_signer_profile() -> Profile {
    credential_signer_profile_of(Algorithm::EcdsaP256Sha256)
}

pub(crate) fn credential_signer_profile_of(algorithm: Algorithm) -> Profile {
    Profile::CredentialSigner(CredentialSigner {
        name: name("Credential Signer 1"),
        key: key(algorithm, 15),
        issuer: CREDENTIAL_ISSUER.to_owned(),
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://pki.example.mn/ocsp".to_owned()),
    })
}

pub(crate) fn status_list_signer_profile() -> Profile {
    status_list_signer_profile_of(Algorithm::EcdsaP256Sha256)
}

pub(crate) fn status_list_signer_profile_of(algorithm: Algorithm) -> Profile {
    Profile::StatusListSigner(StatusListSigner {
        name: name("Status List Signer 1"),
        key: key(algorithm, 16),
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://pki.example.mn/ocsp".to_owned()),
    })
}

pub(crate) fn credential_signer_of(
    algorithm: Algorithm,
    issuing: &CertificationAuthority,
) -> CertificationAuthority {
    let issuer = Issuer::Authority(issuing.certificate());
    let profile = credential_signer_profile_of(algorithm);
    let prepared = prepare(&profile, &serial(10), &years(6), issuer).unwrap();
    authority(prepared, Some(issuing), signer(algorithm, 15))
}

pub(crate) fn status_list_signer_of(
    algorithm: Algorithm,
    issuing: &CertificationAuthority,
) -> CertificationAuthority {
    let issuer = Issuer::Authority(issuing.certificate());
    let profile = status_list_signer_profile_of(algorithm);
    let prepared = prepare(&profile, &serial(11), &years(1), issuer).unwrap();
    authority(prepared, Some(issuing), signer(algorithm, 16))
}

pub(crate) fn csca_profile(algorithm: Algorithm, seed: u8) -> Profile {
    Profile::Csca(Csca {
        name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "CSCA"),
        key: key(algorithm, seed),
        usage: years(3),
        contact: "csca@example.mn".to_owned(),
        crl_urls: urls("csca"),
    })
}

pub(crate) fn csca_of(algorithm: Algorithm, seed: u8) -> CertificationAuthority {
    let prepared = prepare(&csca_profile(algorithm, seed), &serial(4), &years(14), Issuer::Itself).unwrap();
    authority(prepared, None, signer(algorithm, seed))
}

pub(crate) fn csca_with(seed: u8) -> CertificationAuthority {
    csca_of(Algorithm::EcdsaP384Sha384, seed)
}

pub(crate) fn csca() -> CertificationAuthority {
    csca_with(20)
}

/// The CSCA of [`csca_of`] with its next key, as a link certificate's profile.
pub(crate) fn link_profile(algorithm: Algorithm, seed: u8) -> Profile {
    let Profile::Csca(next) = csca_profile(algorithm, seed) else { unreachable!("a CSCA's profile") };
    Profile::CscaLink(Box::new(CscaLink { next, changes_name: false }))
}

pub(crate) fn document_signer_profile(algorithm: Algorithm, seed: u8) -> Profile {
    Profile::DocumentSigner(DocumentSigner {
        name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "Document Signer 1"),
        key: key(algorithm, seed),
        usage: Validity::new(now(), now() + Duration::days(90)).unwrap(),
        document_types: vec!["I".to_owned()],
        contact: "csca@example.mn".to_owned(),
        crl_urls: urls("csca"),
    })
}

pub(crate) fn document_signer_with(
    algorithm: Algorithm,
    csca: &CertificationAuthority,
) -> CertificationAuthority {
    let issuer = Issuer::Authority(csca.certificate());
    let prepared = prepare(&document_signer_profile(algorithm, 21), &serial(5), &years(11), issuer).unwrap();
    authority(prepared, Some(csca), signer(algorithm, 21))
}

pub(crate) fn master_list_signer_profile(algorithm: Algorithm) -> Profile {
    Profile::MasterListSigner(MasterListSigner {
        name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "Master List Signer 1"),
        key: key(algorithm, 23),
        usage: years(1),
        contact: "csca@example.mn".to_owned(),
        crl_urls: urls("csca"),
    })
}

pub(crate) fn master_list_signer(
    algorithm: Algorithm,
    csca: &CertificationAuthority,
) -> CertificationAuthority {
    let issuer = Issuer::Authority(csca.certificate());
    let prepared = prepare(&master_list_signer_profile(algorithm), &serial(9), &years(3), issuer).unwrap();
    authority(prepared, Some(csca), signer(algorithm, 23))
}

pub(crate) fn document_signer_of(csca: &CertificationAuthority) -> CertificationAuthority {
    document_signer_with(Algorithm::EcdsaP256Sha256, csca)
}

pub(crate) fn document_signer() -> CertificationAuthority {
    document_signer_of(&csca())
}

pub(crate) fn crl(kind: CrlKind, authority: &CertificationAuthority, revoked: Vec<Revocation>) -> Crl {
    let next_update = now() + Duration::days(30);
    let content = CrlContent { kind, number: 1, this_update: now(), next_update, revoked };
    content.prepare(authority.certificate()).unwrap().sign(authority).unwrap()
}

pub(crate) fn document_trust() -> DocumentTrust {
    let csca = csca();
    DocumentTrust { crls: vec![crl(CrlKind::Csca, &csca, vec![])], cscas: vec![csca.certificate().clone()] }
}

pub(crate) fn tls_client_profile() -> Profile {
    Profile::TlsClient(TlsClient {
        identity: ClientIdentity { role: ClientRole::Agency, id: Uuid::from_bytes([8; 16]) },
        organisation: "Demonstration agency".to_owned(),
        common_name: "Demonstration agency".to_owned(),
        key: key(Algorithm::Ed25519, 30),
        crl_urls: urls("service"),
    })
}

pub(crate) fn tls_server_profile() -> Profile {
    Profile::TlsServer(TlsServer {
        organisation: "Demonstration".to_owned(),
        common_name: "localhost".to_owned(),
        key: key(Algorithm::EcdsaP256Sha256, 31),
        dns_names: vec!["localhost".to_owned()],
        addresses: vec![std::net::Ipv4Addr::LOCALHOST.into()],
        crl_urls: vec![],
    })
}

pub(crate) fn tls_client() -> (Certificate, ClientIdentity) {
    let root = eid_root();
    let prepared =
        prepare(&tls_client_profile(), &serial(6), &years(1), Issuer::Authority(root.certificate())).unwrap();
    let certificate = prepared.lint().unwrap().sign(&root).unwrap().into_certificate();
    (certificate, ClientIdentity { role: ClientRole::Agency, id: Uuid::from_bytes([8; 16]) })
}

pub(crate) fn holder() -> Holder {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    Holder {
        document_number: "AA1234567".to_owned(),
        parent_name_latin: "Batbold".to_owned(),
        given_name_latin: "Nomin-Erdene".to_owned(),
        parent_name: "Батболд".to_owned(),
        given_name: "Номин-Эрдэнэ".to_owned(),
        sex: Sex::Female,
        born_on: date(2001, 2, 3),
        issued_on: date(2026, 11, 23),
        expires_on: date(2046, 2, 3),
        civil_id: "123456789012".to_owned(),
        birth_place: vec!["Өвөрхангай".to_owned(), "Арвайхээр".to_owned()],
        portrait_jpeg: portrait_jpeg(240, 320),
    }
}

pub(crate) fn document_details() -> DocumentDetails {
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    DocumentDetails {
        issuing_authority: "Улсын бүртгэлийн ерөнхий газар".to_owned(),
        issued_on: day(23),
        personalised_at: day(25).and_hms_opt(9, 30, 0),
        system: Some("station 7".to_owned()),
    }
}

pub(crate) fn security_options() -> SecurityOptions {
    SecurityOptions {
        pace: PaceParameter::P256,
        chip_authentication: Some(key(Algorithm::EcdsaP256Sha256, 40)),
        active_authentication: true,
    }
}

/// A plain oval on a plain ground: enough of a face for a header.
pub(crate) fn portrait_jpeg(width: u16, height: u16) -> Vec<u8> {
    let image = image::RgbImage::from_fn(width.into(), height.into(), |x, y| {
        let (dx, dy) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.5);
        if dx * dx * 9.0 + dy * dy * 6.0 < 1.0 {
            image::Rgb([224, 188, 160])
        } else {
            image::Rgb([210, 218, 226])
        }
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 80).encode_image(&image).unwrap();
    jpeg
}

pub(crate) fn card_files() -> CardFiles {
    let document_signer = document_signer();
    PreparedCard::new(&holder(), FaceFormat::FacialRecord, document_signer.certificate())
        .unwrap()
        .lint()
        .unwrap()
        .sign(&document_signer)
        .unwrap()
}
