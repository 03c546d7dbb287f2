//! The contents of a page: blocks with a role for screen readers. Each block has pieces with a place.

use crate::text::{Ink, Text};

/// What a block is for a reader who does not see the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// Decoration and repetition, which a screen reader does not read out.
    Decoration,
    Heading,
    Paragraph,
    /// A row of the table of facts: the first `labels` pieces are its heading, the others its value.
    Row {
        /// How many pieces belong to the heading.
        labels: usize,
    },
    /// A picture, described in words.
    Figure(String),
}

/// Something drawn.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// A row of text.
    Text(Text),
    /// A row of text turned by degrees about its beginning.
    Turned(Text, f32),
    /// Filled rectangles: left, top, width, height.
    Filled(Ink, Vec<[f32; 4]>),
}

/// Pieces that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub role: Role,
    pub pieces: Vec<Piece>,
}

impl Block {
    pub(crate) fn new(role: Role, texts: Vec<Text>) -> Block {
        Block { role, pieces: texts.into_iter().map(Piece::Text).collect() }
    }

    pub(crate) fn decoration(pieces: Vec<Piece>) -> Block {
        Block { role: Role::Decoration, pieces }
    }
}

/// The blocks of one page.
pub(crate) type PageBlocks = Vec<Block>;
