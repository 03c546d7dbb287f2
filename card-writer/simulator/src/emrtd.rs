//! The eMRTD application (ICAO Doc 9303-10, LDS 1.8) behind Basic Access Control (Doc 9303-11 §4.3).

mod bac;
mod file;
mod personalise;
mod secure_messaging;
mod triple_des;

use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::card::Access;
use crate::dgi::StoreData;
use crate::entropy::{self, Entropy};
use crate::state::{EmrtdState, LifeCycle};
use crate::tlv;
use file::ElementaryFile;
use secure_messaging::SecureMessaging;

/// AID of the LDS1 eMRTD application.
pub const AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// The state that the application loses when another one is selected.
#[derive(Default)]
pub struct Session {
    challenge: Option<[u8; 8]>,
    messaging: Option<SecureMessaging>,
    current: Option<ElementaryFile>,
}

/// The application while it runs one command.
pub struct Emrtd<'a> {
    /// The application's memory.
    pub state: &'a mut EmrtdState,
    /// The application's session.
    pub session: &'a mut Session,
    /// The STORE DATA blocks received so far.
    pub store: &'a mut StoreData,
    /// The chip's random numbers.
    pub entropy: &'a mut dyn Entropy,
}

impl Emrtd<'_> {
    /// Runs one command. With CLA `0C`, command and answer are protected by secure messaging.
    pub fn process(&mut self, access: Access, command: &Command) -> Outcome {
        if command.ins == 0xE2 {
            return self.store_data(access, command);
        }
        if self.state.life_cycle != LifeCycle::Personalised {
            return Err(Sw::CONDITIONS);
        }
        if command.cla & 0x0C == 0x0C {
            return self.protected(command);
        }
        // Doc 9303-11 §9.8.3: an unprotected command ends secure messaging.
        self.session.messaging = None;
        self.session.current = None;
        match command.ins {
            0x84 => self.get_challenge(command),
            0x82 => self.external_authenticate(command),
            0xA4 | 0xB0 => Err(Sw::SECURITY_STATUS),
            _ => Err(Sw::UNKNOWN_INSTRUCTION),
        }
    }

    fn protected(&mut self, command: &Command) -> Outcome {
        // Taken out, and put back only if the command can be unwrapped: an error ends the session.
        let mut messaging = self.session.messaging.take().ok_or(Sw::SECURITY_STATUS)?;
        let plain = messaging.unwrap(command)?;
        let answer = match plain.ins {
            0xA4 => self.select_file(&plain),
            0xB0 => self.read_binary(&plain),
            _ => Err(Sw::UNKNOWN_INSTRUCTION),
        }
        .unwrap_or_else(Answer::status);
        let wrapped = messaging.wrap(&answer);
        self.session.messaging = Some(messaging);
        Ok(wrapped)
    }

    fn get_challenge(&mut self, command: &Command) -> Outcome {
        if command.le != Some(8) && command.le != Some(256) {
            return Err(Sw::WRONG_LENGTH);
        }
        let challenge = entropy::draw(self.entropy)?;
        self.session.challenge = Some(challenge);
        Ok(Answer::ok(challenge.to_vec()))
    }

    /// EXTERNAL (MUTUAL) AUTHENTICATE. A challenge can be used once. Errors: `6985` no challenge, `6300`
    /// other keys.
    fn external_authenticate(&mut self, command: &Command) -> Outcome {
        let challenge = self.session.challenge.take().ok_or(Sw::CONDITIONS)?;
        let request = command.data.as_slice().try_into().map_err(|_| Sw::WRONG_LENGTH)?;
        let seed =
            self.state.bac_seed.as_ref().and_then(|seed| seed.array()).ok_or(Sw::REFERENCE_NOT_FOUND)?;
        let keying = entropy::draw(self.entropy)?;
        let opened =
            bac::authenticate(&seed, &challenge, request, &keying).ok_or(Sw::AUTHENTICATION_FAILED)?;
        self.session.messaging = Some(opened.messaging);
        Ok(Answer::ok(opened.answer.to_vec()))
    }
}

/// The file control information that SELECT answers.
pub fn file_control_information() -> Vec<u8> {
    tlv::write(0x6F, &tlv::write(0x84, &AID))
}

#[cfg(test)]
#[path = "emrtd/tests.rs"]
mod tests;
