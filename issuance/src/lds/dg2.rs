//! EF.DG2 (Doc 9303-10 §4.7.2): the portrait in a facial record of ISO/IEC 19794-5:2005.
//!
//! ISO/IEC 39794-5 takes its place from 2030 (Doc 9303-10 §4.5.6) and is not written yet.

use super::LdsError;
use super::mrz::Sex;
use super::portrait::Portrait;
use super::tlv::{self, Reader};

/// Octets before the image: facial record header 14, facial information 20, image information 12.
const HEADER: usize = 46;

/// The file: `75 { 7F61 { 02 01, 7F60 { A1 header, 5F2E record } } }`.
pub fn encode(portrait: &Portrait, sex: Sex) -> Result<Vec<u8>, LdsError> {
    // CBEFF header (ISO/IEC 19785): version 1.1, facial features, owner JTC 1/SC 37, format face image.
    let header = tlv::wrap(
        0xa1,
        &[
            tlv::write(0x80, &[0x01, 0x01]),
            tlv::write(0x81, &[0x02]),
            tlv::write(0x87, &[0x01, 0x01]),
            tlv::write(0x88, &[0x00, 0x08]),
        ],
    );
    let template = tlv::wrap(0x7f60, &[header, tlv::write(0x5f2e, &record(portrait, sex)?)]);
    Ok(tlv::wrap(0x75, &[tlv::wrap(0x7f61, &[tlv::write(0x02, &[0x01]), template])]))
}

/// Reads the file and the image in it; header and image must agree on the size.
pub fn decode(file: &[u8]) -> Result<Portrait, LdsError> {
    let mut group = Reader::new(tlv::only(tlv::only(file, 0x75)?, 0x7f61)?);
    if group.expect(0x02)? != [0x01] {
        return Err(LdsError::Field("number of portraits"));
    }
    let mut template = Reader::new(group.expect(0x7f60)?);
    group.end()?;
    let mut header = Reader::new(template.expect(0xa1)?);
    let expected: [(u32, &[u8]); 4] = [(0x80, &[1, 1]), (0x81, &[2]), (0x87, &[1, 1]), (0x88, &[0, 8])];
    for (tag, value) in expected {
        if header.expect(tag)? != value {
            return Err(LdsError::Field("A1 biometric header"));
        }
    }
    header.end()?;
    let record = template.expect(0x5f2e)?;
    template.end()?;
    portrait_of(record)
}

/// The facial record with one image (ISO/IEC 19794-5:2005 §5).
fn record(portrait: &Portrait, sex: Sex) -> Result<Vec<u8>, LdsError> {
    let length = |octets: usize| u32::try_from(octets).map_err(|_| LdsError::Field("record length"));
    let mut out = Vec::with_capacity(HEADER + portrait.jpeg().len());
    // Facial record header: format, version 010, length of the record, one image.
    out.extend(b"FAC\x00010\x00");
    out.extend(length(HEADER + portrait.jpeg().len())?.to_be_bytes());
    out.extend(1_u16.to_be_bytes());
    // Facial information: length of the block, no feature points, gender, eye and hair colour unspecified, no feature
    // mask, expression, pose angles and their uncertainty unspecified.
    out.extend(length(20 + 12 + portrait.jpeg().len())?.to_be_bytes());
    out.extend([0, 0]);
    out.push(gender(sex));
    out.extend([0; 13]);
    // Image information: full frontal, JPEG, size, colour space (24-bit RGB or 8-bit grey), source, device and quality
    // unspecified.
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

fn portrait_of(record: &[u8]) -> Result<Portrait, LdsError> {
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
    fn the_image_comes_back() {
        for sex in [Sex::Female, Sex::Male, Sex::Unspecified] {
            assert_eq!(decode(&encode(&portrait(), sex).unwrap()).unwrap(), portrait());
        }
    }

    #[test]
    fn the_record_has_46_octets_before_the_image() {
        let record = record(&portrait(), Sex::Female).unwrap();
        assert_eq!(&record[HEADER..HEADER + 2], &[0xff, 0xd8]);
        assert_eq!(record[20], 2);
        assert_eq!(&record[36..40], &[0, 240, 1, 64]);
    }

    #[test]
    fn a_header_that_lies_about_the_size_is_refused() {
        let mut file = encode(&portrait(), Sex::Female).unwrap();
        let at = file.windows(4).position(|window| window == b"FAC\0").unwrap();
        file[at + 37] ^= 1;
        assert_eq!(decode(&file), Err(LdsError::Field("image information")));
    }

    #[test]
    fn a_header_that_lies_about_the_length_is_refused() {
        let mut file = encode(&portrait(), Sex::Female).unwrap();
        let at = file.windows(4).position(|window| window == b"FAC\0").unwrap();
        file[at + 11] ^= 1;
        assert_eq!(decode(&file), Err(LdsError::Field("facial record header")));
    }
}
