use serde_json::json;

use crate::event::marriage::tests::{HUSBAND, WIFE, couple, marriage};
use crate::kind::Kind;
use crate::person::CivilStatus;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

fn restored(husband: &str, wife: &str) -> serde_json::Value {
    json!({"husband": husband, "wife": wife, "joint_application": true})
}

fn divorce(world: &mut World, person: &str) {
    let mut facts = crate::event::marriage_ended::tests::at_the_office();
    facts["person"] = person.into();
    world.register(Kind::MarriageEnded, facts).unwrap();
}

fn refused(world: &mut World, husband: &str, wife: &str) -> Refusal {
    world.check(Kind::MarriageRestored, restored(husband, wife)).unwrap_err().cause().clone()
}

#[test]
fn a_divorced_couple_is_married_again_from_the_day_of_restoration() {
    let mut world = World::new();
    divorce(&mut world, MOTHER);
    let parts = world.register(Kind::MarriageRestored, restored(FATHER, MOTHER)).unwrap();
    assert_eq!(parts.len(), 2);
    let mother = world.person(MOTHER);
    assert_eq!(mother.civil_status, CivilStatus::Married);
    assert_eq!(mother.spouses.len(), 2, "the ended marriage stays in the record");
    assert_eq!(mother.spouses[1].began_on, Some(world.today));
    assert!(world.person(FATHER).is_married_to(mother));
}

#[test]
fn a_restoration_needs_both() {
    let mut world = World::new();
    divorce(&mut world, MOTHER);
    let alone = json!({"husband": FATHER, "wife": MOTHER});
    let refused = world.check(Kind::MarriageRestored, alone).unwrap_err();
    assert_eq!(refused.cause(), &Refusal::JointApplicationMissing);
}

#[test]
fn nobody_is_married_again_below_the_age_that_a_corrected_birth_leaves() {
    let mut world = World::new();
    divorce(&mut world, MOTHER);
    world.law.marriage_minimum_age = 60;
    let too_young = Refusal::SpouseTooYoung { age: 60 };
    assert_eq!(refused(&mut world, FATHER, MOTHER), too_young);
}

#[test]
fn what_the_register_learnt_since_the_first_wedding_bars_a_second() {
    let by_court = |mut facts: serde_json::Value| {
        facts["court"] = "Сум дундын шүүх".into();
        facts["decision_number"] = "ШШ-7".into();
        facts["in_force_on"] = "2026-04-20".into();
        facts
    };
    let mut world = World::new();
    divorce(&mut world, MOTHER);
    assert!(world.check(Kind::MarriageRestored, restored(FATHER, MOTHER)).is_ok());

    let mut kin = World::new();
    divorce(&mut kin, MOTHER);
    kin.import("УА60010111", "Дорж", "male", "1960-01-01", json!({}));
    for child in [FATHER, MOTHER] {
        let parentage =
            json!({"child": child, "child_consents": true, "parent": "УА60010111", "parent_kind": "father"});
        kin.register(Kind::Parentage, by_court(parentage)).unwrap();
    }
    assert_eq!(refused(&mut kin, FATHER, MOTHER), Refusal::KinshipForbidden);

    let mut ward = World::new();
    divorce(&mut ward, MOTHER);
    let guardianship = json!({"step": "begins", "ward": MOTHER, "guardian": FATHER});
    ward.register(Kind::Guardianship, by_court(guardianship)).unwrap();
    assert_eq!(refused(&mut ward, FATHER, MOTHER), Refusal::GuardianAndWard);

    let mut changed = World::new();
    divorce(&mut changed, MOTHER);
    changed.register(Kind::SexChange, json!({"person": MOTHER, "doctors_paper": "ЭД-3"})).unwrap();
    let number = changed.register.people().last().unwrap().national_number.clone().unwrap().to_string();
    assert_eq!(refused(&mut changed, FATHER, &number), Refusal::SpouseSexMismatch);
}

#[test]
fn who_is_married_or_never_was_has_nothing_to_restore() {
    let mut world = couple();
    assert!(matches!(refused(&mut world, FATHER, MOTHER), Refusal::MarriedAlready { .. }));
    assert_eq!(refused(&mut world, HUSBAND, WIFE), Refusal::NoMarriageToRestore);
}

#[test]
fn who_married_somebody_else_since_cannot_restore_the_earlier_marriage() {
    let mut world = couple();
    divorce(&mut world, MOTHER);
    let mut second = marriage();
    second["wife"] = MOTHER.into();
    second["witness_2"] = WIFE.into();
    world.register(Kind::Marriage, second).unwrap();
    divorce(&mut world, MOTHER);
    assert_eq!(refused(&mut world, FATHER, MOTHER), Refusal::RemarriedSince);
    assert!(world.check(Kind::MarriageRestored, restored(HUSBAND, MOTHER)).is_ok());
}

#[test]
fn a_widow_cannot_restore_a_marriage_with_the_dead() {
    let mut world = World::new();
    let died = json!({"person": FATHER, "died_on": "2026-04-20", "paper_number": "1", "informant": "x"});
    world.register(Kind::Death, died).unwrap();
    assert!(matches!(refused(&mut world, FATHER, MOTHER), Refusal::PersonDead { .. }));
}
