use serde_json::{Value, json};

use crate::amendment::{Consequence, Consequences};
use crate::card::application::tests::approved;
use crate::card::{CardState, RevocationReason};
use crate::date::{PartialDate, parse_date};
use crate::entry::Part;
use crate::event::marriage::tests::{HUSBAND, WIFE, couple, marriage};
use crate::id::PersonId;
use crate::kind::Kind;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World, officer};

/// The acts of the imports that every world begins with.
const FATHER_ACT: &str = "110151-2026-0000001";
const MOTHER_ACT: &str = "110151-2026-0000002";

fn correction(entry: &str, person: &str, changes: &[&str]) -> Value {
    json!({
        "entry": entry, "person": person, "changes": changes, "reason": "Бичгийн алдаа", "evidence": "Архив 12",
    })
}

fn correct(world: &mut World, entry: &str, person: &str, changes: &[&str]) -> Vec<Part> {
    world.register(Kind::Correction, correction(entry, person, changes)).unwrap()
}

fn refused(world: &mut World, entry: &str, person: &str, change: &str) -> Refusal {
    world.check(Kind::Correction, correction(entry, person, &[change])).unwrap_err().cause().clone()
}

fn born(world: &mut World) -> (PersonId, String) {
    let birth = json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    });
    let child = world.register(Kind::Birth, birth).unwrap()[0].person;
    (child, world.last_act())
}

fn parent_name(world: &World, child: PersonId) -> String {
    world.register.get(child).unwrap().name.as_ref().unwrap().parent.as_ref().unwrap().to_string()
}

#[test]
fn a_parents_corrected_name_is_the_childrens_too_and_comes_back_with_the_annulment() {
    let mut world = World::new();
    let (child, _) = born(&mut world);
    assert_eq!(parent_name(&world, child), "Бат");
    let parts = correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
    assert_eq!(parts.len(), 2);
    assert_eq!(parent_name(&world, child), "Батаа");
    let act = world.last_act();
    correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батболд"]);
    assert_eq!(parent_name(&world, child), "Батболд");
    let annulment = |act: &str| json!({"entry": act, "court": "Шүүх", "decision": "1", "reason": "Алдаа"});
    let last = world.last_act();
    world.register(Kind::Annulment, annulment(&last)).unwrap();
    assert_eq!(parent_name(&world, child), "Батаа");
    world.register(Kind::Annulment, annulment(&act)).unwrap();
    assert_eq!(parent_name(&world, child), "Бат");
}

#[test]
fn a_child_born_under_a_corrected_name_follows_when_the_correction_is_annulled() {
    let mut world = World::new();
    correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
    let act = world.last_act();
    let (child, _) = born(&mut world);
    assert_eq!(parent_name(&world, child), "Батаа");
    let annulment = |act: &str| json!({"entry": act, "court": "Шүүх", "decision": "1", "reason": "Алдаа"});
    world.register(Kind::Annulment, annulment(&act)).unwrap();
    assert_eq!(parent_name(&world, child), "Бат");
    let act = world.last_act();
    world.register(Kind::Annulment, annulment(&act)).unwrap();
    assert_eq!(parent_name(&world, child), "Батаа");
}

#[test]
fn a_child_who_carries_another_name_keeps_it() {
    let mut world = World::new();
    let (child, _) = born(&mut world);
    correct(&mut world, MOTHER_ACT, MOTHER, &["given_name=Саруул"]);
    assert_eq!(parent_name(&world, child), "Бат");
}

#[test]
fn the_day_of_a_death_is_corrected_for_the_widow_too() {
    let mut world = World::new();
    let death =
        json!({"person": FATHER, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Хөрш"});
    world.register(Kind::Death, death).unwrap();
    let act = world.last_act();
    correct(&mut world, &act, FATHER, &["died_on=2026-04-28"]);
    let day = PartialDate::parse("2026-04-28").unwrap();
    assert_eq!(world.person(FATHER).died_on(), Some(day));
    assert_eq!(world.person(MOTHER).spouses[0].ended_on, Some(day));
}

#[test]
fn the_day_of_a_marriage_is_corrected_for_both() {
    let mut world = couple();
    world.register(Kind::Marriage, marriage()).unwrap();
    let act = world.last_act();
    let parts = correct(&mut world, &act, WIFE, &["married_on=2026-04-28"]);
    assert_eq!(parts.len(), 2);
    let day = parse_date("2026-04-28").unwrap();
    for number in [HUSBAND, WIFE] {
        assert_eq!(world.person(number).spouses[0].began_on, Some(day));
    }
}

#[test]
fn several_fields_are_corrected_at_once_and_the_earlier_act_is_kept() {
    let mut world = World::new();
    let (child, act) = born(&mut world);
    let id = child.to_string();
    correct(&mut world, &act, &id, &["born_on=2026-04-19", "sex=male", "given_name=Ану"]);
    let person = world.register.get(child).unwrap();
    assert_eq!(person.born_on, Some(PartialDate::Full(parse_date("2026-04-19").unwrap())));
    assert_eq!(person.name.as_ref().unwrap().given.as_str(), "Ану");
    let acts: Vec<Kind> = person.acts.iter().map(|act| act.kind).collect();
    assert_eq!(acts, [Kind::Birth, Kind::Correction]);
}

#[test]
fn a_card_that_prints_the_wrong_words_is_revoked_for_ever() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    correct(&mut world, FATHER_ACT, FATHER, &["address=2-2"]);
    assert_eq!(world.person(FATHER).card(card).unwrap().state, CardState::Approved);
    correct(&mut world, FATHER_ACT, FATHER, &["born_on=1988-02-03"]);
    let revoked = CardState::Revoked { reason: RevocationReason::DataChanged, on: world.today };
    assert_eq!(world.person(FATHER).card(card).unwrap().state, revoked);
    let annulment = json!({"entry": world.last_act(), "court": "Шүүх", "decision": "1", "reason": "Алдаа"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert_eq!(world.person(FATHER).card(card).unwrap().state, revoked);
}

#[test]
fn the_consequences_are_said_in_words_before_anyone_signs() {
    let mut world = World::new();
    born(&mut world);
    approved(&mut world, FATHER);
    let before: Vec<Person> = world.register.people().cloned().collect();
    let parts = correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
    let header = world.entries.last().unwrap().header.clone();
    let consequences = Consequences::of(&header, &parts, &before, &world.register.clone().into_people());
    assert!(matches!(
        consequences.iter().collect::<Vec<_>>().as_slice(),
        [
            Consequence::ExtractSuperseded { .. },
            Consequence::RecordChanges { .. },
            Consequence::CardRevoked { .. },
            Consequence::ExtractSuperseded { .. },
            Consequence::CopyFollows { .. },
        ]
    ));
    for told in consequences.told() {
        assert!(told.mn.ends_with('.') && told.en.ends_with('.'), "{told:?}");
    }
}

#[test]
fn of_a_sealed_record_no_consequence_is_said() {
    let mut world = World::new();
    let (child, _) = born(&mut world);
    let registrar = world.officer.clone();
    world.officer = officer(1, "11", &[crate::officer::Role::Administrator]);
    let sealing = json!({"person": child.to_string(), "sealed": true, "decision_number": "1"});
    world.register(Kind::Sealing, sealing).unwrap();
    world.officer = registrar;
    let before: Vec<Person> = world.register.people().cloned().collect();
    let parts = correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
    assert_eq!(parent_name(&world, child), "Батаа");
    let header = world.entries.last().unwrap().header.clone();
    let consequences = Consequences::of(&header, &parts, &before, &world.register.clone().into_people());
    assert_eq!(consequences.iter().count(), 2, "{consequences:?}");
}

#[test]
fn what_cannot_be_corrected_is_refused() {
    let mut world = World::new();
    let (child, act) = born(&mut world);
    let id = child.to_string();
    for (entry, person, change, refusal) in [
        (FATHER_ACT, FATHER, "given_name=Бат", Refusal::NothingChanges),
        (FATHER_ACT, FATHER, "died_on=2026-01-01", Refusal::FieldNotInEntry { field: "died_on" }),
        (FATHER_ACT, id.as_str(), "given_name=Бат", Refusal::EntryNotOfPerson),
        (&act, FATHER, "given_name=Батаа", Refusal::FieldNotInEntry { field: "given_name" }),
        (&act, id.as_str(), "born_on=2026-05-02", Refusal::ContradictsRecord),
        (&act, id.as_str(), "born_on=2026", Refusal::InvalidDate),
        (FATHER_ACT, FATHER, "born_on=2020-01-01", Refusal::ContradictsRecord),
        (FATHER_ACT, FATHER, "sex=female", Refusal::ContradictsRecord),
        ("110151-2026-0000077", FATHER, "sex=female", Refusal::EntryNotFound),
    ] {
        assert_eq!(refused(&mut world, entry, person, change), refusal, "{change}");
    }
    correct(&mut world, &act, &id, &["given_name=Ану"]);
    let amending = world.last_act();
    assert_eq!(refused(&mut world, &amending, &id, "given_name=Анар"), Refusal::AmendmentNotCorrected);
}

#[test]
fn another_office_sends_the_declarant_home_unless_configured() {
    let mut world = World::new();
    world.officer = officer(1, "110153", &[crate::officer::Role::Registrar]);
    assert_eq!(refused(&mut world, FATHER_ACT, FATHER, "given_name=Батаа"), Refusal::NotOfficeOfEntry);
    world.law.correction_at_home = false;
    correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
}

#[test]
fn a_correction_falls_with_the_entry_that_it_corrects() {
    let mut world = World::new();
    let (child, act) = born(&mut world);
    correct(&mut world, &act, &child.to_string(), &["given_name=Ану"]);
    let annulment = json!({"entry": act, "court": "Шүүх", "decision": "1", "reason": "Алдаа"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert!(world.register.get(child).unwrap().is_void());
    let annulment = json!({"entry": world.last_act(), "court": "Шүүх", "decision": "2", "reason": "Алдаа"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert_eq!(world.register.get(child).unwrap().name.as_ref().unwrap().given.as_str(), "Ану");
}

#[test]
fn a_corrected_word_of_a_name_is_corrected_in_later_acts_that_repeat_it() {
    let mut world = World::new();
    let change = json!({"person": FATHER, "clan_name": "Шарнууд", "governor_order": "А/1"});
    world.register(Kind::NameChange, change).unwrap();
    let act = world.last_act();
    assert_eq!(
        refused(&mut world, &act, FATHER, "given_name=Батаа"),
        Refusal::FieldNotInEntry { field: "given_name" },
        "it is corrected where it was first said"
    );
    let name = |world: &World| {
        let name = world.person(FATHER).name.clone().unwrap();
        (name.clan.unwrap().to_string(), name.given.to_string())
    };
    correct(&mut world, FATHER_ACT, FATHER, &["given_name=Батаа"]);
    assert_eq!(name(&world), ("Шарнууд".to_owned(), "Батаа".to_owned()));
    correct(&mut world, FATHER_ACT, FATHER, &["clan_name=Хатагин"]);
    assert_eq!(name(&world).0, "Шарнууд", "the later act says another clan name");
}

#[test]
fn a_day_is_not_corrected_to_where_it_cannot_be() {
    let mut world = couple();
    world.register(Kind::Marriage, marriage()).unwrap();
    let wedding = world.last_act();
    let divorce = json!({
        "person": WIFE, "way": "court", "court": "Шүүх", "decision_number": "1", "in_force_on": "2026-05-01",
    });
    world.register(Kind::MarriageEnded, divorce).unwrap();
    let end = world.last_act();
    let arrival = json!({
        "person": WIFE, "unit": crate::testing::OFFICE, "address": "2-2", "arrived_on": "2026-04-25", "address_proof": "1",
    });
    world.register(Kind::Residence, arrival).unwrap();
    let moved = world.last_act();
    for (act, change) in [
        (&wedding, "married_on=2026-05-02"),
        (&wedding, "married_on=2014-04-03"),
        (&end, "ended_on=2026-04-30"),
        (&end, "ended_on=2026-05-02"),
        (&moved, "arrived_on=2026-05-02"),
    ] {
        assert_eq!(refused(&mut world, act, WIFE, change), Refusal::ContradictsRecord, "{change}");
    }
    correct(&mut world, &wedding, WIFE, &["married_on=2026-04-29"]);
    correct(&mut world, &end, WIFE, &["ended_on=2026-04-30"]);
}
