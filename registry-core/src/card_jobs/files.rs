//! The files of a card: made and signed once, then the same for every try of the job.

use card_protocol::encoding::{Base64Bytes, EncodingError, SecretHex};
use card_protocol::messages::CardFiles;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use issuance::CertificationAuthority;
use issuance::card_data::{LintedCard, PreparedCard};
use issuance::piv;
use registry_domain::date::civil_date;
use registry_domain::id::CardId;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::certificates;
use super::{JobRow, holder, require_bound};
use crate::declare;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::issue::holder_of;
use crate::station::CallingStation;
use crate::steps::Step;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{attachment, card_job, credential_intent};

/// The files of the card, signed; refused before both keys are certified.
///
/// # Errors
/// [`Refusal::JobStepOutOfOrder`]; [`Refusal::SignerPeriodOver`] if they are not signed yet and can no longer be.
pub fn files(deps: &Deps, station: &CallingStation, job: Uuid) -> Result<(CardFiles, Uuid), Failure> {
    let mut db = deps.db()?;
    let (row, _) = require_bound(&mut db, station, job)?;
    certificates(&mut db, job)?;
    let (person, _) = holder(&mut db, &row)?;
    if let Some(files) = stored(deps, &row)? {
        return Ok((files, person.id.uuid()));
    }
    let now = deps.now();
    let signer = deps.authorities.document_signer(now)?;
    let prepared = prepare_files(deps, &mut db, &row, signer, now)?;
    record_intent(&mut db, &row, &prepared, deps.draw().opaque_uuid(), now)?;
    Step::FilesIntended.done();
    let signed = prepared.sign(signer).map_err(|e| Failure::Issue(e.to_string()))?;
    Step::FilesSigned.done();
    let (_, card) = holder(&mut db, &row)?;
    let files = to_message(&signed, &row, card.expires_on).map_err(|e| Failure::Issue(e.to_string()))?;
    keep(deps, &mut db, &row, &files)?;
    Step::FilesKept.done();
    Ok((files, person.id.uuid()))
}

/// The files as they were signed for this job.
///
/// # Errors
/// A sealed body that does not open.
pub(crate) fn stored(deps: &Deps, row: &JobRow) -> Result<Option<CardFiles>, Failure> {
    let Some(sealed) = &row.sealed_files else { return Ok(None) };
    let body = deps.keys.sealing.open("card_job", row.id.0, sealed)?;
    serde_json::from_slice(&body).map(Some).map_err(|e| Failure::damaged("card_job.sealed_files", e))
}

fn prepare_files(
    deps: &Deps,
    db: &mut Db,
    row: &JobRow,
    signer: &CertificationAuthority,
    now: DateTime<Utc>,
) -> Result<LintedCard, Failure> {
    let (person, card) = holder(db, row)?;
    let portrait = portrait(deps, db, row.declaration_id)?;
    let office = UnitCode::parse(&row.office)?;
    let issued_on = civil_date(now, deps.units.zone(&office));
    let holder = holder_of(&person, &card, portrait, issued_on, &deps.units)?;
    let prepared = PreparedCard::new(&holder, deps.config.cards.face.into(), signer.certificate());
    let prepared = prepared.map_err(|e| Failure::Issue(error_chain(&e)))?;
    prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))
}

/// The portrait that is on a card.
///
/// # Errors
/// [`Refusal::PortraitMissing`] where it was erased, or the card was not made here.
pub(crate) fn portrait_of(deps: &Deps, db: &mut Db, card: CardId) -> Result<Vec<u8>, Failure> {
    let declared: Option<Uid> = card_job::table
        .filter(card_job::card_id.eq(Uid::from(card)))
        .order(card_job::created_at.desc())
        .select(card_job::declaration_id)
        .first(db)
        .optional()?;
    portrait(deps, db, declared.ok_or(Refusal::PortraitMissing)?)
}

fn portrait(deps: &Deps, db: &mut Db, declaration: Uid) -> Result<Vec<u8>, Failure> {
    let declaration = declare::load(deps, db, declaration.into())?;
    let portrait = declaration.body.portrait.ok_or(Refusal::PortraitMissing)?;
    let sealed: Option<Vec<u8>> =
        attachment::table.find(Uid(portrait)).select(attachment::sealed).first(db).optional()?;
    let sealed = sealed.ok_or(Refusal::PortraitMissing)?;
    Ok(deps.keys.sealing.open("attachment", portrait, &sealed)?.to_vec())
}

fn record_intent(
    db: &mut Db,
    row: &JobRow,
    prepared: &LintedCard,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let tbs = prepared.sod().signed_attributes_der();
    // A later try says the same octets; each has a record of its own.
    let serial = format!("sod-{}-{id}", hex::encode(Sha256::digest(tbs)));
    db.write(|db| {
        diesel::update(
            credential_intent::table
                .filter(credential_intent::job_id.eq(row.id))
                .filter(credential_intent::slot.eq("sod")),
        )
        .set(credential_intent::intent_state.eq("void"))
        .execute(db)?;
        diesel::insert_into(credential_intent::table)
            .values((
                credential_intent::serial.eq(&serial),
                credential_intent::job_id.eq(row.id),
                credential_intent::slot.eq("sod"),
                credential_intent::spki_sha256.eq(format!("document-signer/{}", row.id.0)),
                credential_intent::tbs.eq(tbs),
                credential_intent::intent_state.eq("intended"),
                credential_intent::recorded_at.eq(Instant::new(now)),
            ))
            .execute(db)?;
        Ok::<_, Failure>(())
    })
}

fn keep(deps: &Deps, db: &mut Db, row: &JobRow, files: &CardFiles) -> Result<(), Failure> {
    let body = serde_json::to_vec(files).map_err(|e| Failure::damaged("write card files", e))?;
    let sealed = deps.keys.sealing.seal("card_job", row.id.0, deps.draw().nonce(), &body)?;
    db.write(|db| {
        diesel::update(card_job::table.find(row.id))
            .set(card_job::sealed_files.eq(Some(&sealed)))
            .execute(db)?;
        diesel::update(
            credential_intent::table
                .filter(credential_intent::job_id.eq(row.id))
                .filter(credential_intent::slot.eq("sod"))
                .filter(credential_intent::intent_state.eq("intended")),
        )
        .set((
            credential_intent::intent_state.eq("issued"),
            credential_intent::issued.eq(Some(files.sod.as_bytes())),
        ))
        .execute(db)?;
        Ok::<_, Failure>(())
    })
}

fn to_message(
    signed: &issuance::card_data::CardFiles,
    row: &JobRow,
    expires_on: chrono::NaiveDate,
) -> Result<CardFiles, EncodingError> {
    let mut card_id = [0; 14];
    card_id.copy_from_slice(&row.card_id.0.as_bytes()[..14]);
    Ok(CardFiles {
        chuid: Base64Bytes::new(piv::chuid(row.card_id.0, expires_on))?,
        ccc: Base64Bytes::new(piv::ccc(card_id))?,
        com: Base64Bytes::new(signed.com.clone())?,
        dg1: Base64Bytes::new(signed.dg1.clone())?,
        dg2: Base64Bytes::new(signed.dg2.clone())?,
        dg11: Base64Bytes::new(signed.dg11.clone())?,
        bac_seed: SecretHex::new(*signed.bac_seed.expose()),
        sod: Base64Bytes::new(signed.sod.clone())?,
    })
}

fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
