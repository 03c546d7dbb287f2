//! A portrait as it comes from outside: checked for format and size before anything else sees it.

use image::ImageDecoder as _;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::imageops::FilterType;
use registry_domain::refusal::Refusal;
use sha2::{Digest, Sha256};

/// At most this many bytes: as many as the card's DG2 takes.
pub const LARGEST_BYTES: usize = issuance::lds::portrait::MAX_OCTETS;
/// The least and the most pixels; a full-frontal portrait is higher than wide (ISO/IEC 19794-5).
const SMALLEST: (u32, u32) = (240, 320);
const LARGEST: (u32, u32) = (960, 1280);

/// The size of the small portrait in pixels.
const SMALL: (u32, u32) = (36, 48);
/// The JPEG qualities that are tried, from the best to the coarsest.
const QUALITIES: [u8; 5] = [70, 55, 40, 30, 20];

/// A JPEG of a size that a card can carry.
#[derive(Clone)]
pub struct Portrait(Vec<u8>);

impl Portrait {
    /// Decodes the whole picture, so that nothing broken is stored.
    ///
    /// # Errors
    /// [`Refusal::PortraitNotJpeg`] or [`Refusal::PortraitSize`].
    pub fn parse(bytes: Vec<u8>) -> Result<Portrait, Refusal> {
        if bytes.len() > LARGEST_BYTES {
            return Err(Refusal::PortraitSize { detail: format!("{} > {LARGEST_BYTES} B", bytes.len()) });
        }
        let decoder = JpegDecoder::new(std::io::Cursor::new(&bytes)).map_err(|_| Refusal::PortraitNotJpeg)?;
        let (width, height) = decoder.dimensions();
        let fits = (SMALLEST.0..=LARGEST.0).contains(&width) && (SMALLEST.1..=LARGEST.1).contains(&height);
        if !fits || height <= width {
            return Err(Refusal::PortraitSize {
                detail: format!(
                    "{width}x{height}; {}x{} – {}x{}, upright",
                    SMALLEST.0, SMALLEST.1, LARGEST.0, LARGEST.1
                ),
            });
        }
        let mut pixels =
            vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| Refusal::PortraitNotJpeg)?];
        decoder.read_image(&mut pixels).map_err(|_| Refusal::PortraitNotJpeg)?;
        // A picture that the card cannot carry is refused at the counter, not at the card station days later.
        issuance::lds::portrait::Portrait::parse(&bytes).map_err(|_| Refusal::PortraitNotJpeg)?;
        Ok(Portrait(bytes))
    }

    /// The bytes as they came.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }

    /// SHA-256 of the bytes, in hex.
    pub fn sha256_hex(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }
}

/// Makes a portrait so small that it has at most `octets` octets, for a QR code on paper. Whatever the file
/// carried beside its pixels is dropped. None if even the coarsest quality does not fit, or the file is no
/// picture.
pub fn small(jpeg: &[u8], octets: usize) -> Option<Vec<u8>> {
    let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).ok()?;
    let small = picture.resize_to_fill(SMALL.0, SMALL.1, FilterType::Lanczos3).into_rgb8();
    QUALITIES.into_iter().find_map(|quality| {
        let mut written = Vec::new();
        small.write_with_encoder(JpegEncoder::new_with_quality(&mut written, quality)).ok()?;
        (written.len() <= octets).then_some(written)
    })
}

impl std::fmt::Debug for Portrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_the_sizes_that_are_taken() {
        let hint = registry_domain::card::application::PORTRAIT.hint.unwrap();
        let kilobytes = LARGEST_BYTES / 1000;
        assert!(hint.en.contains(&format!("Up to {kilobytes} kB")), "{}", hint.en);
        assert!(hint.mn.starts_with(&format!("{kilobytes} КБ хүртэл")), "{}", hint.mn);
        for (width, height) in [SMALLEST, LARGEST] {
            let size = format!("{width}×{height}");
            assert!(hint.en.contains(&size) && hint.mn.contains(&size), "{size}");
        }
    }

    #[test]
    fn what_is_no_jpeg_or_cut_short_is_refused() {
        assert_eq!(Portrait::parse(b"GIF89a".to_vec()).unwrap_err(), Refusal::PortraitNotJpeg);
        assert!(Portrait::parse(vec![0; LARGEST_BYTES + 1]).is_err());
    }
}
