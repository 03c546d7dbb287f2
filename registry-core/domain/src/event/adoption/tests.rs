use serde_json::{Value, json};

use super::*;
use crate::date::parse_date;
use crate::history::moment::Moment;
use crate::kind::Kind;
use crate::officer::Role;
use crate::person::LifeCycle;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

/// A girl born to a young mother, who gives her up.
pub(crate) const CHILD: &str = "УА15210122";
pub(crate) const YOUNG_MOTHER: &str = "УА97030302";

/// The couple of the world, who adopt, and a child of ten with another mother.
pub(crate) fn world() -> World {
    let mut world = World::new();
    world.import(YOUNG_MOTHER, "Цэцэг", "female", "1997-03-03", json!({}));
    let more = json!({"mother_number": YOUNG_MOTHER, "clan_name": "Хатагин", "parent_name": "Цэцэг"});
    world.import(CHILD, "Анужин", "female", "2015-01-01", more);
    world
}

pub(crate) fn with(changes: Value) -> Value {
    let mut facts = json!({
        "child": CHILD, "mother": MOTHER, "father": FATHER, "decided_by": "Засаг дарга", "decision_number": "А/12",
        "decided_on": "2026-04-20", "parents_consent": true, "child_consents": true, "clan_name": "Боржигон",
    });
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Adoption, with(changes)).unwrap_err().cause().clone()
}

fn parents(person: &Person) -> Vec<PersonId> {
    person.parents.iter().map(|link| link.person).collect()
}

#[test]
fn the_adopters_stand_in_the_place_of_the_parents_and_the_seal_keeps_the_rest() {
    let mut world = world();
    let young_mother = world.person(YOUNG_MOTHER).id;
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let child = world.person(CHILD);
    assert_eq!(parents(child), [world.person(MOTHER).id, world.person(FATHER).id]);
    assert_eq!(child.name.as_ref().unwrap().to_string(), "Боржигон Бат Анужин");
    assert_eq!(child.sealed_family.parents[0].person, young_mother);
    assert_eq!(child.sealed_family.names[0].to_string(), "Хатагин Цэцэг Анужин");
    assert!(world.person(YOUNG_MOTHER).children.is_empty());
    assert_eq!(world.person(MOTHER).children[0].person, child.id);
}

#[test]
fn nothing_of_an_adoption_is_in_what_is_shown_of_any_of_the_four() {
    let mut world = world();
    let born = world.person(CHILD).acts.clone();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let child = world.person(CHILD).unsealed();
    assert_eq!(child.acts, born);
    assert!(child.earlier_names.is_empty() && child.ties.is_empty() && child.sealed_family.is_empty());
    for number in [MOTHER, FATHER, YOUNG_MOTHER] {
        let shown = world.person(number).unsealed();
        assert!(shown.acts.iter().all(|act| act.kind == Kind::Legacy), "{number}");
        assert!(shown.sealed_family.is_empty(), "{number}");
    }
}

#[test]
fn a_parentage_that_named_the_sealed_father_is_sealed_with_him() {
    let mut world = world();
    world.import("УА95050512", "Тулга", "male", "1995-05-05", json!({}));
    let parentage = json!({
        "child": CHILD, "parent": "УА95050512", "parent_kind": "father", "joint_application": true,
    });
    world.register(Kind::Parentage, parentage).unwrap();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    for number in [CHILD, "УА95050512"] {
        let person = world.person(number);
        assert!(person.acts.iter().all(|act| act.kind != Kind::Parentage), "{number}");
        assert!(person.sealed_family.acts.iter().any(|act| act.kind == Kind::Parentage), "{number}");
    }
}

/// The father of the child, who bears his name.
const YOUNG_FATHER: &str = "УА95050512";

/// The same world, with a father whose new given name the child followed, and with a name of her own that the
/// child gave up.
fn renamed() -> World {
    let mut world = world();
    world.import(YOUNG_FATHER, "Тулга", "male", "1995-05-05", json!({}));
    let parentage = json!({
        "child": CHILD, "parent": YOUNG_FATHER, "parent_kind": "father", "joint_application": true,
        "take_parent_name": true,
    });
    world.register(Kind::Parentage, parentage).unwrap();
    let fathers = json!({
        "person": YOUNG_FATHER, "given_name": "Тэмүүлэн", "governor_order": "А/1", "children_follow": "all",
    });
    world.register(Kind::NameChange, fathers).unwrap();
    let own = json!({"person": CHILD, "given_name": "Номин", "governor_order": "А/2", "representative": "1"});
    world.register(Kind::NameChange, own).unwrap();
    world
}

#[test]
fn changes_of_name_before_an_adoption_are_sealed_with_the_names_and_come_back_with_an_annulment() {
    let mut world = renamed();
    let before = world.person(CHILD).clone();
    let fathers = world.person(YOUNG_FATHER).acts.iter().filter(|act| act.kind == Kind::NameChange).count();
    assert_eq!((before.earlier_names.len(), fathers), (3, 1));
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let act = world.last_act();
    let child = world.person(CHILD);
    assert!(child.earlier_names.is_empty());
    assert!(child.acts.iter().all(|act| act.kind != Kind::NameChange));
    assert_eq!(child.sealed_family.past.names, before.earlier_names);
    let sealed: Vec<_> = child.sealed_family.past.acts.iter().map(|act| act.kind).collect();
    assert_eq!(sealed, [Kind::NameChange, Kind::NameChange]);
    assert!(sealed.len() == 2 && child.sealed_family.past.acts.iter().all(|act| child.seals_act(act.entry)));
    let father = world.person(YOUNG_FATHER);
    assert!(father.acts.iter().any(|act| act.kind == Kind::NameChange && !father.seals_act(act.entry)));
    let annulment = json!({"entry": act, "court": "Шүүх", "decision": "9", "reason": "хүчингүй"});
    world.register(Kind::Annulment, annulment).unwrap();
    let now = world.person(CHILD);
    assert_eq!(*now, Person { last_seq: now.last_seq, ..before });
}

#[test]
fn a_guardianship_before_an_adoption_is_told_of_neither_ward_nor_guardian() {
    let mut world = world();
    let grandmother = "УА70010101";
    world.import(grandmother, "Долгор", "female", "1970-01-01", json!({}));
    let guardianship = |guardian: Value| {
        let mut facts =
            json!({"step": "begins", "ward": CHILD, "governor_order": "А/5", "ordered_on": "2026-04-20"});
        facts.as_object_mut().unwrap().extend(guardian.as_object().unwrap().clone());
        facts
    };
    world.register(Kind::Guardianship, guardianship(json!({"guardian": grandmother}))).unwrap();
    world.register(Kind::Guardianship, guardianship(json!({"guardian": MOTHER}))).unwrap();
    world.register(Kind::Guardianship, guardianship(json!({"guardian_body": "Хүүхдийн төв"}))).unwrap();
    let mut ended = guardianship(json!({"guardian": MOTHER}));
    ended["step"] = "ends".into();
    ended["governor_order"] = "А/6".into();
    ended["ordered_on"] = "2026-04-25".into();
    world.register(Kind::Guardianship, ended).unwrap();
    let parts = world.register(Kind::Adoption, with(json!({}))).unwrap();
    let told = parts.iter().filter(|part| !part.role.is_behind_a_seal()).count();
    assert_eq!(told, 3, "the guardians are in no receipt");
    for number in [CHILD, grandmother, MOTHER] {
        let person = world.person(number);
        assert!(!person.ties.is_empty(), "{number}: it still counts");
        let shown = person.unsealed();
        assert!(shown.ties.is_empty() && shown.guardian_bodies.is_empty(), "{number}");
        assert!(shown.acts.iter().all(|act| act.kind != Kind::Guardianship), "{number}");
    }
    let again = guardianship(json!({"guardian": grandmother}));
    assert_eq!(world.check(Kind::Guardianship, again).unwrap_err(), Refusal::ReferToAuthority);
}

#[test]
fn no_day_of_the_past_tells_that_there_was_an_adoption() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let adopted = world.entries.len();
    let id = |number: &str| world.person(number).id;
    let (child, mother, young) = (id(CHILD), id(MOTHER), id(YOUNG_MOTHER));
    // The import is on the same day as the adoption here, so the test writes an earlier day into the
    // histories.
    let mut histories = [child, mother, young].map(|who| world.register.history(who).to_vec());
    for (header, _) in histories.iter_mut().flatten() {
        let is_adoption = header.seq == Some(adopted as u64 - 1);
        header.registered_on = parse_date(if is_adoption { "2026-05-01" } else { "2020-01-01" }).unwrap();
    }
    let [of_child, of_mother, of_young] = &histories;
    for day in ["2020-01-01", "2026-04-30", "2026-05-01"] {
        let day = parse_date(day).ok();
        for moment in [
            Moment { true_on: day, known_on: None },
            Moment { true_on: None, known_on: day },
            Moment { true_on: day, known_on: day },
        ] {
            let then = moment.of(of_child).unwrap();
            assert_eq!(then.parents[0].person, mother, "{moment:?}");
            assert_eq!(then.name.as_ref().unwrap().to_string(), "Боржигон Бат Анужин", "{moment:?}");
            assert!(moment.of(of_young).unwrap().children.is_empty(), "{moment:?}");
        }
    }
    let before_birth = Moment { true_on: parse_date("2014-12-31").ok(), known_on: None };
    assert_eq!(before_birth.of(of_child), None);
    assert!(before_birth.of(of_mother).is_none_or(|then| then.children.is_empty()));
}

#[test]
fn kinship_behind_the_seal_is_referred_without_a_word_and_a_stranger_may_marry() {
    let mut world = world();
    let brother = json!({"mother_number": YOUNG_MOTHER});
    world.import("УА06260610", "Ганзориг", "male", "2006-06-06", brother);
    world.import("УА05270710", "Эрдэнэ", "male", "2005-07-07", json!({}));
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    world.today = parse_date("2034-01-02").unwrap();
    let marriage =
        |husband: &str| json!({"husband": husband, "wife": CHILD, "witness_1": MOTHER, "witness_2": FATHER});
    let referred = world.check(Kind::Marriage, marriage("УА06260610")).unwrap_err();
    assert_eq!(referred, Refusal::ReferToAuthority);
    assert!(world.check(Kind::Marriage, marriage("УА05270710")).is_ok());
    let adopting_father = world.check(
        Kind::Marriage,
        json!({
            "husband": FATHER, "wife": CHILD, "witness_1": "УА05270710", "witness_2": "УА06260610",
        }),
    );
    assert!(adopting_father.is_err());
}

#[test]
fn a_birth_of_the_adopted_child_is_not_registered_once_more() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let birth = json!({
        "given_name": "Сувд", "sex": "female", "born_on": "2015-01-01", "birth_place": OFFICE, "mother": YOUNG_MOTHER,
        "applicants": ["mother"], "plurality": 1, "order": 1, "medical_certificate": "СТ-4/1",
    });
    world.law.four_eyes.clear();
    world.stage = None;
    let mut again = world.with_two_of_one_office();
    assert_eq!(again.check(Kind::Birth, birth).unwrap_err(), Refusal::ReferToAuthority);
}

#[test]
fn a_stepfather_adopts_beside_the_mother() {
    let mut world = world();
    world.import("УА92020212", "Баяр", "male", "1992-02-02", json!({"spouse_number": YOUNG_MOTHER}));
    let step = json!({"mother": null, "father": "УА92020212"});
    assert_eq!(refused(&mut world, step.clone()), Refusal::SpouseConsentMissing);
    let mut step = step;
    step["spouse_consents"] = json!(true);
    world.register(Kind::Adoption, with(step)).unwrap();
    let child = world.person(CHILD);
    assert_eq!(parents(child), [world.person(YOUNG_MOTHER).id, world.person("УА92020212").id]);
    assert!(child.sealed_family.parents.is_empty());
    assert!(world.person(YOUNG_MOTHER).sealed_family.is_empty());
}

#[test]
fn who_may_not_adopt_or_be_adopted_is_told_why() {
    let mut world = world();
    assert_eq!(refused(&mut world, json!({"mother": null, "father": null})), Refusal::NoAdopter);
    assert_eq!(refused(&mut world, json!({"parents_consent": false})), Refusal::ParentsConsentMissing);
    assert!(
        world.check(Kind::Adoption, with(json!({"parents_consent": false, "consent_waiver": "Ш-3"}))).is_ok()
    );
    assert_eq!(
        refused(&mut world, json!({"child_consents": false})),
        Refusal::ChildConsentMissing { age: 7 }
    );
    assert_eq!(refused(&mut world, json!({"mother": YOUNG_MOTHER})), Refusal::AdopterIsParent);
    assert_eq!(refused(&mut world, json!({"mother": FATHER, "father": null})), Refusal::AdopterSexMismatch);
    assert_eq!(refused(&mut world, json!({"decided_on": "2027-01-01"})), Refusal::DateInFuture);
    world.import("УА91010102", "Туяа", "female", "1991-01-01", json!({}));
    assert_eq!(refused(&mut world, json!({"mother": "УА91010102"})), Refusal::AdoptersNotMarried);
    world.import("УА00210102", "Нарны", "female", "2000-01-01", json!({}));
    let young = json!({"mother": "УА00210102", "father": null});
    assert_eq!(refused(&mut world, young), Refusal::QuestionsUnanswered { numbers: "1340".to_owned() });
    assert_eq!(refused(&mut world, json!({"child": "УА91010102"})), Refusal::AdopteeNotMinor { age: 18 });
    world.officer = officer(1, "110155", &[Role::Registrar]);
    assert_eq!(refused(&mut world, json!({})), Refusal::NotOfficeOfAdoption);
}

#[test]
fn the_birth_is_told_with_the_adopters() {
    let mut world = world();
    assert_eq!(AsBorn::of(world.register.history(world.person(CHILD).id)), None);
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let told = AsBorn::of(world.register.history(world.person(CHILD).id)).unwrap();
    let (mother, father) = (world.person(MOTHER).id, world.person(FATHER).id);
    assert_eq!(told.parent(Relation::Mother, Some(world.person(YOUNG_MOTHER).id)), Some(mother));
    assert_eq!(told.parent(Relation::Father, None), Some(father));
    assert_eq!(told.name.unwrap().given.to_string(), "Анужин");
}

#[test]
fn an_annulled_adoption_leaves_everybody_as_before() {
    let mut world = world();
    let before: Vec<Person> =
        [CHILD, YOUNG_MOTHER, MOTHER, FATHER].iter().map(|number| world.person(number).clone()).collect();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let annulment =
        json!({"entry": world.last_act(), "court": "Шүүх", "decision": "9", "reason": "хүчингүй"});
    world.register(Kind::Annulment, annulment).unwrap();
    for earlier in before {
        let now = world.register.get(earlier.id).unwrap();
        assert_eq!(*now, Person { last_seq: now.last_seq, ..earlier });
    }
}

#[test]
fn the_death_of_a_sealed_parent_touches_nobody_behind_the_seal() {
    let mut world = world();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let death = json!({
        "person": YOUNG_MOTHER, "died_on": "2026-04-30", "paper_number": "1", "informant": "Хөрш",
    });
    let parts = world.register(Kind::Death, death).unwrap();
    assert_eq!(parts.len(), 1);
    assert!(matches!(world.person(CHILD).life_cycle, LifeCycle::Alive));
}

#[test]
fn an_act_that_the_adoption_rests_on_is_referred_and_the_adoption_not_named() {
    let mut world = world();
    let birth = world.person(CHILD).acts[0].number.clone();
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    let annulment = json!({"entry": birth, "court": "Шүүх", "decision": "9", "reason": "хүчингүй"});
    let refused = world.check(Kind::Annulment, annulment).unwrap_err();
    assert_eq!(refused.cause(), &Refusal::ReferToAuthority);
}

#[test]
fn a_change_of_name_that_the_adoption_sealed_is_named_in_no_refusal() {
    let mut world = renamed();
    let fathers = world.person(YOUNG_FATHER).acts.iter().find(|act| act.kind == Kind::NameChange);
    let fathers = fathers.unwrap().number.clone();
    let annulment = json!({"entry": fathers, "court": "Шүүх", "decision": "9", "reason": "хүчингүй"});
    let refused =
        |world: &mut World| world.check(Kind::Annulment, annulment.clone()).unwrap_err().cause().clone();
    assert!(
        matches!(refused(&mut world), Refusal::OthersRestOn { .. }),
        "the child's own change rests on it"
    );
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    assert_eq!(refused(&mut world), Refusal::ReferToAuthority);
}

#[test]
fn a_remark_on_a_sealed_act_is_sealed_with_it() {
    let mut world = world();
    world.import("УА95050512", "Тулга", "male", "1995-05-05", json!({}));
    let parentage = json!({
        "child": CHILD, "parent": "УА95050512", "parent_kind": "father", "joint_application": true,
    });
    world.register(Kind::Parentage, parentage).unwrap();
    let act = world.last_act();
    let remark = json!({"person": CHILD, "act_number": act, "remark": "Тэмдэглэл", "paper_number": "1"});
    world.register(Kind::Annotation, remark).unwrap();
    assert_eq!(world.person(CHILD).unsealed().annotations.len(), 1);
    world.register(Kind::Adoption, with(json!({}))).unwrap();
    assert!(world.person(CHILD).unsealed().annotations.is_empty());
}
