//! Whether an entry begins or ends something that lasts: a guardianship, a suspension.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Whether something begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Step {
    Begins,
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
