//! What decisions and remarks say about a person: official guardians, citizenship, life abroad, annotations.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::foreign::Country;
use crate::id::EntryId;

/// Whether something is still open on a day: it may have been ended on `ended_on`, or end by itself on
/// `until`.
pub(super) fn is_open(ended_on: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    ended_on.into_iter().chain(until).all(|end| day < end)
}

/// A body that is a person's official guardian, instead of another person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GuardianBody {
    /// The name of the body.
    pub name: String,
    /// The entry that made it guardian.
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

/// What the last decree of the President says about a person's citizenship.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Citizenship {
    /// Whether the person became a citizen of Mongolia or ceased to be one.
    pub is_citizen: bool,
    /// The day of the decree.
    pub since: NaiveDate,
    /// The act that registered the decree, named to an officer who tries something that only a citizen may.
    pub act_number: String,
}

/// A period in which a person lives abroad, while the registered residence stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct LifeAbroad {
    pub country: Country,
    pub left_on: NaiveDate,
    /// The entry of the departure.
    pub entry: EntryId,
    /// Until when; none if they have not come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_on: Option<NaiveDate>,
}

/// A neutral remark on an act of the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Annotation {
    /// The entry to which the remark belongs.
    pub of: EntryId,
    /// The text of the remark.
    pub text: String,
    /// Number of the paper that supports it.
    pub paper: String,
    /// The entry that made the remark.
    pub entry: EntryId,
}
