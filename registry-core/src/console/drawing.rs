//! Drawings that the server makes: lines, boxes and words in SVG, without style attributes (the content policy refuses them).
//! Whatever they show stands in a table as well.

pub(super) mod family;
pub(super) mod timeline;

/// A box with lines of text.
pub(super) struct Card {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// What it is, for the style sheet: `own`, `relative`, `ended`.
    pub class: &'static str,
    /// What it is to the person in the middle.
    pub label: String,
    /// The name.
    pub name: String,
    /// The dates below it.
    pub dates: String,
}

/// A straight line.
pub(super) struct Line {
    /// From.
    pub x1: i32,
    /// From.
    pub y1: i32,
    /// To.
    pub x2: i32,
    /// To.
    pub y2: i32,
    /// What it is, for the style sheet.
    pub class: &'static str,
}
