//! The connection to a card.

mod pcsc;
mod scripted;

pub use pcsc::{PcscBackend, readers};
pub use scripted::{Exchange, ScriptedBackend};

use thiserror::Error;

/// A connection to one card, used by this process alone.
///
/// Contract: `transmit` sends one command APDU and returns data and status word; it neither chains nor
/// fetches. After an error another card may be in the reader: nothing may be sent before `reset` and a check
/// of the chip's identity.
pub trait Backend {
    /// Sends one command APDU and returns the response APDU.
    ///
    /// # Errors
    /// The card or the reader is gone, or another program took it.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError>;
    /// Resets the card: channels, PIN state and selections are lost.
    ///
    /// # Errors
    /// No card answers.
    fn reset(&mut self) -> Result<(), BackendError>;
    /// Answer to reset.
    ///
    /// # Errors
    /// No card answers.
    fn atr(&mut self) -> Result<Vec<u8>, BackendError>;
}

/// Why the card cannot be reached.
#[derive(Debug, Error)]
pub enum BackendError {
    /// The card was pulled, reset or swapped, the reader was unplugged, or pcscd ended.
    #[error("the connection to the card was lost")]
    Lost,
    /// There is no card in the reader.
    #[error("there is no card in the reader")]
    NoCard,
    /// Another program uses the card.
    #[error("another program uses the reader")]
    Busy,
    /// There is no reader of that name.
    #[error("there is no reader of that name")]
    NoReader,
    /// PC/SC reported something else.
    #[error("PC/SC")]
    Pcsc(#[source] ::pcsc::Error),
    /// A scripted card received a command that is not in its script.
    #[error("the script expected another command at exchange {0}")]
    OffScript(usize),
}
