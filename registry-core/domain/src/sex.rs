//! Sex as registered. A registered event can change it, so it is never read out of a register number.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Sex as registered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Эмэгтэй.
    Female,
    /// Эрэгтэй.
    Male,
}

impl Sex {
    /// Reads `female`, `male`, `f`, `m`, `эмэгтэй` or `эрэгтэй`, whatever the case.
    ///
    /// # Errors
    /// [`Refusal::UnknownSex`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text.trim().to_lowercase().as_str() {
            "female" | "f" | "эмэгтэй" | "эм" => Ok(Self::Female),
            "male" | "m" | "эрэгтэй" | "эр" => Ok(Self::Male),
            _ => Err(Refusal::UnknownSex),
        }
    }

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// The Mongolian word.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::Female => "Эмэгтэй",
            Self::Male => "Эрэгтэй",
        }
    }

    /// The English word.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::Female => "Female",
            Self::Male => "Male",
        }
    }

    /// The letter of ICAO Doc 9303 machine readable zones.
    pub const fn mrz_letter(self) -> char {
        match self {
            Self::Female => 'F',
            Self::Male => 'M',
        }
    }
}
