use serde_json::{Value, json};

use crate::entry::PartRole;
use crate::kind::Kind;
use crate::person::Relation;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

const CHILD: &str = "УА15210122";

/// A child of ten with a mother and no father.
fn world() -> World {
    let mut world = World::new();
    let more = json!({"mother_number": MOTHER, "clan_name": "Хатагин", "parent_name": "Сарнай"});
    world.import(CHILD, "Анужин", "female", "2015-01-01", more);
    world
}

fn with(changes: Value) -> Value {
    let mut facts = json!({
        "child": CHILD, "parent": FATHER, "parent_kind": "father", "joint_application": true,
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Parentage, with(changes)).unwrap_err().cause().clone()
}

fn by_court() -> Value {
    json!({
        "joint_application": false, "court": "Сум дундын шүүх", "decision_number": "5", "in_force_on": "2026-04-01",
    })
}

#[test]
fn a_father_is_established_on_joint_application_and_names_change_only_where_asked() {
    let mut world = world();
    let parts = world.register(Kind::Parentage, with(json!({}))).unwrap();
    assert_eq!(parts.iter().map(|part| part.role).collect::<Vec<_>>(), [PartRole::Child, PartRole::Father]);
    let child = world.person(CHILD);
    assert_eq!(child.parents[1].relation, Relation::Father);
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Хатагин Сарнай Анужин");
    assert!(child.earlier_names.is_empty());
    assert_eq!(world.person(FATHER).children[0].person, child.id);
    assert!(world.person(MOTHER).acts.iter().all(|act| act.kind != Kind::Parentage));
}

#[test]
fn the_child_takes_the_names_asked_for_and_keeps_the_old_one_in_the_record() {
    let mut world = world();
    let both = json!({"take_parent_name": true, "take_clan_name": "on"});
    world.register(Kind::Parentage, with(both)).unwrap();
    let child = world.person(CHILD);
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Боржигон Бат Анужин");
    assert_eq!(child.earlier_names[0].to_string(), "Хатагин Сарнай Анужин");
    assert_eq!(child.name_changes, crate::person::NameChanges::default());
}

#[test]
fn a_second_father_is_refused() {
    let mut world = world();
    world.register(Kind::Parentage, with(json!({}))).unwrap();
    assert_eq!(refused(&mut world, json!({})), Refusal::ParentEstablished);
}

#[test]
fn without_a_living_known_mother_the_court_establishes_the_father() {
    let mut world = world();
    world.import("УА16210122", "Номин", "female", "2016-01-01", json!({}));
    let orphan = json!({"child": "УА16210122"});
    assert_eq!(refused(&mut world, orphan), Refusal::CourtMustEstablish);
    let died = json!({"person": MOTHER, "died_on": "2026-04-20", "paper_number": "1", "informant": "x"});
    world.register(Kind::Death, died).unwrap();
    assert_eq!(refused(&mut world, json!({})), Refusal::CourtMustEstablish);
    assert!(world.check(Kind::Parentage, with(by_court())).is_ok());
}

#[test]
fn a_court_establishes_a_father_long_dead_but_no_mother_dead_before_the_birth() {
    let mut world = world();
    world.import("УА80010111", "Ганаа", "male", "1980-01-01", json!({"died_on": "2013-01-01"}));
    world.import("УА80010122", "Уянга", "female", "1980-01-01", json!({"died_on": "2013-01-01"}));
    world.import("УА16210122", "Номин", "female", "2016-01-01", json!({}));
    let of = |parent: &str, kind: &str| {
        let mut facts = by_court();
        facts["child"] = "УА16210122".into();
        facts["parent"] = parent.into();
        facts["parent_kind"] = kind.into();
        facts
    };
    assert!(world.check(Kind::Parentage, with(of("УА80010111", "father"))).is_ok());
    assert_eq!(refused(&mut world, of("УА80010122", "mother")), Refusal::MotherDeadBeforeBirth);
}

#[test]
fn both_must_apply_or_a_court_decide() {
    let mut world = world();
    let alone = json!({"joint_application": false});
    assert_eq!(refused(&mut world, alone), Refusal::JointApplicationMissing);
    let mut later = by_court();
    later["in_force_on"] = "2026-05-02".into();
    assert_eq!(refused(&mut world, later), Refusal::DateInFuture);
}

#[test]
fn a_child_of_sixteen_must_consent() {
    let mut world = world();
    world.import("УА10210122", "Энхээ", "female", "2010-05-01", json!({"mother_number": MOTHER}));
    let grown = |consents: bool| json!({"child": "УА10210122", "child_consents": consents});
    assert_eq!(refused(&mut world, grown(false)), Refusal::ChildConsentMissing { age: 16 });
    assert!(world.check(Kind::Parentage, with(grown(true))).is_ok());
}

#[test]
fn sex_and_age_must_make_a_parent() {
    let mut world = world();
    assert_eq!(refused(&mut world, json!({"parent": CHILD})), Refusal::ParentIsChild);
    world.import("УА05210111", "Хүү", "male", "2005-01-01", json!({}));
    assert_eq!(refused(&mut world, json!({"parent": "УА05210111"})), Refusal::ParentTooYoung);
    world.import("УА80010122", "Уянга", "female", "1980-01-01", json!({}));
    assert_eq!(refused(&mut world, json!({"parent": "УА80010122"})), Refusal::ParentSexMismatch);
    world.import("УА00210111", "Залуу", "male", "2000-01-01", json!({}));
    let young = json!({"parent": "УА00210111"});
    assert_eq!(refused(&mut world, young), Refusal::QuestionsUnanswered { numbers: "441".into() });
    let answered = json!({"parent": "УА00210111", "answers": "441: a test of descent"});
    assert!(world.check(Kind::Parentage, with(answered)).is_ok());
}

#[test]
fn a_parent_without_a_clan_name_cannot_give_one() {
    let mut world = world();
    world.import("УА80010111", "Ганаа", "male", "1980-01-01", json!({"clan_name": ""}));
    let take = json!({"parent": "УА80010111", "take_clan_name": true});
    assert_eq!(refused(&mut world, take), Refusal::ParentHasNoClan);
}
