use serde_json::{Value, json};

use crate::date::parse_date;
use crate::kind::Kind;
use crate::law::ElectionFreeze;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::testing::{MOTHER, OFFICE, World, officer, unit};

fn arrival() -> Value {
    json!({
        "person": MOTHER, "unit": "110153", "address": "5-12", "arrived_on": "2026-04-25",
        "address_proof": "Түрээс 4",
    })
}

fn with(changes: Value) -> Value {
    let mut facts = arrival();
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn at(office: &str) -> World {
    let mut world = World::new();
    world.officer = officer(1, office, &[Role::Registrar]);
    world
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Residence, with(changes)).unwrap_err().cause().clone()
}

#[test]
fn a_move_is_registered_where_the_citizen_arrives() {
    let mut world = at("110153");
    world.register(Kind::Residence, arrival()).unwrap();
    let person = world.person(MOTHER);
    assert_eq!(person.residence.as_ref().unwrap().unit, unit("110153"));
    assert_eq!(person.earlier_residences[0].unit, unit(OFFICE));
}

#[test]
fn a_move_is_refused_at_any_other_office() {
    let mut world = at(OFFICE);
    assert_eq!(refused(&mut world, json!({})), Refusal::NotUnitOfArrival { unit: "110153".to_owned() });
}

#[test]
fn a_move_to_a_bag_is_registered_at_its_soum() {
    let mut world = at("8301");
    assert!(world.check(Kind::Residence, with(json!({"unit": "830151"}))).is_ok());
    let mut bag = at("830151");
    assert!(matches!(refused(&mut bag, json!({"unit": "830151"})), Refusal::NotUnitOfArrival { .. }));
}

#[test]
fn moves_stand_still_in_the_time_of_an_election() {
    let mut world = at("110153");
    let day = |text| parse_date(text).unwrap();
    world.law.election_freezes = vec![ElectionFreeze { from: day("2026-04-01"), to: day("2026-05-01") }];
    assert_eq!(refused(&mut world, json!({})), Refusal::ElectionFreeze { until: "2026-05-01".to_owned() });
    world.today = day("2026-05-02");
    assert!(world.check(Kind::Residence, arrival()).is_ok());
}

#[test]
fn a_move_to_the_same_address_is_refused_and_within_a_khoroo_it_passes() {
    let mut world = at(OFFICE);
    let same = json!({"unit": OFFICE, "address": "1-1"});
    assert_eq!(refused(&mut world, same), Refusal::AlreadyResident);
    assert!(world.check(Kind::Residence, with(json!({"unit": OFFICE, "address": "1-2"}))).is_ok());
}

#[test]
fn a_dead_person_cannot_move() {
    let mut world = at("110153");
    world.import("УА50010101", "Цэрэн", "female", "1950-01-01", json!({"died_on": "2020-01-01"}));
    assert!(matches!(refused(&mut world, json!({"person": "УА50010101"})), Refusal::PersonDead { .. }));
}

#[test]
fn children_move_along_and_grown_ones_declare_themselves() {
    let mut world = at("110153");
    world.import("УА20210103", "Тэмүүлэн", "female", "2020-01-01", json!({}));
    world.import("УА10210103", "Мишээл", "female", "2010-01-01", json!({}));
    let parts = world.check(Kind::Residence, with(json!({"companions": ["УА20210103"]}))).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(refused(&mut world, json!({"companions": ["УА10210103"]})), Refusal::CompanionNotAChild);
}

#[test]
fn a_move_needs_an_address_and_its_proof() {
    let mut world = at("110153");
    assert_eq!(refused(&mut world, json!({"address": ""})), Refusal::AddressMissing);
    assert_eq!(refused(&mut world, json!({"address_proof": ""})), Refusal::AddressProofMissing);
}

#[test]
fn a_move_that_comes_late_does_not_undo_a_later_one() {
    let mut world = World::new();
    world.today = parse_date("2026-05-20").unwrap();
    let arrival = |on: &str, address: &str| json!({"person": MOTHER, "unit": OFFICE, "address": address, "arrived_on": on, "address_proof": "1"});
    world.register(Kind::Residence, arrival("2026-05-18", "2-2")).unwrap();
    let named = Refusal::MovedSince { act_number: world.last_act() };
    for late in ["2026-05-18", "2026-05-12"] {
        assert_eq!(world.check(Kind::Residence, arrival(late, "1-9")).unwrap_err(), named);
    }
    assert!(world.check(Kind::Residence, arrival("2026-05-19", "1-9")).is_ok());
}

#[test]
fn a_late_move_of_somebody_whose_address_is_protected_tells_no_act_number() {
    let mut world = World::new();
    world.today = parse_date("2026-05-20").unwrap();
    let arrival = |on: &str, address: &str| json!({"person": MOTHER, "unit": OFFICE, "address": address, "arrived_on": on, "address_proof": "1"});
    world.register(Kind::Residence, arrival("2026-05-18", "2-2")).unwrap();
    let counter = world.officer.clone();
    world.officer = officer(8, OFFICE, &[Role::Administrator]);
    let seal = json!({"person": MOTHER, "sealed": true, "decision_number": "Ш-1", "group": "address"});
    world.register(Kind::Sealing, seal).unwrap();
    world.officer = counter;
    assert_eq!(
        world.check(Kind::Residence, arrival("2026-05-12", "1-9")).unwrap_err(),
        Refusal::ReferToAuthority
    );
}
