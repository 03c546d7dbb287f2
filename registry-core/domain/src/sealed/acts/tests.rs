use serde_json::json;

use super::*;
use crate::date::parse_date;
use crate::entry::Entry;
use crate::event::adoption::tests::{CHILD, YOUNG_MOTHER, with, world};
use crate::kind::Kind;
use crate::officer::Role;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer, unit, units};

fn act(world: &World, entry: &Entry) -> ActOfPeople {
    let is_of = |person: &&Person| entry.parts.iter().any(|part| part.person == person.id);
    ActOfPeople {
        header: entry.header.clone(),
        people: world.register.people().filter(is_of).cloned().collect(),
        received_at: None,
    }
}

fn last(world: &World) -> Vec<ActOfPeople> {
    vec![act(world, world.entries.last().unwrap())]
}

fn names(world: &World, chain: &[ActOfPeople], office: &str, roles: &[Role]) -> bool {
    may_name(chain, &officer(3, office, roles), &unit(office), world.today, units())
}

#[test]
fn an_adoption_is_named_at_its_own_office_and_at_no_other() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let mut chain = last(&world);
    assert!(names(&world, &chain, OFFICE, &[Role::Registrar]));
    for elsewhere in ["110153", "1101", "11", "8301"] {
        assert!(!names(&world, &chain, elsewhere, &[Role::Registrar, Role::Approver]), "{elsewhere}");
        assert!(names(&world, &chain, elsewhere, &[Role::Registrar, Role::Administrator]), "{elsewhere}");
    }
    // What another office decided is also an act of the office that received it.
    chain[0].received_at = Some(unit("8304"));
    assert!(names(&world, &chain, "8304", &[Role::Registrar]));
}

#[test]
fn what_amends_an_adoption_is_named_where_the_adoption_is() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let adoption = world.entries.last().unwrap().clone();
    let annulment = json!({
        "entry": world.last_act(), "court": "Шүүх", "decision": "ШШ-1", "reason": "Хуурамч баримт",
    });
    world.register(Kind::Annulment, annulment).unwrap();
    let chain = [act(&world, world.entries.last().unwrap()), act(&world, &adoption)];
    assert!(!names(&world, &chain, "110153", &[Role::Registrar]));
    assert!(names(&world, &chain, OFFICE, &[Role::Registrar]));
}

#[test]
fn an_act_that_every_record_keeps_under_seal_is_hidden_and_one_that_an_open_record_shows_is_not() {
    let mut world = world();
    world.import("УА95050512", "Тулга", "male", "1995-05-05", json!({}));
    let parentage = json!({
        "child": CHILD, "parent": "УА95050512", "parent_kind": "father", "joint_application": true,
    });
    world.register(Kind::Parentage, parentage).unwrap();
    let parentage = world.entries.last().unwrap().clone();
    assert!(names(&world, &[act(&world, &parentage)], "110153", &[Role::Registrar]));
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    assert!(!names(&world, &[act(&world, &parentage)], "110153", &[Role::Registrar]));
    let of_child =
        world.entries.iter().find(|entry| entry.parts[0].person == world.person(CHILD).id).unwrap();
    assert!(names(&world, &[act(&world, of_child)], "110153", &[Role::Registrar]), "the record shows it");
    assert!(world.person(YOUNG_MOTHER).children.is_empty());
}

#[test]
fn a_sealing_and_the_acts_of_a_sealed_record_are_named_by_whoever_may_open_it() {
    let mut world = World::new();
    world.officer = officer(1, OFFICE, &[Role::Administrator]);
    let seal = json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-1"});
    world.register(Kind::Sealing, seal).unwrap();
    let (mother, father) = (world.person(MOTHER).id, world.person(FATHER).id);
    let first = |person| world.entries.iter().find(|entry| entry.parts[0].person == person).unwrap();
    let (sealing, own) = (last(&world), [act(&world, first(mother))]);
    // The father's import is an act about him alone.
    assert!(names(&world, &[act(&world, first(father))], "110153", &[Role::Registrar]));
    for chain in [&sealing[..], &own[..1]] {
        let alone = [ActOfPeople { people: vec![world.person(MOTHER).clone()], ..chain[0].clone() }];
        assert!(!names(&world, &alone, OFFICE, &[Role::Registrar]));
        assert!(names(&world, &alone, OFFICE, &[Role::Registrar, Role::Administrator]));
    }
}

#[test]
fn a_move_to_a_protected_address_is_named_at_its_own_office_alone() {
    let mut world = World::new();
    world.today = parse_date("2026-05-20").unwrap();
    let arrival = |on: &str| json!({"person": MOTHER, "unit": OFFICE, "address": "2-2", "arrived_on": on, "address_proof": "1"});
    world.register(Kind::Residence, arrival("2026-05-18")).unwrap();
    let moved = world.entries.last().unwrap().clone();
    assert!(names(&world, &[act(&world, &moved)], "110153", &[Role::Registrar]));
    let counter = world.officer.clone();
    world.officer = officer(8, OFFICE, &[Role::Administrator]);
    let seal = json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-1", "group": "address"});
    world.register(Kind::Sealing, seal).unwrap();
    world.officer = counter;
    assert!(!names(&world, &[act(&world, &moved)], "110153", &[Role::Registrar]));
    assert!(names(&world, &[act(&world, &moved)], OFFICE, &[Role::Registrar]));
}
