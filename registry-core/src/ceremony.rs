//! `registry ceremony`: makes the authorities and the online keys of an instance. TEST authorities only, for now.
//!
//! Invariant: this and what is below it is the only code that opens a root key; `serve` never does.

pub mod partner;
pub mod renewal;

use std::fs;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Days, Months, Utc};
use issuance::name::{AuthorityName, Environment};
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{Csca, DocumentSigner, Issuing, Profile, Root, TlsServer};
use issuance::revocation::Revocation;
use issuance::revocation::crl::{CrlContent, CrlKind};
use issuance::{
    Algorithm, Certificate, CertificationAuthority, PublicKey, Serial, Signer as _, SoftwareSigner, Validity,
};

use crate::draw::Draw;
use crate::vault::VaultError;
use crate::vault::key_file::{Purpose, read_key, read_unlock, write_key, write_unlock};
use crate::vault::{SecretKey, key_ring::CARD_MASTER_BYTES};

/// The organisation in the names of TEST authorities.
pub const ORGANISATION: &str = "Burtgel Registry";

/// Whom documents of the ICAO branch name (Doc 9303-12 §4.1.6.7).
const CONTACT: &str = "csca@registry.example";
/// How long a Document Signer's certificate is good for: as long as the cards it signed. Its key signs for three months.
const SIGNER_LASTS: Months = Months::new(20 * 12 + 6);
/// How long the service's TLS certificate is good for.
const SERVER_LASTS: Months = Months::new(13);

/// A list of a root, which only a ceremony can sign.
struct KeptList {
    /// The root's certificate, by its file's stem.
    authority: &'static str,
    purpose: Purpose,
    kind: CrlKind,
    lasts: Days,
    file: &'static str,
}

const EID_LIST: KeptList = KeptList {
    authority: "eid-root",
    purpose: Purpose::EidRoot,
    kind: CrlKind::Eid,
    lasts: Days::new(365),
    file: "eid-root.crl",
};
/// Doc 9303-12 §4.1.6.4: at least every 90 days.
const CSCA_LIST: KeptList = KeptList {
    authority: "csca",
    purpose: Purpose::Csca,
    kind: CrlKind::Csca,
    lasts: Days::new(89),
    file: "csca.crl",
};
const SERVICE_LIST: KeptList = KeptList {
    authority: "service-root",
    purpose: Purpose::ServiceRoot,
    kind: CrlKind::Eid,
    lasts: Days::new(30),
    file: "service-root.crl",
};

/// Why a ceremony stopped.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A key could not be made, sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A file could not be written or read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A certificate or list could not be issued.
    #[error("{step}: {reason}")]
    Issue {
        /// Which step.
        step: &'static str,
        /// The issuance library's word.
        reason: String,
    },
}

/// Where the ceremony puts what it makes.
#[derive(Debug, Clone)]
pub struct Places {
    /// Sealed keys that `serve` opens, and all public material (`certificates/`).
    pub online: PathBuf,
    /// Sealed roots.
    pub offline: PathBuf,
    /// Opens the online keys.
    pub online_unlock: PathBuf,
    /// Opens the roots.
    pub offline_unlock: PathBuf,
}

impl Places {
    /// The folder of certificates and lists.
    pub fn certificates(&self) -> PathBuf {
        self.online.join("certificates")
    }
}

/// Makes everything an instance needs. `names` and `addresses` go into the service's TLS certificate.
///
/// # Errors
/// [`CeremonyError`]; nothing that exists is overwritten.
pub fn make_test_authorities(
    places: &Places,
    names: &[String],
    addresses: &[IpAddr],
    base_url: &str,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<(), CeremonyError> {
    for folder in [&places.online, &places.offline, &places.certificates()] {
        fs::create_dir_all(folder).map_err(|source| CeremonyError::File { path: folder.clone(), source })?;
    }
    let mut ceremony = Ceremony { places, base_url, now, draw };
    let online = ceremony.unlock_key(&places.online_unlock)?;
    let offline = ceremony.unlock_key(&places.offline_unlock)?;
    ceremony.eid_branch(&online, &offline)?;
    ceremony.icao_branch(&online, &offline)?;
    ceremony.service_branch(&online, &offline, names, addresses)?;
    ceremony.log_and_answer_keys(&online)?;
    ceremony.symmetric_keys(&online)
}

struct Ceremony<'a> {
    places: &'a Places,
    base_url: &'a str,
    now: DateTime<Utc>,
    draw: &'a mut Draw,
}

impl Ceremony<'_> {
    fn unlock_key(&mut self, path: &Path) -> Result<SecretKey, CeremonyError> {
        let key = self.draw.key();
        write_unlock(path, &key)?;
        Ok(key)
    }

    /// National eID root (P-384) and the issuing authority under it; the root's ARL.
    fn eid_branch(&mut self, online: &SecretKey, offline: &SecretKey) -> Result<(), CeremonyError> {
        let root_key =
            self.key(Purpose::EidRoot, Algorithm::EcdsaP384Sha384, &self.places.offline.clone(), offline)?;
        let profile = Profile::Root(Root { name: authority_name("eID Root"), key: root_key.public_key() });
        let root = self.self_signed(&profile, root_key, years(30), "eid-root")?;
        let issuing_key =
            self.key(Purpose::IssuingCa, Algorithm::EcdsaP384Sha384, &self.places.online.clone(), online)?;
        let profile = Profile::Issuing(Issuing {
            name: authority_name("eID Issuing CA 1"),
            key: issuing_key.public_key(),
            policies: vec![
                issuance::oid::EXAMPLE_POLICY_AUTHENTICATION,
                issuance::oid::EXAMPLE_POLICY_SIGNATURE,
                issuance::oid::POLICY_NCP_PLUS,
                issuance::oid::POLICY_QCP_N_QSCD,
            ],
            crl_urls: vec![self.url("eid-root.crl")],
            issuer_url: self.url("eid-root.cer"),
        });
        self.certify(&profile, &root, years(25), "issuing-ca")?;
        self.list(&root, &EID_LIST, 1, Vec::new())
    }

    /// CSCA (P-384) and Document Signer (P-256), both with explicit parameters; the CSCA's CRL.
    fn icao_branch(&mut self, online: &SecretKey, offline: &SecretKey) -> Result<(), CeremonyError> {
        let csca_key =
            self.key(Purpose::Csca, Algorithm::EcdsaP384Sha384, &self.places.offline.clone(), offline)?;
        let profile = Profile::Csca(Csca {
            name: AuthorityName::new(Environment::Test, ORGANISATION, None, "CSCA 1"),
            key: csca_key.public_key(),
            usage: self.validity(Months::new(60), "the CSCA's key usage period")?,
            contact: CONTACT.to_owned(),
            crl_urls: vec![self.url("csca.crl")],
        });
        let csca = self.self_signed(&profile, csca_key, years(27), "csca")?;
        let signer_key = self.key(
            Purpose::DocumentSigner,
            Algorithm::EcdsaP256Sha256,
            &self.places.online.clone(),
            online,
        )?;
        let profile = self.document_signer(signer_key.public_key())?;
        self.certify(&profile, &csca, SIGNER_LASTS, "document-signer")?;
        self.list(&csca, &CSCA_LIST, 1, Vec::new())
    }

    fn document_signer(&self, key: PublicKey) -> Result<Profile, CeremonyError> {
        Ok(Profile::DocumentSigner(DocumentSigner {
            name: AuthorityName::new(Environment::Test, ORGANISATION, None, "Document Signer 1"),
            key,
            usage: self.validity(Months::new(3), "the Document Signer's key usage period")?,
            document_types: vec!["I".to_owned()],
            contact: CONTACT.to_owned(),
            crl_urls: vec![self.url("csca.crl")],
        }))
    }

    /// Root of the service's TLS certificates, the server's certificate, and the list of revoked partners.
    fn service_branch(
        &mut self,
        online: &SecretKey,
        offline: &SecretKey,
        names: &[String],
        addresses: &[IpAddr],
    ) -> Result<(), CeremonyError> {
        let root_key = self.key(
            Purpose::ServiceRoot,
            Algorithm::EcdsaP384Sha384,
            &self.places.offline.clone(),
            offline,
        )?;
        let profile =
            Profile::Root(Root { name: authority_name("Service Root"), key: root_key.public_key() });
        let root = self.self_signed(&profile, root_key, years(20), "service-root")?;
        let server_key =
            self.key(Purpose::TlsServer, Algorithm::EcdsaP256Sha256, &self.places.online.clone(), online)?;
        let profile = self.tls_server(server_key.public_key(), names.to_vec(), addresses.to_vec());
        self.certify(&profile, &root, SERVER_LASTS, "tls-server")?;
        self.list(&root, &SERVICE_LIST, 1, Vec::new())
    }

    fn tls_server(&self, key: PublicKey, dns_names: Vec<String>, addresses: Vec<IpAddr>) -> Profile {
        Profile::TlsServer(TlsServer {
            organisation: ORGANISATION.to_owned(),
            common_name: dns_names.first().cloned().unwrap_or_else(|| "localhost".to_owned()),
            key,
            dns_names,
            addresses,
            crl_urls: vec![self.url("service-root.crl")],
        })
    }

    fn log_and_answer_keys(&mut self, online: &SecretKey) -> Result<(), CeremonyError> {
        for purpose in [Purpose::RegisterLog, Purpose::AccessLog, Purpose::Answer, Purpose::Extract] {
            let key = self.key(purpose, Algorithm::Ed25519, &self.places.online.clone(), online)?;
            let file = self.places.certificates().join(format!("{}.public.der", purpose.name()));
            write(&file, key.spki_der())?;
        }
        Ok(())
    }

    fn symmetric_keys(&mut self, online: &SecretKey) -> Result<(), CeremonyError> {
        let folder = self.places.online.clone();
        let key = self.draw.key();
        write_key(&folder, Purpose::KeyEncryption, key.expose(), online, self.draw.nonce())?;
        for purpose in [Purpose::CardIssuerMaster, Purpose::CardTransportMaster] {
            let master = zeroize::Zeroizing::new(self.draw.bytes::<CARD_MASTER_BYTES>());
            write_key(&folder, purpose, master.as_slice(), online, self.draw.nonce())?;
        }
        Ok(())
    }

    fn key(
        &mut self,
        purpose: Purpose,
        algorithm: Algorithm,
        folder: &Path,
        unlock: &SecretKey,
    ) -> Result<SoftwareSigner, CeremonyError> {
        let key = SoftwareSigner::generate(algorithm, self.draw.generator())
            .map_err(|e| issue("make a key", &e))?;
        let secret = key.to_pkcs8_der().map_err(|e| issue("encode a key", &e))?;
        write_key(folder, purpose, &secret, unlock, self.draw.nonce())?;
        Ok(key)
    }

    fn self_signed(
        &mut self,
        profile: &Profile,
        key: SoftwareSigner,
        lasts: Months,
        file: &'static str,
    ) -> Result<CertificationAuthority, CeremonyError> {
        let serial = Serial::from_random(self.draw.bytes());
        let validity = self.validity(lasts, file)?;
        let issued = prepare(profile, &serial, &validity, Issuer::Itself)
            .map_err(|e| issue(file, &e))?
            .lint()
            .map_err(|findings| lint(file, &findings))?
            .sign_itself(&key)
            .map_err(|e| issue(file, &e))?;
        self.keep(issued.certificate(), file)?;
        CertificationAuthority::new(issued.into_certificate(), Arc::new(key)).map_err(|e| issue(file, &e))
    }

    fn certify(
        &mut self,
        profile: &Profile,
        authority: &CertificationAuthority,
        lasts: Months,
        file: &'static str,
    ) -> Result<(), CeremonyError> {
        let serial = Serial::from_random(self.draw.bytes());
        let validity = self.validity(lasts, file)?;
        let certificate = sign(profile, &serial, &validity, authority, file)?;
        self.keep(&certificate, file)
    }

    /// Signs a list of an authority and puts it in the place of the one before.
    fn list(
        &self,
        authority: &CertificationAuthority,
        list: &KeptList,
        number: u64,
        revoked: Vec<Revocation>,
    ) -> Result<(), CeremonyError> {
        let content = CrlContent {
            kind: list.kind,
            number,
            this_update: self.now,
            next_update: self.now + list.lasts,
            revoked,
        };
        let crl = content
            .prepare(authority.certificate())
            .and_then(|prepared| prepared.sign(authority))
            .map_err(|e| issue(list.file, &e))?;
        write(&self.places.certificates().join(list.file), crl.der())
    }

    fn keep(&self, certificate: &Certificate, file: &'static str) -> Result<(), CeremonyError> {
        let folder = self.places.certificates();
        let pem = certificate.to_pem().map_err(|e| issue(file, &e))?;
        write(&folder.join(format!("{file}.pem")), pem.as_bytes())?;
        write(&folder.join(format!("{file}.cer")), certificate.der())
    }

    fn validity(&self, lasts: Months, step: &'static str) -> Result<Validity, CeremonyError> {
        Validity::new(self.now, self.now + lasts).map_err(|e| issue(step, &e))
    }

    fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.base_url)
    }
}

/// Prepares, lints, signs and verifies one certificate under an authority.
pub(crate) fn sign(
    profile: &Profile,
    serial: &Serial,
    validity: &Validity,
    authority: &CertificationAuthority,
    step: &'static str,
) -> Result<Certificate, CeremonyError> {
    let issued = prepare(profile, serial, validity, Issuer::Authority(authority.certificate()))
        .map_err(|e| issue(step, &e))?
        .lint()
        .map_err(|findings| lint(step, &findings))?
        .sign(authority)
        .map_err(|e| issue(step, &e))?;
    Ok(issued.into_certificate())
}

/// Opens an authority whose key and certificate the ceremony made.
pub(crate) fn open_authority(
    keys: &Path,
    unlock_file: &Path,
    purpose: Purpose,
    certificate: &Path,
) -> Result<CertificationAuthority, CeremonyError> {
    let unlock = read_unlock(unlock_file)?;
    let key = SoftwareSigner::from_pkcs8_der(&read_key(keys, purpose, &unlock)?)
        .map_err(|e| issue("open a key", &e))?;
    let pem = fs::read_to_string(certificate)
        .map_err(|source| CeremonyError::File { path: certificate.to_owned(), source })?;
    let certificate = Certificate::from_pem(&pem).map_err(|e| issue("read a certificate", &e))?;
    CertificationAuthority::new(certificate, Arc::new(key)).map_err(|e| issue("open an authority", &e))
}

pub(crate) fn issue(step: &'static str, error: &dyn std::error::Error) -> CeremonyError {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    CeremonyError::Issue { step, reason }
}

fn lint(step: &'static str, findings: &[issuance::lint::Finding]) -> CeremonyError {
    CeremonyError::Issue { step, reason: format!("{findings:?}") }
}

/// The name of an authority, or of what signs for one.
pub(crate) fn authority_name(common_name: &str) -> AuthorityName {
    AuthorityName::new(Environment::Test, ORGANISATION, Some("NTRMN-9000001"), common_name)
}

fn years(count: u32) -> Months {
    Months::new(12 * count)
}

/// Writes a file whole or not at all: a running service reads it anew at any moment.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CeremonyError> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let put = || -> std::io::Result<()> {
        let mut file = fs::File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    put().map_err(|source| CeremonyError::File { path: path.to_owned(), source })
}
