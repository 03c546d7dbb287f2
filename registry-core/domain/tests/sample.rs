//! The shipped sample of composed people can be imported as its own header says.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its sample has failed")]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use registry_domain::civil_id::CivilId;
use registry_domain::context::{Context, Fresh, Stage};
use registry_domain::door::Door;
use registry_domain::entry::{Entry, Header};
use registry_domain::event::Facts;
use registry_domain::event::legacy::COLUMNS;
use registry_domain::id::{EntryId, OfficerId, PersonId};
use registry_domain::interest::Interest;
use registry_domain::kind::Kind;
use registry_domain::law::LawConfig;
use registry_domain::linkage::{Band, Features, possible_duplicates};
use registry_domain::national_number::{DemoScheme, NationalNumber};
use registry_domain::officer::{Officer, Role};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::register::Register;
use registry_domain::unit::{UNITS_TSV, UnitCode, UnitTree};
use serde_json::Value;
use uuid::Uuid;

const SAMPLE: &str = include_str!("../../data/sample-people.csv");

/// The rows as declared forms. The sample needs no quoting, which the test of its columns checks.
fn rows() -> Vec<Value> {
    let mut lines = SAMPLE.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next().unwrap().split(',').collect::<Vec<_>>(), COLUMNS);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{line}");
        COLUMNS.iter().map(|column| (*column).to_owned()).zip(cells.into_iter().map(Value::from)).collect()
    };
    lines.map(row).collect()
}

struct Import {
    units: UnitTree,
    register: Register,
    refused: Vec<u16>,
    drawn: u64,
}

impl Import {
    fn new() -> Self {
        let units = UnitTree::parse_tsv(UNITS_TSV).unwrap();
        Self { units, register: Register::default(), refused: Vec::new(), drawn: 0 }
    }

    fn run(&mut self) {
        self.refused.clear();
        for row in rows() {
            if let Err(refusal) = self.take(&row) {
                self.refused.push(refusal.number());
            }
        }
    }

    fn take(&mut self, row: &Value) -> Result<(), Refusal> {
        let facts = Facts::parse(&Kind::Legacy, row)?;
        let named = facts.people();
        let loaded = |person: &&Person| named.iter().any(|reference| reference.is_of(person));
        let persons: Vec<Person> = self.register.people().filter(loaded).cloned().collect();
        self.drawn += 1;
        let central = UnitCode::parse("11").unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        let now = today.and_hms_opt(4, 0, 0).unwrap().and_utc();
        let parts = facts.check(&Context {
            now,
            today,
            door: Door::Import,
            stage: &Stage::Registering { received_by: None, received_at: central.clone(), received_on: None },
            office: &central,
            officer: &Officer {
                id: OfficerId::new(Uuid::from_u128(1)),
                name_label: "Import".to_owned(),
                roles: vec![Role::Administrator],
                office: central.clone(),
                valid_from: today,
                valid_to: None,
                interest: Interest::default(),
                follows: Vec::new(),
            },
            units: &self.units,
            law: &LawConfig::default(),
            scheme: &DemoScheme,
            persons: &persons,
            taken: &|_: &NationalNumber| false,
            fresh: &Fresh {
                person_ids: vec![PersonId::new(Uuid::from_u128(self.drawn.into()))],
                civil_ids: vec![CivilId::from_random(self.drawn)],
                ..Fresh::default()
            },
            act_number: "",
            amended: None,
        })?;
        let header = Header {
            id: EntryId::new(Uuid::from_u128(self.drawn.into())),
            seq: Some(self.drawn),
            kind: Kind::Legacy,
            recorded_at: now,
            registered_on: today,
            office: central.clone(),
            officer: None,
            act_number: None,
            amends: None,
            erases: None,
        };
        self.register.append(&Entry { header, parts });
        Ok(())
    }
}

#[test]
fn only_the_lines_that_are_wrong_on_purpose_are_refused() {
    let mut import = Import::new();
    import.run();
    let mut refused = import.refused.clone();
    refused.sort_unstable();
    assert_eq!(refused, [104, 108, 109, 112, 113, 115, 116, 905]);
    assert_eq!(import.register.people().count(), rows().len() - 8);
}

#[test]
fn importing_twice_changes_nothing() {
    let mut import = Import::new();
    import.run();
    let first = import.register.clone();
    import.run();
    assert_eq!(import.register, first);
    assert_eq!(import.refused.len(), rows().len());
}

#[test]
fn the_sample_holds_couples_families_and_a_birth_in_every_year() {
    let mut import = Import::new();
    import.run();
    let people: Vec<_> = import.register.people().collect();
    let couples = people.iter().filter(|person| person.open_spouses().next().is_some()).count();
    assert!(couples >= 60 && couples.is_multiple_of(2), "{couples}");
    for person in &people {
        for link in person.open_spouses() {
            assert!(import.register.get(link.person).unwrap().is_married_to(person));
        }
    }
    assert!(people.iter().filter(|person| !person.parents.is_empty()).count() >= 60);
    let years: BTreeSet<i32> = people.iter().map(|person| person.born_on.unwrap().year()).collect();
    assert!((1985..=2020).all(|year| years.contains(&year)));
}

#[test]
fn the_three_possible_doubles_are_found_and_no_others() {
    let mut import = Import::new();
    import.run();
    let pool: Vec<Features> = import.register.people().filter_map(Features::of).collect();
    let mut pairs = BTreeSet::new();
    for candidate in &pool {
        for finding in possible_duplicates(candidate, &pool) {
            assert_eq!(finding.band, Band::Decide, "{finding:?}");
            let (a, b) = (candidate.person.min(finding.person), candidate.person.max(finding.person));
            pairs.insert((a, b));
        }
    }
    assert_eq!(pairs.len(), 3);
}

#[test]
fn no_number_of_the_sample_can_be_a_real_one() {
    for row in rows() {
        let second = row["national_number"].as_str().unwrap().chars().nth(1).unwrap();
        assert!(matches!(second, 'Ъ' | 'Ы' | 'Ь'));
    }
}
