//! Card jobs: what a station asks for while it writes one card. The shape of every message is
//! `card_protocol`'s.
//!
//! Invariant: a job belongs to the office of its declaration, to one station once claimed, and to one chip
//! once bound. Static card keys never leave. A job ends with its card: after the holder's death nothing is
//! given to the chip, and nothing is signed for it.

pub mod channels;
pub mod claiming;
pub mod ends;
pub mod files;
pub mod giving_up;
pub mod keys;
pub mod receipts;

use card_protocol::chip::ChipId;
use card_protocol::messages::{ChipBinding, JobAnswer, JobState};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::card::{CardRecord, require_in_the_making};
use registry_domain::date::civil_date;
use registry_domain::id::{CardId, PersonId};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use crate::declare::Declaration;
use crate::deps::Deps;
use crate::draw::Draw;
use crate::entering::Entered;
use crate::failure::Failure;
use crate::once::Once;
use crate::station::CallingStation;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{card, card_job};
use crate::store::{Db, StoreError, people};

/// The states of a job that is not over.
pub(crate) const OPEN: [JobState; 4] =
    [JobState::Waiting, JobState::Claimed, JobState::Bound, JobState::Quarantined];
/// The states in which a station has the job.
pub(crate) const AT_A_STATION: [JobState; 2] = [JobState::Claimed, JobState::Bound];

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

/// The word stored in `card_job.job_state`.
pub(crate) fn state_name(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Claimed => "claimed",
        JobState::Bound => "bound",
        JobState::Written => "written",
        JobState::Spoiled => "spoiled",
        JobState::Quarantined => "quarantined",
        JobState::Ended => "ended",
    }
}

impl JobRow {
    fn is_in(&self, states: &[JobState]) -> bool {
        is_in(&self.job_state, states)
    }
}

fn is_in(word: &str, states: &[JobState]) -> bool {
    states.iter().any(|state| state_name(*state) == word)
}

/// Opens the job of a card that was just approved.
///
/// # Errors
/// The store failed.
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
            card_job::waits_since.eq(Instant::new(now)),
        ))
        .execute(db)?;
    Ok(id)
}

/// Binds the chip on the reader to the job, before the first write.
///
/// # Errors
/// [`Refusal::ChipMismatch`] for another chip than bound before, [`Refusal::ChipUsed`] for one of another
/// job, [`Refusal::ChipDistrusted`] for one that did not prove its keys.
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
    // The answer is not kept: after a job is given up and claimed anew, the very same request binds the same
    // chip again.
    let outcome = deps.db()?.write(|db| {
        once.bind(db, Instant::new(deps.now()))?;
        let row = hold(deps, db, station, id)?;
        match &row.chip_id {
            Some(bound) if *bound == chip.to_string() => {}
            Some(_) => return Err(Refusal::ChipMismatch.into()),
            None => {
                if channels::is_distrusted(db, &chip)? {
                    return Err(Refusal::ChipDistrusted.into());
                }
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

/// An open job of this station, whether or not its card may still be made.
///
/// # Errors
/// The job is not found, another station's, quarantined, ended, or no longer open; each has its own number.
pub(crate) fn at_station(db: &mut Db, station: &CallingStation, id: Uuid) -> Result<JobRow, Failure> {
    let row = load(db, id)?;
    if row.office != station.office {
        return Err(Refusal::WrongStation.into());
    }
    if row.is_in(&[JobState::Ended]) {
        return Err(Refusal::CardEnded { document_number: document_number(db, &row)? }.into());
    }
    if row.station_id != Some(station.id.into()) {
        return Err(Refusal::JobClaimed.into());
    }
    if row.is_in(&AT_A_STATION) {
        return Ok(row);
    }
    let is_set_aside = row.is_in(&[JobState::Quarantined]);
    Err(if is_set_aside { Refusal::JobQuarantined } else { Refusal::JobStepOutOfOrder }.into())
}

/// An open job of this station whose card may still be made.
///
/// # Errors
/// As [`at_station`]; [`Refusal::CardEnded`], [`Refusal::CardSaidWritten`].
pub(crate) fn require(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    id: Uuid,
) -> Result<JobRow, Failure> {
    let row = at_station(db, station, id)?;
    require_card(deps, db, &row)?;
    Ok(row)
}

/// Does what [`require`] does inside a write transaction, and locks the job's row first: until that
/// transaction ends, nobody else can end the job, set it aside or give it up.
///
/// # Errors
/// As [`require`].
pub(crate) fn hold(deps: &Deps, db: &mut Db, station: &CallingStation, id: Uuid) -> Result<JobRow, Failure> {
    lock(db, id)?;
    require(deps, db, station, id)
}

/// Locks the row of a job inside a write transaction: nobody else changes it until the transaction ends.
///
/// # Errors
/// The store failed.
pub(crate) fn lock(db: &mut Db, id: Uuid) -> Result<(), Failure> {
    diesel::update(card_job::table.find(Uid(id)))
        .set(card_job::job_state.eq(card_job::job_state))
        .execute(db)?;
    Ok(())
}

/// As [`require`], for a job whose chip is bound.
///
/// # Errors
/// As [`require`], and [`Refusal::JobStepOutOfOrder`] before the chip is bound.
pub(crate) fn require_bound(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    id: Uuid,
) -> Result<(JobRow, ChipId), Failure> {
    let row = require(deps, db, station, id)?;
    let chip = bound_chip(&row)?;
    Ok((row, chip))
}

/// As [`hold`], for a job whose chip is bound.
///
/// # Errors
/// As [`require_bound`].
pub(crate) fn hold_bound(
    deps: &Deps,
    db: &mut Db,
    station: &CallingStation,
    id: Uuid,
) -> Result<(JobRow, ChipId), Failure> {
    let row = hold(deps, db, station, id)?;
    let chip = bound_chip(&row)?;
    Ok((row, chip))
}

fn bound_chip(row: &JobRow) -> Result<ChipId, Failure> {
    let chip = row.chip_id.as_deref().ok_or(Refusal::JobStepOutOfOrder)?;
    ChipId::parse(chip).map_err(|e| Failure::damaged("card_job.chip_id", e))
}

pub(crate) fn load(db: &mut Db, id: Uuid) -> Result<JobRow, Failure> {
    let row = card_job::table.find(Uid(id)).select(JobRow::as_select()).first(db).optional()?;
    Ok(row.ok_or(Refusal::JobNotFound)?)
}

/// The holder of a job's card, and the card. The card must be one that may still be made.
///
/// # Errors
/// [`Refusal::CardEnded`], [`Refusal::CardSaidWritten`], [`Refusal::CardNotFound`].
pub(crate) fn require_card(deps: &Deps, db: &mut Db, row: &JobRow) -> Result<(Person, CardRecord), Failure> {
    let office = UnitCode::parse(&row.office)?;
    let today = civil_date(deps.now(), deps.units.zone(&office));
    let (person, card) = holder(db, row)?;
    require_in_the_making(&person, &card, today)?;
    Ok((person, card))
}

/// The document number of a job's card, or a dash if its holder was erased.
///
/// # Errors
/// The store failed.
pub(crate) fn document_number(db: &mut Db, row: &JobRow) -> Result<String, StoreError> {
    let number = card::table.find(row.card_id).select(card::document_number).first(db).optional()?;
    Ok(number.unwrap_or_else(|| NO_NUMBER.to_owned()))
}

/// Stands in place of the document number of a card whose holder was erased.
pub(crate) const NO_NUMBER: &str = "–";

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

/// Stops an open job until somebody has looked at it. Call this in a transaction of its own, because the
/// caller then refuses, and a refusal rolls its transaction back.
///
/// # Errors
/// The store failed.
pub(crate) fn quarantine(db: &mut Db, id: Uuid, reason: &str) -> Result<(), Failure> {
    tracing::warn!(job = %id, reason, "a card job is quarantined");
    diesel::update(card_job::table.find(Uid(id)).filter(card_job::job_state.eq_any(OPEN.map(state_name))))
        .set((
            card_job::job_state.eq(state_name(JobState::Quarantined)),
            card_job::quarantine_reason.eq(Some(reason)),
        ))
        .execute(db)?;
    Ok(())
}

/// The jobs of an office in any state, newest first, for the card office's page.
///
/// # Errors
/// The store failed.
pub fn of_office(db: &mut Db, office: &UnitCode, limit: i64) -> Result<Vec<JobLine>, Failure> {
    let rows: Vec<LineRow> = card_job::table
        .left_join(card::table.on(card::id.eq(card_job::card_id)))
        .filter(card_job::office.eq(office.as_str()))
        .order((card_job::created_at.desc(), card_job::id))
        .limit(limit)
        .select((
            card_job::id,
            card_job::job_state,
            card_job::quarantine_reason,
            card_job::chip_id,
            card_job::created_at,
            card::document_number.nullable(),
            card::card_state.nullable(),
        ))
        .load(db)?;
    let line = |(id, job_state, reason, chip_id, created_at, document_number, card_state): LineRow| JobLine {
        id: id.0,
        document_number,
        may_be_given_up: is_in(&job_state, &giving_up::FROM),
        // If the job has ended, the state of the card says why.
        reason: reason.filter(|_| !is_in(&job_state, &[JobState::Ended])),
        job_state,
        card_state,
        chip_id,
        created_at: created_at.utc(),
    };
    Ok(rows.into_iter().map(line).collect())
}

type LineRow = (Uid, String, Option<String>, Option<String>, Instant, Option<String>, Option<String>);

/// A job as the card office sees it: without the holder.
#[derive(Debug, Clone)]
pub struct JobLine {
    /// The id of the job.
    pub id: Uuid,
    /// The document number, unless the holder was erased.
    pub document_number: Option<String>,
    /// The state of the job, as the table stores it.
    pub job_state: String,
    /// Whether it can be given up now.
    pub may_be_given_up: bool,
    /// Why it was set aside, spoiled or given up.
    pub reason: Option<String>,
    /// The state of the card, unless the holder was erased.
    pub card_state: Option<String>,
    /// The chip, once it is bound.
    pub chip_id: Option<String>,
    /// When the card was approved.
    pub created_at: DateTime<Utc>,
}
