use serde_json::{Value, json};

use crate::kind::Kind;
use crate::person::Hand;
use crate::refusal::Refusal;
use crate::testing::{FATHER, OFFICE, World};

fn taken(changes: Value) -> Value {
    let mut facts = json!({"person": FATHER, "hand": "both", "taken_on": "2026-04-30"});
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Fingerprint, taken(changes)).unwrap_err().cause().clone()
}

#[test]
fn the_record_says_that_fingerprints_were_taken_when_where_and_of_which_hand() {
    let mut world = World::new();
    world.register(Kind::Fingerprint, taken(json!({}))).unwrap();
    let known = &world.person(FATHER).fingerprints[0];
    assert_eq!((known.hand, known.taken_on.to_string()), (Hand::Both, "2026-04-30".to_owned()));
    assert_eq!(known.office.as_str(), OFFICE);
}

#[test]
fn today_is_meant_where_no_day_is_said() {
    let mut world = World::new();
    world.register(Kind::Fingerprint, taken(json!({"taken_on": ""}))).unwrap();
    assert_eq!(world.person(FATHER).fingerprints[0].taken_on, world.today);
}

#[test]
fn they_are_those_of_a_living_person_and_of_a_day_that_can_be() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"taken_on": "2026-05-02"})), Refusal::DateInFuture);
    assert_eq!(refused(&mut world, json!({"taken_on": "1980-01-01"})), Refusal::BeforeBirth);
    assert!(matches!(refused(&mut world, json!({"hand": "third"})), Refusal::UnknownWord { .. }));
    let death =
        json!({"person": FATHER, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    assert!(matches!(refused(&mut world, json!({})), Refusal::PersonDead { .. }));
}

#[test]
fn what_was_taken_of_somebody_else_is_annulled() {
    let mut world = World::new();
    world.register(Kind::Fingerprint, taken(json!({}))).unwrap();
    let annulment =
        json!({"entry": world.last_act(), "court": "УБЕГ", "decision": "Ш-1", "reason": "Өөр хүнийх"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert!(world.person(FATHER).fingerprints.is_empty());
}
