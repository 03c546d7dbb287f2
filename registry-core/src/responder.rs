//! The OCSP responder of the issuing authority (RFC 6960 §4.2.2.2), delegated to a key in memory alone, see
//! [`crate::online_signer`].
//!
//! An answer is made from the record as it is when it is asked for: an entry that revokes is told by the next answer.

use chrono::Duration;
use issuance::Serial;
use issuance::revocation::ocsp::{CertStatus, OcspError, OcspRequest, ResponseContent};

use crate::authorities::revocation;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::people::{CertificateRow, certificates_of};
use crate::store::service_intents;

/// Where it is asked, below the service's public address: card certificates say so.
pub const PATH: &str = "/pki/ocsp";
/// Nobody goes by an answer for longer.
const ANSWER_LASTS: Duration = Duration::hours(1);

/// The signed answer to a request, made from the record as it is now.
///
/// # Errors
/// `None` when no question is about this authority's certificates; else the store's or the library's refusal.
pub fn answer(deps: &Deps, request: &OcspRequest) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |error: OcspError| Failure::Issue(error.to_string());
    let now = deps.now();
    let serials: Vec<String> = request.questions().iter().map(|id| hex_of(&id.serial())).collect();
    let mut db = deps.db()?;
    let known = certificates_of(&mut db, &serials)?;
    let of_service = service_intents::issued_among(&mut db, &serials)?;
    drop(db);
    let standing = known.iter().map(standing).collect::<Result<Vec<_>, _>>()?;
    let status = |serial: &Serial| {
        let asked = hex_of(serial);
        let found = known.iter().zip(&standing).find(|(row, _)| row.serial == asked);
        match found {
            Some((_, status)) => *status,
            // A signer of the service itself: it is never revoked, and runs out within weeks.
            None if of_service.contains(&asked) => CertStatus::Good,
            None => CertStatus::Unknown,
        }
    };
    let issuer = deps.authorities.issuing.certificate();
    let current = deps.signers.responder.current();
    let responder = current.responder(&deps.authorities)?;
    let content = match ResponseContent::answer(request, issuer, status, (now, now + ANSWER_LASTS), now) {
        Err(OcspError::OtherAuthority) => return Ok(None),
        content => content.map_err(failed)?,
    };
    let prepared = content.prepare(request, responder).map_err(failed)?;
    let linted = prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))?;
    Ok(Some(linted.sign(&current.authority).map_err(failed)?.der().to_vec()))
}

fn hex_of(serial: &Serial) -> String {
    hex::encode(serial.as_bytes())
}

fn standing(row: &CertificateRow) -> Result<CertStatus, Failure> {
    Ok(revocation(row)?.map_or(CertStatus::Good, |revoked| CertStatus::Revoked {
        revoked_at: revoked.revoked_at,
        reason: revoked.reason,
    }))
}
