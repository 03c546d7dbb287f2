//! The certificates that belong to the online keys, and the public material that anyone may have.

pub mod generation;
pub mod issuing;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use issuance::certificate::CertificateError;
use issuance::chain::require_path;
use issuance::credential::MAX_PATH;
use issuance::revocation::crl::Crl;
use issuance::revocation::{Reason, Revocation};
use issuance::{Certificate, CertificationAuthority, Serial};
use registry_domain::card::CertificateSerial;
use registry_domain::refusal::Refusal;

use self::generation::Generation;
use self::issuing::IssuingAuthority;
use crate::config::{Config, Mode};
use crate::store::people::{CertificateRow, SUSPENDED};
use crate::vault::VaultError;
use crate::vault::key_file::Purpose;
use crate::vault::key_ring::{KeyRing, require_one_purpose_each};
use crate::vault::key_vault::KeyVault;

/// The authorities between the issuing one and a national root, if there are any.
pub(crate) const CHAIN_FILE: &str = "eid-chain.pem";
/// The lists of the roots.
const EID_LIST: &str = "eid-root.crl";
const CSCA_LIST: &str = "csca.crl";

/// Why the authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// A file is missing or unreadable.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A key cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A list is not of its authority, or it names one of ours.
    #[error("{file}: {reason}")]
    List {
        /// Which.
        file: &'static str,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A certificate does not parse, is not valid now, belongs to another key, is a TEST one in production,
    /// or no chain leads from it to the root.
    #[error("{name}: {reason}")]
    Certificate {
        /// Which.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// Authorities of the running service.
#[derive(Debug)]
pub struct Authorities {
    /// Issue card certificates, one after the other; the newest, which is last, signs new ones.
    issuing: Vec<Arc<IssuingAuthority>>,
    /// Signs EF.SOD. [`Authorities::document_signer`] gives it out only while its key may sign.
    document_signer: CertificationAuthority,
    /// Root of the card certificates.
    pub eid_root: Certificate,
    /// Root of the Document Signers.
    pub csca: Certificate,
    folder: PathBuf,
}

impl Authorities {
    /// Opens the keys and authorities of an instance: what `serve`, every command that needs them and
    /// `registry authorities check` ask before they begin.
    ///
    /// # Errors
    /// [`AuthoritiesError`] naming the file or the key.
    pub fn of_instance(
        config: &Config,
        now: DateTime<Utc>,
    ) -> Result<(KeyRing, Authorities), AuthoritiesError> {
        let keys = KeyRing::open(&config.keys.folder, &config.keys.unlock_file)?;
        let vault = KeyVault::open(&config.keys)?;
        let folder = config.keys.folder.join("certificates");
        let authorities = Authorities::open(&folder, &vault, &keys, config.mode, now)?;
        Ok((keys, authorities))
    }

    /// The roots' lists that have run out or soon will: they are in the last third of their time. Births can
    /// still be registered then: `serve` only warns of such lists, and `registry authorities check` fails
    /// when one has run out.
    ///
    /// # Errors
    /// A list that is missing, does not parse, or is not of its root.
    pub fn ageing_lists(&self, now: DateTime<Utc>) -> Result<Vec<AgeingList>, AuthoritiesError> {
        let mut ageing = Vec::new();
        for (file, root) in [(EID_LIST, &self.eid_root), (CSCA_LIST, &self.csca)] {
            let list = list_of(&self.folder, file, root)?;
            let (from, until) = (list.this_update(), list.next_update());
            let is_over = !list.is_fresh(now);
            if is_over || until - now <= (until - from) / 3 {
                ageing.push(AgeingList { file, until, is_over });
            }
        }
        Ok(ageing)
    }

    /// Loads `folder`, which the ceremony made. It refuses a certificate that is not valid at `now`, leads to
    /// no root, or was revoked by its root; a root without a list; a TEST authority in production; and a key
    /// with two purposes.
    ///
    /// # Errors
    /// [`AuthoritiesError`] naming the file or the key.
    pub fn open(
        folder: &Path,
        vault: &KeyVault,
        keys: &KeyRing,
        mode: Mode,
        now: DateTime<Utc>,
    ) -> Result<Authorities, AuthoritiesError> {
        let (eid_root, csca) =
            (certificate(folder, "eid-root", mode, now)?, certificate(folder, "csca", mode, now)?);
        let opening = Opening { folder, vault, mode, now };
        let issuing = opening.issuing(&eid_root)?;
        let signer = certificate(folder, Purpose::DocumentSigner.name(), mode, now)?;
        let (document_signer, _) =
            opening.authority(Purpose::DocumentSigner, signer, &[], &csca, CSCA_LIST)?;
        // Those who speak TLS check whether these are usable; here only their keys matter.
        let tls = [Purpose::ServiceRoot, Purpose::TlsServer].map(|purpose| read(folder, purpose.name()));
        let [service_root, server] = tls;
        let tls = [service_root?, server?];
        let mut certified = vec![
            (Purpose::DocumentSigner, document_signer.certificate()),
            (Purpose::EidRoot, &eid_root),
            (Purpose::Csca, &csca),
            (Purpose::ServiceRoot, &tls[0]),
            (Purpose::TlsServer, &tls[1]),
        ];
        certified.extend(issuing.iter().map(|issuer| (Purpose::IssuingCa, issuer.certificate())));
        let certified: Vec<_> = certified
            .into_iter()
            .map(|(purpose, certificate)| (purpose.name(), certificate.public_key().clone()))
            .collect();
        require_one_purpose_each(&[&certified[..], &keys.public_keys()].concat())?;
        Ok(Authorities { issuing, document_signer, eid_root, csca, folder: folder.to_owned() })
    }

    /// The Document Signer, as long as its key may sign (Doc 9303-12 §4.1.6.2: the usage period is far
    /// shorter than the certificate's validity, which covers the cards it signed).
    ///
    /// # Errors
    /// [`Refusal::SignerPeriodOver`].
    pub fn document_signer(&self, now: DateTime<Utc>) -> Result<&CertificationAuthority, Refusal> {
        let period = self.document_signer.certificate().usage_period();
        if period.is_some_and(|period| period.contains(now)) {
            Ok(&self.document_signer)
        } else {
            Err(Refusal::SignerPeriodOver)
        }
    }

    /// The authority that issues now.
    pub fn issuing(&self) -> &Arc<IssuingAuthority> {
        // `open` fails without an issuing authority, so there is a last one.
        &self.issuing[self.issuing.len() - 1]
    }

    /// The authorities that issued certificates which may still be good. The last one issues now.
    pub fn issuers(&self) -> &[Arc<IssuingAuthority>] {
        &self.issuing
    }

    /// The authority whose list and certificate are published under this name, without its `.crl` or `.cer`.
    pub fn issuer(&self, stem: &str) -> Option<&Arc<IssuingAuthority>> {
        self.issuing.iter().find(|issuer| issuer.stem() == stem)
    }

    /// A public file of the ceremony, read anew each time, so that a renewed list needs no restart.
    ///
    /// # Errors
    /// [`AuthoritiesError::File`].
    pub fn public_file(&self, name: &str) -> Result<Vec<u8>, AuthoritiesError> {
        let path = self.folder.join(name);
        fs::read(&path).map_err(|source| AuthoritiesError::File { path, source })
    }
}

/// What it takes to open an authority.
struct Opening<'a> {
    folder: &'a Path,
    vault: &'a KeyVault,
    mode: Mode,
    now: DateTime<Utc>,
}

impl Opening<'_> {
    /// The issuing authorities in the order in which they were made. The newest must be fit. An earlier one
    /// that has expired, or that its root revoked, is left out: everything that it issued is no longer good
    /// either, and nobody needs its list.
    fn issuing(&self, root: &Certificate) -> Result<Vec<Arc<IssuingAuthority>>, AuthoritiesError> {
        let (folder, now) = (self.folder, self.now);
        let generations = Generation::all_in(folder)
            .map_err(|source| AuthoritiesError::File { path: folder.to_owned(), source })?;
        let newest = generations.last().copied().unwrap_or(Generation::FIRST);
        let between = chain(folder)?;
        let mut issuing = Vec::new();
        for generation in generations.into_iter().filter(|one| *one != newest) {
            let certificate = read(folder, &generation.stem())?;
            let name = certificate.subject().to_string();
            if certificate.validity().not_after() < now {
                tracing::warn!(
                    name,
                    "an issuing authority before the present one is over, and so is all it issued"
                );
                continue;
            }
            match self.issuer(generation, certificate, &between, root) {
                Err(AuthoritiesError::List { reason, .. }) => {
                    tracing::warn!(name, reason, "an issuing authority before the present one is not used");
                }
                issuer => issuing.push(Arc::new(issuer?)),
            }
        }
        let certificate = certificate(folder, &newest.stem(), self.mode, now)?;
        issuing.push(Arc::new(self.issuer(newest, certificate, &between, root)?));
        Ok(issuing)
    }

    fn issuer(
        &self,
        generation: Generation,
        certificate: Certificate,
        between: &[Certificate],
        root: &Certificate,
    ) -> Result<IssuingAuthority, AuthoritiesError> {
        let (authority, above) = self.authority(Purpose::IssuingCa, certificate, between, root, EID_LIST)?;
        // The signer and the issuing authority stand in a credential's path too.
        let most = MAX_PATH - 2;
        let issuer = if above.len() > most {
            let many = above.len();
            Err(format!(
                "it has {many} authorities between it and the root, and a credential carries {most} at most"
            ))
        } else {
            IssuingAuthority::new(authority, generation, above)
        };
        issuer.map_err(|reason| AuthoritiesError::Certificate { name: generation.stem(), reason })
    }

    /// Its key with its certificate, and the authorities between it and the root.
    fn authority(
        &self,
        purpose: Purpose,
        certificate: Certificate,
        between: &[Certificate],
        root: &Certificate,
        list: &'static str,
    ) -> Result<(CertificationAuthority, Vec<Certificate>), AuthoritiesError> {
        let name = purpose.name();
        let refuse = |reason: String| AuthoritiesError::Certificate { name: name.to_owned(), reason };
        let path = require_path(&certificate, between, root, self.now).map_err(|e| refuse(e.to_string()))?;
        // The root's list names only what the root itself issued: the topmost certificate below it. The lists
        // of the authorities between are not kept here.
        let by_root = path.iter().rev().nth(1).copied().unwrap_or(&certificate);
        require_not_revoked(self.folder, list, by_root, root)?;
        let above = path.iter().take(path.len() - 1).map(|&one| one.clone()).collect();
        let key = self.vault.signer(purpose, certificate.public_key())?;
        let authority = CertificationAuthority::new(certificate, key).map_err(|e| refuse(e.to_string()))?;
        Ok((authority, above))
    }
}

/// A root's list that must be followed by the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingList {
    file: &'static str,
    until: DateTime<Utc>,
    /// Whether the list has run out, so that nobody accepts it.
    pub is_over: bool,
}

impl fmt::Display for AgeingList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, until, is_over } = self;
        let state = if *is_over { "no one takes it now" } else { "no one takes it from then on" };
        write!(
            f,
            "{file} is good until {until}, and {state}: sign the next one (`registry authorities renew`, or `registry ceremony \
             list`), or fetch it from the national root, and put it there"
        )
    }
}

/// Why a certificate that a card's entry calls revoked stands on no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotListed {
    /// This service did not issue it: earlier versions took an entry with any text in place of the serial
    /// number.
    #[error("its serial number cannot be read; have the entry that says that the card was written annulled")]
    Serial,
    /// Somebody changed the row in the database itself.
    #[error("the day of its revocation cannot be read; run `registry verify`")]
    Day,
    /// A card's entry names the certificate of one of [`crate::online_signer`]'s signers, which no card has.
    #[error(
        "its serial number is that of a signer of the service; have the entry that says that the card was written annulled"
    )]
    OfService,
}

/// A revocation as lists and answers tell it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The revocation from its day on. If that day lies ahead, it counts from now on, because nobody accepts
    /// a list or an answer that names a day to come (RFC 5280 §5.1.2.6).
    pub revocation: Revocation,
    /// Whether its day lies ahead: the clock of this machine is slow, that of an earlier machine was fast, or
    /// somebody changed the row in the database itself.
    pub lies_ahead: bool,
}

/// What a certificate's row says of its revocation.
///
/// # Errors
/// A row that cannot be read.
pub(crate) fn revocation(row: &CertificateRow, now: DateTime<Utc>) -> Result<Option<Told>, NotListed> {
    let Some(revoked_on) = &row.revoked_on else { return Ok(None) };
    let serial = CertificateSerial::parse(&row.serial).map_err(|_| NotListed::Serial)?;
    let serial = hex::decode(serial.as_str()).map_err(|_| NotListed::Serial)?;
    let day: chrono::NaiveDate = revoked_on.parse().map_err(|_| NotListed::Day)?;
    let reason = match row.revocation_reason.as_deref() {
        Some("key_compromise" | "lost" | "stolen") => Reason::KeyCompromise,
        Some("data_changed") => Reason::AffiliationChanged,
        Some("superseded") => Reason::Superseded,
        Some(SUSPENDED) => Reason::CertificateHold,
        _ => Reason::CessationOfOperation,
    };
    let serial = Serial::parse(&serial).map_err(|_| NotListed::Serial)?;
    let began = beginning_of(day);
    let revocation = Revocation { serial, revoked_at: began.min(now), reason };
    Ok(Some(Told { revocation, lies_ahead: began > now }))
}

/// When the civil day of a revocation began, in the zone where it begins first: the day's own midnight in UTC
/// would lie ahead for the first eight hours, and no list may name what is yet to come (RFC 5280 §5.1.2.6).
fn beginning_of(day: chrono::NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let in_zone = midnight.and_local_timezone(chrono_tz::Asia::Ulaanbaatar).earliest();
    in_zone.map_or_else(|| midnight.and_utc() - Duration::hours(8), |at| at.to_utc())
}

/// The authorities between the issuing ones and the root. There are some where a national root signs through
/// authorities of its own.
fn chain(folder: &Path) -> Result<Vec<Certificate>, AuthoritiesError> {
    let path = folder.join(CHAIN_FILE);
    let refuse = |reason: String| AuthoritiesError::Certificate { name: "eid-chain".to_owned(), reason };
    let pem = match fs::read_to_string(&path) {
        Ok(pem) => pem,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(AuthoritiesError::File { path, source }),
    };
    certificates(&pem).map_err(|e| refuse(e.to_string()))
}

/// Every certificate in a PEM text, ten at most.
///
/// # Errors
/// The first that does not parse.
pub(crate) fn certificates(pem: &str) -> Result<Vec<Certificate>, CertificateError> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    pem.split(BEGIN).skip(1).take(10).map(|rest| Certificate::from_pem(&format!("{BEGIN}{rest}"))).collect()
}

/// The root's list, signed by the root and not naming the certificate. Whether the list has run out is
/// checked by [`Authorities::ageing_lists`].
fn require_not_revoked(
    folder: &Path,
    file: &'static str,
    certificate: &Certificate,
    root: &Certificate,
) -> Result<(), AuthoritiesError> {
    match list_of(folder, file, root)?.revocation(&certificate.serial()) {
        Some(revocation) => Err(AuthoritiesError::List {
            file,
            reason: format!(
                "{} is revoked since {}: it signs nothing more; take its successor",
                certificate.subject(),
                revocation.revoked_at
            ),
        }),
        None => Ok(()),
    }
}

/// A list that is signed by its root; its time is not looked at.
fn list_of(folder: &Path, file: &'static str, root: &Certificate) -> Result<Crl, AuthoritiesError> {
    let path = folder.join(file);
    let refuse = |reason: String| AuthoritiesError::List { file, reason };
    let der = fs::read(&path).map_err(|source| AuthoritiesError::File { path, source })?;
    let list = Crl::from_der(&der).map_err(|e| refuse(e.to_string()))?;
    list.verify(root).map_err(|e| refuse(format!("it is not of its root: {e}")))?;
    Ok(list)
}

fn read(folder: &Path, name: &str) -> Result<Certificate, AuthoritiesError> {
    let path = folder.join(format!("{name}.pem"));
    let pem = fs::read_to_string(&path).map_err(|source| AuthoritiesError::File { path, source })?;
    Certificate::from_pem(&pem)
        .map_err(|e| AuthoritiesError::Certificate { name: name.to_owned(), reason: e.to_string() })
}

/// The same, in its time, and no TEST one in production.
fn certificate(
    folder: &Path,
    name: &str,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Certificate, AuthoritiesError> {
    let certificate = read(folder, name)?;
    let refuse = |reason: String| AuthoritiesError::Certificate { name: name.to_owned(), reason };
    if !certificate.is_valid_at(now) {
        return Err(refuse("it is not valid now".to_owned()));
    }
    if mode == Mode::Production && certificate.is_test() {
        return Err(refuse(format!(
            "{} is a TEST authority, and the mode is production: hold a ceremony with environment = \"production\"",
            certificate.subject()
        )));
    }
    Ok(certificate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_of_this_morning_is_not_in_the_future() {
        let day = "2026-11-24".parse().unwrap();
        assert_eq!(beginning_of(day).to_rfc3339(), "2026-11-23T16:00:00+00:00");
    }
}
