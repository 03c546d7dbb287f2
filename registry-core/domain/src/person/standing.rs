//! What decisions and remarks say of a person: official guardians, citizenship, life abroad, annotations.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::foreign::Country;
use crate::id::EntryId;

/// Whether something is still open on `day` that may have been ended on one day or end by itself on another.
pub(super) fn is_open(ended_on: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    ended_on.into_iter().chain(until).all(|end| day < end)
}

/// A body that is a person's official guardian, where no other person is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GuardianBody {
    /// The name of the body.
    pub name: String,
    /// The entry that made the body guardian.
    pub entry: EntryId,
    /// The day the guardianship began.
    pub began_on: NaiveDate,
    /// The day the guardianship was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// The day on which the guardianship ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl GuardianBody {
    /// Whether the guardianship is open on a day: neither ended nor past its last day.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        is_open(self.ended_on, self.until, day)
    }
}

/// The last change of a person's citizenship, by decree of the President.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Citizenship {
    /// Whether the person is a citizen of Mongolia since the decree.
    pub is_citizen: bool,
    /// The day of the decree.
    pub since: NaiveDate,
    /// The act that registered the decree. A refusal names it to whoever tries what only a citizen may.
    pub act_number: String,
}

/// A period in which a person lives abroad, while the registered residence stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LifeAbroad {
    /// The country where the person lives.
    pub country: Country,
    /// The day on which the person left.
    pub left_on: NaiveDate,
    /// The entry that registered the departure.
    pub entry: EntryId,
    /// The day on which the person came back; none if the person has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_on: Option<NaiveDate>,
}

/// A neutral remark on an act of the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Annotation {
    /// The entry that the remark is about.
    pub of: EntryId,
    /// The text of the remark.
    pub text: String,
    /// Number of the paper on which the remark rests.
    pub paper: String,
    /// The entry that made the remark.
    pub entry: EntryId,
}
