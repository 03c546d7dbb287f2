//! The PIV-compatible application (SP 800-73-5 part 2), slots 9A and 9C with P-256.

mod object;
mod personalise;
mod pin;
mod signature;

pub(crate) use signature::new_key;

use crate::apdu::{Command, Outcome, Sw};
use crate::card::Access;
use crate::dgi::StoreData;
use crate::entropy::Entropy;
use crate::state::PivState;
use crate::tlv;

/// The AID with its version, as the layout lists it.
pub const AID: [u8; 11] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];

/// The state that the application loses when another one is selected.
#[derive(Debug, Default)]
pub struct Session {
    is_pin_verified: bool,
    /// Whether the last command was a successful VERIFY ("PIN always", slot 9C).
    is_pin_fresh: bool,
}

/// A key slot of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Authentication,
    Signature,
}

impl Slot {
    const ALL: [Self; 2] = [Self::Authentication, Self::Signature];

    fn parse(reference: u8) -> Result<Self, Sw> {
        match reference {
            0x9A => Ok(Self::Authentication),
            0x9C => Ok(Self::Signature),
            _ => Err(Sw::REFERENCE_NOT_FOUND),
        }
    }

    /// The name of the slot in the state file.
    fn name(self) -> &'static str {
        match self {
            Self::Authentication => "9a",
            Self::Signature => "9c",
        }
    }

    fn certificate_tag(self) -> u32 {
        match self {
            Self::Authentication => 0x5F_C105,
            Self::Signature => 0x5F_C10A,
        }
    }
}

/// The application while it runs one command.
pub struct Piv<'a> {
    /// The application's memory.
    pub state: &'a mut PivState,
    /// The application's session.
    pub session: &'a mut Session,
    /// The STORE DATA blocks received so far.
    pub store: &'a mut StoreData,
    /// The chip's random numbers.
    pub entropy: &'a mut dyn Entropy,
}

impl Piv<'_> {
    /// Runs one command.
    pub fn process(&mut self, access: Access, command: &Command) -> Outcome {
        if command.cla & 0x0C != 0 {
            return Err(Sw::UNKNOWN_CLASS);
        }
        let was_pin_fresh = std::mem::take(&mut self.session.is_pin_fresh);
        match command.ins {
            0x20 => self.verify(command),
            0x24 => self.change_reference_data(command),
            0x2C => self.reset_retry_counter(command),
            0x47 => self.generate_key_pair(access, command),
            0x87 => self.sign(access, was_pin_fresh, command),
            0xCB => self.get_data(command),
            0xDB => self.put_data(access, command),
            0xE2 => self.store_data(access, command),
            _ => Err(Sw::UNKNOWN_INSTRUCTION),
        }
    }
}

/// Application property template, the answer of SELECT (SP 800-73-5 part 2, table 3).
pub fn application_property_template() -> Vec<u8> {
    let identifier = tlv::write(0x4F, &AID[5..]);
    let authority = tlv::write(0x79, &tlv::write(0x4F, &AID[..5]));
    tlv::write(0x61, &[identifier, authority].concat())
}

#[cfg(test)]
#[path = "piv/tests.rs"]
mod tests;
