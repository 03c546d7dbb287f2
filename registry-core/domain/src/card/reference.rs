//! Which card is meant: by its id, or by the number printed on it, which people have on the card or on a
//! slip.

use std::fmt;

use super::{CardRecord, DocumentNumber};
use crate::id::CardId;
use crate::person::Person;
use crate::refusal::Refusal;

/// A card as a form names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CardRef {
    /// By the id that the register gave it.
    Id(CardId),
    /// By the number printed on it.
    Number(DocumentNumber),
}

impl CardRef {
    /// Reads an id or a document number.
    ///
    /// # Errors
    /// [`Refusal::CardNotFound`]: no card has such an id or number.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text.trim().parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => DocumentNumber::parse(text).map(Self::Number),
        }
    }

    /// Finds this card among those of a person.
    ///
    /// # Errors
    /// [`Refusal::CardNotFound`].
    pub fn of<'person>(&self, person: &'person Person) -> Result<&'person CardRecord, Refusal> {
        let is_meant = |card: &&CardRecord| match self {
            Self::Id(id) => card.id == *id,
            Self::Number(number) => card.document_number == *number,
        };
        person.cards.iter().find(is_meant).ok_or(Refusal::CardNotFound)
    }
}

impl From<CardId> for CardRef {
    fn from(id: CardId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for CardRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.as_str().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_named_by_its_id_or_by_its_number() {
        let id: CardId = "0190d5f0-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(CardRef::parse(&format!(" {id} ")).unwrap(), CardRef::Id(id));
        let number = DocumentNumber::parse("AB1234567").unwrap();
        assert_eq!(CardRef::parse("ab1234567").unwrap(), CardRef::Number(number));
        for wrong in ["", "AB123", "1234567AB", "0190d5f0-0000-7000"] {
            assert_eq!(CardRef::parse(wrong), Err(Refusal::CardNotFound), "{wrong}");
        }
    }
}
