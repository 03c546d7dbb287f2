//! Four eyes: how many officers a registration takes, and of which offices.
//!
//! Invariant: [`crate::rules::Rules::eyes`] of each kind is the whole policy;
//! [`crate::law::LawConfig::four_eyes`] may change a line of it, but not below
//! [`crate::rules::Rules::least_eyes`]. Only [`may_decide`] says who decides, and only [`deciding_office`]
//! says to which office a case goes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::days_after;
use crate::id::{OfficerId, PersonId};
use crate::kind::Kind;
use crate::law::LawConfig;
use crate::officer::{Act, Officer};
use crate::refusal::Refusal;
use crate::unit::{UnitCode, UnitTree};

/// Whether an event is declared in time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lateness {
    /// Within the deadline, or the event has none.
    InTime,
    /// After the deadline, or with an effect before the declaration.
    Late,
}

impl Lateness {
    /// Every value, in this order.
    pub const ALL: &[Self] = &[Self::InTime, Self::Late];

    /// The word shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::Late => "late",
        }
    }

    /// Late if more than `days` days have passed since the event.
    pub fn after_days(happened_on: NaiveDate, days: u32, received_on: NaiveDate) -> Self {
        if received_on > days_after(happened_on, days) { Self::Late } else { Self::InTime }
    }

    /// Whether it is late.
    pub const fn is_late(self) -> bool {
        matches!(self, Self::Late)
    }
}

/// How many officers it takes, and of which offices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eyes {
    /// The officer who received it may register it.
    One,
    /// It takes a second officer: of the office, of its neighbour, or of an office above.
    Two,
    /// It takes a second officer from another unit.
    TwoUnits,
}

impl Eyes {
    /// The word shown and configured.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
            Self::TwoUnits => "two_units",
        }
    }

    /// Whether one officer is not enough.
    pub const fn needs_second(self) -> bool {
        match self {
            Self::One => false,
            Self::Two | Self::TwoUnits => true,
        }
    }
}

/// How many officers a kind takes, in time and late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindEyes {
    /// For a declaration that comes in time.
    pub in_time: Eyes,
    /// Late, or with an effect before the declaration.
    pub late: Eyes,
}

impl LawConfig {
    /// How many officers a kind takes: as configured, but never fewer than its least.
    pub fn eyes(&self, kind: Kind, lateness: Lateness) -> Eyes {
        let line = self.four_eyes.get(&kind).copied().unwrap_or(kind.rules().eyes);
        let configured = match lateness {
            Lateness::InTime => line.in_time,
            Lateness::Late => line.late,
        };
        configured.max(kind.rules().least_eyes)
    }

    /// A kind for which the configuration asks for less than the least, so that the service can report it.
    pub fn line_below_least(&self) -> Option<Kind> {
        let is_below = |line: &KindEyes, least| line.in_time < least || line.late < least;
        let mut lines = self.four_eyes.iter();
        lines.find(|(kind, line)| is_below(line, kind.rules().least_eyes)).map(|(kind, _)| *kind)
    }
}

/// What the rule of the second officer needs to know of a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received<'a> {
    /// The kind of event declared.
    pub kind: Kind,
    /// How many officers it takes.
    pub eyes: Eyes,
    /// Who received it; none if no officer did.
    pub by: Option<OfficerId>,
    /// The unit of the office that received it.
    pub at: &'a UnitCode,
}

impl Received<'_> {
    /// The offices whose officers may decide, in the order in which they are tried: the receiving office
    /// (unless another unit is needed), its configured neighbour, and the units above.
    pub fn offices(&self, law: &LawConfig, units: &UnitTree) -> Vec<UnitCode> {
        let mut offices = Vec::new();
        match self.eyes {
            Eyes::One => return vec![self.at.clone()],
            Eyes::Two => offices.push(self.at.clone()),
            Eyes::TwoUnits => {}
        }
        let above = units.parent_chain(self.at).into_iter().map(|unit| &unit.code);
        for office in law.approving_neighbours.get(self.at).into_iter().chain(above) {
            if office != self.at && !offices.contains(office) {
                offices.push(office.clone());
            }
        }
        offices
    }

    /// The act by which an officer decides on it.
    pub const fn deciding_act(&self) -> Act {
        if self.eyes.needs_second() { Act::Approve(self.kind) } else { Act::Register(self.kind) }
    }
}

/// Whether an officer may decide on a declaration: with the mandate for it, of one of the offices that may
/// decide, and not the officer who received it if it takes two.
///
/// # Errors
/// The refusals of [`Officer::may`], [`Refusal::SecondOfficerNeeded`], [`Refusal::OtherUnitNeeded`],
/// [`Refusal::NotEligibleApprover`].
pub fn may_decide(
    officer: &Officer,
    received: &Received<'_>,
    law: &LawConfig,
    units: &UnitTree,
) -> Result<(), Refusal> {
    officer.may(received.deciding_act(), &officer.office, units)?;
    if !received.eyes.needs_second() {
        return Ok(());
    }
    if received.by.is_none_or(|by| by == officer.id) {
        return Err(Refusal::SecondOfficerNeeded);
    }
    if received.eyes == Eyes::TwoUnits && officer.office == *received.at {
        return Err(Refusal::OtherUnitNeeded);
    }
    if received.offices(law, units).contains(&officer.office) {
        Ok(())
    } else {
        Err(Refusal::NotEligibleApprover)
    }
}

/// The first office, in the order of [`Received::offices`], with an officer who may decide today and is no
/// relative of the people concerned.
///
/// # Errors
/// [`Refusal::NobodyEligible`] if no office has such an officer.
pub fn deciding_office(
    received: &Received<'_>,
    concerned: &[PersonId],
    officers: &[Officer],
    today: NaiveDate,
    law: &LawConfig,
    units: &UnitTree,
) -> Result<UnitCode, Refusal> {
    if !received.eyes.needs_second() {
        return Ok(received.at.clone());
    }
    let is_eligible = |officer: &Officer| {
        officer.require_valid_on(today).is_ok()
            && may_decide(officer, received, law, units).is_ok()
            && concerned.iter().all(|person| officer.interest.require_none_in(*person).is_ok())
    };
    let has_one =
        |office: &UnitCode| officers.iter().any(|officer| officer.office == *office && is_eligible(officer));
    received.offices(law, units).into_iter().find(has_one).ok_or(Refusal::NobodyEligible)
}

#[cfg(test)]
mod tests;
