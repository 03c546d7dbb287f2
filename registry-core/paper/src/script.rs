//! Traditional Mongolian script: columns from top to bottom, one after the other from left to right.
//!
//! The font draws it lying, as a row from left to right; turned by a right angle clockwise it stands as it is written.

use crate::block::{Block, PageBlocks, Piece, Role};
use crate::document::PaperError;
use crate::fonts::{FontFile, Fonts};
use crate::layout::{RIGHT, style};
use crate::paper::Paper;
use crate::text::{Ink, Language, Text};

/// From one column to the next.
const PITCH: f32 = 26.0;
const SIZE: f32 = 17.0;
/// The facts need the rest of the width.
const MOST_COLUMNS: u8 = 8;

/// Sets the columns at the right edge of the facts, and returns where the facts must end.
///
/// # Errors
/// A character without a glyph, or a column that is too long.
pub(crate) fn columns(
    paper: &Paper,
    fonts: &Fonts,
    top: f32,
    bottom: f32,
    page: &mut PageBlocks,
) -> Result<f32, PaperError> {
    let mut columns = Vec::new();
    for words in paper.lines.iter().filter_map(|line| line.traditional.as_deref()) {
        broken(fonts, words, bottom - top - 12.0, &mut columns)?;
    }
    let count = u8::try_from(columns.len()).ok().filter(|count| *count <= MOST_COLUMNS);
    let count = count.ok_or(PaperError::TooLong)?;
    if count == 0 {
        return Ok(RIGHT);
    }
    let left = RIGHT - PITCH * f32::from(count);
    let places = columns.into_iter().zip(0u8..);
    let pieces = places
        .map(|(column, at)| Piece::Turned(column.at(left + PITCH * f32::from(at) + 8.0, top + 12.0), 90.0));
    let pieces = pieces.collect();
    page.push(Block { role: Role::Paragraph, pieces });
    Ok(left - 14.0)
}

/// Breaks words into columns of a height. Not by white space: the narrow space before a suffix is part of a word.
fn broken(fonts: &Fonts, words: &str, height: f32, columns: &mut Vec<Text>) -> Result<(), PaperError> {
    let look = style(FontFile::Mongolian, SIZE, Ink::Dark, Language::Traditional);
    let mut column: Option<(String, Text)> = None;
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let longer =
            column.as_ref().map_or_else(|| word.to_owned(), |(before, _)| format!("{before} {word}"));
        let text = Text::new(fonts, look, &longer)?;
        if text.width <= height {
            column = Some((longer, text));
            continue;
        }
        columns.extend(column.take().map(|(_, text)| text));
        let text = Text::new(fonts, look, word)?;
        if text.width > height {
            return Err(PaperError::TooLong);
        }
        column = Some((word.to_owned(), text));
    }
    columns.extend(column.map(|(_, text)| text));
    Ok(())
}
