//! The words of the console: one catalogue a language in `messages/`, and in `words/list.rs` what each must have.
//!
//! A word that a page uses and a catalogue lacks does not compile; neither does one that no page uses.

#[path = "../../messages/en.rs"]
mod en;
#[path = "../../messages/mn.rs"]
mod mn;

#[macro_use]
mod table;
mod list;

use super::language::Language;

pub(crate) use list::Words;

/// The catalogue of a language.
pub(crate) fn words_of(language: Language) -> &'static Words {
    match language {
        Language::Mn => &mn::WORDS,
        Language::En => &en::WORDS,
    }
}

#[cfg(test)]
mod tests;
