//! The fonts of a paper. They are not ours and not in the repository: the caller opens the files of the Noto
//! family (SIL Open Font License) that the system has, and the PDF carries the glyphs that it uses.

use harfrust::{Buffer, Direction, Font as Shapes, ShapeOptions, ShaperFont, shape};
use krilla::text::{Font, GlyphId, KrillaGlyph};

/// A face of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FontFile {
    /// What the register says.
    Serif,
    /// Titles.
    SerifBold,
    /// Labels and small print.
    Sans,
    /// Traditional Mongolian script.
    Mongolian,
}

impl FontFile {
    /// All faces that a paper may need.
    pub const ALL: [FontFile; 4] =
        [FontFile::Serif, FontFile::SerifBold, FontFile::Sans, FontFile::Mongolian];

    /// The name of its file in the folder of fonts.
    pub fn name(self) -> &'static str {
        match self {
            FontFile::Serif => "NotoSerif-Regular.ttf",
            FontFile::SerifBold => "NotoSerif-Bold.ttf",
            FontFile::Sans => "NotoSans-Regular.ttf",
            FontFile::Mongolian => "NotoSansMongolian-Regular.ttf",
        }
    }
}

/// A font that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the font {0} cannot be read")]
pub struct FontError(pub &'static str);

/// The opened fonts; cheap to keep, costly to open.
#[derive(Clone)]
pub struct Fonts {
    faces: [Face; 4],
}

impl Fonts {
    /// Takes the octets of each file of [`FontFile::ALL`], in that order.
    ///
    /// # Errors
    /// [`FontError`] names the first that is no font.
    pub fn new(files: [Vec<u8>; 4]) -> Result<Fonts, FontError> {
        let [serif, bold, sans, mongolian] = files;
        Ok(Fonts {
            faces: [
                Face::new(FontFile::Serif, serif)?,
                Face::new(FontFile::SerifBold, bold)?,
                Face::new(FontFile::Sans, sans)?,
                Face::new(FontFile::Mongolian, mongolian)?,
            ],
        })
    }

    pub(crate) fn face(&self, file: FontFile) -> &Face {
        let [serif, bold, sans, mongolian] = &self.faces;
        match file {
            FontFile::Serif => serif,
            FontFile::SerifBold => bold,
            FontFile::Sans => sans,
            FontFile::Mongolian => mongolian,
        }
    }
}

/// One opened face.
#[derive(Clone)]
pub(crate) struct Face {
    shapes: Shapes,
    pub font: Font,
}

/// Glyphs in a row, their sizes in ems.
#[derive(Debug, Clone)]
pub(crate) struct Shaped {
    pub glyphs: Vec<KrillaGlyph>,
    /// Sum of the advances, in ems.
    pub width: f32,
    /// The first character for which the font has no glyph.
    pub missing: Option<char>,
}

impl Face {
    fn new(file: FontFile, octets: Vec<u8>) -> Result<Face, FontError> {
        let unreadable = || FontError(file.name());
        let shapes = Shapes::new(octets.clone(), 0).ok_or_else(unreadable)?;
        let font = Font::new(octets.into(), 0).ok_or_else(unreadable)?;
        Ok(Face { shapes, font })
    }

    /// Chooses and places the glyphs of a text in one script, as a row from left to right.
    pub(crate) fn shape(&self, text: &str) -> Shaped {
        let mut shaped = Buffer::new();
        shaped.push_str(text);
        shaped.guess_segment_properties();
        shaped.set_direction(Direction::LeftToRight);
        if shape(&ShaperFont::new(&self.shapes), &mut shaped, ShapeOptions::new()).is_err() {
            return Shaped { glyphs: Vec::new(), width: 0.0, missing: text.chars().next() };
        }
        let em = self.font.units_per_em();
        #[expect(clippy::cast_precision_loss, reason = "font units fit in a float's 24 bits")]
        let ems = |units: i32| units as f32 / em;
        let infos = shaped.glyph_infos();
        let mut row = Shaped { glyphs: Vec::with_capacity(infos.len()), width: 0.0, missing: None };
        for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = info.cluster as usize;
            let later = infos[at..].iter().map(|next| next.cluster as usize);
            let end = later.into_iter().find(|next| *next > start).unwrap_or(text.len());
            if info.glyph_id == 0 && row.missing.is_none() {
                row.missing = text.get(start..).and_then(|rest| rest.chars().next());
            }
            row.width += ems(position.x_advance);
            row.glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                ems(position.x_advance),
                ems(position.x_offset),
                ems(position.y_offset),
                ems(position.y_advance),
                start..end,
                None,
            ));
        }
        row
    }
}
