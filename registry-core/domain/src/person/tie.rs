//! What ties a person to another: by birth and marriage, or by law.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::standing::is_open;
use crate::date::PartialDate;
use crate::id::{EntryId, PersonId};

/// What another person is to this one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the variants say it")]
pub enum Relation {
    Mother,
    Father,
    Child,
    /// Husband or wife.
    Spouse,
}

/// What another person is to this one by law rather than by birth or marriage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieRole {
    /// The guardian of this person.
    Guardian,
    /// A person under this person's guardianship.
    Ward,
    /// An adopter of this person.
    Adopter,
    /// A person whom this person adopted.
    Adoptee,
}

/// A tie of guardianship or adoption. The check of impediments to marriage reads these.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tie {
    /// The other person.
    pub person: PersonId,
    /// What the other is to this one.
    pub role: TieRole,
    /// The entry that made the tie.
    pub entry: EntryId,
    /// The day it was ended.
    pub ended_on: Option<NaiveDate>,
    /// The day it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_on: Option<NaiveDate>,
    /// The day on which it ends by itself, without an entry: the ward's majority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The entry that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EntryId>,
}

impl Tie {
    /// A tie without a beginning or an end.
    pub const fn new(person: PersonId, role: TieRole, entry: EntryId) -> Self {
        Self { person, role, entry, ended_on: None, began_on: None, until: None, ended_by: None }
    }

    /// Whether the tie is open on a day: neither ended nor past its last day.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        is_open(self.ended_on, self.until, day)
    }
}

/// How a marriage ended, other than by death.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Divorce {
    /// At an office, on joint application.
    Administrative,
    /// By a court.
    Court,
}

/// A tie of birth or marriage to another person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// The other person.
    pub person: PersonId,
    /// What the other is to this one.
    pub relation: Relation,
    /// The entry that made the tie.
    pub entry: EntryId,
    /// The day on which the tie ended (of a marriage), as far as it is known: for a death it may be only a
    /// year.
    pub ended_on: Option<PartialDate>,
    /// The day on which the tie began (of a marriage registered here).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_on: Option<NaiveDate>,
    /// Act number of the marriage, named to an officer who tries to register another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act_number: Option<String>,
    /// How the marriage ended; none if it has not ended, or ended by death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divorce: Option<Divorce>,
}

impl Link {
    /// A tie that has not ended.
    pub const fn new(person: PersonId, relation: Relation, entry: EntryId) -> Self {
        Self { person, relation, entry, ended_on: None, began_on: None, act_number: None, divorce: None }
    }
}
