//! The OCSP responders of the issuing authorities (RFC 6960 §4.2.2.2). Each is delegated to a key that exists
//! only in memory, see [`crate::online_signer`].
//!
//! An answer is made from the record at the moment of the question: once an entry revokes a certificate, the
//! next answer says so.

use chrono::{DateTime, Duration, Utc};
use issuance::Serial;
use issuance::revocation::ocsp::{CertStatus, OcspError, OcspRequest, ResponseContent};

use crate::authorities::{Told, revocation};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::online_signer::OnlineSigner;
use crate::store::people::{CertificateRow, certificates_of};
use crate::store::{service_intents, unwritten_certificates};

/// Where it is asked, below the service's public address: card certificates say so.
pub const PATH: &str = "/pki/ocsp";
/// How long an answer is valid.
const ANSWER_LASTS: Duration = Duration::hours(1);

/// The signed answer to a request, made from the record as it is now. The authority whose certificates the
/// request asks about signs it; the first of them, if the request asks about several.
///
/// # Errors
/// `None` when no question is about a certificate of ours; else an error of the database or of the library.
pub fn answer(deps: &Deps, request: &OcspRequest) -> Result<Option<Vec<u8>>, Failure> {
    let is_asked =
        |signer: &&OnlineSigner| request.questions().iter().any(|id| id.is_of(signer.issuer().certificate()));
    deps.signers.responders.iter().find(is_asked).map(|signer| answer_of(deps, signer, request)).transpose()
}

fn answer_of(deps: &Deps, signer: &OnlineSigner, request: &OcspRequest) -> Result<Vec<u8>, Failure> {
    let failed = |error: OcspError| Failure::Issue(error.to_string());
    let (now, issuer) = (deps.now(), signer.issuer());
    let in_records = issuer.in_records();
    let serials: Vec<String> = request.questions().iter().map(|id| hex_of(&id.serial())).collect();
    let mut db = deps.db()?;
    // A certificate that is revoked beside its intent is on the list, whatever a record says, so it goes
    // first.
    let mut known = unwritten_certificates::revoked_among(&mut db, &serials, &in_records)?;
    known.extend(certificates_of(&mut db, &serials, &in_records)?);
    let of_service = service_intents::issued_among(&mut db, &serials, &in_records)?;
    drop(db);
    let status = |serial: &Serial| {
        let asked = hex_of(serial);
        // This is a signer of the service itself: it is never revoked, and runs out within weeks. No card has
        // its certificate, whatever an entry says.
        if of_service.contains(&asked) {
            return CertStatus::Good;
        }
        known.iter().find(|row| row.serial == asked).map_or(CertStatus::Unknown, |row| standing(row, now))
    };
    let current = signer.current();
    let responder = current.responder()?;
    let lasts = (now, now + ANSWER_LASTS);
    let content =
        ResponseContent::answer(request, issuer.certificate(), status, lasts, now).map_err(failed)?;
    let prepared = content.prepare(request, responder).map_err(failed)?;
    let linted = prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))?;
    Ok(linted.sign(&current.authority).map_err(failed)?.der().to_vec())
}

fn hex_of(serial: &Serial) -> String {
    hex::encode(serial.as_bytes())
}

/// For a certificate whose row cannot be read, the answer is unknown.
fn standing(row: &CertificateRow, now: DateTime<Utc>) -> CertStatus {
    match revocation(row, now) {
        Ok(None) => CertStatus::Good,
        Ok(Some(Told { revocation: told, .. })) => {
            CertStatus::Revoked { revoked_at: told.revoked_at, reason: told.reason }
        }
        Err(why) => {
            tracing::error!(card = %row.card_id.0, slot = row.slot, %why, "an OCSP answer is unknown");
            CertStatus::Unknown
        }
    }
}
