//! Portraits for card applications, drawn by program: they show nobody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// The quality at which a drawn face has a few kilobytes.
const QUALITY: u8 = 70;

/// A JPEG of an oval head over shoulders on a light ground.
///
/// # Errors
/// If it cannot be encoded.
pub fn drawn(width: u32, height: u32) -> anyhow::Result<Vec<u8>> {
    let (w, h) = (f64::from(width), f64::from(height));
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / w, f64::from(y) / h);
        let within =
            |cx: f64, cy: f64, rx: f64, ry: f64| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) <= 1.0;
        if within(0.42, 0.38, 0.03, 0.02) || within(0.58, 0.38, 0.03, 0.02) {
            Rgb([40, 30, 30])
        } else if within(0.5, 0.42, 0.2, 0.24) {
            Rgb([214, 170, 140])
        } else if within(0.5, 1.0, 0.4, 0.3) {
            Rgb([60, 80, 120])
        } else {
            Rgb([225, 230, 235])
        }
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture)?;
    Ok(jpeg)
}

/// A portrait in the form of an application: 480 × 640, in base64.
///
/// # Errors
/// If it cannot be encoded.
pub fn in_base64() -> anyhow::Result<String> {
    Ok(STANDARD.encode(drawn(480, 640)?))
}
