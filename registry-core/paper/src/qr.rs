//! The QR of a paper as filled rectangles: neighbouring modules of a row are one rectangle, so that no printer leaves a gap.

use qrcode::{Color, EcLevel, QrCode};

use crate::document::PaperError;

/// Rectangles of the QR in a square of `side` points at `(left, top)`, without the quiet zone of four modules that the caller keeps
/// free (ISO/IEC 18004 §9.1). Level M stands a fold and a stamp's edge.
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
