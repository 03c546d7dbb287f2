//! The portrait: a JPEG of which only the frame header is read (ISO/IEC 10918-1 annex B).

/// Largest portrait accepted, in octets: it leaves room for all other files on a chip of 32 kB (Doc 9303-10
/// §3.2).
pub const MAX_OCTETS: usize = 20_000;
/// Smallest width and height accepted, in pixels (ISO/IEC 19794-5 §A.3: 90 pixels between the eyes is the
/// goal).
pub const MIN_SIDE: u16 = 180;

/// A JPEG whose frame header was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Portrait {
    jpeg: Vec<u8>,
    width: u16,
    height: u16,
    components: u8,
}

/// Why octets are not a portrait that we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// A start of image, a frame or an end of image is missing.
    #[error("this is no complete JPEG image")]
    NotJpeg,
    /// The image is progressive, lossless or arithmetic-coded: not every inspection system can read it.
    #[error("the JPEG is not baseline coded")]
    NotBaseline,
    /// The image is neither grey (1) nor colour (3).
    #[error("the JPEG has {0} components, not 1 or 3")]
    Components(u8),
    /// The image is larger than [`MAX_OCTETS`].
    #[error("the portrait has {0} octets, more than {MAX_OCTETS}")]
    TooLarge(usize),
    /// The image is smaller than [`MIN_SIDE`] on a side, or wider than high.
    #[error("the portrait is {width} by {height} pixels: at least {MIN_SIDE} each and not wider than high")]
    Size {
        /// Width in pixels.
        width: u16,
        /// Height in pixels.
        height: u16,
    },
}

impl Portrait {
    /// Reads the frame header and checks size and coding.
    pub fn parse(jpeg: &[u8]) -> Result<Self, PortraitError> {
        if jpeg.len() > MAX_OCTETS {
            return Err(PortraitError::TooLarge(jpeg.len()));
        }
        if !jpeg.starts_with(&[0xff, 0xd8]) || !jpeg.ends_with(&[0xff, 0xd9]) {
            return Err(PortraitError::NotJpeg);
        }
        let frame = frame(jpeg)?;
        let [_precision, h1, h0, w1, w0, components, ..] = *frame else { return Err(PortraitError::NotJpeg) };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if width < MIN_SIDE || height < MIN_SIDE || width > height {
            return Err(PortraitError::Size { width, height });
        }
        if !matches!(components, 1 | 3) {
            return Err(PortraitError::Components(components));
        }
        Ok(Self { jpeg: jpeg.to_vec(), width, height, components })
    }

    /// The octets of the JPEG.
    pub fn jpeg(&self) -> &[u8] {
        &self.jpeg
    }

    /// Width in pixels.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u16 {
        self.height
    }

    /// Whether the image is in colour.
    pub fn is_colour(&self) -> bool {
        self.components == 3
    }
}

impl std::fmt::Debug for Portrait {
    /// Shows the size, never the face.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({}x{}, {} octets)", self.width, self.height, self.jpeg.len())
    }
}

/// The content of the first baseline frame header (SOF0).
fn frame(jpeg: &[u8]) -> Result<&[u8], PortraitError> {
    let mut rest = &jpeg[2..];
    loop {
        let [0xff, marker, tail @ ..] = rest else { return Err(PortraitError::NotJpeg) };
        if *marker == 0xff {
            // Skips a fill octet before the marker.
            rest = &rest[1..];
            continue;
        }
        let [l1, l0, ..] = *tail else { return Err(PortraitError::NotJpeg) };
        let length = usize::from(u16::from_be_bytes([l1, l0]));
        let segment = tail.get(2..length).ok_or(PortraitError::NotJpeg)?;
        match marker {
            0xc0 => return Ok(segment),
            // The other frame types; C4, C8 and CC are tables and an extension.
            0xc1..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(PortraitError::NotBaseline),
            // Image data that precede any frame.
            0xd8..=0xda => return Err(PortraitError::NotJpeg),
            _ => rest = tail.get(length..).ok_or(PortraitError::NotJpeg)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_size_is_read_from_the_frame() {
        let portrait = Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap();
        assert_eq!((portrait.width(), portrait.height(), portrait.is_colour()), (240, 320, true));
    }

    #[test]
    fn what_is_no_portrait_is_refused() {
        assert_eq!(Portrait::parse(b"GIF89a"), Err(PortraitError::NotJpeg));
        assert_eq!(Portrait::parse(&[0xff; MAX_OCTETS + 1]), Err(PortraitError::TooLarge(MAX_OCTETS + 1)));
        let small = sample::portrait_jpeg(100, 120);
        assert_eq!(Portrait::parse(&small), Err(PortraitError::Size { width: 100, height: 120 }));
        let wide = sample::portrait_jpeg(320, 240);
        assert!(matches!(Portrait::parse(&wide), Err(PortraitError::Size { .. })));
    }

    #[test]
    fn a_cut_image_is_refused() {
        let mut jpeg = sample::portrait_jpeg(240, 320);
        jpeg.truncate(jpeg.len() - 2);
        assert_eq!(Portrait::parse(&jpeg), Err(PortraitError::NotJpeg));
    }

    #[test]
    fn a_progressive_image_is_refused() {
        let mut jpeg = sample::portrait_jpeg(240, 320);
        let at = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        jpeg[at + 1] = 0xc2;
        assert_eq!(Portrait::parse(&jpeg), Err(PortraitError::NotBaseline));
    }

    #[test]
    fn debug_shows_no_face() {
        let portrait = Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap();
        assert!(format!("{portrait:?}").starts_with("Portrait(240x320, "));
    }
}
