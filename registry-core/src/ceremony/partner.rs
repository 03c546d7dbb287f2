//! Client certificates of agencies, hospitals and stations, and the list of those revoked.

use std::path::Path;

use chrono::{DateTime, Months, Utc};
use issuance::profile::{ClientIdentity, ClientRole, Profile, TlsClient};
use issuance::{Algorithm, Serial, SoftwareSigner, Validity};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::design::TEST_ORGANISATION;
use super::{CeremonyError, Places, issue, open_authority, sign};
use crate::draw::Draw;
use crate::durable;
use crate::vault::key_file::Purpose;

/// How long a partner's certificate is good for.
const LASTS: Months = Months::new(12);

/// Issues a client certificate under the service root and writes `<out>.pem` and `<out>.key` (PKCS#8 PEM, mode 0600).
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
    let root = open_authority(
        &places.offline,
        &places.offline_unlock,
        Purpose::ServiceRoot,
        &places.certificates().join("service-root.pem"),
    )?;
    let key = SoftwareSigner::generate(Algorithm::EcdsaP256Sha256, draw.generator())
        .map_err(|e| issue("make a key", &e))?;
    let profile = Profile::TlsClient(TlsClient {
        identity: ClientIdentity { role, id },
        organisation: TEST_ORGANISATION.to_owned(),
        common_name: label.to_owned(),
        key: key.public_key(),
        crl_urls: Vec::new(),
    });
    let validity = Validity::new(now, now + LASTS).map_err(|e| issue("a partner's validity", &e))?;
    let certificate =
        sign(&profile, &Serial::from_random(draw.bytes()), &validity, &root, "a partner's certificate")?;
    let pem = certificate.to_pem().map_err(|e| issue("a partner's certificate", &e))?;
    let secret = key.to_pkcs8_der().map_err(|e| issue("a partner's key", &e))?;
    let secret = Zeroizing::new(key_pem(&secret));
    let key_file = out.with_extension("key");
    durable::create_private(&key_file, secret.as_bytes())
        .map_err(|source| CeremonyError::File { path: key_file.clone(), source })?;
    super::write(&out.with_extension("pem"), pem.as_bytes())
}

fn key_pem(pkcs8: &[u8]) -> String {
    use base64::Engine as _;
    let body = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(pkcs8));
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
