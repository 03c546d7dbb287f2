//! Certificates that were signed for a card which was never written: no record has them, so that they are revoked stands beside their
//! intent, and lists and answers take it from there.

use chrono::NaiveDate;
use diesel::prelude::*;
use issuance::Certificate;
use registry_domain::card::{KeySlot, RevocationReason};

use super::codec::Uid;
use super::people::{CertificateRow, slot_name};
use super::schema::{card_job, credential_intent};
use super::{Db, StoreError};

/// The slots of keys in `credential_intent.slot`; the files of the card have a word of their own.
const OF_KEYS: [(&str, KeySlot); 2] = [("9a", KeySlot::Authentication), ("9c", KeySlot::Signature)];

/// Revokes what was signed for the keys of a job, and voids what was only intended: it is never signed now. Gives how many were revoked.
///
/// # Errors
/// The engine's.
pub fn revoke(db: &mut Db, job: Uid, reason: RevocationReason, on: NaiveDate) -> Result<usize, StoreError> {
    let of_job = credential_intent::table.filter(credential_intent::job_id.eq(job));
    diesel::update(of_job.filter(credential_intent::intent_state.eq("intended")))
        .set(credential_intent::intent_state.eq("void"))
        .execute(db)?;
    // Also what a later key of the same slot took the place of: the station had it.
    let signed: Vec<(String, Option<Vec<u8>>)> = credential_intent::table
        .filter(credential_intent::job_id.eq(job))
        .filter(credential_intent::slot.eq_any(OF_KEYS.map(|(word, _)| word)))
        .filter(credential_intent::issued.is_not_null())
        .filter(credential_intent::revoked_on.is_null())
        .select((credential_intent::serial, credential_intent::issued))
        .load(db)?;
    for (serial, der) in &signed {
        diesel::update(credential_intent::table.find(serial))
            .set((
                credential_intent::revoked_on.eq(Some(on.to_string())),
                credential_intent::revocation_reason.eq(Some(reason.as_str())),
                credential_intent::authority_key_identifier.eq(issuer_of(serial, der.as_deref())),
            ))
            .execute(db)?;
    }
    Ok(signed.len())
}

/// How records name the authority: the first one where the certificate cannot be read, for no card's end waits for that.
fn issuer_of(serial: &str, der: Option<&[u8]>) -> String {
    let read = der.map(Certificate::from_der);
    if let Some(Err(error)) = &read {
        tracing::error!(serial, %error, "a certificate is revoked whose issuer cannot be read");
    }
    read.and_then(Result::ok)
        .and_then(|certificate| certificate.authority_key_identifier().map(hex::encode))
        .unwrap_or_default()
}

type Row = (String, Uid, String, String, Option<String>, Option<String>, String);

/// Those of an authority, as records name it, that are revoked.
///
/// # Errors
/// The engine's.
pub fn revoked(db: &mut Db, authority: &[String]) -> Result<Vec<CertificateRow>, StoreError> {
    let rows: Vec<Row> = credential_intent::table
        .inner_join(card_job::table.on(card_job::id.eq(credential_intent::job_id)))
        .filter(credential_intent::revoked_on.is_not_null())
        .filter(credential_intent::authority_key_identifier.eq_any(authority))
        .select((
            credential_intent::serial,
            card_job::card_id,
            credential_intent::slot,
            credential_intent::spki_sha256,
            credential_intent::revoked_on,
            credential_intent::revocation_reason,
            credential_intent::authority_key_identifier,
        ))
        .load(db)?;
    Ok(rows.into_iter().map(certificate).collect())
}

/// Those of these serials from an authority that are revoked.
///
/// # Errors
/// The engine's.
pub fn revoked_among(
    db: &mut Db,
    serials: &[String],
    authority: &[String],
) -> Result<Vec<CertificateRow>, StoreError> {
    let known: Vec<String> = credential_intent::table
        .filter(credential_intent::serial.eq_any(serials))
        .filter(credential_intent::revoked_on.is_not_null())
        .select(credential_intent::serial)
        .load(db)?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    Ok(revoked(db, authority)?.into_iter().filter(|row| known.contains(&row.serial)).collect())
}

fn certificate(row: Row) -> CertificateRow {
    let (serial, card_id, slot, spki_sha256, revoked_on, revocation_reason, authority_key_identifier) = row;
    let slot =
        OF_KEYS.iter().find(|(word, _)| *word == slot).map_or(slot, |(_, of)| slot_name(*of).to_owned());
    CertificateRow {
        serial,
        card_id,
        slot,
        spki_sha256,
        revoked_on,
        revocation_reason,
        authority_key_identifier,
    }
}
