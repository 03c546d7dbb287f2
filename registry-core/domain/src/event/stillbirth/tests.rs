use serde_json::{Value, json};

use crate::entry::{PartBody, PartRole};
use crate::event::stillbirth::Body;
use crate::kind::Kind;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World};

fn with(changes: Value) -> Value {
    let mut facts = json!({
        "mother": MOTHER, "happened_on": "2026-04-28", "weeks": 31, "sex": "female", "medical_certificate": "АТ-4",
        "place": "1101",
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(changes: Value) -> Refusal {
    World::new().check(Kind::Stillbirth, with(changes)).unwrap_err().cause().clone()
}

/// A record without the position of its last entry, so that only its words are compared.
fn words(person: &Person) -> Person {
    Person { last_seq: 0, ..person.clone() }
}

#[test]
fn a_stillbirth_is_counted_and_no_record_shows_it() {
    let mut world = World::new();
    let before: Vec<Person> = world.register.people().map(words).collect();
    let parts = world.register(Kind::Stillbirth, with(json!({}))).unwrap();
    let after: Vec<Person> = world.register.people().map(words).collect();
    assert_eq!(before, after, "nobody new, no act, no child");
    assert_eq!(parts.len(), 1);
    assert_eq!((parts[0].person, parts[0].role), (world.person(MOTHER).id, PartRole::Stillbirth));
    let PartBody::Stillbirth(Body::Counted { weeks, mothers_unit, .. }) = &parts[0].body else { panic!() };
    assert_eq!((*weeks, mothers_unit.as_ref().unwrap().as_str()), (31, OFFICE));
    let counted = world.entries.iter().filter(|entry| entry.header.kind == Kind::Stillbirth).count();
    assert_eq!(counted, 1);
}

#[test]
fn the_same_stillbirth_has_the_same_claim_and_a_twin_another() {
    let mut world = World::new();
    let first = world.claims(Kind::Stillbirth, with(json!({})));
    assert_eq!(first, world.claims(Kind::Stillbirth, with(json!({"weeks": 32}))));
    let twin = json!({"plurality": 2, "order": 2});
    assert_ne!(first, world.claims(Kind::Stillbirth, with(twin)));
}

#[test]
fn it_takes_weeks_and_a_medical_paper() {
    for weeks in [json!(21), json!(46), json!(null)] {
        assert_eq!(refused(json!({"weeks": weeks})), Refusal::StillbirthWeeks { least: 22, most: 45 });
    }
    assert_eq!(refused(json!({"medical_certificate": ""})), Refusal::StillbirthPaperMissing);
    assert_eq!(refused(json!({"order": 2})), Refusal::OrderBeyondPlurality);
    assert_eq!(refused(json!({"happened_on": "2026-05-02"})), Refusal::DateInFuture);
    assert_eq!(refused(json!({"mother": FATHER})), Refusal::ParentSexMismatch);
}

#[test]
fn a_mother_who_died_at_the_birth_is_named_and_one_dead_before_is_not() {
    let mut world = World::new();
    let death =
        json!({"person": MOTHER, "died_on": "2026-04-28", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    assert!(world.check(Kind::Stillbirth, with(json!({}))).is_ok());
    let later = with(json!({"happened_on": "2026-04-29"}));
    let no = world.check(Kind::Stillbirth, later).unwrap_err();
    assert_eq!(no.cause(), &Refusal::MotherDeadBeforeBirth);
}

#[test]
fn a_wrong_notification_is_annulled_and_not_corrected() {
    let mut world = World::new();
    world.register(Kind::Stillbirth, with(json!({}))).unwrap();
    let entry = world.last_act();
    let correction = json!({
        "entry": entry, "person": MOTHER, "field": "sex", "value": "male", "reason": "x", "evidence": "1",
    });
    let kind = Kind::Stillbirth.as_str();
    let no = world.check(Kind::Correction, correction).unwrap_err();
    assert_eq!(no.cause(), &Refusal::EntryNotAmendable { kind });
    let before = words(world.person(MOTHER));
    let annulment = json!({"entry": entry, "court": "ЭМГ", "decision": "Ш-1", "reason": "Давхардсан"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert_eq!(words(world.person(MOTHER)), before);
}
