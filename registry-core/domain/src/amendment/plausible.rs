//! Whether an amended record still makes sense. Contradictions that were there before do not stand in the way
//! of an amendment.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::date::{PartialDate, age_on};
use crate::id::PersonId;
use crate::law::LawConfig;
use crate::person::{Link, Person, Relation};
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::sweep::{self, Breach};

/// People by id.
pub(crate) type People = BTreeMap<PersonId, Person>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Contradiction {
    InFuture(PersonId),
    EndBeforeMarriage(PersonId),
    TwoSpousesAtOnce(PersonId),
    EndBeforeGuardianship(PersonId),
    ReturnBeforeDeparture(PersonId),
    Breaks(PersonId, Breach),
    ParentTooYoung(PersonId, PersonId),
    MotherDeadBefore(PersonId),
    SexOfParent(PersonId, PersonId),
}

impl Contradiction {
    /// The people whom the contradiction is about.
    fn people(self) -> Vec<PersonId> {
        match self {
            Self::InFuture(person)
            | Self::EndBeforeMarriage(person)
            | Self::TwoSpousesAtOnce(person)
            | Self::EndBeforeGuardianship(person)
            | Self::ReturnBeforeDeparture(person)
            | Self::MotherDeadBefore(person)
            | Self::Breaks(person, _) => vec![person],
            Self::ParentTooYoung(parent, child) | Self::SexOfParent(parent, child) => vec![parent, child],
        }
    }

    /// The same contradiction, with the merged record replaced by the one that stays.
    fn led_on(self, (from, to): (PersonId, PersonId)) -> Self {
        let of = |person| if person == from { to } else { person };
        match self {
            Self::InFuture(person) => Self::InFuture(of(person)),
            Self::EndBeforeMarriage(person) => Self::EndBeforeMarriage(of(person)),
            Self::TwoSpousesAtOnce(person) => Self::TwoSpousesAtOnce(of(person)),
            Self::ReturnBeforeDeparture(person) => Self::ReturnBeforeDeparture(of(person)),
            Self::EndBeforeGuardianship(person) => Self::EndBeforeGuardianship(of(person)),
            Self::MotherDeadBefore(person) => Self::MotherDeadBefore(of(person)),
            Self::Breaks(person, breach) => Self::Breaks(of(person), breach),
            Self::ParentTooYoung(parent, child) => Self::ParentTooYoung(of(parent), of(child)),
            Self::SexOfParent(parent, child) => Self::SexOfParent(of(parent), of(child)),
        }
    }
}

/// Refuses an act that brings a new contradiction. `returning` is a record that comes back as it was because
/// a merge is undone: contradictions in it are not new.
///
/// # Errors
/// [`Refusal::ContradictsRecord`].
pub(crate) fn require_plausible(
    before: &People,
    after: &People,
    returning: Option<PersonId>,
    today: NaiveDate,
    law: &LawConfig,
) -> Result<(), Refusal> {
    let known = contradictions(before, today, law);
    let is_new = |found: &Contradiction| {
        !known.contains(found) && returning.is_none_or(|back| !found.people().contains(&back))
    };
    if contradictions(after, today, law).iter().any(is_new) {
        Err(Refusal::ContradictsRecord)
    } else {
        Ok(())
    }
}

/// The same for a merge of one record into another: a contradiction that was in either record may remain in
/// the joined one.
///
/// # Errors
/// [`Refusal::ContradictsRecord`].
pub(crate) fn require_plausible_merge(
    before: &People,
    after: &People,
    merge: (PersonId, PersonId),
    today: NaiveDate,
    law: &LawConfig,
) -> Result<(), Refusal> {
    let known = contradictions(before, today, law);
    let led_on: BTreeSet<Contradiction> = known.iter().map(|found| found.led_on(merge)).collect();
    let is_new = |found: &Contradiction| !known.contains(found) && !led_on.contains(found);
    if contradictions(after, today, law).iter().any(is_new) {
        Err(Refusal::ContradictsRecord)
    } else {
        Ok(())
    }
}

fn contradictions(people: &People, today: NaiveDate, law: &LawConfig) -> BTreeSet<Contradiction> {
    let of_one = people.values().flat_map(|person| in_life(person, today, law));
    let of_two = people.values().flat_map(|person| in_family(person, people, law.parent_minimum_age));
    of_one.chain(of_two).collect()
}

/// The contradictions in one record: those that the sweep finds, and those for which the sweep has no number.
fn in_life(person: &Person, today: NaiveDate, law: &LawConfig) -> Vec<Contradiction> {
    let breaches = sweep::of_one(person, law).into_iter();
    let mut found: Vec<Contradiction> =
        breaches.map(|breach| Contradiction::Breaks(person.id, breach)).collect();
    let marriages =
        person.spouses.iter().flat_map(|link| [link.began_on, link.ended_on.map(PartialDate::earliest)]);
    let arrived_on = person.residence.as_ref().and_then(|home| home.since);
    let citizenship = person.citizenship.as_ref().map(|change| change.since);
    let life = [
        person.born_on.map(PartialDate::earliest),
        person.died_on().map(PartialDate::earliest),
        arrived_on,
        citizenship,
    ];
    let ties = person.ties.iter().map(|tie| (tie.began_on, tie.ended_on));
    let bodies = person.guardian_bodies.iter().map(|body| (Some(body.began_on), body.ended_on));
    let guardianships: Vec<_> = ties.chain(bodies).collect();
    if guardianships
        .iter()
        .any(|(began, ended)| began.zip(*ended).is_some_and(|(began, ended)| ended < began))
    {
        found.push(Contradiction::EndBeforeGuardianship(person.id));
    }
    let abroad = || person.lives_abroad.iter();
    if abroad().any(|life| life.returned_on.is_some_and(|returned_on| returned_on < life.left_on)) {
        found.push(Contradiction::ReturnBeforeDeparture(person.id));
    }
    let journeys = abroad().flat_map(|life| [Some(life.left_on), life.returned_on]);
    let guardianships = guardianships.into_iter().flat_map(|(began, ended)| [began, ended]);
    if life.into_iter().chain(marriages).chain(guardianships).chain(journeys).flatten().any(|day| day > today)
    {
        found.push(Contradiction::InFuture(person.id));
    }
    let ends_first =
        |link: &Link| link.began_on.zip(link.ended_on).is_some_and(|(began, ended)| ended.latest() < began);
    if person.spouses.iter().any(ends_first) {
        found.push(Contradiction::EndBeforeMarriage(person.id));
    }
    let mut pairs = person.spouses.iter().zip(person.spouses.iter().skip(1));
    // Marriages stand in the order in which they were registered; each must begin after the one before has
    // ended.
    if pairs.any(|(first, next)| {
        first.ended_on.zip(next.began_on).is_some_and(|(end, begin)| begin < end.earliest())
    }) {
        found.push(Contradiction::TwoSpousesAtOnce(person.id));
    }
    found
}

fn in_family(child: &Person, people: &People, parent_minimum_age: u32) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for link in &child.parents {
        let answering = people.get(&link.person);
        // A record that is merged into the parent's is not one of the family now, but is again once the merge
        // is undone.
        let merged = answering.into_iter().flat_map(|parent| &parent.merged);
        let merged = merged.filter_map(|record| people.get(&record.person));
        let of_child = |record: &&Person| record.children.iter().any(|tie| tie.person == child.id);
        let merged = merged.filter(of_child);
        for parent in answering.into_iter().chain(merged) {
            of_parent(child, parent, link.relation, parent_minimum_age, &mut found);
        }
    }
    found
}

fn of_parent(
    child: &Person,
    parent: &Person,
    relation: Relation,
    parent_minimum_age: u32,
    found: &mut Vec<Contradiction>,
) {
    let is_mother = relation == Relation::Mother;
    let wanted = if is_mother { Sex::Female } else { Sex::Male };
    if parent.sex.is_some_and(|sex| sex != wanted) {
        found.push(Contradiction::SexOfParent(parent.id, child.id));
    }
    let Some(born_on) = child.born_on else { return };
    // Partial dates are read as widely as possible: a bare year on an old paper must not refuse a lawful
    // parent.
    let parent_born_on = parent.born_on.map(PartialDate::earliest);
    if parent_born_on.is_some_and(|day| age_on(day, born_on.latest()) < parent_minimum_age) {
        found.push(Contradiction::ParentTooYoung(parent.id, child.id));
    }
    if is_mother && parent.died_on().is_some_and(|died_on| died_on.latest() < born_on.earliest()) {
        found.push(Contradiction::MotherDeadBefore(child.id));
    }
}
