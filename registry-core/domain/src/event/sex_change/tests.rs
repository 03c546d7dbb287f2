use serde_json::{Value, json};

use crate::card::application::tests::approved;
use crate::card::{CardState, RevocationReason};
use crate::date::parse_date;
use crate::history::moment::Moment;
use crate::kind::Kind;
use crate::law::Strictness;
use crate::officer::Role;
use crate::person_ref::PersonRef;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::testing::{FATHER, World, officer};

const SINGLE: &str = "УА95010127";

/// The couple and a single woman.
fn world() -> World {
    let mut world = World::new();
    world.import(SINGLE, "Номин", "female", "1995-01-01", json!({}));
    world
}

fn with(changes: Value) -> Value {
    let mut facts = json!({"person": SINGLE, "doctors_paper": "ЭД-3"});
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::SexChange, with(changes)).unwrap_err().cause().clone()
}

#[test]
fn sex_and_number_change_and_the_old_number_still_finds_the_person() {
    let mut world = world();
    let civil_id = world.person(SINGLE).civil_id.clone();
    world.register(Kind::SexChange, with(json!({}))).unwrap();
    let person = world.person(SINGLE);
    let number = person.national_number.clone().unwrap();
    assert_eq!((person.sex, number.sex()), (Some(Sex::Male), Sex::Male));
    assert_ne!(number.as_str(), SINGLE);
    assert_eq!(person.earlier_numbers[0].as_str(), SINGLE);
    assert_eq!(person.civil_id, civil_id);
    assert!(PersonRef::NationalNumber(number).is_of(person));
}

#[test]
fn a_change_back_gives_a_third_number() {
    let mut world = world();
    world.register(Kind::SexChange, with(json!({}))).unwrap();
    world.register(Kind::SexChange, with(json!({"doctors_paper": "ЭД-4"}))).unwrap();
    let person = world.person(SINGLE);
    assert_eq!(person.sex, Some(Sex::Female));
    assert_eq!(person.earlier_numbers.len(), 2);
    assert_ne!(person.national_number.as_ref().unwrap().as_str(), SINGLE);
}

#[test]
fn a_card_that_prints_the_old_words_ends() {
    let mut world = world();
    approved(&mut world, SINGLE);
    world.register(Kind::SexChange, with(json!({}))).unwrap();
    let ended = CardState::Revoked { reason: RevocationReason::DataChanged, on: world.today };
    assert_eq!(world.person(SINGLE).cards[0].state, ended);
}

#[test]
fn an_open_marriage_bars_it_or_is_asked_about_as_configured() {
    let mut world = world();
    let barred = refused(&mut world, json!({"person": FATHER}));
    assert!(matches!(barred, Refusal::MarriageBarsSexChange { .. }), "{barred}");
    world.law.sex_change_of_married = Strictness::Asks;
    let number = Question::SexChangeOfMarried.number().to_string();
    let asked = refused(&mut world, json!({"person": FATHER}));
    assert_eq!(asked, Refusal::QuestionsUnanswered { numbers: number });
    let answered = with(json!({"person": FATHER, "answers": ["1373: хоёулаа шүүхэд хандсан"]}));
    assert!(world.check(Kind::SexChange, answered).is_ok());
}

#[test]
fn it_takes_a_doctors_paper_and_the_office_of_residence() {
    let mut world = world();
    assert_eq!(refused(&mut world, json!({"doctors_paper": ""})), Refusal::DoctorsPaperMissing);
    world.officer = officer(2, "110153", &[Role::Registrar]);
    let unit = "110151".to_owned();
    assert_eq!(refused(&mut world, json!({})), Refusal::NotHomeOffice { unit });
}

#[test]
fn for_someone_under_age_the_representative_applies() {
    let mut world = world();
    world.import("УА15210122", "Анужин", "female", "2015-01-01", json!({}));
    let child = json!({"person": "УА15210122"});
    assert_eq!(refused(&mut world, child), Refusal::RepresentativeNeeded { age: 18 });
    let represented = with(json!({"person": "УА15210122", "representative": "ТГ-5"}));
    assert!(world.check(Kind::SexChange, represented).is_ok());
}

#[test]
fn someone_born_on_an_unknown_day_gets_no_number_before_the_day_is_known() {
    let mut world = world();
    world.import("УА90010102", "Сараа", "female", "1990", json!({}));
    assert_eq!(refused(&mut world, json!({"person": "УА90010102"})), Refusal::DateNotComplete);
}

#[test]
fn before_the_change_the_record_says_the_old_sex_and_number() {
    let mut world = world();
    world.today = parse_date("2026-06-01").unwrap();
    world.register(Kind::SexChange, with(json!({}))).unwrap();
    let parts = world.register.history(world.person(SINGLE).id);
    let seen = |on| {
        let moment = Moment { true_on: parse_date(on).ok(), known_on: None };
        moment.of(parts).unwrap()
    };
    let before = seen("2026-05-31");
    assert_eq!((before.sex, before.national_number.unwrap().as_str()), (Some(Sex::Female), SINGLE));
    assert_eq!(seen("2026-06-01").sex, Some(Sex::Male));
}

#[test]
fn an_annulled_change_brings_the_old_number_back_and_withdraws_the_new_one() {
    let mut world = world();
    world.register(Kind::SexChange, with(json!({}))).unwrap();
    let given = world.person(SINGLE).national_number.clone().unwrap();
    let annulment = json!({
        "entry": world.last_act(), "court": "Шүүх", "decision": "ШШ-12", "reason": "Өөр хүнийг бүртгэсэн",
    });
    let correction = json!({
        "entry": world.last_act(), "person": SINGLE, "field": "sex", "value": "female", "reason": "x", "evidence": "1",
    });
    let kind = Kind::SexChange.as_str();
    let no = world.check(Kind::Correction, correction).unwrap_err();
    assert_eq!(no.cause(), &Refusal::EntryNotAmendable { kind });
    world.register(Kind::Annulment, annulment).unwrap();
    let person = world.person(SINGLE);
    assert_eq!(person.national_number.as_ref().unwrap().as_str(), SINGLE);
    assert!(person.earlier_numbers.is_empty() && person.sex == Some(Sex::Female));
    assert_eq!(person.withdrawn_numbers, [given.to_string()]);
}
