use serde_json::{Value, json};

use crate::card::CardState;
use crate::card::application::tests::approved;
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::testing::{FATHER, MOTHER, World};

/// A person whose number says another day and another sex than the record.
const WRONG: &str = "УА95010117";

fn world() -> World {
    let mut world = World::new();
    world.import(WRONG, "Номин", "female", "1995-02-01", json!({}));
    world
}

fn change(person: &str, cause: &str) -> Value {
    json!({"person": person, "cause": cause, "evidence": "АЛ-7"})
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::NumberChange, facts).unwrap_err().cause().clone()
}

#[test]
fn a_number_that_is_wrong_is_replaced_by_one_of_the_series_and_kept() {
    for cause in ["wrong_date", "wrong_sex", "duplicate"] {
        let mut world = world();
        world.register(Kind::NumberChange, change(WRONG, cause)).unwrap();
        let person = world.person(WRONG);
        let number = person.national_number.as_ref().unwrap();
        assert_eq!((number.sex(), number.birth_date().to_string()), (Sex::Female, "1995-02-01".to_owned()));
        assert_eq!(person.earlier_numbers[0].as_str(), WRONG, "{cause}");
    }
}

#[test]
fn a_number_that_agrees_with_the_record_is_not_wrong() {
    let mut world = world();
    for cause in ["wrong_date", "wrong_sex"] {
        assert_eq!(refused(&mut world, change(MOTHER, cause)), Refusal::NumberAgrees, "{cause}");
    }
    world.register(Kind::NumberChange, change(FATHER, "duplicate")).unwrap();
    let letters = change(FATHER, "wrong_letters");
    assert_eq!(refused(&mut world, letters), Refusal::NumberAgrees, "given by the letters of the residence");
}

#[test]
fn letters_that_are_not_those_of_the_residence_are_wrong() {
    let mut world = world();
    world.import("ЯЯ95030123", "Сараа", "female", "1995-03-01", json!({}));
    world.register(Kind::NumberChange, change("ЯЯ95030123", "wrong_letters")).unwrap();
    let number = world.person("ЯЯ95030123").national_number.clone().unwrap();
    assert!(!number.as_str().starts_with("ЯЯ"));
}

#[test]
fn an_old_number_is_given_to_nobody_else() {
    let mut world = world();
    world.register(Kind::NumberChange, change(WRONG, "wrong_date")).unwrap();
    let given = world.person(WRONG).national_number.clone().unwrap();
    world.register(Kind::NumberChange, change(WRONG, "duplicate")).unwrap();
    world.import("УА95010125", "Сараа", "female", "1995-02-01", json!({}));
    world.register(Kind::NumberChange, change("УА95010125", "wrong_date")).unwrap();
    let other = world.person("УА95010125").national_number.clone().unwrap();
    assert!(other != given && !world.person(WRONG).claimed().contains(&other.to_string()));
}

#[test]
fn a_card_that_prints_the_old_number_ends() {
    let mut world = world();
    approved(&mut world, MOTHER);
    world.register(Kind::NumberChange, change(MOTHER, "duplicate")).unwrap();
    assert!(matches!(world.person(MOTHER).cards[0].state, CardState::Revoked { .. }));
}

#[test]
fn a_correction_of_the_birth_date_is_followed_by_a_change_of_the_number() {
    let mut world = world();
    let act = world.person(MOTHER).acts[0].number.clone();
    let correction = json!({
        "entry": act, "person": MOTHER, "field": "born_on", "value": "1990-01-03", "reason": "Эх бичилт",
        "evidence": "АЛ-1",
    });
    world.register(Kind::Correction, correction).unwrap();
    world.register(Kind::NumberChange, change(MOTHER, "wrong_date")).unwrap();
    let number = world.person(MOTHER).national_number.clone().unwrap();
    assert_eq!(number.birth_date().to_string(), "1990-01-03");
}

#[test]
fn it_takes_a_known_cause_and_a_paper() {
    let mut world = world();
    assert!(matches!(refused(&mut world, change(WRONG, "ugly")), Refusal::UnknownWord { .. }));
    let mut without = change(WRONG, "duplicate");
    without["evidence"] = "".into();
    assert_eq!(refused(&mut world, without), Refusal::MissingField { field: "evidence".to_owned() });
}
