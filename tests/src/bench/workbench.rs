//! Authorities for measuring: made for one run, with software keys.

use std::sync::Arc;

use anyhow::anyhow;
use chrono::{DateTime, Duration, NaiveDate, SubsecRound as _, Utc};
use issuance::credential::{CredentialContent, SignerPath, StatusReference};
use issuance::holder::{Holder, Sex};
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{
    Authentication, AuthorityName, CredentialSigner, Csca, DocumentSigner, Environment, HOLDER_POLICIES,
    HolderSubject, Issuing, Profile, Root, StatusListSigner, SubjectSerial,
};
use issuance::{Algorithm, Certificate, CertificationAuthority, PublicKey, Serial, SoftwareSigner, Validity};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::kit::portrait;

const PKI: &str = "http://pki.example.mn";
/// The address of the status list of the credentials.
pub const LIST: &str = "https://status.example.mn/1";

/// The authorities and signers, and one holder.
pub struct Workbench {
    pub now: DateTime<Utc>,
    pub rng: StdRng,
    pub issuing: CertificationAuthority,
    pub document_signer: CertificationAuthority,
    pub credential_signer: CertificationAuthority,
    pub list_signer: CertificationAuthority,
    holder: Holder,
    holder_key: PublicKey,
}

impl Workbench {
    /// Draws all keys from a seed.
    pub fn new(now: DateTime<Utc>, seed: u64) -> anyhow::Result<Workbench> {
        let mut rng = StdRng::seed_from_u64(seed);
        let p256 = Algorithm::EcdsaP256Sha256;
        let p384 = Algorithm::EcdsaP384Sha384;
        let crl = |name: &str| vec![format!("{PKI}/{name}.crl")];
        let root = authority(&mut rng, now, None, p384, |key| {
            Ok(Profile::Root(Root { name: name("eID Root"), key }))
        })?;
        let issuing = authority(&mut rng, now, Some(&root), p384, |key| {
            Ok(Profile::Issuing(Issuing {
                name: name("eID Issuing CA"),
                key,
                policies: HOLDER_POLICIES.to_vec(),
                crl_urls: crl("root"),
                issuer_url: format!("{PKI}/root.cer"),
            }))
        })?;
        let usage = Validity::new(now, now + Duration::days(90))?;
        let csca = authority(&mut rng, now, None, p384, |key| {
            Ok(Profile::Csca(Csca {
                name: name("CSCA"),
                key,
                usage,
                contact: "csca@example.mn".to_owned(),
                crl_urls: crl("csca"),
            }))
        })?;
        let document_signer = authority(&mut rng, now, Some(&csca), p256, |key| {
            Ok(Profile::DocumentSigner(DocumentSigner {
                name: name("Document Signer"),
                key,
                usage,
                document_types: vec!["I".to_owned()],
                contact: "csca@example.mn".to_owned(),
                crl_urls: crl("csca"),
            }))
        })?;
        let issuer_url = format!("{PKI}/issuing.cer");
        let credential_signer = authority(&mut rng, now, Some(&issuing), p256, |key| {
            Ok(Profile::CredentialSigner(CredentialSigner {
                name: name("Credential Signer"),
                key,
                issuer: "https://pid.example.mn".to_owned(),
                crl_urls: crl("issuing"),
                issuer_url: issuer_url.clone(),
                ocsp_url: None,
            }))
        })?;
        let list_signer = authority(&mut rng, now, Some(&issuing), p256, |key| {
            Ok(Profile::StatusListSigner(StatusListSigner {
                name: name("Status List Signer"),
                key,
                crl_urls: crl("issuing"),
                issuer_url: issuer_url.clone(),
                ocsp_url: None,
            }))
        })?;
        let holder_key = SoftwareSigner::generate(p256, &mut rng)?.public_key();
        Ok(Workbench {
            now,
            rng,
            issuing,
            document_signer,
            credential_signer,
            list_signer,
            holder: holder(now.date_naive())?,
            holder_key,
        })
    }

    /// The holder of all cards and credentials.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The holder's key.
    pub fn holder_key(&self) -> &PublicKey {
        &self.holder_key
    }

    /// Certifies the holder's key, as for a card.
    pub fn certificate(&mut self) -> anyhow::Result<Certificate> {
        let profile = Profile::Authentication(Authentication {
            subject: HolderSubject {
                surname: "Batbold".to_owned(),
                given_name: "Nomin-Erdene".to_owned(),
                serial: SubjectSerial::Opaque("7f3a9c2e51b8".to_owned()),
                card_expires_at: self.now + Duration::days(3650),
            },
            key: self.holder_key.clone(),
            crl_urls: vec![format!("{PKI}/issuing.crl")],
            issuer_url: format!("{PKI}/issuing.cer"),
            ocsp_url: Some(format!("{PKI}/ocsp")),
        });
        let validity = Validity::new(self.now, self.now + Duration::days(5 * 365))?;
        let by = Issuer::Authority(self.issuing.certificate());
        let linted = prepare(&profile, &serial(&mut self.rng), &validity, by)?.lint().map_err(found)?;
        Ok(linted.sign(&self.issuing)?.into_certificate())
    }

    /// The path of a signer below the issuing authority.
    pub fn path(&self, signer: &CertificationAuthority) -> anyhow::Result<SignerPath> {
        Ok(SignerPath::new(vec![signer.certificate().clone(), self.issuing.certificate().clone()])?)
    }

    /// The content of the holder's digital credentials.
    pub fn content(&self) -> CredentialContent {
        CredentialContent {
            holder: self.holder.clone(),
            issuer: "https://pid.example.mn".to_owned(),
            issuing_authority: "TEST Burtgel demonstration".to_owned(),
            issued_at: self.now.trunc_subsecs(0),
            expires_at: self.now + Duration::days(90),
            status: StatusReference { uri: LIST.to_owned(), index: 412 },
        }
    }
}

/// The objections of the rules, as an error.
pub fn found<F: std::fmt::Debug>(findings: F) -> anyhow::Error {
    anyhow!("{findings:?}")
}

/// A serial number, drawn as in a service.
pub fn serial(rng: &mut StdRng) -> Serial {
    let mut octets = [0; 20];
    rng.fill_bytes(&mut octets);
    Serial::from_random(octets)
}

fn name(text: &str) -> AuthorityName {
    AuthorityName::new(Environment::Test, "Burtgel bench", Some("NTRMN-9000000"), text)
}

fn authority(
    rng: &mut StdRng,
    now: DateTime<Utc>,
    issuer: Option<&CertificationAuthority>,
    algorithm: Algorithm,
    profile: impl FnOnce(PublicKey) -> anyhow::Result<Profile>,
) -> anyhow::Result<CertificationAuthority> {
    let key = SoftwareSigner::generate(algorithm, rng)?;
    let profile = profile(key.public_key())?;
    let lasts = match (&profile, issuer) {
        (Profile::DocumentSigner(_) | Profile::Issuing(_), _) => 11 * 365,
        (_, None) => 15 * 365,
        (_, Some(_)) => 365,
    };
    let validity = Validity::new(now, now + Duration::days(lasts))?;
    let by = issuer.map_or(Issuer::Itself, |issuer| Issuer::Authority(issuer.certificate()));
    let linted = prepare(&profile, &serial(rng), &validity, by)?.lint().map_err(found)?;
    let issued = match issuer {
        Some(issuer) => linted.sign(issuer)?,
        None => linted.sign_itself(&key)?,
    };
    Ok(CertificationAuthority::new(issued.into_certificate(), Arc::new(key))?)
}

fn holder(today: NaiveDate) -> anyhow::Result<Holder> {
    Ok(Holder {
        document_number: "AA1234567".to_owned(),
        parent_name_latin: "Batbold".to_owned(),
        given_name_latin: "Nomin-Erdene".to_owned(),
        parent_name: "Батболд".to_owned(),
        given_name: "Номин-Эрдэнэ".to_owned(),
        sex: Sex::Female,
        born_on: NaiveDate::from_ymd_opt(2001, 2, 3).unwrap_or_default(),
        issued_on: today,
        expires_on: today + chrono::Days::new(3650),
        civil_id: "123456789012".to_owned(),
        birth_place: vec!["Өвөрхангай".to_owned(), "Арвайхээр".to_owned()],
        portrait_jpeg: portrait::drawn(300, 400)?,
    })
}
