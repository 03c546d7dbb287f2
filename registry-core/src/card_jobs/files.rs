//! The files of a card: made and signed once, then the same for every try of the job.

use card_protocol::encoding::{Base64Bytes, EncodingError, SecretHex};
use card_protocol::messages::CardFiles;
use diesel::prelude::*;
use issuance::card_data::{CardDataError, LintedCard, PreparedCard};
use issuance::piv;
use issuance::{CertificationAuthority, Holder};
use registry_domain::card::CardRecord;
use registry_domain::date::civil_date;
use registry_domain::id::CardId;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::certificates;
use super::{JobRow, hold, holder, quarantine, require_bound, require_card};
use crate::declare;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::issue;
use crate::station::CallingStation;
use crate::steps::Step;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{attachment, card_job, credential_intent};

/// The signed files of the card; refused until both keys are certified.
///
/// # Errors
/// [`Refusal::JobStepOutOfOrder`]; a refusal of what the chip cannot hold; [`Refusal::SignerPeriodOver`] if
/// the files are not signed yet and the signer's time is over.
pub fn files(deps: &Deps, station: &CallingStation, job: Uuid) -> Result<(CardFiles, Uuid), Failure> {
    let mut db = deps.db()?;
    let (row, _) = require_bound(deps, &mut db, station, job)?;
    certificates(&mut db, job)?;
    let (person, card) = holder(&mut db, &row)?;
    if let Some(files) = stored(deps, &row)? {
        return Ok((files, person.id.uuid()));
    }
    let signer = deps.authorities.document_signer(deps.now())?;
    let laid_out = prepare_files(deps, &mut db, &row, (&person, &card), signer);
    let prepared = set_aside_if_unfit(&mut db, &row, laid_out)?;
    record_intent(deps, &mut db, station, &row, &prepared)?;
    Step::FilesIntended.done();
    let signed = prepared.sign(signer).map_err(|e| Failure::Issue(e.to_string()))?;
    Step::FilesSigned.done();
    let files = to_message(&signed, &row, card.expires_on).map_err(|e| Failure::Issue(e.to_string()))?;
    keep(deps, &mut db, station, &row, &files)?;
    Step::FilesKept.done();
    Ok((files, person.id.uuid()))
}

/// The files as they were signed for this job; none if they were not signed yet.
///
/// # Errors
/// The sealed body does not open.
pub(crate) fn stored(deps: &Deps, row: &JobRow) -> Result<Option<CardFiles>, Failure> {
    let Some(sealed) = &row.sealed_files else { return Ok(None) };
    let body = deps.keys.sealing.open("card_job", row.id.0, sealed)?;
    serde_json::from_slice(&body).map(Some).map_err(|e| Failure::damaged("card_job.sealed_files", e))
}

/// Refuses a job whose card the chip or its certificates cannot hold, and sets the job aside.
///
/// # Errors
/// What does not fit; [`Refusal::PortraitMissing`] if the portrait was erased.
pub(super) fn require_fitting(deps: &Deps, db: &mut Db, row: &JobRow) -> Result<(), Failure> {
    let (person, card) = require_card(deps, db, row)?;
    let outcome = require_writable(deps, db, row, &person, &card);
    set_aside_if_unfit(db, row, outcome)
}

fn set_aside_if_unfit<T>(db: &mut Db, row: &JobRow, outcome: Result<T, Failure>) -> Result<T, Failure> {
    if let Err(Failure::Refused(no)) = &outcome {
        quarantine(db, row.id.0, &format!("{} {}", no.number(), no.code()))?;
    }
    outcome
}

/// Lays the card out with the same code that makes it later, and drops the result.
///
/// # Errors
/// As [`require_fitting`].
pub(super) fn require_writable(
    deps: &Deps,
    db: &mut Db,
    row: &JobRow,
    person: &Person,
    card: &CardRecord,
) -> Result<(), Failure> {
    let holder = holder_on_card(deps, db, row, person, card)?;
    Ok(issue::require_writable(&holder, card, deps.config.cards.face.into(), &deps.units)?)
}

fn holder_on_card(
    deps: &Deps,
    db: &mut Db,
    row: &JobRow,
    person: &Person,
    card: &CardRecord,
) -> Result<Holder, Failure> {
    let portrait = portrait(deps, db, row.declaration_id)?;
    let office = UnitCode::parse(&row.office)?;
    let issued_on = civil_date(deps.now(), deps.units.zone(&office));
    Ok(issue::holder_of(person, card, portrait, issued_on, &deps.units)?)
}

fn prepare_files(
    deps: &Deps,
    db: &mut Db,
    row: &JobRow,
    (person, card): (&Person, &CardRecord),
    signer: &CertificationAuthority,
) -> Result<LintedCard, Failure> {
    let holder = holder_on_card(deps, db, row, person, card)?;
    let prepared = PreparedCard::new(&holder, deps.config.cards.face.into(), signer.certificate());
    let prepared = prepared.map_err(|e| match e {
        CardDataError::Lds(no) => issue::unfit(&no).into(),
        fault @ CardDataError::Sod(_) => Failure::Issue(error_chain(&fault)),
    })?;
    prepared.lint().map_err(|findings| Failure::Issue(format!("{findings:?}")))
}

/// The portrait on a card.
///
/// # Errors
/// [`Refusal::PortraitMissing`] if it was erased, or the card was not made here.
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
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    row: &JobRow,
    prepared: &LintedCard,
) -> Result<(), Failure> {
    let (id, now) = (deps.draw().opaque_uuid(), deps.now());
    let tbs = prepared.sod().signed_attributes_der();
    // A later try has the same octets to sign; each try has a record of its own, so its id is part of the
    // serial.
    let serial = format!("sod-{}-{id}", hex::encode(Sha256::digest(tbs)));
    db.write(|db| {
        hold(deps, db, station, row.id.0)?;
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

/// Stores what was signed, unless the card has ended meanwhile: then nobody gets the files.
fn keep(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    row: &JobRow,
    files: &CardFiles,
) -> Result<(), Failure> {
    let body = serde_json::to_vec(files).map_err(|e| Failure::damaged("write card files", e))?;
    let sealed = deps.keys.sealing.seal("card_job", row.id.0, deps.draw().nonce(), &body)?;
    db.write(|db| {
        hold(deps, db, station, row.id.0)?;
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
