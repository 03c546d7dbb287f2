//! A job ends with its card, in the transaction of the death, the merge, the revocation or whatever else
//! ended the card. What was signed for the card until then is revoked.

use card_protocol::messages::JobState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use registry_domain::card::{CardState, RevocationReason};
use registry_domain::date::civil_date;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;

use super::{NO_NUMBER, OPEN, holder, load, lock, quarantine, require_card, state_name};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card, card_channel, card_job, credential_intent};
use crate::store::{Db, StoreError, people, unwritten_certificates};

/// Ends the jobs of all revoked cards of these people.
///
/// # Errors
/// An error of the database.
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

/// Ends a job that did not end with its card: the card ended before jobs ended with their cards, has run out,
/// or was erased with its holder. If the record says that the card was written, the card is good, and the job
/// is set aside instead. Everything is checked inside the write: a job that is no longer open, because its
/// receipt came in meanwhile, stays as it is.
///
/// # Errors
/// [`Refusal::CardSaidWritten`] for a job that was set aside; or an error of the database.
pub(super) fn without_its_card(deps: &Deps, db: &mut Db, job: Uid) -> Result<(), Failure> {
    let now = deps.now();
    let set_aside = db.write(|db| {
        lock(db, job.0)?;
        let row = load(db, job.0)?;
        if !row.is_in(&OPEN) {
            return Ok(None);
        }
        let office = UnitCode::parse(&row.office)?;
        let unwritten = (RevocationReason::PersonalisationFailed, civil_date(now, deps.units.zone(&office)));
        let (reason, on) = match require_card(deps, db, &row) {
            Ok(_) => return Ok(None),
            Err(Failure::Refused(no @ Refusal::CardSaidWritten { .. })) => {
                quarantine(db, job.0, &format!("{} {}", no.number(), no.code()))?;
                return Ok(Some(no));
            }
            Err(Failure::Refused(Refusal::CardEnded { .. })) => match holder(db, &row)?.1.state {
                CardState::Revoked { reason, on } => (reason, on),
                // The card has run out, or its holder died before deaths revoked cards.
                CardState::Approved
                | CardState::Personalised
                | CardState::Active
                | CardState::Suspended { .. } => unwritten,
            },
            Err(Failure::Refused(Refusal::CardNotFound)) => unwritten,
            Err(fault) => return Err(fault),
        };
        end(db, job, reason, on, now)?;
        Ok::<_, Failure>(None)
    })?;
    set_aside.map_or(Ok(()), |no| Err(no.into()))
}

/// Ends a job that is open, and revokes what was signed for it. For a job that was written, spoilt or ended
/// before, it does nothing. The job's row is changed first: a request that is about to sign for the job has
/// locked that row, or waits for it and then finds the job ended.
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
    if ended == 0 {
        return Ok(());
    }
    if !is_touched(db, job)? {
        free_chip(db, job)?;
    }
    let revoked = unwritten_certificates::revoke(db, job, reason, on)?;
    tracing::warn!(job = %job.0, reason = reason.as_str(), revoked, "a card job ended with its card");
    Ok(())
}

/// Whether anything may have been written to the chip of a job: the station was given its keys, or asked for
/// a certificate for a key that the chip had made, whatever the outcome.
///
/// # Errors
/// An error of the database.
pub(super) fn is_touched(db: &mut Db, job: Uid) -> Result<bool, StoreError> {
    let opened: i64 = card_channel::table
        .filter(card_channel::job_id.eq(job))
        .filter(card_channel::opened_at.is_not_null())
        .count()
        .get_result(db)?;
    let intended: i64 =
        credential_intent::table.filter(credential_intent::job_id.eq(job)).count().get_result(db)?;
    Ok(opened + intended > 0)
}

/// Frees the chip of a job on which nothing was written: it is as good as new, and another job may have it.
/// Evidence against a chip that did not prove its keys stays, and no job gets that chip.
pub(super) fn free_chip(db: &mut Db, job: Uid) -> Result<(), StoreError> {
    let of_job = card_channel::table.filter(card_channel::job_id.eq(job));
    diesel::delete(of_job.filter(card_channel::distrusted_why.is_null())).execute(db)?;
    diesel::update(card_job::table.find(job))
        .set((card_job::chip_id.eq(None::<String>), card_job::kdd.eq(None::<String>)))
        .execute(db)?;
    Ok(())
}

/// The job that this station was writing when its card ended, and the refusal that tells the station; none if
/// the station was told already.
///
/// # Errors
/// An error of the database.
pub(super) fn untold(db: &mut Db, station: &CallingStation) -> Result<Option<(Uid, Refusal)>, Failure> {
    let found: Option<(Uid, Option<String>)> = card_job::table
        .left_join(card::table.on(card::id.eq(card_job::card_id)))
        .filter(card_job::office.eq(&station.office))
        .filter(card_job::station_id.eq(Uid::from(station.id)))
        .filter(card_job::job_state.eq(state_name(JobState::Ended)))
        .filter(card_job::told_at.is_null())
        .order(card_job::created_at)
        .select((card_job::id, card::document_number.nullable()))
        .first(db)
        .optional()?;
    Ok(found.map(|(job, number)| {
        (job, Refusal::CardEnded { document_number: number.unwrap_or_else(|| NO_NUMBER.to_owned()) })
    }))
}

/// Remembers that the station was told.
///
/// # Errors
/// An error of the database.
pub(super) fn mark_told(db: &mut Db, job: Uid, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(card_job::table.find(job))
        .set(card_job::told_at.eq(Some(Instant::new(at))))
        .execute(db)?;
    Ok(())
}

/// Settles what earlier versions left open. It ends jobs whose cards have ended or whose holders were erased,
/// and revokes what was signed for spoilt cards, and for keys that another key replaced. It runs at start,
/// before anything is issued. Gives how many it settled.
///
/// # Errors
/// An error of the database.
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
        // The day in UTC is never later than the day at an office.
        let today = at.date_naive();
        let without_a_card: Vec<Uid> = card_job::table
            .left_join(card::table.on(card::id.eq(card_job::card_id)))
            .filter(card::id.nullable().is_null())
            .filter(card_job::job_state.eq_any(OPEN.map(state_name)))
            .select(card_job::id)
            .load(db)?;
        for job in &without_a_card {
            end(db, *job, RevocationReason::PersonalisationFailed, today, at)?;
        }
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
        let superseded = unwritten_certificates::revoke_superseded(db, today)?;
        Ok(people.len() + without_a_card.len() + spoilt.len() + superseded)
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use uuid::Uuid;

    use super::*;

    /// A job in this state, with a certificate that was issued for it.
    fn insert(db: &mut Db, id: u128, state: JobState) -> Uid {
        let at = Instant::new(Utc.with_ymd_and_hms(2026, 11, 24, 8, 0, 0).unwrap());
        let job = Uid(Uuid::from_u128(id));
        diesel::insert_into(card_job::table)
            .values((
                card_job::id.eq(job),
                card_job::card_id.eq(job),
                card_job::declaration_id.eq(job),
                card_job::office.eq("1101"),
                card_job::job_state.eq(state_name(state)),
                card_job::created_at.eq(at),
                card_job::waits_since.eq(at),
            ))
            .execute(db)
            .unwrap();
        diesel::insert_into(credential_intent::table)
            .values((
                credential_intent::serial.eq(id.to_string()),
                credential_intent::job_id.eq(job),
                credential_intent::slot.eq("9a"),
                credential_intent::spki_sha256.eq(id.to_string()),
                credential_intent::tbs.eq(Vec::<u8>::new()),
                credential_intent::intent_state.eq("issued"),
                credential_intent::issued.eq(Some(vec![0u8])),
                credential_intent::recorded_at.eq(at),
            ))
            .execute(db)
            .unwrap();
        job
    }

    fn revoked(db: &mut Db, job: Uid) -> i64 {
        credential_intent::table
            .filter(credential_intent::job_id.eq(job))
            .filter(credential_intent::revoked_on.is_not_null())
            .count()
            .get_result(db)
            .unwrap()
    }

    #[test]
    fn nothing_is_revoked_for_a_job_that_was_over_when_it_was_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        let mut db = Db::open(&format!("sqlite://{}", path.display())).unwrap();
        db.migrate().unwrap();
        diesel::sql_query("PRAGMA foreign_keys = OFF").execute(&mut db).unwrap();
        let at = Utc.with_ymd_and_hms(2026, 11, 25, 8, 0, 0).unwrap();
        for (id, state, expected) in [
            (1, JobState::Written, 0),
            (2, JobState::Spoiled, 0),
            (3, JobState::Bound, 1),
            (4, JobState::Quarantined, 1),
        ] {
            let job = insert(&mut db, id, state);
            let reason = RevocationReason::PersonalisationFailed;
            db.write(|db| end(db, job, reason, at.date_naive(), at)).unwrap();
            assert_eq!(revoked(&mut db, job), expected, "{state:?}");
        }
    }
}
