use serde_json::{Value, json};

use crate::card::application::tests::approved;
use crate::card::{CardState, RevocationReason};
use crate::date::parse_date;
use crate::history::moment::Moment;
use crate::kind::Kind;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

const SINGLE: &str = "УА95010127";
const FOREIGNER: &str = "KAZ N1234567";

fn foreigner() -> Value {
    json!({
        "change": "acquired", "foreign_party": "person", "foreign_citizenship": "KAZ",
        "foreign_document": "N1234567", "foreign_given_name": "Ержан", "foreign_latin_name": "Serik Yerzhan",
        "foreign_born_on": "1990-05-06", "sex": "male", "unit": OFFICE, "address": "3-4", "decree_number": "12",
        "decided_on": "2026-04-20",
    })
}

fn change(person: &str, change: &str, decree: &str, day: &str) -> Value {
    json!({"change": change, "person": person, "decree_number": decree, "decided_on": day})
}

fn refused(world: &mut World, facts: Value) -> Refusal {
    world.check(Kind::Citizenship, facts).unwrap_err().cause().clone()
}

fn world() -> World {
    let mut world = World::new();
    world.import(SINGLE, "Номин", "female", "1995-01-01", json!({}));
    world
}

/// A foreign man who married in Mongolia.
fn with_a_foreign_husband() -> World {
    let mut world = world();
    let wedding = json!({
        "wife": SINGLE, "witness_1": FATHER, "witness_2": MOTHER, "foreign_party": "husband",
        "foreign_citizenship": "KAZ", "foreign_document": "N1234567", "foreign_given_name": "Ержан",
        "foreign_latin_name": "Serik Yerzhan", "foreign_born_on": "1990-05-06",
    });
    world.register(Kind::Marriage, wedding).unwrap();
    world
}

#[test]
fn a_foreigner_of_the_register_becomes_a_citizen_and_keeps_the_document() {
    let mut world = with_a_foreign_husband();
    let before = world.person(FOREIGNER).clone();
    let mut facts = change(FOREIGNER, "acquired", "12", "2026-04-20");
    assert_eq!(refused(&mut world, facts.clone()), Refusal::NewCitizensResidence);
    facts["unit"] = OFFICE.into();
    facts["address"] = "3-4".into();
    facts["clan_name"] = "Найман".into();
    world.register(Kind::Citizenship, facts.clone()).unwrap();
    let person = world.person(FOREIGNER);
    assert_eq!((person.id, &person.spouses), (before.id, &before.spouses));
    assert!(person.is_citizen() && person.civil_id.is_some());
    assert_eq!(person.national_number.as_ref().unwrap().birth_date().to_string(), "1990-05-06");
    assert_eq!(person.name.as_ref().unwrap().to_string(), "Найман Ержан");
    assert_eq!(refused(&mut world, facts), Refusal::CitizenAlready);
    approved(&mut world, FOREIGNER);
}

#[test]
fn someone_who_was_never_registered_enters_the_register_as_a_citizen() {
    let mut world = world();
    let mut without = foreigner();
    without["sex"] = Value::Null;
    assert_eq!(refused(&mut world, without), Refusal::ForeignDetailsMissing { field: "sex" });
    let mut unsure = foreigner();
    unsure["foreign_born_on"] = "1990".into();
    assert_eq!(refused(&mut world, unsure), Refusal::DateNotComplete);
    world.register(Kind::Citizenship, foreigner()).unwrap();
    let person = world.person(FOREIGNER);
    assert_eq!((person.sex, person.is_citizen()), (Some(Sex::Male), true));
    assert_eq!(person.national_number.as_ref().unwrap().sex(), Sex::Male);
}

#[test]
fn a_loss_ends_the_card_and_closes_nothing_else() {
    let mut world = world();
    approved(&mut world, MOTHER);
    let before = world.person(MOTHER).clone();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    let after = world.person(MOTHER);
    let ended = CardState::Revoked { reason: RevocationReason::CitizenshipLost, on: world.today };
    assert_eq!(after.cards[0].state, ended);
    assert_eq!((&after.national_number, &after.residence), (&before.national_number, &before.residence));
    assert_eq!((&after.spouses, after.civil_status), (&before.spouses, before.civil_status));
}

#[test]
fn a_former_citizen_gets_no_card_until_citizenship_is_restored() {
    let mut world = world();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    let act_number = world.last_act();
    let card = json!({
        "person": MOTHER, "latin_parent": "Dorj", "latin_given": "Sarnai", "latin_confirmed": true,
        "portrait_sha256": "ab".repeat(32),
    });
    let registrar = std::mem::replace(&mut world.officer, officer(2, OFFICE, &[Role::Approver]));
    let no = world.check(Kind::CardApplication, card).unwrap_err();
    world.officer = registrar;
    assert_eq!(no, Refusal::FormerCitizen { act_number: act_number.clone() }.in_field("person"));
    let mut acquired = change(MOTHER, "acquired", "8", "2026-04-21");
    acquired["unit"] = OFFICE.into();
    acquired["address"] = "1-1".into();
    assert_eq!(refused(&mut world, acquired), Refusal::FormerCitizen { act_number });
    world.register(Kind::Citizenship, change(MOTHER, "restored", "8", "2026-04-21")).unwrap();
    assert_eq!(world.person(MOTHER).national_number.as_ref().unwrap().as_str(), MOTHER);
    approved(&mut world, MOTHER);
}

#[test]
fn only_a_foreigner_acquires_and_only_a_former_citizen_gets_it_back() {
    let mut world = with_a_foreign_husband();
    let restored = change(FOREIGNER, "restored", "8", "2026-04-21");
    assert_eq!(refused(&mut world, restored), Refusal::NeverACitizen);
    let lost = change(FOREIGNER, "lost", "8", "2026-04-21");
    assert_eq!(refused(&mut world, lost), Refusal::ForeignCitizen);
    let again = change(MOTHER, "restored", "8", "2026-04-21");
    assert_eq!(refused(&mut world, again), Refusal::CitizenAlready);
}

#[test]
fn changes_of_citizenship_follow_each_other() {
    let mut world = world();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    let before = change(MOTHER, "restored", "8", "2026-04-19");
    assert_eq!(refused(&mut world, before), Refusal::CitizenshipOutOfOrder);
    let tomorrow = change(MOTHER, "restored", "8", "2026-05-02");
    assert_eq!(refused(&mut world, tomorrow), Refusal::DateInFuture);
}

#[test]
fn two_former_citizens_are_no_couple_for_this_register() {
    let mut world = with_a_foreign_husband();
    world.import("УА94010125", "Сараа", "female", "1994-01-01", json!({}));
    world.register(Kind::Citizenship, change("УА94010125", "lost", "7", "2026-04-20")).unwrap();
    let wedding = json!({
        "wife": "УА94010125", "witness_1": FATHER, "witness_2": MOTHER, "foreign_party": "husband",
        "foreign_citizenship": "CHN", "foreign_document": "E1234567", "foreign_given_name": "Ли",
        "foreign_latin_name": "Li Wei", "foreign_born_on": "1990-05-06",
    });
    assert_eq!(world.check(Kind::Marriage, wedding).unwrap_err(), Refusal::NoPartyIsCitizen);
}

#[test]
fn an_annulled_restoration_ends_the_card_given_since() {
    let mut world = world();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    world.register(Kind::Citizenship, change(MOTHER, "restored", "8", "2026-04-21")).unwrap();
    let restored = world.last_act();
    approved(&mut world, MOTHER);
    let annulment =
        json!({"entry": restored, "court": "Шүүх", "decision": "ШШ-1", "reason": "Зарлиг хүчингүй болсон"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert!(!world.person(MOTHER).is_citizen());
    assert!(matches!(world.person(MOTHER).cards[0].state, CardState::Revoked { .. }));
}

#[test]
fn citizenship_is_lost_from_the_day_of_the_decree() {
    let mut world = world();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    let parts = world.register.history(world.person(MOTHER).id);
    let was_citizen = |on| {
        let moment = Moment { true_on: parse_date(on).ok(), known_on: None };
        moment.of(parts).unwrap().is_citizen()
    };
    assert!(was_citizen("2026-04-19") && !was_citizen("2026-04-20"));
}

#[test]
fn the_day_of_the_decree_is_corrected() {
    let mut world = world();
    world.register(Kind::Citizenship, change(MOTHER, "lost", "7", "2026-04-20")).unwrap();
    let correction = json!({
        "entry": world.last_act(), "person": MOTHER, "field": "decided_on", "value": "2026-04-02", "reason": "Өдөр",
        "evidence": "7",
    });
    world.register(Kind::Correction, correction).unwrap();
    assert_eq!(world.person(MOTHER).citizenship.as_ref().unwrap().since.to_string(), "2026-04-02");
}
