//! Mongolian by default, English on request.

use registry_domain::form::Say;

use super::words::{Words, words_of};

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Mongolian.
    Mn,
    En,
}

impl Language {
    /// Reads `mn` or `en`; gives none for anything else.
    pub fn parse(code: &str) -> Option<Language> {
        match code {
            "mn" => Some(Language::Mn),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The code for `lang` attributes and the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Language::Mn => "mn",
            Language::En => "en",
        }
    }

    pub fn is_mn(&self) -> bool {
        *self == Language::Mn
    }

    /// The catalogue of words.
    pub fn words(self) -> &'static Words {
        words_of(self)
    }

    /// The text of what is said, in this language.
    pub fn say(self, say: Say) -> &'static str {
        self.pick(say.mn, say.en)
    }

    /// Of two texts, the one in this language.
    pub fn pick<T>(self, mn: T, en: T) -> T {
        match self {
            Language::Mn => mn,
            Language::En => en,
        }
    }
}
