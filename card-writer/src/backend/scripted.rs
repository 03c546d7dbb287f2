//! A card that follows a script: a recorded conversation.

use super::{Backend, BackendError};

/// One line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchange {
    /// A command APDU and its answer.
    Apdu {
        /// The command that is expected.
        command: Vec<u8>,
        /// The answer with its status word.
        answer: Vec<u8>,
    },
    /// The card is reset.
    Reset,
    /// The card is pulled: this command is lost, and so is every later one until a reset.
    Torn,
}

/// Answers from a script and refuses every other command.
#[derive(Debug)]
pub struct ScriptedBackend {
    script: Vec<Exchange>,
    position: usize,
}

impl ScriptedBackend {
    /// A card that answers exactly as `script` says.
    pub fn new(script: Vec<Exchange>) -> Self {
        Self { script, position: 0 }
    }

    /// Parses a conversation: `> command` and `< answer` in hex, one on each line; `reset`; `torn`; empty
    /// lines and `#` comments. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut script = Vec::new();
        let mut command = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(bytes) = line.strip_prefix("> ") {
                command = Some(hex::decode(bytes).ok()?);
            } else if let Some(bytes) = line.strip_prefix("< ") {
                script.push(Exchange::Apdu { command: command.take()?, answer: hex::decode(bytes).ok()? });
            } else {
                script.push(match line {
                    "reset" => Exchange::Reset,
                    "torn" => Exchange::Torn,
                    _ => return None,
                });
            }
        }
        Some(Self::new(script))
    }

    /// Whether the whole script was played.
    pub fn is_finished(&self) -> bool {
        self.position == self.script.len()
    }
}

impl Backend for ScriptedBackend {
    fn transmit(&mut self, sent: &[u8]) -> Result<Vec<u8>, BackendError> {
        match self.script.get(self.position) {
            Some(Exchange::Apdu { command, answer }) if command == sent => {
                self.position += 1;
                Ok(answer.clone())
            }
            Some(Exchange::Torn) => Err(BackendError::Lost),
            Some(Exchange::Apdu { .. } | Exchange::Reset) | None => {
                Err(BackendError::OffScript(self.position))
            }
        }
    }

    fn reset(&mut self) -> Result<(), BackendError> {
        if self.script.get(self.position) == Some(&Exchange::Torn) {
            self.position += 1;
            return Ok(());
        }
        match self.script.get(self.position) {
            Some(Exchange::Reset) => {
                self.position += 1;
                Ok(())
            }
            Some(Exchange::Apdu { .. } | Exchange::Torn) | None => {
                Err(BackendError::OffScript(self.position))
            }
        }
    }

    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        Ok(vec![0x3B, 0x80, 0x01, 0x81])
    }
}
