//! Certificates that were signed for a card and are on no card: the card was never written, or another key
//! took the place of theirs. No record has them. So their revocation stands beside their intent, and
//! revocation lists and OCSP answers read it there.

use chrono::NaiveDate;
use diesel::prelude::*;
use issuance::Certificate;
use registry_domain::card::{KeySlot, RevocationReason};

use super::codec::Uid;
use super::people::{CertificateRow, slot_name};
use super::schema::{card_job, credential_intent};
use super::{Db, StoreError};

/// The words in `credential_intent.slot` for slots of keys. The files of the card have words of their own.
const OF_KEYS: [(&str, KeySlot); 2] = [("9a", KeySlot::Authentication), ("9c", KeySlot::Signature)];

/// Revokes what was signed for the keys of a job, and voids what was only intended, so that it is never
/// signed. Gives how many were revoked.
///
/// # Errors
/// An error of the database.
pub fn revoke(db: &mut Db, job: Uid, reason: RevocationReason, on: NaiveDate) -> Result<usize, StoreError> {
    let of_job = credential_intent::table.filter(credential_intent::job_id.eq(job));
    diesel::update(of_job.filter(credential_intent::intent_state.eq("intended")))
        .set(credential_intent::intent_state.eq("void"))
        .execute(db)?;
    let signed = of_job
        .filter(credential_intent::slot.eq_any(OF_KEYS.map(|(word, _)| word)))
        .filter(credential_intent::issued.is_not_null())
        .filter(credential_intent::revoked_on.is_null())
        .select((credential_intent::serial, credential_intent::issued))
        .load(db)?;
    revoke_signed(db, &signed, reason, on)
}

/// Voids what was intended or issued for a slot of a job, because another key takes its place. A certificate
/// that was issued is revoked, because the station already has it.
///
/// # Errors
/// An error of the database.
pub fn supersede(db: &mut Db, job: Uid, slot: &str, on: NaiveDate) -> Result<(), StoreError> {
    let of_slot = credential_intent::table
        .filter(credential_intent::job_id.eq(job))
        .filter(credential_intent::slot.eq(slot))
        .filter(credential_intent::intent_state.ne("void"));
    let signed = of_slot
        .filter(credential_intent::issued.is_not_null())
        .filter(credential_intent::revoked_on.is_null())
        .select((credential_intent::serial, credential_intent::issued))
        .load(db)?;
    diesel::update(of_slot).set(credential_intent::intent_state.eq("void")).execute(db)?;
    revoke_signed(db, &signed, RevocationReason::Superseded, on).map(drop)
}

/// Revokes certificates that an earlier version left unrevoked: it only voided them when another key took the
/// place of theirs. Gives how many it revoked.
///
/// # Errors
/// An error of the database.
pub fn revoke_superseded(db: &mut Db, on: NaiveDate) -> Result<usize, StoreError> {
    let signed = credential_intent::table
        .filter(credential_intent::intent_state.eq("void"))
        .filter(credential_intent::slot.eq_any(OF_KEYS.map(|(word, _)| word)))
        .filter(credential_intent::issued.is_not_null())
        .filter(credential_intent::revoked_on.is_null())
        .select((credential_intent::serial, credential_intent::issued))
        .load(db)?;
    revoke_signed(db, &signed, RevocationReason::Superseded, on)
}

type Signed = (String, Option<Vec<u8>>);

fn revoke_signed(
    db: &mut Db,
    signed: &[Signed],
    reason: RevocationReason,
    on: NaiveDate,
) -> Result<usize, StoreError> {
    for (serial, der) in signed {
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

/// The key identifier of the authority that signed a certificate, as records have it. A certificate that
/// cannot be read, or names no authority, counts as the first authority's, because it must not keep a card
/// from being ended.
fn issuer_of(serial: &str, der: Option<&[u8]>) -> String {
    let read = der.map(Certificate::from_der);
    if let Some(Err(error)) = &read {
        tracing::error!(serial, %error, "a certificate is revoked whose issuer cannot be read");
    }
    read.and_then(Result::ok)
        .and_then(|certificate| certificate.authority_key_identifier().map(hex::encode))
        .unwrap_or_default()
}

/// Intents together with their jobs, which name the cards.
#[diesel::dsl::auto_type]
fn of_cards() -> _ {
    credential_intent::table.inner_join(card_job::table.on(card_job::id.eq(credential_intent::job_id)))
}

/// The columns of a [`Row`].
const ROW: (
    credential_intent::serial,
    card_job::card_id,
    credential_intent::slot,
    credential_intent::spki_sha256,
    credential_intent::revoked_on,
    credential_intent::revocation_reason,
    credential_intent::authority_key_identifier,
) = (
    credential_intent::serial,
    card_job::card_id,
    credential_intent::slot,
    credential_intent::spki_sha256,
    credential_intent::revoked_on,
    credential_intent::revocation_reason,
    credential_intent::authority_key_identifier,
);

type Row = (String, Uid, String, String, Option<String>, Option<String>, String);

/// The certificates of an authority that are revoked. `authority` is the authority as records name it.
///
/// # Errors
/// An error of the database.
pub fn revoked(db: &mut Db, authority: &[String]) -> Result<Vec<CertificateRow>, StoreError> {
    let rows: Vec<Row> = of_cards()
        .filter(credential_intent::revoked_on.is_not_null())
        .filter(credential_intent::authority_key_identifier.eq_any(authority))
        .select(ROW)
        .load(db)?;
    Ok(rows.into_iter().map(certificate).collect())
}

/// Those of these serials from an authority that are revoked.
///
/// # Errors
/// An error of the database.
pub fn revoked_among(
    db: &mut Db,
    serials: &[String],
    authority: &[String],
) -> Result<Vec<CertificateRow>, StoreError> {
    let rows: Vec<Row> = of_cards()
        .filter(credential_intent::serial.eq_any(serials))
        .filter(credential_intent::revoked_on.is_not_null())
        .filter(credential_intent::authority_key_identifier.eq_any(authority))
        .select(ROW)
        .load(db)?;
    Ok(rows.into_iter().map(certificate).collect())
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
