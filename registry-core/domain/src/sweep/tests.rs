use std::collections::BTreeSet;

use super::*;
use crate::date::parse_date;
use crate::id::EntryId;
use crate::person::LifeCycle;
use crate::refusal;
use crate::testing::{FATHER, MOTHER, World};

fn day(text: &str) -> chrono::NaiveDate {
    parse_date(text).unwrap()
}

fn entry() -> EntryId {
    EntryId::new(uuid::Uuid::from_u128(77))
}

fn found(world: &World, person: &Person) -> Vec<Breach> {
    breaches(person, &world.law, &|id| world.register.get(id))
}

/// The rules that the wife's record breaks after a change to it.
fn after(change: impl FnOnce(&mut Person)) -> Vec<Breach> {
    let world = World::new();
    let mut person = world.person(MOTHER).clone();
    change(&mut person);
    found(&world, &person)
}

#[test]
fn a_sound_register_breaks_no_rule() {
    let world = World::new();
    for person in world.register.people() {
        assert_eq!(found(&world, person), []);
    }
}

#[test]
fn a_rule_has_a_number_that_nothing_else_has() {
    let numbers: BTreeSet<u16> = Breach::ALL.iter().map(|breach| breach.number()).collect();
    assert_eq!(numbers.len(), Breach::ALL.len());
    assert!(refusal::ALL.iter().all(|refusal| !numbers.contains(&refusal.number())));
    assert!(
        Breach::ALL.iter().all(|breach| breach.title_mn().ends_with('.') && breach.title_en().ends_with('.'))
    );
}

#[test]
fn a_guardianship_that_only_one_of_two_records_has_is_found() {
    let world = World::new();
    let (father, stranger) = (world.person(FATHER).id, PersonId::new(uuid::Uuid::from_u128(99)));
    let with = |person| after(|wife| wife.ties.push(Tie::new(person, TieRole::Guardian, entry())));
    assert_eq!(with(father), [Breach::OneSidedTie]);
    assert_eq!(with(stranger), [Breach::RelativeMissing]);
}

#[test]
fn two_open_marriages_and_a_tie_of_one_side_are_found() {
    let world = World::new();
    let other = world.person(FATHER).id;
    let stranger = PersonId::new(uuid::Uuid::from_u128(99));
    let with = |person| after(|wife| wife.spouses.push(Link::new(person, Relation::Spouse, entry())));
    assert_eq!(with(other), [Breach::Bigamy]);
    assert_eq!(with(stranger), [Breach::Bigamy, Breach::RelativeMissing]);
    assert_eq!(
        after(|wife| wife.children.push(Link::new(other, Relation::Child, entry()))),
        [Breach::OneSidedTie]
    );
}

#[test]
fn a_marriage_of_a_child_is_found() {
    assert_eq!(after(|wife| wife.spouses[0].began_on = Some(day("2001-05-05"))), [Breach::MarriedTooYoung]);
}

#[test]
fn what_the_dead_still_do_is_found() {
    let breaches = after(|wife| {
        let act_number = "A".to_owned();
        wife.life_cycle = LifeCycle::Dead {
            died_on: day("1980-01-01").into(),
            entry: entry(),
            act_number,
            by_court: false,
        };
        wife.residence.as_mut().unwrap().since = Some(day("2020-01-01"));
    });
    assert_eq!(breaches, [Breach::MarriedAfterDeath, Breach::ActAfterDeath, Breach::DeathBeforeBirth]);
}

#[test]
fn parents_who_cannot_be_are_found() {
    let world = World::new();
    let husband = world.person(FATHER).id;
    // The husband as the mother: a man, born two years before the child.
    let breaches = after(|wife| wife.parents.push(Link::new(husband, Relation::Mother, entry())));
    assert_eq!(breaches, [Breach::ParentTooYoung, Breach::ParentsImpossible, Breach::OneSidedTie]);
}
