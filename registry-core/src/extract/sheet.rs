//! The number of a sheet of security paper.
//!
//! The registry does not print the sheets. The number is whatever the printer of the State put there, in one
//! of two alphabets in which a dozen letters look alike. So a number is kept as it was read, and numbers are
//! compared by their looks.

use std::fmt;

use registry_domain::refusal::Refusal;

/// The longest one, in characters.
const LIMIT: usize = 20;
/// The longest one that a seal holds, in octets (rule 7 of [`super::seal`]).
const OCTETS: usize = 40;
/// Letters that the eye confuses: Latin, Cyrillic.
const LOOK_ALIKE: [(char, char); 15] = [
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('J', 'Ј'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('S', 'Ѕ'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
];

/// A number as it is printed: capital letters, single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetNumber(String);

impl SheetNumber {
    /// Reads Latin and Cyrillic letters, digits, spaces and hyphens, at least one digit among them.
    ///
    /// # Errors
    /// [`Refusal::SheetNumberUnfit`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let number = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let has_digit = number.chars().any(|letter| letter.is_ascii_digit());
        let is_short = number.chars().count() <= LIMIT;
        if !has_digit || !is_short || !number.chars().all(is_fit) {
            return Err(Refusal::SheetNumberUnfit);
        }
        let number = number.to_uppercase();
        if number.len() > OCTETS { Err(Refusal::SheetNumberUnfit) } else { Ok(Self(number)) }
    }

    /// The form in which two numbers are compared: letters that look alike become the Cyrillic one.
    pub fn folded(&self) -> String {
        let fold = |letter: char| {
            let pair = LOOK_ALIKE.iter().find(|(latin, _)| *latin == letter);
            // Many keyboards have Ү where У is not at hand, and on paper the two differ by a hook.
            pair.map_or(if letter == 'Ү' { 'У' } else { letter }, |(_, cyrillic)| *cyrillic)
        };
        self.0.chars().map(fold).collect()
    }
}

impl fmt::Display for SheetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_fit(letter: char) -> bool {
    let is_cyrillic = matches!(letter, '\u{400}'..='\u{4ff}') && letter.is_alphabetic();
    is_cyrillic || letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> String {
        SheetNumber::parse(text).unwrap().to_string()
    }

    fn folded(text: &str) -> String {
        SheetNumber::parse(text).unwrap().folded()
    }

    #[test]
    fn the_number_of_a_sheet_is_kept_in_one_form() {
        assert_eq!(number("  аа  0123456 "), "АА 0123456");
        assert_eq!(number("AB-12"), "AB-12");
        assert_eq!(number("ӨҮЁ 1"), "ӨҮЁ 1");
    }

    #[test]
    fn letters_that_look_alike_are_one_sheet() {
        for (latin, cyrillic) in LOOK_ALIKE {
            assert!(latin.is_ascii_uppercase() && !cyrillic.is_ascii(), "{latin} {cyrillic}");
            assert_eq!(folded(&format!("{latin}7")), folded(&format!("{cyrillic}7")), "{latin}");
            assert_eq!(folded(&format!("{}7", latin.to_lowercase())), folded(&format!("{cyrillic}7")));
        }
        assert_ne!(folded("АБ 7"), folded("АА 7"));
        assert_ne!(folded("АА 7"), folded("АА 70"));
    }

    #[test]
    fn other_scripts_and_what_a_seal_cannot_hold_are_refused() {
        let long = "Ж".repeat(19) + "1";
        assert!(number(&long).len() <= OCTETS);
        for unfit in [
            "АА",
            "12;34",
            "1".repeat(21).as_str(),
            "12\u{0}3",
            "ᠮ 7",
            "漢字 7",
            "АА ٧",
            "ß1",
            "А\u{301}1",
            "① 1",
        ] {
            assert_eq!(SheetNumber::parse(unfit), Err(Refusal::SheetNumberUnfit), "{unfit:?}");
        }
    }
}
