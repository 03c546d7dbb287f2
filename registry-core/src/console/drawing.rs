//! Drawings that the server makes: lines, boxes and words in SVG, without style attributes, which the content
//! policy refuses. Whatever they show stands in a table as well.

pub(super) mod family;
pub(super) mod timeline;

/// A straight line.
pub(super) struct Line {
    pub x1: i32,
    pub y1: i32,
    pub x2: i32,
    pub y2: i32,
    /// The class of the line in the style sheet.
    pub class: &'static str,
}

/// The width of a letter in tenths of a pixel, at a size of 12 pixels; capitals and wide letters are counted
/// in.
const LETTER: i32 = 74;

/// The greatest width at which a text may be drawn.
fn width_of(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX / LETTER) * LETTER / 10
}

/// A text in lines of at most `most` letters: broken between words, or inside a word that is longer than a
/// line.
fn in_lines(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut letters: Vec<char> = word.chars().collect();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + letters.len() <= most => {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            _ => {}
        }
        while letters.len() > most {
            let rest = letters.split_off(most - 1);
            lines.push(letters.into_iter().chain(['-']).collect());
            letters = rest;
        }
        lines.push(letters.into_iter().collect());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_broken_between_words_and_a_long_word_with_a_hyphen() {
        assert_eq!(in_lines("Элжигэн Мягмарбуян Амнацаг", 20), ["Элжигэн Мягмарбуян", "Амнацаг"]);
        assert_eq!(in_lines("абвгдежзий", 4), ["абв-", "где-", "жзий"]);
        assert!(in_lines("", 4).is_empty());
        for line in in_lines(&"Намсрайжав ".repeat(9), 12) {
            assert!(line.chars().count() <= 12, "{line}");
        }
    }
}
