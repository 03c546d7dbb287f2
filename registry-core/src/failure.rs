//! Why a use case did not do what it was asked.

use registry_domain::refusal::Refusal;

use crate::store::outage::Outage;
use crate::store::{AsStoreError, StoreError};

/// A refusal is an answer. Everything else is a fault: outside, it is told as a trace id and nothing more.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A numbered refusal.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something could not be issued.
    #[error("issue: {0}")]
    Issue(String),
    /// The same request came again: this carries the first answer (and never leaves `once.rs`).
    #[error("replayed")]
    Replayed(Vec<u8>),
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Failure {
        Failure::Store(error.into())
    }
}

impl From<crate::vault::VaultError> for Failure {
    fn from(error: crate::vault::VaultError) -> Failure {
        Failure::Store(error.into())
    }
}

impl Failure {
    /// The refusal that is the answer; none for a fault of ours, for which only a trace id is told.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Failure::Refused(refusal) => Some(refusal.clone()),
            // Another process is the writer now, and this one ends within seconds.
            Failure::Store(StoreError::Fenced) => Some(Refusal::NotReady),
            Failure::Store(error) => error.outage().map(Outage::refusal),
            Failure::Issue(_) | Failure::Replayed(_) => None,
        }
    }

    /// What each caller is told when a batch failed as a whole.
    #[must_use]
    pub fn for_one_of_many(&self) -> Failure {
        Failure::Store(match self {
            Failure::Store(error) => error.for_one_of_many(),
            Failure::Refused(_) | Failure::Issue(_) | Failure::Replayed(_) => {
                StoreError::Damaged(self.to_string())
            }
        })
    }

    /// Logs what the database answered, because the caller is told only a number.
    pub fn log_outage(&self) {
        if let Failure::Store(error) = self {
            tracing::warn!(%error, "the database failed a request");
        }
    }

    /// A fault: something stored does not parse any more.
    pub fn damaged(what: &str, error: impl std::fmt::Display) -> Failure {
        Failure::Store(StoreError::Damaged(format!("{what}: {error}")))
    }

    /// As [`Failure::damaged`], for JSON: says where it went wrong, never what stands there, because this is
    /// logged.
    pub fn unreadable(what: &str, error: &serde_json::Error) -> Failure {
        Failure::Store(StoreError::unreadable(what, error))
    }
}

impl AsStoreError for Failure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Failure::Store(error) => Some(error),
            Failure::Refused(_) | Failure::Issue(_) | Failure::Replayed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_damaged_body_is_in_no_word_of_the_fault() {
        let error = serde_json::from_str::<registry_domain::sex::Sex>("\"Сарангоо\"").unwrap_err();
        assert!(error.to_string().contains("Сарангоо"), "serde quotes it: {error}");
        let fault = Failure::unreadable("read a part", &error).to_string();
        assert!(fault.contains("read a part: member, 1:") && !fault.contains("Сарангоо"), "{fault}");
    }
}
