use serde_json::json;

use crate::kind::Kind;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::testing::{MOTHER, World, officer};

#[test]
fn a_record_is_sealed_and_opened_on_a_decision() {
    let mut world = World::new();
    world.officer = officer(1, "11", &[Role::Administrator]);
    let seal = |sealed: bool| json!({"person": MOTHER, "sealed": sealed, "decision_number": "Ш-1"});
    world.register(Kind::Sealing, seal(true)).unwrap();
    assert!(world.person(MOTHER).sealed);
    world.register(Kind::Sealing, seal(false)).unwrap();
    assert!(!world.person(MOTHER).sealed);
}

#[test]
fn a_sealing_without_a_decision_is_refused() {
    let mut world = World::new();
    world.officer = officer(1, "11", &[Role::Administrator]);
    let refused = world.check(Kind::Sealing, json!({"person": MOTHER, "sealed": true}));
    assert_eq!(refused, Err(Refusal::MissingField { field: "decision_number".to_owned() }));
}

#[test]
fn a_sealed_address_is_in_nothing_that_is_shown_and_comes_back() {
    let mut world = World::new();
    let seal = |sealed: bool| json!({"person": MOTHER, "sealed": sealed, "decision_number": "Ш-2", "group": "address"});
    world.officer = officer(2, "11", &[Role::Administrator]);
    let (sealing, opening) =
        (world.claims(Kind::Sealing, seal(true)), world.claims(Kind::Sealing, seal(false)));
    assert_ne!(sealing, opening, "an opening is no double of the sealing");
    world.register(Kind::Sealing, seal(true)).unwrap();
    let mother = world.person(MOTHER);
    assert!(!mother.sealed && mother.sealed_address && mother.residence.is_some());
    let shown = mother.unsealed();
    assert!(shown.residence.is_none() && !shown.sealed_address && shown.sealed_family.is_empty());
    assert!(shown.acts.iter().all(|act| act.kind != Kind::Sealing));
    world.register(Kind::Sealing, seal(false)).unwrap();
    assert!(world.person(MOTHER).unsealed().residence.is_some());
}

#[test]
fn a_sealed_address_hides_a_life_abroad_too() {
    let mut world = World::new();
    let left = json!({"direction": "left", "person": MOTHER, "country": "KOR", "left_on": "2026-04-01"});
    world.register(Kind::Migration, left).unwrap();
    world.officer = officer(2, "11", &[Role::Administrator]);
    let seal = json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-2", "group": "address"});
    world.register(Kind::Sealing, seal).unwrap();
    let shown = world.person(MOTHER).unsealed();
    assert!(shown.lives_abroad.is_empty());
    assert!(shown.acts.iter().all(|act| act.kind != Kind::Migration));
}
