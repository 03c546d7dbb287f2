//! A job is given up by the station that has it, or by the card office. If nothing was written to its chip,
//! the chip is as blank as before, and the job waits for another chip, behind the jobs that wait already.
//! Otherwise the chip is spoilt: its card is revoked, and the holder needs a new application.

use card_protocol::messages::{GivenUp, JobAnswer, JobState, Spoil};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::card::{RevocationReason, revoked};
use registry_domain::context::Stage;
use registry_domain::date::civil_date;
use registry_domain::door::Door;
use registry_domain::event::Facts;
use registry_domain::id::{CardId, OfficerId};
use registry_domain::officer::{Act, Officer};
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use super::{AT_A_STATION, JobRow, at_station, document_number, ends, load, require_card, state_name};
use crate::deps::Deps;
use crate::draw::Draw;
use crate::entering::Case;
use crate::failure::Failure;
use crate::once::{Once, register_once, write_once};
use crate::outside::in_a_few_words;
use crate::station::CallingStation;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::ledger_log::Head;
use crate::store::schema::card_job;
use crate::store::unwritten_certificates;

/// The states from which a job is given up.
pub(crate) const FROM: [JobState; 3] = [JobState::Claimed, JobState::Bound, JobState::Quarantined];

/// Why a job is given up, in a few words on one line.
struct Reason(String);

impl Reason {
    fn parse(text: &str) -> Result<Reason, Refusal> {
        let fit = in_a_few_words(text).filter(|text| !text.contains(char::is_control));
        fit.map(|text| Reason(text.to_owned())).ok_or_else(|| Refusal::GiveUpReasonUnfit.in_field("reason"))
    }
}

/// Which job is given up, and by whom.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// The job that the station has open, or had open when its card ended.
    Station(&'a CallingStation),
    /// A job of the office, named by its id.
    Office(&'a UnitCode, Uuid),
}

impl Of<'_> {
    fn find(self, db: &mut Db) -> Result<JobRow, Failure> {
        match self {
            Of::Station(station) => {
                let of_station = card_job::table
                    .filter(card_job::office.eq(&station.office))
                    .filter(card_job::station_id.eq(Uid::from(station.id)));
                let open = of_station
                    .filter(card_job::job_state.eq_any(AT_A_STATION.map(state_name)))
                    .select(JobRow::as_select())
                    .first(db)
                    .optional()?;
                let ended = of_station
                    .filter(card_job::job_state.eq(state_name(JobState::Ended)))
                    .filter(card_job::told_at.is_null())
                    .select(JobRow::as_select())
                    .first(db)
                    .optional()?;
                Ok(open.or(ended).ok_or(Refusal::NoJobToGiveUp)?)
            }
            Of::Office(office, id) => {
                let row = load(db, id)?;
                if row.office != office.as_str() {
                    return Err(Refusal::WrongStation.into());
                }
                if row.is_in(&FROM) { Ok(row) } else { Err(Refusal::NoJobToGiveUp.into()) }
            }
        }
    }
}

/// The station gives up the job that it has open.
///
/// # Errors
/// [`Refusal::NoJobToGiveUp`], [`Refusal::GiveUpReasonUnfit`]; of a spoilt chip the domain's refusal of the
/// revocation, and [`Refusal::CardSaidWritten`].
pub fn by_station(
    deps: &Deps,
    station: &CallingStation,
    officer: &Officer,
    once: &Once,
    reason: &str,
) -> Result<GivenUp, Failure> {
    let office = UnitCode::parse(&station.office)?;
    officer.may(Act::PersonaliseCard, &office, &deps.units)?;
    give_up(deps, Of::Station(station), officer, &office, once, &Reason::parse(reason)?)
}

/// An officer gives up a job of the office, whichever station has it.
///
/// # Errors
/// As [`by_station`]; [`Refusal::JobNotFound`], [`Refusal::WrongStation`].
pub fn by_office(
    deps: &Deps,
    officer: &Officer,
    once: &Once,
    job: Uuid,
    reason: &str,
) -> Result<GivenUp, Failure> {
    let office = &officer.office;
    officer.may(Act::PersonaliseCard, office, &deps.units)?;
    give_up(deps, Of::Office(office, job), officer, office, once, &Reason::parse(reason)?)
}

fn give_up(
    deps: &Deps,
    of: Of<'_>,
    officer: &Officer,
    office: &UnitCode,
    once: &Once,
    reason: &Reason,
) -> Result<GivenUp, Failure> {
    let now = deps.now();
    // A spoilt chip needs an entry of the register and a blank one does not. So this decides how the outcome
    // is written.
    let is_spoilt = {
        let db = &mut *deps.db()?;
        match of.find(db) {
            Ok(row) => {
                end_if_its_card_has(deps, db, &row)?;
                ends::is_touched(db, row.id)? && of.find(db).is_ok_and(|row| row.is_in(&FROM))
            }
            // The request may have come before: its first answer is looked for below.
            Err(Failure::Refused(_)) => false,
            Err(fault) => return Err(fault),
        }
    };
    if is_spoilt {
        let draw = deps.draw();
        return register_once(deps, once, |db, head| {
            let row = of.find(db)?;
            if row.is_in(&[JobState::Ended]) || !ends::is_touched(db, row.id)? {
                return Err(Refusal::Stale.into());
            }
            spoil_chip(deps, db, head, &row, officer, office, &reason.0, now, &mut draw.again())?;
            given_up(db, &row, JobState::Spoiled)
        });
    }
    write_once(deps, once, |db| {
        let row = of.find(db)?;
        if row.is_in(&[JobState::Ended]) {
            ends::mark_told(db, row.id, now)?;
            return given_up(db, &row, JobState::Ended);
        }
        release(db, &row, &reason.0, now)?;
        log(&row, officer.id, JobState::Waiting);
        given_up(db, &row, JobState::Waiting)
    })
}

/// Ends the job if its card ended before jobs ended with their cards, or was erased with its holder.
fn end_if_its_card_has(deps: &Deps, db: &mut Db, row: &JobRow) -> Result<(), Failure> {
    if !row.is_in(&FROM) {
        return Ok(());
    }
    match require_card(deps, db, row) {
        Err(Failure::Refused(Refusal::CardEnded { .. } | Refusal::CardNotFound)) => {
            ends::without_its_card(deps, db, row.id)
        }
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Lets the job wait for another chip.
fn release(db: &mut Db, row: &JobRow, reason: &str, now: DateTime<Utc>) -> Result<(), Failure> {
    let from = card_job::job_state.eq_any(FROM.map(state_name));
    let released = diesel::update(card_job::table.find(row.id).filter(from))
        .set((
            card_job::job_state.eq(state_name(JobState::Waiting)),
            card_job::station_id.eq(None::<Uid>),
            card_job::officer_id.eq(None::<Uid>),
            card_job::claimed_at.eq(None::<Instant>),
            card_job::waits_since.eq(Instant::new(now)),
            card_job::quarantine_reason.eq(Some(reason)),
        ))
        .execute(db)?;
    if released == 0 {
        return Err(Refusal::NoJobToGiveUp.into());
    }
    // The chip was begun between the check above and this write. The same request, sent again, treats the
    // chip as spoilt.
    if ends::is_touched(db, row.id)? {
        return Err(Refusal::Stale.into());
    }
    ends::free_chip(db, row.id)?;
    Ok(())
}

fn given_up(db: &mut Db, row: &JobRow, state: JobState) -> Result<GivenUp, Failure> {
    Ok(GivenUp { job_id: row.id.0, document_number: document_number(db, row)?, state })
}

fn log(row: &JobRow, officer: OfficerId, state: JobState) {
    tracing::warn!(job = %row.id.0, %officer, state = state_name(state), "a card job was given up");
}

/// The station says that the chip is spoilt. If writing had begun, the card is revoked and made anew from a
/// new application, and nothing of this chip is ever accepted. If nothing was written, the job waits for
/// another chip.
///
/// # Errors
/// As [`at_station`]; of a chip that was begun the domain's refusal of the revocation, and
/// [`Refusal::CardSaidWritten`].
pub fn spoil(
    deps: &Deps,
    station: &CallingStation,
    officer: &Officer,
    once: &Once,
    job: Uuid,
    spoil: &Spoil,
) -> Result<JobAnswer, Failure> {
    let now = deps.now();
    let draw = deps.draw();
    let office = UnitCode::parse(&station.office)?;
    let reason: String = spoil.reason.chars().take(200).collect();
    let is_begun = {
        let db = &mut *deps.db()?;
        if let Ok(row) = at_station(db, station, job) {
            end_if_its_card_has(deps, db, &row)?;
        }
        match at_station(db, station, job) {
            Ok(row) => ends::is_touched(db, row.id)?,
            // The job has ended, or the request came before.
            Err(Failure::Refused(_)) => false,
            Err(fault) => return Err(fault),
        }
    };
    if is_begun {
        return register_once(deps, once, |db, head| {
            let row = at_station(db, station, job)?;
            spoil_chip(deps, db, head, &row, officer, &office, &reason, now, &mut draw.again())?;
            Ok(JobAnswer { state: JobState::Spoiled })
        });
    }
    write_once(deps, once, |db| match at_station(db, station, job) {
        Ok(row) => {
            release(db, &row, &reason, now)?;
            log(&row, officer.id, JobState::Waiting);
            Ok(JobAnswer { state: JobState::Waiting })
        }
        // Nothing is left to revoke.
        Err(Failure::Refused(Refusal::CardEnded { .. })) => Ok(JobAnswer { state: JobState::Ended }),
        Err(no) => Err(no),
    })
}

#[expect(clippy::too_many_arguments, reason = "one entry: who, where, when, why")]
fn spoil_chip(
    deps: &Deps,
    db: &mut Db,
    head: Head,
    row: &JobRow,
    officer: &Officer,
    office: &UnitCode,
    reason: &str,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<(), Failure> {
    // If the record says that the card was written, nobody may revoke it here as not written.
    let (person, _) = require_card(deps, db, row)?;
    let facts = Facts::CardRevoked(Box::new(revoked::Facts {
        person: PersonRef::Id(person.id),
        card: CardId::from(row.card_id).into(),
        reason: RevocationReason::PersonalisationFailed,
    }));
    let stage =
        Stage::Registering { received_by: Some(officer.id), received_at: office.clone(), received_on: None };
    // This comes before the entry, because the entry ends every job of the card that is still open. This job
    // is over by then, and its chip stays bound to it.
    let from = card_job::job_state.eq_any(FROM.map(state_name));
    let spoilt = diesel::update(card_job::table.find(row.id).filter(from))
        .set((
            card_job::job_state.eq(state_name(JobState::Spoiled)),
            card_job::quarantine_reason.eq(Some(reason)),
            card_job::finished_at.eq(Some(Instant::new(now))),
        ))
        .execute(db)?;
    if spoilt == 0 {
        return Err(Refusal::Stale.into());
    }
    Case { facts: &facts, office, officer, door: Door::Service, stage: &stage, now }
        .enter(deps, db, head, draw)?;
    let on = civil_date(now, deps.units.zone(office));
    unwritten_certificates::revoke(db, row.id, RevocationReason::PersonalisationFailed, on)?;
    log(row, officer.id, JobState::Spoiled);
    Ok(())
}
