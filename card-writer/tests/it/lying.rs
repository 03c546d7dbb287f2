//! A card that lies, or is torn out.

use card_writer::backend::{Backend, BackendError};

/// What happens to the answer to the command with this number (from 0).
pub type Lie<'l> = &'l mut dyn FnMut(usize, &[u8], Vec<u8>) -> Vec<u8>;

/// Passes everything on and changes answers.
pub struct Lying<'l> {
    pub inner: &'l mut dyn Backend,
    pub lie: Lie<'l>,
    pub sent: usize,
}

impl Backend for Lying<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        let answer = self.inner.transmit(command)?;
        self.sent += 1;
        Ok((self.lie)(self.sent - 1, command, answer))
    }
    fn reset(&mut self) -> Result<(), BackendError> {
        self.inner.reset()
    }
    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        self.inner.atr()
    }
}

/// The card is torn out at one command: before the command reaches it, or before its answer comes back.
pub struct Torn<'t> {
    pub inner: &'t mut dyn Backend,
    pub at: usize,
    pub is_command_run: bool,
    pub sent: usize,
}

impl Backend for Torn<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        self.sent += 1;
        if self.sent <= self.at {
            return self.inner.transmit(command);
        }
        if self.sent == self.at + 1 && self.is_command_run {
            self.inner.transmit(command)?;
        }
        Err(BackendError::Lost)
    }
    fn reset(&mut self) -> Result<(), BackendError> {
        if self.sent > self.at { Err(BackendError::Lost) } else { self.inner.reset() }
    }
    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        self.inner.atr()
    }
}
