//! The Mongolian Cyrillic alphabet of 35 letters, its order, and the letters mistaken for its letters.

const ORDER: &str = "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя";
const PLACES: &[u8; 35] = b"0123456789abcdefghijklmnopqrstuvwxy";

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Whether it is a letter of the Mongolian alphabet, capital or small.
pub(crate) fn is_letter(letter: char) -> bool {
    ORDER.contains(lower(letter))
}

/// A key whose byte order is the order of the Mongolian alphabet, one ASCII character for each letter.
/// Hyphens, spaces and case do not count. It serves databases with C collation.
pub fn sort_key(text: &str) -> String {
    text.chars()
        .filter_map(|letter| {
            let place = ORDER.chars().position(|other| other == lower(letter))?;
            PLACES.get(place).map(|byte| char::from(*byte))
        })
        .collect()
}

/// The Mongolian letter that was meant where another letter only looks like it: Latin letters, and the
/// Ukrainian and old Cyrillic letters that stand in for Ө and Ү where a keyboard lacks them.
pub fn wanted_letter(found: char) -> Option<char> {
    const PAIRS: &[(char, char)] = &[
        ('A', 'А'),
        ('B', 'В'),
        ('C', 'С'),
        ('E', 'Е'),
        ('H', 'Н'),
        ('K', 'К'),
        ('M', 'М'),
        ('O', 'О'),
        ('P', 'Р'),
        ('T', 'Т'),
        ('X', 'Х'),
        ('Y', 'У'),
        ('V', 'Ү'),
        ('a', 'а'),
        ('c', 'с'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('x', 'х'),
        ('y', 'у'),
        ('v', 'ү'),
        ('Ë', 'Ё'),
        ('ë', 'ё'),
        ('Є', 'Ө'),
        ('є', 'ө'),
        ('Ѳ', 'Ө'),
        ('ѳ', 'ө'),
        ('Ї', 'Ү'),
        ('ї', 'ү'),
        ('Ұ', 'Ү'),
        ('ұ', 'ү'),
    ];
    PAIRS.iter().find(|(pair, _)| *pair == found).map(|(_, wanted)| *wanted)
}
