//! An officer opens a record, with a reason that the citizen sees.

mod status;

use chrono::NaiveDate;
use registry_domain::date::{civil_date, parse_date};
use registry_domain::history::moment::Moment;
use registry_domain::id::PersonId;
use registry_domain::law::Basis;
use registry_domain::name::LatinName;
use registry_domain::officer::{Act, Officer};
use registry_domain::person::{LifeCycle, Link, Person, Relation, Tie, TieRole};
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::unit::{UnitCode, UnitTree};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use status::StatusView;

use crate::access::{AccessEntry, Withheld};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::register::officer_access;
use crate::store::{history, people};

/// The longest reason that is accepted.
const LONGEST_REASON: usize = 200;

/// A record as an officer or the citizen sees it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecordView {
    /// The id of the record.
    pub person_id: Uuid,
    /// Register number.
    pub national_number: Option<String>,
    /// Register numbers given up, or of merged records, oldest first.
    #[serde(default)]
    pub earlier_numbers: Vec<String>,
    /// Civil id.
    pub civil_id: Option<String>,
    /// Records of the same person that were merged into this one: whoever asks for one of them gets this one.
    #[serde(default)]
    pub merged_records: Vec<Uuid>,
    /// The record that this one was merged into since; only where it is read as it was known before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Uuid>,
    /// Clan name.
    pub clan_name: Option<String>,
    /// Parent's name.
    pub parent_name: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// The name in traditional script, as far as the record has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traditional_name: Option<String>,
    /// `female` or `male`.
    pub sex: Option<String>,
    /// Birth date, possibly partial.
    pub born_on: Option<String>,
    /// Unit of birth.
    pub birth_place: Option<String>,
    /// `alive` or `dead`.
    pub life_cycle: String,
    /// Date of death.
    pub died_on: Option<String>,
    /// `single`, `married`, `divorced`, `widowed`.
    pub civil_status: String,
    /// Unit of residence.
    pub residence_unit: Option<String>,
    /// The address of residence.
    pub address: Option<String>,
    /// The units that stand for the unit of residence on the day for which the record is read, where it was
    /// closed before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub residence_units_then: Vec<String>,
    /// Latin name proposed by MNS 5217:2012, for a card application.
    pub latin_proposal: Option<LatinProposal>,
    /// Relatives by id.
    pub relatives: Vec<Relative>,
    /// The identity cards, oldest first.
    pub cards: Vec<CardView>,
    /// The acts about this person, oldest first.
    pub acts: Vec<ActView>,
    /// Guardianship, remarks and what else a person's status is.
    pub status: StatusView,
}

/// The Latin name as proposed; the citizen confirms or corrects it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LatinProposal {
    /// Parent's name in Latin letters.
    pub parent: Option<String>,
    /// Given name in Latin letters.
    pub given: String,
}

/// A relative.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Relative {
    /// The id of the relative's record.
    pub person_id: Uuid,
    /// `mother`, `father`, `child`, `spouse`, `guardian` or `ward`.
    pub relation: String,
    /// When the relation ended, or ends by itself.
    pub ended_on: Option<String>,
}

/// A card.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CardView {
    /// The id of the card.
    pub card_id: Uuid,
    /// Number printed on the card.
    pub document_number: String,
    /// `approved`, `personalised`, `active` or `revoked`.
    pub state: String,
    /// The last day on which the card is valid.
    pub expires_on: String,
}

/// An act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActView {
    /// The number of the act, as papers print it.
    pub number: String,
    /// What was registered: the word of the kind.
    pub kind: String,
    /// The civil date of registration.
    pub registered_on: String,
    /// Code of the unit whose office registered it.
    pub office: String,
}

/// Opens a record for an officer who says why: as it is now, or as it was true or known on a day.
///
/// # Errors
/// [`Refusal::ReasonForReadingMissing`], [`Refusal::PersonNotFound`] (also for a sealed record),
/// [`Refusal::NotKnownThen`], or the officer has no mandate.
pub fn open(
    deps: &Deps,
    officer: &Officer,
    reference: &str,
    reason: &str,
    moment: Moment,
) -> Result<Withheld<Person>, Failure> {
    let reference = PersonRef::parse(reference)?;
    require_reason(reason)?;
    officer.may(Act::ReadRecord, &officer.office, &deps.units)?;
    let mut db = deps.db()?;
    // A person who is hidden now is hidden at every earlier moment too.
    let person = people::find_survivor(&mut db, &reference)?.filter(|person| !person.is_hidden());
    let person = person.ok_or(Refusal::PersonNotFound)?;
    officer.may_open(&person, &deps.units)?;
    if moment.is_now() {
        return Ok(Withheld::new(person.unsealed()));
    }
    let mut at = |id| -> Result<Option<Person>, Failure> {
        Ok(moment.of(&history::load(&mut db, &deps.keys.sealing, id)?))
    };
    // Before its merge, a merged record was a record of its own.
    let merged = match reference {
        PersonRef::Id(id) if id != person.id => at(id)?.filter(|record| !record.is_merged()),
        PersonRef::Id(_) | PersonRef::NationalNumber(_) | PersonRef::CivilId(_) | PersonRef::Foreign(_) => {
            None
        }
    };
    let found = match merged {
        Some(record) => Some(Person { merged_into: Some(person.id), ..record }),
        None => at(person.id)?,
    };
    let mut then = found.ok_or(Refusal::NotKnownThen)?.unsealed();
    if person.sealed_address {
        then.hide_address();
    }
    Ok(Withheld::new(then))
}

/// Refuses a reason that says nothing, or too much for the access log.
///
/// # Errors
/// [`Refusal::ReasonForReadingMissing`], [`Refusal::TextTooLong`].
pub(crate) fn require_reason(reason: &str) -> Result<(), Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonForReadingMissing);
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::TextTooLong { limit: LONGEST_REASON });
    }
    Ok(())
}

/// Reads the days of a moment.
///
/// # Errors
/// [`Refusal::InvalidDate`] in the field.
pub fn moment(true_on: Option<&str>, known_on: Option<&str>) -> Result<Moment, Refusal> {
    let day = |text: Option<&str>, field| {
        text.map(parse_date).transpose().map_err(|no: Refusal| no.in_field(field))
    };
    Ok(Moment { true_on: day(true_on, "true_on")?, known_on: day(known_on, "known_on")? })
}

/// The access entry of an opened record.
pub fn opened(deps: &Deps, officer: &Officer, person: &Person, reason: &str) -> AccessEntry {
    officer_access(
        deps,
        officer,
        Basis::Registration,
        "record opened",
        reason.trim(),
        None,
        vec![person.id.uuid()],
    )
}

impl RecordView {
    /// What is shown of a record.
    pub fn of(person: &Person) -> RecordView {
        let name = person.name.as_ref();
        let (life_cycle, died_on) = match &person.life_cycle {
            LifeCycle::Alive => ("alive", None),
            LifeCycle::Dead { died_on, .. } => ("dead", Some(died_on.to_string())),
        };
        RecordView {
            person_id: person.id.uuid(),
            national_number: person.national_number.as_ref().map(ToString::to_string),
            earlier_numbers: person.earlier_numbers.iter().map(ToString::to_string).collect(),
            merged_records: person.merged.iter().map(|record| record.person.uuid()).collect(),
            merged_into: person.merged_into.map(PersonId::uuid),
            civil_id: person.civil_id.as_ref().map(ToString::to_string),
            clan_name: name.and_then(|name| name.clan.as_ref()).map(ToString::to_string),
            parent_name: name.and_then(|name| name.parent.as_ref()).map(ToString::to_string),
            given_name: name.map(|name| name.given.to_string()),
            traditional_name: person.traditional_name(),
            sex: person.sex.map(|sex| sex.as_str().to_owned()),
            born_on: person.born_on.map(|day| day.to_string()),
            birth_place: person.birth_place.as_ref().map(ToString::to_string),
            life_cycle: life_cycle.to_owned(),
            died_on,
            civil_status: person.civil_status.as_str().to_owned(),
            residence_unit: person.residence.as_ref().map(|residence| residence.unit.to_string()),
            address: person.residence.as_ref().map(|residence| residence.address.clone()),
            residence_units_then: Vec::new(),
            latin_proposal: name.map(LatinName::propose).map(|latin| LatinProposal {
                parent: latin.parent().map(str::to_owned),
                given: latin.given().to_owned(),
            }),
            relatives: relatives(person),
            cards: person.cards.iter().map(card_view).collect(),
            acts: person.acts.iter().map(act_view).collect(),
            status: StatusView::of(person),
        }
    }
}

impl RecordView {
    /// Adds the units that stand, on that day, for a unit of residence that was closed before.
    #[must_use]
    pub fn for_day(self, units: &UnitTree, day: NaiveDate) -> RecordView {
        let unit = self.residence_unit.as_deref().and_then(|code| UnitCode::parse(code).ok());
        let then = unit.filter(|unit| units.require_on(unit, day).is_err());
        let then = then.map(|unit| units.successors_on(&unit, day)).unwrap_or_default();
        let residence_units_then = then.iter().map(|unit| unit.code.to_string()).collect();
        RecordView { residence_units_then, ..self }
    }

    /// As [`RecordView::for_day`], for the day that the moment asks about, or else for today.
    #[must_use]
    pub fn for_moment(self, deps: &Deps, officer: &Officer, moment: Moment) -> RecordView {
        let today = || civil_date(deps.now(), deps.units.zone(&officer.office));
        let day = moment.true_on.or(moment.known_on).unwrap_or_else(today);
        self.for_day(&deps.units, day)
    }
}

fn relatives(person: &Person) -> Vec<Relative> {
    let links = person.parents.iter().chain(&person.spouses).chain(&person.children).map(relative_view);
    links.chain(person.ties.iter().filter_map(guardianship)).collect()
}

pub(crate) fn relative_view(link: &Link) -> Relative {
    Relative {
        person_id: link.person.uuid(),
        relation: relation_name(link.relation).to_owned(),
        ended_on: link.ended_on.map(|day| day.to_string()),
    }
}

/// A tie of guardianship as a relative. Adoptions are not shown here.
fn guardianship(tie: &Tie) -> Option<Relative> {
    let relation = match tie.role {
        TieRole::Guardian => "guardian",
        TieRole::Ward => "ward",
        TieRole::Adopter | TieRole::Adoptee => return None,
    };
    let ended_on = tie.ended_on.or(tie.until).map(|day| day.to_string());
    Some(Relative { person_id: tie.person.uuid(), relation: relation.to_owned(), ended_on })
}

fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::Mother => "mother",
        Relation::Father => "father",
        Relation::Child => "child",
        Relation::Spouse => "spouse",
    }
}

fn card_view(card: &registry_domain::card::CardRecord) -> CardView {
    CardView {
        card_id: card.id.uuid(),
        document_number: card.document_number.to_string(),
        state: card.state.as_str().to_owned(),
        expires_on: card.expires_on.to_string(),
    }
}

pub(crate) fn act_view(act: &registry_domain::person::ActRef) -> ActView {
    ActView {
        number: act.number.clone(),
        kind: act.kind.as_str().to_owned(),
        registered_on: act.registered_on.to_string(),
        office: act.office.to_string(),
    }
}
