use serde_json::{Value, json};

use crate::entry::{PartBody, PartRole};
use crate::event::marriage::Body;
use crate::kind::Kind;
use crate::kinship::Kinship;
use crate::officer::Role;
use crate::person::CivilStatus;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, World};

pub(crate) const HUSBAND: &str = "УА95030311";
pub(crate) const WIFE: &str = "УА96040422";
const PARENT: &str = "УА70050511";

/// A man and a woman of age, neither married, and the couple of [`World::new`] as witnesses.
pub(crate) fn couple() -> World {
    let mut world = World::new();
    world.import(PARENT, "Дорж", "male", "1970-05-05", json!({}));
    world.import(HUSBAND, "Болд", "male", "1995-03-03", json!({"father_number": PARENT}));
    world.import(WIFE, "Туяа", "female", "1996-04-04", json!({}));
    world
}

pub(crate) fn marriage() -> Value {
    json!({"husband": HUSBAND, "wife": WIFE, "witness_1": FATHER, "witness_2": MOTHER})
}

fn with(changes: Value) -> Value {
    let mut facts = marriage();
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn refused(world: &mut World, changes: Value) -> Refusal {
    world.check(Kind::Marriage, with(changes)).unwrap_err().cause().clone()
}

fn foreign(changes: Value) -> Value {
    let mut facts = with(json!({
        "husband": null, "foreign_party": "husband", "foreign_citizenship": "DEU", "foreign_document": "C01X00T47",
        "foreign_given_name": "Ханс", "foreign_parent_name": "Петер", "foreign_latin_name": "Hans Mustermann",
        "foreign_born_on": "1990",
    }));
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

#[test]
fn a_marriage_closes_single_for_both_and_leaves_names_as_they_are() {
    let mut world = couple();
    let before = world.person(WIFE).name.clone();
    let parts = world.register(Kind::Marriage, marriage()).unwrap();
    assert_eq!(parts.iter().map(|part| part.role).collect::<Vec<_>>(), [PartRole::Spouse; 2]);
    let (husband, wife) = (world.person(HUSBAND), world.person(WIFE));
    assert_eq!((husband.civil_status, wife.civil_status), (CivilStatus::Married, CivilStatus::Married));
    assert!(husband.is_married_to(wife) && wife.is_married_to(husband));
    assert_eq!(wife.spouses[0].began_on, Some(world.today));
    assert_eq!(wife.name, before);
    assert_eq!(wife.acts.last().unwrap().kind, Kind::Marriage);
}

#[test]
fn of_two_marriages_of_one_person_the_second_is_refused_with_the_first_ones_act_number() {
    let mut world = couple();
    world.import("УА97050511", "Ганаа", "male", "1997-05-05", json!({}));
    let both = [marriage(), with(json!({"husband": "УА97050511"}))];
    assert!(both.iter().all(|facts| world.check(Kind::Marriage, facts.clone()).is_ok()));
    world.register(Kind::Marriage, both[0].clone()).unwrap();
    let act_number = world.person(WIFE).acts.last().unwrap().number.clone();
    let second = world.register(Kind::Marriage, both[1].clone()).unwrap_err();
    assert_eq!(second, Refusal::MarriedAlready { act_number }.in_field("wife"));
}

#[test]
fn a_marriage_of_the_old_register_bars_too() {
    let mut world = couple();
    assert!(matches!(refused(&mut world, json!({"husband": FATHER})), Refusal::MarriedAlready { .. }));
}

#[test]
fn both_must_be_eighteen_on_the_day() {
    let mut world = couple();
    world.import("УА08250242", "Номин", "female", "2008-05-02", json!({}));
    assert_eq!(refused(&mut world, json!({"wife": "УА08250242"})), Refusal::SpouseTooYoung { age: 18 });
    world.today = world.today.succ_opt().unwrap();
    assert!(world.check(Kind::Marriage, with(json!({"wife": "УА08250242"}))).is_ok());
}

#[test]
fn a_marriage_is_between_a_living_man_and_a_living_woman() {
    let mut world = couple();
    assert_eq!(refused(&mut world, json!({"husband": WIFE, "wife": HUSBAND})), Refusal::SpouseSexMismatch);
    assert_eq!(refused(&mut world, json!({"wife": HUSBAND})), Refusal::MarriageToOneself);
    let died = json!({"person": HUSBAND, "died_on": "2026-04-30", "paper_number": "1", "informant": "x"});
    world.register(Kind::Death, died).unwrap();
    assert!(matches!(refused(&mut world, json!({})), Refusal::PersonDead { .. }));
}

#[test]
fn kin_by_the_table_cannot_marry_and_uncle_and_niece_is_a_row_of_it() {
    let mut world = couple();
    world.import("УА98060622", "Сараа", "female", "1998-06-06", json!({"father_number": PARENT}));
    assert_eq!(refused(&mut world, json!({"wife": "УА98060622"})), Refusal::KinshipForbidden);
    world.import("УА72070722", "Оюун", "female", "1972-07-07", json!({"father_number": PARENT}));
    world.import("УА03280822", "Энхээ", "female", "2003-08-08", json!({"mother_number": "УА72070722"}));
    assert_eq!(refused(&mut world, json!({"wife": "УА03280822"})), Refusal::KinshipForbidden);
    world.law.forbidden_kinship.retain(|row| *row != Kinship::UncleNiece);
    assert!(world.check(Kind::Marriage, with(json!({"wife": "УА03280822"}))).is_ok());
}

#[test]
fn a_great_grandfather_is_found_three_generations_up() {
    let mut world = couple();
    world.import("УА30010111", "А", "male", "1930-01-01", json!({}));
    world.import("УА50010122", "Б", "female", "1950-01-01", json!({"father_number": "УА30010111"}));
    world.import("УА75010122", "В", "female", "1975-01-01", json!({"mother_number": "УА50010122"}));
    world.import("УА00210122", "Г", "female", "2000-01-01", json!({"mother_number": "УА75010122"}));
    let far = json!({"husband": "УА30010111", "wife": "УА00210122"});
    assert_eq!(refused(&mut world, far), Refusal::KinshipForbidden);
}

#[test]
fn two_other_adults_witness() {
    let mut world = couple();
    assert_eq!(refused(&mut world, json!({"witness_2": FATHER})), Refusal::WitnessesMustDiffer);
    assert_eq!(refused(&mut world, json!({"witness_2": WIFE})), Refusal::WitnessIsParty);
    world.import("УА10210122", "Дүү", "female", "2010-01-01", json!({}));
    assert_eq!(refused(&mut world, json!({"witness_2": "УА10210122"})), Refusal::WitnessNotAdult { age: 18 });
    assert_eq!(
        refused(&mut world, json!({"witness_1": ""})),
        Refusal::MissingField { field: "witness_1".into() }
    );
    let parts = world.register(Kind::Marriage, marriage()).unwrap();
    let PartBody::Marriage(Body::Spouse(body)) = &parts[0].body else { panic!() };
    assert_eq!(body.witnesses, [world.person(FATHER).id, world.person(MOTHER).id]);
}

#[test]
fn a_wide_gap_of_age_is_asked_about_and_the_reason_is_kept() {
    let mut world = couple();
    world.import("УА40010111", "Өвөө", "male", "1940-01-01", json!({}));
    let unanswered = refused(&mut world, json!({"husband": "УА40010111"}));
    assert_eq!(unanswered, Refusal::QuestionsUnanswered { numbers: "1240".into() });
    let answered = with(json!({"husband": "УА40010111", "answers": ["1240: asked each alone"]}));
    let parts = world.register(Kind::Marriage, answered).unwrap();
    let PartBody::Marriage(Body::Spouse(body)) = &parts[0].body else { panic!() };
    assert_eq!(body.answers[0].reason, "asked each alone");
}

#[test]
fn a_marriage_is_neither_in_the_future_nor_within_an_earlier_one() {
    let mut world = couple();
    assert_eq!(refused(&mut world, json!({"married_on": "2026-05-02"})), Refusal::DateInFuture);
    let died = json!({"person": FATHER, "died_on": "2026-04-20", "paper_number": "1", "informant": "x"});
    world.register(Kind::Death, died).unwrap();
    let widow = json!({"wife": MOTHER, "witness_1": WIFE, "witness_2": PARENT});
    let on = |day: &str| {
        let mut facts = with(widow.clone());
        facts["married_on"] = day.into();
        facts
    };
    let refused = world.check(Kind::Marriage, on("2026-04-19")).unwrap_err();
    assert_eq!(refused.cause(), &Refusal::MarriedThen);
    assert!(world.check(Kind::Marriage, on("2026-04-20")).is_ok());
}

#[test]
fn a_foreign_citizen_enters_the_register_once_whatever_follows() {
    let mut world = couple();
    let parts = world.register(Kind::Marriage, foreign(json!({}))).unwrap();
    let hans = world.register.get(parts[0].person).unwrap().clone();
    assert_eq!(hans.claimed(), ["DEU C01X00T47"]);
    assert!(hans.national_number.is_none() && hans.civil_id.is_none());
    assert!(hans.name.as_ref().unwrap().clan.is_none());
    assert!(PersonRef::parse("DEU C01X00T47").unwrap().is_of(&hans));
    assert!(hans.is_married_to(world.person(WIFE)));
    let died = json!({"person": WIFE, "died_on": "2026-05-01", "paper_number": "1", "informant": "x"});
    world.register(Kind::Death, died).unwrap();
    world.import("УА97050522", "Саран", "female", "1997-05-05", json!({}));
    // From now on the document alone is enough: nothing is typed twice.
    let again = with(json!({
        "husband": null, "wife": "УА97050522", "foreign_party": "husband", "foreign_citizenship": "DEU",
        "foreign_document": "c01x 00t47",
    }));
    let parts = world.register(Kind::Marriage, again).unwrap();
    assert_eq!(parts[0].person, hans.id);
    assert_eq!(world.register.get(hans.id).unwrap().spouses.len(), 2);
}

#[test]
fn a_foreign_citizen_gets_no_card_no_residence_and_no_new_name() {
    let mut world = couple();
    world.register(Kind::Marriage, foreign(json!({}))).unwrap();
    world.officer.roles.push(Role::Approver);
    let person = "DEU C01X00T47";
    let cases = [
        (Kind::NameChange, json!({"person": person, "given_name": "Бат", "governor_order": "1"})),
        (
            Kind::Residence,
            json!({"person": person, "unit": "110151", "address": "1", "arrived_on": "2026-05-01", "address_proof": "1"}),
        ),
        (Kind::CardApplication, json!({"person": person, "latin_given": "Hans", "latin_confirmed": true})),
    ];
    for (kind, facts) in cases {
        let refused = world.check(kind, facts).unwrap_err();
        assert_eq!(refused, Refusal::ForeignCitizen.in_field("person"), "{kind}");
    }
}

#[test]
fn a_foreign_party_is_described_once_and_never_otherwise() {
    let mut world = couple();
    let refused = |world: &mut World, changes: Value| {
        world.check(Kind::Marriage, foreign(changes)).unwrap_err().cause().clone()
    };
    let missing = refused(&mut world, json!({"foreign_given_name": null}));
    assert_eq!(missing, Refusal::ForeignDetailsMissing { field: "foreign_given_name" });
    assert_eq!(refused(&mut world, json!({"husband": HUSBAND})), Refusal::PartyNamedTwice);
    assert_eq!(refused(&mut world, json!({"foreign_citizenship": "MNG"})), Refusal::CitizenNotForeigner);
    let nameless = refused(&mut world, json!({"foreign_party": null}));
    assert_eq!(nameless, Refusal::MissingField { field: "foreign_party".into() });
    world.register(Kind::Marriage, foreign(json!({}))).unwrap();
    let differs = refused(&mut world, json!({"foreign_born_on": "1991"}));
    assert_eq!(differs, Refusal::ForeignDetailsDiffer { field: "foreign_born_on" });
    let both = with(json!({
        "husband": "DEU C01X00T47", "wife": null, "foreign_party": "wife", "foreign_citizenship": "CHN",
        "foreign_document": "E1234567", "foreign_given_name": "Ли", "foreign_latin_name": "Li",
        "foreign_born_on": "1991",
    }));
    assert_eq!(world.check(Kind::Marriage, both).unwrap_err().cause(), &Refusal::NoPartyIsCitizen);
}

#[test]
fn the_same_marriage_declared_twice_has_the_same_claim() {
    let mut world = couple();
    let first = world.claims(Kind::Marriage, marriage());
    assert_eq!(first, world.claims(Kind::Marriage, with(json!({"witness_1": MOTHER, "witness_2": FATHER}))));
    assert_ne!(first, world.claims(Kind::Marriage, foreign(json!({}))));
}
