//! What the tests of this crate share: the shipped units, an officer, a world of composed people.

use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::amendment::{Certified, Dossier, EntryRef};
use crate::card::DocumentNumber;
use crate::civil_id::CivilId;
use crate::context::{Context, Fresh, Stage};
use crate::date::parse_date;
use crate::door::Door;
use crate::entry::{Entry, Header, Part};
use crate::event::{Facts, Reservation};
use crate::id::{CardId, EntryId, OfficerId, PersonId};
use crate::interest::Interest;
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::national_number::{DemoScheme, NationalNumber};
use crate::officer::{Officer, Role};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::policy::{Eyes, KindEyes};
use crate::refusal::Refusal;
use crate::register::Register;
use crate::unit::{UNITS_TSV, UnitCode, UnitTree};

/// The shipped units, read once.
pub(crate) fn units() -> &'static UnitTree {
    static UNITS: OnceLock<UnitTree> = OnceLock::new();
    UNITS.get_or_init(|| UnitTree::parse_tsv(UNITS_TSV).unwrap())
}

/// A unit code.
pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

/// An officer of an office, with a mandate since 2000.
pub(crate) fn officer(number: u128, office: &str, roles: &[Role]) -> Officer {
    Officer {
        id: OfficerId::new(Uuid::from_u128(number)),
        name_label: format!("Officer {number}"),
        roles: roles.to_vec(),
        office: unit(office),
        valid_from: parse_date("2000-01-01").unwrap(),
        valid_to: None,
        interest: Interest::default(),
        follows: Vec::new(),
    }
}

/// A small country in which tests declare and register. It loads people as the shell does.
pub(crate) struct World {
    pub(crate) register: Register,
    pub(crate) entries: Vec<Entry>,
    pub(crate) today: NaiveDate,
    pub(crate) officer: Officer,
    /// None means: another officer of the same office received it today.
    pub(crate) stage: Option<Stage>,
    pub(crate) law: LawConfig,
    /// What the service's records say about the certificates of an entry that is amended.
    pub(crate) certified: Certified,
    drawn: u64,
}

/// What the domain decides about a declaration.
struct Decided {
    parts: Vec<Part>,
    claims: Vec<String>,
    reserved: Vec<Reservation>,
}

/// The door by which a kind comes in.
fn door_of(kind: Kind) -> Door {
    let open = |door: &&Door| kind.require_door(**door).is_ok();
    Door::ALL.iter().find(open).copied().unwrap_or(Door::Declaration)
}

/// The act number of the entry at a position, as the shell writes it.
fn act_number(seq: u64) -> String {
    format!("{OFFICE}-2026-{:07}", seq + 1)
}

pub(crate) const MOTHER: &str = "УА90010101";
pub(crate) const FATHER: &str = "УА88020215";
pub(crate) const OFFICE: &str = "110151";

impl World {
    /// A married couple of Baganuur's first khoroo, a registrar there, the first of May 2026.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            register: Register::default(),
            entries: Vec::new(),
            today: parse_date("2026-05-01").unwrap(),
            officer: officer(1, "11", &[Role::Administrator]),
            stage: None,
            law: LawConfig { is_demo: true, ..LawConfig::default() },
            certified: Certified::NotKnown,
            drawn: 0,
        };
        world.import(FATHER, "Бат", "male", "1988-02-02", json!({}));
        world.import(MOTHER, "Сарнай", "female", "1990-01-01", json!({"spouse_number": FATHER}));
        world.officer = officer(1, OFFICE, &[Role::Registrar]);
        world
    }

    /// Another officer received it at that office today, wherever it is registered.
    pub(crate) fn receive_at(&mut self, office: &str) {
        self.stage = Some(Stage::Registering {
            received_by: Some(officer(9, office, &[]).id),
            received_at: unit(office),
            received_on: None,
        });
    }

    /// The same country, where two officers of one office are enough for late declarations.
    pub(crate) fn with_two_of_one_office(mut self) -> Self {
        let eyes = KindEyes { in_time: Eyes::Two, late: Eyes::Two };
        self.law.four_eyes = [Kind::Birth, Kind::Marriage].into_iter().map(|kind| (kind, eyes)).collect();
        self
    }

    /// Imports a row, with further columns from `more`, as an administrator.
    pub(crate) fn import(
        &mut self,
        number: &str,
        given: &str,
        sex: &str,
        born_on: &str,
        more: Value,
    ) -> PersonId {
        let mut row = json!({
            "national_number": number, "clan_name": "Боржигон", "parent_name": "Дорж", "given_name": given,
            "sex": sex, "born_on": born_on, "residence_unit": OFFICE, "address": "1-1",
        });
        for (column, value) in more.as_object().unwrap() {
            row[column] = value.clone();
        }
        let officer = std::mem::replace(&mut self.officer, officer(1, "11", &[Role::Administrator]));
        let parts = self.register(Kind::Legacy, row).unwrap();
        self.officer = officer;
        parts[0].person
    }

    /// Checks without registering.
    pub(crate) fn check(&mut self, kind: Kind, json: Value) -> Result<Vec<Part>, Refusal> {
        self.decide(kind, &json).map(|decided| decided.parts)
    }

    /// The claims of a declaration.
    pub(crate) fn claims(&mut self, kind: Kind, json: Value) -> Vec<String> {
        self.decide(kind, &json).unwrap().claims
    }

    /// The numbers that a declaration reserves.
    pub(crate) fn reserves(&mut self, kind: Kind, json: Value) -> Result<Vec<Reservation>, Refusal> {
        self.decide(kind, &json).map(|decided| decided.reserved)
    }

    /// Checks, appends the entry and folds it.
    pub(crate) fn register(&mut self, kind: Kind, json: Value) -> Result<Vec<Part>, Refusal> {
        let amended = self.amended(&Facts::parse(&kind, &json)?);
        let amends = amended.map(|entry| entry.header.id);
        let parts = self.check(kind, json)?;
        let seq = self.entries.len() as u64;
        let header = Header {
            id: EntryId::new(Uuid::from_u128(u128::from(seq) + 5_000)),
            seq: Some(seq),
            kind,
            recorded_at: self.now(),
            registered_on: self.today,
            office: self.officer.office.clone(),
            officer: Some(self.officer.id),
            act_number: Some(act_number(seq)),
            amends,
            erases: None,
        };
        let entry = Entry { header, parts: parts.clone() };
        self.register.append(&entry);
        self.entries.push(entry);
        Ok(parts)
    }

    /// The record of a person by number.
    pub(crate) fn person(&self, number: &str) -> &Person {
        let reference = PersonRef::parse(number).unwrap();
        self.register.people().find(|person| reference.is_of(person)).unwrap()
    }

    /// The act number of the last entry.
    pub(crate) fn last_act(&self) -> String {
        act_number(self.entries.len() as u64 - 1)
    }

    fn amended(&self, facts: &Facts) -> Option<Entry> {
        let reference = facts.amends()?;
        let is_meant = |entry: &&Entry| match &reference {
            EntryRef::Id(id) => entry.header.id == *id,
            EntryRef::ActNumber(number) => entry.header.act_number.as_ref() == Some(number),
        };
        self.entries.iter().find(is_meant).cloned()
    }

    fn now(&self) -> DateTime<Utc> {
        self.today.and_hms_opt(4, 0, 0).unwrap().and_utc()
    }

    fn decide(&mut self, kind: Kind, json: &Value) -> Result<Decided, Refusal> {
        let facts = Facts::parse(&kind, json)?;
        let amended = self.amended(&facts);
        let find = |reference: &PersonRef| {
            Ok::<_, Refusal>(self.register.people().find(|person| reference.is_record(person)).cloned())
        };
        let persons = facts.load(amended.as_ref(), find)?;
        let histories = persons.iter().map(|person| (person.id, self.register.history(person.id).to_vec()));
        let dossier =
            amended.map(|entry| Dossier { entry, certified: self.certified, histories: histories.collect() });
        self.drawn += 1;
        let fresh = Fresh {
            person_ids: [1_000, 2_000]
                .map(|from| PersonId::new(Uuid::from_u128(u128::from(self.drawn) + from)))
                .to_vec(),
            civil_ids: vec![CivilId::from_random(self.drawn)],
            card_ids: vec![CardId::new(Uuid::from_u128(u128::from(self.drawn) + 3_000))],
            document_numbers: vec![DocumentNumber::from_random(self.drawn)],
        };
        let stage = self.stage.clone().unwrap_or_else(|| Stage::Registering {
            received_by: Some(officer(9, OFFICE, &[]).id),
            received_at: self.officer.office.clone(),
            received_on: None,
        });
        let taken = |number: &NationalNumber| {
            let reference = PersonRef::NationalNumber(number.clone());
            self.register.people().any(|person| reference.is_of(person))
        };
        let context = Context {
            now: self.now(),
            today: self.today,
            door: door_of(kind),
            stage: &stage,
            office: &self.officer.office,
            officer: &self.officer,
            units: units(),
            law: &self.law,
            scheme: &DemoScheme,
            persons: &persons,
            taken: &taken,
            fresh: &fresh,
            act_number: "A",
            amended: dossier.as_ref(),
        };
        Ok(Decided {
            parts: facts.check(&context)?,
            claims: facts.claims(&context),
            reserved: facts.reserves(&context)?,
        })
    }
}
