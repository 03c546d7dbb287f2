//! Draws composed blocks with krilla, and enters their roles in its tag tree.

use std::num::NonZeroU16;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};

use crate::block::{Block, PageBlocks, Piece, Role};
use crate::document::PaperError;
use crate::fonts::Fonts;
use crate::layout::{HEIGHT, WIDTH};
use crate::text::{Ink, Text};

/// Draws composed pages into the document.
///
/// # Errors
/// [`PaperError::Drawing`] if the size of a page is refused.
pub(crate) fn draw(
    document: &mut Document,
    pages: &[PageBlocks],
    fonts: &Fonts,
) -> Result<TagTree, PaperError> {
    let mut tree = TagTree::new().with_lang(Some("mn".to_owned()));
    let mut table = TagGroup::new(Tag::Table.with_summary(Some("Бүртгэлийн мэдээлэл / Facts".to_owned())));
    let mut is_table_open = false;
    for blocks in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT);
        let settings = settings.ok_or_else(|| PaperError::Drawing("page size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for block in blocks {
            let marks = draw_block(&mut surface, block, fonts);
            match group(&block.role, marks) {
                Some(row) if matches!(block.role, Role::Row { .. }) => {
                    table.push(row);
                    is_table_open = true;
                }
                Some(group) => {
                    if is_table_open {
                        tree.push(std::mem::replace(&mut table, TagGroup::new(Tag::Table)));
                        is_table_open = false;
                    }
                    tree.push(group);
                }
                None => {}
            }
        }
        surface.finish();
        page.finish();
    }
    if is_table_open {
        tree.push(table);
    }
    Ok(tree)
}

/// The block's part of the tag tree.
fn group(role: &Role, marks: Vec<Identifier>) -> Option<TagGroup> {
    let filled = |mut group: TagGroup, marks: Vec<Identifier>| {
        marks.into_iter().for_each(|mark| group.push(mark));
        group
    };
    match role {
        Role::Decoration => None,
        Role::Heading => Some(filled(TagGroup::new(Tag::Hn(NonZeroU16::MIN, None)), marks)),
        Role::Paragraph => Some(filled(TagGroup::new(Tag::P), marks)),
        Role::Figure(told) => Some(filled(TagGroup::new(Tag::Figure(Some(told.clone()))), marks)),
        Role::Row { labels } => {
            let mut marks = marks.into_iter();
            let head: Vec<Identifier> = marks.by_ref().take(*labels).collect();
            let head = filled(TagGroup::new(Tag::TH(TableHeaderScope::Row)), head);
            let value = filled(TagGroup::new(Tag::TD), marks.collect());
            let mut row = TagGroup::new(Tag::TR);
            row.push(head);
            row.push(value);
            Some(row)
        }
    }
}

fn draw_block(surface: &mut Surface<'_>, block: &Block, fonts: &Fonts) -> Vec<Identifier> {
    let is_decoration = block.role == Role::Decoration;
    let is_figure = matches!(block.role, Role::Figure(_));
    let mut marks = Vec::new();
    for piece in &block.pieces {
        let tag = match piece {
            _ if is_decoration => decoration(),
            Piece::Filled(..) if is_figure => ContentTag::Other,
            Piece::Filled(..) => decoration(),
            Piece::Text(text) | Piece::Turned(text, _) => {
                ContentTag::Span(SpanTag::empty().with_lang(Some(text.style.language.tag())))
            }
        };
        let is_read = !matches!(tag, ContentTag::Artifact(_));
        let mark = surface.start_tagged(tag);
        match piece {
            Piece::Text(text) => draw_text(surface, text, fonts, false),
            Piece::Turned(text, degrees) => {
                surface.push_transform(&Transform::from_rotate_at(*degrees, text.x, text.y));
                // A decoration is drawn as shapes, so that its letters do not appear among the words when the
                // text is extracted.
                draw_text(surface, text, fonts, is_decoration);
                surface.pop();
            }
            Piece::Filled(ink, rectangles) => fill(surface, *ink, rectangles),
        }
        surface.end_tagged();
        if is_read {
            marks.push(mark);
        }
    }
    marks
}

fn decoration() -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout))
}

fn draw_text(surface: &mut Surface<'_>, text: &Text, fonts: &Fonts, outlined: bool) {
    surface.set_fill(Some(colour(text.style.ink)));
    let font = fonts.face(text.style.file).font.clone();
    let start = Point::from_xy(text.x, text.y);
    surface.draw_glyphs(start, &text.glyphs, font, &text.words, text.style.size, outlined);
}

fn fill(surface: &mut Surface<'_>, ink: Ink, rectangles: &[[f32; 4]]) {
    let mut path = PathBuilder::new();
    for [left, top, wide, high] in rectangles {
        if let Some(rectangle) = Rect::from_xywh(*left, *top, *wide, *high) {
            path.push_rect(rectangle);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(colour(ink)));
        surface.draw_path(&path);
    }
}

fn colour(ink: Ink) -> Fill {
    let colour = match ink {
        Ink::Dark => rgb::Color::new(22, 26, 36),
        Ink::Quiet => rgb::Color::new(92, 100, 114),
        Ink::Blue => rgb::Color::new(34, 66, 116),
        Ink::Pale => rgb::Color::new(206, 212, 222),
        Ink::Red => rgb::Color::new(170, 30, 36),
        Ink::Blush => rgb::Color::new(248, 236, 236),
    };
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}
