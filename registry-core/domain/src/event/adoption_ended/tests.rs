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
fn a_name_given_up_under_adopters_is_not_the_one_that_comes_back() {
    let mut world = world();
    world.register(Kind::Adoption, adoption(json!({"clan_name": null}))).unwrap();
    let own = json!({"person": CHILD, "given_name": "Номин", "governor_order": "А/2", "representative": "1"});
    world.register(Kind::NameChange, own).unwrap();
    let borne = world.person(CHILD).name.clone();
    world.import("УА80010101", "Оюун", "female", "1980-01-01", json!({}));
    world.import("УА78010111", "Дорж", "male", "1978-01-01", json!({"spouse_number": "УА80010101"}));
    let second =
        json!({"mother": "УА80010101", "father": "УА78010111", "clan_name": null, "decision_number": "А/13"});
    world.register(Kind::Adoption, adoption(second)).unwrap();
    world.register(Kind::AdoptionEnded, with(json!({"restore_parents": false}))).unwrap();
    assert_eq!(world.person(CHILD).name, borne);
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

#[test]
fn what_was_sealed_of_the_past_comes_back_with_the_parents_and_what_tells_of_the_adopters_does_not() {
    for restores in [true, false] {
        let mut world = world();
        let own = |given: &str, changes: &str| {
            json!({
                "person": CHILD, "given_name": given, "governor_order": changes, "representative": "1",
            })
        };
        world.law.name_changes_each = 2;
        world.register(Kind::NameChange, own("Номин", "А/1")).unwrap();
        let before = world.person(CHILD).clone();
        world.register(Kind::Adoption, adoption(json!({}))).unwrap();
        world.register(Kind::NameChange, own("Сувд", "А/2")).unwrap();
        let end = with(json!({"restore_parents": restores, "restore_name": restores}));
        world.register(Kind::AdoptionEnded, end).unwrap();
        let child = world.person(CHILD);
        let names: Vec<_> = child.earlier_names.clone();
        let changes: Vec<_> = child.acts.iter().filter(|act| act.kind == Kind::NameChange).cloned().collect();
        let of_before: Vec<_> =
            before.acts.iter().filter(|act| act.kind == Kind::NameChange).cloned().collect();
        if restores {
            assert_eq!((names, changes), (before.earlier_names.clone(), of_before));
            assert_eq!(child.name, before.name);
        } else {
            assert!(names.is_empty() && changes.is_empty());
        }
        let sealed = child.sealed_family.acts.iter().filter(|act| act.kind == Kind::NameChange).count();
        assert_eq!(sealed, 1, "the change under the adopters' name");
    }
}
