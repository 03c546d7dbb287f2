use serde_json::{Value, json};

use crate::card::CardState;
use crate::card::application::tests::approved;
use crate::entry::PartRole;
use crate::kind::Kind;
use crate::officer::Role;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

const CHILD: &str = "УА15210122";
const GROWN: &str = "УА08210122";

/// The couple with a child of eleven and one of eighteen, both named after the father.
fn world() -> World {
    let mut world = World::new();
    for (number, given, born_on) in [(CHILD, "Анужин", "2015-01-01"), (GROWN, "Номин", "2008-01-01")]
    {
        let more = json!({"mother_number": MOTHER, "father_number": FATHER, "parent_name": "Бат"});
        world.import(number, given, "female", born_on, more);
    }
    world
}

fn with(changes: Value) -> Value {
    let mut facts = json!({"person": FATHER, "given_name": "Батбаяр", "governor_order": "А/17"});
    if changes.get("update_children").is_none() {
        facts["children_follow"] = "none".into();
    }
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::NameChange, with(changes)).unwrap_err().cause().clone()
}

#[test]
fn a_name_changes_and_the_old_one_stays_in_the_record() {
    let mut world = world();
    world.register(Kind::NameChange, with(json!({"clan_name": "Хатагин"}))).unwrap();
    let person = world.person(FATHER);
    assert_eq!(person.name.as_ref().unwrap().to_string(), "Хатагин Дорж Батбаяр");
    assert_eq!(person.earlier_names[0].to_string(), "Боржигон Дорж Бат");
    assert_eq!((person.name_changes.clan, person.name_changes.parent, person.name_changes.given), (1, 0, 1));
}

#[test]
fn in_traditional_script_a_name_is_spelt_as_long_as_it_is_the_same() {
    let mut world = world();
    world.officer = officer(2, OFFICE, &[Role::Approver, Role::CardOfficer]);
    let facts = json!({
        "person": FATHER, "latin_given": "Bat", "latin_confirmed": true, "portrait_sha256": "ab".repeat(32),
        "traditional_clan": "ᠪᠣᠷᠵᠢᠭᠢᠨ", "traditional_given": "ᠪᠠᠲᠤ",
    });
    world.register(Kind::CardApplication, facts).unwrap();
    assert_eq!(world.person(FATHER).traditional_name().unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠪᠠᠲᠤ");
    let spelt =
        json!({"given_name": "Батсайхан", "traditional_parent": "ᠳᠣᠷᠵᠢ", "traditional_given": "ᠪᠠᠲᠤᠰᠠᠢᠬᠠᠨ"});
    let spelt = with(spelt);
    // The clan name stays the same; only the given name changes.
    world.register(Kind::NameChange, with(json!({}))).unwrap();
    assert_eq!(world.person(FATHER).traditional_name().unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ");
    world.law.name_changes_each = 2;
    world.register(Kind::NameChange, spelt).unwrap();
    assert_eq!(world.person(FATHER).traditional_name().unwrap(), "ᠪᠣᠷᠵᠢᠭᠢᠨ ᠳᠣᠷᠵᠢ ᠪᠠᠲᠤᠰᠠᠢᠬᠠᠨ");
}

#[test]
fn each_part_of_a_name_changes_once() {
    let mut world = world();
    world.register(Kind::NameChange, with(json!({}))).unwrap();
    let again = world.check(Kind::NameChange, with(json!({"given_name": "Бат"}))).unwrap_err();
    assert_eq!(again, Refusal::NameChangedBefore.in_field("given_name"));
    let clan = json!({"given_name": "", "clan_name": "Хатагин"});
    world.register(Kind::NameChange, with(clan)).unwrap();
    world.law.name_changes_each = 2;
    assert!(world.check(Kind::NameChange, with(json!({"given_name": "Бат"}))).is_ok());
}

#[test]
fn the_childrens_parents_name_follows_where_listed() {
    let mut world = world();
    let list = json!({"update_children": [CHILD, GROWN], "consenting": [GROWN]});
    let parts = world.register(Kind::NameChange, with(list)).unwrap();
    let roles: Vec<_> = parts.iter().map(|part| part.role).collect();
    assert_eq!(roles, [PartRole::Subject, PartRole::Child, PartRole::Child]);
    assert_eq!(world.person(CHILD).name.as_ref().unwrap().to_string(), "Боржигон Батбаяр Анужин");
    assert_eq!(world.person(CHILD).name_changes, crate::person::NameChanges::default());
}

#[test]
fn all_who_bear_the_name_follow_together() {
    let mut world = world();
    world.import(
        "УА16210122",
        "Тулга",
        "male",
        "2016-01-01",
        json!({"father_number": FATHER, "parent_name": "Дорж"}),
    );
    let all = json!({"children_follow": "all", "consenting": [GROWN]});
    let parts = world.register(Kind::NameChange, with(all)).unwrap();
    let children: Vec<_> = parts[1..].iter().map(|part| part.person).collect();
    assert_eq!(children, [world.person(CHILD).id, world.person(GROWN).id]);
    assert_eq!(world.person("УА16210122").name.as_ref().unwrap().to_string(), "Боржигон Дорж Тулга");
}

#[test]
fn nobody_forgets_the_children_who_bear_the_name() {
    let mut world = world();
    let undecided = json!({"children_follow": null});
    assert_eq!(refused(&mut world, undecided), Refusal::ChildrenToDecide { children: 2 });
    let twice = json!({"children_follow": "none", "update_children": [CHILD]});
    assert_eq!(refused(&mut world, twice), Refusal::ChildrenSaidTwice);
    let of_mother = json!({"person": MOTHER, "given_name": "Солонго", "children_follow": null});
    assert!(world.check(Kind::NameChange, with(of_mother)).is_ok(), "nobody bears hers");
    let clan = json!({"given_name": null, "clan_name": "Хатагин", "children_follow": null});
    assert!(world.check(Kind::NameChange, with(clan)).is_ok(), "the parent's name stays");
}

#[test]
fn a_child_of_sixteen_follows_only_with_consent() {
    let mut world = world();
    let list = json!({"update_children": [GROWN]});
    assert_eq!(refused(&mut world, list), Refusal::ChildConsentMissing { age: 16 });
}

#[test]
fn only_own_children_named_after_the_person_follow_a_new_given_name() {
    let mut world = world();
    assert_eq!(refused(&mut world, json!({"update_children": [MOTHER]})), Refusal::NotTheirChild);
    let of_mother = json!({"person": MOTHER, "given_name": "Солонго", "update_children": [CHILD]});
    assert_eq!(refused(&mut world, of_mother), Refusal::ParentNameNotTheirs);
    let clan = json!({"given_name": null, "clan_name": "Хатагин", "update_children": [CHILD]});
    assert_eq!(refused(&mut world, clan), Refusal::ChildrenNotAffected);
}

#[test]
fn a_name_changes_on_the_governors_order_and_differs() {
    let mut world = world();
    assert_eq!(refused(&mut world, json!({"governor_order": ""})), Refusal::GovernorOrderMissing);
    assert_eq!(refused(&mut world, json!({"given_name": "Бат"})), Refusal::NameUnchanged);
    assert_eq!(refused(&mut world, json!({"given_name": ""})), Refusal::NameUnchanged);
}

#[test]
fn a_name_changes_only_at_the_office_of_residence() {
    let mut world = world();
    world.officer = officer(2, "110153", &[Role::Registrar]);
    let unit = "110151".to_owned();
    assert_eq!(refused(&mut world, json!({})), Refusal::NotUnitOfResidence { unit });
}

#[test]
fn someone_under_age_applies_through_a_representative_and_consents_from_sixteen() {
    let mut world = world();
    let child = json!({"person": CHILD, "given_name": "Анужа"});
    assert_eq!(refused(&mut world, child.clone()), Refusal::RepresentativeMissing { age: 18 });
    let mut represented = child;
    represented["representative"] = "Төрсний гэрчилгээ 5".into();
    assert!(world.check(Kind::NameChange, with(represented.clone())).is_ok());
    world.import("УА09210122", "Сараа", "female", "2009-01-01", json!({}));
    represented["person"] = "УА09210122".into();
    assert_eq!(refused(&mut world, represented.clone()), Refusal::ChildConsentMissing { age: 16 });
    represented["consenting"] = json!(["УА09210122"]);
    assert!(world.check(Kind::NameChange, with(represented)).is_ok());
}

#[test]
fn the_card_that_prints_the_old_name_ends_and_stays_ended() {
    let mut world = World::new();
    approved(&mut world, FATHER);
    world.register(Kind::NameChange, with(json!({}))).unwrap();
    let is_revoked = |world: &World| matches!(world.person(FATHER).cards[0].state, CardState::Revoked { .. });
    assert!(is_revoked(&world));
    let annulment =
        json!({"entry": world.last_act(), "court": "Шүүх", "decision": "9", "reason": "хүчингүй"});
    world.register(Kind::Annulment, annulment).unwrap();
    assert!(is_revoked(&world), "the lists that say so are out");
}

#[test]
fn children_take_the_given_name_alone_and_follow_no_change_of_the_clan() {
    let mut world = world();
    let clan =
        json!({"person": FATHER, "clan_name": "Хатагин", "governor_order": "А/17", "children_follow": "all"});
    let refused = world.check(Kind::NameChange, clan).unwrap_err();
    assert_eq!(refused, Refusal::ChildrenNotAffected.in_field("children_follow"));
    let both = with(json!({"clan_name": "Хатагин", "children_follow": "all"}));
    let told = crate::event::Facts::parse(&Kind::NameChange, &both).unwrap().describe();
    let inherited = told.iter().find(|detail| detail.label_en == "Name that all children take").unwrap();
    assert_eq!(inherited.value, "Батбаяр");
}
