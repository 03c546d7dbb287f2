//! The small photo in a QR code: the caller makes it, this module checks it.

use super::super::CredentialError;

/// With a larger photo, phones cannot read the code.
pub const MAX_PHOTO_OCTETS: usize = 1024;

/// Attribute 17 of claim 169.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhotoFormat {
    /// JPEG.
    Jpeg,
    /// JPEG 2000, as JP2 or as a bare codestream.
    Jpeg2000,
    /// AVIF.
    Avif,
    /// WebP.
    WebP,
}

impl PhotoFormat {
    const ALL: [Self; 4] = [Self::Jpeg, Self::Jpeg2000, Self::Avif, Self::WebP];

    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Jpeg => 1,
            Self::Jpeg2000 => 2,
            Self::Avif => 3,
            Self::WebP => 4,
        }
    }

    /// Whether octets begin like a file of this format.
    fn begins(self, octets: &[u8]) -> bool {
        match self {
            Self::Jpeg => octets.starts_with(&[0xff, 0xd8, 0xff]),
            Self::Jpeg2000 => {
                octets.starts_with(&[0xff, 0x4f, 0xff, 0x51])
                    || octets.starts_with(b"\x00\x00\x00\x0cjP  \r\n\x87\n")
            }
            Self::Avif => octets.get(4..12) == Some(b"ftypavif"),
            Self::WebP => octets.starts_with(b"RIFF") && octets.get(8..12) == Some(b"WEBP"),
        }
    }
}

/// A photo small enough for a QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct SmallPhoto {
    format: PhotoFormat,
    octets: Vec<u8>,
}

impl SmallPhoto {
    /// Takes an image of one of the four formats, with at most [`MAX_PHOTO_OCTETS`]. It is not decoded.
    pub fn parse(octets: &[u8]) -> Result<Self, CredentialError> {
        let format = PhotoFormat::ALL.into_iter().find(|format| format.begins(octets));
        match format {
            Some(format) if octets.len() <= MAX_PHOTO_OCTETS => Ok(Self { format, octets: octets.to_vec() }),
            Some(_) | None => Err(CredentialError::Photo),
        }
    }

    /// The format of the image.
    pub fn format(&self) -> PhotoFormat {
        self.format
    }

    /// The octets of the image.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl std::fmt::Debug for SmallPhoto {
    /// Shows format and size.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmallPhoto({:?}, {} octets)", self.format, self.octets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_its_beginning() {
        for (octets, format) in [
            (&b"\xff\xd8\xff\xe0"[..], PhotoFormat::Jpeg),
            (b"\xff\x4f\xff\x51\x00", PhotoFormat::Jpeg2000),
            (b"\x00\x00\x00\x1cftypavif\x00", PhotoFormat::Avif),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", PhotoFormat::WebP),
        ] {
            let photo = SmallPhoto::parse(octets).unwrap();
            assert_eq!(photo.format(), format);
        }
    }

    #[test]
    fn what_is_large_or_unknown_is_refused() {
        let mut jpeg = vec![0xff, 0xd8, 0xff];
        jpeg.resize(MAX_PHOTO_OCTETS, 0);
        assert!(SmallPhoto::parse(&jpeg).is_ok());
        jpeg.push(0);
        assert!(SmallPhoto::parse(&jpeg).is_err());
        assert!(SmallPhoto::parse(b"GIF89a").is_err());
        assert!(SmallPhoto::parse(b"").is_err());
    }
}
