use serde_json::{Value, json};

use crate::date::parse_date;
use crate::kind::Kind;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

fn remark(world: &World) -> Value {
    let act_number = world.person(FATHER).acts[0].number.clone();
    json!({
        "person": FATHER, "act_number": act_number, "remark": "Архивын эх баримт шатсан", "paper_number": "АР-9",
    })
}

#[test]
fn a_remark_stands_beside_the_act_and_changes_nothing_else() {
    let mut world = World::new();
    let before = world.person(FATHER).clone();
    let facts = remark(&world);
    world.register(Kind::Annotation, facts).unwrap();
    let person = world.person(FATHER);
    assert_eq!(person.annotations[0].of, before.acts[0].entry);
    assert_eq!(person.annotations[0].text, "Архивын эх баримт шатсан");
    assert_eq!(person.acts.len(), before.acts.len() + 1);
    assert_eq!((&person.name, &person.residence), (&before.name, &before.residence));
}

#[test]
fn a_remark_is_on_an_act_of_the_persons_own_record() {
    let mut world = World::new();
    let mut facts = remark(&world);
    facts["act_number"] = world.person(MOTHER).acts[0].number.clone().into();
    assert_eq!(
        world.check(Kind::Annotation, facts).unwrap_err(),
        Refusal::EntryNotOfPerson.in_field("act_number")
    );
}

#[test]
fn a_remark_is_made_at_the_office_of_the_act_or_of_the_residence() {
    let mut world = World::new();
    let facts = remark(&world);
    world.officer = officer(2, "110153", &[Role::Registrar]);
    assert_eq!(world.check(Kind::Annotation, facts).unwrap_err(), Refusal::NotOfficeOfEntry);
}

#[test]
fn a_move_to_a_protected_address_is_no_act_to_remark_on() {
    let mut world = World::new();
    world.today = parse_date("2026-05-20").unwrap();
    let arrival = |on: &str| json!({"person": MOTHER, "unit": OFFICE, "address": "2-2", "arrived_on": on, "address_proof": "1"});
    world.register(Kind::Residence, arrival("2026-05-18")).unwrap();
    let remark = json!({"person": MOTHER, "act_number": world.last_act(), "remark": "Эх баримт алга", "paper_number": "АР-9"});
    assert!(world.check(Kind::Annotation, remark.clone()).is_ok());
    let counter = world.officer.clone();
    world.officer = officer(8, OFFICE, &[Role::Administrator]);
    let seal = json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-1", "group": "address"});
    world.register(Kind::Sealing, seal).unwrap();
    world.officer = counter;
    let refused = world.check(Kind::Annotation, remark).unwrap_err();
    assert_eq!(refused, Refusal::EntryNotOfPerson.in_field("act_number"));
}
