//! Jobs end with their cards: in the transaction of the death, the merge, the revocation or whatever else ended the card. What was signed
//! for the card until then is revoked.

use card_protocol::messages::JobState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use registry_domain::card::{CardState, RevocationReason};
use registry_domain::date::civil_date;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;

use super::{JobRow, OPEN, document_number, holder, state_name};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card, card_channel, card_job, credential_intent};
use crate::store::{Db, StoreError, people, unwritten_certificates};

/// Ends the jobs of those cards of these people that are revoked.
///
/// # Errors
/// The store's.
pub(crate) fn with_cards<'a>(
    db: &mut Db,
    people: impl Iterator<Item = &'a Person>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut ended = Vec::new();
    for card in people.flat_map(|person| &person.cards) {
        match card.state {
            CardState::Revoked { reason, on } => ended.push((Uid::from(card.id), reason, on)),
            CardState::Approved
            | CardState::Personalised
            | CardState::Active
            | CardState::Suspended { .. } => {}
        }
    }
    if ended.is_empty() {
        return Ok(());
    }
    let cards: Vec<Uid> = ended.iter().map(|(card, ..)| *card).collect();
    let jobs: Vec<(Uid, Uid)> = card_job::table
        .filter(card_job::card_id.eq_any(cards))
        .filter(card_job::job_state.eq_any(OPEN.map(state_name)))
        .select((card_job::id, card_job::card_id))
        .load(db)?;
    for (job, of) in jobs {
        if let Some((_, reason, on)) = ended.iter().find(|(card, ..)| *card == of) {
            end(db, job, *reason, *on, at)?;
        }
    }
    Ok(())
}

/// Ends a job that did not end with its card, because the card ended before jobs did so, or has run out.
///
/// # Errors
/// The store's.
pub(super) fn without_its_card(deps: &Deps, db: &mut Db, row: &JobRow) -> Result<(), Failure> {
    let office = UnitCode::parse(&row.office)?;
    let now = deps.now();
    let today = civil_date(now, deps.units.zone(&office));
    let (_, card) = holder(db, row)?;
    let (reason, on) = match card.state {
        CardState::Revoked { reason, on } => (reason, on),
        CardState::Approved | CardState::Personalised | CardState::Active | CardState::Suspended { .. } => {
            (RevocationReason::PersonalisationFailed, today)
        }
    };
    db.write(|db| end(db, row.id, reason, on, now))?;
    Ok(())
}

/// The job's row comes first: whoever is about to sign for it holds that row, or waits for it and finds the job ended.
fn end(
    db: &mut Db,
    job: Uid,
    reason: RevocationReason,
    on: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = card_job::job_state.eq_any(OPEN.map(state_name));
    let ended = diesel::update(card_job::table.find(job).filter(open))
        .set((
            card_job::job_state.eq(state_name(JobState::Ended)),
            card_job::quarantine_reason.eq(Some(reason.as_str())),
            card_job::finished_at.eq(Some(Instant::new(at))),
        ))
        .execute(db)?;
    if ended == 1 && !is_touched(db, job)? {
        free_chip(db, job)?;
    }
    let revoked = unwritten_certificates::revoke(db, job, reason, on)?;
    tracing::warn!(job = %job.0, reason = reason.as_str(), revoked, "a card job ended with its card");
    Ok(())
}

/// Whether anything may have been written to the chip of a job: its keys were given to the station, or something was signed for it.
///
/// # Errors
/// The store's.
pub(super) fn is_touched(db: &mut Db, job: Uid) -> Result<bool, StoreError> {
    let opened: i64 = card_channel::table
        .filter(card_channel::job_id.eq(job))
        .filter(card_channel::opened_at.is_not_null())
        .count()
        .get_result(db)?;
    let signed: i64 = credential_intent::table
        .filter(credential_intent::job_id.eq(job))
        .filter(credential_intent::issued.is_not_null())
        .count()
        .get_result(db)?;
    Ok(opened + signed > 0)
}

/// A chip on which nothing was written is as good as new: another job may have it.
pub(super) fn free_chip(db: &mut Db, job: Uid) -> Result<(), StoreError> {
    diesel::delete(card_channel::table.filter(card_channel::job_id.eq(job))).execute(db)?;
    diesel::update(card_job::table.find(job))
        .set((card_job::chip_id.eq(None::<String>), card_job::kdd.eq(None::<String>)))
        .execute(db)?;
    Ok(())
}

/// The job that this station was writing when its card ended, if the station was not told yet, and how it is told.
///
/// # Errors
/// The store's.
pub(super) fn untold(db: &mut Db, station: &CallingStation) -> Result<Option<(Uid, Refusal)>, Failure> {
    let row: Option<JobRow> = card_job::table
        .filter(card_job::office.eq(&station.office))
        .filter(card_job::station_id.eq(Uid::from(station.id)))
        .filter(card_job::job_state.eq(state_name(JobState::Ended)))
        .filter(card_job::told_at.is_null())
        .order(card_job::created_at)
        .select(JobRow::as_select())
        .first(db)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let document_number = document_number(db, &row)?;
    Ok(Some((row.id, Refusal::CardEnded { document_number })))
}

/// Remembers that the station was told.
///
/// # Errors
/// The store's.
pub(super) fn mark_told(db: &mut Db, job: Uid, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(card_job::table.find(job))
        .set(card_job::told_at.eq(Some(Instant::new(at))))
        .execute(db)?;
    Ok(())
}

/// Ends the jobs whose cards ended while jobs did not end with them, and revokes what was signed for cards that were spoilt then: run at
/// start, before anything is issued. Gives how many there were.
///
/// # Errors
/// The store's.
pub fn settle(db: &mut Db, at: DateTime<Utc>) -> Result<usize, StoreError> {
    db.write(|db| {
        let holders: Vec<Uid> = card_job::table
            .inner_join(card::table.on(card::id.eq(card_job::card_id)))
            .filter(card::card_state.eq("revoked"))
            .filter(card_job::job_state.eq_any(OPEN.map(state_name)))
            .select(card::person_id)
            .load(db)?;
        let mut people = Vec::new();
        for holder in &holders {
            people.extend(people::load(db, (*holder).into())?);
        }
        with_cards(db, people.iter(), at)?;
        let spoilt: Vec<(Uid, Uid, Uid)> = card_job::table
            .inner_join(card::table.on(card::id.eq(card_job::card_id)))
            .inner_join(credential_intent::table.on(credential_intent::job_id.eq(card_job::id)))
            .filter(card_job::job_state.eq(state_name(JobState::Spoiled)))
            .filter(credential_intent::slot.ne("sod"))
            .filter(credential_intent::issued.is_not_null())
            .filter(credential_intent::revoked_on.is_null())
            .select((card_job::id, card::id, card::person_id))
            .distinct()
            .load(db)?;
        for (job, card, holder) in &spoilt {
            let holder = people::load(db, (*holder).into())?;
            let state = holder.as_ref().and_then(|holder| holder.card((*card).into())).map(|card| card.state);
            if let Some(CardState::Revoked { reason, on }) = state {
                unwritten_certificates::revoke(db, *job, reason, on)?;
            }
        }
        Ok(people.len() + spoilt.len())
    })
}
