//! Where a person stands by decisions and remarks: official guardians, citizenship, life abroad, annotations.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::foreign::Country;
use crate::id::EntryId;

/// Whether what may be ended on one day, or end by itself on another, is still there.
pub(super) fn is_open(ended_on: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    ended_on.into_iter().chain(until).all(|end| day < end)
}

/// A body that is somebody's official guardian, where no person is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GuardianBody {
    /// Its name.
    pub name: String,
    /// The entry that made it so.
    pub entry: EntryId,
    /// The day it began.
    pub began_on: NaiveDate,
    /// The day it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// The day on which it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl GuardianBody {
    /// Whether it has neither been ended nor ended by itself.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        is_open(self.ended_on, self.until, day)
    }
}

/// What the last decree of the President made of somebody's citizenship.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Citizenship {
    /// Whether it made a citizen of Mongolia of them, or ended that.
    pub is_citizen: bool,
    /// The day of the decree.
    pub since: NaiveDate,
    /// The act that registered it, named to whoever tries what only a citizen may.
    pub act_number: String,
}

/// A time in which somebody lives abroad, while the registered residence stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LifeAbroad {
    /// Where.
    pub country: Country,
    /// From when.
    pub left_on: NaiveDate,
    /// The entry that says so.
    pub entry: EntryId,
    /// Until when; none as long as they have not come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_on: Option<NaiveDate>,
}

/// A neutral remark on an act of the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Annotation {
    /// The entry remarked on.
    pub of: EntryId,
    /// The remark.
    pub text: String,
    /// Number of the paper that it rests on.
    pub paper: String,
    /// The entry that made the remark.
    pub entry: EntryId,
}
