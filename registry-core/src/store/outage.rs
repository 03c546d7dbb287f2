//! What is told when the database does not answer. A caller is told how far the act had come, and never more
//! than is known.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use registry_domain::refusal::Refusal;

/// How the database failed a caller. The caller may ask again in some seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The database cannot be reached, or the connection ended before a commit was sent.
    Away,
    /// Another program holds the file (SQLite).
    Held,
    /// The connection ended while a transaction was being committed: the transaction may stand or not.
    InDoubt,
}

impl Outage {
    /// The refusal that the caller gets.
    pub fn refusal(self) -> Refusal {
        match self {
            Outage::Away => Refusal::DatabaseAway,
            Outage::Held => Refusal::DatabaseHeld,
            Outage::InDoubt => Refusal::OutcomeInDoubt,
        }
    }

    /// The outage that an engine's error on a statement other than a commit means; none if it is no outage.
    pub(super) fn of(error: &DieselError) -> Option<Outage> {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            // A connection that was lost at an earlier statement gives this error.
            | DieselError::BrokenTransactionManager => Some(Outage::Away),
            // These are SQLite's words for SQLITE_BUSY; diesel has no kind of error for it.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, said)
                if said.message() == "database is locked" =>
            {
                Some(Outage::Held)
            }
            _ => None,
        }
    }

    /// As [`Outage::of`], for a commit. Once the commit was sent, a lost connection does not tell whether it
    /// took effect.
    pub(super) fn of_commit(error: &DieselError) -> Option<Outage> {
        match error {
            DieselError::RollbackErrorOnCommit { .. } => Some(Outage::InDoubt),
            other => Outage::of(other).map(|outage| match outage {
                Outage::Away | Outage::InDoubt => Outage::InDoubt,
                // SQLite itself refused the commit, so the transaction does not stand.
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
