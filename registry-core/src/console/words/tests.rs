use super::*;

fn is_cyrillic(letter: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&letter)
}

/// What is wrong with a text as a word of this language.
fn fault(language: Language, text: &str) -> Option<&'static str> {
    let has_cyrillic = text.chars().any(is_cyrillic);
    match language {
        _ if text.trim() != text || text.is_empty() => Some("empty or with spaces around"),
        Language::Mn if !has_cyrillic => Some("not Mongolian"),
        Language::En if has_cyrillic => Some("not English"),
        Language::Mn | Language::En => None,
    }
}

#[test]
fn every_word_stands_in_both_languages() {
    for language in [Language::Mn, Language::En] {
        for (word, text) in words_of(language).all() {
            assert_eq!(fault(language, text), None, "{word}: {text}");
        }
    }
}

#[test]
fn a_word_left_in_the_other_language_is_found() {
    assert!(fault(Language::Mn, "Find a person").is_some());
    assert!(fault(Language::En, "Иргэн хайх").is_some());
    assert!(fault(Language::En, "").is_some());
}
