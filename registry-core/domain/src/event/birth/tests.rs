use serde_json::{Value, json};

use crate::context::Stage;
use crate::date::parse_date;
use crate::entry::{PartBody, PartRole};
use crate::event::birth::Body;
use crate::kind::Kind;
use crate::officer::Role;
use crate::person::Relation;
use crate::refusal::Refusal;
use crate::sex::Sex;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer, unit};

fn birth() -> Value {
    json!({
        "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "СТ-4/17",
        "given_name": "Анужин", "sex": "female", "born_on": "2026-04-20", "birth_place": "1101",
    })
}

fn with(changes: Value) -> Value {
    let mut facts = birth();
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Birth, with(changes)).unwrap_err().cause().clone()
}

/// A couple that is not married, who live in another khoroo and have the same family names.
fn unmarried(world: &mut World) -> (&'static str, &'static str) {
    world.import("УА91010103", "Туяа", "female", "1991-01-01", json!({}));
    world.import("УА87020217", "Болд", "male", "1987-02-02", json!({}));
    ("УА91010103", "УА87020217")
}

#[test]
fn a_child_of_married_parents_is_registered_on_one_application() {
    let mut world = World::new();
    let parts = world.register(Kind::Birth, birth()).unwrap();
    let roles: Vec<_> = parts.iter().map(|part| part.role).collect();
    assert_eq!(roles, [PartRole::Child, PartRole::Mother, PartRole::Father]);
    let child = world.register.get(parts[0].person).unwrap().clone();
    assert_eq!(child.name.unwrap().to_string(), "Боржигон Бат Анужин");
    assert_eq!(child.sex, Some(Sex::Female));
    let number = child.national_number.unwrap();
    assert_eq!(number.birth_date(), parse_date("2026-04-20").unwrap());
    assert!(number.as_str().starts_with('У'));
    assert_eq!(child.residence.unwrap().address, "1-1");
    assert_eq!(
        child.parents.iter().map(|link| link.relation).collect::<Vec<_>>(),
        [Relation::Mother, Relation::Father]
    );
    assert_eq!(world.person(MOTHER).children[0].person, parts[0].person);
    assert_eq!(world.person(FATHER).children[0].person, parts[0].person);
    assert_eq!(child.acts.len(), 1);
}

#[test]
fn a_name_in_traditional_script_is_kept_with_the_cyrillic_one_that_it_spells() {
    let mut world = World::new();
    let spelt =
        json!({"traditional_clan": "ᠪᠣᠷᠵᠢᠭᠢᠨ", "traditional_parent": "ᠪᠠᠲᠤ", "traditional_given": "ᠠᠨᠤᠵᠢᠨ"});
    let parts = world.register(Kind::Birth, with(spelt)).unwrap();
    let child = world.register.get(parts[0].person).unwrap().clone();
    let name = child.name.unwrap();
    assert_eq!(child.traditional.unwrap().whole(&name).unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠪᠠᠲᠤ ᠠᠨᠤᠵᠢᠨ");
    let wrong = refused(&mut world, json!({"traditional_given": "Анужин", "order": 2, "plurality": 2}));
    assert_eq!(wrong, Refusal::InvalidTraditionalName { limit: 25 });
}

#[test]
fn a_corrected_name_is_no_longer_the_one_that_was_spelt() {
    let mut world = World::new();
    let parts = world.register(Kind::Birth, with(json!({"traditional_given": "ᠠᠨᠤᠵᠢᠨ"}))).unwrap();
    let PartBody::Birth(Body::Child(child)) = &parts[0].body else { unreachable!("a child") };
    let mut corrected = serde_json::to_value(child).unwrap();
    corrected["name"]["given"] = "Ануужин".into();
    let corrected: crate::event::birth::Child = serde_json::from_value(corrected).unwrap();
    assert_eq!(corrected.traditional.unwrap().given(&corrected.name), None);
}

#[test]
fn a_second_declaration_of_the_child_collides_and_a_twin_passes() {
    let mut world = World::new();
    let first = world.claims(Kind::Birth, birth());
    let again = world.claims(Kind::Birth, with(json!({"given_name": "Номин"})));
    assert_eq!(first, again);
    for absent in ["mother", "father"] {
        let other = if absent == "mother" { "father" } else { "mother" };
        let mut partial = with(json!({"applicants": [other]}));
        partial[absent] = Value::Null;
        assert!(world.claims(Kind::Birth, partial).iter().any(|claim| first.contains(claim)), "{absent}");
    }
    let twin = world.claims(Kind::Birth, with(json!({"plurality": 2, "order": 2})));
    assert!(twin.iter().all(|claim| !first.contains(claim)));
}

#[test]
fn twins_get_numbers_of_their_own() {
    let mut world = World::new();
    let first = world.register(Kind::Birth, with(json!({"plurality": 2, "order": 1}))).unwrap();
    let second = world.register(Kind::Birth, with(json!({"plurality": 2, "order": 2}))).unwrap();
    let number = |parts: &[crate::entry::Part]| {
        world.register.get(parts[0].person).unwrap().national_number.clone().unwrap()
    };
    assert_ne!(number(&first), number(&second));
    assert_eq!(world.person(MOTHER).children.len(), 2);
}

#[test]
fn unmarried_parents_apply_each() {
    let mut world = World::new();
    let (mother, father) = unmarried(&mut world);
    let one = json!({"mother": mother, "father": father});
    assert_eq!(refused(&mut world, one), Refusal::BothParentsMustApply);
    let both = json!({"mother": mother, "father": father, "applicants": ["mother", "father"]});
    assert!(world.check(Kind::Birth, with(both)).is_ok());
}

#[test]
fn a_mother_alone_gives_her_name_to_the_child() {
    let mut world = World::new();
    let parts = world.register(Kind::Birth, with(json!({"father": null}))).unwrap();
    let name = world.register.get(parts[0].person).unwrap().name.clone().unwrap();
    assert_eq!(name.parent.unwrap().as_str(), "Сарнай");
}

#[test]
fn someone_must_apply_or_be_authorised() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"applicants": []})), Refusal::NoApplication);
    assert_eq!(
        refused(&mut world, json!({"father": null, "applicants": ["father"]})),
        Refusal::NoApplication
    );
    let representative = json!({"applicants": [], "authorisation": "Итгэмжлэл 5"});
    assert!(world.check(Kind::Birth, with(representative)).is_ok());
}

#[test]
fn a_birth_needs_a_parent_and_a_medical_paper() {
    let mut world = World::new();
    let nobody = json!({"mother": null, "father": null, "applicants": []});
    assert_eq!(refused(&mut world, nobody), Refusal::NoParentGiven);
    assert_eq!(refused(&mut world, json!({"medical_certificate": ""})), Refusal::MedicalPaperMissing);
    let notified = json!({"medical_certificate": "", "notification": "00000000-0000-0000-0000-000000000001"});
    assert!(world.check(Kind::Birth, with(notified)).is_ok());
}

#[test]
fn a_parent_unknown_or_in_the_wrong_place_is_refused() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"mother": "УА70010101"})), Refusal::PersonNotFound);
    assert_eq!(refused(&mut world, json!({"mother": FATHER, "father": MOTHER})), Refusal::ParentSexMismatch);
    assert_eq!(refused(&mut world, json!({"father": MOTHER})), Refusal::SameParentTwice);
}

#[test]
fn a_parent_younger_than_twelve_is_refused() {
    let mut world = World::new();
    world.import("УА15210101", "Охин", "female", "2015-01-01", json!({}));
    assert_eq!(refused(&mut world, json!({"mother": "УА15210101"})), Refusal::ParentTooYoung);
}

#[test]
fn a_birth_in_the_future_or_out_of_order_is_refused() {
    let mut world = World::new();
    assert_eq!(refused(&mut world, json!({"born_on": "2026-05-02"})), Refusal::DateInFuture);
    assert_eq!(refused(&mut world, json!({"order": 2})), Refusal::OrderBeyondPlurality);
    assert_eq!(refused(&mut world, json!({"order": 0})), Refusal::OrderBeyondPlurality);
}

#[test]
fn a_mother_dead_before_the_birth_is_refused() {
    let mut world = World::new();
    world.import("УА92010103", "Солонго", "female", "1992-01-01", json!({"died_on": "2026-04-19"}));
    let late = json!({"mother": "УА92010103", "father": FATHER, "applicants": ["father"]});
    assert_eq!(refused(&mut world, late), Refusal::MotherDeadBeforeBirth);
}

#[test]
fn a_posthumous_child_is_the_fathers_for_ten_months() {
    let mut world = World::new();
    let mut with_dead_father = |number: &str, mother: &str, died_on: &str| {
        world.import(number, "Ганбат", "male", "1980-01-01", json!({"died_on": died_on}));
        world.import(mother, "Уянга", "female", "1985-01-01", json!({"spouse_number": number}));
        world.check(Kind::Birth, with(json!({"mother": mother, "father": number}))).map(|_| ())
    };
    assert_eq!(with_dead_father("УА80010111", "УА85010121", "2025-06-20"), Ok(()));
    let late = with_dead_father("УА80010113", "УА85010123", "2025-06-19");
    assert_eq!(late, Err(Refusal::FatherDeadTooLong));
}

#[test]
fn a_birth_declared_after_thirty_days_is_marked_late() {
    let mut world = World::new();
    // A late birth is decided in another unit: the district decides for its khoroo.
    world.officer = officer(2, "1101", &[Role::Registrar]);
    world.receive_at(OFFICE);
    let mut is_late = |born_on: &str| {
        let parts = world.check(Kind::Birth, with(json!({"born_on": born_on}))).unwrap();
        match &parts[0].body {
            PartBody::Birth(Body::Child(child)) => child.late,
            other => panic!("{other:?}"),
        }
    };
    assert!(!is_late("2026-04-01"));
    assert!(is_late("2026-03-31"));
}

#[test]
fn a_birth_declared_in_time_and_registered_after_the_deadline_is_not_late() {
    let mut world = World::new();
    world.stage = Some(Stage::Registering {
        received_by: None,
        received_at: unit(OFFICE),
        received_on: Some(parse_date("2026-04-30").unwrap()),
    });
    assert!(world.check(Kind::Birth, with(json!({"born_on": "2026-03-31"}))).is_ok());
    assert_eq!(
        world.check(Kind::Birth, with(json!({"born_on": "2026-03-30"}))),
        Err(Refusal::SecondOfficerNeeded)
    );
}

#[test]
fn the_demo_scheme_is_refused_outside_demo_mode() {
    let mut world = World::new();
    world.law.is_demo = false;
    assert_eq!(refused(&mut world, json!({})), Refusal::DemoSchemeOutsideDemo);
}

#[test]
fn the_twenty_first_girl_of_a_day_finds_the_series_full() {
    let mut world = World::new();
    for order in 1..=20 {
        world.register(Kind::Birth, with(json!({"plurality": 30, "order": order}))).unwrap();
    }
    assert_eq!(refused(&mut world, json!({"plurality": 30, "order": 21})), Refusal::SeriesExhausted);
    assert!(world.check(Kind::Birth, with(json!({"sex": "male", "plurality": 30}))).is_ok());
}

#[test]
fn a_residence_in_a_whole_district_is_too_coarse() {
    let mut world = World::new();
    let coarse = json!({"residence": "1101", "address": "1-2"});
    assert_eq!(refused(&mut world, coarse), Refusal::UnitTooCoarse);
    assert_eq!(refused(&mut world, json!({"residence": "110153"})), Refusal::ResidenceNeeded);
}

#[test]
fn a_field_that_does_not_exist_is_refused_by_name() {
    let mut world = World::new();
    let refused = refused(&mut world, json!({"weight": "3200"}));
    assert_eq!(refused, Refusal::UnknownField { field: "weight".to_owned() });
}

fn foundling() -> Value {
    with(json!({
        "mother": null, "father": null, "applicants": [], "medical_certificate": null, "foundling_act": "А/9",
        "clan_name": "Тэнгэр", "parent_name": "Монгол", "residence": OFFICE, "address": "Асрах төв",
    }))
}

#[test]
fn a_foundling_has_no_parents_but_the_names_the_authority_gave() {
    let mut world = World::new();
    let parts = world.register(Kind::Birth, foundling()).unwrap();
    assert_eq!(parts.len(), 1);
    let child = world.register.get(parts[0].person).unwrap().clone();
    assert!(child.parents.is_empty());
    assert_eq!(child.name.unwrap().to_string(), "Тэнгэр Монгол Анужин");
    assert_eq!(world.claims(Kind::Birth, foundling()), ["foundling/А/9/1"]);
    let refused = |world: &mut World, changes: Value| {
        let mut facts = foundling();
        for (field, value) in changes.as_object().unwrap() {
            facts[field] = value.clone();
        }
        world.check(Kind::Birth, facts).unwrap_err().cause().clone()
    };
    assert_eq!(refused(&mut world, json!({"mother": MOTHER})), Refusal::FoundlingHasParents);
    assert_eq!(refused(&mut world, json!({"clan_name": ""})), Refusal::FoundlingNameMissing);
    assert_eq!(refused(&mut world, json!({"parent_name": ""})), Refusal::FoundlingNameMissing);
    let no_act = json!({"foundling_act": "", "medical_certificate": "СТ-4/17"});
    assert_eq!(refused(&mut world, no_act), Refusal::NoParentGiven);
}

fn abroad(changes: Value) -> Value {
    let mut facts = with(json!({
        "birth_place": null, "birth_country": "KOR", "birth_place_abroad": "Сөүл", "medical_certificate": null,
        "foreign_birth_paper": "K-1",
    }));
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

#[test]
fn a_birth_abroad_rests_on_the_foreign_paper() {
    let mut world = World::new();
    let parts = world.register(Kind::Birth, abroad(json!({}))).unwrap();
    let child = world.register.get(parts[0].person).unwrap();
    assert!(child.birth_place.is_none());
    assert_eq!(child.born_abroad.as_ref().unwrap().country.to_string(), "KOR");
    let mut refused = |changes: Value| world.check(Kind::Birth, abroad(changes)).unwrap_err().cause().clone();
    assert_eq!(refused(json!({"foreign_birth_paper": ""})), Refusal::ForeignBirthPaperMissing);
    assert_eq!(refused(json!({"birth_country": ""})), Refusal::PlaceAbroadIncomplete);
    assert_eq!(refused(json!({"birth_place": "1101"})), Refusal::BornInTwoPlaces);
    let nowhere = refused(json!({"birth_country": "", "birth_place_abroad": ""}));
    assert_eq!(nowhere, Refusal::MissingField { field: "birth_place".into() });
}

#[test]
fn a_late_birth_abroad_needs_proof_that_no_other_citizenship_was_taken() {
    let mut world = World::new().with_two_of_one_office();
    let late = json!({"born_on": "2026-03-31"});
    assert!(world.check(Kind::Birth, abroad(json!({"born_on": "2026-04-01"}))).is_ok());
    let refused = world.check(Kind::Birth, abroad(late)).unwrap_err();
    assert_eq!(refused.cause(), &Refusal::CitizenshipProofMissing);
    let proved = json!({"born_on": "2026-03-31", "no_other_citizenship_proof": "E-2"});
    assert!(world.check(Kind::Birth, abroad(proved)).is_ok());
}

fn foreign_father() -> Value {
    json!({
        "father": null, "applicants": ["mother", "father"], "foreign_party": "father",
        "foreign_citizenship": "KOR", "foreign_document": "M12345678", "foreign_given_name": "Минсү",
        "foreign_latin_name": "Kim Minsu", "foreign_born_on": "1989-05-05",
    })
}

#[test]
fn a_foreign_father_enters_the_register_with_his_first_child_and_is_found_with_the_next() {
    let mut world = World::new();
    world.import("УА91010103", "Туяа", "female", "1991-01-01", json!({"clan_name": "Хатагин"}));
    let mut facts = with(foreign_father());
    facts["mother"] = "УА91010103".into();
    facts["plurality"] = 2.into();
    let first = world.register(Kind::Birth, facts.clone()).unwrap();
    let child = world.register.get(first[0].person).unwrap();
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Хатагин Минсү Анужин");
    facts["order"] = 2.into();
    let second = world.register(Kind::Birth, facts).unwrap();
    assert_eq!(first[2].person, second[2].person);
    let father = world.register.get(first[2].person).unwrap();
    assert_eq!(father.children.len(), 2);
    assert_eq!(father.claimed(), ["KOR M12345678"]);
    assert_ne!(first[0].person, first[2].person, "child and father have ids of their own");
}

#[test]
fn a_child_of_no_citizen_is_refused() {
    let mut world = World::new();
    let mut facts = with(foreign_father());
    facts["mother"] = Value::Null;
    facts["applicants"] = json!(["father"]);
    assert_eq!(world.check(Kind::Birth, facts).unwrap_err().cause(), &Refusal::NoParentIsCitizen);
    let twice = json!({"father": FATHER});
    let mut facts = with(foreign_father());
    facts["father"] = twice["father"].clone();
    assert_eq!(world.check(Kind::Birth, facts).unwrap_err().cause(), &Refusal::PartyNamedTwice);
}

#[test]
fn another_child_of_the_mother_within_nine_months_is_asked_about_unless_a_twin() {
    let mut world = World::new().with_two_of_one_office();
    world.register(Kind::Birth, with(json!({"born_on": "2025-07-20", "plurality": 2}))).unwrap();
    assert!(world.check(Kind::Birth, with(json!({"born_on": "2026-04-20"}))).is_ok());
    let early = json!({"born_on": "2026-04-19"});
    let asked = Refusal::QuestionsUnanswered { numbers: "440".into() };
    assert_eq!(refused(&mut world, early), asked);
    let twin = json!({"born_on": "2025-07-21", "plurality": 2, "order": 2});
    assert!(world.check(Kind::Birth, with(twin)).is_ok());
    let far_twin = json!({"born_on": "2025-08-21", "plurality": 2, "order": 2});
    assert_eq!(refused(&mut world, far_twin), asked);
}

#[test]
fn a_child_of_the_same_mother_and_day_is_registered_already_unless_more_were_born() {
    let mut world = World::new();
    world.register(Kind::Birth, birth()).unwrap();
    assert_eq!(refused(&mut world, json!({"given_name": "Номин"})), Refusal::ChildAlreadyRegistered);
    assert!(world.check(Kind::Birth, with(json!({"plurality": 2, "order": 2}))).is_ok());
}

#[test]
fn an_unusual_age_of_a_parent_is_asked_about_and_the_reason_is_kept() {
    let mut world = World::new();
    world.import("УА11210122", "Охин", "female", "2011-01-01", json!({}));
    world.import("УА50010111", "Өвгөн", "male", "1950-01-01", json!({}));
    let asked = Refusal::QuestionsUnanswered { numbers: "441".into() };
    let young = json!({"mother": "УА11210122", "father": null});
    assert_eq!(refused(&mut world, young), asked);
    let old = json!({"father": "УА50010111", "applicants": ["mother", "father"]});
    assert_eq!(refused(&mut world, old), asked);
    let answered = json!({"mother": "УА11210122", "father": null, "answers": ["441: seen at the hospital"]});
    let parts = world.register(Kind::Birth, with(answered)).unwrap();
    let PartBody::Birth(Body::Child(child)) = &parts[0].body else { panic!() };
    assert_eq!(child.answers[0].reason, "seen at the hospital");
}

#[test]
fn a_birth_of_the_first_version_is_read_for_ever() {
    let mut world = World::new();
    let parts = world.check(Kind::Birth, birth()).unwrap();
    let stored = serde_json::to_value(&parts[0]).unwrap();
    let fields = stored["body"]["body"].as_object().unwrap();
    let new =
        ["born_abroad", "foundling_act", "foreign_birth_paper", "no_other_citizenship_proof", "answers"];
    assert!(new.iter().all(|field| !fields.contains_key(*field)), "an ordinary birth is written as before");
    assert_eq!(fields["birth_place"], "1101");
    assert_eq!(serde_json::from_value::<crate::entry::Part>(stored).unwrap(), parts[0]);
}

#[test]
fn numbers_are_kept_for_all_children_of_one_birth() {
    let mut world = World::new();
    let twins = |more: Value| {
        let mut facts = with(json!({"plurality": 2, "order": 1, "siblings_sex": ["male"]}));
        facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        facts
    };
    let kept = world.reserves(Kind::Birth, twins(json!({}))).unwrap();
    assert_eq!(kept.len(), 2);
    assert_ne!(kept[0].number, kept[1].number);
    let second = json!({"order": 2, "sex": "male", "siblings_sex": ["female"]});
    let claims = world.claims(Kind::Birth, twins(second));
    assert!(claims.contains(&kept[1].claim), "the twin finds the number that was kept: {claims:?}");
    let refused = world.check(Kind::Birth, twins(json!({"plurality": 3}))).unwrap_err();
    assert_eq!(refused.cause(), &Refusal::SiblingSexesDiffer);
}
