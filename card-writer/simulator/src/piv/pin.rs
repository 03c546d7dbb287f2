//! PIN and PUK: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (SP 800-73-5 part 2 §3.2).

use super::Piv;
use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::secret::Secret;
use crate::state::{PIN_TRIES, Reference};
use subtle::ConstantTimeEq;

/// The length of a PIN or PUK in a command.
const BYTES: usize = 8;
const PIN: u8 = 0x80;

/// Checks that a PIN is six to eight decimal digits, padded with `FF` to eight bytes; otherwise `6A80`.
pub(super) fn require_format(value: &[u8]) -> Result<(), Sw> {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_padded = value.iter().skip(digits).all(|&byte| byte == 0xFF);
    if value.len() == BYTES && digits >= 6 && is_padded { Ok(()) } else { Err(Sw::WRONG_DATA) }
}

/// Compares a PIN or PUK, counting a try; success restores all tries. Errors: `6983` blocked, `63Cx` wrong.
fn check(reference: &mut Reference, value: &[u8]) -> Result<(), Sw> {
    if reference.tries == 0 {
        return Err(Sw::BLOCKED);
    }
    if bool::from(reference.value.expose().ct_eq(value)) {
        reference.tries = PIN_TRIES;
        return Ok(());
    }
    reference.tries -= 1;
    Err(Sw::tries_left(reference.tries))
}

fn present(reference: &mut Option<Reference>) -> Result<&mut Reference, Sw> {
    reference.as_mut().ok_or(Sw::REFERENCE_NOT_FOUND)
}

impl Piv<'_> {
    /// VERIFY `20 00 80`. Without data it answers the tries left; with P1 = `FF` it forgets the verification.
    pub(super) fn verify(&mut self, command: &Command) -> Outcome {
        match (command.p1, command.p2, command.data.is_empty()) {
            (0x00, PIN, true) => self.pin_status(),
            (0x00, PIN, false) => self.verify_pin(&command.data),
            (0xFF, PIN, true) => {
                self.session.is_pin_verified = false;
                Ok(Answer::status(Sw::OK))
            }
            (0x00, _, _) => Err(Sw::REFERENCE_NOT_FOUND),
            _ => Err(Sw::WRONG_P1P2),
        }
    }

    fn pin_status(&mut self) -> Outcome {
        let pin = present(&mut self.state.pin)?;
        match (self.session.is_pin_verified, pin.tries) {
            (true, _) => Ok(Answer::status(Sw::OK)),
            (false, 0) => Err(Sw::BLOCKED),
            (false, tries) => Err(Sw::tries_left(tries)),
        }
    }

    fn verify_pin(&mut self, value: &[u8]) -> Outcome {
        self.session.is_pin_verified = false;
        require_format(value)?;
        check(present(&mut self.state.pin)?, value)?;
        self.session.is_pin_verified = true;
        self.session.is_pin_fresh = true;
        Ok(Answer::status(Sw::OK))
    }

    /// CHANGE REFERENCE DATA `24 00 80
    /// 81`: old ‖ new. The first success for the PIN unlocks the private keys.
    pub(super) fn change_reference_data(&mut self, command: &Command) -> Outcome {
        let (old, new) = halves(command)?;
        require_format(new)?;
        let reference = match command.p1p2() {
            0x0080 => present(&mut self.state.pin)?,
            0x0081 => present(&mut self.state.puk)?,
            _ => return Err(Sw::REFERENCE_NOT_FOUND),
        };
        if command.p2 == PIN {
            self.session.is_pin_verified = false;
        }
        check(reference, old)?;
        if old == new {
            return Err(Sw::WRONG_DATA);
        }
        reference.value = Secret::new(new.to_vec());
        if command.p2 == PIN {
            self.state.is_pin_changed = true;
        }
        Ok(Answer::status(Sw::OK))
    }

    /// RESET RETRY COUNTER `2C 00 80`: PUK ‖ new PIN. A transport PIN still counts as not changed
    /// afterwards.
    pub(super) fn reset_retry_counter(&mut self, command: &Command) -> Outcome {
        if command.p1p2() != 0x0080 {
            return Err(Sw::REFERENCE_NOT_FOUND);
        }
        let (puk, new) = halves(command)?;
        require_format(new)?;
        let pin = present(&mut self.state.pin)?;
        check(present(&mut self.state.puk)?, puk)?;
        *pin = Reference::new(Secret::new(new.to_vec()));
        self.session.is_pin_verified = false;
        Ok(Answer::status(Sw::OK))
    }
}

fn halves(command: &Command) -> Result<(&[u8], &[u8]), Sw> {
    if command.data.len() != 2 * BYTES {
        return Err(Sw::WRONG_LENGTH);
    }
    Ok(command.data.split_at(BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_to_eight_digits_are_a_pin() {
        for good in [&b"123456\xFF\xFF"[..], b"1234567\xFF", b"12345678"] {
            assert_eq!(require_format(good), Ok(()));
        }
    }

    #[test]
    fn anything_else_is_no_pin() {
        let wrong: [&[u8]; 6] =
            [b"12345\xFF\xFF\xFF", b"123456", b"123456\0\0", b"12345a\xFF\xFF", b"123456\xFF7", b"123456789"];
        for value in wrong {
            assert_eq!(require_format(value), Err(Sw::WRONG_DATA), "{value:?}");
        }
    }
}
