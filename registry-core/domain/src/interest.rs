//! The records that an officer must keep away from: the officer's own, and those of relatives.
//!
//! Relatives are counted by the links of the record, two links at most: parents, children, husbands and wives
//! (also of marriages that ended), and theirs: grandparents, grandchildren, brothers and sisters,
//! parents-in-law, stepchildren. We could not read how far the law counts; two links is a rule of ours.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::PersonId;
use crate::person::Person;
use crate::refusal::Refusal;

/// An officer's own record and those of relatives; empty if it is unknown which record is the officer's own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Interest {
    own: Option<PersonId>,
    relatives: BTreeSet<PersonId>,
}

impl Interest {
    /// The interest of an officer whose own record is known, but not its relatives.
    pub const fn alone(own: PersonId) -> Self {
        Self { own: Some(own), relatives: BTreeSet::new() }
    }

    /// The interest of an officer with this record. `near` are the records of [`Interest::one_link_from`]; a
    /// record that is missing there gives no further relatives.
    pub fn of(own: &Person, near: &[Person]) -> Self {
        let mut relatives: BTreeSet<PersonId> = Self::one_link_from(own).into_iter().collect();
        relatives.extend(near.iter().flat_map(Self::one_link_from));
        relatives.remove(&own.id);
        Self { own: Some(own.id), relatives }
    }

    /// Parents, children, husbands and wives, and the records that were merged into this one.
    pub fn one_link_from(person: &Person) -> Vec<PersonId> {
        let links = person.parents.iter().chain(&person.children).chain(&person.spouses);
        links.map(|link| link.person).chain(person.merged.iter().map(|record| record.person)).collect()
    }

    /// Refuses the officer's own record and a relative's.
    ///
    /// # Errors
    /// [`Refusal::OwnRecord`], [`Refusal::RelativesRecord`].
    pub fn require_none_in(&self, person: PersonId) -> Result<(), Refusal> {
        if self.own == Some(person) {
            Err(Refusal::OwnRecord)
        } else if self.relatives.contains(&person) {
            Err(Refusal::RelativesRecord)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kind::Kind;
    use crate::officer::Role;
    use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

    /// The world's couple, the wife's mother, and a stranger.
    fn family() -> (World, PersonId, PersonId) {
        let mut world = World::new();
        let grandmother = world.import("УА60010105", "Дулам", "female", "1960-01-01", json!({}));
        let stranger = world.import("УА70010107", "Цэрэн", "female", "1970-01-01", json!({}));
        world.import(
            "УА15210101",
            "Нараа",
            "female",
            "2015-01-01",
            json!({
                "mother_number": MOTHER, "father_number": FATHER,
            }),
        );
        world.import("УА85010109", "Оюун", "female", "1985-01-01", json!({"mother_number": "УА60010105"}));
        (world, grandmother, stranger)
    }

    fn interest(world: &World, number: &str) -> Interest {
        let own = world.person(number).clone();
        let near: Vec<Person> = Interest::one_link_from(&own)
            .into_iter()
            .filter_map(|id| world.register.get(id).cloned())
            .collect();
        Interest::of(&own, &near)
    }

    #[test]
    fn two_links_are_relatives_and_a_stranger_is_none() {
        let (world, grandmother, stranger) = family();
        let child = interest(&world, "УА15210101");
        assert_eq!(child.require_none_in(world.person("УА15210101").id), Err(Refusal::OwnRecord));
        for parent in [MOTHER, FATHER] {
            assert_eq!(child.require_none_in(world.person(parent).id), Err(Refusal::RelativesRecord));
        }
        assert_eq!(child.require_none_in(stranger), Ok(()));
        let daughter = interest(&world, "УА85010109");
        assert_eq!(daughter.require_none_in(grandmother), Err(Refusal::RelativesRecord));
        assert_eq!(Interest::default().require_none_in(stranger), Ok(()));
    }

    #[test]
    fn an_officer_registers_nothing_of_the_own_or_a_relatives_record() {
        let (mut world, _, _) = family();
        let death = |number: &str| json!({"person": number, "died_on": "2026-04-30", "paper_number": "1", "informant": "A"});
        world.officer = officer(1, OFFICE, &[Role::Registrar]);
        world.officer.interest = interest(&world, "УА15210101");
        assert_eq!(world.check(Kind::Death, death("УА15210101")), Err(Refusal::OwnRecord));
        assert!(world.check(Kind::Death, death("УА70010107")).is_ok());
        assert_eq!(world.check(Kind::Death, death(MOTHER)), Err(Refusal::RelativesRecord));
    }
}
