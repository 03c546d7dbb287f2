use serde_json::{Value, json};

use super::*;
use crate::date::{PartialDate, parse_date};
use crate::event::adoption::tests::{CHILD, YOUNG_MOTHER, with as adoption, world};
use crate::testing::{FATHER, MOTHER, World};

fn adopted() -> World {
    let mut world = world();
    world.register(Kind::Adoption, adoption(json!({}))).unwrap();
    world
}

fn with(changes: Value) -> Value {
    let mut facts = json!({
        "child": CHILD, "court": "Сум дундын шүүх", "decision_number": "5", "in_force_on": "2026-05-01",
        "restore_parents": true, "restore_name": true,
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

#[test]
fn the_parents_and_the_name_come_back_where_the_court_says_so() {
    let mut world = adopted();
    world.register(Kind::AdoptionEnded, with(json!({}))).unwrap();
    let (child, mother) = (world.person(CHILD), world.person(YOUNG_MOTHER));
    assert_eq!(child.parents.iter().map(|link| link.person).collect::<Vec<_>>(), [mother.id]);
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Хатагин Цэцэг Анужин");
    assert_eq!(mother.children[0].person, child.id);
    for adopter in [MOTHER, FATHER] {
        assert!(world.person(adopter).children.is_empty());
        assert_eq!(
            world.person(adopter).sealed_family.children[0].ended_on,
            PartialDate::parse("2026-05-01").ok()
        );
    }
}

#[test]
fn without_a_word_on_the_parents_nobody_is_parent() {
    let mut world = adopted();
    world
        .register(Kind::AdoptionEnded, with(json!({"restore_parents": false, "restore_name": false})))
        .unwrap();
    let child = world.person(CHILD);
    assert!(child.parents.is_empty());
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Боржигон Бат Анужин");
    assert!(world.person(YOUNG_MOTHER).children.is_empty());
}

#[test]
fn who_was_adopter_stays_an_impediment_that_is_referred() {
    let mut world = adopted();
    world.register(Kind::AdoptionEnded, with(json!({}))).unwrap();
    world.today = parse_date("2034-01-02").unwrap();
    let death = json!({
        "person": MOTHER, "died_on": "2034-01-01", "paper_number": "1", "informant": "Хөрш",
    });
    world.register(Kind::Death, death).unwrap();
    world.import("УА91010102", "Туяа", "female", "1991-01-01", json!({}));
    let marriage =
        json!({"husband": FATHER, "wife": CHILD, "witness_1": YOUNG_MOTHER, "witness_2": "УА91010102"});
    assert_eq!(world.check(Kind::Marriage, marriage).unwrap_err(), Refusal::ReferToAuthority);
}

#[test]
fn an_adoption_ends_once_and_only_where_there_is_one() {
    let mut world = world();
    assert_eq!(world.check(Kind::AdoptionEnded, with(json!({}))).unwrap_err().cause(), &Refusal::NotAdopted);
    let mut world = adopted();
    world.register(Kind::AdoptionEnded, with(json!({}))).unwrap();
    assert_eq!(world.check(Kind::AdoptionEnded, with(json!({}))).unwrap_err().cause(), &Refusal::NotAdopted);
    let mut world = adopted();
    let undecided = json!({"court": null, "decision_number": null, "in_force_on": null});
    assert_eq!(world.check(Kind::AdoptionEnded, with(undecided)).unwrap_err(), Refusal::CourtDecisionMissing);
}
