//! Where everything is placed on A4. Lengths are in points, from the upper left corner.

use crate::block::{Block, PageBlocks, Piece, Role};
use crate::document::PaperError;
use crate::fonts::{FontFile, Fonts};
use crate::paper::{Line, Paper, Words};
use crate::text::{Ink, Language, Style, Text, rows};
use crate::{frame, qr, script};

/// A4: 210 × 297 mm.
pub(crate) const WIDTH: f32 = 595.28;
/// The height of A4.
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const LEFT: f32 = 72.0;
pub(crate) const RIGHT: f32 = WIDTH - 72.0;
const MIDDLE: f32 = WIDTH / 2.0;
/// Where rows of facts end if more follow on the next page.
const BOTTOM: f32 = 770.0;
/// Where the foot begins on the last page.
const FOOT: f32 = 588.0;
const LABELS: f32 = 158.0;
const GAP: f32 = 16.0;
const QR_SIDE: f32 = 124.0;
/// More lines than any act has; each annotation is one line.
const MOST_LINES: usize = 200;

pub(crate) const fn style(file: FontFile, size: f32, ink: Ink, language: Language) -> Style {
    Style { file, size, ink, language }
}

const STATE: Style = style(FontFile::SerifBold, 13.0, Ink::Blue, Language::Mongolian);
const STATE_EN: Style = style(FontFile::Sans, 8.0, Ink::Quiet, Language::English);
const TITLE: Style = style(FontFile::SerifBold, 25.0, Ink::Dark, Language::Mongolian);
const TITLE_EN: Style = style(FontFile::Serif, 13.0, Ink::Quiet, Language::English);
const NUMBER: Style = style(FontFile::Serif, 12.0, Ink::Dark, Language::Mongolian);
const SPECIMEN: Style = style(FontFile::Sans, 10.0, Ink::Red, Language::Mongolian);
const LABEL: Style = style(FontFile::Sans, 9.0, Ink::Dark, Language::Mongolian);
const LABEL_EN: Style = style(FontFile::Sans, 7.5, Ink::Quiet, Language::English);
const VALUE: Style = style(FontFile::Serif, 12.5, Ink::Dark, Language::Mongolian);
const SMALL_VALUE: Style = style(FontFile::Serif, 9.5, Ink::Dark, Language::Mongolian);
const SMALL: Style = style(FontFile::Sans, 7.5, Ink::Quiet, Language::Mongolian);
const SMALL_EN: Style = style(FontFile::Sans, 7.5, Ink::Quiet, Language::English);

/// Composes the pages of a paper.
///
/// # Errors
/// [`PaperError`] for a character without a glyph, or for what does not fit.
pub(crate) fn compose(paper: &Paper, fonts: &Fonts) -> Result<Vec<PageBlocks>, PaperError> {
    if paper.lines.len() > MOST_LINES {
        return Err(PaperError::TooLong);
    }
    let mut pages = vec![frame::blocks(paper, fonts)?];
    let mut y = head(paper, fonts, &mut pages[0])?;
    let right = script::columns(paper, fonts, y, FOOT, &mut pages[0])?;
    for line in &paper.lines {
        let is_first = pages.len() == 1;
        let (block, height) = fact(fonts, line, y, if is_first { right } else { RIGHT })?;
        if y + height <= BOTTOM {
            y += height;
            push(&mut pages, block);
            continue;
        }
        y = next_page(paper, fonts, &mut pages)?;
        let (block, height) = fact(fonts, line, y, RIGHT)?;
        y += height;
        if y > BOTTOM {
            return Err(PaperError::TooLong);
        }
        push(&mut pages, block);
    }
    if y > FOOT {
        next_page(paper, fonts, &mut pages)?;
    }
    for block in foot(paper, fonts)? {
        push(&mut pages, block);
    }
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        page.push(folio(paper, fonts, at + 1, count)?);
    }
    Ok(pages)
}

fn push(pages: &mut [PageBlocks], block: Block) {
    if let Some(page) = pages.last_mut() {
        page.push(block);
    }
}

/// Draws the name of the State, the title and the number; returns where the facts begin.
fn head(paper: &Paper, fonts: &Fonts, page: &mut PageBlocks) -> Result<f32, PaperError> {
    let text = |style: Style, words: &str| Text::new(fonts, style, words);
    page.push(Block::new(
        Role::Paragraph,
        vec![
            text(STATE, "МОНГОЛ УЛС")?.centred(MIDDLE, 84.0),
            text(STATE_EN, "MONGOLIA")?.centred(MIDDLE, 96.0),
            text(SMALL, "УЛСЫН БҮРТГЭЛ")?.centred(MIDDLE, 113.0),
            text(SMALL_EN, "STATE REGISTRATION")?.centred(MIDDLE, 123.0),
        ],
    ));
    let mut y = 137.0;
    let mut title = Vec::new();
    for row in rows(fonts, TITLE, &paper.title.mn, RIGHT - LEFT)? {
        y += 31.0;
        title.push(row.centred(MIDDLE, y));
    }
    y += 3.0;
    for row in rows(fonts, TITLE_EN, &paper.title.en, RIGHT - LEFT)? {
        y += 17.0;
        title.push(row.centred(MIDDLE, y));
    }
    page.push(Block::new(Role::Heading, title));
    if paper.is_specimen {
        y += 20.0;
        let words = text(SPECIMEN, "ТУРШИЛТ — ХҮЧИНГҮЙ · TEST — NOT VALID")?.centred(MIDDLE, y);
        page.push(Block::new(Role::Paragraph, vec![words]));
    }
    y += 25.0;
    let number = text(NUMBER, &format!("№ {}", paper.act_number))?.centred(MIDDLE, y);
    page.push(Block::new(Role::Paragraph, vec![number]));
    y += 14.0;
    page.push(frame::divider(y));
    Ok(y + 6.0)
}

/// One row of the table: the label in both languages, the value, a hairline.
fn fact(fonts: &Fonts, line: &Line, top: f32, right: f32) -> Result<(Block, f32), PaperError> {
    let mut texts = Vec::new();
    let mut label_y = top + 4.0;
    for row in rows(fonts, LABEL, &line.label.mn, LABELS)? {
        label_y += 10.5;
        texts.push(row.at(LEFT, label_y));
    }
    for row in rows(fonts, LABEL_EN, &line.label.en, LABELS)? {
        label_y += 9.5;
        texts.push(row.at(LEFT, label_y));
    }
    let labels = texts.len();
    let values = rows(fonts, VALUE, &line.value, right - LEFT - LABELS - GAP)?;
    // A value of one row is placed halfway between the two rows of its label.
    let mut value_y = if values.len() == 1 { top + 4.0 } else { top };
    for row in values {
        value_y += 16.0;
        texts.push(row.at(LEFT + LABELS + GAP, value_y));
    }
    let height = label_y.max(value_y) + 7.0 - top;
    let mut block = Block::new(Role::Row { labels }, texts);
    block.pieces.push(Piece::Filled(Ink::Pale, vec![[LEFT, top + height, right - LEFT, 0.5]]));
    Ok((block, height))
}

fn next_page(paper: &Paper, fonts: &Fonts, pages: &mut Vec<PageBlocks>) -> Result<f32, PaperError> {
    let mut page = frame::blocks(paper, fonts)?;
    let style = Style { size: 11.0, ..TITLE };
    let words = format!("{} № {}", paper.title.mn, paper.act_number);
    let mut y = 70.0;
    let mut texts = Vec::new();
    for row in rows(fonts, style, &words, RIGHT - LEFT)? {
        y += 14.0;
        texts.push(row.centred(MIDDLE, y));
    }
    page.push(Block::new(Role::Paragraph, texts));
    page.push(frame::divider(y + 14.0));
    pages.push(page);
    Ok(y + 20.0)
}

/// The foot: where and when the act was registered and the paper issued, the QR, where to check it, the
/// signature.
fn foot(paper: &Paper, fonts: &Fonts) -> Result<Vec<Block>, PaperError> {
    let mut blocks = vec![frame::divider(FOOT + 4.0)];
    let top = FOOT + 22.0;
    let figure = Role::Figure(format!("QR: {}", paper.check_code));
    let square = qr::rectangles(&paper.qr, LEFT, top, QR_SIDE)?;
    blocks.push(Block { role: figure, pieces: vec![Piece::Filled(Ink::Dark, square)] });
    let left = LEFT + QR_SIDE + 24.0;
    let mut y = top - 5.0;
    for (label, value) in particulars(paper) {
        let (block, below) = small_fact(fonts, &label, &value, left, y)?;
        blocks.push(block);
        y = below;
    }
    let mn = format!("Жинхэнэ, хүчинтэй эсэхийг {} хаягаар хэн ч шалгаж болно.", paper.check_at);
    let en = format!("Anyone can check at {} that it is genuine and still valid.", paper.check_at);
    let mut y = top + QR_SIDE + 12.0;
    for (style, words) in [(SMALL, mn), (SMALL_EN, en)] {
        let mut texts = Vec::new();
        for row in rows(fonts, style, &words, RIGHT - LEFT)? {
            y += 10.0;
            texts.push(row.at(LEFT, y));
        }
        blocks.push(Block::new(Role::Paragraph, texts));
    }
    blocks.push(signature(fonts, 786.0)?);
    Ok(blocks)
}

fn particulars(paper: &Paper) -> Vec<(Words, Words)> {
    let same = |value: String| Words::new(value.clone(), value);
    let mut facts = vec![
        (Words::new("Бүртгэсэн газар", "Registered at"), paper.office.clone()),
        (Words::new("Бүртгэсэн огноо", "Registered on"), same(paper.registered_on.to_string())),
        (Words::new("Олгосон огноо", "Issued on"), same(paper.issued_on.to_string())),
        (Words::new("Хувь", "Copy"), same(paper.copy.to_string())),
    ];
    if let Some(sheet) = &paper.sheet {
        facts.push((Words::new("Маягтын №", "Sheet No."), same(sheet.clone())));
    }
    facts.push((Words::new("Шалгах код", "Check code"), same(paper.check_code.clone())));
    facts
}

fn small_fact(
    fonts: &Fonts,
    label: &Words,
    value: &Words,
    left: f32,
    top: f32,
) -> Result<(Block, f32), PaperError> {
    const COLUMN: f32 = 118.0;
    let label = format!("{} / {}", label.mn, label.en);
    let mut texts: Vec<Text> = Vec::new();
    let mut label_y = top + 3.0;
    for row in rows(fonts, SMALL, &label, COLUMN - 8.0)? {
        label_y += 9.5;
        texts.push(row.at(left, label_y));
    }
    let labels = texts.len();
    let mut y = top + 1.0;
    let english = (value.en != value.mn).then_some((SMALL_EN, &value.en, 10.0));
    for (style, words, pitch) in [(SMALL_VALUE, &value.mn, 12.5)].into_iter().chain(english) {
        for row in rows(fonts, style, words, RIGHT - left - COLUMN)? {
            y += pitch;
            texts.push(row.at(left + COLUMN, y));
        }
    }
    Ok((Block::new(Role::Row { labels }, texts), y.max(label_y) + 4.0))
}

fn signature(fonts: &Fonts, y: f32) -> Result<Block, PaperError> {
    let who = Text::new(fonts, LABEL, "Улсын бүртгэгч")?.at(LEFT, y);
    let who_en = Text::new(fonts, LABEL_EN, " / Registrar")?.at(LEFT + who.width, y);
    let line = LEFT + who.width + who_en.width + 8.0;
    let stamp_en = Text::new(fonts, LABEL_EN, " / Seal")?.ending_at(RIGHT, y);
    let stamp = Text::new(fonts, LABEL, "Тамга")?.ending_at(stamp_en.x, y);
    let end = stamp.x - 70.0;
    let mut block = Block::new(Role::Paragraph, vec![who, who_en, stamp, stamp_en]);
    block.pieces.push(Piece::Filled(Ink::Quiet, vec![[line, y + 1.0, end - line, 0.5]]));
    Ok(block)
}

/// The number at the foot of each page, so that no sheet can be exchanged.
fn folio(paper: &Paper, fonts: &Fonts, page: usize, of: usize) -> Result<Block, PaperError> {
    let words = format!("{} · {} · {page} / {of}", paper.act_number, paper.check_code);
    let style = Style { size: 6.5, ..SMALL };
    let text = Text::new(fonts, style, &words)?.centred(MIDDLE, 804.0);
    Ok(Block::decoration(vec![Piece::Text(text)]))
}
