use serde_json::{Value, json};

use crate::amendment::Certified;
use crate::card::application::tests::{approved, personalised};
use crate::card::{CardState, RevocationReason};
use crate::event::marriage::tests::{HUSBAND, WIFE, couple, marriage};
use crate::event::marriage_ended::tests::at_the_office;
use crate::id::CardId;
use crate::kind::Kind;
use crate::officer::Role;
use crate::person::{CivilStatus, Person};
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

fn annulment(entry: &str) -> Value {
    json!({
        "entry": entry, "court": "Баянзүрх дүүргийн шүүх", "decision": "ШШ-12", "reason": "Буруу хүн бүртгэсэн",
    })
}

fn death(person: &str) -> Value {
    json!({"person": person, "died_on": "2026-04-30", "paper_number": "М-1", "informant": "Хөрш"})
}

fn birth() -> Value {
    json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    })
}

fn entered(world: &mut World, kind: Kind, facts: Value) -> String {
    world.register(kind, facts).unwrap();
    world.last_act()
}

fn annul(world: &mut World, entry: &str) -> String {
    entered(world, Kind::Annulment, annulment(entry))
}

fn refused(world: &mut World, entry: &str) -> Refusal {
    world.check(Kind::Annulment, annulment(entry)).unwrap_err().cause().clone()
}

/// The record without its position in the ledger, because a position only ever grows.
fn record(world: &World, person: &str) -> Person {
    Person { last_seq: 0, ..world.person(person).clone() }
}

#[test]
fn one_declared_dead_returns_with_the_marriage_and_no_trace_of_the_death() {
    let mut world = World::new();
    let before = [record(&world, FATHER), record(&world, MOTHER)];
    let act = entered(&mut world, Kind::Death, death(FATHER));
    assert_eq!(world.person(MOTHER).civil_status, CivilStatus::Widowed);
    annul(&mut world, &act);
    assert_eq!([record(&world, FATHER), record(&world, MOTHER)], before);
}

#[test]
fn an_annulment_is_annulled_and_the_entry_stands_again() {
    let mut world = World::new();
    let act = entered(&mut world, Kind::Death, death(FATHER));
    let dead = [record(&world, FATHER), record(&world, MOTHER)];
    let annulled = annul(&mut world, &act);
    assert_eq!(refused(&mut world, &act), Refusal::EntryAnnulled);
    let again = annul(&mut world, &annulled);
    assert_eq!([record(&world, FATHER), record(&world, MOTHER)], dead);
    assert_eq!(refused(&mut world, &annulled), Refusal::EntryAnnulled);
    annul(&mut world, &again);
    assert!(world.person(FATHER).is_alive());
}

#[test]
fn an_annulled_marriage_leaves_both_single_without_a_trace() {
    let mut world = couple();
    let before = [record(&world, HUSBAND), record(&world, WIFE)];
    let act = entered(&mut world, Kind::Marriage, marriage());
    assert_eq!(world.person(WIFE).civil_status, CivilStatus::Married);
    annul(&mut world, &act);
    assert_eq!([record(&world, HUSBAND), record(&world, WIFE)], before);
    entered(&mut world, Kind::Marriage, marriage());
}

#[test]
fn a_marriage_that_was_ended_is_annulled_after_its_end_alone() {
    let mut world = couple();
    let act = entered(&mut world, Kind::Marriage, marriage());
    let mut divorce = at_the_office();
    divorce["person"] = json!(WIFE);
    let ended = entered(&mut world, Kind::MarriageEnded, divorce);
    assert_eq!(refused(&mut world, &act), Refusal::OthersRestOn { act_number: ended.clone() });
    annul(&mut world, &ended);
    annul(&mut world, &act);
    assert_eq!(world.person(HUSBAND).civil_status, CivilStatus::Single);
}

#[test]
fn a_foreign_party_of_an_annulled_marriage_may_come_again_with_the_same_document() {
    let mut world = couple();
    let foreign = json!({
        "wife": WIFE, "witness_1": FATHER, "witness_2": MOTHER, "foreign_party": "husband",
        "foreign_citizenship": "DEU", "foreign_document": "C01X00T47", "foreign_given_name": "Ханс",
        "foreign_parent_name": "Петер", "foreign_latin_name": "Hans Mustermann", "foreign_born_on": "1990",
    });
    let act = entered(&mut world, Kind::Marriage, foreign.clone());
    annul(&mut world, &act);
    entered(&mut world, Kind::Marriage, foreign);
    assert_eq!(world.person(WIFE).open_spouses().count(), 1);
}

#[test]
fn a_card_that_a_death_revoked_stays_revoked_when_the_death_is_annulled() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    let act = entered(&mut world, Kind::Death, death(FATHER));
    let state = world.person(FATHER).card(card).unwrap().state;
    assert!(matches!(state, CardState::Revoked { reason: RevocationReason::HolderDied, .. }));
    let annulled = annul(&mut world, &act);
    assert_eq!(world.person(FATHER).card(card).unwrap().state, state);
    annul(&mut world, &annulled);
    assert_eq!(world.person(FATHER).card(card).unwrap().state, state);
}

#[test]
fn an_annulled_birth_leaves_the_parents_without_the_child() {
    let mut world = World::new();
    let act = entered(&mut world, Kind::Birth, birth());
    annul(&mut world, &act);
    assert!(world.person(MOTHER).children.is_empty() && world.person(FATHER).children.is_empty());
}

#[test]
fn an_entry_that_a_later_one_rests_on_is_not_annulled() {
    let mut world = World::new();
    let child = world.register(Kind::Birth, birth()).unwrap()[0].person;
    let act = world.last_act();
    let died = entered(&mut world, Kind::Death, death(&child.to_string()));
    assert_eq!(refused(&mut world, &act), Refusal::OthersRestOn { act_number: died.clone() });
    annul(&mut world, &died);
    annul(&mut world, &act);
    let widowed = entered(&mut world, Kind::Death, death(FATHER));
    let died = entered(&mut world, Kind::Death, death(MOTHER));
    assert_eq!(refused(&mut world, &widowed), Refusal::OthersRestOn { act_number: died });
}

#[test]
fn what_is_no_entry_or_the_life_of_a_card_is_not_annulled() {
    let mut world = World::new();
    approved(&mut world, FATHER);
    let act = world.last_act();
    assert_eq!(refused(&mut world, &act), Refusal::EntryNotAmendable { kind: "card_application" });
    for nothing in ["110151-2026-0009999", "110151", "110151-2026-00000x1", "110151-2026-0000000"] {
        assert_eq!(refused(&mut world, nothing), Refusal::EntryNotFound, "{nothing}");
    }
}

fn correction(entry: &str, change: &str) -> Value {
    json!({"entry": entry, "person": FATHER, "changes": [change], "reason": "Бичгийн алдаа", "evidence": "Архив 12"})
}

/// The act of the import that every world begins with.
const FATHER_ACT: &str = "110151-2026-0000001";

fn given_name(world: &World, person: &str) -> String {
    world.person(person).name.as_ref().unwrap().given.to_string()
}

#[test]
fn of_two_corrections_of_one_part_the_later_is_undone_first() {
    let mut world = World::new();
    let before = record(&world, FATHER);
    let first = entered(&mut world, Kind::Correction, correction(FATHER_ACT, "given_name=Батаа"));
    let second = entered(&mut world, Kind::Correction, correction(FATHER_ACT, "address=2-2"));
    assert_eq!(refused(&mut world, &first), Refusal::OthersRestOn { act_number: second.clone() });
    let undone = annul(&mut world, &second);
    let gone = annul(&mut world, &first);
    assert_eq!(record(&world, FATHER), before);
    // The second entry repeats the words of the first, so it would bring them back.
    assert_eq!(refused(&mut world, &undone), Refusal::OthersRestOn { act_number: gone });
}

#[test]
fn a_name_taken_back_is_taken_back_in_later_acts_that_repeat_it() {
    let mut world = World::new();
    let corrected = entered(&mut world, Kind::Correction, correction(FATHER_ACT, "given_name=Батаа"));
    let change = json!({"person": FATHER, "clan_name": "Шарнууд", "governor_order": "А/1"});
    entered(&mut world, Kind::NameChange, change);
    let annulled = annul(&mut world, &corrected);
    assert_eq!(given_name(&world, FATHER), "Бат");
    annul(&mut world, &annulled);
    assert_eq!(given_name(&world, FATHER), "Батаа");
}

#[test]
fn a_child_who_kept_the_old_name_keeps_it_when_a_change_of_name_comes_back() {
    let mut world = World::new();
    let child = world.register(Kind::Birth, birth()).unwrap()[0].person;
    let change =
        json!({"person": FATHER, "given_name": "Батаа", "governor_order": "А/1", "children_follow": "none"});
    let change = entered(&mut world, Kind::NameChange, change);
    let annulled = annul(&mut world, &change);
    annul(&mut world, &annulled);
    assert_eq!(given_name(&world, FATHER), "Батаа");
    let name = world.register.get(child).unwrap().name.clone().unwrap();
    assert_eq!(name.parent.unwrap().to_string(), "Бат");
}

#[test]
fn a_change_of_name_comes_back_only_to_a_name_that_was_not_amended_since() {
    let mut world = World::new();
    let change = json!({"person": FATHER, "clan_name": "Шарнууд", "governor_order": "А/1"});
    let change = entered(&mut world, Kind::NameChange, change);
    let annulled = annul(&mut world, &change);
    let corrected = entered(&mut world, Kind::Correction, correction(FATHER_ACT, "given_name=Батаа"));
    assert_eq!(refused(&mut world, &annulled), Refusal::OthersRestOn { act_number: corrected });
}

#[test]
fn a_return_is_not_annulled_under_a_later_move() {
    let mut world = World::new();
    let mut death = death(FATHER);
    death["paper_kind"] = json!("court");
    entered(&mut world, Kind::Death, death);
    let back =
        json!({"person": FATHER, "court": "Шүүх", "decision_number": "10", "in_force_on": "2026-05-01"});
    let back = entered(&mut world, Kind::DeclaredAlive, back);
    let arrival = json!({
        "person": FATHER, "unit": OFFICE, "address": "2-2", "arrived_on": "2026-05-01", "address_proof": "1",
    });
    let moved = entered(&mut world, Kind::Residence, arrival);
    assert_eq!(refused(&mut world, &back), Refusal::ContradictsRecord);
    annul(&mut world, &moved);
    annul(&mut world, &back);
    assert!(!world.person(FATHER).is_alive());
}

#[test]
fn no_act_comes_back_to_somebody_whose_entry_into_the_register_was_annulled() {
    let mut world = World::new();
    world.import(HUSBAND, "Болд", "male", "1995-03-03", json!({}));
    let import = world.last_act();
    let died = entered(&mut world, Kind::Death, death(HUSBAND));
    let annulled = annul(&mut world, &died);
    let arrival = json!({
        "person": HUSBAND, "unit": OFFICE, "address": "2-2", "arrived_on": "2026-05-01", "address_proof": "1",
    });
    let moved = entered(&mut world, Kind::Residence, arrival);
    let stayed = annul(&mut world, &moved);
    let gone = annul(&mut world, &import);
    for annulled in [annulled, stayed] {
        assert_eq!(refused(&mut world, &annulled), Refusal::OthersRestOn { act_number: gone.clone() });
    }
}

#[test]
fn a_death_comes_back_only_beside_the_marriages_that_it_ended() {
    let mut world = couple();
    let wedding = entered(&mut world, Kind::Marriage, marriage());
    let mut late = death(HUSBAND);
    late["died_on"] = json!("2026-05-01");
    let died = entered(&mut world, Kind::Death, late);
    let undone = annul(&mut world, &died);
    let unmarried = annul(&mut world, &wedding);
    assert_eq!(refused(&mut world, &undone), Refusal::OthersRestOn { act_number: unmarried.clone() });
    annul(&mut world, &unmarried);
    assert_eq!(world.person(WIFE).civil_status, CivilStatus::Married);
}

#[test]
fn of_two_fathers_whose_parentage_was_annulled_one_comes_back() {
    let mut world = couple();
    let mut facts = birth();
    facts["father"] = json!(null);
    let child = world.register(Kind::Birth, facts).unwrap()[0].person.to_string();
    let father = |parent: &str| {
        json!({
            "child": child, "parent": parent, "parent_kind": "father", "court": "Шүүх", "decision_number": "1",
            "in_force_on": "2026-05-01",
        })
    };
    let first = entered(&mut world, Kind::Parentage, father(FATHER));
    let without_first = annul(&mut world, &first);
    let second = entered(&mut world, Kind::Parentage, father(HUSBAND));
    let without_second = annul(&mut world, &second);
    let back = annul(&mut world, &without_first);
    assert_eq!(refused(&mut world, &without_second), Refusal::OthersRestOn { act_number: back });
}

#[test]
fn an_entry_into_the_register_that_came_back_does_not_go_again_under_a_later_move() {
    let mut world = World::new();
    world.import(HUSBAND, "Болд", "male", "1995-03-03", json!({}));
    let import = world.last_act();
    let gone = annul(&mut world, &import);
    let back = annul(&mut world, &gone);
    let arrival = json!({
        "person": HUSBAND, "unit": OFFICE, "address": "2-2", "arrived_on": "2026-05-01", "address_proof": "1",
    });
    let moved = entered(&mut world, Kind::Residence, arrival);
    assert_eq!(refused(&mut world, &back), Refusal::OthersRestOn { act_number: moved });
}

/// The father's card, and the act numbers of the two entries which say that it was written and taken into
/// use.
fn card_in_use(world: &mut World) -> (CardId, [String; 2]) {
    let card = approved(world, FATHER);
    let registrar = std::mem::replace(&mut world.officer, officer(5, OFFICE, &[Role::CardOfficer]));
    let written = entered(world, Kind::CardPersonalised, personalised(card));
    let activated = entered(world, Kind::CardActivated, of_card(card));
    world.officer = registrar;
    (card, [written, activated])
}

fn of_card(card: CardId) -> Value {
    json!({"person": FATHER, "card": card.to_string()})
}

#[test]
fn the_writing_of_a_card_is_annulled_only_if_its_certificates_were_made_by_nobody() {
    let mut world = World::new();
    let (card, [written, activated]) = card_in_use(&mut world);
    for certified in [Certified::NotKnown, Certified::ByUs] {
        world.certified = certified;
        let kind = "card_personalised";
        assert_eq!(refused(&mut world, &written), Refusal::EntryNotAmendable { kind }, "{certified:?}");
    }
    world.certified = Certified::ByNobody;
    assert_eq!(refused(&mut world, &written), Refusal::OthersRestOn { act_number: activated.clone() });
    annul(&mut world, &activated);
    assert_eq!(world.person(FATHER).card(card).unwrap().state, CardState::Personalised);
    annul(&mut world, &written);
    let record = world.person(FATHER).card(card).unwrap();
    assert_eq!((record.state, record.certificates.len()), (CardState::Approved, 0));
    // This time the card is written and taken into use.
    card_officer_enters(&mut world, Kind::CardPersonalised, personalised(card));
    card_officer_enters(&mut world, Kind::CardActivated, of_card(card));
    assert_eq!(world.person(FATHER).card(card).unwrap().state, CardState::Active);
}

fn card_officer_enters(world: &mut World, kind: Kind, facts: Value) {
    let registrar = std::mem::replace(&mut world.officer, officer(5, OFFICE, &[Role::CardOfficer]));
    world.register(kind, facts).unwrap();
    world.officer = registrar;
}

#[test]
fn an_activation_is_annulled_unless_the_card_was_suspended_since() {
    let mut world = World::new();
    let (card, [_, activated]) = card_in_use(&mut world);
    let mut suspended = of_card(card);
    suspended["step"] = json!("begins");
    card_officer_enters(&mut world, Kind::CardSuspension, suspended);
    let act_number = world.last_act();
    assert_eq!(refused(&mut world, &activated), Refusal::OthersRestOn { act_number });
}

#[test]
fn a_revoked_card_stays_revoked_when_what_came_before_is_annulled() {
    let mut world = World::new();
    world.certified = Certified::ByNobody;
    let (card, [written, activated]) = card_in_use(&mut world);
    let mut lost = of_card(card);
    lost["reason"] = json!("lost");
    card_officer_enters(&mut world, Kind::CardRevoked, lost);
    let state = world.person(FATHER).card(card).unwrap().state;
    annul(&mut world, &written);
    assert!(world.person(FATHER).card(card).unwrap().certificates.is_empty());
    annul(&mut world, &activated);
    assert_eq!(world.person(FATHER).card(card).unwrap().state, state);
    let kind = "card_revoked";
    let revocation = world.entries.iter().rev().find(|entry| entry.header.kind == Kind::CardRevoked);
    let revocation = revocation.unwrap().header.act_number.clone().unwrap();
    assert_eq!(refused(&mut world, &revocation), Refusal::EntryNotAmendable { kind });
}
