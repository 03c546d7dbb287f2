//! What a root signs again and again: lists near their end, the service's TLS certificate, the next Document
//! Signer; and the list of partners' certificates that were revoked.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Duration, Months, Utc};
use issuance::revocation::crl::Crl;
use issuance::revocation::{Reason, Revocation};
use issuance::{Certificate, CertificationAuthority, Signer};
use registry_domain::law::LawConfig;

use super::design::{Design, Kind};
use super::steps::files_in;
use super::{
    CSCA_LIST, Ceremony, CeremonyError, EID_LIST, KeptList, Places, SERVER_LASTS, SERVICE_LIST, issue,
    open_authority,
};
use crate::authorities::generation::Generation;
use crate::draw::Draw;
use crate::durable;
use crate::vault::key_file::Purpose;
use crate::vault::key_vault::KeyVault;

/// Where a Document Signer or an issuing authority waits until all its files are there.
const NEXT: &str = "next";
const SIGNER: &str = "document-signer";
const SERVER: &str = "tls-server";

/// How long before an issuing authority becomes too short for what it certifies the next one follows.
const fn follows(law: &LawConfig) -> Months {
    Months::new(12 * law.card_certificate_years + 3)
}

/// Renews what ends within `ahead` or, without it, what has less than a third of its time left; gives the
/// files. Another issuing authority follows before the present one becomes too short for the certificates of
/// cards.
///
/// The service takes up lists and its TLS certificate while it runs, Document Signer and issuing authority at
/// its next start.
///
/// # Errors
/// [`CeremonyError`]; what was renewed before it stays so.
pub fn renew(
    places: &Places,
    base_url: &str,
    law: &LawConfig,
    ahead: Option<Duration>,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Vec<String>, CeremonyError> {
    let (design, certificates) = (Design::test(base_url), places.certificates());
    let ceremony = Ceremony { design: &design, certificates: &certificates, now, draw };
    let mut renewal = Renewal { ahead, places, ceremony };
    let mut renewed = Vec::new();
    for list in [&EID_LIST, &CSCA_LIST, &SERVICE_LIST] {
        if renewal.is_here(list.purpose) && renewal.list(list)? {
            renewed.push(list.file.to_owned());
        }
    }
    if renewal.server()? {
        renewed.push(SERVER.to_owned());
    }
    if renewal.is_here(Purpose::Csca) && renewal.signer()? {
        renewed.push(SIGNER.to_owned());
    }
    if renewal.is_here(Purpose::EidRoot) {
        renewed.extend(renewal.issuing(law)?.map(Generation::stem));
    }
    Ok(renewed)
}

/// What ends within `ahead` (or is in its last third) and cannot be renewed here, because the key of its
/// authority is in a token or on a medium that is not here.
///
/// # Errors
/// [`CeremonyError`]: a file is missing or unreadable.
pub fn left_to_ceremony(
    places: &Places,
    law: &LawConfig,
    ahead: Option<Duration>,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Vec<String>, CeremonyError> {
    let (design, certificates) = (Design::test(""), places.certificates());
    let ceremony = Ceremony { design: &design, certificates: &certificates, now, draw };
    let renewal = Renewal { ahead, places, ceremony };
    let mut left = Vec::new();
    for list in [&EID_LIST, &CSCA_LIST] {
        if !renewal.is_here(list.purpose) {
            let old = renewal.read_list(list)?;
            if renewal.is_due(old.this_update(), old.next_update()) {
                left.push(list.file.to_owned());
            }
        }
    }
    if !renewal.is_here(Purpose::Csca) {
        let old = renewal.read_certificate(SIGNER)?;
        let usage = old.usage_period().unwrap_or_else(|| old.validity());
        if renewal.is_due(usage.not_before(), usage.not_after()) {
            left.push(SIGNER.to_owned());
        }
    }
    if !renewal.is_here(Purpose::EidRoot) {
        left.extend(renewal.ending_issuing(law)?.map(Generation::stem));
    }
    Ok(left)
}

/// Puts a partner's certificate on the service root's list; a running service refuses it within seconds.
///
/// # Errors
/// [`CeremonyError`]: the certificate is not of the service root, or stands there already.
pub fn revoke_partner(
    places: &Places,
    certificate: &Certificate,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<(), CeremonyError> {
    let (design, certificates) = (Design::test(""), places.certificates());
    let ceremony = Ceremony { design: &design, certificates: &certificates, now, draw };
    let renewal = Renewal { ahead: None, places, ceremony };
    let root = renewal.authority(&SERVICE_LIST)?;
    certificate
        .verify_signature(root.certificate().public_key())
        .map_err(|e| issue("a partner's certificate", &e))?;
    let old = renewal.ceremony.genuine_list(&SERVICE_LIST, &[root.certificate().clone()])?;
    let mut revoked = old.revocations();
    revoked.push(Revocation {
        serial: certificate.serial(),
        revoked_at: now,
        reason: Reason::CessationOfOperation,
    });
    renewal.ceremony.list(&root, &SERVICE_LIST, Some(&old), revoked).map(drop)
}

struct Renewal<'a> {
    ahead: Option<Duration>,
    places: &'a Places,
    ceremony: Ceremony<'a>,
}

impl Renewal<'_> {
    fn list(&self, list: &KeptList) -> Result<bool, CeremonyError> {
        let old = self.read_list(list)?;
        if !self.is_due(old.this_update(), old.next_update()) {
            return Ok(false);
        }
        let authority = self.authority(list)?;
        let old = self.ceremony.genuine_list(list, &[authority.certificate().clone()])?;
        self.ceremony.list(&authority, list, Some(&old), old.revocations())?;
        Ok(true)
    }

    /// The service's certificate, for the same key and names.
    fn server(&mut self) -> Result<bool, CeremonyError> {
        let old = self.read_certificate(SERVER)?;
        if !self.is_due(old.validity().not_before(), old.validity().not_after()) {
            return Ok(false);
        }
        let root = self.authority(&SERVICE_LIST)?;
        let organisation = old
            .subject_attribute(issuance::oid::ORGANISATION)
            .unwrap_or_else(|| self.ceremony.design.organisation.clone());
        let (key, names) = (old.public_key().clone(), old.dns_names());
        let profile = self.ceremony.tls_server(organisation, key, names, old.addresses());
        self.ceremony.certify(&profile, &root, SERVER_LASTS, SERVER)?;
        Ok(true)
    }

    /// A new key: the old one may not sign any more (Doc 9303-12 §4.1.6.2), and its file gives way to the
    /// next one's; what the disk still holds of it opens with the unlock file alone.
    fn signer(&mut self) -> Result<bool, CeremonyError> {
        self.finish()?;
        let old = self.read_certificate(SIGNER)?;
        let usage = old.usage_period().unwrap_or_else(|| old.validity());
        if !self.is_due(usage.not_before(), usage.not_after()) {
            return Ok(false);
        }
        let csca = self.authority(&CSCA_LIST)?;
        let kind = self.ceremony.design.document_signer.clone();
        self.follow(Purpose::DocumentSigner, &kind, SIGNER, |ceremony, key| {
            ceremony.document_signer(key, &csca).map(drop)
        })?;
        Ok(true)
    }

    /// Another issuing authority, in files of its own: the one before keeps its key for its list and answers.
    fn issuing(&mut self, law: &LawConfig) -> Result<Option<Generation>, CeremonyError> {
        self.finish()?;
        let Some(generation) = self.ending_issuing(law)? else { return Ok(None) };
        let next = generation.next();
        let root = self.authority(&EID_LIST)?;
        let kind = self.ceremony.design.issuing.clone();
        self.follow(Purpose::IssuingCa, &kind, &next.stem(), |ceremony, key| {
            ceremony.issuing(next, key, &root).map(drop)
        })?;
        Ok(Some(next))
    }

    /// The newest issuing authority, if another must follow it.
    fn ending_issuing(&self, law: &LawConfig) -> Result<Option<Generation>, CeremonyError> {
        let path = self.places.certificates();
        let found = Generation::all_in(&path).map_err(|source| CeremonyError::File { path, source })?;
        let Some(newest) = found.last().copied() else { return Ok(None) };
        let ends = self.read_certificate(&newest.stem())?.validity().not_after();
        let now = self.ceremony.now;
        let is_due = now + follows(law) >= ends || self.ahead.is_some_and(|ahead| ends - now <= ahead);
        // Near the end of the root another issuing authority would end no later than this one; then a new
        // root must be planned.
        let helps = self.ceremony.issuing_ends(&self.read_certificate(EID_LIST.authority)?) > ends;
        Ok(Some(newest).filter(|_| is_due && helps))
    }

    /// Makes a key and has it certified, in a place where both wait; then the key moves, and the certificate
    /// after it.
    fn follow(
        &mut self,
        purpose: Purpose,
        kind: &Kind,
        stem: &str,
        certify: impl FnOnce(&mut Ceremony<'_>, &Arc<dyn Signer>) -> Result<(), CeremonyError>,
    ) -> Result<(), CeremonyError> {
        let places = self.places;
        let next = places.online.join(NEXT);
        if next.exists() {
            self.keep_intents(&next.join("certificates"))?;
            fs::remove_dir_all(&next).map_err(|source| CeremonyError::File { path: next.clone(), source })?;
        }
        let waiting = Places { online: next, ..places.clone() };
        fs::create_dir_all(waiting.certificates())
            .map_err(|source| CeremonyError::File { path: waiting.certificates(), source })?;
        let vault = KeyVault::files(&waiting.online, &places.online_unlock)?;
        let certificates = waiting.certificates();
        let mut ceremony =
            Ceremony { certificates: &certificates, draw: &mut *self.ceremony.draw, ..self.ceremony };
        let key = ceremony.key(&vault, purpose, kind)?;
        certify(&mut ceremony, &key)?;
        let path = places.online.join(format!("{stem}.key"));
        durable::rename(&waiting.online.join(format!("{}.key", purpose.name())), &path)
            .map_err(|source| CeremonyError::File { path, source })?;
        self.finish()
    }

    /// What a try that was cut off may have signed stays on record.
    fn keep_intents(&self, tried: &Path) -> Result<(), CeremonyError> {
        for name in names_in(tried)?.iter().filter(|name| name.ends_with(".intent")) {
            move_file(tried, &self.places.certificates(), name)?;
        }
        Ok(())
    }

    /// Once the next key has taken its place, its certificate follows; also when the process ended between
    /// the two. The key is written before its certificate and moved before it, so a key that still waits
    /// means that nothing was moved.
    fn finish(&self) -> Result<(), CeremonyError> {
        let places = self.places;
        let next = places.online.join(NEXT);
        let key_waits = |purpose: Purpose| next.join(format!("{}.key", purpose.name())).exists();
        if !next.exists() || [Purpose::DocumentSigner, Purpose::IssuingCa].into_iter().any(key_waits) {
            return Ok(());
        }
        let waiting = next.join("certificates");
        // The PEM file last: whoever looks whether there is a certificate looks for it.
        for end in [".cer", ".pem"] {
            for name in names_in(&waiting)?.iter().filter(|name| name.ends_with(end)) {
                move_file(&waiting, &places.certificates(), name)?;
            }
        }
        fs::remove_dir_all(&next).map_err(|source| CeremonyError::File { path: next, source })
    }

    /// Whether the key of a root is a file; otherwise it is in a token, and a ceremony signs.
    fn is_here(&self, purpose: Purpose) -> bool {
        self.places.offline.join(format!("{}.key", purpose.name())).exists()
    }

    fn is_due(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let ahead = self.ahead.unwrap_or((to - from) / 3);
        to - self.ceremony.now <= ahead
    }

    fn authority(&self, list: &KeptList) -> Result<CertificationAuthority, CeremonyError> {
        let places = self.places;
        let certificate = places.certificates().join(format!("{}.pem", list.authority));
        open_authority(&places.offline, &places.offline_unlock, list.purpose, &certificate)
    }

    fn read_list(&self, list: &KeptList) -> Result<Crl, CeremonyError> {
        let path = self.places.certificates().join(list.file);
        let der = fs::read(&path).map_err(|source| CeremonyError::File { path, source })?;
        Crl::from_der(&der).map_err(|e| issue(list.file, &e))
    }

    fn read_certificate(&self, stem: &str) -> Result<Certificate, CeremonyError> {
        let path = self.places.certificates().join(format!("{stem}.pem"));
        let pem = fs::read_to_string(&path).map_err(|source| CeremonyError::File { path, source })?;
        Certificate::from_pem(&pem).map_err(|e| issue(stem, &e))
    }
}

/// The names of the files in a folder; of one that is not there, none.
fn names_in(folder: &Path) -> Result<Vec<String>, CeremonyError> {
    let files = files_in(folder)?;
    Ok(files.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
}

fn move_file(from: &Path, to: &Path, file: &str) -> Result<(), CeremonyError> {
    let path = to.join(file);
    durable::rename(&from.join(file), &path).map_err(|source| CeremonyError::File { path, source })
}
