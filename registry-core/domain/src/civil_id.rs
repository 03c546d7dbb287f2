//! The civil id: 12 digits that carry no meaning; the last one is a check digit.
//!
//! The official structure is not published; this one is ours: 11 digits from a random space that does not
//! begin with 0, and a Damm check digit (H. M. Damm, 2004), which finds every single wrong digit and every
//! swap of neighbours. ISO 7064 MOD 11,10 was left aside because it misses some swaps; MOD 11-2 because it
//! needs an `X`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Damm's totally anti-symmetric quasigroup of order 10.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// How many civil ids there are.
pub const SPACE: u64 = 90_000_000_000;

fn damm(digits: &str) -> u8 {
    digits.bytes().fold(0, |interim, byte| {
        let row = DAMM.get(usize::from(interim)).copied().unwrap_or_default();
        row.get(usize::from(byte.wrapping_sub(b'0'))).copied().unwrap_or_default()
    })
}

/// A civil id: the number printed on the card.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilId(String);

impl CivilId {
    /// Reads 12 digits and checks the last. Spaces and hyphens between them are ignored.
    ///
    /// # Errors
    /// [`Refusal::CivilIdMalformed`], [`Refusal::CivilIdCheckDigit`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.starts_with('0')
        {
            return Err(Refusal::CivilIdMalformed);
        }
        if damm(&digits) == 0 { Ok(Self(digits)) } else { Err(Refusal::CivilIdCheckDigit) }
    }

    /// Turns a random value into a civil id. The bias of the remainder is below 1 in 10⁸.
    pub fn from_random(random: u64) -> Self {
        let body = (SPACE / 9 + random % SPACE).to_string();
        let check = damm(&body);
        Self(format!("{body}{check}"))
    }

    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CivilId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CivilId {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<CivilId> for String {
    fn from(id: CivilId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_example_of_damm_checks() {
        assert_eq!(damm("572"), 4);
    }

    #[test]
    fn both_ends_of_the_space_are_12_digits_without_leading_zero() {
        assert!(CivilId::from_random(0).as_str().starts_with("10000000000"));
        assert!(CivilId::from_random(SPACE - 1).as_str().starts_with("99999999999"));
        assert!(CivilId::parse(CivilId::from_random(u64::MAX).as_str()).is_ok());
    }

    #[test]
    fn what_is_not_12_digits_is_refused() {
        for text in ["", "12345678901", "1234567890123", "12345678901x", "012345678901"] {
            assert_eq!(CivilId::parse(text), Err(Refusal::CivilIdMalformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_found(random: u64, place in 0_usize..12, change in 1_u8..10) {
            let mut digits = CivilId::from_random(random).as_str().to_owned().into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + change) % 10;
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert!(CivilId::parse(&wrong).is_err());
        }

        #[test]
        fn every_swap_of_neighbours_is_found(random: u64, place in 0_usize..11) {
            let mut digits = CivilId::from_random(random).as_str().to_owned().into_bytes();
            prop_assume!(digits[place] != digits[place + 1]);
            digits.swap(place, place + 1);
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert!(CivilId::parse(&wrong).is_err());
        }
    }
}
