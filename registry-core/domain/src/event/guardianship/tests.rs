use serde_json::{Value, json};

use crate::amendment::Field;
use crate::date::parse_date;
use crate::entry::PartRole;
use crate::event::marriage::tests::{HUSBAND, WIFE, couple, marriage};
use crate::history::moment::Moment;
use crate::kind::Kind;
use crate::officer::Role;
use crate::person::TieRole;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World, officer};

const CHILD: &str = "УА15210122";

/// The couple, and a child of eleven with other parents.
fn world() -> World {
    let mut world = World::new();
    world.import(CHILD, "Анужин", "female", "2015-01-01", json!({}));
    world
}

fn with(changes: Value) -> Value {
    let mut facts = json!({
        "step": "begins", "ward": CHILD, "guardian": FATHER, "governor_order": "А/5", "ordered_on": "2026-04-20",
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn by_court(ward: &str, guardian: &str) -> Value {
    with(json!({
        "ward": ward, "guardian": guardian, "governor_order": null, "ordered_on": null,
        "court": "Сум дундын шүүх", "decision_number": "ШШ-7", "in_force_on": "2026-04-20",
    }))
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::Guardianship, facts).unwrap_err().cause().clone()
}

fn day(text: &str) -> chrono::NaiveDate {
    parse_date(text).unwrap()
}

#[test]
fn a_guardianship_ties_both_and_ends_by_itself_at_majority() {
    let mut world = world();
    let parts = world.register(Kind::Guardianship, with(json!({}))).unwrap();
    assert_eq!(parts.iter().map(|part| part.role).collect::<Vec<_>>(), [PartRole::Ward, PartRole::Guardian]);
    let (child, guardian) = (world.person(CHILD), world.person(FATHER));
    assert_eq!((child.ties[0].person, child.ties[0].role), (guardian.id, TieRole::Guardian));
    assert_eq!((guardian.ties[0].person, guardian.ties[0].role), (child.id, TieRole::Ward));
    assert_eq!(child.ties[0].until, Some(day("2033-01-01")));
    assert!(child.ties[0].is_open_on(day("2032-12-31")) && !child.ties[0].is_open_on(day("2033-01-01")));
}

#[test]
fn a_guardianship_ends_for_both_and_not_before_it_began() {
    let mut world = world();
    world.register(Kind::Guardianship, with(json!({}))).unwrap();
    let again = with(json!({"governor_order": "А/6"}));
    assert_eq!(refused(&mut world, again), Refusal::GuardianAlready);
    let too_early = with(json!({"step": "ends", "ordered_on": "2026-04-19"}));
    assert_eq!(refused(&mut world, too_early), Refusal::EndBeforeGuardianship);
    let ends = with(json!({"step": "ends", "ordered_on": "2026-04-30"}));
    world.register(Kind::Guardianship, ends.clone()).unwrap();
    for person in [CHILD, FATHER] {
        assert_eq!(world.person(person).ties[0].ended_on, Some(day("2026-04-30")));
    }
    assert_eq!(refused(&mut world, ends), Refusal::NoSuchGuardianship);
}

#[test]
fn a_guardianship_over_a_dead_guardian_can_still_be_ended() {
    let mut world = world();
    world.register(Kind::Guardianship, with(json!({}))).unwrap();
    let death =
        json!({"person": FATHER, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    let ends = with(json!({"step": "ends", "ordered_on": "2026-05-01"}));
    assert!(world.check(Kind::Guardianship, ends).is_ok());
    let begins = with(json!({"governor_order": "А/6"}));
    assert!(matches!(refused(&mut world, begins), Refusal::PersonDead { .. }));
}

#[test]
fn a_guardian_is_an_adult_who_is_somebody_else_and_no_ward() {
    let mut world = world();
    world.import("УА10210122", "Номин", "female", "2010-01-01", json!({}));
    assert_eq!(refused(&mut world, with(json!({"guardian": CHILD}))), Refusal::GuardianIsWard);
    let young = with(json!({"guardian": "УА10210122"}));
    assert_eq!(refused(&mut world, young), Refusal::GuardianNotAdult { age: 18 });
    world.register(Kind::Guardianship, by_court(FATHER, MOTHER)).unwrap();
    assert_eq!(refused(&mut world, with(json!({}))), Refusal::GuardianIsGuarded);
}

#[test]
fn an_adult_has_a_guardian_by_court_alone_and_without_an_end() {
    let mut world = world();
    let by_governor = with(json!({"ward": MOTHER}));
    assert_eq!(refused(&mut world, by_governor), Refusal::AdultWardNeedsCourt { age: 18 });
    world.register(Kind::Guardianship, by_court(MOTHER, FATHER)).unwrap();
    assert_eq!(world.person(MOTHER).ties[0].until, None);
}

#[test]
fn an_official_body_is_guardian_without_a_person() {
    let mut world = world();
    let by_body = with(json!({"guardian": null, "guardian_body": "Хүүхэд асрах төв"}));
    let parts = world.register(Kind::Guardianship, by_body.clone()).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(world.person(CHILD).guardian_bodies[0].until, Some(day("2033-01-01")));
    assert_eq!(refused(&mut world, by_body.clone()), Refusal::GuardianAlready);
    let mut ends = by_body;
    ends["step"] = "ends".into();
    ends["ordered_on"] = "2026-04-25".into();
    world.register(Kind::Guardianship, ends).unwrap();
    assert!(!world.person(CHILD).guardian_bodies[0].is_open_on(day("2026-04-25")));
    for both in [json!({"guardian_body": "Хүүхэд асрах төв"}), json!({"guardian": ""})] {
        assert_eq!(refused(&mut world, with(both)), Refusal::GuardianMissing);
    }
}

#[test]
fn one_paper_decides_the_court_or_the_governor() {
    let mut world = world();
    let mut none = with(json!({"governor_order": "", "ordered_on": ""}));
    assert_eq!(refused(&mut world, none.clone()), Refusal::GuardianshipDecisionMissing);
    none["governor_order"] = "А/5".into();
    assert_eq!(refused(&mut world, none), Refusal::GuardianshipDecisionMissing);
    let mut both = by_court(CHILD, FATHER);
    both["governor_order"] = "А/5".into();
    assert_eq!(refused(&mut world, both), Refusal::GuardianshipDecisionMissing);
    let tomorrow = with(json!({"ordered_on": "2026-05-02"}));
    assert_eq!(refused(&mut world, tomorrow), Refusal::DateInFuture);
}

#[test]
fn a_guardianship_is_registered_where_the_ward_lives() {
    let mut world = world();
    world.officer = officer(2, "110153", &[Role::Registrar]);
    let unit = "110151".to_owned();
    assert_eq!(refused(&mut world, with(json!({}))), Refusal::NotHomeOffice { unit });
}

#[test]
fn guardian_and_ward_cannot_marry_while_the_guardianship_lasts() {
    let mut world = couple();
    world.register(Kind::Guardianship, by_court(WIFE, HUSBAND)).unwrap();
    assert_eq!(world.check(Kind::Marriage, marriage()).unwrap_err(), Refusal::GuardianAndWard);
    let mut ends = by_court(WIFE, HUSBAND);
    ends["step"] = "ends".into();
    ends["decision_number"] = "ШШ-8".into();
    world.register(Kind::Guardianship, ends).unwrap();
    assert!(world.check(Kind::Marriage, marriage()).is_ok());
}

#[test]
fn the_day_of_the_decision_is_corrected_for_both_and_is_the_day_it_is_true_from() {
    let mut world = world();
    world.register(Kind::Guardianship, with(json!({}))).unwrap();
    let correction = json!({
        "entry": world.last_act(), "person": CHILD, "field": Field::DecidedOn.as_str(), "value": "2026-04-10",
        "reason": "Өдрийг буруу бичсэн", "evidence": "А/5",
    });
    world.register(Kind::Correction, correction).unwrap();
    for person in [CHILD, FATHER] {
        assert_eq!(world.person(person).ties[0].began_on, Some(day("2026-04-10")));
    }
    let guarded = |on: &str| {
        let moment = Moment { true_on: Some(day(on)), known_on: None };
        let parts = world.register.history(world.person(CHILD).id);
        moment.of(parts).is_some_and(|person| !person.ties.is_empty())
    };
    assert!(!guarded("2026-04-09") && guarded("2026-04-10"));
}

#[test]
fn a_beginning_is_not_annulled_under_its_end_and_leaves_no_trace_otherwise() {
    let mut world = world();
    world.register(Kind::Guardianship, with(json!({}))).unwrap();
    let begun = world.last_act();
    world.register(Kind::Guardianship, with(json!({"step": "ends", "ordered_on": "2026-04-30"}))).unwrap();
    let ended = world.last_act();
    let annulment = |entry: &str| json!({"entry": entry, "court": "Шүүх", "decision": "ШШ-12", "reason": "Буруу хүн бүртгэсэн"});
    let no = world.check(Kind::Annulment, annulment(&begun)).unwrap_err();
    assert_eq!(no.cause(), &Refusal::OthersRestOn { act_number: ended.clone() });
    world.register(Kind::Annulment, annulment(&ended)).unwrap();
    assert_eq!(world.person(FATHER).ties[0].ended_on, None);
    world.register(Kind::Annulment, annulment(&begun)).unwrap();
    assert!(world.person(FATHER).ties.is_empty() && world.person(CHILD).ties.is_empty());
}
