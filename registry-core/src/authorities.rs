//! The certificates that belong to the online keys, and the public material that anyone may have.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use issuance::certificate::CertificateError;
use issuance::chain::{may_sign_lists, require_authority, require_path};
use issuance::credential::MAX_PATH;
use issuance::revocation::crl::{Crl, CrlContent, CrlKind};
use issuance::revocation::{Reason, Revocation};
use issuance::{Certificate, CertificationAuthority, Serial};
use registry_domain::refusal::Refusal;

use crate::config::{Config, Mode};
use crate::failure::Failure;
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
/// How long the issuing authority's list is good for.
const LIST_HOURS: i64 = 24;

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
    /// A certificate does not parse, is not valid now, belongs to another key, is a TEST one in production, or no chain leads
    /// from it to the root.
    #[error("{name}: {reason}")]
    Certificate {
        /// Which.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// Authorities of the running service.
#[derive(Debug)]
pub struct Authorities {
    /// Issues card certificates.
    pub issuing: CertificationAuthority,
    /// Signs EF.SOD; whoever wants it says when.
    document_signer: CertificationAuthority,
    /// Root of the card certificates.
    pub eid_root: Certificate,
    /// Root of the Document Signers.
    pub csca: Certificate,
    /// Those between the issuing authority and the root.
    chain: Vec<Certificate>,
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

    /// The roots' lists that are over or soon will be: in the last third of their time. They keep no register from registering
    /// births: `serve` warns of them, and `registry authorities check` fails when one is over.
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

    /// Loads `folder` (made by the ceremony) and refuses what is not valid at `now`, what no chain leads to the root of, what
    /// its root revoked or has no list of, a TEST authority in production, and a key with two purposes.
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
        let certificate = |name| certificate(folder, name, mode, now);
        let authority = |purpose: Purpose, chain: &[Certificate], root: &Certificate, list: &'static str| {
            let name = purpose.name();
            let refuse = |reason: String| AuthoritiesError::Certificate { name, reason };
            let certificate = certificate(name)?;
            let path = require_path(&certificate, chain, root, now).map_err(|e| refuse(e.to_string()))?;
            // What is between is on the lists of others, which are not here; what the root issued is on its own.
            let by_root = path.iter().rev().nth(1).copied().unwrap_or(&certificate);
            require_not_revoked(folder, list, by_root, root)?;
            let key = vault.signer(purpose, certificate.public_key())?;
            CertificationAuthority::new(certificate, key).map_err(|e| refuse(e.to_string()))
        };
        let (eid_root, csca) = (certificate("eid-root")?, certificate("csca")?);
        let chain = chain(folder)?;
        let authorities = Authorities {
            issuing: authority(Purpose::IssuingCa, &chain, &eid_root, EID_LIST)?,
            document_signer: authority(Purpose::DocumentSigner, &[], &csca, CSCA_LIST)?,
            eid_root,
            csca,
            chain,
            folder: folder.to_owned(),
        };
        require_issuing(authorities.issuing.certificate())?;
        // Whether they are usable is asked by who speaks TLS; here their keys count.
        let tls = [Purpose::ServiceRoot, Purpose::TlsServer].map(|purpose| read(folder, purpose.name()));
        let [service_root, server] = tls;
        let tls = [service_root?, server?];
        let certified = [
            (Purpose::IssuingCa, authorities.issuing.certificate()),
            (Purpose::DocumentSigner, authorities.document_signer.certificate()),
            (Purpose::EidRoot, &authorities.eid_root),
            (Purpose::Csca, &authorities.csca),
            (Purpose::ServiceRoot, &tls[0]),
            (Purpose::TlsServer, &tls[1]),
        ]
        .map(|(purpose, certificate)| (purpose.name(), certificate.public_key().clone()));
        require_one_purpose_each(&[&certified[..], &keys.public_keys()].concat())?;
        Ok(authorities)
    }

    /// The Document Signer, as long as its key may sign (Doc 9303-12 §4.1.6.2: the usage period is far shorter than the
    /// certificate's validity, which covers the cards it signed).
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

    /// The authorities between the issuing one and the root, if there are any.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// A public file of the ceremony, read anew each time, so that a renewed list needs no restart.
    ///
    /// # Errors
    /// [`AuthoritiesError::File`].
    pub fn public_file(&self, name: &str) -> Result<Vec<u8>, AuthoritiesError> {
        let path = self.folder.join(name);
        fs::read(&path).map_err(|source| AuthoritiesError::File { path, source })
    }

    /// The issuing authority's list of revoked card certificates, made now, under a number that no earlier one has.
    ///
    /// # Errors
    /// A stored serial or date that does not parse, or the library's refusal.
    pub fn issuing_list(
        &self,
        rows: &[CertificateRow],
        number: u64,
        now: DateTime<Utc>,
    ) -> Result<Crl, Failure> {
        let revoked =
            rows.iter().filter_map(|row| revocation(row).transpose()).collect::<Result<Vec<_>, _>>()?;
        CrlContent {
            kind: CrlKind::Eid,
            number,
            this_update: now,
            next_update: now + Duration::hours(LIST_HOURS),
            revoked,
        }
        .prepare(self.issuing.certificate())
        .and_then(|prepared| prepared.sign(&self.issuing))
        .map_err(|e| Failure::Issue(e.to_string()))
    }
}

/// A root's list that must be followed by the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingList {
    file: &'static str,
    until: DateTime<Utc>,
    /// Whether nobody takes it any longer.
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

/// What a certificate's row says of its revocation.
///
/// # Errors
/// A stored serial or date that does not parse.
pub(crate) fn revocation(row: &CertificateRow) -> Result<Option<Revocation>, Failure> {
    let Some(revoked_on) = &row.revoked_on else { return Ok(None) };
    let serial = hex::decode(&row.serial).map_err(|e| Failure::damaged("certificate.serial", e))?;
    let day: chrono::NaiveDate =
        revoked_on.parse().map_err(|e| Failure::damaged("certificate.revoked_on", e))?;
    let reason = match row.revocation_reason.as_deref() {
        Some("key_compromise" | "lost" | "stolen") => Reason::KeyCompromise,
        Some("data_changed") => Reason::AffiliationChanged,
        Some("superseded") => Reason::Superseded,
        Some(SUSPENDED) => Reason::CertificateHold,
        _ => Reason::CessationOfOperation,
    };
    Ok(Some(Revocation {
        serial: Serial::parse(&serial).map_err(|e| Failure::damaged("certificate.serial", e))?,
        revoked_at: beginning_of(day),
        reason,
    }))
}

/// When the civil day of a revocation began, in the zone where it begins first: the day's own midnight in UTC would lie
/// ahead for the first eight hours, and no list may name what is yet to come (RFC 5280 §5.1.2.6).
fn beginning_of(day: chrono::NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let in_zone = midnight.and_local_timezone(chrono_tz::Asia::Ulaanbaatar).earliest();
    in_zone.map_or_else(|| midnight.and_utc() - Duration::hours(8), |at| at.to_utc())
}

/// The authorities between the issuing one and the root: an issuing authority under a national root may have some.
fn chain(folder: &Path) -> Result<Vec<Certificate>, AuthoritiesError> {
    let path = folder.join(CHAIN_FILE);
    let refuse = |reason: String| AuthoritiesError::Certificate { name: "eid-chain", reason };
    let pem = match fs::read_to_string(&path) {
        Ok(pem) => pem,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(AuthoritiesError::File { path, source }),
    };
    let chain = certificates(&pem).map_err(|e| refuse(e.to_string()))?;
    // The signer and the issuing authority stand there too.
    if chain.len() + 2 > MAX_PATH {
        return Err(refuse(format!(
            "it has {} authorities between the issuing one and the root, and a credential carries {} at most",
            chain.len(),
            MAX_PATH - 2
        )));
    }
    Ok(chain)
}

/// Every certificate in a PEM text, ten at most.
///
/// # Errors
/// The first that does not parse.
pub(crate) fn certificates(pem: &str) -> Result<Vec<Certificate>, CertificateError> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    pem.split(BEGIN).skip(1).take(10).map(|rest| Certificate::from_pem(&format!("{BEGIN}{rest}"))).collect()
}

/// Issues certificates and their list: what is no authority makes cards that nobody takes.
fn require_issuing(certificate: &Certificate) -> Result<(), AuthoritiesError> {
    let refuse = |reason: String| AuthoritiesError::Certificate { name: Purpose::IssuingCa.name(), reason };
    require_authority(certificate, 0).map_err(|e| refuse(e.to_string()))?;
    if may_sign_lists(certificate) {
        return Ok(());
    }
    Err(refuse(
        "it may not sign lists (keyUsage without cRLSign), so that nothing it issues could be revoked"
            .to_owned(),
    ))
}

/// The root's list, signed by it and not naming the certificate. Whether its time is over: [`Authorities::ageing_lists`].
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

fn read(folder: &Path, name: &'static str) -> Result<Certificate, AuthoritiesError> {
    let path = folder.join(format!("{name}.pem"));
    let pem = fs::read_to_string(&path).map_err(|source| AuthoritiesError::File { path, source })?;
    Certificate::from_pem(&pem).map_err(|e| AuthoritiesError::Certificate { name, reason: e.to_string() })
}

/// The same, in its time, and no TEST one in production.
fn certificate(
    folder: &Path,
    name: &'static str,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Certificate, AuthoritiesError> {
    let certificate = read(folder, name)?;
    let refuse = |reason: String| AuthoritiesError::Certificate { name, reason };
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
