//! Card jobs: what a station asks for while it writes one card. The shape of every message is `card_protocol`'s.
//!
//! Invariant: a job belongs to the office of its declaration, to one station once claimed, and to one chip once bound. Static card keys never leave.

pub mod channels;
pub mod files;
pub mod keys;
pub mod receipts;

use card_protocol::chip::ChipId;
use card_protocol::layout::TD1_PIV_1;
use card_protocol::messages::{ChipBinding, Job, JobAnswer, JobState};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::card::CardRecord;
use registry_domain::id::{CardId, PersonId};
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use crate::declare::Declaration;
use crate::deps::Deps;
use crate::draw::Draw;
use crate::entering::Entered;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card, card_job};
use crate::store::{Db, people};

/// Waiting jobs that one claim looks at.
const LOOKED_AT: i64 = 100;

/// A row of `card_job`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = card_job)]
pub(crate) struct JobRow {
    pub id: Uid,
    pub card_id: Uid,
    pub declaration_id: Uid,
    pub office: String,
    pub job_state: String,
    pub station_id: Option<Uid>,
    pub chip_id: Option<String>,
    pub kdd: Option<String>,
    pub sealed_files: Option<Vec<u8>>,
}

/// The word in `card_job.job_state`.
pub(crate) fn state_name(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Claimed => "claimed",
        JobState::Bound => "bound",
        JobState::Written => "written",
        JobState::Spoiled => "spoiled",
        JobState::Quarantined => "quarantined",
    }
}

/// Opens the job of a card that was just approved.
///
/// # Errors
/// The store's.
pub fn open(
    db: &mut Db,
    entered: &Entered,
    declaration: &Declaration,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Uuid, Failure> {
    let card = entered.people.values().find_map(|person| person.cards.last()).ok_or(Refusal::CardNotFound)?;
    insert_job(db, card.id, declaration.id.uuid(), &declaration.office, now, draw)
}

/// The oldest waiting job of the station's office whose holder is neither the officer nor a relative.
fn first_waiting(db: &mut Db, station: &CallingStation, officer: &Officer) -> Result<JobRow, Failure> {
    let waiting: Vec<JobRow> = card_job::table
        .filter(card_job::office.eq(&station.office))
        .filter(card_job::job_state.eq("waiting"))
        .order((card_job::created_at, card_job::id))
        .limit(LOOKED_AT)
        .select(JobRow::as_select())
        .load(db)?;
    let mut refused = Refusal::JobNotFound;
    for row in waiting {
        let (person, _) = holder(db, &row)?;
        match officer.interest.require_none_in(person.id) {
            Ok(()) => return Ok(row),
            Err(interest) => refused = interest,
        }
    }
    Err(refused.into())
}

fn insert_job(
    db: &mut Db,
    card: CardId,
    declaration: Uuid,
    office: &UnitCode,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Uuid, Failure> {
    let id = draw.uuid(now);
    diesel::insert_into(card_job::table)
        .values((
            card_job::id.eq(Uid(id)),
            card_job::card_id.eq(Uid::from(card)),
            card_job::declaration_id.eq(Uid(declaration)),
            card_job::office.eq(office.as_str()),
            card_job::job_state.eq(state_name(JobState::Waiting)),
            card_job::created_at.eq(Instant::new(now)),
        ))
        .execute(db)?;
    Ok(id)
}

/// Gives the station its open job again, or the oldest one waiting at its office.
///
/// # Errors
/// [`Refusal::JobNotFound`] if nothing waits.
pub fn claim(deps: &Deps, station: &CallingStation, officer: &Officer, once: &Once) -> Result<Job, Failure> {
    let office = UnitCode::parse(&station.office)?;
    officer.may(Act::PersonaliseCard, &office, &deps.units)?;
    let now = Instant::new(deps.now());
    write_once(deps, once, |db| {
        let own = card_job::table
            .filter(card_job::station_id.eq(Uid::from(station.id)))
            .filter(card_job::job_state.eq_any(["claimed", "bound"]))
            .order(card_job::created_at)
            .select(JobRow::as_select())
            .first(db)
            .optional()?;
        let row: JobRow = match own {
            Some(row) => row,
            None => {
                let waiting = first_waiting(db, station, officer)?;
                let taken = diesel::update(
                    card_job::table.find(waiting.id).filter(card_job::job_state.eq("waiting")),
                )
                .set((
                    card_job::job_state.eq("claimed"),
                    card_job::station_id.eq(Some(Uid::from(station.id))),
                    card_job::officer_id.eq(Some(Uid::from(officer.id))),
                    card_job::claimed_at.eq(Some(now)),
                ))
                .execute(db)?;
                if taken == 0 {
                    return Err(Refusal::JobClaimed.into());
                }
                waiting
            }
        };
        let (_, record) = holder(db, &row)?;
        Ok(Job {
            id: row.id.0,
            card_id: row.card_id.0,
            document_number: record.document_number.to_string(),
            holder_label: record.document_number.to_string(),
            layout: TD1_PIV_1.to_owned(),
            chip_id: row
                .chip_id
                .as_deref()
                .map(ChipId::parse)
                .transpose()
                .map_err(|e| Failure::damaged("chip_id", e))?,
        })
    })
}

/// Binds the chip on the reader to the job, before the first write.
///
/// # Errors
/// [`Refusal::ChipMismatch`] for another chip than bound before, [`Refusal::ChipUsed`] for one of another job.
pub fn bind(
    deps: &Deps,
    station: &CallingStation,
    once: &Once,
    id: Uuid,
    binding: &ChipBinding,
) -> Result<JobAnswer, Failure> {
    let chip = ChipId::from_cplc(&binding.cplc.0).map_err(|_| Refusal::ChipMismatch)?;
    if chip != binding.chip_id {
        return Err(Refusal::ChipMismatch.into());
    }
    let outcome = write_once(deps, once, |db| {
        let row = require(db, station, id)?;
        match &row.chip_id {
            Some(bound) if *bound == chip.to_string() => {}
            Some(_) => return Err(Refusal::ChipMismatch.into()),
            None => {
                diesel::update(card_job::table.find(row.id))
                    .set((
                        card_job::chip_id.eq(Some(chip.to_string())),
                        card_job::job_state.eq(state_name(JobState::Bound)),
                    ))
                    .execute(db)?;
            }
        }
        Ok(JobAnswer { state: JobState::Bound })
    });
    match outcome {
        Err(Failure::Store(error)) if error.is_unique_violation() => Err(Refusal::ChipUsed.into()),
        other => other,
    }
}

/// The open job of this station.
///
/// # Errors
/// Numbered: not found, another station's, quarantined, or no longer open.
pub(crate) fn require(db: &mut Db, station: &CallingStation, id: Uuid) -> Result<JobRow, Failure> {
    let row: JobRow = card_job::table
        .find(Uid(id))
        .select(JobRow::as_select())
        .first(db)
        .optional()?
        .ok_or(Refusal::JobNotFound)?;
    if row.office != station.office {
        return Err(Refusal::WrongStation.into());
    }
    if row.station_id != Some(station.id.into()) {
        return Err(Refusal::JobClaimed.into());
    }
    match row.job_state.as_str() {
        "claimed" | "bound" => Ok(row),
        "quarantined" => Err(Refusal::JobQuarantined.into()),
        _ => Err(Refusal::JobStepOutOfOrder.into()),
    }
}

/// The same, with its chip bound.
///
/// # Errors
/// As [`require`], and [`Refusal::JobStepOutOfOrder`] before the chip is bound.
pub(crate) fn require_bound(
    db: &mut Db,
    station: &CallingStation,
    id: Uuid,
) -> Result<(JobRow, ChipId), Failure> {
    let row = require(db, station, id)?;
    let chip = row.chip_id.as_deref().ok_or(Refusal::JobStepOutOfOrder)?;
    let chip = ChipId::parse(chip).map_err(|e| Failure::damaged("card_job.chip_id", e))?;
    Ok((row, chip))
}

/// The holder of a job's card, and the card.
///
/// # Errors
/// [`Refusal::CardNotFound`].
pub(crate) fn holder(db: &mut Db, row: &JobRow) -> Result<(Person, CardRecord), Failure> {
    let person: Option<Uid> = card::table.find(row.card_id).select(card::person_id).first(db).optional()?;
    let person = PersonId::from(person.ok_or(Refusal::CardNotFound)?);
    let person = people::load(db, person)?.ok_or(Refusal::CardNotFound)?;
    let record = person.require_card(row.card_id.into())?.clone();
    Ok((person, record))
}

/// Stops a job for someone to look at; in a transaction of its own, since the caller refuses.
///
/// # Errors
/// The store's.
pub(crate) fn quarantine(deps: &Deps, id: Uuid, reason: &str) -> Result<(), Failure> {
    tracing::warn!(job = %id, reason, "a card job is quarantined");
    diesel::update(card_job::table.find(Uid(id)))
        .set((
            card_job::job_state.eq(state_name(JobState::Quarantined)),
            card_job::quarantine_reason.eq(Some(reason)),
        ))
        .execute(&mut *deps.db()?)?;
    Ok(())
}

/// Waiting, open and stopped jobs of an office, oldest first, for the card office's page.
///
/// # Errors
/// The store's.
pub fn of_office(db: &mut Db, office: &UnitCode, limit: i64) -> Result<Vec<JobLine>, Failure> {
    let rows: Vec<(Uid, Uid, String, Option<String>, Instant)> = card_job::table
        .filter(card_job::office.eq(office.as_str()))
        .order((card_job::created_at.desc(), card_job::id))
        .limit(limit)
        .select((
            card_job::id,
            card_job::card_id,
            card_job::job_state,
            card_job::chip_id,
            card_job::created_at,
        ))
        .load(db)?;
    rows.into_iter()
        .map(|(id, card_id, state, chip_id, created_at)| {
            let found: Option<(String, String)> = card::table
                .find(card_id)
                .select((card::document_number, card::card_state))
                .first(db)
                .optional()?;
            let (document_number, card_state) = found.unwrap_or_default();
            Ok(JobLine {
                id: id.0,
                document_number,
                job_state: state,
                card_state,
                chip_id,
                created_at: created_at.utc(),
            })
        })
        .collect()
}

/// A job as the card office sees it: no holder.
#[derive(Debug, Clone)]
pub struct JobLine {
    /// The job.
    pub id: Uuid,
    /// The document number.
    pub document_number: String,
    /// Where the job stands.
    pub job_state: String,
    /// Where the card stands.
    pub card_state: String,
    /// The chip, once bound.
    pub chip_id: Option<String>,
    /// When the card was approved.
    pub created_at: DateTime<Utc>,
}
