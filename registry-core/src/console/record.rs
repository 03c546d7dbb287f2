//! A record as a page shows it, with the names of relatives.

mod status;

use chrono::NaiveDate;
use registry_domain::card::CardState;
use registry_domain::id::PersonId;
use registry_domain::name::LatinName;
use registry_domain::person::{CivilStatus, LifeCycle, Person, Relation};
use uuid::Uuid;

use super::drawing::family::Tree;
use super::drawing::timeline::Timeline;
use super::page::Page;
use super::words::Words;
use crate::failure::Failure;
use crate::store::{Db, people};

/// A person and the relatives whose names are shown with them.
pub(super) struct Family {
    pub person: Person,
    relatives: Vec<Person>,
}

impl Family {
    /// Loads the relatives. A sealed one is not loaded, and is then shown without a name.
    ///
    /// # Errors
    /// The store failed.
    pub fn load(db: &mut Db, person: &Person) -> Result<Family, Failure> {
        let links = person.parents.iter().chain(&person.spouses).chain(&person.children);
        let ids: Vec<PersonId> = links.map(|link| link.person).collect();
        let mut relatives = Vec::with_capacity(ids.len());
        for id in ids {
            relatives.extend(people::load(db, id)?.filter(|relative| !relative.is_hidden()));
        }
        Ok(Family { person: person.clone(), relatives })
    }

    /// The person without any relatives.
    pub fn alone(person: Person) -> Family {
        Family { person, relatives: Vec::new() }
    }

    /// A relative, unless sealed or erased.
    pub fn relative(&self, id: PersonId) -> Option<&Person> {
        self.relatives.iter().find(|relative| relative.id == id)
    }

    /// Everyone of whom something is shown.
    pub fn people(&self) -> Vec<Uuid> {
        let mut people: Vec<Uuid> =
            std::iter::once(&self.person).chain(&self.relatives).map(|person| person.id.uuid()).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// The record in lines and tables.
pub(super) struct Record {
    pub name: String,
    pub facts: Vec<Fact>,
    pub tree: Option<Tree>,
    pub timeline: Option<Timeline>,
    pub relatives: Vec<Relative>,
    pub cards: Vec<Card>,
    pub acts: Vec<Act>,
}

pub(super) struct Fact {
    pub label: &'static str,
    pub id: &'static str,
    pub value: String,
}

pub(super) struct Relative {
    pub relation: &'static str,
    pub name: String,
    pub number: String,
    pub ended_on: String,
}

pub(super) struct Card {
    pub document_number: String,
    pub state: &'static str,
    pub expires_on: String,
}

pub(super) struct Act {
    pub number: String,
    pub kind: &'static str,
    pub registered_on: String,
    pub office: String,
    pub entry: Uuid,
    pub has_extract: bool,
    /// The person with whose part a correction would begin; none if the reader may not declare one.
    pub corrects: Option<String>,
}

impl Record {
    /// Writes a family out in the page's language.
    pub fn of(page: &Page, family: &Family, today: NaiveDate) -> Record {
        let person = &family.person;
        Record {
            name: name_of(person),
            facts: facts(page, person),
            tree: Tree::of(page, family),
            timeline: Timeline::of(page, person, today),
            relatives: relatives(page, family),
            cards: person
                .cards
                .iter()
                .map(|card| Card {
                    document_number: card.document_number.to_string(),
                    state: card_state(page.w, &card.state),
                    expires_on: card.expires_on.to_string(),
                })
                .collect(),
            acts: person
                .acts
                .iter()
                .map(|act| Act {
                    number: act.number.clone(),
                    kind: page.lang.pick(act.kind.title_mn(), act.kind.title_en()),
                    registered_on: act.registered_on.to_string(),
                    office: page.place(&act.office),
                    entry: act.entry.uuid(),
                    has_extract: act.kind.is_printed(),
                    corrects: None,
                })
                .collect(),
        }
    }
}

/// A person's whole name; a dash for an erased person.
pub(super) fn name_of(person: &Person) -> String {
    person.name.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string)
}

pub(super) fn life_of(words: &'static Words, person: &Person) -> &'static str {
    match person.life_cycle {
        LifeCycle::Alive => words.alive,
        LifeCycle::Dead { .. } => words.dead,
    }
}

fn facts(page: &Page, person: &Person) -> Vec<Fact> {
    let w = page.w;
    let name = person.name.as_ref();
    let latin = name.map(LatinName::propose).filter(|_| person.latin.is_none());
    let home = person.residence.as_ref();
    let merged: Vec<PersonId> = person.merged.iter().map(|record| record.person).collect();
    let lines = [
        (w.national_number, "national-number", person.national_number.as_ref().map(ToString::to_string)),
        (w.earlier_numbers, "earlier-numbers", joined(&person.earlier_numbers)),
        (w.civil_id, "civil-id", person.civil_id.as_ref().map(ToString::to_string)),
        (w.merged_records, "merged-records", joined(&merged)),
        (w.clan_name, "", name.and_then(|name| name.clan.as_ref()).map(ToString::to_string)),
        (w.parent_name, "", name.and_then(|name| name.parent.as_ref()).map(ToString::to_string)),
        (w.given_name, "given-name", name.map(|name| name.given.to_string())),
        (w.latin_name, "latin-name", person.latin.as_ref().map(ToString::to_string)),
        (w.traditional_name, "traditional-name", person.traditional_name()),
        (w.latin_proposal, "latin-proposal", latin.as_ref().map(ToString::to_string)),
        (w.sex, "", person.sex.map(|sex| page.lang.pick(sex.title_mn(), sex.title_en()).to_owned())),
        (w.born_on, "", person.born_on.map(|day| day.to_string())),
        (w.birth_place, "", person.birth_place.as_ref().map(|unit| page.place(unit))),
        (w.life, "life", Some(life_of(w, person).to_owned())),
        (w.died_on, "", person.died_on().map(|day| day.to_string())),
        (w.civil_status, "civil-status", Some(civil_status(w, person.civil_status).to_owned())),
        (w.residence, "residence", home.map(|home| page.place(&home.unit))),
        (w.address, "", home.map(|home| home.address.clone())),
    ];
    let known =
        lines.into_iter().filter_map(|(label, id, value)| value.map(|value| Fact { label, id, value }));
    known.chain(status::facts(page, person)).collect()
}

fn joined(values: &[impl ToString]) -> Option<String> {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn relatives(page: &Page, family: &Family) -> Vec<Relative> {
    let person = &family.person;
    let links = person.parents.iter().chain(&person.spouses).chain(&person.children);
    links
        .map(|link| {
            let relative = family.relative(link.person);
            Relative {
                relation: relation(page.w, link.relation),
                name: relative.map_or_else(|| "—".to_owned(), name_of),
                number: relative.map(Person::any_number).unwrap_or_default(),
                ended_on: link.ended_on.map(|day| day.to_string()).unwrap_or_default(),
            }
        })
        .collect()
}

/// The word for a relation.
pub(super) fn relation(words: &'static Words, relation: Relation) -> &'static str {
    match relation {
        Relation::Mother => words.mother,
        Relation::Father => words.father,
        Relation::Child => words.child,
        Relation::Spouse => words.spouse,
    }
}

fn civil_status(words: &'static Words, status: CivilStatus) -> &'static str {
    match status {
        CivilStatus::Single => words.single,
        CivilStatus::Married => words.married,
        CivilStatus::Divorced => words.divorced,
        CivilStatus::Widowed => words.widowed,
    }
}

fn card_state(words: &'static Words, state: &CardState) -> &'static str {
    match state {
        CardState::Approved => words.card_approved,
        CardState::Personalised => words.card_personalised,
        CardState::Active => words.card_active,
        CardState::Suspended { .. } => words.card_suspended,
        CardState::Revoked { .. } => words.card_revoked,
    }
}
