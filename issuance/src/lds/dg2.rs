//! EF.DG2 (Doc 9303-10 §4.7.2): the portrait, in one of two forms.

mod face_image;
mod facial_record;

use chrono::{Datelike as _, NaiveDate};

use super::LdsError;
use super::mrz::Sex;
use super::portrait::Portrait;
use crate::tlv::{self, Reader};

/// The form in which the portrait is written. Inspection systems have read both since 2026; issuers may write
/// either until 2029, and from 2030 on only ISO/IEC 39794-5 (Doc 9303-10 §4.5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceFormat {
    /// The facial record of ISO/IEC 19794-5:2005.
    FacialRecord,
    /// The face image data block of ISO/IEC 39794-5:2019.
    FaceImage,
}

impl FaceFormat {
    /// The preferred form for a card that is issued on this day; from 2030 on there is no choice.
    pub fn on(day: NaiveDate, preferred: Self) -> Self {
        if day.year() < 2030 { preferred } else { Self::FaceImage }
    }

    const ALL: [Self; 2] = [Self::FacialRecord, Self::FaceImage];

    /// The number of this biometric data block format in ISO/IEC JTC 1/SC 37 (ISO/IEC 19785-2).
    const fn number(self) -> [u8; 2] {
        match self {
            Self::FacialRecord => [0x00, 0x08],
            Self::FaceImage => [0x00, 0x2a],
        }
    }

    /// Tag of the biometric data block: primitive, or constructed of TLV (ISO/IEC 7816-11).
    const fn tag(self) -> u32 {
        match self {
            Self::FacialRecord => 0x5f2e,
            Self::FaceImage => 0x7f2e,
        }
    }
}

/// The file: `75 { 7F61 { 02 01, 7F60 { A1 header, 5F2E or 7F2E block } } }`.
pub fn encode(portrait: &Portrait, sex: Sex, format: FaceFormat) -> Result<Vec<u8>, LdsError> {
    // CBEFF header (ISO/IEC 19785): version 1.1, facial features, owner JTC 1/SC 37, format face image.
    let header = tlv::wrap(
        0xa1,
        &[
            tlv::write(0x80, &[0x01, 0x01]),
            tlv::write(0x81, &[0x02]),
            tlv::write(0x87, &[0x01, 0x01]),
            tlv::write(0x88, &format.number()),
        ],
    );
    let block = match format {
        FaceFormat::FacialRecord => facial_record::encode(portrait, sex)?,
        FaceFormat::FaceImage => face_image::encode(portrait),
    };
    let template = tlv::wrap(0x7f60, &[header, tlv::write(format.tag(), &block)]);
    Ok(tlv::wrap(0x75, &[tlv::wrap(0x7f61, &[tlv::write(0x02, &[0x01]), template])]))
}

/// Reads the file and the image in it, in either form; the stated size must be that of the image.
pub fn decode(file: &[u8]) -> Result<Portrait, LdsError> {
    let mut group = Reader::new(tlv::only(tlv::only(file, 0x75)?, 0x7f61)?);
    if group.expect(0x02)? != [0x01] {
        return Err(LdsError::Field("number of portraits"));
    }
    let mut template = Reader::new(group.expect(0x7f60)?);
    group.end()?;
    let mut header = Reader::new(template.expect(0xa1)?);
    let expected: [(u32, &[u8]); 3] = [(0x80, &[1, 1]), (0x81, &[2]), (0x87, &[1, 1])];
    for (tag, value) in expected {
        if header.expect(tag)? != value {
            return Err(LdsError::Field("A1 biometric header"));
        }
    }
    let number = header.expect(0x88)?;
    header.end()?;
    let format = FaceFormat::ALL.into_iter().find(|format| format.number() == number);
    let format = format.ok_or(LdsError::Field("A1 biometric header"))?;
    let block = template.expect(format.tag())?;
    template.end()?;
    match format {
        FaceFormat::FacialRecord => facial_record::decode(block),
        FaceFormat::FaceImage => face_image::decode(block),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_image_comes_back_from_either_form() {
        let portrait = Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap();
        for format in FaceFormat::ALL {
            for sex in [Sex::Female, Sex::Male, Sex::Unspecified] {
                assert_eq!(decode(&encode(&portrait, sex, format).unwrap()).unwrap(), portrait);
            }
        }
    }

    #[test]
    fn from_2030_there_is_no_choice() {
        let on =
            |year| FaceFormat::on(NaiveDate::from_ymd_opt(year, 1, 1).unwrap(), FaceFormat::FacialRecord);
        assert_eq!([on(2029), on(2030)], [FaceFormat::FacialRecord, FaceFormat::FaceImage]);
        let day = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        assert_eq!(FaceFormat::on(day, FaceFormat::FaceImage), FaceFormat::FaceImage);
    }

    #[test]
    fn the_header_and_the_block_are_of_one_form() {
        let portrait = Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap();
        for (format, other) in
            [(0, 1), (1, 0)].map(|(one, other)| (FaceFormat::ALL[one], FaceFormat::ALL[other]))
        {
            let mut file = encode(&portrait, Sex::Female, format).unwrap();
            let said = [[0x88, 0x02], format.number()].concat();
            let at = file.windows(4).position(|window| window == said).unwrap();
            file[at + 3] = other.number()[1];
            assert!(matches!(decode(&file), Err(LdsError::Structure(_))), "{format:?}");
        }
    }
}
