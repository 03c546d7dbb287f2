use serde_json::{Value, json};
use uuid::Uuid;

use super::{begin, expiry};
use crate::card::{CardState, RevocationReason};
use crate::context::Stage;
use crate::date::parse_date;
use crate::id::{CardId, PersonId};
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::name::PersonName;
use crate::officer::Role;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer, unit, units};

fn application(person: &str) -> Value {
    json!({
        "person": person, "latin_parent": "Dorj", "latin_given": "Bat", "latin_confirmed": true,
        "portrait_sha256": "ab".repeat(32),
    })
}

fn with(changes: Value) -> Value {
    let mut facts = application(FATHER);
    for (field, value) in changes.as_object().unwrap() {
        facts[field] = value.clone();
    }
    facts
}

fn approver(world: &mut World, number: u128, office: &str) {
    world.officer = officer(number, office, &[Role::Approver, Role::CardOfficer]);
}

/// Approves a card; the world's officer is the same afterwards as before.
pub(crate) fn approved(world: &mut World, person: &str) -> CardId {
    let before = world.officer.clone();
    approver(world, 2, OFFICE);
    world.register(Kind::CardApplication, application(person)).unwrap();
    world.officer = before;
    world.person(person).cards.last().unwrap().id
}

pub(crate) fn personalised(card: CardId) -> Value {
    let certificate = |slot: &str, byte: &str| {
        json!({
            "serial": byte.repeat(8), "slot": slot, "spki_sha256": byte.repeat(32), "not_after": "2031-05-01T00:00:00Z",
        })
    };
    json!({
        "person": FATHER, "card": card.to_string(), "station": "00000000-0000-0000-0000-000000000001",
        "chip_id": "0A0B", "sod_sha256": "cd".repeat(32),
        "certificates": [certificate("authentication", "11"), certificate("signature", "22")],
    })
}

fn refused(world: &mut World, kind: Kind, json: Value) -> Refusal {
    world.check(kind, json).unwrap_err().cause().clone()
}

#[test]
fn a_card_goes_from_approval_to_revocation() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    let act = json!({"person": FATHER, "card": card.to_string()});
    assert_eq!(
        refused(&mut world, Kind::CardActivated, act.clone()),
        Refusal::CardStateUnfit { state: "approved" }
    );
    world.register(Kind::CardPersonalised, personalised(card)).unwrap();
    let today = world.today;
    let record = world.person(FATHER).card(card).unwrap();
    assert_eq!(record.require_active_on(today), Err(Refusal::CardNotActive));
    assert_eq!(record.chip_id.as_deref(), Some("0a0b"));
    world.register(Kind::CardActivated, act).unwrap();
    assert_eq!(world.person(FATHER).card(card).unwrap().require_active_on(today), Ok(()));
    let lost = json!({"person": FATHER, "card": card.to_string(), "reason": "lost"});
    world.register(Kind::CardRevoked, lost.clone()).unwrap();
    let record = world.person(FATHER).card(card).unwrap();
    assert_eq!(record.state, CardState::Revoked { reason: RevocationReason::Lost, on: today });
    assert_eq!(record.require_active_on(today), Err(Refusal::CardRevoked));
    assert_eq!(refused(&mut world, Kind::CardRevoked, lost), Refusal::CardRevoked);
}

#[test]
fn the_officer_who_received_an_application_cannot_approve_it() {
    let mut world = World::new();
    approver(&mut world, 9, OFFICE);
    assert_eq!(refused(&mut world, Kind::CardApplication, application(FATHER)), Refusal::SecondOfficerNeeded);
}

#[test]
fn an_office_with_one_officer_hands_over_to_its_configured_neighbour() {
    let mut world = World::new();
    approver(&mut world, 3, "110153");
    world.receive_at(OFFICE);
    let handed = application(FATHER);
    assert_eq!(refused(&mut world, Kind::CardApplication, handed.clone()), Refusal::NotEligibleApprover);
    world.law.approving_neighbours.insert(unit(OFFICE), unit("110153"));
    world.register(Kind::CardApplication, handed).unwrap();
    assert_eq!(world.person(FATHER).cards[0].office, unit(OFFICE));
}

#[test]
fn an_application_is_received_by_one_officer_alone() {
    let mut world = World::new();
    world.stage = Some(Stage::Declaring);
    assert!(world.check(Kind::CardApplication, application(FATHER)).is_ok());
}

#[test]
fn a_card_is_for_those_who_turned_sixteen() {
    let mut world = World::new();
    world.import("УА10250213", "Жавхлан", "male", "2010-05-02", json!({}));
    approver(&mut world, 2, OFFICE);
    let young = || with(json!({"person": "УА10250213"}));
    assert_eq!(refused(&mut world, Kind::CardApplication, young()), Refusal::TooYoungForCard { age: 16 });
    world.today = parse_date("2026-05-02").unwrap();
    assert!(world.check(Kind::CardApplication, young()).is_ok());
}

#[test]
fn one_person_has_one_open_card() {
    let mut world = World::new();
    approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    assert_eq!(refused(&mut world, Kind::CardApplication, with(json!({}))), Refusal::CardOpenAlready);
    assert!(world.check(Kind::CardApplication, application(MOTHER)).is_ok());
}

#[test]
fn the_citizen_confirms_the_latin_name_and_a_portrait_is_there() {
    let mut world = World::new();
    approver(&mut world, 2, OFFICE);
    let unconfirmed = with(json!({"latin_confirmed": false}));
    assert_eq!(refused(&mut world, Kind::CardApplication, unconfirmed), Refusal::LatinNameNotConfirmed);
    let faceless = with(json!({"portrait_sha256": null}));
    assert_eq!(refused(&mut world, Kind::CardApplication, faceless), Refusal::PortraitMissing);
    let cyrillic = with(json!({"latin_given": "Бат"}));
    assert_eq!(refused(&mut world, Kind::CardApplication, cyrillic), Refusal::InvalidLatinName);
}

#[test]
fn a_card_needs_a_residence_and_a_living_holder_with_a_whole_birth_date() {
    let mut world = World::new();
    world.import("УА80010131", "Гэрэл", "male", "1980-01-01", json!({"residence_unit": ""}));
    world.import("УА80010133", "Наран", "male", "1980-01-01", json!({"died_on": "2020-01-01"}));
    world.import("УА80010135", "Одон", "male", "1980", json!({}));
    approver(&mut world, 2, OFFICE);
    let mut refused = |person| refused(&mut world, Kind::CardApplication, with(json!({"person": person})));
    assert_eq!(refused("УА80010131"), Refusal::HolderHasNoResidence);
    assert!(matches!(refused("УА80010133"), Refusal::PersonDead { .. }));
    assert_eq!(refused("УА80010135"), Refusal::DateNotComplete);
}

#[test]
fn a_card_ends_on_the_next_renewal_birthday() {
    let law = LawConfig::default();
    let end =
        |born: &str, day: &str| expiry(&law, parse_date(born).unwrap(), parse_date(day).unwrap()).to_string();
    assert_eq!(end("2004-11-29", "2021-01-28"), "2029-11-29");
    assert_eq!(end("2000-03-01", "2026-05-01"), "2045-03-01");
    assert_eq!(end("2001-05-01", "2026-05-01"), "2046-05-01");
    assert_eq!(end("1960-01-01", "2026-05-01"), "2036-05-01");
}

#[test]
fn two_certificates_with_one_key_are_refused() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    let mut doubled = personalised(card);
    doubled["certificates"][1]["spki_sha256"] = doubled["certificates"][0]["spki_sha256"].clone();
    assert_eq!(refused(&mut world, Kind::CardPersonalised, doubled), Refusal::CertificateDetailsUnfit);
    let mut none = personalised(card);
    none["certificates"] = json!([]);
    assert_eq!(refused(&mut world, Kind::CardPersonalised, none), Refusal::CertificateDetailsUnfit);
}

#[test]
fn a_personalisation_claims_the_chip_and_every_public_key() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    let claims = world.claims(Kind::CardPersonalised, personalised(card));
    assert!(claims.contains(&"chip/0a0b".to_owned()));
    assert!(claims.contains(&format!("key/{}", "11".repeat(32))));
}

#[test]
fn a_card_is_written_once() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    world.register(Kind::CardPersonalised, personalised(card)).unwrap();
    assert_eq!(
        refused(&mut world, Kind::CardPersonalised, personalised(card)),
        Refusal::CardStateUnfit { state: "personalised" }
    );
}

#[test]
fn an_expired_card_makes_room_for_the_next_and_cannot_be_activated() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    world.register(Kind::CardPersonalised, personalised(card)).unwrap();
    world.today = world.person(FATHER).card(card).unwrap().expires_on.succ_opt().unwrap();
    let act = json!({"person": FATHER, "card": card.to_string()});
    assert_eq!(refused(&mut world, Kind::CardActivated, act), Refusal::CardExpired);
    assert!(world.check(Kind::CardApplication, application(FATHER)).is_ok());
}

#[test]
fn a_card_of_someone_else_is_not_found() {
    let mut world = World::new();
    let card = approved(&mut world, MOTHER);
    approver(&mut world, 2, OFFICE);
    assert_eq!(refused(&mut world, Kind::CardPersonalised, personalised(card)), Refusal::CardNotFound);
}

#[test]
fn a_card_is_not_entered_with_nonsense_for_a_serial_number() {
    let mut world = World::new();
    let card = approved(&mut world, FATHER);
    approver(&mut world, 2, OFFICE);
    for nonsense in ["nothex zz", "", "4a", "4A4A4A4A4A4A4A4A"] {
        let mut written = personalised(card);
        written["certificates"][1]["serial"] = json!(nonsense);
        let refused = world.check(Kind::CardPersonalised, written).unwrap_err();
        assert_eq!((refused.number(), refused.field()), (730, Some("certificates")), "{nonsense}");
    }
}

#[test]
fn a_card_application_begins_with_a_spelling_that_can_be_sent() {
    let name: PersonName =
        serde_json::from_value(json!({"clan": "Боржигон", "parent": null, "given": "Бат"})).unwrap();
    let mut spelling = json!({"spells": &name, "clan": "ᠪᠣᠷᠵᠢᠭᠢᠨ", "given": "ᠪᠠᠲᠤ"});
    let mut person = Person::blank(PersonId::new(Uuid::from_u128(1)));
    person.name = Some(name);
    let mut begun = |spelling: &Value| -> Vec<String> {
        person.traditional = Some(serde_json::from_value(spelling.clone()).unwrap());
        let values = begin(&person).unwrap().into_iter();
        values.filter(|(field, _)| field.starts_with("traditional")).map(|(_, value)| value).collect()
    };
    assert_eq!(begun(&spelling), ["ᠪᠣᠷᠵᠢᠭᠢᠨ", "", "ᠪᠠᠲᠤ"]);
    // As after a change of the given name whose act had no spelling.
    spelling["given"].take();
    assert_eq!(begun(&spelling), ["", "", ""]);
}

#[test]
fn the_last_day_of_a_card_ends_at_its_office() {
    let mut world = World::new();
    approved(&mut world, FATHER);
    let mut card = world.person(FATHER).cards.last().unwrap().clone();
    let last = card.expires_on;
    assert_eq!(card.ends_at(units()).to_rfc3339(), format!("{last}T15:59:59+00:00"));
    // Bayan-Ölgii is an hour behind the capital.
    card.office = unit("83");
    assert_eq!(card.ends_at(units()).to_rfc3339(), format!("{last}T16:59:59+00:00"));
}
