//! A piece of text with its place on the page, and text that is broken into rows.

use krilla::text::KrillaGlyph;

use crate::document::PaperError;
use crate::fonts::{FontFile, Fonts};

/// A grey or coloured ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What the register says.
    Dark,
    /// Labels.
    Quiet,
    /// Frame and ornaments.
    Blue,
    /// Hairlines.
    Pale,
    /// What must not be overlooked.
    Red,
    /// For the word behind the text of a specimen.
    Blush,
}

/// The language of a text, for screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Mongolian,
    English,
    /// Mongolian in traditional script.
    Traditional,
}

impl Language {
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::Mongolian => "mn",
            Language::English => "en",
            Language::Traditional => "mn-Mong",
        }
    }
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub file: FontFile,
    pub size: f32,
    pub ink: Ink,
    pub language: Language,
}

/// A shaped text on one row. Its baseline begins at `(x, y)`, in points from the upper left corner of the
/// page.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub words: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub style: Style,
    pub x: f32,
    pub y: f32,
    pub width: f32,
}

impl Text {
    /// Shapes a row; [`Text::at`] places it.
    pub(crate) fn new(fonts: &Fonts, style: Style, words: &str) -> Result<Text, PaperError> {
        let shaped = fonts.face(style.file).shape(words);
        if let Some(missing) = shaped.missing {
            return Err(PaperError::NoGlyph(missing));
        }
        Ok(Text {
            words: words.to_owned(),
            width: shaped.width * style.size,
            glyphs: shaped.glyphs,
            style,
            x: 0.0,
            y: 0.0,
        })
    }

    pub(crate) fn at(mut self, x: f32, y: f32) -> Text {
        (self.x, self.y) = (x, y);
        self
    }

    pub(crate) fn centred(self, x: f32, y: f32) -> Text {
        let left = x - self.width / 2.0;
        self.at(left, y)
    }

    pub(crate) fn ending_at(self, x: f32, y: f32) -> Text {
        let left = x - self.width;
        self.at(left, y)
    }
}

/// Breaks a text between words; inside a word only if the word alone is wider than the row.
pub(crate) fn rows(fonts: &Fonts, style: Style, words: &str, width: f32) -> Result<Vec<Text>, PaperError> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in words.split_whitespace() {
        let longer = if row.is_empty() { word.to_owned() } else { format!("{row} {word}") };
        if Text::new(fonts, style, &longer)?.width <= width {
            row = longer;
            continue;
        }
        if !row.is_empty() {
            rows.push(Text::new(fonts, style, &row)?);
        }
        row = last_of_broken(fonts, style, word, width, &mut rows)?;
    }
    if !row.is_empty() {
        rows.push(Text::new(fonts, style, &row)?);
    }
    Ok(rows)
}

/// Puts the full rows of a long word into `rows` and returns the rest of the word.
fn last_of_broken(
    fonts: &Fonts,
    style: Style,
    word: &str,
    width: f32,
    rows: &mut Vec<Text>,
) -> Result<String, PaperError> {
    let mut part = String::new();
    for letter in word.chars() {
        part.push(letter);
        if part.chars().count() > 1 && Text::new(fonts, style, &part)?.width > width {
            part.pop();
            rows.push(Text::new(fonts, style, &part)?);
            part = letter.to_string();
        }
    }
    Ok(part)
}
