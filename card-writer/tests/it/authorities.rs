//! Authorities made for a test, from fixed seeds.

use std::sync::Arc;

use chrono::{DateTime, Duration, TimeZone, Utc};
use issuance::lds::sod::DocumentTrust;
use issuance::prepared::{Issuer, Prepared, prepare};
use issuance::profile::{
    Authentication, AuthorityName, ClientIdentity, ClientRole, Csca, DisclosureStatement, DocumentSigner,
    Environment, HolderSubject, Issuing, Profile, Root, Signature, SubjectSerial, TlsClient, TlsServer,
};
use issuance::revocation::crl::{Crl, CrlContent, CrlKind};
use issuance::revocation::{Reason, Revocation};
use issuance::{Algorithm, Certificate, CertificationAuthority, PublicKey, Serial, SoftwareSigner, Validity};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use uuid::Uuid;

use card_protocol::layout::Slot;
use card_writer::trust::TrustAnchors;

/// A TLS certificate with its chain and key, as PEM.
pub struct TlsIdentity {
    pub chain: String,
    pub key: String,
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

pub struct Authorities {
    pub root: CertificationAuthority,
    pub issuing: CertificationAuthority,
    pub csca: CertificationAuthority,
    pub document_signer: CertificationAuthority,
}

fn years(begin: DateTime<Utc>, count: i64) -> Validity {
    Validity::new(begin, begin + Duration::days(365 * count)).unwrap()
}

fn signer(algorithm: Algorithm, seed: u8) -> SoftwareSigner {
    SoftwareSigner::generate(algorithm, &mut ChaCha20Rng::from_seed([seed; 32])).unwrap()
}

fn name(common_name: &str) -> AuthorityName {
    AuthorityName::new(Environment::Test, "Burtgel demonstration", Some("NTRMN-9000000"), common_name)
}

fn url(name: &str) -> String {
    format!("http://pki.example.mn/{name}")
}

fn authority(
    prepared: Prepared,
    by: Option<&CertificationAuthority>,
    key: SoftwareSigner,
) -> CertificationAuthority {
    let linted = prepared.lint().unwrap();
    let issued = match by {
        Some(by) => linted.sign(by),
        None => linted.sign_itself(&key),
    };
    CertificationAuthority::new(issued.unwrap().into_certificate(), Arc::new(key)).unwrap()
}

impl Authorities {
    pub fn new(seed: u8) -> Self {
        Self::at(seed, now())
    }

    /// Authorities whose certificates begin at an instant.
    pub fn at(seed: u8, begin: DateTime<Utc>) -> Self {
        let years = |count| years(begin, count);
        let p384 = |number| signer(Algorithm::EcdsaP384Sha384, seed + number);
        let profile = Profile::Root(Root { name: name("eID Root"), key: p384(1).public_key() });
        let root =
            authority(prepare(&profile, &serial(1), &years(20), Issuer::Itself).unwrap(), None, p384(1));
        let profile = Profile::Issuing(Issuing {
            name: name("eID Issuing"),
            key: p384(2).public_key(),
            policies: vec![
                issuance::oid::EXAMPLE_POLICY_AUTHENTICATION,
                issuance::oid::EXAMPLE_POLICY_SIGNATURE,
            ],
            crl_urls: vec![url("root.crl")],
            issuer_url: url("root.cer"),
        });
        let by = Issuer::Authority(root.certificate());
        let issuing = authority(prepare(&profile, &serial(2), &years(12), by).unwrap(), Some(&root), p384(2));
        let profile = Profile::Csca(Csca {
            name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "CSCA"),
            key: p384(3).public_key(),
            usage: years(3),
            contact: "csca@example.mn".into(),
            crl_urls: vec![url("csca.crl")],
        });
        let csca =
            authority(prepare(&profile, &serial(3), &years(14), Issuer::Itself).unwrap(), None, p384(3));
        let document_signer = document_signer(&csca, seed + 4, begin);
        Self { root, issuing, csca, document_signer }
    }

    pub fn certificate(&self, slot: Slot, public_key: &[u8; 65], serial_octet: u8) -> Certificate {
        let subject = HolderSubject {
            surname: "Batbold".into(),
            given_name: "Nomin".into(),
            serial: SubjectSerial::Opaque("7f3a9c2e51".into()),
            card_expires_at: now() + Duration::days(3650),
        };
        let key = PublicKey::from_p256_point(public_key).unwrap();
        let (crl_urls, issuer_url) = (vec![url("issuing.crl")], url("issuing.cer"));
        let profile = match slot {
            Slot::Authentication => {
                Profile::Authentication(Authentication { subject, key, crl_urls, issuer_url, ocsp_url: None })
            }
            Slot::Signature => Profile::Signature(Signature {
                subject,
                key,
                crl_urls,
                issuer_url,
                ocsp_url: None,
                disclosure: vec![DisclosureStatement {
                    url: url("pds-en.pdf").replacen("http:", "https:", 1),
                    language: "en".into(),
                }],
            }),
        };
        let by = Issuer::Authority(self.issuing.certificate());
        let prepared = prepare(&profile, &serial(serial_octet), &years(now(), 5), by).unwrap();
        prepared.lint().unwrap().sign(&self.issuing).unwrap().into_certificate()
    }

    pub fn tls_server(&self, validity: &Validity) -> TlsIdentity {
        let key = signer(Algorithm::EcdsaP256Sha256, 90);
        let profile = Profile::TlsServer(TlsServer {
            organisation: "Demonstration".into(),
            common_name: "localhost".into(),
            key: key.public_key(),
            dns_names: vec!["localhost".into()],
            addresses: vec![],
            crl_urls: vec![url("service.crl")],
        });
        self.tls(&profile, &key, validity)
    }

    pub fn tls_client(&self, validity: &Validity) -> TlsIdentity {
        let key = signer(Algorithm::EcdsaP256Sha256, 91);
        let profile = Profile::TlsClient(TlsClient {
            identity: ClientIdentity { role: ClientRole::Station, id: Uuid::from_u128(7) },
            organisation: "Demonstration".into(),
            common_name: "Station 1".into(),
            key: key.public_key(),
            crl_urls: vec![url("service.crl")],
        });
        self.tls(&profile, &key, validity)
    }

    fn tls(&self, profile: &Profile, key: &SoftwareSigner, validity: &Validity) -> TlsIdentity {
        let by = Issuer::Authority(self.issuing.certificate());
        let prepared = prepare(profile, &serial(60), validity, by).unwrap();
        let leaf = prepared.lint().unwrap().sign(&self.issuing).unwrap().into_certificate();
        let pem = |bytes: &[u8]| {
            let label = "PRIVATE KEY";
            der::pem::encode_string(label, der::pem::LineEnding::LF, bytes).unwrap()
        };
        TlsIdentity {
            chain: leaf.to_pem().unwrap() + &self.issuing.certificate().to_pem().unwrap(),
            key: pem(&key.to_pkcs8_der().unwrap()),
        }
    }

    pub fn trust(&self, revoked: &[Certificate], answer_key: [u8; 32]) -> TrustAnchors {
        let revoked = revoked.iter().map(|certificate| Revocation {
            serial: certificate.serial(),
            revoked_at: now(),
            reason: Reason::KeyCompromise,
        });
        TrustAnchors {
            documents: DocumentTrust {
                cscas: vec![self.csca.certificate().clone()],
                crls: vec![crl(CrlKind::Csca, &self.csca, vec![])],
            },
            roots: vec![self.root.certificate().clone()],
            intermediates: vec![self.issuing.certificate().clone()],
            crls: vec![
                crl(CrlKind::Eid, &self.root, vec![]),
                crl(CrlKind::Eid, &self.issuing, revoked.collect()),
            ],
            answer_key: Some(answer_key),
        }
    }
}

fn document_signer(csca: &CertificationAuthority, seed: u8, begin: DateTime<Utc>) -> CertificationAuthority {
    let key = signer(Algorithm::EcdsaP256Sha256, seed);
    let profile = Profile::DocumentSigner(DocumentSigner {
        name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "Document Signer 1"),
        key: key.public_key(),
        usage: Validity::new(begin, begin + Duration::days(90)).unwrap(),
        document_types: vec!["I".into()],
        contact: "csca@example.mn".into(),
        crl_urls: vec![url("csca.crl")],
    });
    let by = Issuer::Authority(csca.certificate());
    authority(prepare(&profile, &serial(5), &years(begin, 11), by).unwrap(), Some(csca), key)
}

fn serial(octet: u8) -> Serial {
    Serial::from_random([octet; 20])
}

fn crl(kind: CrlKind, by: &CertificationAuthority, revoked: Vec<Revocation>) -> Crl {
    let content =
        CrlContent { kind, number: 1, this_update: now(), next_update: now() + Duration::days(30), revoked };
    content.prepare(by.certificate()).unwrap().sign(by).unwrap()
}
