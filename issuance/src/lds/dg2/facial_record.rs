//! The facial record of ISO/IEC 19794-5:2005, with one image.

use super::super::LdsError;
use super::super::mrz::Sex;
use super::super::portrait::Portrait;

/// Octets before the image: facial record header 14, facial information 20, image information 12.
const HEADER: usize = 46;

/// The record (ISO/IEC 19794-5:2005 §5).
pub(super) fn encode(portrait: &Portrait, sex: Sex) -> Result<Vec<u8>, LdsError> {
    let length = |octets: usize| u32::try_from(octets).map_err(|_| LdsError::Field("record length"));
    let mut out = Vec::with_capacity(HEADER + portrait.jpeg().len());
    // Facial record header: format, version 010, length of the record, one image.
    out.extend(b"FAC\x00010\x00");
    out.extend(length(HEADER + portrait.jpeg().len())?.to_be_bytes());
    out.extend(1_u16.to_be_bytes());
    // Facial information: length of the block, no feature points, gender, eye and hair colour unspecified, no
    // feature mask, expression, pose angles and their uncertainty unspecified.
    out.extend(length(20 + 12 + portrait.jpeg().len())?.to_be_bytes());
    out.extend([0, 0]);
    out.push(gender(sex));
    out.extend([0; 13]);
    // Image information: full frontal, JPEG, size, colour space (24-bit RGB or 8-bit grey), source, device
    // and quality unspecified.
    out.extend([0x01, 0x00]);
    out.extend(portrait.width().to_be_bytes());
    out.extend(portrait.height().to_be_bytes());
    out.push(if portrait.is_colour() { 0x01 } else { 0x03 });
    out.extend([0; 5]);
    out.extend(portrait.jpeg());
    Ok(out)
}

/// ISO/IEC 19794-5:2005 §5.5.3.
fn gender(sex: Sex) -> u8 {
    match sex {
        Sex::Unspecified => 0,
        Sex::Male => 1,
        Sex::Female => 2,
    }
}

/// Reads the record; the size in the header must be that of the image.
pub(super) fn decode(record: &[u8]) -> Result<Portrait, LdsError> {
    let (header, jpeg) = record.split_at_checked(HEADER).ok_or(LdsError::Field("5F2E facial record"))?;
    let long = |at: usize| header[at..at + 4].iter().fold(0_usize, |sum, b| (sum << 8) | usize::from(*b));
    let short = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    if !header.starts_with(b"FAC\x00010\x00") || long(8) != record.len() || short(12) != 1 {
        return Err(LdsError::Field("facial record header"));
    }
    if long(14) != record.len() - 14 || short(18) != 0 {
        return Err(LdsError::Field("facial information"));
    }
    let portrait = Portrait::parse(jpeg)?;
    if header[35] != 0 || (short(36), short(38)) != (portrait.width(), portrait.height()) {
        return Err(LdsError::Field("image information"));
    }
    Ok(portrait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn portrait() -> Portrait {
        Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap()
    }

    #[test]
    fn the_record_has_46_octets_before_the_image() {
        let record = encode(&portrait(), Sex::Female).unwrap();
        assert_eq!(&record[HEADER..HEADER + 2], &[0xff, 0xd8]);
        assert_eq!(record[20], 2);
        assert_eq!(&record[36..40], &[0, 240, 1, 64]);
    }

    #[test]
    fn a_header_that_lies_is_refused() {
        for (at, expected) in [(37, "image information"), (11, "facial record header")] {
            let mut record = encode(&portrait(), Sex::Female).unwrap();
            record[at] ^= 1;
            assert_eq!(decode(&record), Err(LdsError::Field(expected)));
        }
    }
}
