//! RFC 9457: how the service says no.

use serde::{Deserialize, Serialize};

/// Media type of a problem.
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

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
