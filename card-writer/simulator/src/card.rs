//! The chip as a whole: it takes one command and returns one answer.

use crate::apdu::{Answer, Command, Outcome, Sw};
use crate::dgi::StoreData;
use crate::entropy::Entropy;
use crate::secure_channel::{Channel, Handshake, NotAuthentic, PARAMETER_I, SecurityLevel, sequence_bytes};
use crate::state::{ChipState, ISSUER_VERSION, LifeCycle};
use crate::{emrtd, piv, security_domain};

/// Answer to reset: T=1, historical bytes with the card capabilities *selection by full name*, *command
/// chaining*.
pub const ATR: [u8; 9] = [0x3B, 0x85, 0x01, 0x80, 0x73, 0x80, 0x21, 0x80, 0x56];

/// Longer than any chain of the layout; the limit protects the chip's memory against endless chains.
const LONGEST_CHAIN: usize = 8_192;

/// The rights with which a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    channel: Option<(u8, SecurityLevel)>,
}

impl Access {
    /// Rights without a channel.
    pub fn holder() -> Self {
        Self { channel: None }
    }

    /// Rights in a channel that was opened with this key set.
    pub fn channel(key_version: u8, level: SecurityLevel) -> Self {
        Self { channel: Some((key_version, level)) }
    }

    /// Version of the channel's key set, if the channel protects commands at least by a MAC.
    pub fn key_version(self) -> Option<u8> {
        self.channel.filter(|(_, level)| level.has_command_mac()).map(|(version, _)| version)
    }

    /// Whether this is the issuer at level 33, which alone may personalise.
    pub fn is_issuer(self) -> bool {
        self.channel == Some((ISSUER_VERSION, SecurityLevel::FULL))
    }

    /// Allows a personalisation command, or refuses it: `6985` the application is personalised already (in
    /// any channel), `6982` this is not an issuer channel of level 33.
    pub fn require_personaliser(self, life_cycle: LifeCycle) -> Result<(), Sw> {
        match (life_cycle, self.is_issuer()) {
            (LifeCycle::Personalised, _) => Err(Sw::CONDITIONS),
            (LifeCycle::Transport | LifeCycle::Personalising, false) => Err(Sw::SECURITY_STATUS),
            (LifeCycle::Transport | LifeCycle::Personalising, true) => Ok(()),
        }
    }
}

/// The applications of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Application {
    SecurityDomain,
    Piv,
    Emrtd,
}

impl Application {
    const ALL: [Self; 3] = [Self::SecurityDomain, Self::Piv, Self::Emrtd];

    fn aid(self) -> &'static [u8] {
        match self {
            Self::SecurityDomain => &security_domain::AID,
            Self::Piv => &piv::AID,
            Self::Emrtd => &emrtd::AID,
        }
    }

    /// Finds an application by its AID. The AID may be truncated on the right, but not below the five bytes
    /// of the registered provider.
    fn find(name: &[u8]) -> Option<Self> {
        match name {
            [] => Some(Self::SecurityDomain),
            [_, _, _, _, _, ..] => Self::ALL.into_iter().find(|it| it.aid().starts_with(name)),
            _ => None,
        }
    }
}

/// The state that the chip loses without power.
struct Session {
    selected: Application,
    handshake: Option<Handshake>,
    channel: Option<Channel>,
    store: StoreData,
    piv: piv::Session,
    emrtd: emrtd::Session,
    chain: Option<Command>,
    outgoing: Option<Answer>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            selected: Application::SecurityDomain,
            handshake: None,
            channel: None,
            store: StoreData::default(),
            piv: piv::Session::default(),
            emrtd: emrtd::Session::default(),
            chain: None,
            outgoing: None,
        }
    }
}

impl Session {
    fn close_channel(&mut self) {
        self.handshake = None;
        self.channel = None;
        self.store = StoreData::default();
    }

    fn access(&self) -> Access {
        Access { channel: self.channel.as_ref().map(|channel| (channel.key_version, channel.level())) }
    }
}

/// A simulated card.
///
/// ```
/// use card_simulator::{Card, ChipState, entropy::SystemEntropy};
/// let state = ChipState::delivered([0, 0, 0, 1], &[7; 16])?;
/// let mut card = Card::new(state, SystemEntropy);
/// assert!(card.process(&[0x00, 0xA4, 0x04, 0x00, 0x00]).ends_with(&[0x90, 0x00]));
/// # Ok::<(), card_simulator::kdf3::BadMasterLength>(())
/// ```
pub struct Card {
    state: ChipState,
    entropy: Box<dyn Entropy + Send>,
    session: Session,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Card {
    /// A card with this memory, just powered up.
    pub fn new(state: ChipState, entropy: impl Entropy + Send + 'static) -> Self {
        Self { state, entropy: Box::new(entropy), session: Session::default() }
    }

    /// The memory, which must be saved before the last answer is sent.
    pub fn state(&self) -> &ChipState {
        &self.state
    }

    /// Power is lost or the card is reset: the session is forgotten, the memory stays.
    pub fn reset(&mut self) {
        self.session = Session::default();
    }

    /// Runs one command APDU and returns the response APDU (data ‖ SW1 ‖ SW2).
    pub fn process(&mut self, apdu: &[u8]) -> Vec<u8> {
        let Ok(command) = Command::parse(apdu) else { return Answer::status(Sw::WRONG_LENGTH).to_bytes() };
        // Logical channels other than 0, and reserved classes.
        if command.cla & 0x63 != 0 {
            return Answer::status(Sw::UNKNOWN_CLASS).to_bytes();
        }
        if (command.cla & !0x10, command.ins, command.p1p2()) == (0x00, 0xC0, 0) {
            return self.next_piece(&command).to_bytes();
        }
        self.session.outgoing = None;
        let answer = match self.chained(command) {
            Ok(Some(whole)) => {
                let answer = self.dispatch(&whole).unwrap_or_else(Answer::status);
                self.session.outgoing = Some(answer);
                self.next_piece(&whole)
            }
            Ok(None) => Answer::status(Sw::OK),
            Err(sw) => Answer::status(sw),
        };
        answer.to_bytes()
    }

    /// Joins chained commands (ISO/IEC 7816-4 §5.3.3); `None` while more parts are to come.
    fn chained(&mut self, command: Command) -> Result<Option<Command>, Sw> {
        let is_last = command.cla & 0x10 == 0;
        let command = Command { cla: command.cla & !0x10, ..command };
        let header = |it: &Command| (it.cla, it.ins, it.p1, it.p2);
        let whole = match self.session.chain.take() {
            Some(mut begun) if header(&begun) == header(&command) => {
                begun.data.extend_from_slice(&command.data);
                Command { data: begun.data, ..command }
            }
            Some(_) | None => command,
        };
        if whole.data.len() > LONGEST_CHAIN {
            return Err(Sw::WRONG_LENGTH);
        }
        if is_last {
            return Ok(Some(whole));
        }
        self.session.chain = Some(whole);
        Ok(None)
    }

    /// As much of the waiting answer as `Le` allows, with `61xx` while more of it waits.
    fn next_piece(&mut self, command: &Command) -> Answer {
        let Some(mut answer) = self.session.outgoing.take() else { return Answer::status(Sw::CONDITIONS) };
        let most = command.le.unwrap_or(if command.extended { 65_536 } else { 256 });
        if answer.data.len() <= most {
            return answer;
        }
        let rest = answer.data.split_off(most);
        let piece = Answer { data: answer.data, sw: Sw::more(rest.len()) };
        self.session.outgoing = Some(Answer { data: rest, sw: answer.sw });
        piece
    }

    fn dispatch(&mut self, command: &Command) -> Outcome {
        match (command.cla, command.ins) {
            (0x00, 0xA4) if command.p1 == 0x04 => return self.select(command),
            (0x80, 0x50) => return self.initialize_update(command),
            (0x84, 0x82) if self.session.handshake.is_some() => return self.external_authenticate(command),
            _ => self.session.handshake = None,
        }
        match (command.cla & 0x0C, self.session.channel.take()) {
            (0x04, Some(mut channel)) if channel.protects_commands() => {
                // A command that cannot be unwrapped ends the channel, so the channel is not put back.
                let plain = channel.unwrap(command).inspect_err(|_| self.session.close_channel())?;
                self.session.channel = Some(channel);
                let answer = self.application(&plain).unwrap_or_else(Answer::status);
                let channel = self.session.channel.as_ref().ok_or(Sw::SECURITY_STATUS)?;
                Ok(channel.wrap(answer))
            }
            (0x04, channel) => {
                self.session.channel = channel;
                Err(Sw::SECURITY_STATUS)
            }
            (_, Some(channel)) if channel.protects_commands() => {
                self.session.channel = Some(channel);
                Err(Sw::SECURITY_STATUS)
            }
            (_, channel) => {
                self.session.channel = channel;
                self.application(command)
            }
        }
    }

    fn application(&mut self, command: &Command) -> Outcome {
        if !matches!(command.cla, 0x00 | 0x80 | 0x0C) {
            return Err(Sw::UNKNOWN_CLASS);
        }
        let access = self.session.access();
        match self.session.selected {
            Application::SecurityDomain => security_domain::process(&mut self.state, access, command),
            Application::Piv => {
                let Session { piv, store, .. } = &mut self.session;
                let mut application =
                    piv::Piv { state: &mut self.state.piv, session: piv, store, entropy: &mut *self.entropy };
                application.process(access, command)
            }
            Application::Emrtd => {
                let Session { emrtd, store, .. } = &mut self.session;
                let mut application = emrtd::Emrtd {
                    state: &mut self.state.emrtd,
                    session: emrtd,
                    store,
                    entropy: &mut *self.entropy,
                };
                application.process(access, command)
            }
        }
    }

    /// SELECT by name. An unknown name changes nothing; selecting another application forgets PIN and BAC
    /// sessions.
    fn select(&mut self, command: &Command) -> Outcome {
        let application = Application::find(&command.data).ok_or(Sw::NOT_FOUND)?;
        self.session.close_channel();
        if application != self.session.selected {
            self.session.piv = piv::Session::default();
        }
        self.session.emrtd = emrtd::Session::default();
        self.session.selected = application;
        if command.p2 & 0x0C == 0x0C {
            return Ok(Answer::status(Sw::OK));
        }
        Ok(Answer::ok(match application {
            Application::SecurityDomain => security_domain::file_control_information(),
            Application::Piv => piv::application_property_template(),
            Application::Emrtd => emrtd::file_control_information(),
        }))
    }

    /// INITIALIZE UPDATE (Amendment D §7.1.1). Errors: `6A88` no such key set, `6983` locked, `6700` the
    /// challenge is not 8 bytes.
    fn initialize_update(&mut self, command: &Command) -> Outcome {
        self.session.close_channel();
        let host_challenge: [u8; 8] = command.data.as_slice().try_into().map_err(|_| Sw::WRONG_LENGTH)?;
        let set = self.state.key_set(command.p1).ok_or(Sw::REFERENCE_NOT_FOUND)?;
        if set.is_locked() {
            return Err(Sw::BLOCKED);
        }
        let aid = self.session.selected.aid();
        let (handshake, card) = Handshake::begin(set, aid, &host_challenge).ok_or(Sw::CHIP_FAILED)?;
        let answer = [
            &self.state.kdd()[..],
            &[set.version, 0x03, PARAMETER_I],
            &card.challenge,
            &card.cryptogram,
            &sequence_bytes(set.sequence_counter),
        ]
        .concat();
        self.session.handshake = Some(handshake);
        Ok(Answer::ok(answer))
    }

    /// EXTERNAL AUTHENTICATE (Amendment D §7.1.2). Errors: `6300` wrong cryptogram, `6982` wrong MAC, `6983`
    /// locked, `6A86` unknown level.
    fn external_authenticate(&mut self, command: &Command) -> Outcome {
        let handshake = self.session.handshake.take().ok_or(Sw::CONDITIONS)?;
        let level = SecurityLevel::parse(command.p1).ok_or(Sw::WRONG_P1P2)?;
        let set = self.state.key_set_mut(handshake.key_version).ok_or(Sw::REFERENCE_NOT_FOUND)?;
        if set.is_locked() {
            return Err(Sw::BLOCKED);
        }
        match handshake.authenticate(command, level) {
            Ok(channel) => {
                set.failures = 0;
                set.sequence_counter += 1;
                self.session.channel = Some(channel);
                Ok(Answer::status(Sw::OK))
            }
            Err(reason) => {
                set.failures += 1;
                Err(match reason {
                    NotAuthentic::Cryptogram => Sw::AUTHENTICATION_FAILED,
                    NotAuthentic::CommandMac => Sw::SECURITY_STATUS,
                })
            }
        }
    }
}

#[cfg(test)]
#[path = "card/tests.rs"]
mod tests;
