//! Two containers of the PIV-compatible application: CHUID and CCC (SP 800-73-5 part 1, §3.1 and appendix A).
//!
//! The values are the content of `53` in PUT DATA and GET DATA.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::tlv;

/// The FASC-N of a card that the United States' government did not issue: agency code 9999 and all nines (SP
/// 800-73-5 part 1 §3.1.2), BCD with parity as TIG SCEPACS packs it.
const FASC_N: [u8; 25] = [
    0xd4, 0xe7, 0x39, 0xda, 0x73, 0x9c, 0xed, 0x39, 0xce, 0x73, 0x9d, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42,
    0x10, 0x84, 0x21, 0xc8, 0x42, 0x10, 0xc3, 0xeb,
];

/// The card holder unique identifier, object 5FC102: a GUID drawn for this card, and its expiry. The element
/// for the issuer's signature stays empty, because the card's certificates and its SOD vouch for the card.
pub fn chuid(guid: Uuid, expires_on: NaiveDate) -> Vec<u8> {
    [
        tlv::write(0x30, &FASC_N),
        tlv::write(0x34, guid.as_bytes()),
        tlv::write(0x35, expires_on.format("%Y%m%d").to_string().as_bytes()),
        tlv::write(0x3e, &[]),
        tlv::write(0xfe, &[]),
    ]
    .concat()
}

/// The card capability container, object 5FC107: data model 10; everything else is empty, as on all cards
/// that a reader recognises by their AID. `card_id` fills the 14 octets of the card identifier that belong to
/// the manufacturer.
pub fn ccc(card_id: [u8; 14]) -> Vec<u8> {
    // GSC-RID, manufacturer (unknown), card type (Java card) of the GSC-IS card identifier.
    let identifier = [&[0xa0, 0x00, 0x00, 0x01, 0x16, 0xff, 0x02][..], &card_id].concat();
    let mut out = tlv::write(0xf0, &identifier);
    out.extend(tlv::write(0xf1, &[0x21]));
    out.extend(tlv::write(0xf2, &[0x21]));
    out.extend(tlv::write(0xf3, &[]));
    out.extend(tlv::write(0xf4, &[0x00]));
    out.extend(tlv::write(0xf5, &[0x10]));
    for tag in [0xf6, 0xf7, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe] {
        out.extend(tlv::write(tag, &[]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::Reader;

    #[test]
    fn a_chuid_names_the_card_and_its_end() {
        let guid = Uuid::from_bytes([7; 16]);
        let value = chuid(guid, NaiveDate::from_ymd_opt(2036, 2, 3).unwrap());
        let mut reader = Reader::new(&value);
        assert_eq!(reader.expect(0x30).unwrap().len(), 25);
        assert_eq!(reader.expect(0x34).unwrap(), guid.as_bytes());
        assert_eq!(reader.expect(0x35).unwrap(), b"20360203");
        assert!(reader.expect(0x3e).unwrap().is_empty());
        assert!(reader.expect(0xfe).unwrap().is_empty());
        reader.end().unwrap();
    }

    #[test]
    fn a_ccc_has_all_its_elements_in_order() {
        let value = ccc([9; 14]);
        let mut reader = Reader::new(&value);
        let tags = std::iter::from_fn(|| reader.next_element().ok()).map(|(tag, _)| tag).collect::<Vec<_>>();
        assert_eq!(tags, [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe]);
    }
}
