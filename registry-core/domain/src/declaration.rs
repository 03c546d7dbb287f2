//! The life of a declaration: draft → declared → registered, refused or withdrawn; held beside another of the
//! same event until an officer decides.

use serde::{Deserialize, Serialize};

use crate::id::DeclarationId;
use crate::refusal::Refusal;

/// What state a declaration is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeclarationState {
    /// Being written; it claims nothing yet.
    Draft,
    /// Received by an office.
    Declared,
    /// Waits beside an earlier declaration of the same event.
    Held {
        /// The id of the earlier declaration.
        against: DeclarationId,
    },
    /// Became a ledger entry. Final.
    Registered,
    /// Refused by an officer with a reason. Final.
    Refused,
    /// Taken back by the declarant. Final.
    Withdrawn,
}

impl DeclarationState {
    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Declared => "declared",
            Self::Held { .. } => "held",
            Self::Registered => "registered",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a stored state; only `held` needs `against`.
    ///
    /// # Errors
    /// [`Refusal::DeclarationStateUnknown`].
    pub fn parse(word: &str, against: Option<DeclarationId>) -> Result<Self, Refusal> {
        Ok(match (word, against) {
            ("draft", _) => Self::Draft,
            ("declared", _) => Self::Declared,
            ("held", Some(against)) => Self::Held { against },
            ("registered", _) => Self::Registered,
            ("refused", _) => Self::Refused,
            ("withdrawn", _) => Self::Withdrawn,
            _ => return Err(Refusal::DeclarationStateUnknown { state: word.chars().take(40).collect() }),
        })
    }

    /// Whether no other state can follow.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Draft | Self::Declared | Self::Held { .. } => false,
            Self::Registered | Self::Refused | Self::Withdrawn => true,
        }
    }

    /// Goes on to `next` if that is lawful. An officer must first decide on a held declaration: it becomes
    /// declared again, refused, or held beside the next declaration of the same event.
    ///
    /// # Errors
    /// [`Refusal::DeclarationHeld`] for registering a held one, [`Refusal::DeclarationStateUnfit`] otherwise.
    pub const fn become_state(self, next: Self) -> Result<Self, Refusal> {
        let lawful = match (self, next) {
            (Self::Draft, Self::Declared | Self::Held { .. } | Self::Withdrawn)
            | (Self::Declared, Self::Held { .. } | Self::Registered | Self::Refused | Self::Withdrawn)
            | (Self::Held { .. }, Self::Held { .. } | Self::Declared | Self::Refused | Self::Withdrawn) => {
                true
            }
            (Self::Held { .. }, Self::Registered) => return Err(Refusal::DeclarationHeld),
            (
                Self::Draft
                | Self::Declared
                | Self::Held { .. }
                | Self::Registered
                | Self::Refused
                | Self::Withdrawn,
                _,
            ) => false,
        };
        if lawful {
            Ok(next)
        } else {
            Err(Refusal::DeclarationStateUnfit { from: self.as_str(), to: next.as_str() })
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn held() -> DeclarationState {
        DeclarationState::Held { against: DeclarationId::new(Uuid::from_u128(1)) }
    }

    #[test]
    fn a_declaration_is_declared_and_then_registered() {
        let declared = DeclarationState::Draft.become_state(DeclarationState::Declared).unwrap();
        assert_eq!(declared.become_state(DeclarationState::Registered), Ok(DeclarationState::Registered));
    }

    #[test]
    fn a_held_declaration_is_decided_before_it_is_registered() {
        assert_eq!(held().become_state(DeclarationState::Registered), Err(Refusal::DeclarationHeld));
        let decided = held().become_state(DeclarationState::Declared).unwrap();
        assert!(decided.become_state(DeclarationState::Registered).is_ok());
    }

    #[test]
    fn a_held_declaration_can_be_held_beside_the_next_one() {
        assert_eq!(held().become_state(held()), Ok(held()));
        assert!(DeclarationState::Registered.become_state(held()).is_err());
    }

    #[test]
    fn nothing_follows_a_final_state() {
        use DeclarationState::{Declared, Draft, Refused, Registered, Withdrawn};
        for end in [Registered, Refused, Withdrawn] {
            assert!(end.is_final());
            for next in [Draft, Declared, held(), Registered, Refused, Withdrawn] {
                assert!(end.become_state(next).is_err());
            }
        }
    }

    #[test]
    fn a_stored_state_is_read_back_and_an_unknown_one_is_refused() {
        for state in [DeclarationState::Draft, held(), DeclarationState::Withdrawn] {
            let against = DeclarationId::new(Uuid::from_u128(1));
            assert_eq!(DeclarationState::parse(state.as_str(), Some(against)), Ok(state));
        }
        assert!(DeclarationState::parse("held", None).is_err());
        assert!(DeclarationState::parse("lost", None).is_err());
    }
}
