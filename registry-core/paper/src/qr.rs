//! The QR of a paper as filled rectangles. Neighbouring modules of a row become one rectangle, so that no
//! printer leaves a gap.

use qrcode::{Color, EcLevel, QrCode};

use crate::document::PaperError;

/// Rectangles of the QR in a square of `side` points at `(left, top)`. The caller keeps a quiet zone of four
/// modules free around the square (ISO/IEC 18004 §9.1). Error correction level M: the QR can be read across a
/// fold or the edge of a stamp.
pub(crate) fn rectangles(text: &str, left: f32, top: f32, side: f32) -> Result<Vec<[f32; 4]>, PaperError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| PaperError::QrTooLong)?;
    let width = code.width();
    let module = side / f32::from(u16::try_from(width).map_err(|_| PaperError::QrTooLong)?);
    let at = |modules: usize| f32::from(u16::try_from(modules).unwrap_or(u16::MAX)) * module;
    let mut rectangles = Vec::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in colors.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                rectangles.push([left + at(column), top + at(row), at(run.len()), module]);
            }
            column += run.len();
        }
    }
    Ok(rectangles)
}
