//! Every reason to say no. Append-only: a number is never reused, a sentence says what to do next.
//!
//! Groups: 1xx input, 2xx authorisation, 3xx person and numbers, 4xx birth, 5xx death, 6xx residence, 7xx
//! card, 8xx verification, 9xx import, 10xx service, 11xx declaration, 12xx marriage, 13xx parentage, names
//! and status, 14xx amendment and times, 1501–1550 what the sweep finds, 1551–1599 civil papers.
//!
//! Invariant: no refusal repeats a name, a number of a person or a date. A sentence may repeat a short word
//! that was typed where a word of a fixed list was expected, so logs take the number and the code, not the
//! sentence.

#[macro_use]
mod table;
#[macro_use]
mod papers;
#[macro_use]
mod writing;
#[macro_use]
mod merging;
#[macro_use]
mod status;
#[macro_use]
mod family;
#[macro_use]
mod service;
mod class;
mod list;

pub use class::Class;
pub use list::{ALL, Refusal};

use crate::entry::Header;

impl Refusal {
    /// The refusal of a word that is not in a fixed list.
    pub fn unknown_word(word: &str) -> Self {
        Self::UnknownWord { word: word.chars().take(40).collect() }
    }

    /// The refusal that a later entry rests on the one to be annulled. It does not name an entry under seal,
    /// by its kind or in the record of a person concerned: the authority decides.
    pub fn rested_on_by(later: &Header, is_sealed: bool) -> Self {
        if is_sealed || later.kind.is_under_seal() {
            return Self::ReferToAuthority;
        }
        Self::OthersRestOn { act_number: later.act_number.clone().unwrap_or_default() }
    }

    /// The same refusal, about one field of the form.
    #[must_use]
    pub fn in_field(self, field: &str) -> Self {
        match self {
            Self::InField { field: inner, cause } => {
                Self::InField { field: format!("{field}.{inner}"), cause }
            }
            other => Self::InField { field: field.to_owned(), cause: Box::new(other) },
        }
    }

    /// The field of the form that the refusal is about, dotted for nested ones.
    pub fn field(&self) -> Option<&str> {
        if let Self::InField { field, .. } | Self::MissingField { field } | Self::UnknownField { field } =
            self
        {
            Some(field)
        } else {
            None
        }
    }

    /// The refusal without the field around it.
    pub fn cause(&self) -> &Self {
        match self {
            Self::InField { cause, .. } => cause.cause(),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_refusal_has_a_number_of_its_own() {
        let numbers: BTreeSet<u16> = ALL.iter().map(Refusal::number).collect();
        assert_eq!(numbers.len(), ALL.len());
        assert!(numbers.iter().all(|number| (101..1600).contains(number)));
    }

    #[test]
    fn every_refusal_speaks_both_languages_in_whole_sentences() {
        for refusal in ALL {
            let (mn, en) = (refusal.title_mn(), refusal.title_en());
            assert!(mn.ends_with('.') && en.ends_with('.'), "{refusal:?}");
            assert!(mn.chars().any(|c| ('а'..='я').contains(&c)), "{refusal:?}");
            assert!(!en.chars().any(|c| ('а'..='я').contains(&c)), "{refusal:?}");
        }
    }

    #[test]
    fn a_field_is_named_and_keeps_the_number_of_its_cause() {
        let refusal = Refusal::InvalidDate.in_field("born_on").in_field("child");
        assert_eq!(refusal.number(), Refusal::InvalidDate.number());
        assert_eq!(refusal.field(), Some("child.born_on"));
        assert_eq!(refusal.cause(), &Refusal::InvalidDate);
        assert!(refusal.title_en().starts_with("child.born_on: "));
    }
}
