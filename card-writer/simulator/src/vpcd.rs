//! The virtual reader of vsmartcard: the card connects to it over TCP, then the reader sends requests.
//!
//! Every message is a big-endian length of two bytes and that number of bytes. One byte is a control of the
//! reader, more bytes are a command APDU. Only *get ATR* and APDUs are answered.

use crate::card::ATR;
use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::TcpStream;

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// Why serving the reader ended.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The connection broke.
    #[error("talk to the virtual reader")]
    Line(#[from] io::Error),
    /// A control byte that this card does not know.
    #[error("the virtual reader sent the unknown control {0}")]
    UnknownControl(u8),
    /// The card itself cannot continue, for example because its memory cannot be saved.
    #[error("the card stops: {0}")]
    Card(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The card that answers the reader, with the keeper of its memory.
pub trait Chip {
    /// The power goes on or off, or the card is reset.
    fn reset(&mut self);
    /// Runs one command. The memory must be saved when this returns, because the answer is sent next.
    fn process(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Serves the reader until it closes the connection.
pub fn serve(mut stream: TcpStream, chip: &mut impl Chip) -> Result<(), ReaderError> {
    stream.set_nodelay(true)?;
    while let Some(message) = read_message(&mut stream)? {
        match message.as_slice() {
            [] => {}
            [POWER_OFF | POWER_ON | RESET] => chip.reset(),
            [GET_ATR] => write_message(&mut stream, &ATR)?,
            [other] => return Err(ReaderError::UnknownControl(*other)),
            apdu => {
                let answer = chip.process(apdu).map_err(ReaderError::Card)?;
                write_message(&mut stream, &answer)?;
            }
        }
    }
    Ok(())
}

/// Reads one message; `None` if the connection ends between two messages.
fn read_message(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    if !fill(stream, &mut length)? {
        return Ok(None);
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    if !fill(stream, &mut message)? && !message.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

/// Fills the buffer; `false` if the connection ended before its first byte.
fn fill(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        acknowledge_at_once(stream)?;
        match stream.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The reader sends length and bytes separately, so a delayed acknowledgement would cost 40 ms for each
/// command. The kernel resets this option, so it is set before every read.
fn acknowledge_at_once(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_tcp_quickack(true)
}

fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    stream.write_all(&[&length.to_be_bytes()[..], message].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Answers every command with the command itself, and counts resets.
    #[derive(Default)]
    struct Echo {
        resets: usize,
        is_broken: bool,
    }

    impl Chip for Echo {
        fn reset(&mut self) {
            self.resets += 1;
        }
        fn process(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
            if self.is_broken { Err("no room".into()) } else { Ok(apdu.to_vec()) }
        }
    }

    fn with_reader(mut chip: Echo, sent: &[u8]) -> (Result<(), ReaderError>, Echo, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let card_end = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut reader, _) = listener.accept().unwrap();
        reader.write_all(sent).unwrap();
        reader.shutdown(std::net::Shutdown::Write).unwrap();
        let outcome = serve(card_end, &mut chip);
        let mut received = Vec::new();
        reader.read_to_end(&mut received).unwrap();
        (outcome, chip, received)
    }

    #[test]
    fn the_reader_gets_atr_and_answers() {
        let (outcome, chip, received) =
            with_reader(Echo::default(), &[0, 1, 1, 0, 1, 4, 0, 4, 0, 0xA4, 4, 0, 0, 1, 2]);
        outcome.unwrap();
        assert_eq!(chip.resets, 2);
        assert_eq!(received, [&[0, 9][..], &ATR, &[0, 4, 0, 0xA4, 4, 0]].concat());
    }

    #[test]
    fn a_cut_message_is_an_error() {
        let (outcome, _, _) = with_reader(Echo::default(), &[0, 4, 0, 0xA4]);
        assert!(matches!(outcome, Err(ReaderError::Line(_))));
    }

    #[test]
    fn an_unknown_control_is_an_error() {
        let (outcome, _, _) = with_reader(Echo::default(), &[0, 1, 9]);
        assert!(matches!(outcome, Err(ReaderError::UnknownControl(9))));
    }

    #[test]
    fn a_card_that_cannot_keep_its_memory_does_not_answer() {
        let broken = Echo { is_broken: true, ..Echo::default() };
        let (outcome, _, received) = with_reader(broken, &[0, 4, 0, 0xA4, 4, 0]);
        assert!(matches!(outcome, Err(ReaderError::Card(_))));
        assert!(received.is_empty());
    }

    #[test]
    fn the_atr_has_its_check_byte() {
        assert_eq!(ATR[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }
}
