//! Client certificates of agencies, hospitals and stations, and the list of those revoked.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Months, Utc};
use issuance::prepared::{Issuer, prepare};
use issuance::profile::{ClientIdentity, ClientRole, Profile, TlsClient};
use issuance::{Algorithm, Serial, SoftwareSigner, Validity};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{CeremonyError, Places, create, issue, lint, open_authority, remove, write};
use crate::draw::Draw;
use crate::vault::key_file::Purpose;

/// How long a partner's certificate is good for.
const LASTS: Months = Months::new(12);

/// Issues a client certificate under the service root and writes `<out>.key` (PKCS#8 PEM, mode 0600), then
/// `<out>.pem`. What the root may have signed stands in `<out>.intent` until the certificate is there.
///
/// # Errors
/// [`CeremonyError`]; an existing key file is not overwritten.
pub fn issue_partner_certificate(
    places: &Places,
    role: ClientRole,
    id: Uuid,
    label: &str,
    out: &Path,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<(), CeremonyError> {
    const STEP: &str = "a partner's certificate";
    let root = open_authority(
        &places.offline,
        &places.offline_unlock,
        Purpose::ServiceRoot,
        &places.certificates().join("service-root.pem"),
    )?;
    let organisation = root.certificate().subject_attribute(issuance::oid::ORGANISATION);
    let organisation = organisation
        .ok_or_else(|| CeremonyError::Refused("the service root names no organisation".to_owned()))?;
    let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, draw.generator())
        .map_err(|e| issue("make a key", &e))?;
    let profile = Profile::TlsClient(TlsClient {
        identity: ClientIdentity { role, id },
        organisation,
        common_name: label.to_owned(),
        key: key.public_key(),
        crl_urls: Vec::new(),
    });
    let validity = Validity::new(now, now + LASTS).map_err(|e| issue("a partner's validity", &e))?;
    let serial = Serial::from_random(draw.bytes());
    let linted = prepare(&profile, &serial, &validity, Issuer::Authority(root.certificate()))
        .map_err(|e| issue(STEP, &e))?
        .lint()
        .map_err(|findings| lint(STEP, &findings))?;
    // A certificate whose key was lost would stay valid for a year: the key is there before anything is
    // signed.
    let secret = key.to_pkcs8_der().map_err(|e| issue("a partner's key", &e))?;
    create(&beside(out, "key"), Zeroizing::new(key_pem(&secret)).as_bytes())?;
    let intent = beside(out, "intent");
    create(&intent, linted.tbs_der())?;
    let certificate = linted.sign(&root).map_err(|e| issue(STEP, &e))?.into_certificate();
    write(&beside(out, "pem"), certificate.to_pem().map_err(|e| issue(STEP, &e))?.as_bytes())?;
    remove(&intent)
}

/// `<out>.<end>`; a name may have a dot of its own.
pub fn beside(out: &Path, end: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

fn key_pem(pkcs8: &[u8]) -> String {
    use base64::Engine as _;
    let body = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(pkcs8));
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use issuance::Certificate;

    use super::*;
    use crate::ceremony::make_test_authorities;

    #[test]
    fn a_partner_is_of_the_roots_organisation_and_its_files_keep_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let places = Places {
            online: at("online"),
            offline: at("offline"),
            online_unlock: at("online.unlock"),
            offline_unlock: at("offline.unlock"),
        };
        let (mut draw, now) = (Draw::from_seed([7; 32]), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        make_test_authorities(
            &places,
            &["localhost".to_owned()],
            &[],
            "http://localhost/pki",
            now,
            &mut draw,
        )
        .unwrap();
        let mut issue = |out: &str| {
            let (role, id) = (ClientRole::Agency, Uuid::from_u128(1));
            issue_partner_certificate(&places, role, id, "agency", &at(out), now, &mut draw)
        };
        issue("bank.mn").unwrap();
        let certificate = Certificate::from_pem(&fs::read_to_string(at("bank.mn.pem")).unwrap()).unwrap();
        let organisation = certificate.subject_attribute(issuance::oid::ORGANISATION);
        assert_eq!(organisation.as_deref(), Some("TEST Burtgel Registry"));
        assert!(at("bank.mn.key").exists() && !at("bank.mn.intent").exists());
        assert!(issue("bank.mn").is_err(), "a key is never overwritten");
        assert_eq!(
            Certificate::from_pem(&fs::read_to_string(at("bank.mn.pem")).unwrap()).unwrap(),
            certificate
        );
        // Evidence of a try before is not overwritten either, and nothing is signed then.
        fs::write(at("other.intent"), "what may have been signed").unwrap();
        assert!(issue("other").is_err() && !at("other.pem").exists());
    }
}
