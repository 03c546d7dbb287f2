//! Whether something that lasts begins or ends with an entry: a guardianship, a suspension.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Whether something begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The entry begins it.
    Begins,
    /// The entry ends it.
    Ends,
}

impl Step {
    /// Reads `begins` or `ends`.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "begins" => Ok(Self::Begins),
            "ends" => Ok(Self::Ends),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begins => "begins",
            Self::Ends => "ends",
        }
    }
}
