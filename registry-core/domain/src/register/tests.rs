use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::entry::{Part, PartBody};
use crate::kind::Kind;
use crate::officer::Role;
use crate::person_ref::PersonRef;
use crate::testing::{FATHER, MOTHER, OFFICE, World, officer};

/// A history of random acts; those that the law refuses are left out.
fn history(acts: &[(u8, u8)]) -> World {
    let mut world = World::new();
    for (act, choice) in acts {
        world.today = world.today + chrono::Days::new(1);
        let person = if choice % 2 == 0 { MOTHER } else { FATHER };
        let (kind, roles, json) = match act % 10 {
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
                let holder = PersonRef::parse(person).unwrap();
                let holder = world.register.people().find(|person| holder.is_of(person));
                let card = holder.and_then(|holder| holder.cards.last()).map(|card| card.id.to_string());
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
            7 => correction(&world, *choice),
            8 => annulment(&world, *choice),
            _ => (
                Kind::Death,
                Role::Registrar,
                json!({
                    "person": person, "died_on": world.today.to_string(), "paper_number": "1", "informant": "x",
                }),
            ),
        };
        world.officer = officer(1, OFFICE, &[roles]);
        // Refusals are expected: only what passes enters the ledger.
        drop(world.register(kind, json));
    }
    world
}

fn chosen(world: &World, choice: u8) -> &Entry {
    &world.entries[usize::from(choice) % world.entries.len()]
}

fn correction(world: &World, choice: u8) -> (Kind, Role, Value) {
    const CHANGES: [&str; 4] =
        ["given_name=Номин", "born_on=1989-03-04", "address=9-9", "died_on=2026-05-02"];
    let entry = chosen(world, choice);
    let facts = json!({
        "entry": entry.header.act_number, "person": entry.parts[0].person.to_string(),
        "changes": [CHANGES[usize::from(choice / 4) % CHANGES.len()]], "reason": "1", "evidence": "1",
    });
    (Kind::Correction, Role::Registrar, facts)
}

fn annulment(world: &World, choice: u8) -> (Kind, Role, Value) {
    let entry = &chosen(world, choice).header.act_number;
    (Kind::Annulment, Role::Registrar, json!({"entry": entry, "court": "1", "decision": "1", "reason": "1"}))
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
            let alone = fold_person_to(world.register.history(person.id), position);
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
    assert_eq!(fold_person_to(world.register.history(mother), 0), None);
}

#[test]
fn an_earlier_payload_is_read_for_ever() {
    let stored = r#"{"person":"00000000-0000-0000-0000-000000000001","role":"mother",
        "body":{"kind":"birth","body":{"part":"parent","v":1,"child":"00000000-0000-0000-0000-000000000002"}}}"#;
    let part: Part = serde_json::from_str(stored).unwrap();
    assert!(matches!(part.body, PartBody::Birth(_)));
}
