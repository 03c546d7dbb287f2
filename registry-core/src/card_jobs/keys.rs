//! Keys made on the card: the card proves that it holds them, then intent → lint → signature, as
//! `docs/issuance-cycle.md` describes.

use card_protocol::encoding::{Base64Bytes, HexArray};
use card_protocol::layout::Slot;
use card_protocol::messages::{CertificateIssued, KeyProof, ProofNonce, ProofNonces};
use card_protocol::proof::key_proof_digest;
use diesel::prelude::*;
use issuance::prepared::{Issuer, prepare};
use issuance::{PublicKey, Serial};
use registry_domain::amendment::Certified;
use registry_domain::card::{CertificateSerial, KeySlot, personalised};
use registry_domain::date::civil_date;
use registry_domain::entry::{Entry, PartBody};
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use super::{JobRow, files, hold, holder, require_bound};
use crate::authorities::issuing::IssuingAuthority;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::issue::{OPAQUE_SERIAL, certificate_profile, certificate_validity};
use crate::once::Once;
use crate::station::CallingStation;
use crate::steps::Step;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card_job, credential_intent};
use crate::store::{Db, StoreError, digital_credentials, people, unwritten_certificates};

/// One nonce for each slot. The same job always gets the same nonces, so a resumed job may ask again.
///
/// # Errors
/// As [`require_bound`].
pub fn proofs(deps: &Deps, station: &CallingStation, job: Uuid) -> Result<ProofNonces, Failure> {
    require_bound(deps, &mut *deps.db()?, station, job)?;
    let nonces =
        Slot::ALL.into_iter().map(|slot| ProofNonce { slot, nonce: HexArray(nonce(deps, job, slot)) });
    Ok(ProofNonces { nonces: nonces.collect() })
}

/// The nonce cannot be guessed without the vault's key, and it is bound to job and slot, so nothing needs to
/// be stored.
fn nonce(deps: &Deps, job: Uuid, slot: Slot) -> [u8; 32] {
    let input = format!("{job}/{:02x}", slot.key_reference());
    let hash = deps.keys.sealing.keyed_hash("card-key-proof-nonce", &input);
    let mut nonce = [0; 32];
    // This cannot fail: a keyed hash is 64 hex digits.
    let _ = hex::decode_to_slice(hash, &mut nonce);
    nonce
}

/// Certifies a key that the card proved to hold. The same key gets the same certificate when it is asked for
/// again. Signing happens between two transactions, so the answer is found again by the intent, not by the
/// idempotency key.
///
/// # Errors
/// [`Refusal::PossessionNotProved`], [`Refusal::PublicKeyUsed`]; a refusal of what the chip cannot hold.
pub fn certify(
    deps: &Deps,
    station: &CallingStation,
    once: &Once,
    job: Uuid,
    request: &KeyProof,
) -> Result<CertificateIssued, Failure> {
    let (row, chip) = require_bound(deps, &mut *deps.db()?, station, job)?;
    let key = PublicKey::from_p256_point(&request.public_key.0).map_err(|_| Refusal::PossessionNotProved)?;
    let digest =
        key_proof_digest(&nonce(deps, job, request.slot), request.slot, &chip, &request.public_key.0);
    key.verify_digest(&digest, request.proof.as_bytes()).map_err(|_| Refusal::PossessionNotProved)?;
    let fingerprint = hex::encode(key.fingerprint());
    if let Some(issued) = issued(&mut *deps.db()?, job, request.slot, &fingerprint)? {
        return answer(issued);
    }
    // Before the first certificate is signed, we must know that the files can be made too.
    files::require_fitting(deps, &mut *deps.db()?, &row)?;
    let issuer = deps.authorities.issuing();
    let (serial, linted) = intend(deps, issuer, once, (station, &row), request.slot, key, &fingerprint)?;
    Step::CertificateIntended.done();
    let issued = linted.sign(&issuer.authority).map_err(|e| Failure::Issue(e.to_string()))?;
    Step::CertificateSigned.done();
    let der = issued.into_certificate().der().to_vec();
    // If the job ended, was set aside or was given up while its certificate was signed, nothing is kept, and
    // nobody gets the certificate.
    let kept = deps.db()?.write(|db| {
        hold(deps, db, station, job)?;
        let kept = diesel::update(
            credential_intent::table.find(&serial).filter(credential_intent::intent_state.eq("intended")),
        )
        .set((credential_intent::intent_state.eq("issued"), credential_intent::issued.eq(Some(&der))))
        .execute(db)?;
        Ok::<_, Failure>(kept)
    })?;
    Step::CertificateKept.done();
    if kept == 1 { answer(der) } else { Err(Refusal::Stale.into()) }
}

fn answer(der: Vec<u8>) -> Result<CertificateIssued, Failure> {
    let certificate =
        Base64Bytes::new(der).map_err(|e| Failure::Issue(format!("a certificate is too long: {e}")))?;
    Ok(CertificateIssued { certificate })
}

/// Lints what will be signed and records it; refuses a key that was certified before.
fn intend(
    deps: &Deps,
    issuer: &IssuingAuthority,
    once: &Once,
    (station, row): (&CallingStation, &JobRow),
    slot: Slot,
    key: PublicKey,
    fingerprint: &str,
) -> Result<(String, issuance::prepared::Linted), Failure> {
    let now = deps.now();
    let mut draw = deps.draw();
    let serial = Serial::from_random(draw.bytes());
    let opaque = hex::encode(draw.bytes::<{ OPAQUE_SERIAL / 2 }>());
    let serial_hex = hex::encode(serial.as_bytes());
    let mut linted = None;
    let mut db = deps.db()?;
    db.write(|db| {
        once.bind(db, Instant::new(now))?;
        hold(deps, db, station, row.id.0)?;
        let (_, card) = holder(db, row)?;
        if is_taken(db, row, slot, fingerprint)? {
            return Err(Failure::from(Refusal::PublicKeyUsed));
        }
        let base_url = &deps.config.console.public_url;
        let profile =
            certificate_profile(&card, key_slot(slot), key.clone(), &opaque, issuer, base_url, &deps.units);
        let validity = certificate_validity(
            &deps.config.law.rules,
            card.ends_at(&deps.units),
            issuer.certificate(),
            now,
        )?;
        let prepared = prepare(&profile, &serial, &validity, Issuer::Authority(issuer.certificate()))
            .map_err(|e| Failure::Issue(e.to_string()))?;
        let ready = prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))?;
        // This slot may have had an earlier key: an intent left by a broken try becomes void, and a
        // certificate that the station was given is revoked.
        let zone = deps.units.zone(&UnitCode::parse(&row.office)?);
        unwritten_certificates::supersede(db, row.id, slot_name(slot), civil_date(now, zone))?;
        diesel::insert_into(credential_intent::table)
            .values((
                credential_intent::serial.eq(&serial_hex),
                credential_intent::job_id.eq(row.id),
                credential_intent::slot.eq(slot_name(slot)),
                credential_intent::spki_sha256.eq(fingerprint),
                credential_intent::tbs.eq(ready.tbs_der()),
                credential_intent::intent_state.eq("intended"),
                credential_intent::recorded_at.eq(Instant::new(now)),
            ))
            .execute(db)?;
        linted = Some(ready);
        Ok(())
    })?;
    let linted = linted.ok_or_else(|| StoreError::Damaged("an intent was not kept".to_owned()))?;
    Ok((serial_hex, linted))
}

/// Whether a key already belongs to another person or to any other purpose. The same slot of the same job may
/// certify the key again: what was issued for it before is revoked by then.
fn is_taken(db: &mut Db, row: &JobRow, slot: Slot, fingerprint: &str) -> Result<bool, Failure> {
    let own: i64 = credential_intent::table
        .filter(credential_intent::spki_sha256.eq(fingerprint))
        .filter(credential_intent::job_id.eq(row.id))
        .filter(credential_intent::slot.eq(slot_name(slot)))
        .filter(credential_intent::intent_state.ne("issued"))
        .count()
        .get_result(db)?;
    Ok(people::times_certified(db, fingerprint)? > own || digital_credentials::is_held(db, fingerprint)?)
}

/// The issued certificate of a slot, if it is for this key.
fn issued(db: &mut Db, job: Uuid, slot: Slot, fingerprint: &str) -> Result<Option<Vec<u8>>, Failure> {
    let found: Option<Option<Vec<u8>>> = credential_intent::table
        .filter(credential_intent::job_id.eq(Uid(job)))
        .filter(credential_intent::slot.eq(slot_name(slot)))
        .filter(credential_intent::spki_sha256.eq(fingerprint))
        .filter(credential_intent::intent_state.eq("issued"))
        .select(credential_intent::issued)
        .first(db)
        .optional()?;
    Ok(found.flatten())
}

/// The issued certificates of a job, one for each slot.
///
/// # Errors
/// [`Refusal::JobStepOutOfOrder`] while one is missing.
pub(crate) fn certificates(db: &mut Db, job: Uuid) -> Result<Vec<(Slot, Vec<u8>)>, Failure> {
    let mut found = Vec::new();
    for slot in Slot::ALL {
        let der: Option<Option<Vec<u8>>> = credential_intent::table
            .filter(credential_intent::job_id.eq(Uid(job)))
            .filter(credential_intent::slot.eq(slot_name(slot)))
            .filter(credential_intent::intent_state.eq("issued"))
            .select(credential_intent::issued)
            .first(db)
            .optional()?;
        found.push((slot, der.flatten().ok_or(Refusal::JobStepOutOfOrder)?));
    }
    Ok(found)
}

/// Whether this service issued the certificates that the entry of a written card names: whether it recorded
/// them for that card before they were signed. If the card's job is not in this database, nothing is known,
/// because an export carries no jobs.
///
/// # Errors
/// The store failed.
pub(crate) fn certified(db: &mut Db, entry: &Entry) -> Result<Certified, StoreError> {
    let written = entry.parts.iter().find_map(|part| {
        let PartBody::CardPersonalised(personalised::Body::Holder { card, certificates, .. }) = &part.body
        else {
            return None;
        };
        Some((*card, certificates))
    });
    let Some((card, certificates)) = written else { return Ok(Certified::NotKnown) };
    let job: Option<Uid> = card_job::table
        .filter(card_job::card_id.eq(Uid::from(card)))
        .select(card_job::id)
        .first(db)
        .optional()?;
    let Some(job) = job else { return Ok(Certified::NotKnown) };
    let serials = certificates.iter().filter_map(|certificate| certificate.serial.require().ok());
    let serials: Vec<&str> = serials.map(CertificateSerial::as_str).collect();
    let ours: i64 = credential_intent::table
        .filter(credential_intent::job_id.eq(job))
        .filter(credential_intent::serial.eq_any(serials))
        .count()
        .get_result(db)?;
    Ok(if ours > 0 { Certified::ByUs } else { Certified::ByNobody })
}

/// Voids intents that never became certificates. It runs at start, before anything is issued.
///
/// # Errors
/// The store failed.
pub fn void_open_intents(db: &mut Db) -> Result<usize, StoreError> {
    Ok(diesel::update(credential_intent::table.filter(credential_intent::intent_state.eq("intended")))
        .set(credential_intent::intent_state.eq("void"))
        .execute(db)?)
}

/// The slot as the domain names it.
pub(crate) fn key_slot(slot: Slot) -> KeySlot {
    match slot {
        Slot::Authentication => KeySlot::Authentication,
        Slot::Signature => KeySlot::Signature,
    }
}

/// The word in `credential_intent.slot`.
pub(crate) fn slot_name(slot: Slot) -> &'static str {
    match slot {
        Slot::Authentication => "9a",
        Slot::Signature => "9c",
    }
}
