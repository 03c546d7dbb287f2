//! The figures of the law as configuration: periods and ages that change, and those whose text we could not
//! read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::kinship::Kinship;
use crate::policy::KindEyes;
use crate::sex::Sex;
use crate::unit::UnitCode;

/// A time in which moves between units are not registered (Law on Elections to Parliament art. 25.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElectionFreeze {
    /// First day: 60 days before polling day.
    pub from: NaiveDate,
    /// Last day: the day after polling day.
    pub to: NaiveDate,
}

/// What happens in a case that the law's text does not settle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// It is refused.
    Bars,
    /// The officer answers a question.
    Asks,
}

/// The ground of an officer's access to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// Registering, and what belongs to it: looking up, papers, refusals.
    Registration,
    /// Making, handing over and ending cards.
    Card,
    /// Issuing a digital credential.
    Credential,
}

/// The names of the laws, as the citizen is shown them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LegalBases {
    /// The law for [`Basis::Registration`].
    pub registration: String,
    /// The law for [`Basis::Card`].
    pub card: String,
    /// The law for [`Basis::Credential`]. We could not read which article covers it: a default of ours.
    pub credential: String,
}

impl Default for LegalBases {
    fn default() -> Self {
        Self {
            registration: "Civil State Registration Law".to_owned(),
            card: "Civil State Registration Law art. 16".to_owned(),
            credential: "Civil State Registration Law art. 16".to_owned(),
        }
    }
}

impl LegalBases {
    /// The law that an access entry names.
    pub fn of(&self, basis: Basis) -> &str {
        match basis {
            Basis::Registration => &self.registration,
            Basis::Card => &self.card,
            Basis::Credential => &self.credential,
        }
    }
}

/// Figures of the law. The defaults are what we know; `docs/law.md` says which are certain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LawConfig {
    /// Days to declare a birth; a later one is registered and marked late (Civil State Registration Law art.
    /// 6).
    pub birth_declaration_days: u32,
    /// Days to declare a death. We could not read the deadline of the 2018 law: 3 is a default of ours.
    pub death_declaration_days: u32,
    /// Days to declare a move after arrival (Resolution 332 of 2018).
    pub arrival_declaration_days: u32,
    /// Days that a person who means to come back may be abroad without counting as living there. Not known: a
    /// default of ours.
    pub living_abroad_days: u32,
    /// Months after the father's death within which a child is still his (Order A/207 of 2018).
    pub posthumous_months: u32,
    /// Least age of a parent at the birth of the child, in years: a plausibility limit of ours, not of the
    /// law.
    pub parent_minimum_age: u32,
    /// A parent younger than this at the birth is questioned: a plausibility limit of ours.
    pub parent_unusual_below: u32,
    /// A mother older than this at the birth is questioned: a plausibility limit of ours.
    pub mother_unusual_above: u32,
    /// A father older than this at the birth is questioned: a plausibility limit of ours.
    pub father_unusual_above: u32,
    /// Completed weeks from which a child born dead is a stillbirth. We did not find the law's own figure: 22
    /// is that of ICD-11 for comparisons within a country.
    pub stillbirth_weeks: u32,
    /// Months between two births of a mother below which the officer is asked.
    pub mothers_interval_months: u32,
    /// Days after a death from which the officer is asked why it is declared only now.
    pub old_death_days: u32,
    /// Age of marriage (Civil State Registration Law art. 7).
    pub marriage_minimum_age: u32,
    /// Age of witnesses and of those who apply alone; a common child below it bars the divorce at an office
    /// (art. 7.6, 8).
    pub majority_age: u32,
    /// Years between husband and wife above which the officer is asked.
    pub marriage_age_gap_years: u32,
    /// Kinship that bars a marriage. We could not read the law's own table; uncle and niece is a row that may
    /// go.
    pub forbidden_kinship: Vec<Kinship>,
    /// Age from which a child consents to a change of its parentage or name (before 2018: written consent
    /// from 16).
    pub child_consent_age: u32,
    /// Age from which a child consents to its adoption. We could not read the article: a default of ours.
    pub adoption_consent_age: u32,
    /// Years between adopter and child below which the officer is asked. A question of ours, not of the law.
    pub adopter_age_gap_years: u32,
    /// How often each part of a name may be changed (Order A/61 of 2014, 2.1; likely kept by Order A/207 of
    /// 2018).
    pub name_changes_each: u32,
    /// Whether an open marriage bars a change of sex. We did not find the article: a default of ours.
    pub sex_change_of_married: Strictness,
    /// Age of the first card (Civil State Registration Law art. 16.5).
    pub card_minimum_age: u32,
    /// Ages at which a card ends and is renewed (art. 16.5).
    pub card_renewal_ages: Vec<u32>,
    /// Validity of a card issued after the last renewal age, in years. Not known: a default of ours.
    pub card_validity_years_after: u32,
    /// Years for which the certificates of a card are valid, but never beyond the card itself (Electronic
    /// Signature Law of 2021).
    pub card_certificate_years: u32,
    /// Days for which a digital credential is valid, but never beyond the card. A figure of ours, not of the
    /// law.
    pub credential_days: u32,
    /// The laws that access entries name where an officer reads or changes a record.
    pub legal_bases: LegalBases,
    /// Periods in which moves are not registered.
    pub election_freezes: Vec<ElectionFreeze>,
    /// For an office where nobody else may decide: the neighbouring unit whose officers decide.
    pub approving_neighbours: BTreeMap<UnitCode, UnitCode>,
    /// Whether only the office that registered an entry, or the one where the person lives, corrects it. We
    /// could not read the article: a rule of ours.
    pub correction_at_home: bool,
    /// Lines of the four-eyes policy that replace those in the kinds' own `RULES`.
    pub four_eyes: BTreeMap<Kind, KindEyes>,
    /// Working days to decide on a declaration, where they replace those in the kinds' own `RULES`.
    pub decision_days: BTreeMap<Kind, u32>,
    /// Days besides Saturday and Sunday on which offices do not work.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days to appeal against a refusal. Not known: a default of ours.
    pub appeal_days: u32,
    /// Days for which a draft is listed among the current ones; after them it is listed as expired, and still
    /// kept.
    pub draft_days: u32,
    /// Days for which register numbers are reserved for the children of one birth. A default of ours.
    pub number_reservation_days: u32,
    /// Fees in tögrög; a kind that is not listed is free of charge. The service tells the fee and does not
    /// take it.
    pub fees_mnt: BTreeMap<Kind, u32>,
    /// Whether made-up number schemes may be used.
    pub is_demo: bool,
}

impl Default for LawConfig {
    fn default() -> Self {
        Self {
            birth_declaration_days: 30,
            death_declaration_days: 3,
            arrival_declaration_days: 10,
            living_abroad_days: 180,
            posthumous_months: 10,
            parent_minimum_age: 12,
            parent_unusual_below: 16,
            mother_unusual_above: 50,
            father_unusual_above: 70,
            stillbirth_weeks: 22,
            mothers_interval_months: 9,
            old_death_days: 365,
            marriage_minimum_age: 18,
            majority_age: 18,
            marriage_age_gap_years: 40,
            forbidden_kinship: vec![
                Kinship::DirectLine,
                Kinship::FullSiblings,
                Kinship::HalfSiblings,
                Kinship::UncleNiece,
            ],
            child_consent_age: 16,
            adoption_consent_age: 7,
            adopter_age_gap_years: 16,
            name_changes_each: 1,
            sex_change_of_married: Strictness::Bars,
            card_minimum_age: 16,
            card_renewal_ages: vec![25, 45],
            card_validity_years_after: 10,
            card_certificate_years: 5,
            credential_days: 90,
            legal_bases: LegalBases::default(),
            election_freezes: Vec::new(),
            approving_neighbours: BTreeMap::new(),
            correction_at_home: true,
            four_eyes: BTreeMap::new(),
            decision_days: BTreeMap::new(),
            holidays: BTreeSet::new(),
            appeal_days: 30,
            draft_days: 30,
            number_reservation_days: 60,
            fees_mnt: Kind::ALL
                .iter()
                .map(|kind| (*kind, kind.rules().fee_mnt))
                .filter(|(_, fee)| *fee > 0)
                .collect(),
            is_demo: false,
        }
    }
}

impl LawConfig {
    /// Whether a parent's age at a birth is questioned; `youngest` and `oldest` are the bounds of an age that
    /// is not known exactly.
    pub fn is_unusual_parent(&self, sex: Option<Sex>, youngest: u32, oldest: u32) -> bool {
        let above = match sex {
            Some(Sex::Female) => self.mother_unusual_above,
            Some(Sex::Male) | None => self.father_unusual_above,
        };
        oldest < self.parent_unusual_below || youngest > above
    }

    /// The fee of a registration, in tögrög.
    pub fn fee_mnt(&self, kind: Kind) -> u32 {
        self.fees_mnt.get(&kind).copied().unwrap_or(0)
    }

    /// The freeze in force on the day.
    pub fn freeze_on(&self, day: NaiveDate) -> Option<&ElectionFreeze> {
        self.election_freezes.iter().find(|freeze| freeze.from <= day && day <= freeze.to)
    }
}
