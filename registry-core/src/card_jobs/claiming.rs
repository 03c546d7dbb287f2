//! Which job a station gets: its own open one, or the one that has waited longest. Jobs whose cards can no
//! longer be made are passed over.

use card_protocol::chip::ChipId;
use card_protocol::layout::TD1_PIV_1;
use card_protocol::messages::{Job, JobState};
use diesel::prelude::*;
use registry_domain::id::PersonId;
use registry_domain::officer::{Act, Officer};
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;

use super::{AT_A_STATION, JobRow, document_number, ends, files, quarantine, require_card, state_name};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::card_job;
use crate::store::{Db, StoreError, people};

/// Waiting jobs that one claim looks at.
const LOOKED_AT: i64 = 100;

/// Gives the station its open job again, or the job that has waited longest at its office. On the way it ends
/// a job whose card has ended (it should have ended with its card), and sets aside a job whose card the chip
/// cannot hold.
///
/// # Errors
/// [`Refusal::CardEnded`] once, when the job that the station was writing has ended; the refusal of what the
/// chip cannot hold, when that job was set aside; the next claim gets another job. [`Refusal::JobNotFound`]
/// if nothing waits.
pub fn claim(deps: &Deps, station: &CallingStation, officer: &Officer, once: &Once) -> Result<Job, Failure> {
    let office = UnitCode::parse(&station.office)?;
    officer.may(Act::PersonaliseCard, &office, &deps.units)?;
    let passed = pass_over(deps, &mut *deps.db()?, station, officer)?;
    let now = Instant::new(deps.now());
    let mut told = None;
    let outcome = write_once(deps, once, |db| {
        if let Some((job, no)) = ends::untold(db, station)? {
            told = Some(job);
            return Err(no.into());
        }
        if let Some(no) = &passed.own {
            return Err(no.clone().into());
        }
        let row = match own(db, station)? {
            Some(row) => row,
            None => take(db, station, officer, passed.waiting.clone(), now)?,
        };
        let document_number = document_number(db, &row)?;
        Ok(Job {
            id: row.id.0,
            card_id: row.card_id.0,
            holder_label: document_number.clone(),
            document_number,
            layout: TD1_PIV_1.to_owned(),
            chip_id: row
                .chip_id
                .as_deref()
                .map(ChipId::parse)
                .transpose()
                .map_err(|e| Failure::damaged("chip_id", e))?,
        })
    });
    if let (Err(Failure::Refused(Refusal::CardEnded { .. })), Some(job)) = (&outcome, told) {
        ends::mark_told(&mut *deps.db()?, job, deps.now())?;
    }
    outcome
}

fn own(db: &mut Db, station: &CallingStation) -> Result<Option<JobRow>, Failure> {
    Ok(card_job::table
        .filter(card_job::office.eq(&station.office))
        .filter(card_job::station_id.eq(Uid::from(station.id)))
        .filter(card_job::job_state.eq_any(AT_A_STATION.map(state_name)))
        .order(card_job::created_at)
        .select(JobRow::as_select())
        .first(db)
        .optional()?)
}

/// The jobs that wait at the station's office, the longest wait first.
fn waiting(db: &mut Db, station: &CallingStation) -> Result<Vec<JobRow>, Failure> {
    Ok(card_job::table
        .filter(card_job::office.eq(&station.office))
        .filter(card_job::job_state.eq(state_name(JobState::Waiting)))
        .order((card_job::waits_since, card_job::id))
        .limit(LOOKED_AT)
        .select(JobRow::as_select())
        .load(db)?)
}

/// Takes the first waiting job whose holder is neither the officer nor a relative. `otherwise` says why a job
/// was set aside just now.
fn take(
    db: &mut Db,
    station: &CallingStation,
    officer: &Officer,
    otherwise: Option<Refusal>,
    now: Instant,
) -> Result<JobRow, Failure> {
    let mut refused = otherwise.unwrap_or(Refusal::JobNotFound);
    for row in waiting(db, station)? {
        let holder = people::holder_of_card(db, row.card_id.0)?.ok_or(Refusal::CardNotFound)?;
        if let Err(interest) = officer.interest.require_none_in(holder) {
            refused = interest;
            continue;
        }
        let waits = card_job::job_state.eq(state_name(JobState::Waiting));
        let taken = diesel::update(card_job::table.find(row.id).filter(waits))
            .set((
                card_job::job_state.eq(state_name(JobState::Claimed)),
                card_job::station_id.eq(Some(Uid::from(station.id))),
                card_job::officer_id.eq(Some(Uid::from(officer.id))),
                card_job::claimed_at.eq(Some(now)),
                // The reason why the job was given up earlier no longer matters.
                card_job::quarantine_reason.eq(None::<String>),
            ))
            .execute(db)?;
        return if taken == 1 { Ok(row) } else { Err(Refusal::JobClaimed.into()) };
    }
    Err(refused.into())
}

/// Why jobs were set aside.
#[derive(Default)]
struct Passed {
    /// Why the job was set aside that the station had open.
    own: Option<Refusal>,
    /// Why the first of the waiting jobs was set aside.
    waiting: Option<Refusal>,
}

/// What became of a job that was looked at.
enum Looked {
    /// It can be written, for this holder.
    Writable(PersonId),
    /// The job is over: it ended with its card, or its receipt came in.
    Ended,
    SetAside(Refusal),
}

/// Looks at the station's own job and at the waiting ones down to the first that the officer may take and the
/// chip can hold.
fn pass_over(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    officer: &Officer,
) -> Result<Passed, Failure> {
    let mut passed = Passed::default();
    if let Some(row) = own(db, station)? {
        match look(deps, db, &row)? {
            // The station gets its own job again, so the waiting jobs are not looked at.
            Looked::Writable(_) => return Ok(passed),
            Looked::Ended => {}
            Looked::SetAside(no) => passed.own = Some(no),
        }
    }
    for row in waiting(db, station)? {
        match look(deps, db, &row)? {
            Looked::Writable(holder) => {
                if officer.interest.require_none_in(holder).is_ok() {
                    break;
                }
            }
            Looked::Ended => {}
            Looked::SetAside(no) => passed.waiting = passed.waiting.or(Some(no)),
        }
    }
    Ok(passed)
}

/// Ends a job whose card has ended, and sets a job aside whose card cannot be made.
fn look(deps: &Deps, db: &mut Db, row: &JobRow) -> Result<Looked, Failure> {
    let looked = require_card(deps, db, row).and_then(|(person, card)| {
        // Files that are signed already are written as they are.
        if row.sealed_files.is_none() {
            files::require_writable(deps, db, row, &person, &card)?;
        }
        Ok(person.id)
    });
    match looked {
        Ok(holder) => Ok(Looked::Writable(holder)),
        Err(Failure::Refused(
            Refusal::CardEnded { .. } | Refusal::CardSaidWritten { .. } | Refusal::CardNotFound,
        )) => match ends::without_its_card(deps, db, row.id) {
            Ok(()) => Ok(Looked::Ended),
            Err(Failure::Refused(no)) => Ok(Looked::SetAside(no)),
            Err(fault) => Err(fault),
        },
        Err(Failure::Refused(no)) => {
            quarantine(db, row.id.0, &format!("{} {}", no.number(), no.code()))?;
            Ok(Looked::SetAside(no))
        }
        // Damage in one job's data must not keep the other jobs waiting. The log names the fault for whoever
        // looks at the job.
        Err(Failure::Store(error @ (StoreError::Damaged(_) | StoreError::Vault(_)))) => {
            tracing::error!(job = %row.id.0, %error, "the data of a card job cannot be read");
            quarantine(db, row.id.0, "the stored data cannot be read")?;
            Ok(Looked::SetAside(Refusal::JobQuarantined))
        }
        Err(fault) => Err(fault),
    }
}
