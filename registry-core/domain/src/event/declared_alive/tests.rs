use serde_json::{Value, json};

use crate::kind::Kind;
use crate::person::CivilStatus;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

fn declared_dead(world: &mut World, paper_kind: &str) {
    let death = json!({
        "person": FATHER, "died_on": "2026-04-01", "paper_kind": paper_kind, "paper_number": "9", "informant": "x",
    });
    world.register(Kind::Death, death).unwrap();
}

fn back() -> Value {
    json!({"person": FATHER, "court": "Сум дундын шүүх", "decision_number": "10", "in_force_on": "2026-04-30"})
}

#[test]
fn one_declared_dead_lives_again_and_the_marriage_stays_ended() {
    let mut world = World::new();
    declared_dead(&mut world, "court");
    world.register(Kind::DeclaredAlive, back()).unwrap();
    let person = world.person(FATHER);
    assert!(person.is_alive());
    assert!(person.open_spouses().next().is_none());
    assert_eq!(person.civil_status, CivilStatus::Widowed);
    assert_eq!(world.person(MOTHER).civil_status, CivilStatus::Widowed);
    let restored = json!({"husband": FATHER, "wife": MOTHER, "joint_application": true});
    world.register(Kind::MarriageRestored, restored).unwrap();
    assert!(world.person(FATHER).is_married_to(world.person(MOTHER)));
}

#[test]
fn a_death_by_medical_paper_is_not_revoked_by_a_return() {
    let mut world = World::new();
    declared_dead(&mut world, "medical");
    let refused = world.check(Kind::DeclaredAlive, back()).unwrap_err();
    assert!(matches!(refused.cause(), Refusal::DeathNotByCourt { .. }));
}

#[test]
fn a_return_needs_a_death_and_the_courts_decision() {
    let mut world = World::new();
    assert_eq!(world.check(Kind::DeclaredAlive, back()).unwrap_err().cause(), &Refusal::NotDead);
    declared_dead(&mut world, "court");
    let bare = json!({"person": FATHER});
    assert_eq!(world.check(Kind::DeclaredAlive, bare).unwrap_err(), Refusal::CourtDecisionMissing);
    let mut later = back();
    later["in_force_on"] = "2026-05-02".into();
    assert_eq!(world.check(Kind::DeclaredAlive, later).unwrap_err().cause(), &Refusal::DateInFuture);
}

#[test]
fn who_came_back_can_die_once_more() {
    let mut world = World::new();
    let real = json!({"person": FATHER, "died_on": "2026-05-01", "paper_number": "11", "informant": "x"});
    let first = world.claims(Kind::Death, real.clone());
    declared_dead(&mut world, "court");
    world.register(Kind::DeclaredAlive, back()).unwrap();
    assert_ne!(world.claims(Kind::Death, real.clone()), first, "another death is another event");
    world.register(Kind::Death, real).unwrap();
    assert!(!world.person(FATHER).is_alive());
}
