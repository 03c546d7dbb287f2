//! What a ledger entry says: a header without personal data, and one part for each person concerned.
//!
//! Invariant: a part makes sense alone. It is stored encrypted under the key of its person, so [`apply`]
//! depends on that person's earlier state, the header and the part; it reads nothing else and never refuses.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::erasure::Erasure;
use crate::id::{EntryId, OfficerId, PersonId};
use crate::kind::Kind;
use crate::person::{ActRef, Person};
use crate::unit::UnitCode;

pub use crate::event::PartBody;

/// The open part of an entry. Invariant: it holds no personal data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The entry's id.
    pub id: EntryId,
    /// Position in the ledger, once appended.
    pub seq: Option<u64>,
    /// What was registered.
    pub kind: Kind,
    /// Instant of registration.
    pub recorded_at: DateTime<Utc>,
    /// Civil date of registration at the office.
    pub registered_on: NaiveDate,
    /// Unit of the office.
    pub office: UnitCode,
    /// The officer who registered it.
    pub officer: Option<OfficerId>,
    /// Act number, as printed on extracts.
    pub act_number: Option<String>,
    /// The entry that this one amends: its people are folded anew from all their parts (see
    /// [`crate::history`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<EntryId>,
    /// What this entry erased; such an entry has no parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erases: Option<Box<Erasure>>,
}

/// What a person is in an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartRole {
    /// The child born.
    Child,
    /// Its mother.
    Mother,
    /// Its father.
    Father,
    /// The person who died.
    Deceased,
    /// The cause of that death: sensitive, so it is kept apart.
    CauseOfDeath,
    /// Husband or wife.
    Spouse,
    /// The person who moved.
    Resident,
    /// The person imported.
    Imported,
    /// The person whose record is sealed or opened.
    Subject,
    /// The holder of a card.
    Holder,
    /// A parent who was replaced: sealed.
    BirthParent,
    /// The ground of an adoption: sealed and kept apart.
    AdoptionGround,
    /// The record that stays when two records of one person are merged.
    Survivor,
    /// The record that is merged into the surviving one.
    Merged,
    /// A relative, whose ties to the merged record lead to the surviving one.
    Relative,
    /// Someone under guardianship.
    Ward,
    /// The guardian.
    Guardian,
    /// A stillbirth, under the mother's key: it is counted, and stands in no record.
    Stillbirth,
}

impl PartRole {
    /// All roles.
    pub const ALL: &[Self] = &[
        Self::Child,
        Self::Mother,
        Self::Father,
        Self::Deceased,
        Self::CauseOfDeath,
        Self::Spouse,
        Self::Resident,
        Self::Imported,
        Self::Subject,
        Self::Holder,
        Self::BirthParent,
        Self::AdoptionGround,
        Self::Survivor,
        Self::Merged,
        Self::Relative,
        Self::Ward,
        Self::Guardian,
        Self::Stillbirth,
    ];

    /// Whether receipts and lists leave out whoever has this role.
    pub const fn is_behind_a_seal(self) -> bool {
        matches!(self, Self::BirthParent | Self::AdoptionGround)
    }

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Deceased => "deceased",
            Self::CauseOfDeath => "cause_of_death",
            Self::Spouse => "spouse",
            Self::Resident => "resident",
            Self::Imported => "imported",
            Self::Subject => "subject",
            Self::Holder => "holder",
            Self::BirthParent => "birth_parent",
            Self::AdoptionGround => "adoption_ground",
            Self::Survivor => "survivor",
            Self::Merged => "merged",
            Self::Relative => "relative",
            Self::Ward => "ward",
            Self::Guardian => "guardian",
            Self::Stillbirth => "stillbirth",
        }
    }

    /// Reads a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == word)
    }
}

/// What an entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The person whom the part is about.
    pub person: PersonId,
    /// What the person is in the entry.
    pub role: PartRole,
    /// What the entry says of the person.
    pub body: PartBody,
}

/// A ledger entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The open part.
    pub header: Header,
    /// One part for each person and role, in order of role.
    pub parts: Vec<Part>,
}

impl Header {
    /// The reference to this entry that stands in the record of a person.
    pub(crate) fn act_ref(&self) -> ActRef {
        ActRef {
            number: self.act_number.clone().unwrap_or_default(),
            kind: self.kind,
            entry: self.id,
            registered_on: self.registered_on,
            office: self.office.clone(),
        }
    }
}

/// Folds one part into the record of its person. A person not seen before begins with a blank record.
///
/// Not for an amending part, because it changes earlier parts, which a record no longer shows: for the people
/// of such a part [`crate::history::fold`] folds all parts anew.
pub fn apply(person: Option<Person>, header: &Header, part: &Part) -> Person {
    let mut person = person.unwrap_or_else(|| Person::blank(part.person));
    part.body.apply(&mut person, header, part.role);
    person.last_seq = person.last_seq.max(header.seq.unwrap_or_default());
    person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_one_word_in_code_and_in_storage() {
        for role in PartRole::ALL {
            assert_eq!(PartRole::parse(role.as_str()), Some(*role));
            assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{}\"", role.as_str()));
        }
    }
}
