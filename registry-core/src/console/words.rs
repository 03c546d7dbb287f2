//! The words of the console: a catalogue for each language in `messages/`, and in `words/list.rs` what each
//! catalogue must have.
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

pub(crate) fn words_of(language: Language) -> &'static Words {
    match language {
        Language::Mn => &mn::WORDS,
        Language::En => &en::WORDS,
    }
}

#[cfg(test)]
mod tests;
