//! Whether an amended record still makes sense. What was amiss before does not stand in the way of an amendment.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::date::{PartialDate, age_on};
use crate::id::PersonId;
use crate::person::{Person, Relation};
use crate::refusal::Refusal;
use crate::sex::Sex;

/// People by id.
pub(super) type People = BTreeMap<PersonId, Person>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Contradiction {
    BornInFuture,
    DiedInFuture,
    DiedBeforeBirth,
    ParentTooYoung(PersonId, PersonId),
    MotherDeadBefore(PersonId),
    SexOfParent(PersonId, PersonId),
}

/// Refuses what contradicts itself after an amendment and did not before.
pub(super) fn require_plausible(
    before: &People,
    after: &People,
    today: NaiveDate,
    parent_minimum_age: u32,
) -> Result<(), Refusal> {
    let found = |people: &People| -> BTreeSet<Contradiction> {
        let of_one = people.values().flat_map(|person| in_life(person, today));
        let of_two = people.values().flat_map(|person| in_family(person, people, parent_minimum_age));
        of_one.chain(of_two).collect()
    };
    if found(after).is_subset(&found(before)) { Ok(()) } else { Err(Refusal::ContradictsRecord) }
}

fn in_life(person: &Person, today: NaiveDate) -> Vec<Contradiction> {
    let born_on = person.born_on.map(PartialDate::earliest);
    let died_on = person.died_on();
    let mut found = Vec::new();
    if born_on.is_some_and(|born_on| born_on > today) {
        found.push(Contradiction::BornInFuture);
    }
    if died_on.is_some_and(|died_on| died_on > today) {
        found.push(Contradiction::DiedInFuture);
    }
    if born_on.zip(died_on).is_some_and(|(born_on, died_on)| died_on < born_on) {
        found.push(Contradiction::DiedBeforeBirth);
    }
    found
}

fn in_family(child: &Person, people: &People, parent_minimum_age: u32) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for link in &child.parents {
        let Some(parent) = people.get(&link.person) else { continue };
        let is_mother = link.relation == Relation::Mother;
        let wanted = if is_mother { Sex::Female } else { Sex::Male };
        if parent.sex.is_some_and(|sex| sex != wanted) {
            found.push(Contradiction::SexOfParent(parent.id, child.id));
        }
        let Some(born_on) = child.born_on else { continue };
        // The widest reading of partial dates: an old paper's bare year must not refuse a lawful parent.
        let parent_born_on = parent.born_on.map(PartialDate::earliest);
        if parent_born_on.is_some_and(|day| age_on(day, born_on.latest()) < parent_minimum_age) {
            found.push(Contradiction::ParentTooYoung(parent.id, child.id));
        }
        if is_mother && parent.died_on().is_some_and(|died_on| died_on < born_on.earliest()) {
            found.push(Contradiction::MotherDeadBefore(child.id));
        }
    }
    found
}
