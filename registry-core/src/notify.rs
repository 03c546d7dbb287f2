//! Hospitals and governors of bags notify births and deaths. A notification registers nothing: it waits until
//! those whom the law names declare the event, and reminds the office if nobody does.
//!
//! A governor of a bag has the same certificate as a hospital: both only notify.

use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::date::{civil_date, days_after, parse_date};
use registry_domain::event::birth;
use registry_domain::kind::Kind;
use registry_domain::person::Person;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::sex::Sex;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::agency::CallingAgency;
use crate::claims::claim_hash;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::store::codec::{Instant, Uid};
use crate::store::schema::notification;
use crate::store::{Db, people, reference};

/// A birth as a hospital notifies it (form СТ-4). No name: that is for the parents to declare.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BirthNotice {
    /// The mother's register number or civil id.
    pub mother: String,
    /// `female` or `male`.
    pub sex: String,
    /// Civil date of birth.
    pub born_on: String,
    /// Local time, `HH:MM`.
    #[serde(default)]
    pub born_time: Option<String>,
    /// Unit of birth.
    pub birth_place: String,
    /// Children born at this birth.
    pub plurality: u8,
    /// Order among them, from 1.
    pub order: u8,
    /// Weight in grams.
    #[serde(default)]
    pub weight_grams: Option<u16>,
    /// Number of the medical certificate.
    pub medical_certificate: String,
}

/// A death as a hospital or a governor notifies it. No cause: that is for the paper.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeathNotice {
    /// The register number or civil id of the deceased.
    pub person: String,
    /// Civil date of death.
    pub died_on: String,
    /// Unit of death.
    pub death_place: String,
    /// Number of the medical certificate, where there is one: a governor may have none.
    #[serde(default)]
    pub paper_number: Option<String>,
}

/// A notification that was taken.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Notified {
    /// Its id, which a declaration names.
    pub id: Uuid,
}

/// A notice as it is kept.
struct Notice {
    kind: Kind,
    /// The person whom it is about: the mother or the deceased.
    person: PersonRef,
    happened_on: NaiveDate,
    place: UnitCode,
    /// How many days there are to declare what was notified.
    days: u32,
    /// The claim that a declaration of this event makes for this person, as `Facts::claims` of the kind
    /// writes it.
    claim: Box<dyn Fn(&Person) -> String>,
    body: Vec<u8>,
}

/// Takes a notice of a birth.
///
/// # Errors
/// The refusal of the first member that is wrong, with its field.
pub fn notify_birth(
    deps: &Deps,
    sender: &CallingAgency,
    once: &Once,
    notice: &BirthNotice,
) -> Result<Notified, Failure> {
    let person = PersonRef::parse(&notice.mother).map_err(|no| no.in_field("mother"))?;
    Sex::parse(&notice.sex).map_err(|no| no.in_field("sex"))?;
    let born_on = parse_date(&notice.born_on).map_err(|no| no.in_field("born_on"))?;
    let place = place_of(deps, &notice.birth_place, "birth_place")?;
    if born_on > civil_date(deps.now(), deps.units.zone(&place)) {
        return Err(Refusal::DateInFuture.in_field("born_on").into());
    }
    if notice.order == 0 || notice.order > notice.plurality {
        return Err(Refusal::OrderBeyondPlurality.in_field("order").into());
    }
    require_paper(&notice.medical_certificate, "medical_certificate")?;
    let order = notice.order;
    let kept = Notice {
        kind: Kind::Birth,
        person,
        happened_on: born_on,
        place,
        days: deps.config.law.rules.birth_declaration_days,
        claim: Box::new(move |mother| birth::claim(&mother.id.to_string(), born_on, u32::from(order))),
        body: written(notice)?,
    };
    keep(deps, sender, once, &kept)
}

/// Takes a notice of a death.
///
/// # Errors
/// The refusal of the first member that is wrong, with its field.
pub fn notify_death(
    deps: &Deps,
    sender: &CallingAgency,
    once: &Once,
    notice: &DeathNotice,
) -> Result<Notified, Failure> {
    let person = PersonRef::parse(&notice.person).map_err(|no| no.in_field("person"))?;
    let died_on = parse_date(&notice.died_on).map_err(|no| no.in_field("died_on"))?;
    let place = place_of(deps, &notice.death_place, "death_place")?;
    if died_on > civil_date(deps.now(), deps.units.zone(&place)) {
        return Err(Refusal::DateInFuture.in_field("died_on").into());
    }
    if let Some(paper) = &notice.paper_number {
        require_paper(paper, "paper_number")?;
    }
    let kept = Notice {
        kind: Kind::Death,
        person,
        happened_on: died_on,
        place,
        days: deps.config.law.rules.death_declaration_days,
        claim: Box::new(|deceased| format!("death/{}", deceased.id)),
        body: written(notice)?,
    };
    keep(deps, sender, once, &kept)
}

fn written(notice: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(notice).map_err(|e| Failure::damaged("write a notification", e))
}

fn place_of(deps: &Deps, code: &str, field: &str) -> Result<UnitCode, Refusal> {
    let place = UnitCode::parse(code).map_err(|no| no.in_field(field))?;
    deps.units.require(&place).map_err(|no| no.in_field(field))?;
    Ok(place)
}

fn require_paper(number: &str, field: &str) -> Result<(), Refusal> {
    if number.trim().is_empty() {
        Err(Refusal::MedicalPaperMissing.in_field(field))
    } else if number.chars().count() > 100 {
        Err(Refusal::TextTooLong { limit: 100 }.in_field(field))
    } else {
        Ok(())
    }
}

/// Keeps a notice for the office of the person's residence, or else of the place where it happened. The
/// sender is told nothing about the person, not even whether the register knows them.
fn keep(deps: &Deps, sender: &CallingAgency, once: &Once, notice: &Notice) -> Result<Notified, Failure> {
    let now = deps.now();
    let mut draw = deps.draw();
    let (id, nonce) = (draw.opaque_uuid(), draw.nonce());
    write_once(deps, once, |db| {
        let person = people::find_survivor(db, &notice.person)?;
        let claim = person.as_ref().map(|person| claim_hash(deps, &(notice.claim)(person)));
        diesel::insert_into(notification::table)
            .values((
                notification::id.eq(Uid(id)),
                notification::agency_id.eq(Uid::from(sender.id)),
                notification::kind.eq(notice.kind.as_str()),
                notification::received_at.eq(Instant::new(now)),
                notification::sealed.eq(deps.keys.sealing.seal("notification", id, nonce, &notice.body)?),
                notification::office.eq(office_for(deps, db, person.as_ref(), &notice.place)?),
                notification::due_on.eq(days_after(notice.happened_on, notice.days).to_string()),
                notification::claim.eq(claim),
            ))
            .execute(db)?;
        Ok(Notified { id })
    })
}

/// The nearest open office: at the residence or a unit above it, or else at the place or a unit above that.
/// If none is open, the unit of the place, whose office may open later.
fn office_for(
    deps: &Deps,
    db: &mut Db,
    person: Option<&Person>,
    place: &UnitCode,
) -> Result<String, Failure> {
    let residence = person.and_then(|person| person.residence.as_ref()).map(|residence| &residence.unit);
    let today = civil_date(deps.now(), deps.units.zone(place));
    let now = |unit: &UnitCode| deps.units.only_successor_on(unit, today).unwrap_or_else(|| unit.clone());
    for unit in residence.into_iter().chain([place]).map(now) {
        for above in deps.units.parent_chain(&unit) {
            if reference::office_of(db, above.code.as_str())?.is_some() {
                return Ok(above.code.to_string());
            }
        }
    }
    Ok(place.to_string())
}
