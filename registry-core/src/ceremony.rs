//! `registry ceremony`: makes the authorities and the keys of an instance. All at once with TEST authorities
//! in files; or step by step (`steps.rs`), by people with shares of tokens, on a plan and with a transcript.
//!
//! Invariant: this and what is below it is the only code that opens a root key (for `ceremony`, `partner`,
//! `authorities renew` and `revoke`, and `demo`); `serve` never does.

mod authority;
pub mod design;
pub mod partner;
pub mod plan;
pub mod renewal;
pub mod steps;
pub mod transcript;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Days, Months, Utc};
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{Profile, Root, TlsServer};
use issuance::revocation::Revocation;
use issuance::revocation::crl::{Crl, CrlContent, CrlKind};
use issuance::{Algorithm, Certificate, CertificationAuthority, PublicKey, Serial, Signer, Validity};

use self::design::{Design, Kind};
use crate::authorities::generation::Generation;
use crate::draw::Draw;
use crate::durable;
use crate::vault::VaultError;
use crate::vault::key_file::{Purpose, read_unlock, write_key, write_unlock};
use crate::vault::key_vault::KeyVault;
use crate::vault::{SecretKey, key_ring::CARD_MASTER_BYTES};

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
    /// The plan cannot be read, or asks for what must not be.
    #[error("the plan {path}: {reason}")]
    Plan {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A step that must not be taken now.
    #[error("{0}")]
    Refused(String),
    /// A certificate or list could not be issued.
    #[error("{step}: {reason}")]
    Issue {
        /// Which step.
        step: String,
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

/// Makes everything an instance needs, in files. `names` and `addresses` go into the service's TLS
/// certificate.
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
    make_folders(&[&places.online, &places.offline, &places.certificates()])?;
    make_unlock(&places.online_unlock, draw)?;
    make_unlock(&places.offline_unlock, draw)?;
    let online = KeyVault::files(&places.online, &places.online_unlock)?;
    let offline = KeyVault::files(&places.offline, &places.offline_unlock)?;
    let (design, certificates) = (Design::test(base_url), places.certificates());
    let mut ceremony = Ceremony { design: &design, certificates: &certificates, now, draw };
    let root = ceremony.eid_root(&offline)?;
    let key = ceremony.key(&online, Purpose::IssuingCa, &design.issuing)?;
    ceremony.issuing(Generation::FIRST, &key, &root)?;
    ceremony.list(&root, &EID_LIST, None, Vec::new())?;
    let csca = ceremony.csca(&offline)?;
    let key = ceremony.key(&online, Purpose::DocumentSigner, &design.document_signer)?;
    ceremony.document_signer(&key, &csca)?;
    ceremony.list(&csca, &CSCA_LIST, None, Vec::new())?;
    ceremony.service(places, names, addresses)
}

fn make_folders(folders: &[&Path]) -> Result<(), CeremonyError> {
    for folder in folders {
        fs::create_dir_all(folder)
            .map_err(|source| CeremonyError::File { path: folder.to_path_buf(), source })?;
    }
    Ok(())
}

fn make_unlock(path: &Path, draw: &mut Draw) -> Result<(), CeremonyError> {
    Ok(write_unlock(path, &draw.key())?)
}

struct Ceremony<'a> {
    design: &'a Design,
    /// Where certificates and lists go.
    certificates: &'a Path,
    now: DateTime<Utc>,
    draw: &'a mut Draw,
}

impl Ceremony<'_> {
    /// What is never in a token: the service's TLS certificates with their root, the keys of logs, answers
    /// and extracts, and the symmetric keys.
    fn service(
        &mut self,
        places: &Places,
        names: &[String],
        addresses: &[IpAddr],
    ) -> Result<(), CeremonyError> {
        let unlock = read_unlock(&places.online_unlock)?;
        let online = KeyVault::files(&places.online, &places.online_unlock)?;
        let offline = KeyVault::files(&places.offline, &places.offline_unlock)?;
        self.service_branch(&online, &offline, names, addresses)?;
        self.log_and_answer_keys(&online)?;
        self.symmetric_keys(&places.online, &unlock)
    }

    /// Root of the service's TLS certificates, the server's certificate, and the list of revoked partners.
    fn service_branch(
        &mut self,
        online: &KeyVault,
        offline: &KeyVault,
        names: &[String],
        addresses: &[IpAddr],
    ) -> Result<(), CeremonyError> {
        let design = self.design;
        let key = self.key(offline, Purpose::ServiceRoot, &design.service_root)?;
        let name = design.name(&design.service_root);
        let profile = Profile::Root(Root { name, key: public_key(&*key)? });
        let root = self.self_signed(&profile, key, design.service_root.lasts, "service-root")?;
        let key = online.make(Purpose::TlsServer, Algorithm::EcdsaP256Sha256, self.draw)?;
        let organisation = design.organisation.clone();
        let profile = self.tls_server(organisation, public_key(&*key)?, names.to_vec(), addresses.to_vec());
        self.certify(&profile, &root, SERVER_LASTS, "tls-server")?;
        self.list(&root, &SERVICE_LIST, None, Vec::new()).map(drop)
    }

    fn tls_server(
        &self,
        organisation: String,
        key: PublicKey,
        dns_names: Vec<String>,
        addresses: Vec<IpAddr>,
    ) -> Profile {
        Profile::TlsServer(TlsServer {
            organisation,
            common_name: dns_names.first().cloned().unwrap_or_else(|| "localhost".to_owned()),
            key,
            dns_names,
            addresses,
            crl_urls: vec![self.url("service-root.crl")],
        })
    }

    fn log_and_answer_keys(&mut self, online: &KeyVault) -> Result<(), CeremonyError> {
        for purpose in [Purpose::RegisterLog, Purpose::AccessLog, Purpose::Answer, Purpose::Extract] {
            let key = online.make(purpose, Algorithm::Ed25519, self.draw)?;
            let file = self.certificates.join(format!("{}.public.der", purpose.name()));
            write(&file, key.spki_der())?;
        }
        Ok(())
    }

    fn symmetric_keys(&mut self, folder: &Path, unlock: &SecretKey) -> Result<(), CeremonyError> {
        let key = self.draw.key();
        write_key(folder, Purpose::KeyEncryption, key.expose(), unlock, self.draw.nonce())?;
        for purpose in [Purpose::CardIssuerMaster, Purpose::CardTransportMaster] {
            let master = zeroize::Zeroizing::new(self.draw.bytes::<CARD_MASTER_BYTES>());
            write_key(folder, purpose, master.as_slice(), unlock, self.draw.nonce())?;
        }
        Ok(())
    }

    fn key(
        &mut self,
        vault: &KeyVault,
        purpose: Purpose,
        kind: &Kind,
    ) -> Result<Arc<dyn Signer>, CeremonyError> {
        Ok(vault.make(purpose, kind.algorithm, self.draw)?)
    }

    fn self_signed(
        &mut self,
        profile: &Profile,
        key: Arc<dyn Signer>,
        lasts: Months,
        file: &str,
    ) -> Result<CertificationAuthority, CeremonyError> {
        let serial = Serial::from_random(self.draw.bytes());
        let validity = self.validity(lasts, file)?;
        let linted = prepare(profile, &serial, &validity, Issuer::Itself)
            .map_err(|e| issue(file, &e))?
            .lint()
            .map_err(|findings| lint(file, &findings))?;
        self.intend(linted.tbs_der(), file, &serial)?;
        let issued = linted.sign_itself(&*key).map_err(|e| issue(file, &e))?;
        self.keep(issued.certificate(), file)?;
        CertificationAuthority::new(issued.into_certificate(), key).map_err(|e| issue(file, &e))
    }

    fn certify(
        &mut self,
        profile: &Profile,
        authority: &CertificationAuthority,
        lasts: Months,
        file: &str,
    ) -> Result<Certificate, CeremonyError> {
        let validity = self.validity(lasts, file)?;
        self.certify_for(profile, authority, &validity, file)
    }

    fn certify_for(
        &mut self,
        profile: &Profile,
        authority: &CertificationAuthority,
        validity: &Validity,
        file: &str,
    ) -> Result<Certificate, CeremonyError> {
        let serial = Serial::from_random(self.draw.bytes());
        let linted = prepare(profile, &serial, validity, Issuer::Authority(authority.certificate()))
            .map_err(|e| issue(file, &e))?
            .lint()
            .map_err(|findings| lint(file, &findings))?;
        self.intend(linted.tbs_der(), file, &serial)?;
        let issued = linted.sign(authority).map_err(|e| issue(file, &e))?;
        self.keep(issued.certificate(), file)?;
        Ok(issued.into_certificate())
    }

    /// Keeps the octets that will be signed until the certificate is there: if the power goes between, it is
    /// known what a root may have signed (docs/issuance-cycle.md, step 4). Each try has a file of its own,
    /// named by its serial.
    fn intend(&self, tbs: &[u8], file: &str, serial: &Serial) -> Result<(), CeremonyError> {
        create(&self.intent(file, serial), tbs)
    }

    fn intent(&self, file: &str, serial: &Serial) -> PathBuf {
        self.certificates.join(format!("{file}-{serial}.intent"))
    }

    fn list_intent(&self, file: &str, number: u64) -> PathBuf {
        self.certificates.join(format!("{file}-{number}.intent"))
    }

    /// Signs the next list of an authority and puts it in the place of the one before; gives its number.
    ///
    /// cRLNumber only grows (RFC 5280 §5.2.3), also past numbers of which an intent is left: such a list may
    /// have been signed.
    fn list(
        &self,
        authority: &CertificationAuthority,
        list: &KeptList,
        old: Option<&Crl>,
        revoked: Vec<Revocation>,
    ) -> Result<u64, CeremonyError> {
        self.require_later(list, old)?;
        let mut number = old.and_then(Crl::number).unwrap_or(0).saturating_add(1);
        while self.list_intent(list.file, number).exists() {
            number = number.saturating_add(1);
        }
        let content = CrlContent {
            kind: list.kind,
            number,
            this_update: self.now,
            next_update: self.now + list.lasts,
            revoked,
        };
        let prepared = content.prepare(authority.certificate()).map_err(|e| issue(list.file, &e))?;
        let intent = self.list_intent(list.file, number);
        create(&intent, prepared.tbs_der())?;
        let crl = prepared.sign(authority).map_err(|e| issue(list.file, &e))?;
        write(&self.certificates.join(list.file), crl.der())?;
        remove(&intent)?;
        Ok(number)
    }

    /// A clock that was put back would sign a list that is older than the one it follows.
    fn require_later(&self, list: &KeptList, old: Option<&Crl>) -> Result<(), CeremonyError> {
        match old.map(Crl::this_update).filter(|made| self.now < *made) {
            Some(made) => Err(CeremonyError::Refused(format!(
                "the clock of this machine says {}, but {} was made at {made}: set the clock first (`date`)",
                self.now, list.file
            ))),
            None => Ok(()),
        }
    }

    /// The list in place, which must be signed by one of these: whatever stands on it is signed anew.
    fn genuine_list(&self, list: &KeptList, signers: &[Certificate]) -> Result<Crl, CeremonyError> {
        let path = self.certificates.join(list.file);
        let der = fs::read(&path).map_err(|source| CeremonyError::File { path: path.clone(), source })?;
        let old = Crl::from_der(&der).map_err(|e| issue(list.file, &e))?;
        if signers.iter().any(|signer| old.verify(signer).is_ok()) {
            return Ok(old);
        }
        Err(CeremonyError::Refused(format!(
            "{} was not signed by its authority: put back the list that was, and nothing of this one is signed",
            path.display()
        )))
    }

    /// Writes a certificate; the PEM file last, for whoever looks whether a step was taken looks for it.
    fn keep(&self, certificate: &Certificate, file: &str) -> Result<(), CeremonyError> {
        let pem = certificate.to_pem().map_err(|e| issue(file, &e))?;
        write(&self.certificates.join(format!("{file}.cer")), certificate.der())?;
        write(&self.certificates.join(format!("{file}.pem")), pem.as_bytes())?;
        remove(&self.intent(file, &certificate.serial()))
    }

    fn validity(&self, lasts: Months, step: &str) -> Result<Validity, CeremonyError> {
        Validity::new(self.now, self.now + lasts).map_err(|e| issue(step, &e))
    }

    fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.design.url)
    }
}

/// Opens an authority whose key and certificate the ceremony made.
pub(crate) fn open_authority(
    keys: &Path,
    unlock_file: &Path,
    purpose: Purpose,
    certificate: &Path,
) -> Result<CertificationAuthority, CeremonyError> {
    let certificate = read_certificate(certificate)?;
    let key = KeyVault::files(keys, unlock_file)?.signer(purpose, certificate.public_key())?;
    CertificationAuthority::new(certificate, key).map_err(|e| issue("open an authority", &e))
}

fn read_certificate(path: &Path) -> Result<Certificate, CeremonyError> {
    let pem =
        fs::read_to_string(path).map_err(|source| CeremonyError::File { path: path.to_owned(), source })?;
    Certificate::from_pem(&pem).map_err(|e| issue("read a certificate", &e))
}

fn public_key(signer: &dyn Signer) -> Result<PublicKey, CeremonyError> {
    PublicKey::from_spki_der(signer.spki_der()).map_err(|e| issue("read a public key", &e))
}

pub(crate) fn issue(step: &str, error: &dyn std::error::Error) -> CeremonyError {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    CeremonyError::Issue { step: step.to_owned(), reason }
}

fn lint(step: &str, findings: &[issuance::lint::Finding]) -> CeremonyError {
    CeremonyError::Issue { step: step.to_owned(), reason: format!("{findings:?}") }
}

/// Puts a file in its place: a running service may read it at any moment, and the power may go.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CeremonyError> {
    durable::replace(path, bytes).map_err(|source| CeremonyError::File { path: path.to_owned(), source })
}

/// Writes a file that must not exist: it is evidence, and no other try may take its place.
fn create(path: &Path, bytes: &[u8]) -> Result<(), CeremonyError> {
    durable::create_private(path, bytes)
        .map_err(|source| CeremonyError::File { path: path.to_owned(), source })
}

fn remove(path: &Path) -> Result<(), CeremonyError> {
    durable::remove(path).map_err(|source| CeremonyError::File { path: path.to_owned(), source })
}
