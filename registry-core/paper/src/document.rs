//! From a paper to the octets of its file.

use chrono::{Datelike as _, Timelike as _};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};

use crate::attachment::PROOF_NAME;
use crate::fonts::Fonts;
use crate::layout::compose;
use crate::paint::draw;
use crate::paper::Paper;

/// Why a paper cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// No font has this character, and a civil paper never shows a box in its place.
    #[error("no font has the character {0:?} (U+{code:04X})", code = u32::from(*.0))]
    NoGlyph(char),
    /// The text of the QR does not fit.
    #[error("the text of the QR is too long")]
    QrTooLong,
    /// The act says more than the pages of a paper can hold.
    #[error("there is more to tell than a paper holds")]
    TooLong,
    /// The drawing library refused, because the file would not be PDF/A.
    #[error("draw the paper: {0}")]
    Drawing(String),
}

/// Draws a paper as PDF/A-3a: tagged, its fonts within, its proof attached. The same paper gives the same
/// octets.
///
/// # Errors
/// [`PaperError`]; nothing is returned that does not pass the library's checks of PDF/A-3a.
pub fn to_pdf(paper: &Paper, fonts: &Fonts) -> Result<Vec<u8>, PaperError> {
    let drawing = |what: String| PaperError::Drawing(what);
    let pages = compose(paper, fonts)?;
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A3_A).finish();
    let configuration = configuration.map_err(|e| drawing(format!("{e:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let tree = draw(&mut document, &pages, fonts)?;
    document.set_tag_tree(tree);
    document.set_metadata(metadata(paper));
    document
        .embed_file(EmbeddedFile {
            path: PROOF_NAME.to_owned(),
            mime_type: MimeType::new("application/json"),
            description: Some("Бүртгэлийн баталгаа / Proof that the act stands in the ledger".to_owned()),
            association_kind: AssociationKind::Supplement,
            data: paper.proof.clone().into(),
            modification_date: Some(issued_at(paper)),
            // Attached unpacked, so that whoever checks the paper need not unpack anything from a stranger's
            // file.
            compress: Some(false),
            location: None,
        })
        .ok_or_else(|| drawing("two attachments of one name".to_owned()))?;
    document.finish().map_err(|e| drawing(e.to_string()))
}

/// Says nothing about the person: lists and search indexes show a file's metadata.
fn metadata(paper: &Paper) -> Metadata {
    let title = format!("{} / {} № {}", paper.title.mn, paper.title.en, paper.act_number);
    Metadata::new()
        .title(title)
        .language("mn".to_owned())
        .document_id(format!("{}/{}", paper.act_number, paper.check_code))
        .creation_date(issued_at(paper))
}

fn issued_at(paper: &Paper) -> DateTime {
    let at = paper.issued_at;
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
