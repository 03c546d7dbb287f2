//! Codes and levels of units.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Code of a unit: 2 digits for a capital or aimag, 4 for a soum or district, 6 for a bag or khoroo. A code
/// begins with its parent's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitCode(String);

impl UnitCode {
    /// Reads 2, 4 or 6 digits. Only the tree knows whether such a unit exists.
    ///
    /// # Errors
    /// [`Refusal::InvalidUnitCode`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if matches!(text.len(), 2 | 4 | 6) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::InvalidUnitCode)
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of the capital or aimag it lies in (or is).
    #[must_use]
    pub fn aimag(&self) -> Self {
        Self(self.0.chars().take(2).collect())
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UnitCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for UnitCode {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<UnitCode> for String {
    fn from(code: UnitCode) -> Self {
        code.0
    }
}

/// The levels of administrative units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Нийслэл.
    Capital,
    /// Аймаг.
    Aimag,
    /// Сум.
    Soum,
    /// Дүүрэг.
    District,
    /// Баг.
    Bag,
    /// Хороо.
    Khoroo,
}

impl Level {
    /// Reads the word of the unit table.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "capital" => Self::Capital,
            "aimag" => Self::Aimag,
            "soum" => Self::Soum,
            "district" => Self::District,
            "bag" => Self::Bag,
            "khoroo" => Self::Khoroo,
            _ => return None,
        })
    }

    /// The word of the unit table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capital => "capital",
            Self::Aimag => "aimag",
            Self::Soum => "soum",
            Self::District => "district",
            Self::Bag => "bag",
            Self::Khoroo => "khoroo",
        }
    }

    /// The number of digits in a code of this level.
    pub const fn code_digits(self) -> usize {
        match self {
            Self::Capital | Self::Aimag => 2,
            Self::Soum | Self::District => 4,
            Self::Bag | Self::Khoroo => 6,
        }
    }

    /// Whether someone can be registered as resident in a unit of this level: soum, bag or khoroo.
    pub const fn is_residence(self) -> bool {
        match self {
            Self::Soum | Self::Bag | Self::Khoroo => true,
            Self::Capital | Self::Aimag | Self::District => false,
        }
    }
}
