//! The law's figures as configuration: periods and ages that change, and those whose text could not be read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::policy::KindEyes;
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

/// Figures of the law. The default is what is known; `docs/law.md` says which are certain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LawConfig {
    /// Days to declare a birth; a later one is registered and marked late (Civil State Registration Law art. 6).
    pub birth_declaration_days: u32,
    /// Days to declare a death. The deadline of the 2018 law could not be read: 3 is a default of ours.
    pub death_declaration_days: u32,
    /// Days to declare a move after arrival (Resolution 332 of 2018).
    pub arrival_declaration_days: u32,
    /// Months after the father's death in which a child is still his (Order A/207 of 2018).
    pub posthumous_months: u32,
    /// Least age of a parent at the birth of the child, in years: a plausibility limit of ours, not of the law.
    pub parent_minimum_age: u32,
    /// Age of the first card (Civil State Registration Law art. 16.5).
    pub card_minimum_age: u32,
    /// Ages at which a card ends and is renewed (art. 16.5).
    pub card_renewal_ages: Vec<u32>,
    /// Validity of a card issued after the last renewal age, in years. Not known: a default of ours.
    pub card_validity_years_after: u32,
    /// Times in which moves are not registered.
    pub election_freezes: Vec<ElectionFreeze>,
    /// The neighbour whose officers decide for an office where nobody else may.
    pub approving_neighbours: BTreeMap<UnitCode, UnitCode>,
    /// Lines of the four-eyes policy that differ from `policy::default_eyes`.
    pub four_eyes: BTreeMap<Kind, KindEyes>,
    /// Working days to decide on a declaration, where they differ from `deadline::default_days`.
    pub decision_days: BTreeMap<Kind, u32>,
    /// Days besides Saturday and Sunday on which offices do not work.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days to appeal against a refusal. Not known: a default of ours.
    pub appeal_days: u32,
    /// Days that a draft stands among the current ones; after them it is listed as expired, and still there.
    pub draft_days: u32,
    /// Whether made-up number schemes may be used.
    pub is_demo: bool,
}

impl Default for LawConfig {
    fn default() -> Self {
        Self {
            birth_declaration_days: 30,
            death_declaration_days: 3,
            arrival_declaration_days: 10,
            posthumous_months: 10,
            parent_minimum_age: 12,
            card_minimum_age: 16,
            card_renewal_ages: vec![25, 45],
            card_validity_years_after: 10,
            election_freezes: Vec::new(),
            approving_neighbours: BTreeMap::new(),
            four_eyes: BTreeMap::new(),
            decision_days: BTreeMap::new(),
            holidays: BTreeSet::new(),
            appeal_days: 30,
            draft_days: 30,
            is_demo: false,
        }
    }
}

impl LawConfig {
    /// The freeze in force on the day.
    pub fn freeze_on(&self, day: NaiveDate) -> Option<&ElectionFreeze> {
        self.election_freezes.iter().find(|freeze| freeze.from <= day && day <= freeze.to)
    }
}
