use serde_json::{Value, json};

use crate::date::parse_date;
use crate::kind::Kind;
use crate::law::ElectionFreeze;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::testing::{FATHER, World, officer};

fn left(changes: Value) -> Value {
    let mut facts = json!({"direction": "left", "person": FATHER, "country": "KOR", "left_on": "2026-01-10"});
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn returned(day: &str) -> Value {
    json!({"direction": "returned", "person": FATHER, "returned_on": day})
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::Migration, facts).unwrap_err().cause().clone()
}

#[test]
fn someone_lives_abroad_from_one_day_to_another_and_the_residence_stays() {
    let mut world = World::new();
    let home = world.person(FATHER).residence.clone();
    world.register(Kind::Migration, left(json!({}))).unwrap();
    assert_eq!(world.person(FATHER).abroad().unwrap().country.to_string(), "KOR");
    assert_eq!(world.person(FATHER).residence, home);
    assert_eq!(refused(&mut world, left(json!({"country": "JPN"}))), Refusal::AbroadAlready);
    world.register(Kind::Migration, returned("2026-04-20")).unwrap();
    assert!(world.person(FATHER).abroad().is_none());
    assert_eq!(world.person(FATHER).lives_abroad[0].returned_on, parse_date("2026-04-20").ok());
    assert_eq!(refused(&mut world, returned("2026-04-21")), Refusal::NotAbroad);
}

#[test]
fn the_days_follow_each_other() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, returned("2026-04-21")), Refusal::NotAbroad);
    world.register(Kind::Migration, left(json!({}))).unwrap();
    assert_eq!(refused(&mut world, returned("2026-01-09")), Refusal::AbroadOutOfOrder);
    world.register(Kind::Migration, returned("2026-04-20")).unwrap();
    assert_eq!(refused(&mut world, left(json!({"left_on": "2026-04-19"}))), Refusal::AbroadOutOfOrder);
    assert!(world.check(Kind::Migration, left(json!({"left_on": "2026-04-20"}))).is_ok());
}

#[test]
fn a_journey_that_is_to_end_within_the_term_is_no_life_abroad() {
    let mut world = World::new();
    let days = world.law.living_abroad_days;
    let short = left(json!({"planned_until": "2026-07-09"}));
    assert_eq!(refused(&mut world, short.clone()), Refusal::AbroadTooShort { days });
    assert!(world.check(Kind::Migration, left(json!({"planned_until": "2026-07-10"}))).is_ok());
    world.law.living_abroad_days = 90;
    assert!(world.check(Kind::Migration, short).is_ok());
}

#[test]
fn it_is_registered_at_the_office_of_the_residence_in_the_time_of_an_election_too() {
    let mut world = World::new();
    let (from, to) = (parse_date("2026-04-01").unwrap(), parse_date("2026-06-30").unwrap());
    world.law.election_freezes = vec![ElectionFreeze { from, to }];
    assert!(world.check(Kind::Migration, left(json!({}))).is_ok());
    world.officer = officer(2, "110153", &[Role::Registrar]);
    let unit = "110151".to_owned();
    assert_eq!(refused(&mut world, left(json!({}))), Refusal::NotHomeOffice { unit });
}

#[test]
fn the_day_of_departure_is_corrected_and_a_departure_is_not_annulled_under_the_return() {
    let mut world = World::new();
    world.register(Kind::Migration, left(json!({}))).unwrap();
    let departure = world.last_act();
    let correction = json!({
        "entry": departure, "person": FATHER, "field": "left_on", "value": "2026-01-12", "reason": "Өдөр",
        "evidence": "1",
    });
    world.register(Kind::Correction, correction).unwrap();
    assert_eq!(world.person(FATHER).lives_abroad[0].left_on.to_string(), "2026-01-12");
    world.register(Kind::Migration, returned("2026-04-20")).unwrap();
    let act_number = world.last_act();
    let annulment = json!({"entry": departure, "court": "Шүүх", "decision": "Ш-1", "reason": "Алдаа"});
    let no = world.check(Kind::Annulment, annulment).unwrap_err();
    assert_eq!(no.cause(), &Refusal::OthersRestOn { act_number });
}
