use serde_json::{Value, json};

use crate::card::{CardState, RevocationReason};
use crate::date::PartialDate;
use crate::entry::PartRole;
use crate::kind::Kind;
use crate::person::{CivilStatus, LifeCycle};
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

fn death() -> Value {
    json!({
        "person": FATHER, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Дорж овогтой Сарнай",
        "cause": "I21",
    })
}

fn with(changes: Value) -> Value {
    let mut facts = death();
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Death, with(changes)).unwrap_err().cause().clone()
}

#[test]
fn a_death_ends_the_life_and_widows_the_spouse() {
    let mut world = World::new();
    let parts = world.register(Kind::Death, death()).unwrap();
    let roles: Vec<_> = parts.iter().map(|part| part.role).collect();
    assert_eq!(roles, [PartRole::Deceased, PartRole::CauseOfDeath, PartRole::Spouse]);
    let died_on = PartialDate::parse("2026-04-30").unwrap();
    assert_eq!(world.person(FATHER).died_on(), Some(died_on));
    let widow = world.person(MOTHER);
    assert_eq!(widow.civil_status, CivilStatus::Widowed);
    assert_eq!(widow.spouses[0].ended_on, Some(died_on));
}

#[test]
fn the_cause_of_death_never_enters_a_record() {
    let mut world = World::new();
    world.register(Kind::Death, death()).unwrap();
    for person in world.register.people() {
        assert!(!serde_json::to_string(person).unwrap().contains("I21"));
    }
}

#[test]
fn a_second_death_is_refused_with_the_first_ones_act_number() {
    let mut world = World::new();
    world.register(Kind::Death, death()).unwrap();
    let LifeCycle::Dead { act_number, .. } = world.person(FATHER).life_cycle.clone() else { panic!() };
    assert_eq!(refused(&mut world, json!({})), Refusal::AlreadyDead { act_number });
}

#[test]
fn a_death_needs_a_paper_and_an_informant() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"paper_number": ""})), Refusal::DeathPaperMissing);
    assert_eq!(refused(&mut world, json!({"informant": null})), Refusal::InformantMissing);
}

#[test]
fn a_death_is_neither_before_the_birth_nor_in_the_future() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"died_on": "1988-02-01"})), Refusal::DeathBeforeBirth);
    assert_eq!(refused(&mut world, json!({"died_on": "2026-05-02"})), Refusal::DateInFuture);
}

#[test]
fn the_cards_of_the_deceased_are_revoked() {
    let mut world = World::new();
    let card = crate::card::application::tests::approved(&mut world, FATHER);
    world.register(Kind::Death, death()).unwrap();
    let state = world.person(FATHER).card(card).unwrap().state;
    assert_eq!(state, CardState::Revoked { reason: RevocationReason::HolderDied, on: world.today });
}

#[test]
fn a_death_more_than_a_year_back_is_asked_about() {
    let mut world = World::new();
    let old = json!({"died_on": "2025-04-30"});
    assert_eq!(refused(&mut world, old), Refusal::QuestionsUnanswered { numbers: "540".into() });
    assert!(world.check(Kind::Death, with(json!({"died_on": "2025-05-01"}))).is_ok());
    let answered =
        with(json!({"died_on": "2025-04-30", "answers": ["540: died in the steppe, found in spring"]}));
    let parts = world.register(Kind::Death, answered).unwrap();
    let stored = serde_json::to_value(&parts[0].body).unwrap();
    assert_eq!(stored["body"]["answers"][0]["question"], 540);
}

#[test]
fn of_a_death_a_paper_may_know_the_year_alone() {
    let mut world = World::new();
    world.register(Kind::Death, with(json!({"died_on": "2026"}))).unwrap();
    assert_eq!(world.person(FATHER).died_on(), PartialDate::parse("2026").ok());
    assert_eq!(world.person(MOTHER).spouses[0].ended_on, PartialDate::parse("2026").ok());
    assert_eq!(world.person(MOTHER).civil_status, CivilStatus::Widowed);
}

#[test]
fn what_a_partial_date_of_death_leaves_open_breaks_no_rule_and_what_it_rules_out_does() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"died_on": "2026-06"})), Refusal::DateInFuture);
    assert_eq!(refused(&mut world, json!({"died_on": "1987"})), Refusal::DeathBeforeBirth);
    let unanswered = Refusal::QuestionsUnanswered { numbers: "540".into() };
    assert_eq!(refused(&mut world, json!({"died_on": "2024"})), unanswered);
    for died_on in ["2026-05", "2026", "2025"] {
        assert!(world.check(Kind::Death, with(json!({"died_on": died_on}))).is_ok(), "{died_on}");
    }
}

#[test]
fn whoever_died_in_a_month_is_late_to_be_declared_only_once_the_whole_month_is() {
    let mut world = World::new();
    let late = |world: &mut World, died_on| {
        let parts = world.check(Kind::Death, with(json!({"died_on": died_on}))).unwrap();
        serde_json::to_value(&parts[0].body).unwrap()["body"]["late"].clone()
    };
    assert_eq!(late(&mut world, "2026-04"), json!(false));
    assert_eq!(late(&mut world, "2026-03"), json!(true));
}

#[test]
fn only_a_court_declares_dead_so_that_one_may_return() {
    let mut world = World::new();
    world.register(Kind::Death, with(json!({"paper_kind": "court"}))).unwrap();
    assert!(matches!(world.person(FATHER).life_cycle, LifeCycle::Dead { by_court: true, .. }));
    let mut world = World::new();
    world.register(Kind::Death, with(json!({"paper_kind": "forensic"}))).unwrap();
    assert!(matches!(world.person(FATHER).life_cycle, LifeCycle::Dead { by_court: false, .. }));
}

#[test]
fn nobody_is_dead_before_a_registered_move_marriage_or_birth_of_a_child() {
    let mut world = World::new();
    let birth = json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    });
    world.register(Kind::Birth, birth).unwrap();
    let arrival = json!({
        "person": FATHER, "unit": crate::testing::OFFICE, "address": "2-2", "arrived_on": "2026-04-25", "address_proof": "1",
    });
    world.register(Kind::Residence, arrival).unwrap();
    // A father may have died before the birth; a mother may not, and nobody who died has moved since.
    for (person, died_on) in [(FATHER, "2026-04-24"), (MOTHER, "2026-04-19")] {
        let facts = json!({"person": person, "died_on": died_on});
        assert_eq!(refused(&mut world, facts), Refusal::ContradictsRecord, "{person}");
    }
    world.register(Kind::Death, with(json!({"died_on": "2026-04-25"}))).unwrap();
    world.register(Kind::Death, with(json!({"person": MOTHER, "died_on": "2026-04-20"}))).unwrap();
}
