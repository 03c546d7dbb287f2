//! PC/SC: pcscd on Linux, the system service elsewhere.

use std::ffi::CString;

use pcsc::{Card, Context, Disposition, Error, Protocols, Scope, ShareMode};

use super::{Backend, BackendError};

/// Room for the longest answer there is: 65 536 bytes and the status word. A smaller buffer could lose the
/// answer of a command that has already run.
const BUFFER_LENGTH: usize = 65_538;

/// A card in a PC/SC reader, connected exclusively. Each has its own context: contexts shared between threads
/// are slow, and one that outlives a restart of pcscd no longer works.
pub struct PcscBackend {
    card: Card,
    buffer: Vec<u8>,
}

impl PcscBackend {
    /// Connects to the card in the reader of exactly this name.
    ///
    /// # Errors
    /// No such reader, no card, or another program has the card.
    pub fn connect(reader: &str) -> Result<Self, BackendError> {
        let name = CString::new(reader).map_err(|_| BackendError::NoReader)?;
        let context = Context::establish(Scope::User).map_err(of)?;
        let card = context.connect(&name, ShareMode::Exclusive, Protocols::ANY).map_err(of)?;
        Ok(Self { card, buffer: vec![0; BUFFER_LENGTH] })
    }
}

/// Names of all readers.
///
/// # Errors
/// PC/SC is not running.
pub fn readers() -> Result<Vec<String>, BackendError> {
    let context = Context::establish(Scope::User).map_err(of)?;
    let names = context.list_readers_owned().map_err(of)?;
    Ok(names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect())
}

impl Backend for PcscBackend {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        self.card.transmit(command, &mut self.buffer).map(<[u8]>::to_vec).map_err(of)
    }

    fn reset(&mut self) -> Result<(), BackendError> {
        self.card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::ResetCard).map_err(of)
    }

    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        // The ATR comes from the status, not from the AtrString attribute, which virtual readers do not have.
        Ok(self.card.status2_owned().map_err(of)?.atr().to_vec())
    }
}

fn of(error: Error) -> BackendError {
    match error {
        Error::NotTransacted
        | Error::RemovedCard
        | Error::ResetCard
        | Error::ProtoMismatch
        | Error::CommError
        | Error::UnpoweredCard
        | Error::UnresponsiveCard
        | Error::ReaderUnavailable => BackendError::Lost,
        Error::NoSmartcard => BackendError::NoCard,
        Error::SharingViolation => BackendError::Busy,
        Error::UnknownReader | Error::NoReadersAvailable => BackendError::NoReader,
        other => BackendError::Pcsc(other),
    }
}
