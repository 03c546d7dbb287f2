//! Traditional Mongolian script: columns from top to bottom, placed from left to right.
//!
//! The font draws a column lying down, as a row from left to right; it is turned clockwise by a right angle
//! so that it stands upright. The label of a column is printed beside it, turned as well.

use crate::block::{Block, PageBlocks, Piece, Role};
use crate::document::PaperError;
use crate::fonts::{FontFile, Fonts};
use crate::layout::{RIGHT, style};
use crate::paper::{Line, Paper};
use crate::text::{Ink, Language, Text};

/// Distance from one column to the next.
const PITCH: f32 = 31.0;
const SIZE: f32 = 17.0;
/// A long name is drawn smaller, but not smaller than this.
const SMALLEST: f32 = 5.0;
const LABEL: f32 = 6.5;
/// Distance from the heading to the columns.
const ABOVE: f32 = 12.0;
/// More columns would take the width that the facts need.
const MOST_COLUMNS: u8 = 7;

/// Places the columns at the right edge of the facts, and returns where the facts must end.
///
/// # Errors
/// A character without a glyph, a column that is too long, or too many of them.
pub(crate) fn columns(
    paper: &Paper,
    fonts: &Fonts,
    top: f32,
    bottom: f32,
    page: &mut PageBlocks,
) -> Result<f32, PaperError> {
    let count = u8::try_from(paper.columns.len()).ok().filter(|count| *count <= MOST_COLUMNS);
    let count = count.ok_or(PaperError::TooLong)?;
    if count == 0 {
        return Ok(RIGHT);
    }
    let left = RIGHT - PITCH * f32::from(count);
    for (line, at) in paper.columns.iter().zip(0u8..) {
        let pieces = column(fonts, line, left + PITCH * f32::from(at), top + ABOVE, bottom)?;
        page.push(Block { role: Role::Paragraph, pieces });
    }
    Ok(left - 14.0)
}

/// One column, with its label in both languages to the left of it.
fn column(fonts: &Fonts, line: &Line, left: f32, top: f32, bottom: f32) -> Result<Vec<Piece>, PaperError> {
    let of_size = |size| {
        let look = style(FontFile::Mongolian, size, Ink::Dark, Language::Traditional);
        Text::new(fonts, look, &line.value)
    };
    let height = bottom - top;
    let width = of_size(SIZE)?.width;
    let size = if width > height { SIZE * height / width } else { SIZE };
    if size < SMALLEST {
        return Err(PaperError::TooLong);
    }
    let look = |language| style(FontFile::Sans, LABEL, Ink::Quiet, language);
    let mn = Text::new(fonts, look(Language::Mongolian), &line.label.mn)?;
    let en = Text::new(fonts, look(Language::English), &line.label.en)?;
    let below = top + mn.width + LABEL;
    if below + en.width > bottom {
        return Err(PaperError::TooLong);
    }
    let turned = |text: Text, x, y| Piece::Turned(text.at(x, y), 90.0);
    Ok(vec![turned(mn, left, top), turned(en, left, below), turned(of_size(size)?, left + 13.0, top)])
}
