use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::entry::PartBody;
use crate::kind::Kind;
use crate::officer::Role;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

/// A history of random acts; those the law refuses are simply not in it.
fn history(acts: &[(u8, u8)]) -> World {
    let mut world = World::new();
    for (act, choice) in acts {
        world.today = world.today + chrono::Days::new(1);
        let person = if choice % 2 == 0 { MOTHER } else { FATHER };
        let (kind, roles, json) = match act % 8 {
            0 => (
                Kind::Birth,
                Role::Registrar,
                json!({
                    "mother": MOTHER, "father": FATHER, "applicants": ["mother"], "medical_certificate": "1",
                    "given_name": "Анужин", "sex": if choice % 3 == 0 { "male" } else { "female" },
                    "born_on": world.today.to_string(), "birth_place": "1101", "answers": ["440: composed"],
                }),
            ),
            1 => (
                Kind::Residence,
                Role::Registrar,
                json!({
                    "person": person, "unit": OFFICE, "address": format!("{choice}-1"),
                    "arrived_on": world.today.to_string(), "address_proof": "1",
                }),
            ),
            2 => (
                Kind::CardApplication,
                Role::Approver,
                json!({
                    "person": person, "latin_given": "Bat", "latin_confirmed": true,
                    "portrait_sha256": "ab".repeat(32),
                }),
            ),
            3 => {
                let card = world.person(person).cards.last().map(|card| card.id.to_string());
                (
                    Kind::CardRevoked,
                    Role::CardOfficer,
                    json!({"person": person, "card": card, "reason": "lost"}),
                )
            }
            4 => (
                Kind::MarriageEnded,
                Role::Registrar,
                json!({
                    "person": person, "way": "court", "court": "x", "decision_number": "1",
                    "in_force_on": world.today.to_string(),
                }),
            ),
            5 => (
                Kind::MarriageRestored,
                Role::Registrar,
                json!({"husband": FATHER, "wife": MOTHER, "joint_application": true}),
            ),
            6 => (
                Kind::NameChange,
                Role::Registrar,
                json!({
                    "person": person, "governor_order": "1",
                    "given_name": if choice % 3 == 0 { "Номин" } else { "Саран" },
                }),
            ),
            _ => (
                Kind::Death,
                Role::Registrar,
                json!({
                    "person": person, "died_on": world.today.to_string(), "paper_number": "1", "informant": "x",
                }),
            ),
        };
        world.officer = officer(1, OFFICE, &[roles]);
        // Refusals are part of the game: only what passes enters the ledger.
        drop(world.register(kind, json));
    }
    world
}

fn dump(register: &Register) -> Vec<String> {
    register.canonical_lines().map(Result::unwrap).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folding_a_history_equals_applying_it_in_order(acts in proptest::collection::vec(any::<(u8, u8)>(), 0..25)) {
        let world = history(&acts);
        let folded = Register::fold(world.entries.clone());
        prop_assert_eq!(dump(&folded), dump(&world.register));
    }

    #[test]
    fn a_history_survives_storage(acts in proptest::collection::vec(any::<(u8, u8)>(), 0..25)) {
        let world = history(&acts);
        let stored: Vec<Entry> = world
            .entries
            .iter()
            .map(|entry| serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(&stored, &world.entries);
        prop_assert_eq!(dump(&Register::fold(stored)), dump(&world.register));
        for person in world.register.people() {
            let again: Person = serde_json::from_str(&canonical_line(person).unwrap()).unwrap();
            prop_assert_eq!(&again, person);
        }
    }

    #[test]
    fn one_person_folds_alone_to_any_position(
        acts in proptest::collection::vec(any::<(u8, u8)>(), 0..25), position in 0_u64..30
    ) {
        let world = history(&acts);
        let earlier = world.entries.iter().filter(|entry| entry.header.seq.unwrap() <= position).cloned();
        let then = Register::fold(earlier);
        for person in world.register.people() {
            let parts = world.entries.iter().flat_map(|entry| {
                entry.parts.iter().filter(|part| part.person == person.id).map(|part| (&entry.header, part))
            });
            let alone = fold_person_to(parts, position);
            prop_assert_eq!(alone.as_ref(), then.get(person.id));
        }
    }

    #[test]
    fn an_erased_part_still_folds(acts in proptest::collection::vec(any::<(u8, u8)>(), 1..25), erased in any::<u16>()) {
        let mut world = history(&acts);
        let parts: usize = world.entries.iter().map(|entry| entry.parts.len()).sum();
        let part = world.entries.iter_mut().flat_map(|entry| &mut entry.parts).nth(usize::from(erased) % parts);
        let part = part.unwrap();
        part.body = PartBody::Erased;
        let person = part.person;
        let register = Register::fold(world.entries);
        prop_assert_eq!(register.get(person).unwrap().erased_parts, 1);
    }
}

#[test]
fn a_person_is_unknown_before_the_first_entry_about_them() {
    let world = World::new();
    let mother = world.person(MOTHER).id;
    let parts = world.entries.iter().flat_map(|entry| {
        entry.parts.iter().filter(|part| part.person == mother).map(|part| (&entry.header, part))
    });
    assert_eq!(fold_person_to(parts, 0), None);
}

#[test]
fn an_earlier_payload_is_read_for_ever() {
    let stored = r#"{"person":"00000000-0000-0000-0000-000000000001","role":"mother",
        "body":{"kind":"birth","body":{"part":"parent","v":1,"child":"00000000-0000-0000-0000-000000000002"}}}"#;
    let part: Part = serde_json::from_str(stored).unwrap();
    assert!(matches!(part.body, PartBody::Birth(_)));
}
