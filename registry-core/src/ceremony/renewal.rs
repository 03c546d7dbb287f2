//! What a root signs again and again: lists near their end, the service's TLS certificate, the next Document Signer; and
//! the list of partners' certificates that were revoked.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use issuance::revocation::crl::Crl;
use issuance::revocation::{Reason, Revocation};
use issuance::{Algorithm, Certificate, CertificationAuthority, SoftwareSigner};

use super::{
    CSCA_LIST, Ceremony, CeremonyError, EID_LIST, KeptList, Places, SERVER_LASTS, SERVICE_LIST, SIGNER_LASTS,
    issue, open_authority,
};
use crate::draw::Draw;
use crate::vault::key_file::{Purpose, read_unlock, write_key};

/// Where the next Document Signer waits until both its files are there.
const NEXT: &str = "next";
const SIGNER: &str = "document-signer";
const SERVER: &str = "tls-server";

/// Makes anew what ends within `ahead`, or, without it, what has less than a third of its time left; gives the files.
///
/// The service takes up lists and its TLS certificate while it runs, the Document Signer at its next start.
///
/// # Errors
/// [`CeremonyError`]; what was renewed before it stays so.
pub fn renew(
    places: &Places,
    base_url: &str,
    ahead: Option<Duration>,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Vec<&'static str>, CeremonyError> {
    let mut renewal = Renewal { ahead, ceremony: Ceremony { places, base_url, now, draw } };
    let mut renewed = Vec::new();
    for list in [&EID_LIST, &CSCA_LIST, &SERVICE_LIST] {
        if renewal.list(list)? {
            renewed.push(list.file);
        }
    }
    if renewal.server()? {
        renewed.push(SERVER);
    }
    if renewal.signer()? {
        renewed.push(SIGNER);
    }
    Ok(renewed)
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
    let renewal = Renewal { ahead: None, ceremony: Ceremony { places, base_url: "", now, draw } };
    let root = renewal.authority(&SERVICE_LIST)?;
    certificate
        .verify_signature(root.certificate().public_key())
        .map_err(|e| issue("a partner's certificate", &e))?;
    let old = renewal.read_list(&SERVICE_LIST)?;
    let mut revoked = old.revocations();
    revoked.push(Revocation {
        serial: certificate.serial(),
        revoked_at: now,
        reason: Reason::CessationOfOperation,
    });
    renewal.ceremony.list(&root, &SERVICE_LIST, next_number(&old), revoked)
}

struct Renewal<'a> {
    ahead: Option<Duration>,
    ceremony: Ceremony<'a>,
}

impl Renewal<'_> {
    fn list(&self, list: &KeptList) -> Result<bool, CeremonyError> {
        let old = self.read_list(list)?;
        if !self.is_due(old.this_update(), old.next_update()) {
            return Ok(false);
        }
        self.ceremony.list(&self.authority(list)?, list, next_number(&old), old.revocations())?;
        Ok(true)
    }

    /// The service's certificate, for the same key and names.
    fn server(&mut self) -> Result<bool, CeremonyError> {
        let old = self.read_certificate(SERVER)?;
        if !self.is_due(old.validity().not_before(), old.validity().not_after()) {
            return Ok(false);
        }
        let root = self.authority(&SERVICE_LIST)?;
        let profile = self.ceremony.tls_server(old.public_key().clone(), old.dns_names(), old.addresses());
        self.ceremony.certify(&profile, &root, SERVER_LASTS, SERVER)?;
        Ok(true)
    }

    /// A new key: the old one may not sign any more, and is destroyed (Doc 9303-12 §4.1.6.2).
    fn signer(&mut self) -> Result<bool, CeremonyError> {
        self.finish_signer()?;
        let old = self.read_certificate(SIGNER)?;
        let usage = old.usage_period().unwrap_or_else(|| old.validity());
        if !self.is_due(usage.not_before(), usage.not_after()) {
            return Ok(false);
        }
        let places = self.ceremony.places;
        let next = places.online.join(NEXT);
        if next.exists() {
            fs::remove_dir_all(&next).map_err(|source| CeremonyError::File { path: next.clone(), source })?;
        }
        let waiting = Places { online: next, ..places.clone() };
        fs::create_dir_all(waiting.certificates())
            .map_err(|source| CeremonyError::File { path: waiting.certificates(), source })?;
        let csca = self.authority(&CSCA_LIST)?;
        let unlock = read_unlock(&places.online_unlock)?;
        let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, self.ceremony.draw.generator())
            .map_err(|e| issue("make a key", &e))?;
        let profile = self.ceremony.document_signer(key.public_key())?;
        let mut ceremony = Ceremony { places: &waiting, draw: &mut *self.ceremony.draw, ..self.ceremony };
        let secret = key.to_pkcs8_der().map_err(|e| issue("encode a key", &e))?;
        write_key(&waiting.online, Purpose::DocumentSigner, &secret, &unlock, ceremony.draw.nonce())?;
        ceremony.certify(&profile, &csca, SIGNER_LASTS, SIGNER)?;
        move_file(&waiting.online, &places.online, "document-signer.key")?;
        self.finish_signer()?;
        Ok(true)
    }

    /// Once the next key has taken its place, its certificate follows; also when the process ended between the two. The key
    /// is written before its certificate and moved before it, so a key that still waits means that nothing was moved.
    fn finish_signer(&self) -> Result<(), CeremonyError> {
        let places = self.ceremony.places;
        let next = places.online.join(NEXT);
        if !next.exists() || next.join("document-signer.key").exists() {
            return Ok(());
        }
        let waiting = next.join("certificates");
        for file in ["document-signer.cer", "document-signer.pem"] {
            if waiting.join(file).exists() {
                move_file(&waiting, &places.certificates(), file)?;
            }
        }
        fs::remove_dir_all(&next).map_err(|source| CeremonyError::File { path: next, source })
    }

    fn is_due(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let ahead = self.ahead.unwrap_or((to - from) / 3);
        to - self.ceremony.now <= ahead
    }

    fn authority(&self, list: &KeptList) -> Result<CertificationAuthority, CeremonyError> {
        let places = self.ceremony.places;
        let certificate = places.certificates().join(format!("{}.pem", list.authority));
        open_authority(&places.offline, &places.offline_unlock, list.purpose, &certificate)
    }

    fn read_list(&self, list: &KeptList) -> Result<Crl, CeremonyError> {
        let path = self.ceremony.places.certificates().join(list.file);
        let der = fs::read(&path).map_err(|source| CeremonyError::File { path, source })?;
        Crl::from_der(&der).map_err(|e| issue(list.file, &e))
    }

    fn read_certificate(&self, stem: &'static str) -> Result<Certificate, CeremonyError> {
        let path = self.ceremony.places.certificates().join(format!("{stem}.pem"));
        let pem = fs::read_to_string(&path).map_err(|source| CeremonyError::File { path, source })?;
        Certificate::from_pem(&pem).map_err(|e| issue(stem, &e))
    }
}

fn move_file(from: &Path, to: &Path, file: &str) -> Result<(), CeremonyError> {
    let path = to.join(file);
    fs::rename(from.join(file), &path).map_err(|source| CeremonyError::File { path, source })
}

/// cRLNumber only grows (RFC 5280 §5.2.3).
fn next_number(old: &Crl) -> u64 {
    old.number().map_or(1, |number| number.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use registry_domain::refusal::Refusal;

    use super::*;
    use crate::authorities::{Authorities, AuthoritiesError};
    use crate::ceremony::make_test_authorities;
    use crate::vault::key_ring::KeyRing;
    use crate::vault::key_vault::KeyVault;

    const URL: &str = "http://localhost/pki";

    struct Register {
        places: Places,
        draw: Draw,
        _folder: tempfile::TempDir,
    }

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::days(number)
    }

    /// Authorities that were made on day 0.
    fn register() -> Register {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let places = Places {
            online: at("online"),
            offline: at("offline"),
            online_unlock: at("online.unlock"),
            offline_unlock: at("offline.unlock"),
        };
        let mut draw = Draw::from_seed([7; 32]);
        let (names, addresses) = (["localhost".to_owned()], ["127.0.0.1".parse().unwrap()]);
        make_test_authorities(&places, &names, &addresses, URL, day(0), &mut draw).unwrap();
        Register { places, draw, _folder: folder }
    }

    impl Register {
        fn renew(&mut self, on: i64) -> Vec<&'static str> {
            renew(&self.places, URL, None, day(on), &mut self.draw).unwrap()
        }

        fn authorities(&self, on: i64) -> Authorities {
            self.open_authorities(on).unwrap()
        }

        fn open_authorities(&self, on: i64) -> Result<Authorities, AuthoritiesError> {
            let keys = KeyRing::open(&self.places.online, &self.places.online_unlock).unwrap();
            let vault = KeyVault::files(&self.places.online, &self.places.online_unlock).unwrap();
            Authorities::open(&self.places.certificates(), &vault, &keys, day(on))
        }

        fn list(&self, file: &str) -> Crl {
            Crl::from_der(&fs::read(self.places.certificates().join(file)).unwrap()).unwrap()
        }
    }

    #[test]
    fn nothing_is_renewed_before_its_last_third() {
        let mut register = register();
        let before = register.list("service-root.crl");
        assert!(register.renew(1).is_empty());
        assert!(register.renew(19).is_empty());
        assert_eq!(register.list("service-root.crl"), before);
        assert_eq!(register.renew(21), ["service-root.crl"]);
        assert_eq!(register.list("service-root.crl").number(), Some(2));
        assert!(register.renew(22).is_empty(), "once is enough");
    }

    #[test]
    fn after_a_long_absence_everything_is_fresh_again() {
        let mut register = register();
        let old = register.authorities(0);
        assert_eq!(old.document_signer(day(300)).err(), Some(Refusal::SignerPeriodOver));
        let renewed = register.renew(300);
        assert_eq!(renewed, ["eid-root.crl", "csca.crl", "service-root.crl", SERVER, SIGNER]);
        for file in ["eid-root.crl", "csca.crl", "service-root.crl"] {
            assert!(register.list(file).is_fresh(day(301)), "{file}");
        }
        let fresh = register.authorities(300);
        let signer = fresh.document_signer(day(300)).unwrap();
        assert!(signer.certificate().is_valid_at(day(300)));
        let old = old.document_signer(day(1)).unwrap();
        assert_ne!(signer.signer().spki_der(), old.signer().spki_der(), "a key of its own for each period");
        let server = fs::read_to_string(register.places.certificates().join("tls-server.pem")).unwrap();
        let server = Certificate::from_pem(&server).unwrap();
        assert_eq!(server.dns_names(), ["localhost"]);
        assert_eq!(server.addresses(), ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
        assert!(server.is_valid_at(day(600)));
    }

    #[test]
    fn a_signer_signs_in_its_period_alone() {
        let register = register();
        let authorities = register.authorities(0);
        assert!(authorities.document_signer(day(0)).is_ok());
        assert!(authorities.document_signer(day(80)).is_ok());
        for outside in [-1, 93, 1000] {
            assert_eq!(authorities.document_signer(day(outside)).err(), Some(Refusal::SignerPeriodOver));
        }
    }

    #[test]
    fn a_renewal_that_ended_half_way_is_finished_by_the_next() {
        let mut register = register();
        register.renew(80);
        let certificates = register.places.certificates();
        let waiting = register.places.online.join(NEXT).join("certificates");
        fs::create_dir_all(&waiting).unwrap();
        for file in ["document-signer.cer", "document-signer.pem"] {
            fs::rename(certificates.join(file), waiting.join(file)).unwrap();
        }
        assert!(register.renew(81).is_empty());
        assert!(register.authorities(81).document_signer(day(81)).is_ok());
        assert!(!register.places.online.join(NEXT).exists());
    }

    #[test]
    fn a_revoked_partner_stays_on_the_list_when_it_is_renewed() {
        let mut register = register();
        let server = fs::read_to_string(register.places.certificates().join("tls-server.pem")).unwrap();
        let server = Certificate::from_pem(&server).unwrap();
        revoke_partner(&register.places, &server, day(1), &mut register.draw).unwrap();
        assert!(revoke_partner(&register.places, &server, day(2), &mut register.draw).is_err(), "twice");
        let stranger = register.authorities(0).eid_root.clone();
        assert!(revoke_partner(&register.places, &stranger, day(2), &mut register.draw).is_err());
        register.renew(25);
        let list = register.list("service-root.crl");
        assert!(list.is_revoked(&server.serial()));
        assert_eq!(list.number(), Some(3));
    }
}
