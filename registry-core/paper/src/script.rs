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
    let written: Vec<&str> = paper.lines.iter().filter_map(|line| line.traditional.as_deref()).collect();
    let count = u8::try_from(written.len()).map_err(|_| PaperError::TooLong)?;
    if count == 0 {
        return Ok(RIGHT);
    }
    let left = RIGHT - PITCH * f32::from(count);
    let look = style(FontFile::Mongolian, SIZE, Ink::Dark, Language::Traditional);
    let mut pieces = Vec::new();
    for (words, at) in written.into_iter().zip(0u8..) {
        let column = Text::new(fonts, look, words)?;
        if top + 12.0 + column.width > bottom {
            return Err(PaperError::TooLong);
        }
        pieces.push(Piece::Turned(column.at(left + PITCH * f32::from(at) + 8.0, top + 12.0), 90.0));
    }
    page.push(Block { role: Role::Paragraph, pieces });
    Ok(left - 14.0)
}
