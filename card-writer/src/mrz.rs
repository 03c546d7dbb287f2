//! The machine readable zone, as far as access to the chip needs it (Doc 9303-5, TD1; Doc 9303-11 §4.3.2).

use std::fmt;

use sha1::{Digest, Sha1};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The data that open a chip: document number, birth date and expiry date as in the MRZ. Personal data:
/// cannot be printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct AccessKey {
    document_number: String,
    birth: String,
    expiry: String,
}

/// Why the text is not an MRZ or part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MrzError {
    /// Not three lines of thirty characters.
    #[error("a TD1 zone is three lines of thirty characters")]
    Shape,
    /// A character outside `A`–`Z`, `0`–`9`, `<`.
    #[error("a character is not allowed in a machine readable zone")]
    Character,
    /// A check digit is wrong.
    #[error("a check digit is wrong")]
    CheckDigit,
    /// A date is not six digits.
    #[error("a date is written YYMMDD")]
    Date,
}

impl AccessKey {
    /// Makes the key from the printed data: the number without fillers, dates as `YYMMDD`.
    ///
    /// # Errors
    /// [`MrzError::Character`] or [`MrzError::Date`].
    pub fn new(document_number: &str, birth: &str, expiry: &str) -> Result<Self, MrzError> {
        let document_number = document_number.trim().to_ascii_uppercase();
        if document_number.is_empty() || document_number.len() > 22 {
            return Err(MrzError::Shape);
        }
        if !document_number.bytes().all(|byte| value(byte).is_some()) {
            return Err(MrzError::Character);
        }
        for date in [birth, expiry] {
            if date.len() != 6 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(MrzError::Date);
            }
        }
        Ok(Self { document_number, birth: birth.to_owned(), expiry: expiry.to_owned() })
    }

    /// Makes the key from a TD1 zone of 90 characters, with or without line ends. A number longer than nine
    /// characters continues in the optional data after a filler (Doc 9303-5 §4.2.2, note j).
    ///
    /// # Errors
    /// The shape is wrong, or a check digit of number or dates does not fit.
    pub fn from_td1(zone: &str) -> Result<Self, MrzError> {
        let zone: Zeroizing<String> = Zeroizing::new(zone.split_whitespace().collect());
        if zone.len() != 90 || !zone.is_ascii() {
            return Err(MrzError::Shape);
        }
        let (number, digit) = if &zone[14..15] == "<" && &zone[5..14] != "<<<<<<<<<" {
            let rest = zone[15..30].split('<').next().unwrap_or_default();
            let Some(cut) = rest.len().checked_sub(1) else { return Err(MrzError::Shape) };
            (format!("{}{}", &zone[5..14], &rest[..cut]), rest[cut..].to_owned())
        } else {
            (zone[5..14].to_owned(), zone[14..15].to_owned())
        };
        for (field, digit) in [
            (number.as_str(), digit.as_str()),
            (&zone[30..36], &zone[36..37]),
            (&zone[38..44], &zone[44..45]),
        ] {
            if check_digit(field).ok_or(MrzError::Character)?.to_string() != digit {
                return Err(MrzError::CheckDigit);
            }
        }
        Self::new(number.trim_end_matches('<'), &zone[30..36], &zone[38..44])
    }

    /// The document number without fillers.
    pub fn document_number(&self) -> &str {
        &self.document_number
    }

    /// K_seed: the first 16 bytes of SHA-1 over number, birth and expiry, each with its check digit.
    pub fn seed(&self) -> Zeroizing<[u8; 16]> {
        let number = format!("{:<<9}", self.document_number);
        let mut hash = Sha1::new();
        for field in [number.as_str(), &self.birth, &self.expiry] {
            hash.update(field);
            // `new` accepts only characters that have a value.
            hash.update(check_digit(field).unwrap_or_default().to_string());
        }
        let mut seed = Zeroizing::new([0; 16]);
        seed.copy_from_slice(&hash.finalize()[..16]);
        seed
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(redacted)")
    }
}

fn value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// Doc 9303-3 §4.9: weights 7, 3, 1, modulus 10.
fn check_digit(field: &str) -> Option<u32> {
    let weighted =
        field.bytes().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| Some(value(byte)? * weight));
    Some(weighted.sum::<Option<u32>>()? % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doc 9303-11 appendix D.2.
    #[test]
    fn the_seed_is_that_of_the_worked_example() {
        let key = AccessKey::new("L898902C", "690806", "940623").unwrap();
        assert_eq!(hex::encode_upper(*key.seed()), "239AB9CB282DAF66231DC5A4DF6BFBAE");
    }

    /// The specimen of Doc 9303-5 appendix B, and its form with a long number (Doc 9303-11 appendix D.2).
    #[test]
    fn a_td1_zone_gives_the_same_key_as_its_parts() {
        let zone =
            "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(AccessKey::from_td1(zone), AccessKey::new("D23145890", "740812", "120415"));
        let long =
            "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<";
        let key = AccessKey::from_td1(long).unwrap();
        assert_eq!(key.document_number(), "D23145890734");
        assert_eq!(hex::encode_upper(*key.seed()), "B366AD857DDCA2B08C0E299811714730");
    }

    #[test]
    fn a_changed_digit_a_short_zone_and_a_wrong_date_are_refused() {
        let zone =
            "I<UTOD231458917<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(AccessKey::from_td1(zone), Err(MrzError::CheckDigit));
        assert_eq!(AccessKey::from_td1("I<UTO"), Err(MrzError::Shape));
        assert_eq!(AccessKey::new("D23", "7408", "120415"), Err(MrzError::Date));
        assert_eq!(AccessKey::new("Д23", "740812", "120415"), Err(MrzError::Character));
    }
}
