//! What stands in a ledger leaf, and how a leaf is bound to a body without telling what the body says.
//!
//! Invariant: a leaf holds no personal datum and no bare hash of one: only a commitment under a random salt
//! of 32 bytes.

pub mod checkpointing;
pub mod commitment;
pub mod entry_codec;
pub mod leaf;
pub mod proving;

pub use commitment::{Salt, commit, commit_set};
pub use leaf::{LeafClass, leaf_text};

/// The origin line of a log's checkpoints (C2SP tlog-checkpoint).
pub fn origin(instance: &str, log: Log) -> String {
    format!("{instance}/{}", log.name())
}

/// The two logs. They use the same code and have separate heads, so that reads never wait for registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Log {
    /// Vital events and the life of cards.
    Register,
    /// Every reading of personal data.
    Access,
}

impl Log {
    /// Both logs.
    pub const ALL: [Log; 2] = [Log::Register, Log::Access];

    /// The key of the log's row in `log_head`.
    pub fn name(self) -> &'static str {
        match self {
            Log::Register => "register",
            Log::Access => "access",
        }
    }
}
