//! The end of a job: the station's signed receipt.

use card_protocol::messages::{JobAnswer, JobState, Receipt, SignedReceipt};
use card_protocol::proof::receipt_digest;
use diesel::prelude::*;
use issuance::{Certificate, PublicKey};
use registry_domain::card::{CardCertificate, CertificateSerial, Sha256 as Sha256Text, personalised};
use registry_domain::context::Stage;
use registry_domain::door::Door;
use registry_domain::event::Facts;
use registry_domain::officer::Officer;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::files::stored;
use super::keys::{certificates, key_slot};
use super::{JobRow, hold_bound, holder, state_name};
use crate::deps::Deps;
use crate::entering::Case;
use crate::failure::Failure;
use crate::once::{Once, register_once};
use crate::station::CallingStation;
use crate::store::Db;
use crate::store::codec::Instant;
use crate::store::schema::card_job;

/// Takes the receipt. It must say that what was read back is what was issued, and that the transport keys are
/// dead. The card becomes part of the record.
///
/// # Errors
/// [`Refusal::ReceiptMismatch`], which does not say what differs: the station must look at the card.
pub fn take(
    deps: &Deps,
    station: &CallingStation,
    officer: &Officer,
    once: &Once,
    job: Uuid,
    signed: &SignedReceipt,
) -> Result<JobAnswer, Failure> {
    let key = PublicKey::from_spki_der(&station.spki_der).map_err(|_| Refusal::ReceiptMismatch)?;
    key.verify_digest(&receipt_digest(signed.receipt.as_bytes()), signed.signature.as_bytes())
        .map_err(|_| Refusal::ReceiptMismatch)?;
    let receipt = signed.parse().map_err(|_| Refusal::ReceiptMismatch)?;
    let now = deps.now();
    let draw = deps.draw();
    let office = UnitCode::parse(&station.office)?;
    // If a receipt comes again, its job is written already: it must get the first answer from `once` before
    // the job is looked at.
    register_once(deps, once, |db, head| {
        let (row, chip) = hold_bound(deps, db, station, job)?;
        check(deps, db, &row, &receipt, &chip.to_string())?;
        let facts = facts(deps, db, station, &row, &chip.to_string())?;
        let stage = Stage::Registering {
            received_by: Some(officer.id),
            received_at: office.clone(),
            received_on: None,
        };
        let door = Door::Service;
        let case = Case { facts: &facts, office: &office, officer, door, stage: &stage, now };
        case.enter(deps, db, head, &mut draw.again())?;
        let bound = card_job::job_state.eq(state_name(JobState::Bound));
        let written = diesel::update(card_job::table.find(row.id).filter(bound))
            .set((
                card_job::job_state.eq(state_name(JobState::Written)),
                card_job::finished_at.eq(Some(Instant::new(now))),
            ))
            .execute(db)?;
        if written == 0 {
            return Err(Refusal::JobStepOutOfOrder.into());
        }
        Ok(JobAnswer { state: JobState::Written })
    })
}

fn check(deps: &Deps, db: &mut Db, row: &JobRow, receipt: &Receipt, chip: &str) -> Result<(), Failure> {
    let names_this_card = receipt.job_id == row.id.0
        && receipt.card_id == row.card_id.0
        && receipt.chip_id.to_string() == chip
        && receipt.transport_keys_dead;
    let files = stored(deps, row)?.ok_or(Refusal::JobStepOutOfOrder)?;
    let mut expected = vec![
        ("com", Sha256::digest(files.com.as_bytes())),
        ("dg1", Sha256::digest(files.dg1.as_bytes())),
        ("dg2", Sha256::digest(files.dg2.as_bytes())),
        ("dg11", Sha256::digest(files.dg11.as_bytes())),
        ("sod", Sha256::digest(files.sod.as_bytes())),
        ("chuid", Sha256::digest(files.chuid.as_bytes())),
        ("ccc", Sha256::digest(files.ccc.as_bytes())),
    ];
    for (slot, der) in certificates(db, row.id.0)? {
        let name = match slot {
            card_protocol::layout::Slot::Authentication => "certificate-9a",
            card_protocol::layout::Slot::Signature => "certificate-9c",
        };
        expected.push((name, Sha256::digest(der)));
    }
    let all_read_back = expected.iter().all(|(name, hash)| {
        receipt.files.iter().any(|file| file.file == *name && file.sha256.0 == hash.as_slice())
    });
    if names_this_card && all_read_back && receipt.files.len() == expected.len() {
        Ok(())
    } else {
        Err(Refusal::ReceiptMismatch.into())
    }
}

fn facts(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    row: &JobRow,
    chip: &str,
) -> Result<Facts, Failure> {
    let (person, _) = holder(db, row)?;
    let mut details = Vec::new();
    for (slot, der) in certificates(db, row.id.0)? {
        let certificate = Certificate::from_der(&der).map_err(|e| Failure::damaged("a certificate", e))?;
        details.push(CardCertificate {
            serial: CertificateSerial::parse(&hex::encode(certificate.serial().as_bytes()))?.into(),
            slot: key_slot(slot),
            spki_sha256: Sha256Text::parse(&hex::encode(certificate.public_key().fingerprint()))?,
            not_after: certificate.validity().not_after(),
            authority_key_identifier: certificate.authority_key_identifier().map(hex::encode),
        });
    }
    let files = stored(deps, row)?.ok_or(Refusal::JobStepOutOfOrder)?;
    Ok(Facts::CardPersonalised(Box::new(personalised::Facts {
        person: PersonRef::Id(person.id),
        card: row.card_id.into(),
        station: station.id,
        chip_id: chip.to_owned(),
        certificates: details,
        sod_sha256: Sha256Text::parse(&hex::encode(Sha256::digest(files.sod.as_bytes())))?,
    })))
}
