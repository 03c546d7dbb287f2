use serde_json::{Value, json};

use crate::amendment::{Consequence, Consequences};
use crate::card::CardState;
use crate::card::application::tests::approved;
use crate::history::moment::Moment;
use crate::id::PersonId;
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::person::{CivilStatus, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::register::Register;
use crate::sweep::breaches;
use crate::testing::{FATHER, MOTHER, World};

/// The mother's second record, which has a child and a mother of its own; and that child and mother.
const AGAIN: &str = "УА90010143";
const CHILD: &str = "УА15210101";
const GRANDMOTHER: &str = "УА60010105";
const OTHER_MAN: &str = "УА85030317";
const OTHER_WOMAN: &str = "УА80010128";

fn merge(survivor: &str, merged: &str) -> Value {
    json!({
        "survivor": survivor, "merged": merged, "authority": "Улсын бүртгэлийн ерөнхий газар",
        "decision": "Д-7", "reason": "Хуучин бүртгэлд хоёр удаа орсон",
    })
}

fn annulment(entry: &str) -> Value {
    json!({"entry": entry, "court": "Шүүх", "decision": "ШШ-12", "reason": "Хоёр өөр хүн байсан"})
}

/// A world in which the mother is twice in the register: one record is married, the other has a mother and a
/// child.
fn twice() -> World {
    let mut world = World::new();
    world.import(GRANDMOTHER, "Дулам", "female", "1960-01-01", json!({}));
    world.import(AGAIN, "Сарнай", "female", "1990-01-01", json!({"mother_number": GRANDMOTHER}));
    world.import(CHILD, "Нараа", "female", "2015-01-01", json!({"mother_number": AGAIN}));
    world.import(OTHER_MAN, "Ганбат", "male", "1985-03-03", json!({}));
    world
}

fn entered(world: &mut World, kind: Kind, facts: Value) -> String {
    world.register(kind, facts).unwrap();
    world.last_act()
}

fn joined(world: &mut World) -> String {
    entered(world, Kind::Merge, merge(MOTHER, AGAIN))
}

fn undo(world: &mut World, act: &str) -> String {
    entered(world, Kind::Annulment, annulment(act))
}

fn refused(world: &mut World, kind: Kind, facts: Value) -> Refusal {
    world.check(kind, facts).unwrap_err().cause().clone()
}

fn id(world: &World, number: &str) -> PersonId {
    world.person(number).id
}

/// Everyone's record without its position in the ledger, because a position only ever grows.
fn people(world: &World) -> Vec<Person> {
    world.register.people().map(|person| Person { last_seq: 0, ..person.clone() }).collect()
}

/// Requires that the register folded from the ledger at once is the one that grew, and that no record breaks
/// a rule.
fn require_sound(world: &World) {
    assert_eq!(
        Register::fold(world.entries.iter().cloned()).into_people(),
        world.register.clone().into_people()
    );
    let people: Vec<&Person> = world.register.people().collect();
    let law = LawConfig::default();
    for person in &people {
        let found = breaches(person, &law, &|id| people.iter().find(|other| other.id == id).copied());
        assert_eq!(found, [], "{:?}", person.national_number);
    }
    let mut claimed: Vec<String> = people.iter().flat_map(|person| person.claimed()).collect();
    let all = claimed.len();
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), all, "a number finds one person");
}

#[test]
fn every_number_of_both_finds_the_record_that_stays() {
    let mut world = twice();
    let (stays, goes) = (id(&world, MOTHER), id(&world, AGAIN));
    let civil_ids = [MOTHER, AGAIN].map(|number| world.person(number).civil_id.clone().unwrap().to_string());
    joined(&mut world);
    for name in [MOTHER, AGAIN, &civil_ids[0], &civil_ids[1], &goes.to_string()] {
        let reference = PersonRef::parse(name).unwrap();
        let found: Vec<_> = world.register.people().filter(|person| reference.is_of(person)).collect();
        assert_eq!(found.iter().map(|person| person.id).collect::<Vec<_>>(), [stays], "{name}");
    }
    let survivor = world.person(MOTHER);
    assert_eq!(survivor.national_number.as_ref().unwrap().as_str(), MOTHER);
    let earlier: Vec<_> = survivor.earlier_numbers.iter().map(|number| number.as_str()).collect();
    assert_eq!(earlier, [AGAIN]);
    let merged = world.register.get(goes).unwrap();
    assert_eq!((merged.merged_into, merged.is_hidden(), merged.claimed().len()), (Some(stays), true, 0));
    require_sound(&world);
}

#[test]
fn the_ties_of_relatives_lead_to_the_record_that_stays() {
    let mut world = twice();
    let stays = id(&world, MOTHER);
    joined(&mut world);
    assert_eq!(world.person(CHILD).parents[0].person, stays);
    assert_eq!(world.person(GRANDMOTHER).children[0].person, stays);
    let survivor = world.person(MOTHER);
    assert_eq!(survivor.parents[0].person, id(&world, GRANDMOTHER));
    assert_eq!(survivor.children[0].person, id(&world, CHILD));
    assert_eq!(survivor.civil_status, CivilStatus::Married);
    assert_eq!(survivor.acts.len(), 3, "both imports and the merge");
}

#[test]
fn one_child_registered_for_both_records_is_one_child_of_one_parent() {
    let mut world = twice();
    let twice_too = "УА15210119";
    world.import(twice_too, "Нараа", "female", "2015-01-01", json!({"mother_number": MOTHER}));
    let children = merge(twice_too, CHILD);
    assert_eq!(refused(&mut world, Kind::Merge, children.clone()), Refusal::MergeParentsDiffer);
    let before = people(&world);
    let mothers = joined(&mut world);
    assert_eq!(world.person(MOTHER).children.len(), 2);
    let children = entered(&mut world, Kind::Merge, children);
    assert_eq!(world.person(MOTHER).children.len(), 1);
    assert_eq!(world.person(CHILD).parents.len(), 1);
    require_sound(&world);
    let rests = Refusal::OthersRestOn { act_number: children.clone() };
    assert_eq!(refused(&mut world, Kind::Annulment, annulment(&mothers)), rests);
    undo(&mut world, &children);
    undo(&mut world, &mothers);
    assert_eq!(people(&world), before);
}

#[test]
fn an_undone_merge_leaves_no_trace_in_the_record() {
    let mut world = twice();
    let before = people(&world);
    let act = joined(&mut world);
    assert_ne!(people(&world), before);
    undo(&mut world, &act);
    assert_eq!(people(&world), before);
    require_sound(&world);
}

#[test]
fn what_was_registered_since_stays_where_it_was_registered() {
    let mut world = twice();
    let (stays, goes) = (id(&world, MOTHER), id(&world, AGAIN));
    let merged = world.register.get(goes).cloned().map(|person| Person { last_seq: 0, ..person });
    let act = joined(&mut world);
    let moved = json!({"person": AGAIN, "unit": "110151", "address": "7-7", "address_proof": "1", "arrived_on": "2026-05-01"});
    let moved = world.register(Kind::Residence, moved).unwrap();
    assert_eq!(moved[0].person, stays, "whoever is named by the old number is the survivor");
    let birth = json!({
        "mother": AGAIN, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    });
    entered(&mut world, Kind::Birth, birth);
    undo(&mut world, &act);
    assert_eq!(world.register.get(goes).cloned().map(|person| Person { last_seq: 0, ..person }), merged);
    let survivor = world.register.get(stays).unwrap();
    assert_eq!(survivor.residence.as_ref().unwrap().address, "7-7");
    assert_eq!(survivor.children.len(), 1);
    require_sound(&world);
}

#[test]
fn what_used_the_merge_is_named_before_it_is_undone() {
    let mut world = twice();
    let act = entered(&mut world, Kind::Merge, merge(AGAIN, MOTHER));
    let divorce = json!({
        "person": AGAIN, "way": "court", "court": "Шүүх", "decision_number": "1", "in_force_on": "2026-04-30",
    });
    let ended = entered(&mut world, Kind::MarriageEnded, divorce);
    assert_eq!(world.person(FATHER).civil_status, CivilStatus::Divorced);
    let no = refused(&mut world, Kind::Annulment, annulment(&act));
    assert_eq!(no, Refusal::OthersRestOn { act_number: ended.clone() });
    undo(&mut world, &ended);
    undo(&mut world, &act);
    assert_eq!(world.person(FATHER).open_spouses().next().unwrap().person, id(&world, MOTHER));
    require_sound(&world);
}

#[test]
fn what_cannot_be_one_person_is_not_merged() {
    let mut world = twice();
    let mut no = |survivor, merged| refused(&mut world, Kind::Merge, merge(survivor, merged));
    assert_eq!(no(MOTHER, MOTHER), Refusal::MergeWithItself);
    assert_eq!(no(MOTHER, OTHER_MAN), Refusal::MergeSexDiffers);
    assert_eq!(no(MOTHER, FATHER), Refusal::MergeOfRelatives);
    assert_eq!(no(CHILD, AGAIN), Refusal::MergeOfRelatives);
    let once = "УА90010151";
    world.import(once, "Сарнай", "female", "1990-01-01", json!({"mother_number": MOTHER}));
    assert_eq!(refused(&mut world, Kind::Merge, merge(once, AGAIN)), Refusal::MergeParentsDiffer);
    let wed = "УА90010169";
    world.import(wed, "Сарнай", "female", "1990-01-01", json!({"spouse_number": OTHER_MAN}));
    assert_eq!(refused(&mut world, Kind::Merge, merge(MOTHER, wed)), Refusal::MergeMarriagesContradict);
}

#[test]
fn a_dead_and_a_living_record_are_merged_only_where_they_agree() {
    let mut world = twice();
    let death =
        |person, on| json!({"person": person, "died_on": on, "paper_number": "М-1", "informant": "Х"});
    entered(&mut world, Kind::Death, death(AGAIN, "2026-04-28"));
    assert_eq!(refused(&mut world, Kind::Merge, merge(MOTHER, AGAIN)), Refusal::MergeLivesContradict);
    // The living record is married: a merge into the dead record would not widow the husband.
    assert_eq!(refused(&mut world, Kind::Merge, merge(AGAIN, MOTHER)), Refusal::MergeLivesContradict);
    let other_day = entered(&mut world, Kind::Death, death(MOTHER, "2026-04-29"));
    assert_eq!(refused(&mut world, Kind::Merge, merge(MOTHER, AGAIN)), Refusal::MergeLivesContradict);
    undo(&mut world, &other_day);
    entered(&mut world, Kind::Death, death(MOTHER, "2026-04-28"));
    joined(&mut world);
    assert_eq!(world.person(FATHER).civil_status, CivilStatus::Widowed);
    require_sound(&world);
}

#[test]
fn what_only_looks_unlike_is_asked() {
    let mut world = twice();
    let unlike = "УА90010250";
    world.import(unlike, "Сарантуяа", "female", "1990-01-02", json!({}));
    let mut facts = merge(MOTHER, unlike);
    let open = Refusal::QuestionsUnanswered { numbers: "1490, 1491".to_owned() };
    assert_eq!(refused(&mut world, Kind::Merge, facts.clone()), open);
    facts["answers"] = json!(["1490: хурууны хээгээр", "1491: хурууны хээгээр"]);
    entered(&mut world, Kind::Merge, facts);
    let survivor = world.person(MOTHER);
    assert_eq!(survivor.name.as_ref().unwrap().given.as_str(), "Сарнай");
    assert_eq!(survivor.earlier_names.len(), 1, "the other name is kept as one borne before");
    require_sound(&world);
}

#[test]
fn a_sealed_record_is_not_merged_and_answers_as_if_unknown() {
    let mut world = twice();
    let registrar = world.officer.clone();
    world.officer = crate::testing::officer(1, "11", &[crate::officer::Role::Administrator]);
    entered(&mut world, Kind::Sealing, json!({"person": AGAIN, "sealed": true, "decision_number": "1"}));
    world.officer = registrar;
    let unknown = world.check(Kind::Merge, merge(MOTHER, "УА77010101")).unwrap_err();
    assert_eq!(world.check(Kind::Merge, merge(MOTHER, AGAIN)).unwrap_err(), unknown);
    assert_eq!(unknown.cause(), &Refusal::PersonNotFound);
}

#[test]
fn the_cards_of_the_merged_record_end_and_never_come_back() {
    let mut world = twice();
    approved(&mut world, AGAIN);
    let holder = id(&world, AGAIN);
    let act = joined(&mut world);
    let is_revoked = |world: &World| {
        matches!(world.register.get(holder).unwrap().cards[0].state, CardState::Revoked { .. })
    };
    assert!(is_revoked(&world));
    undo(&mut world, &act);
    assert!(is_revoked(&world));
}

#[test]
fn a_correction_of_the_merged_record_reaches_the_one_that_stays_and_is_taken_back() {
    let mut world = twice();
    world.import("УА70010107", "Дорж", "male", "1970-01-01", json!({}));
    let wedding = json!({
        "husband": OTHER_MAN, "wife": AGAIN, "married_on": "2026-04-01",
        "witness_1": GRANDMOTHER, "witness_2": "УА70010107",
    });
    let wedding = entered(&mut world, Kind::Marriage, wedding);
    let single = "УА90010177";
    world.import(single, "Сарнай", "female", "1990-01-01", json!({}));
    let act = entered(&mut world, Kind::Merge, merge(single, AGAIN));
    let began = |world: &World, who| world.person(who).spouses[0].began_on.unwrap().to_string();
    let correction = json!({
        "entry": wedding, "person": AGAIN, "changes": ["married_on=2026-04-02"], "reason": "1", "evidence": "1",
    });
    let corrected = entered(&mut world, Kind::Correction, correction);
    assert_eq!([began(&world, single), began(&world, OTHER_MAN)], ["2026-04-02", "2026-04-02"]);
    require_sound(&world);
    undo(&mut world, &corrected);
    assert_eq!([began(&world, single), began(&world, OTHER_MAN)], ["2026-04-01", "2026-04-01"]);
    let annulled = undo(&mut world, &wedding);
    assert_eq!(world.person(single).civil_status, CivilStatus::Single);
    assert!(world.person(OTHER_MAN).spouses.is_empty());
    require_sound(&world);
    // The merge is undone, and what was annulled meanwhile stays annulled.
    undo(&mut world, &act);
    assert_eq!(world.person(AGAIN).spouses, []);
    undo(&mut world, &annulled);
    assert_eq!(began(&world, AGAIN), "2026-04-01");
    require_sound(&world);
}

#[test]
fn a_corrected_name_of_a_parent_reaches_the_merged_record_too() {
    let mut world = twice();
    let father = "УА62020215";
    world.import(father, "Дорж", "male", "1962-02-02", json!({}));
    let of_father = world.last_act();
    let again = "УА90010193";
    let goes = world.import(again, "Сарнай", "female", "1990-01-01", json!({"father_number": father}));
    let act = entered(&mut world, Kind::Merge, merge(MOTHER, again));
    let correction = json!({
        "entry": of_father, "person": father, "changes": ["given_name=Доржсүрэн"], "reason": "1", "evidence": "1",
    });
    let corrected = entered(&mut world, Kind::Correction, correction);
    require_sound(&world);
    let parents_name = |world: &World| {
        let name = world.register.get(goes).unwrap().name.clone().unwrap();
        name.parent.unwrap().to_string()
    };
    assert_eq!(parents_name(&world), "Доржсүрэн");
    undo(&mut world, &act);
    assert_eq!(parents_name(&world), "Доржсүрэн");
    undo(&mut world, &corrected);
    assert_eq!(parents_name(&world), "Дорж");
    require_sound(&world);
}

#[test]
fn a_chain_of_merges_is_undone_from_its_end() {
    let mut world = twice();
    let (before, again) = (people(&world), id(&world, AGAIN));
    let third = "УА90010185";
    let first = joined(&mut world);
    world.import(third, "Сарнай", "female", "1990-01-01", json!({}));
    let second = entered(&mut world, Kind::Merge, merge(third, AGAIN));
    let survivor = world.person(AGAIN);
    assert_eq!(survivor.national_number.as_ref().unwrap().as_str(), third);
    assert_eq!((survivor.earlier_numbers.len(), survivor.merged.len()), (2, 2));
    require_sound(&world);
    let rests = Refusal::OthersRestOn { act_number: second.clone() };
    assert_eq!(refused(&mut world, Kind::Annulment, annulment(&first)), rests);
    // A correction of the first record reaches the end of the chain.
    let act = before.iter().find(|one| one.id == again).unwrap().acts[0].number.clone();
    let correction = json!({
        "entry": act, "person": AGAIN, "changes": ["given_name=Саранцэцэг"], "reason": "1", "evidence": "1",
    });
    entered(&mut world, Kind::Correction, correction);
    let names: Vec<_> = world.person(third).earlier_names.iter().map(|name| name.given.to_string()).collect();
    assert_eq!(names, ["Саранцэцэг"]);
    require_sound(&world);
    undo(&mut world, &second);
    undo(&mut world, &first);
    require_sound(&world);
}

#[test]
fn an_undone_merge_is_brought_back() {
    let mut world = twice();
    let act = joined(&mut world);
    let merged = people(&world);
    let undone = undo(&mut world, &act);
    undo(&mut world, &undone);
    assert_eq!(people(&world), merged);
    require_sound(&world);
}

#[test]
fn a_merge_is_known_from_its_day_and_not_before() {
    let mut world = twice();
    let (stays, goes) = (id(&world, MOTHER), id(&world, AGAIN));
    world.today = world.today.succ_opt().unwrap();
    joined(&mut world);
    let day_before = world.today.pred_opt();
    let then = Moment { known_on: day_before, true_on: None };
    assert!(!then.of(world.register.history(goes)).unwrap().is_merged());
    assert_eq!(then.of(world.register.history(stays)).unwrap().children, []);
    let now = Moment { known_on: None, true_on: Some(world.today) };
    assert_eq!(now.of(world.register.history(stays)).unwrap().children.len(), 1);
    assert_eq!(now.of(world.register.history(id(&world, CHILD))).unwrap().parents[0].person, stays);
}

#[test]
fn a_preview_names_every_record_card_and_paper_that_a_merge_touches() {
    let mut world = twice();
    let before: Vec<Person> = world.register.people().cloned().collect();
    let parts = world.check(Kind::Merge, merge(MOTHER, AGAIN)).unwrap();
    let act = world.person(AGAIN).acts[0].number.clone();
    joined(&mut world);
    let header = world.entries.last().unwrap().header.clone();
    let found = Consequences::of(&header, &parts, &before, &world.register.clone().into_people());
    let superseded = |found: &Consequences| {
        found.iter().any(|one| *one == Consequence::ExtractSuperseded { act_number: act.clone() })
    };
    assert!(superseded(&found));
    let words: Vec<String> = found.told().into_iter().map(|told| told.en).collect();
    assert!(words.iter().any(|line| line.contains("the other record answers for it")), "{words:?}");
    assert_eq!(words.iter().filter(|line| line.contains("of the relative changes")).count(), 2, "{words:?}");
}

#[test]
fn what_lies_behind_a_seal_is_not_led_from_one_record_to_another() {
    let mut world = twice();
    world.import(OTHER_WOMAN, "Цэцэг", "female", "1980-01-01", json!({}));
    let adoption = json!({
        "child": CHILD, "mother": OTHER_WOMAN, "decided_by": "Засаг дарга", "decision_number": "А/12",
        "decided_on": "2026-04-20", "parents_consent": true, "child_consents": true,
    });
    entered(&mut world, Kind::Adoption, adoption);
    assert_eq!(refused(&mut world, Kind::Merge, merge(MOTHER, AGAIN)), Refusal::ReferToAuthority);
}
