//! The PIN of a card.

use std::fmt;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Six to eight decimal digits; the type cannot be printed; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardPin(String);

/// The text is not six to eight decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a PIN is six to eight digits")]
pub struct PinForm;

impl CardPin {
    /// Parses a PIN; removes white space around it, such as the line end of a file.
    ///
    /// # Errors
    /// [`PinForm`].
    pub fn parse(text: &str) -> Result<Self, PinForm> {
        let text = text.trim();
        if !(6..=8).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinForm);
        }
        Ok(Self(text.to_owned()))
    }

    /// Eight bytes, filled with `FF` (SP 800-73-5 part 2 §2.4.3).
    pub fn padded(&self) -> Zeroizing<[u8; 8]> {
        let mut bytes = Zeroizing::new([0xFF; 8]);
        bytes[..self.0.len()].copy_from_slice(self.0.as_bytes());
        bytes
    }

    /// Shows the digits to the code that prints the slip.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardPin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_to_eight_digits() {
        assert!(CardPin::parse("123456\n").is_ok());
        for wrong in ["12345", "123456789", "12345a", "", "１２３４５６"] {
            assert_eq!(CardPin::parse(wrong), Err(PinForm), "{wrong}");
        }
    }

    #[test]
    fn a_short_pin_is_filled_and_not_printed() {
        let pin = CardPin::parse("123456").unwrap();
        assert_eq!(*pin.padded(), *b"123456\xFF\xFF");
        assert!(!format!("{pin:?}").contains("123456"));
    }
}
