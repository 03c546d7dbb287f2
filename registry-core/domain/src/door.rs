//! The doors by which entries of a kind come into the ledger. Every door asks [`Kind::require_door`], and so
//! does [`crate::event::Facts::check`], which everything passes that becomes an entry.

use crate::kind::Kind;
use crate::refusal::Refusal;

/// A way into the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// An officer declares it, over the API or in the console; it may wait as a draft or for a second
    /// officer.
    Declaration,
    /// The import of the old register.
    Import,
    /// The service itself, which has checked what it enters: a station's receipt, a card's own signature.
    Service,
    /// Two administrators on the command line, without any facts.
    CommandLine,
}

impl Door {
    /// All doors.
    pub const ALL: &[Self] = &[Self::Declaration, Self::Import, Self::Service, Self::CommandLine];
}

impl Kind {
    /// Refuses a kind that does not come in by this door.
    ///
    /// # Errors
    /// [`Refusal::EnteredByService`], [`Refusal::EnteredByImport`], [`Refusal::EnteredByOfficers`], and
    /// [`Refusal::KindNotBuilt`] of an erasure, which has no facts.
    pub fn require_door(self, door: Door) -> Result<(), Refusal> {
        let (kind, doors) = (self.as_str(), self.rules().doors);
        if doors.contains(&door) {
            return Ok(());
        }
        Err(match doors.first() {
            Some(Door::Declaration) => Refusal::EnteredByOfficers { kind },
            Some(Door::Import) => Refusal::EnteredByImport { kind },
            Some(Door::Service) => Refusal::EnteredByService { kind },
            Some(Door::CommandLine) | None => Refusal::KindNotBuilt { kind },
        })
    }
}

/// A kind that an officer may declare. The API and the console take this type instead of a [`Kind`], so that
/// neither can forget to ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Declarable(Kind);

impl Declarable {
    /// Reads the word of a kind that officers declare.
    ///
    /// # Errors
    /// [`Refusal::UnknownKind`], or the refusals of [`Kind::require_door`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        Self::new(Kind::parse(word)?)
    }

    /// Takes a kind that officers declare.
    ///
    /// # Errors
    /// The refusals of [`Kind::require_door`].
    pub fn new(kind: Kind) -> Result<Self, Refusal> {
        kind.require_door(Door::Declaration).map(|()| Self(kind))
    }

    /// The kind.
    pub const fn kind(self) -> Kind {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_a_chip_and_the_old_register_are_not_declared() {
        for (word, number) in
            [("card_personalised", 223), ("card_activated", 223), ("legacy", 224), ("erasure", 121)]
        {
            assert_eq!(Declarable::parse(word).unwrap_err().number(), number, "{word}");
        }
        for word in ["birth", "sealing", "card_application", "card_revoked", "annulment"] {
            assert_eq!(Declarable::parse(word).map(|kind| kind.kind().as_str()), Ok(word));
        }
    }

    #[test]
    fn every_kind_has_a_door_and_only_a_given_up_chip_has_two() {
        for kind in Kind::ALL {
            let open = Door::ALL.iter().filter(|door| kind.require_door(**door).is_ok()).count();
            assert_eq!(open, if *kind == Kind::CardRevoked { 2 } else { 1 }, "{kind}");
        }
        assert_eq!(Kind::Birth.require_door(Door::Import).unwrap_err().number(), 225);
        assert_eq!(Kind::Legacy.require_door(Door::Import), Ok(()));
        assert_eq!(Kind::CardActivated.require_door(Door::Service), Ok(()));
    }
}
