//! RFC 9457: how the service says no.

use serde::{Deserialize, Serialize};

/// Media type of a problem.
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// The card of the job has ended: nothing more is written for it.
pub const CARD_ENDED: u32 = 735;
/// The data in the record do not fit onto the chip; there is a number for each reason.
pub const CARD_DATA_UNFIT: std::ops::RangeInclusive<u32> = 736..=741;
/// The record says that the card of the job was written already, so the job is set aside.
pub const CARD_SAID_WRITTEN: u32 = 744;

/// A refusal, with the number that is never reused and a title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Number of the refusal.
    pub number: u32,
    /// HTTP status, repeated.
    #[serde(default)]
    pub status: u16,
    /// One sentence in English.
    pub title: String,
    /// The same sentence in Mongolian.
    pub title_mn: String,
    /// What to do next, when there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// Whether the service has taken the job away from the station: its next claim gets another one.
    pub fn takes_the_job_away(&self) -> bool {
        [CARD_ENDED, CARD_SAID_WRITTEN].contains(&self.number) || CARD_DATA_UNFIT.contains(&self.number)
    }
}
