//! The number printed on a card: 9 characters, as a TD1 machine readable zone holds (ICAO Doc 9303-5, 4.2.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A document number: two capitals (no I, no O) and seven digits. The layout is ours.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// Reads two capitals and seven digits.
    ///
    /// # Errors
    /// [`Refusal::CardNotFound`] for any other text, because no card can have such a number.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().to_ascii_uppercase();
        let sound = text.len() == 9
            && text.bytes().take(2).all(|byte| LETTERS.contains(&byte))
            && text.bytes().skip(2).all(|byte| byte.is_ascii_digit());
        if sound { Ok(Self(text)) } else { Err(Refusal::CardNotFound) }
    }

    /// Turns a random value into one of the 5.76 thousand million document numbers.
    pub fn from_random(random: u64) -> Self {
        let digits = random % 10_000_000;
        let rest = random / 10_000_000;
        let letter = |value: u64| {
            let index = usize::try_from(value % 24).unwrap_or_default();
            char::from(LETTERS.get(index).copied().unwrap_or(b'A'))
        };
        Self(format!("{}{}{digits:07}", letter(rest), letter(rest / 24)))
    }

    /// The 9 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_numbers_are_read_back() {
        for random in [0, 1, u64::MAX, 123_456_789_012_345] {
            let number = DocumentNumber::from_random(random);
            assert_eq!(DocumentNumber::parse(number.as_str()), Ok(number));
        }
        assert!(DocumentNumber::parse("OI1234567").is_err());
    }
}
