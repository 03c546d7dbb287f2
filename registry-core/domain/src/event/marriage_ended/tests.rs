use serde_json::{Value, json};

use crate::date::{PartialDate, parse_date};
use crate::kind::Kind;
use crate::person::{CivilStatus, Divorce};
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World};

pub(crate) fn at_the_office() -> Value {
    json!({
        "person": MOTHER, "way": "administrative", "joint_application": true, "no_property_dispute": "on",
        "governor_note": "Т-12",
    })
}

fn by_court() -> Value {
    json!({
        "person": FATHER, "way": "court", "court": "Сум дундын шүүх", "decision_number": "77",
        "in_force_on": "2026-04-01",
    })
}

fn with(mut facts: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, facts: Value, changes: Value) -> Refusal {
    world.check(Kind::MarriageEnded, with(facts, changes)).unwrap_err().cause().clone()
}

fn child(world: &mut World, born_on: &str) {
    let birth = json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": born_on, "birth_place": OFFICE,
    });
    world.register(Kind::Birth, birth).unwrap();
}

#[test]
fn an_administrative_divorce_ends_the_marriage_of_both_today() {
    let mut world = World::new();
    let parts = world.register(Kind::MarriageEnded, at_the_office()).unwrap();
    assert_eq!(parts.len(), 2);
    for number in [MOTHER, FATHER] {
        let person = world.person(number);
        assert_eq!(person.civil_status, CivilStatus::Divorced);
        assert_eq!(person.spouses[0].ended_on, Some(world.today.into()));
        assert_eq!(person.spouses[0].divorce, Some(Divorce::Administrative));
    }
    assert_eq!(refused(&mut world, at_the_office(), json!({})), Refusal::NotMarried);
}

#[test]
fn a_common_child_under_age_leaves_only_the_court() {
    let mut world = World::new().with_two_of_one_office();
    child(&mut world, "2008-05-02");
    assert_eq!(refused(&mut world, at_the_office(), json!({})), Refusal::CommonMinorChild { age: 18 });
    assert!(world.check(Kind::MarriageEnded, by_court()).is_ok());
    world.today = parse_date("2026-05-02").unwrap();
    assert!(world.check(Kind::MarriageEnded, at_the_office()).is_ok());
}

#[test]
fn a_child_of_one_of_them_alone_does_not_bar() {
    let mut world = World::new();
    let more = json!({"mother_number": MOTHER});
    world.import("УА15210122", "Дүү", "female", "2015-01-01", more);
    assert!(world.check(Kind::MarriageEnded, at_the_office()).is_ok());
}

#[test]
fn an_administrative_divorce_needs_both_no_dispute_and_the_governors_note() {
    let mut world = World::new();
    let cases = [
        ("joint_application", Refusal::JointApplicationMissing),
        ("no_property_dispute", Refusal::PropertyDispute),
        ("governor_note", Refusal::GovernorNoteMissing),
    ];
    for (field, refusal) in cases {
        let mut facts = at_the_office();
        facts[field] = Value::Null;
        assert_eq!(refused(&mut world, facts, json!({})), refusal);
    }
}

#[test]
fn a_court_divorce_holds_from_the_day_the_decision_came_into_force() {
    let mut world = World::new();
    for field in ["court", "decision_number", "in_force_on"] {
        let mut facts = by_court();
        facts[field] = Value::Null;
        assert_eq!(refused(&mut world, facts, json!({})), Refusal::CourtDecisionMissing);
    }
    assert_eq!(refused(&mut world, by_court(), json!({"in_force_on": "2026-05-02"})), Refusal::DateInFuture);
    world.register(Kind::MarriageEnded, by_court()).unwrap();
    assert_eq!(world.person(MOTHER).spouses[0].ended_on, PartialDate::parse("2026-04-01").ok());
    assert_eq!(world.person(MOTHER).spouses[0].divorce, Some(Divorce::Court));
}

#[test]
fn a_marriage_does_not_end_before_it_began() {
    let mut world = crate::event::marriage::tests::couple();
    world.register(Kind::Marriage, crate::event::marriage::tests::marriage()).unwrap();
    let early = json!({"person": crate::event::marriage::tests::WIFE});
    assert_eq!(refused(&mut world, by_court(), early), Refusal::EndBeforeMarriage);
}

#[test]
fn whichever_of_the_two_declares_it_is_the_same_divorce() {
    let mut world = World::new();
    let first = world.claims(Kind::MarriageEnded, at_the_office());
    assert_eq!(first, world.claims(Kind::MarriageEnded, by_court()));
    assert_eq!(first.len(), 1);
}
