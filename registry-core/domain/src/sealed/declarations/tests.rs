use serde_json::json;

use super::*;
use crate::event::adoption::tests::{CHILD, YOUNG_MOTHER, with, world};
use crate::officer::Role;
use crate::testing::{MOTHER, World, officer};

/// Whether a declaration about these people is under seal; a birth on the child's day.
fn is_hidden(world: &World, kind: Kind, numbers: &[&str], is_open: bool, was_before: bool) -> bool {
    let people: Vec<Person> = numbers.iter().map(|number| world.person(number).clone()).collect();
    let children: Vec<Person> = people
        .iter()
        .flat_map(|person| &person.sealed_family.children)
        .map(|link| world.register.people().find(|person| person.id == link.person).unwrap().clone())
        .collect();
    let since = people.iter().flat_map(seals_of).filter(|_| was_before).map(|act| act.entry).collect();
    Told {
        kind,
        people: &people,
        sealed_children: &children,
        born_on: "2015-01-01".parse().ok(),
        is_open,
        since: &since,
    }
    .is_under_seal()
}

#[test]
fn what_names_a_child_and_a_parent_behind_the_seal_is_hidden_until_the_adoption_is_annulled() {
    let mut world = world();
    let both = &[CHILD, YOUNG_MOTHER][..];
    assert!(!is_hidden(&world, Kind::Birth, both, false, true));
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let annulment = json!({
        "entry": world.last_act(), "court": "Шүүх", "decision": "ШШ-1", "reason": "Хуурамч баримт",
    });
    for is_open in [true, false] {
        assert!(is_hidden(&world, Kind::Birth, both, is_open, true));
        assert!(
            !is_hidden(&world, Kind::Birth, both, is_open, false),
            "a guess is not told whether it is right"
        );
    }
    world.register(Kind::Annulment, annulment).unwrap();
    assert!(!is_hidden(&world, Kind::Birth, both, false, true));
}

#[test]
fn what_is_about_the_adopted_child_alone_is_hidden_once_it_is_decided() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    assert!(is_hidden(&world, Kind::Residence, &[CHILD], false, true));
    assert!(!is_hidden(&world, Kind::Residence, &[CHILD], true, true), "it still has to be decided");
    assert!(!is_hidden(&world, Kind::Residence, &[CHILD], false, false));
    assert!(!is_hidden(&world, Kind::Residence, &[MOTHER], false, true), "an adopter's own move");
}

#[test]
fn a_birth_that_names_the_mother_and_the_day_alone_is_hidden_as_well() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    assert!(is_hidden(&world, Kind::Birth, &[YOUNG_MOTHER], true, true));
    assert!(!is_hidden(&world, Kind::Birth, &[YOUNG_MOTHER], true, false));
    assert!(!is_hidden(&world, Kind::Marriage, &[YOUNG_MOTHER], false, true));
}

#[test]
fn what_is_about_a_sealed_record_or_tells_a_sealed_address_is_hidden() {
    let mut world = World::new();
    world.officer = officer(1, "11", &[Role::Administrator]);
    let seal =
        |group: &str| json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-1", "group": group});
    world.register(Kind::Sealing, seal("address")).unwrap();
    assert!(is_hidden(&world, Kind::Residence, &[MOTHER], false, true));
    assert!(!is_hidden(&world, Kind::Residence, &[MOTHER], true, true));
    assert!(!is_hidden(&world, Kind::NameChange, &[MOTHER], false, true));
    world.register(Kind::Sealing, seal("record")).unwrap();
    assert!(is_hidden(&world, Kind::NameChange, &[MOTHER], false, true));
    assert!(!is_hidden(&world, Kind::NameChange, &[MOTHER], false, false));
}
