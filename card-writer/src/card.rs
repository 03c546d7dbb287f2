//! One card in a reader: plain exchanges, and the check that it is always the same chip.

use card_protocol::chip::ChipId;
use card_protocol::layout::Application;

use crate::apdu::{Command, Response, Status};
use crate::backend::{Backend, BackendError};
use crate::command;
use crate::refusal::Refusal;

/// The most GET RESPONSE commands for one answer: 64 KiB. A card that has more to send is lying.
const MAX_ROUNDS: usize = 256;

/// A card. Chaining, `61xx` and `6Cxx` are handled here; secure messaging is built on top of it.
///
/// Invariant: after every [`Card::reset`] the chip is the one that was seen first.
pub struct Card<'b> {
    backend: &'b mut dyn Backend,
    chip_id: ChipId,
    cplc: Vec<u8>,
}

impl<'b> Card<'b> {
    /// Takes the card in the reader and reads the identity of its chip.
    ///
    /// # Errors
    /// The card cannot be reached or has no CPLC.
    pub fn open(backend: &'b mut dyn Backend) -> Result<Self, Refusal> {
        let cplc = read_cplc(backend)?;
        let chip_id = ChipId::from_cplc(&cplc).map_err(|_| Refusal::MalformedAnswer("GET DATA (CPLC)"))?;
        Ok(Self { backend, chip_id, cplc })
    }

    /// The id of the chip.
    pub fn chip_id(&self) -> ChipId {
        self.chip_id
    }

    /// The CPLC object as it was read.
    pub fn cplc(&self) -> &[u8] {
        &self.cplc
    }

    /// Answer to reset.
    ///
    /// # Errors
    /// The card cannot be reached.
    pub fn atr(&mut self) -> Result<Vec<u8>, Refusal> {
        Ok(self.backend.atr()?)
    }

    /// Resets the card and checks that it is still the same chip.
    ///
    /// # Errors
    /// The card is gone, or another one answers.
    pub fn reset(&mut self) -> Result<(), Refusal> {
        self.backend.reset()?;
        let cplc = read_cplc(self.backend)?;
        if ChipId::from_cplc(&cplc) != Ok(self.chip_id) {
            return Err(Refusal::AnotherChip);
        }
        Ok(())
    }

    /// Sends a command, chained if it is long, and fetches the whole answer.
    ///
    /// # Errors
    /// The card cannot be reached, or its answer is not a response APDU.
    pub fn send(&mut self, command: &Command) -> Result<Response, Refusal> {
        exchange(self.backend, command)
    }

    /// Sends a command that must answer `9000`.
    ///
    /// # Errors
    /// The errors of [`Card::send`]; [`Refusal::UnexpectedStatus`] naming `what`.
    pub fn require(&mut self, command: &Command, what: &'static str) -> Result<Vec<u8>, Refusal> {
        require_ok(self.send(command)?, what)
    }

    /// Selects an application.
    ///
    /// # Errors
    /// The errors of [`Card::require`].
    pub fn select(&mut self, application: Application) -> Result<Vec<u8>, Refusal> {
        self.require(&command::select(application), "SELECT")
    }
}

/// The data of an answer whose status must be `9000`.
///
/// # Errors
/// [`Refusal::UnexpectedStatus`], which names `what`.
pub fn require_ok(response: Response, what: &'static str) -> Result<Vec<u8>, Refusal> {
    if response.status != Status::OK {
        return Err(Refusal::UnexpectedStatus { command: what, status: response.status });
    }
    Ok(response.data)
}

fn read_cplc(backend: &mut dyn Backend) -> Result<Vec<u8>, Refusal> {
    require_ok(exchange(backend, &command::select(Application::Isd))?, "SELECT ISD")?;
    require_ok(exchange(backend, &command::cplc())?, "GET DATA (CPLC)")
}

fn exchange(backend: &mut dyn Backend, command: &Command) -> Result<Response, Refusal> {
    let mut apdus = command.to_short_apdus();
    let Some(last) = apdus.pop() else { return Err(Refusal::MalformedAnswer("nothing")) };
    for apdu in &apdus {
        let response = transmit(backend, apdu)?;
        if response.status != Status::OK {
            return Ok(response);
        }
    }
    let mut response = transmit(backend, &last)?;
    if response.status.0 >> 8 == 0x6C {
        // Wrong Le: the low byte of the status is the right one (ISO/IEC 7816-4 table 5). The command has not
        // run yet.
        let corrected =
            Command { expected: Some(exact(response.status)), data: last_chunk(command), ..command.clone() };
        for apdu in corrected.to_short_apdus() {
            response = transmit(backend, &apdu)?;
        }
    }
    fetch_rest(backend, response)
}

fn last_chunk(command: &Command) -> zeroize::Zeroizing<Vec<u8>> {
    command.data.chunks(crate::apdu::SHORT_DATA).last().unwrap_or_default().to_vec().into()
}

fn exact(status: Status) -> u16 {
    match status.0 & 0xFF {
        0 => 256,
        length => length,
    }
}

fn fetch_rest(backend: &mut dyn Backend, first: Response) -> Result<Response, Refusal> {
    let mut response = first;
    for _ in 0..MAX_ROUNDS {
        if response.status.0 >> 8 != 0x61 {
            return Ok(response);
        }
        let get = Command::new(0x00, 0xC0, 0x00, 0x00).expecting(exact(response.status));
        let mut next = transmit(backend, &get.to_short_apdus()[0])?;
        if next.data.is_empty() && next.status.0 >> 8 == 0x61 {
            break;
        }
        response.data.append(&mut next.data);
        response.status = next.status;
    }
    Err(Refusal::MalformedAnswer("GET RESPONSE"))
}

/// The only place at which bytes are sent to the card. The trace contains the header and the status word,
/// never data.
fn transmit(backend: &mut dyn Backend, apdu: &[u8]) -> Result<Response, Refusal> {
    let answer = backend.transmit(apdu)?;
    let response = Response::parse(&answer).ok_or(Refusal::Unreachable(BackendError::Lost))?;
    tracing::trace!(header = %hex::encode(&apdu[..apdu.len().min(4)]), sent = apdu.len(), answer = ?response, "apdu");
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::ScriptedBackend;

    fn script(lines: &str) -> ScriptedBackend {
        let cplc = format!("9f7f2a{}", "01".repeat(42));
        ScriptedBackend::parse(&format!(
            "> 00a4040008a00000015100000000\n< 9000\n> 80ca9f7f00\n< {cplc}9000\n{lines}"
        ))
        .unwrap()
    }

    #[test]
    fn a_long_answer_is_fetched_in_pieces() {
        let mut backend = script("> 00cb3fff00\n< 01026102\n> 00c0000002\n< 03049000\n");
        let mut card = Card::open(&mut backend).unwrap();
        let response = card.send(&Command::new(0, 0xCB, 0x3F, 0xFF).expecting(256)).unwrap();
        assert_eq!(response.data, [1, 2, 3, 4]);
    }

    #[test]
    fn a_wrong_le_is_corrected_once() {
        let mut backend = script("> 0084000008\n< 6c04\n> 0084000004\n< 010203049000\n");
        let mut card = Card::open(&mut backend).unwrap();
        assert_eq!(card.send(&command::challenge()).unwrap().data, [1, 2, 3, 4]);
    }

    #[test]
    fn another_chip_after_a_reset_is_refused() {
        let other = format!("9f7f2a{}", "02".repeat(42));
        let mut backend =
            script(&format!("reset\n> 00a4040008a00000015100000000\n< 9000\n> 80ca9f7f00\n< {other}9000\n"));
        let mut card = Card::open(&mut backend).unwrap();
        assert!(matches!(card.reset(), Err(Refusal::AnotherChip)));
        assert!(backend.is_finished());
    }
}
