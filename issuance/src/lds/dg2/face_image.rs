//! The face image data block of ISO/IEC 39794-5:2019 in DER, with one image, as in the ICAO application
//! profile for eMRTDs.
//!
//! Optional blocks are left out, except the size and the colour space: data about the holder is in DG1. Every
//! code uses the base choice (`code [0]`), which older readers know too.

use super::super::LdsError;
use super::super::portrait::Portrait;
use crate::tlv::{self, Reader};

/// `FaceImageDataBlock`, `[APPLICATION 5]`.
const FACE_IMAGE_DATA_BLOCK: u32 = 0x65;
/// `SEQUENCE`.
const SEQUENCE: u32 = 0x30;
/// `versionBlock`: third generation, of 2019 (§8.2).
const VERSION: [u64; 2] = [3, 2019];
/// `imageDataFormat`: JPEG.
const JPEG: u64 = 2;
/// `faceImageKind2D`: for machine readable travel documents.
const MRTD: u64 = 0;
/// `imageColourSpace`: RGB of 24 bits, grey of 8.
const COLOURS: [u64; 2] = [2, 5];

/// The content of 7F2E: `A1 { FaceImageDataBlock }`.
pub(super) fn encode(portrait: &Portrait) -> Vec<u8> {
    let colours = if portrait.is_colour() { COLOURS[0] } else { COLOURS[1] };
    let size = [portrait.width(), portrait.height()].map(u64::from);
    let information = constructed(
        1,
        &[
            constructed(0, &[integer(0, JPEG)]),
            constructed(1, &[integer(0, MRTD)]),
            constructed(7, &[integer(0, size[0]), integer(1, size[1])]),
            constructed(9, &[integer(0, colours)]),
        ],
    );
    // Both are choices, and this is their first alternative: a representation in two dimensions.
    let image = constructed(0, &[tlv::write(0x80, portrait.jpeg()), information]);
    let representation = tlv::wrap(SEQUENCE, &[integer(0, 0), constructed(1, &[constructed(0, &[image])])]);
    let version = constructed(0, &[integer(0, VERSION[0]), integer(1, VERSION[1])]);
    let block = tlv::wrap(FACE_IMAGE_DATA_BLOCK, &[version, constructed(1, &[representation])]);
    constructed(1, &[block])
}

/// Reads a block in the form that we write; other elements are not understood.
pub(super) fn decode(octets: &[u8]) -> Result<Portrait, LdsError> {
    let block = tlv::only(tlv::only(octets, context(1))?, FACE_IMAGE_DATA_BLOCK)?;
    let (version, rest) = first(block, context(0))?;
    if version != [integer(0, VERSION[0]), integer(1, VERSION[1])].concat() {
        return Err(LdsError::Field("versionBlock"));
    }
    let (number, rest) = first(tlv::only(tlv::only(rest, context(1))?, SEQUENCE)?, 0x80)?;
    if number != [0] {
        return Err(LdsError::Field("representationId"));
    }
    let image = tlv::only(tlv::only(tlv::only(rest, context(1))?, context(0))?, context(0))?;
    let (jpeg, _) = first(image, 0x80)?;
    let portrait = Portrait::parse(jpeg)?;
    // The remaining numbers follow from the image.
    if encode(&portrait) == octets { Ok(portrait) } else { Err(LdsError::Field("imageInformation2DBlock")) }
}

fn first(octets: &[u8], tag: u32) -> Result<(&[u8], &[u8]), LdsError> {
    let mut reader = Reader::new(octets);
    let value = reader.expect(tag)?;
    Ok((value, reader.rest()))
}

/// The tag of a constructed, context-specific element.
const fn context(number: u32) -> u32 {
    0xa0 | number
}

fn constructed(number: u32, parts: &[Vec<u8>]) -> Vec<u8> {
    tlv::wrap(context(number), parts)
}

/// A number with a context tag, in the fewest octets possible, the first bit for the sign (X.690 §8.3).
fn integer(number: u32, value: u64) -> Vec<u8> {
    let octets = value.to_be_bytes();
    let zeroes = octets.iter().take_while(|octet| **octet == 0).count().min(octets.len() - 1);
    let mut shortest = octets[zeroes..].to_vec();
    if shortest[0] & 0x80 != 0 {
        shortest.insert(0, 0);
    }
    tlv::write(0x80 | number, &shortest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn portrait() -> Portrait {
        Portrait::parse(&sample::portrait_jpeg(240, 320)).unwrap()
    }

    /// The octets around an image of this size, put together by hand from the schema.
    fn around(jpeg: &[u8]) -> Vec<u8> {
        let long = |octets: usize| u16::try_from(octets).unwrap().to_be_bytes().to_vec();
        // ImageInformation2DBlock: JPEG, MRTD, 240 by 320, RGB.
        let information = hex::decode("a119a003800102a103800100a708800200f081020140a903800102").unwrap();
        let image = [vec![0x80, 0x82], long(jpeg.len()), jpeg.to_vec(), information].concat();
        let two_dimensions = [vec![0xa0, 0x82], long(image.len()), image].concat();
        let base = [vec![0xa0, 0x82], long(two_dimensions.len()), two_dimensions].concat();
        let chosen = [vec![0xa1, 0x82], long(base.len()), base].concat();
        let one = [vec![0x80, 0x01, 0x00], chosen].concat();
        let one = [vec![0x30, 0x82], long(one.len()), one].concat();
        let all = [vec![0xa1, 0x82], long(one.len()), one].concat();
        // VersionBlock: 3, 2019.
        let block = [hex::decode("a007800103810207e3").unwrap(), all].concat();
        let block = [vec![0x65, 0x82], long(block.len()), block].concat();
        [vec![0xa1, 0x82], long(block.len()), block].concat()
    }

    #[test]
    fn the_block_is_that_of_the_schema() {
        assert_eq!(encode(&portrait()), around(portrait().jpeg()));
    }

    #[test]
    fn what_is_said_of_the_image_is_what_it_is() {
        let good = encode(&portrait());
        assert_eq!(decode(&good).unwrap(), portrait());
        for (field, value, to) in [
            ("versionBlock", &[0x80, 0x01, 0x03][..], 2),
            ("representationId", &[0x80, 0x01, 0x00, 0xa1], 0),
            ("imageInformation2DBlock", &[0x81, 0x02, 0x01, 0x40], 0x41),
            ("imageInformation2DBlock", &[0xa9, 0x03, 0x80, 0x01, 0x02], 5),
        ] {
            let mut changed = good.clone();
            let at = changed.windows(value.len()).position(|window| window == value).unwrap();
            match field {
                "representationId" => changed[at + 2] = 1,
                _ => changed[at + value.len() - 1] = to,
            }
            assert_eq!(decode(&changed), Err(LdsError::Field(field)), "{value:02x?}");
        }
    }

    #[test]
    fn a_number_has_as_few_octets_as_there_can_be() {
        for (value, octets) in
            [(0, "00"), (127, "7f"), (128, "0080"), (255, "00ff"), (256, "0100"), (65535, "00ffff")]
        {
            assert_eq!(
                integer(0, value),
                [vec![0x80], tlv::write(0, &hex::decode(octets).unwrap())[1..].to_vec()].concat()
            );
        }
    }
}
