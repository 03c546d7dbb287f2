//! When the database does not answer. A caller is told how far the act had come, and never more than is
//! known.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use registry_domain::refusal::Refusal;

/// How the database failed a caller, who may ask again in some seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It cannot be reached, or the connection ended before a commit was sent.
    Away,
    /// Another program holds the file (SQLite).
    Held,
    /// The connection ended while a transaction was being committed: it stands, or it does not.
    InDoubt,
}

impl Outage {
    /// What the caller is told.
    pub fn refusal(self) -> Refusal {
        match self {
            Outage::Away => Refusal::DatabaseAway,
            Outage::Held => Refusal::DatabaseHeld,
            Outage::InDoubt => Refusal::OutcomeInDoubt,
        }
    }

    /// What an engine's error says of a statement that was no commit; none if it is no outage.
    pub(super) fn of(error: &DieselError) -> Option<Outage> {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            // Said of a connection that was lost at an earlier statement.
            | DieselError::BrokenTransactionManager => Some(Outage::Away),
            // SQLite's words for SQLITE_BUSY; diesel has no kind for it.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, said)
                if said.message() == "database is locked" =>
            {
                Some(Outage::Held)
            }
            _ => None,
        }
    }

    /// The same of a commit. Once it was sent, a lost connection says nothing of what became of it.
    pub(super) fn of_commit(error: &DieselError) -> Option<Outage> {
        match error {
            DieselError::RollbackErrorOnCommit { .. } => Some(Outage::InDoubt),
            other => Outage::of(other).map(|outage| match outage {
                Outage::Away | Outage::InDoubt => Outage::InDoubt,
                // SQLite took the commit back.
                Outage::Held => Outage::Held,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: DatabaseErrorKind, words: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(words.to_owned()))
    }

    #[test]
    fn a_connection_lost_at_a_commit_leaves_the_act_in_doubt_and_at_any_other_statement_does_not() {
        let lost = said(DatabaseErrorKind::ClosedConnection, "server closed the connection unexpectedly");
        assert_eq!(Outage::of(&lost), Some(Outage::Away));
        assert_eq!(Outage::of_commit(&lost), Some(Outage::InDoubt));
        let held = said(DatabaseErrorKind::Unknown, "database is locked");
        assert_eq!((Outage::of(&held), Outage::of_commit(&held)), (Some(Outage::Held), Some(Outage::Held)));
    }

    #[test]
    fn what_the_engine_refuses_is_no_outage() {
        for refused in [
            said(DatabaseErrorKind::UniqueViolation, "duplicate key"),
            said(DatabaseErrorKind::Unknown, "syntax error"),
            DieselError::NotFound,
        ] {
            assert_eq!((Outage::of(&refused), Outage::of_commit(&refused)), (None, None));
        }
    }
}
