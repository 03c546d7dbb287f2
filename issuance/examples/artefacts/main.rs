//! Writes a full set of artefacts, good and bad, for outside tools to check: `artefacts FOLDER [SEED]`.
//!
//! Authorities and keys are made for this run and thrown away. The seed is printed, so that a run can be
//! repeated.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use issuance::authority::CertificationAuthority;
use issuance::card_data::{CardFiles, PreparedCard};
use issuance::certificate::Certificate;
use issuance::holder::Holder;
use issuance::lds::dg2::FaceFormat;
use issuance::lint::Finding;
use issuance::piv;
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{
    Authentication, AuthorityName, ClientIdentity, ClientRole, Csca, DisclosureStatement, DocumentSigner,
    Environment, HOLDER_POLICIES, HolderSubject, Issuing, Profile, Root, Signature, SubjectSerial, TlsClient,
    TlsServer,
};
use issuance::public_key::PublicKey;
use issuance::revocation::crl::{Crl, CrlContent, CrlKind};
use issuance::revocation::{Reason, Revocation};
use issuance::serial::Serial;
use issuance::signer::{Algorithm, SoftwareSigner};
use issuance::validity::Validity;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

#[path = "../credentials/holder.rs"]
mod composed;
mod master_list;
mod ocsp;
mod options;
mod succession;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The folder, the instant and the randomness of one run.
struct Workshop {
    folder: PathBuf,
    now: DateTime<Utc>,
    rng: ChaCha20Rng,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge of a program: outside tools compare with their own clock"
)]
#[expect(clippy::print_stdout, reason = "the edge of a program")]
fn main() -> Outcome<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: artefacts FOLDER [SEED]")?);
    // One minute back, so that a tool with a slow clock does not refuse.
    let now = Utc::now() - Duration::minutes(1);
    let seed = match arguments.next() {
        Some(seed) => seed.parse()?,
        None => now.timestamp_micros().unsigned_abs(),
    };
    println!("seed {seed}");
    fs::create_dir_all(&folder)?;
    let mut workshop = Workshop { folder, now, rng: ChaCha20Rng::seed_from_u64(seed) };
    workshop.eid_branch()?;
    workshop.service_branch()?;
    workshop.icao_branch()?;
    workshop.successions()
}

impl Workshop {
    fn eid_branch(&mut self) -> Outcome<()> {
        let root_key = self.signer(Algorithm::EcdsaP384Sha384)?;
        let name = |text| {
            AuthorityName::new(Environment::Test, "Burtgel demonstration", Some("NTRMN-9000000"), text)
        };
        let root = Profile::Root(Root { name: name("eID Root"), key: root_key.public_key() });
        // The authorities began two months ago, so that an artefact that is stale today was made in their
        // time.
        let begun = self.now - Duration::days(60);
        let lasts = |days| Validity::new(begun, begun + Duration::days(days));
        let root = self.authority_for(root, None, root_key, lasts(20 * 365)?)?;
        let issuing_key = self.signer(Algorithm::EcdsaP384Sha384)?;
        let issuing = Profile::Issuing(Issuing {
            name: name("eID Issuing"),
            key: issuing_key.public_key(),
            policies: HOLDER_POLICIES.to_vec(),
            crl_urls: vec!["http://pki.example.mn/root.crl".to_owned()],
            issuer_url: "http://pki.example.mn/root.cer".to_owned(),
        });
        let issuing = self.authority_for(issuing, Some(&root), issuing_key, lasts(12 * 365)?)?;
        self.write_pem("root.pem", root.certificate())?;
        self.write_pem("issuing.pem", issuing.certificate())?;
        let authentication =
            self.authentication(&issuing, SubjectSerial::Opaque("7f3a9c2e51b8".to_owned()))?;
        self.write_pem("auth.pem", &authentication)?;
        let personal = self.authentication(&issuing, SubjectSerial::Personal("999901312345".to_owned()))?;
        self.write_pem("auth_personal.pem", &personal)?;
        let revoked = self.authentication(&issuing, SubjectSerial::Opaque("000000000001".to_owned()))?;
        self.write_pem("revoked.pem", &revoked)?;
        let signature = self.signature(&issuing)?;
        self.write_pem("sig.pem", &signature)?;
        self.write("arl.pem", self.list(CrlKind::Eid, &root, vec![])?.to_pem()?)?;
        let entry =
            Revocation { serial: revoked.serial(), revoked_at: self.now, reason: Reason::KeyCompromise };
        self.write("crl.pem", self.list(CrlKind::Eid, &issuing, vec![entry])?.to_pem()?)?;
        self.write("crl_empty.pem", self.list(CrlKind::Eid, &issuing, vec![])?.to_pem()?)?;
        let stale = self.list_from(CrlKind::Eid, &issuing, vec![], self.now - Duration::days(40))?;
        self.write("crl_stale.pem", stale.to_pem()?)?;
        self.ocsp(&issuing, &authentication, &revoked)
    }

    fn service_branch(&mut self) -> Outcome<()> {
        let root_key = self.signer(Algorithm::EcdsaP384Sha384)?;
        let name = AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "Service Root");
        let root = Profile::Root(Root { name, key: root_key.public_key() });
        let root = self.authority(root, None, root_key, 10)?;
        self.write_pem("service_root.pem", root.certificate())?;
        let server = Profile::TlsServer(TlsServer {
            organisation: "Burtgel demonstration".to_owned(),
            common_name: "registry.example.mn".to_owned(),
            key: self.signer(Algorithm::EcdsaP256Sha256)?.public_key(),
            dns_names: vec!["registry.example.mn".to_owned()],
            addresses: vec![std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into()],
            crl_urls: vec![],
        });
        let server = self.certify(server, &root, 1)?;
        self.write_pem("server.pem", &server)?;
        for (file, role, algorithm) in [
            ("agency.pem", ClientRole::Agency, Algorithm::Ed25519),
            ("hospital.pem", ClientRole::Hospital, Algorithm::EcdsaP256Sha256),
            ("station.pem", ClientRole::Station, Algorithm::Ed25519),
        ] {
            let client = Profile::TlsClient(TlsClient {
                identity: ClientIdentity { role, id: Uuid::from_u128(u128::from(self.rng.next_u64())) },
                organisation: "Burtgel demonstration".to_owned(),
                common_name: format!("Demonstration {role:?}"),
                key: self.signer(algorithm)?.public_key(),
                crl_urls: vec!["http://pki.example.mn/service.crl".to_owned()],
            });
            let client = self.certify(client, &root, 1)?;
            self.write_pem(file, &client)?;
        }
        self.write("service_crl.pem", self.list(CrlKind::Eid, &root, vec![])?.to_pem()?)
    }

    fn icao_branch(&mut self) -> Outcome<()> {
        let csca = self.csca()?;
        let signer = self.document_signer(&csca)?;
        self.write("csca.der", csca.certificate().der())?;
        self.write("ds.der", signer.certificate().der())?;
        self.write("csca.crl", self.list(CrlKind::Csca, &csca, vec![])?.der())?;
        let entry = Revocation {
            serial: signer.certificate().serial(),
            revoked_at: self.now,
            reason: Reason::KeyCompromise,
        };
        self.write("csca_revoking.crl", self.list(CrlKind::Csca, &csca, vec![entry])?.der())?;
        let other = self.csca()?;
        self.write("other_csca.der", other.certificate().der())?;
        self.master_list("csca", Algorithm::EcdsaP256Sha256, &csca, &[&other])?;
        let holder = holder();
        let card = card(&holder, &signer)?;
        self.write_card(&card)?;
        self.write("portrait.jpg", &holder.portrait_jpeg)?;
        self.write("holder.txt", format!("{}\n{}", holder.parent_name, holder.given_name))?;
        self.write_spoilt(&card, &holder)?;
        self.options(&card, &signer)?;
        let expires = NaiveDate::from_ymd_opt(2046, 2, 3).ok_or("a date")?;
        self.write("chuid.bin", piv::chuid(Uuid::from_u128(7), expires))?;
        self.write("ccc.bin", piv::ccc([7; 14]))
    }

    /// Artefacts that must fail: a changed data group, a changed hash inside the SOD, a SOD of a stranger's
    /// authority.
    fn write_spoilt(&mut self, card: &CardFiles, holder: &Holder) -> Outcome<()> {
        let mut dg1 = card.dg1.clone();
        dg1[20] ^= 1;
        self.write("dg1_changed.bin", dg1)?;
        let hash = issuance::lds::sod::hash(&card.dg1);
        let at = card.sod.windows(32).position(|window| window == hash).ok_or("the hash in the SOD")?;
        let mut sod = card.sod.clone();
        sod[at] ^= 1;
        self.write("sod_changed.bin", sod)?;
        let stranger = self.csca()?;
        let signer = self.document_signer(&stranger)?;
        let foreign = crate::card(holder, &signer)?;
        self.write("sod_foreign.bin", foreign.sod)
    }

    fn write_card(&self, card: &CardFiles) -> Outcome<()> {
        self.write("com.bin", &card.com)?;
        self.write("dg1.bin", &card.dg1)?;
        self.write("dg2.bin", &card.dg2)?;
        self.write("dg11.bin", &card.dg11)?;
        self.write("sod.bin", &card.sod)
    }

    fn csca(&mut self) -> Outcome<CertificationAuthority> {
        let key = self.signer(Algorithm::EcdsaP384Sha384)?;
        let profile = Profile::Csca(Csca {
            name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "CSCA"),
            key: key.public_key(),
            usage: Validity::new(self.now, self.now + Duration::days(3 * 365))?,
            contact: "csca@example.mn".to_owned(),
            crl_urls: vec!["http://pki.example.mn/csca.crl".to_owned()],
        });
        self.authority(profile, None, key, 14)
    }

    fn document_signer(&mut self, csca: &CertificationAuthority) -> Outcome<CertificationAuthority> {
        self.document_signer_with(csca, Algorithm::EcdsaP256Sha256, 11)
    }

    fn document_signer_with(
        &mut self,
        csca: &CertificationAuthority,
        algorithm: Algorithm,
        years: i64,
    ) -> Outcome<CertificationAuthority> {
        let key = self.signer(algorithm)?;
        let profile = Profile::DocumentSigner(DocumentSigner {
            name: AuthorityName::new(Environment::Test, "Burtgel demonstration", None, "Document Signer 1"),
            key: key.public_key(),
            usage: Validity::new(self.now, self.now + Duration::days(90))?,
            document_types: vec!["I".to_owned()],
            contact: "csca@example.mn".to_owned(),
            crl_urls: vec!["http://pki.example.mn/csca.crl".to_owned()],
        });
        self.authority(profile, Some(csca), key, years)
    }

    fn subject(&self, serial: SubjectSerial) -> HolderSubject {
        HolderSubject {
            surname: "Batbold".to_owned(),
            given_name: "Nomin-Erdene".to_owned(),
            serial,
            card_expires_at: self.now + Duration::days(10 * 365),
        }
    }

    fn authentication(
        &mut self,
        issuing: &CertificationAuthority,
        serial: SubjectSerial,
    ) -> Outcome<Certificate> {
        let key = self.card_key()?;
        let profile = Profile::Authentication(Authentication {
            subject: self.subject(serial),
            key,
            crl_urls: vec!["http://pki.example.mn/issuing.crl".to_owned()],
            issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
            ocsp_url: Some("http://ocsp.example.mn".to_owned()),
        });
        self.certify(profile, issuing, 5)
    }

    fn signature(&mut self, issuing: &CertificationAuthority) -> Outcome<Certificate> {
        let key = self.card_key()?;
        let statement = |language: &str| DisclosureStatement {
            url: format!("https://pki.example.mn/pds-{language}.pdf"),
            language: language.to_owned(),
        };
        let profile = Profile::Signature(Signature {
            subject: self.subject(SubjectSerial::Opaque("7f3a9c2e51b8".to_owned())),
            key,
            crl_urls: vec!["http://pki.example.mn/issuing.crl".to_owned()],
            issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
            ocsp_url: Some("http://ocsp.example.mn".to_owned()),
            disclosure: vec![statement("en"), statement("mn")],
        });
        self.certify(profile, issuing, 5)
    }

    /// A key as a card returns it: only the point.
    fn card_key(&mut self) -> Outcome<PublicKey> {
        let point = self.signer(Algorithm::EcdsaP256Sha256)?.public_key().to_bits();
        Ok(PublicKey::from_p256_point(&point)?)
    }

    fn signer(&mut self, algorithm: Algorithm) -> Outcome<SoftwareSigner> {
        Ok(SoftwareSigner::generate(algorithm, &mut self.rng)?)
    }

    fn serial(&mut self) -> Serial {
        let mut octets = [0; 20];
        self.rng.fill_bytes(&mut octets);
        Serial::from_random(octets)
    }

    fn validity(&self, years: i64) -> Outcome<Validity> {
        Ok(Validity::new(self.now, self.now + Duration::days(365 * years))?)
    }

    fn certify(
        &mut self,
        profile: Profile,
        issuer: &CertificationAuthority,
        years: i64,
    ) -> Outcome<Certificate> {
        let validity = self.validity(years)?;
        self.certify_for(profile, issuer, validity)
    }

    fn certify_for(
        &mut self,
        profile: Profile,
        issuer: &CertificationAuthority,
        validity: Validity,
    ) -> Outcome<Certificate> {
        let serial = self.serial();
        let prepared = prepare(&profile, &serial, &validity, Issuer::Authority(issuer.certificate()))?;
        let linted = prepared.lint().map_err(found)?;
        Ok(linted.sign(issuer)?.into_certificate())
    }

    fn authority(
        &mut self,
        profile: Profile,
        issuer: Option<&CertificationAuthority>,
        key: SoftwareSigner,
        years: i64,
    ) -> Outcome<CertificationAuthority> {
        let validity = self.validity(years)?;
        self.authority_for(profile, issuer, key, validity)
    }

    fn authority_for(
        &mut self,
        profile: Profile,
        issuer: Option<&CertificationAuthority>,
        key: SoftwareSigner,
        validity: Validity,
    ) -> Outcome<CertificationAuthority> {
        let certificate = match issuer {
            Some(issuer) => self.certify_for(profile, issuer, validity)?,
            None => {
                let prepared = prepare(&profile, &self.serial(), &validity, Issuer::Itself)?;
                let linted = prepared.lint().map_err(found)?;
                linted.sign_itself(&key)?.into_certificate()
            }
        };
        Ok(CertificationAuthority::new(certificate, Arc::new(key))?)
    }

    fn list(
        &self,
        kind: CrlKind,
        authority: &CertificationAuthority,
        revoked: Vec<Revocation>,
    ) -> Outcome<Crl> {
        self.list_from(kind, authority, revoked, self.now)
    }

    fn list_from(
        &self,
        kind: CrlKind,
        authority: &CertificationAuthority,
        revoked: Vec<Revocation>,
        this_update: DateTime<Utc>,
    ) -> Outcome<Crl> {
        let next_update = this_update + Duration::days(30);
        let content = CrlContent { kind, number: 1, this_update, next_update, revoked };
        Ok(content.prepare(authority.certificate())?.sign(authority)?)
    }

    fn write(&self, name: &str, octets: impl AsRef<[u8]>) -> Outcome<()> {
        Ok(fs::write(Path::join(&self.folder, name), octets)?)
    }

    fn write_pem(&self, name: &str, certificate: &Certificate) -> Outcome<()> {
        self.write(name, certificate.to_pem()?)
    }
}

fn card(holder: &Holder, signer: &CertificationAuthority) -> Outcome<CardFiles> {
    Ok(PreparedCard::new(holder, FaceFormat::FacialRecord, signer.certificate())?
        .lint()
        .map_err(found)?
        .sign(signer)?)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn found(findings: Vec<Finding>) -> String {
    format!("{findings:?}")
}

/// A composed person whose card expires on a birthday.
fn holder() -> Holder {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    Holder { expires_on: date(2046, 2, 3), ..composed::holder(date(2026, 11, 23)) }
}
