//! The frame of a page, and what is printed behind the text.

use crate::block::{Block, PageBlocks, Piece};
use crate::document::PaperError;
use crate::fonts::{FontFile, Fonts};
use crate::layout::{HEIGHT, LEFT, RIGHT, WIDTH, style};
use crate::paper::Paper;
use crate::text::{Ink, Language, Text};

/// Distance from the edge of the sheet to the frame.
const MARGIN: f32 = 30.0;
/// Side of one square of the meander in the corners.
const UNIT: f32 = 3.2;

/// The blocks that every page begins with.
pub(crate) fn blocks(paper: &Paper, fonts: &Fonts) -> Result<PageBlocks, PaperError> {
    let mut blocks = Vec::new();
    if paper.is_specimen {
        let pale = style(FontFile::SerifBold, 92.0, Ink::Blush, Language::Mongolian);
        let words = Text::new(fonts, pale, "ТУРШИЛТ")?;
        // The text is turned about its beginning, which is placed so that the middle of the text is in the
        // middle of the sheet.
        let (cos, sin) = (0.6_f32, 0.8_f32);
        let half = words.width / 2.0;
        let x = WIDTH / 2.0 - half * cos - 30.0 * sin;
        let y = HEIGHT / 2.0 + half * sin + 30.0 * cos;
        blocks.push(Block::decoration(vec![Piece::Turned(words.at(x, y), -53.13)]));
    }
    let mut lines = outline(MARGIN, 1.1);
    lines.extend(outline(MARGIN + 4.0, 0.4));
    blocks
        .push(Block::decoration(vec![Piece::Filled(Ink::Blue, lines), Piece::Filled(Ink::Blue, corners())]));
    Ok(blocks)
}

/// A rule with a small lozenge of squares in its middle.
pub(crate) fn divider(y: f32) -> Block {
    let middle = (LEFT + RIGHT) / 2.0;
    let half = |side: f32| [middle - side / 2.0, y - side / 2.0, side, side];
    let gap = 9.0;
    let rules = vec![
        [LEFT, y - 0.3, middle - LEFT - gap, 0.6],
        [middle + gap, y - 0.3, RIGHT - middle - gap, 0.6],
        half(2.6),
        [middle - 6.3, y - 0.9, 1.8, 1.8],
        [middle + 4.5, y - 0.9, 1.8, 1.8],
    ];
    Block::decoration(vec![Piece::Filled(Ink::Blue, rules)])
}

/// The four sides of a rectangle at this distance from the edge, as filled bars.
fn outline(margin: f32, thick: f32) -> Vec<[f32; 4]> {
    let (wide, high) = (WIDTH - 2.0 * margin, HEIGHT - 2.0 * margin);
    vec![
        [margin, margin, wide, thick],
        [margin, HEIGHT - margin - thick, wide, thick],
        [margin, margin, thick, high],
        [WIDTH - margin - thick, margin, thick, high],
    ]
}

/// A meander (алхан хээ) of bars in each corner within the frame; the other three mirror the upper left one.
fn corners() -> Vec<[f32; 4]> {
    // Left, top, width, height in units.
    const BARS: [[f32; 4]; 7] = [
        [0.0, 0.0, 9.0, 1.0],
        [0.0, 0.0, 1.0, 9.0],
        [2.0, 2.0, 5.0, 1.0],
        [2.0, 2.0, 1.0, 5.0],
        [6.0, 2.0, 1.0, 3.0],
        [4.0, 4.0, 3.0, 1.0],
        [2.0, 6.0, 3.0, 1.0],
    ];
    let start = MARGIN + 8.0;
    let mut bars = Vec::new();
    for [left, top, wide, high] in BARS {
        let (x, y) = (start + left * UNIT, start + top * UNIT);
        let (w, h) = (wide * UNIT, high * UNIT);
        let (thin_w, thin_h) =
            (w - UNIT * 0.62 * f32::from(wide <= 1.0), h - UNIT * 0.62 * f32::from(high <= 1.0));
        for mirrored_x in [x, WIDTH - x - thin_w] {
            for mirrored_y in [y, HEIGHT - y - thin_h] {
                bars.push([mirrored_x, mirrored_y, thin_w, thin_h]);
            }
        }
    }
    bars
}
