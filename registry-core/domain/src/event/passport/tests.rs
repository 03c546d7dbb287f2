use serde_json::{Value, json};

use crate::kind::Kind;
use crate::person::PassportState;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

fn recorded(changes: Value) -> Value {
    let mut facts = json!({
        "change": "recorded", "person": FATHER, "passport_number": "e 1234567", "issued_on": "2025-04-01",
        "expires_on": "2035-04-01",
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn ended(change: &str, day: &str) -> Value {
    json!({"change": change, "person": FATHER, "passport_number": "E1234567", "ended_on": day})
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::Passport, facts).unwrap_err().cause().clone()
}

fn state(world: &World) -> PassportState {
    world.person(FATHER).passports[0].state
}

#[test]
fn a_passport_is_recorded_with_its_days_once() {
    let mut world = World::new();
    world.register(Kind::Passport, recorded(json!({}))).unwrap();
    let passport = &world.person(FATHER).passports[0];
    assert_eq!(passport.number.to_string(), "E1234567");
    assert_eq!(
        (passport.expires_on.to_string(), passport.state),
        ("2035-04-01".to_owned(), PassportState::Valid)
    );
    assert_eq!(refused(&mut world, recorded(json!({}))), Refusal::PassportKnown);
}

#[test]
fn the_same_number_of_two_people_is_the_same_event() {
    let mut world = World::new();
    let first = world.claims(Kind::Passport, recorded(json!({})));
    assert_eq!(first, world.claims(Kind::Passport, recorded(json!({"person": MOTHER}))));
}

#[test]
fn a_passport_is_lost_or_cancelled_and_a_lost_one_may_be_cancelled_too() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, ended("lost", "2026-04-01")), Refusal::PassportNotFound);
    world.register(Kind::Passport, recorded(json!({}))).unwrap();
    assert_eq!(refused(&mut world, ended("lost", "2025-03-31")), Refusal::PassportDates);
    world.register(Kind::Passport, ended("lost", "2026-04-01")).unwrap();
    assert!(matches!(state(&world), PassportState::Lost { .. }));
    assert_eq!(refused(&mut world, ended("lost", "2026-04-02")), Refusal::PassportEnded);
    world.register(Kind::Passport, ended("cancelled", "2026-04-02")).unwrap();
    assert!(matches!(state(&world), PassportState::Cancelled { .. }));
    assert_eq!(refused(&mut world, ended("cancelled", "2026-04-03")), Refusal::PassportEnded);
}

#[test]
fn its_number_and_days_are_those_of_a_passport() {
    let mut world = World::new();
    for number in ["E123", "Ё1234567", "EEEEEEE", "E-1234567"] {
        let facts = recorded(json!({"passport_number": number}));
        assert_eq!(refused(&mut world, facts), Refusal::PassportNumberMalformed, "{number}");
    }
    assert_eq!(refused(&mut world, recorded(json!({"expires_on": "2025-04-01"}))), Refusal::PassportDates);
    assert_eq!(refused(&mut world, recorded(json!({"issued_on": "2026-05-02"}))), Refusal::DateInFuture);
    assert_eq!(refused(&mut world, recorded(json!({"issued_on": "1970-05-02"}))), Refusal::BeforeBirth);
    let missing = Refusal::MissingField { field: "issued_on".to_owned() };
    assert_eq!(refused(&mut world, recorded(json!({"issued_on": ""}))), missing);
}

#[test]
fn the_passport_of_the_dead_is_cancelled_with_the_death() {
    let mut world = World::new();
    world.register(Kind::Passport, recorded(json!({}))).unwrap();
    let death =
        json!({"person": FATHER, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    assert_eq!(state(&world), PassportState::Cancelled { on: world.today });
    let facts = recorded(json!({"passport_number": "E7654321"}));
    assert!(matches!(refused(&mut world, facts), Refusal::PersonDead { .. }));
}

#[test]
fn a_recorded_passport_is_not_annulled_under_its_loss() {
    let mut world = World::new();
    world.register(Kind::Passport, recorded(json!({}))).unwrap();
    let entry = world.last_act();
    world.register(Kind::Passport, ended("lost", "2026-04-01")).unwrap();
    let lost = world.last_act();
    let annulment =
        |entry: &str| json!({"entry": entry, "court": "УБЕГ", "decision": "Ш-1", "reason": "Алдаа"});
    let no = world.check(Kind::Annulment, annulment(&entry)).unwrap_err();
    assert_eq!(no.cause(), &Refusal::OthersRestOn { act_number: lost.clone() });
    world.register(Kind::Annulment, annulment(&lost)).unwrap();
    assert_eq!(state(&world), PassportState::Valid);
}
