//! What the register knows of a card.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{DocumentNumber, RecordedSerial};
use crate::date::end_of_day;
use crate::id::CardId;
use crate::name::LatinName;
use crate::refusal::Refusal;
use crate::unit::{UnitCode, UnitTree};

/// A SHA-256 value as 64 lower-case hexadecimal characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256(String);

impl Sha256 {
    /// Reads 64 hexadecimal characters.
    ///
    /// # Errors
    /// [`Refusal::InvalidDigest`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text))
        } else {
            Err(Refusal::InvalidDigest)
        }
    }

    /// The 64 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Sha256 {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.0
    }
}

/// Why a card was revoked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Lost by its holder.
    Lost,
    /// Stolen from its holder.
    Stolen,
    /// It is damaged.
    Damaged,
    /// Its data changed (name, sex, number, appearance).
    DataChanged,
    /// Another card takes its place.
    Superseded,
    /// It could not be written.
    PersonalisationFailed,
    /// Its keys may be known to others.
    KeyCompromise,
    /// Its holder died.
    HolderDied,
    /// Its holder is no longer a citizen.
    CitizenshipLost,
}

impl RevocationReason {
    /// All reasons.
    pub const ALL: &[Self] = &[
        Self::Lost,
        Self::Stolen,
        Self::Damaged,
        Self::DataChanged,
        Self::Superseded,
        Self::PersonalisationFailed,
        Self::KeyCompromise,
        Self::HolderDied,
        Self::CitizenshipLost,
    ];

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Damaged => "damaged",
            Self::DataChanged => "data_changed",
            Self::Superseded => "superseded",
            Self::PersonalisationFailed => "personalisation_failed",
            Self::KeyCompromise => "key_compromise",
            Self::HolderDied => "holder_died",
            Self::CitizenshipLost => "citizenship_lost",
        }
    }

    /// Reads the word of a reason.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::UnknownWord { word: word.chars().take(40).collect() };
        Self::ALL.iter().copied().find(|reason| reason.as_str() == word).ok_or_else(unknown)
    }
}

/// Where a card stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CardState {
    /// Applied for and approved, but not written yet.
    Approved,
    /// Written and read back, but not in use yet.
    Personalised,
    /// In use by its holder.
    Active,
    /// Perhaps mislaid: nobody accepts it until it is in use again.
    Suspended {
        /// The civil date on which the suspension began.
        on: NaiveDate,
    },
    /// The card has ended for ever.
    Revoked {
        /// The reason of the revocation.
        reason: RevocationReason,
        /// The civil date of the revocation.
        on: NaiveDate,
    },
}

impl CardState {
    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Personalised => "personalised",
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
        }
    }
}

/// What a key on the card is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySlot {
    /// Authentication (PIV 9A).
    Authentication,
    /// Signature (PIV 9C).
    Signature,
}

/// A certificate on a card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardCertificate {
    /// Serial number.
    pub serial: RecordedSerial,
    /// What its key is for.
    pub slot: KeySlot,
    /// SHA-256 of the public key (`SubjectPublicKeyInfo`, DER).
    pub spki_sha256: Sha256,
    /// Last instant of validity.
    pub not_after: DateTime<Utc>,
    /// The authority that issued it: the authorityKeyIdentifier in the certificate, hexadecimal. If there is
    /// none, the first authority issued it: entries from the time before it had a successor do not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_key_identifier: Option<String>,
}

/// A card as the register knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields speak for themselves")]
pub struct CardRecord {
    pub id: CardId,
    /// Number printed on it.
    pub document_number: DocumentNumber,
    /// What state the card is in.
    pub state: CardState,
    /// Office that received the application, and whose station writes the card.
    pub office: UnitCode,
    /// Latin name printed on it.
    pub latin: LatinName,
    /// SHA-256 of the portrait.
    pub portrait_sha256: Sha256,
    /// Last day of validity by law.
    pub expires_on: NaiveDate,
    /// Chip it was written on.
    pub chip_id: Option<String>,
    /// Civil date it was written.
    pub issued_on: Option<NaiveDate>,
    pub certificates: Vec<CardCertificate>,
    /// SHA-256 of its Document Security Object.
    pub sod_sha256: Option<Sha256>,
    /// Civil date it was activated.
    pub activated_on: Option<NaiveDate>,
}

impl CardRecord {
    /// Whether the card is neither revoked nor expired on the day.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        match self.state {
            CardState::Approved
            | CardState::Personalised
            | CardState::Active
            | CardState::Suspended { .. } => day <= self.expires_on,
            CardState::Revoked { .. } => false,
        }
    }

    /// The last instant at which the card is valid: the end of its last day at the office that received the
    /// application.
    pub fn ends_at(&self, units: &UnitTree) -> DateTime<Utc> {
        end_of_day(self.expires_on, units.zone(&self.office))
    }

    /// Refuses a card that is not active or has expired on the day, each case with a refusal of its own.
    ///
    /// # Errors
    /// [`Refusal::CardNotActive`], [`Refusal::CardSuspended`], [`Refusal::CardRevoked`],
    /// [`Refusal::CardExpired`].
    pub fn require_active_on(&self, day: NaiveDate) -> Result<(), Refusal> {
        match self.state {
            CardState::Approved | CardState::Personalised => Err(Refusal::CardNotActive),
            CardState::Revoked { .. } => Err(Refusal::CardRevoked),
            CardState::Suspended { .. } => Err(Refusal::CardSuspended),
            CardState::Active if day > self.expires_on => Err(Refusal::CardExpired),
            CardState::Active => Ok(()),
        }
    }

    /// The refusal for an act that the card's present state does not allow.
    pub(crate) const fn unfit(&self) -> Refusal {
        match self.state {
            CardState::Revoked { .. } => Refusal::CardRevoked,
            CardState::Suspended { .. } => Refusal::CardSuspended,
            CardState::Approved | CardState::Personalised | CardState::Active => {
                Refusal::CardStateUnfit { state: self.state.as_str() }
            }
        }
    }
}
