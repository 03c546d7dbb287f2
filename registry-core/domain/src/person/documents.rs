//! Papers and traces of a person that the register only records: fingerprints taken, passports issued
//! elsewhere.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::EntryId;
use crate::refusal::Refusal;
use crate::unit::UnitCode;

/// The hand of which fingerprints were taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// The left hand.
    Left,
    /// The right hand.
    Right,
    /// Both hands.
    Both,
}

impl Hand {
    /// Reads the word of a hand.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "left" => Ok(Self::Left),
            "right" => Ok(Self::Right),
            "both" => Ok(Self::Both),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Both => "both",
        }
    }

    /// The name in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::Left => "зүүн гар",
            Self::Right => "баруун гар",
            Self::Both => "хоёр гар",
        }
    }

    /// The name in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::Left => "left hand",
            Self::Right => "right hand",
            Self::Both => "both hands",
        }
    }
}

/// A record that fingerprints were taken. The prints themselves are not kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields speak for themselves")]
pub struct FingerprintsTaken {
    /// The hand or hands of which they were taken.
    pub hand: Hand,
    /// Civil date on which they were taken.
    pub taken_on: NaiveDate,
    pub office: UnitCode,
    /// The entry of it; its header names the officer.
    pub entry: EntryId,
}

/// The number of a passport: 5 to 20 Latin capitals and digits, with a digit among them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PassportNumber(String);

impl PassportNumber {
    /// Reads a number; spaces are dropped and small letters become capitals.
    ///
    /// # Errors
    /// [`Refusal::PassportNumberMalformed`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let number: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let is_sound = (5..=20).contains(&number.len())
            && number.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && number.bytes().any(|c| c.is_ascii_digit());
        if is_sound { Ok(Self(number)) } else { Err(Refusal::PassportNumberMalformed) }
    }
}

impl fmt::Display for PassportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PassportNumber {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<PassportNumber> for String {
    fn from(number: PassportNumber) -> Self {
        number.0
    }
}

/// Who gets this kind of passport.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassportKind {
    /// For any citizen.
    #[default]
    Ordinary,
    /// For officials.
    Official,
    /// For diplomats.
    Diplomatic,
}

impl PassportKind {
    /// Reads the word of a kind.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "ordinary" => Ok(Self::Ordinary),
            "official" => Ok(Self::Official),
            "diplomatic" => Ok(Self::Diplomatic),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Official => "official",
            Self::Diplomatic => "diplomatic",
        }
    }
}

/// The state of a passport, apart from its last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum PassportState {
    /// Valid until its last day.
    Valid,
    Lost {
        /// The day on which it was lost.
        on: NaiveDate,
    },
    Cancelled {
        /// The day on which it was cancelled.
        on: NaiveDate,
    },
}

impl PassportState {
    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Lost { .. } => "lost",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// A passport issued to the person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Passport {
    pub number: PassportNumber,
    pub kind: PassportKind,
    /// The day on which it was issued.
    pub issued_on: NaiveDate,
    /// The last day on which it is valid.
    pub expires_on: NaiveDate,
    pub state: PassportState,
    /// The entry that recorded it.
    pub entry: EntryId,
}
