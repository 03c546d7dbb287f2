//! The authorities of a run, and where it writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use issuance::authority::CertificationAuthority;
use issuance::credential::{CredentialContent, SignerPath, StatusReference};
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{
    AuthorityName, CredentialSigner, Environment, HOLDER_POLICIES, Issuing, Profile, Root, StatusListSigner,
};
use issuance::public_key::PublicKey;
use issuance::revocation::crl::{CrlContent, CrlKind};
use issuance::serial::Serial;
use issuance::signer::{Algorithm, SoftwareSigner};
use issuance::validity::Validity;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng as _;

use super::{Outcome, holder};

/// Who vouches for the credentials of a run.
pub const ISSUER: &str = "https://pid.example.mn";
/// The URL of the status list.
pub const LIST: &str = "https://status.example.mn/1";
/// The places in the list: of the good credentials, of the revoked one, and of the suspended one.
pub const GOOD: u64 = 412;
pub const REVOKED: u64 = 7;
pub const SUSPENDED: u64 = 8;

/// The algorithms that sign, by their names in JOSE.
pub const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("ES256", Algorithm::EcdsaP256Sha256),
    ("ES384", Algorithm::EcdsaP384Sha384),
    ("EdDSA", Algorithm::Ed25519),
];

/// The folder, the instant, the randomness and the authorities of one run.
pub struct Workshop {
    folder: PathBuf,
    pub now: DateTime<Utc>,
    pub rng: ChaCha20Rng,
    pub issuing: CertificationAuthority,
    /// One signer for each algorithm, in the order of [`ALGORITHMS`].
    pub signers: Vec<CertificationAuthority>,
    pub list_signers: Vec<CertificationAuthority>,
}

impl Workshop {
    pub fn new(folder: PathBuf, now: DateTime<Utc>, mut rng: ChaCha20Rng) -> Outcome<Self> {
        // The authorities began two months ago: the credentials that are stale today were made within their
        // time.
        let begun = now - Duration::days(60);
        let root_key = key(&mut rng, Algorithm::EcdsaP384Sha384)?;
        let root = Profile::Root(Root { name: name("eID Root"), key: root_key.public_key() });
        let root = certify(&mut rng, &root, None, root_key, (begun, 20 * 365))?;
        let issuing_key = key(&mut rng, Algorithm::EcdsaP384Sha384)?;
        let issuing = Profile::Issuing(Issuing {
            name: name("eID Issuing"),
            key: issuing_key.public_key(),
            policies: HOLDER_POLICIES.to_vec(),
            crl_urls: urls("root"),
            issuer_url: "http://pki.example.mn/root.cer".to_owned(),
        });
        let issuing = certify(&mut rng, &issuing, Some(&root), issuing_key, (begun, 12 * 365))?;
        let mut signers = Vec::new();
        let mut list_signers = Vec::new();
        for (jose, algorithm) in ALGORITHMS {
            let signer = key(&mut rng, algorithm)?;
            let profile = credential_signer(jose, signer.public_key());
            signers.push(certify(&mut rng, &profile, Some(&issuing), signer, (begun, 5 * 365))?);
            let signer = key(&mut rng, algorithm)?;
            let profile = status_list_signer(jose, signer.public_key());
            list_signers.push(certify(&mut rng, &profile, Some(&issuing), signer, (begun, 365))?);
        }
        let workshop = Self { folder, now, rng, issuing, signers, list_signers };
        workshop.write("root.pem", root.certificate().to_pem()?)?;
        workshop.write("issuing.pem", workshop.issuing.certificate().to_pem()?)?;
        for (at, (jose, _)) in ALGORITHMS.into_iter().enumerate() {
            workshop.write(&format!("signer_{jose}.pem"), workshop.signers[at].certificate().to_pem()?)?;
            let list_signer = workshop.list_signers[at].certificate();
            workshop.write(&format!("list_signer_{jose}.pem"), list_signer.to_pem()?)?;
        }
        for (file, authority) in [("arl", &root), ("crl", &workshop.issuing)] {
            let content = CrlContent {
                kind: CrlKind::Eid,
                number: 1,
                this_update: now,
                next_update: now + Duration::days(30),
                revoked: vec![],
            };
            let list = content.prepare(authority.certificate())?.sign(authority)?;
            workshop.write(&format!("{file}.pem"), list.to_pem()?)?;
            workshop.write(&format!("{file}.der"), list.der())?;
        }
        Ok(workshop)
    }

    /// The certificate of a signer and of its authority.
    pub fn path(&self, signer: &CertificationAuthority) -> Outcome<SignerPath> {
        Ok(SignerPath::new(vec![signer.certificate().clone(), self.issuing.certificate().clone()])?)
    }

    pub fn content(&self, index: u64) -> CredentialContent {
        CredentialContent {
            holder: holder::holder(self.now.date_naive()),
            issuer: ISSUER.to_owned(),
            issuing_authority: "TEST Burtgel demonstration".to_owned(),
            issued_at: self.now.trunc_subsecs(0),
            expires_at: self.now + Duration::days(90),
            status: StatusReference { uri: LIST.to_owned(), index },
        }
    }

    pub fn signer(&mut self, algorithm: Algorithm) -> Outcome<SoftwareSigner> {
        key(&mut self.rng, algorithm)
    }

    pub fn write(&self, name: &str, octets: impl AsRef<[u8]>) -> Outcome<()> {
        Ok(fs::write(Path::join(&self.folder, name), octets)?)
    }
}

fn name(text: &str) -> AuthorityName {
    AuthorityName::new(Environment::Test, "Burtgel demonstration", Some("NTRMN-9000000"), text)
}

fn urls(authority: &str) -> Vec<String> {
    vec![format!("http://pki.example.mn/{authority}.crl")]
}

fn credential_signer(jose: &str, key: PublicKey) -> Profile {
    Profile::CredentialSigner(CredentialSigner {
        name: name(&format!("Credential Signer {jose}")),
        key,
        issuer: ISSUER.to_owned(),
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://ocsp.example.mn".to_owned()),
    })
}

fn status_list_signer(jose: &str, key: PublicKey) -> Profile {
    Profile::StatusListSigner(StatusListSigner {
        name: name(&format!("Status List Signer {jose}")),
        key,
        crl_urls: urls("issuing"),
        issuer_url: "http://pki.example.mn/issuing.cer".to_owned(),
        ocsp_url: Some("http://ocsp.example.mn".to_owned()),
    })
}

fn key(rng: &mut ChaCha20Rng, algorithm: Algorithm) -> Outcome<SoftwareSigner> {
    Ok(SoftwareSigner::generate(algorithm, rng)?)
}

fn certify(
    rng: &mut ChaCha20Rng,
    profile: &Profile,
    issuer: Option<&CertificationAuthority>,
    key: SoftwareSigner,
    (begun, days): (DateTime<Utc>, i64),
) -> Outcome<CertificationAuthority> {
    let mut octets = [0; 20];
    rng.fill_bytes(&mut octets);
    let serial = Serial::from_random(octets);
    let validity = Validity::new(begun, begun + Duration::days(days))?;
    let by = issuer.map_or(Issuer::Itself, |issuer| Issuer::Authority(issuer.certificate()));
    let prepared = prepare(profile, &serial, &validity, by)?;
    let linted = prepared.lint().map_err(|findings| format!("{findings:?}"))?;
    let issued = match issuer {
        Some(issuer) => linted.sign(issuer)?,
        None => linted.sign_itself(&key)?,
    };
    Ok(CertificationAuthority::new(issued.into_certificate(), Arc::new(key))?)
}
