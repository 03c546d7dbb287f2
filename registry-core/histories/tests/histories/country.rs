//! A small country behind the public interface of the domain. It loads, checks and folds as the service does.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chrono::NaiveDate;
use registry_domain::amendment::{Certified, Dossier, EntryRef};
use registry_domain::civil_id::CivilId;
use registry_domain::context::{Context, Fresh, Stage};
use registry_domain::door::Door;
use registry_domain::entry::{Entry, Header};
use registry_domain::event::Facts;
use registry_domain::id::{EntryId, OfficerId, PersonId};
use registry_domain::interest::Interest;
use registry_domain::kind::Kind;
use registry_domain::law::LawConfig;
use registry_domain::national_number::{DemoScheme, NationalNumber};
use registry_domain::officer::{Officer, Role};
use registry_domain::person::Person;
use registry_domain::person_ref::PersonRef;
use registry_domain::policy::Eyes;
use registry_domain::refusal::Refusal;
use registry_domain::register::Register;
use registry_domain::unit::{UNITS_TSV, UnitCode, UnitTree};
use serde_json::Value;
use uuid::Uuid;

/// The units that the service ships, read once.
pub fn units() -> &'static UnitTree {
    static UNITS: OnceLock<UnitTree> = OnceLock::new();
    UNITS.get_or_init(|| UnitTree::parse_tsv(UNITS_TSV).unwrap())
}

/// The id of the person whom the entry with this label brings into the register.
pub fn person_id(label: usize) -> PersonId {
    PersonId::new(Uuid::from_u128(1 + label as u128))
}

/// The act number of the entry with this label.
pub fn act_number(label: usize) -> String {
    format!("110151-2026-{:07}", label + 1)
}

/// What is declared, where and when. The label names the entry and the person whom it brings into the
/// register.
pub struct Declared<'a> {
    pub label: usize,
    pub kind: Kind,
    pub form: &'a Value,
    pub office: &'a str,
    pub today: NaiveDate,
}

/// The ledger, and the register folded from it.
#[derive(Clone)]
pub struct Country {
    pub law: LawConfig,
    pub register: Register,
    pub entries: Vec<Entry>,
    given: BTreeSet<String>,
}

impl Country {
    pub fn new() -> Self {
        Self {
            law: LawConfig { is_demo: true, ..LawConfig::default() },
            register: Register::default(),
            entries: Vec::new(),
            given: BTreeSet::new(),
        }
    }

    /// Receives a declaration at its office and registers it there; if the policy wants another unit, at the
    /// office above.
    pub fn register(&mut self, declared: &Declared<'_>) -> Result<&Entry, Refusal> {
        let facts = Facts::parse(&declared.kind, declared.form)?;
        let amended = self.amended(&facts);
        let persons = facts.load(amended.as_ref(), |reference| Ok(self.find(reference)))?;
        let amends = amended.as_ref().map(|entry| entry.header.id);
        let histories = persons.iter().map(|person| (person.id, self.register.history(person.id).to_vec()));
        let certified = Certified::NotKnown;
        let dossier = amended.map(|entry| Dossier { entry, certified, histories: histories.collect() });
        let received_at = UnitCode::parse(declared.office)?;
        let stage = Stage::Registering {
            received_by: Some(officer(9, &received_at, declared.today).id),
            received_at: received_at.clone(),
            received_on: None,
        };
        let fresh = Fresh {
            person_ids: vec![person_id(declared.label), person_id(declared.label + 1_000_000)],
            civil_ids: vec![CivilId::from_random(declared.label as u64)],
            ..Fresh::default()
        };
        let taken = |number: &NationalNumber| self.given.contains(number.as_str());
        let here = officer(1, &received_at, declared.today);
        let above = units().get(&received_at).and_then(|unit| unit.parent.as_ref());
        let above = officer(1, above.unwrap_or(&received_at), declared.today);
        let number = act_number(declared.label);
        let now = declared.today.and_hms_opt(4, 0, 0).unwrap().and_utc();
        let context = |officer| Context {
            now,
            today: declared.today,
            door: if declared.kind == Kind::Legacy { Door::Import } else { Door::Declaration },
            stage: &stage,
            office: &received_at,
            officer,
            units: units(),
            law: &self.law,
            scheme: &DemoScheme,
            persons: &persons,
            taken: &taken,
            fresh: &fresh,
            act_number: &number,
            amended: dossier.as_ref(),
        };
        let lateness = facts.lateness(&context(&here));
        let is_decided_above = self.law.eyes(declared.kind, lateness) == Eyes::TwoUnits;
        let registrar = if is_decided_above { &above } else { &here };
        let parts = facts.check(&Context { office: &registrar.office, ..context(registrar) })?;
        let header = Header {
            id: EntryId::new(Uuid::from_u128(1_000_000_000 + declared.label as u128)),
            seq: Some(self.entries.len() as u64),
            kind: declared.kind,
            recorded_at: now,
            registered_on: declared.today,
            office: registrar.office.clone(),
            officer: Some(registrar.id),
            act_number: Some(number),
            amends,
            erases: None,
        };
        Ok(self.append(Entry { header, parts }))
    }

    /// The record of the person whom the entry with this label brought into the register.
    pub fn person(&self, label: usize) -> Option<&Person> {
        self.register.get(person_id(label))
    }

    fn append(&mut self, entry: Entry) -> &Entry {
        self.register.append(&entry);
        for part in &entry.parts {
            self.given.extend(self.register.get(part.person).into_iter().flat_map(Person::claimed));
        }
        self.entries.push(entry);
        &self.entries[self.entries.len() - 1]
    }

    fn find(&self, reference: &PersonRef) -> Option<Person> {
        match reference {
            PersonRef::Id(id) => self.register.get(*id).cloned(),
            PersonRef::NationalNumber(_) | PersonRef::CivilId(_) | PersonRef::Foreign(_) => {
                self.register.people().find(|person| reference.is_of(person)).cloned()
            }
        }
    }

    fn amended(&self, facts: &Facts) -> Option<Entry> {
        let reference = facts.amends()?;
        let is_meant = |entry: &&Entry| match &reference {
            EntryRef::Id(id) => entry.header.id == *id,
            EntryRef::ActNumber(number) => entry.header.act_number.as_ref() == Some(number),
        };
        self.entries.iter().find(is_meant).cloned()
    }
}

fn officer(number: u128, office: &UnitCode, today: NaiveDate) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(number)),
        name_label: "Officer".to_owned(),
        roles: vec![Role::Registrar, Role::Administrator],
        office: office.clone(),
        valid_from: today,
        valid_to: None,
        interest: Interest::default(),
        follows: Vec::new(),
    }
}
