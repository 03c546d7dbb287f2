//! Names in three parts: clan name, parent's name, given name. Interfaces outside disagree about "surname",
//! so that word is not used here.

mod alphabet;
pub mod latin;
pub mod traditional;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use alphabet::{sort_key, wanted_letter};
pub use latin::LatinName;
pub use traditional::TraditionalName;

use crate::refusal::Refusal;

/// Longest name, in characters.
pub const NAME_LIMIT: usize = 100;

/// A name of Mongolian Cyrillic letters, hyphens and single spaces, in Unicode normal form C.
fn parse_cyrillic(text: &str) -> Result<String, Refusal> {
    let composed: String = text.nfc().collect();
    let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Refusal::EmptyName);
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(Refusal::NameTooLong);
    }
    for found in name.chars().filter(|letter| !matches!(letter, ' ' | '-')) {
        if !alphabet::is_letter(found) {
            return Err(match wanted_letter(found) {
                Some(wanted) => Refusal::LookAlikeLetter { found, wanted },
                None => Refusal::NotMongolianLetter { found },
            });
        }
    }
    let words_are_whole = name.split([' ', '-']).all(|word| !word.is_empty());
    if words_are_whole { Ok(name) } else { Err(Refusal::InvalidName) }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads Mongolian Cyrillic letters, hyphens and spaces, at most 100 characters.
            ///
            /// # Errors
            /// [`Refusal::EmptyName`], [`Refusal::NameTooLong`], [`Refusal::LookAlikeLetter`],
            /// [`Refusal::NotMongolianLetter`], [`Refusal::InvalidName`].
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                parse_cyrillic(text).map(Self)
            }

            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;

            fn try_from(text: String) -> Result<Self, Refusal> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    )*};
}

names! {
    /// Ургийн овог: the clan name, inherited on the father's line (Government resolution 17 of 1997).
    ClanName;
    /// Эцэг (эх)-ийн нэр: the given name of the father, or of the mother.
    ParentName;
    /// Нэр: the given name.
    GivenName;
}

impl From<GivenName> for ParentName {
    /// A parent's given name becomes the child's parent's name.
    fn from(name: GivenName) -> Self {
        Self(name.0)
    }
}

/// A person's whole name. Some people of the old registers have no clan name, a few no parent's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct PersonName {
    pub clan: Option<ClanName>,
    pub parent: Option<ParentName>,
    pub given: GivenName,
}

impl PersonName {
    /// A key that sorts by given name, then parent's name, then clan name, in the order of the Mongolian
    /// alphabet.
    pub fn sort_key(&self) -> String {
        let parent = self.parent.as_ref().map_or("", ParentName::as_str);
        let clan = self.clan.as_ref().map_or("", ClanName::as_str);
        format!("{} {} {}", sort_key(self.given.as_str()), sort_key(parent), sort_key(clan))
    }
}

impl fmt::Display for PersonName {
    /// Clan, parent's and given name in that order, as papers write them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(clan) = &self.clan {
            write!(f, "{clan} ")?;
        }
        if let Some(parent) = &self.parent {
            write!(f, "{parent} ")?;
        }
        self.given.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_mongolian_letters_are_accepted() {
        for name in ["Өлзий-Орших", "Үүрийнтуяа", "Энх-Амгалан", "Хан Уул", "Эрдэнэ"]
        {
            assert_eq!(GivenName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(GivenName::parse("  Бат   Болд ").unwrap().as_str(), "Бат Болд");
    }

    #[test]
    fn a_decomposed_letter_is_composed() {
        assert_eq!(GivenName::parse("Сайн").unwrap().as_str(), "Сайн");
        assert_eq!(GivenName::parse("Саи\u{306}н").unwrap().as_str(), "Сайн");
    }

    #[test]
    fn a_latin_letter_that_looks_cyrillic_is_refused_with_the_letter_that_was_meant() {
        let refused = GivenName::parse("Бaт").unwrap_err();
        assert_eq!(refused, Refusal::LookAlikeLetter { found: 'a', wanted: 'а' });
        assert_eq!(
            GivenName::parse("Єлзий").unwrap_err(),
            Refusal::LookAlikeLetter { found: 'Є', wanted: 'Ө' }
        );
        assert_eq!(
            GivenName::parse("Vүр").unwrap_err(),
            Refusal::LookAlikeLetter { found: 'V', wanted: 'Ү' }
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(GivenName::parse(" "), Err(Refusal::EmptyName));
        assert_eq!(GivenName::parse("Бат-"), Err(Refusal::InvalidName));
        assert_eq!(GivenName::parse("Бат--Эрдэнэ"), Err(Refusal::InvalidName));
        assert_eq!(GivenName::parse("Бат1"), Err(Refusal::NotMongolianLetter { found: '1' }));
        assert_eq!(GivenName::parse(&"а".repeat(101)), Err(Refusal::NameTooLong));
        assert!(GivenName::parse(&"а".repeat(100)).is_ok());
    }

    #[test]
    fn names_sort_by_the_mongolian_alphabet() {
        let mut names = ["Үүр", "Ууган", "Өлзий", "Оюун", "Пүрэв", "Ёндон", "Ендон", "Жаргал"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Ендон", "Ёндон", "Жаргал", "Оюун", "Өлзий", "Пүрэв", "Ууган", "Үүр"]);
    }
}
