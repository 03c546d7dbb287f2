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
