//! The job of writing one card.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chip::ChipId;
use crate::encoding::{HexArray, HexBytes};

/// A request or answer without members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Empty {}

/// `POST /v1/card-jobs/claim`: the station's certificate names the office, the token names the officer.
pub type ClaimRequest = Empty;

/// A claimed job. The service gives an open job of the same station again, so that a broken one is resumed.
/// If no job waits, the answer is a refusal with status 404. A refusal that [takes the job
/// away](super::Problem::takes_the_job_away) is given once; the next claim gets another job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// The id of the job.
    pub id: Uuid,
    /// The card the job makes.
    pub card_id: Uuid,
    /// Document number as in the MRZ, without fillers.
    pub document_number: String,
    /// How the slip names the holder; chosen by the service, no more than the office needs.
    pub holder_label: String,
    /// The card profile, `td1-piv-1`.
    pub layout: String,
    /// The chip the job is bound to, when an earlier try has bound one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip_id: Option<ChipId>,
}

/// `POST …/chip`: binds a chip; another chip for the job, or a chip of another job, is refused.
/// The service computes the id from the CPLC itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChipBinding {
    /// Id of the chip.
    pub chip_id: ChipId,
    /// The CPLC object, `9F7F 2A` and 42 bytes.
    pub cplc: HexArray<45>,
    /// Key diversification data, when the chip showed it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kdd: Option<HexArray<10>>,
    /// Answer to reset: at most 33 bytes.
    pub atr: HexBytes<33>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum JobState {
    /// Waits for a station.
    Waiting,
    /// Claimed by a station.
    Claimed,
    /// A chip is bound.
    Bound,
    /// Receipt taken: the card is written, not yet active.
    Written,
    /// The chip is given up; the card is made anew under another job.
    Spoiled,
    /// Someone has to look: a card cryptogram was wrong, or what the record says does not fit onto the chip.
    Quarantined,
    /// The card ended before it was written: its holder died, its data changed, or it was revoked.
    Ended,
}

/// The state after a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobAnswer {
    /// Where the job stands now.
    pub state: JobState,
}

/// `POST …/spoil`: gives the chip up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spoil {
    /// Refusal number and step, never holder data.
    pub reason: String,
}

/// `POST …/give-up`: the station gives up the job that it has open. A chip on which nothing was written is
/// blank as before, and the job waits for another one; with anything written on it the chip is spoilt, and so
/// is the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GiveUp {
    /// Why, in 3 to 200 characters; never holder data.
    pub reason: String,
}

/// The job that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenUp {
    /// The id of the job that was given up.
    pub job_id: Uuid,
    /// Document number of its card.
    pub document_number: String,
    /// Where the job stands now: `waiting`, `spoiled`, or `ended` when the card had ended before.
    pub state: JobState,
}
