use chrono::NaiveDate;
use serde_json::json;

use super::*;
use crate::date::parse_date;
use crate::kind::Kind;
use crate::testing::{FATHER, MOTHER, OFFICE, World};

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

/// The record of a person, as true on one day and known on another; an empty text means now.
fn seen(world: &World, person: &str, true_on: &str, known_on: &str) -> Option<Person> {
    let on = |text: &str| (!text.is_empty()).then(|| day(text));
    let moment = Moment { true_on: on(true_on), known_on: on(known_on) };
    moment.of(world.register.history(world.person(person).id))
}

#[test]
fn a_late_registered_death_was_true_before_it_was_known() {
    let mut world = World::new();
    world.today = day("2026-05-20");
    let death =
        json!({"person": FATHER, "died_on": "2026-05-10", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    let lives = |true_on, known_on| seen(&world, FATHER, true_on, known_on).unwrap().is_alive();
    assert!(!lives("", "") && !lives("2026-05-10", "") && !lives("", "2026-05-20"));
    assert!(lives("2026-05-09", "") && lives("", "2026-05-19"));
    assert!(lives("2026-05-15", "2026-05-19"), "what was true then was not known yet");
    let open = |true_on| seen(&world, MOTHER, true_on, "").unwrap().open_spouses().count();
    assert_eq!([open("2026-05-09"), open("2026-05-10")], [1, 0]);
}

#[test]
fn a_correction_changes_what_was_true_and_not_what_was_known() {
    let mut world = World::new();
    world.today = day("2026-05-20");
    let correction = json!({
        "entry": "110151-2026-0000001", "person": FATHER, "field": "given_name", "value": "Батаа",
        "reason": "Алдаа", "evidence": "1",
    });
    world.register(Kind::Correction, correction).unwrap();
    let name = |true_on, known_on| {
        seen(&world, FATHER, true_on, known_on).unwrap().name.unwrap().given.as_str().to_owned()
    };
    assert_eq!(name("2000-01-01", ""), "Батаа");
    assert_eq!(name("", "2026-05-19"), "Бат");
    assert_eq!(name("2000-01-01", "2026-05-19"), "Бат");
}

#[test]
fn moves_are_true_in_the_order_in_which_people_arrived() {
    let mut world = World::new();
    for (registered, arrived, address) in
        [("2026-05-20", "2026-05-12", "1-9"), ("2026-05-21", "2026-05-18", "2-2")]
    {
        world.today = day(registered);
        let facts = json!({
            "person": MOTHER, "unit": OFFICE, "address": address, "arrived_on": arrived, "address_proof": "1",
        });
        world.register(Kind::Residence, facts).unwrap();
    }
    let address = |on| seen(&world, MOTHER, on, "").unwrap().residence.unwrap().address;
    assert_eq!([address("2026-05-11"), address("2026-05-12"), address("2026-05-21")], ["1-1", "1-9", "2-2"]);
}

#[test]
fn nobody_is_there_before_birth_or_before_the_register_knew() {
    let world = World::new();
    assert_eq!(seen(&world, FATHER, "1988-02-01", ""), None);
    assert!(seen(&world, FATHER, "1988-02-02", "").is_some());
    assert_eq!(seen(&world, FATHER, "", "2026-04-30"), None);
}

#[test]
fn what_the_old_register_tells_of_later_days_is_left_out() {
    let mut world = World::new();
    let more = json!({"died_on": "2020-06-01", "residence_since": "2010-01-01"});
    world.import("УА40010101", "Дамдин", "female", "1940-01-01", more);
    let then = |on| seen(&world, "УА40010101", on, "").unwrap();
    assert!(then("2020-05-31").is_alive() && !then("2020-06-01").is_alive());
    assert!(then("2009-12-31").residence.is_none() && then("2010-01-01").residence.is_some());
}

#[test]
fn who_died_in_a_year_lives_in_every_answer_until_the_death_is_certain() {
    let mut world = World::new();
    world.today = day("2026-05-20");
    let death = json!({"person": FATHER, "died_on": "2026", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    let earlier = json!({"died_on": "2020"});
    world.import("УА40010101", "Дамдин", "female", "1940-01-01", earlier);
    let lives = |person, true_on| seen(&world, person, true_on, "").unwrap().is_alive();
    assert!(lives(FATHER, "2026-05-19") && !lives(FATHER, "2026-05-20"));
    assert!(lives("УА40010101", "2020-12-30") && !lives("УА40010101", "2020-12-31"));
}
