//! EF.DG12 (Doc 9303-10 §4.7.12): who issued the document and when, and when it was personalised.

use chrono::{NaiveDate, NaiveDateTime};

use super::LdsError;
use crate::tlv::{self, Reader};

/// The content of the file. We do not write the images, other persons, endorsements and tax fields of the
/// clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentDetails {
    /// 5F19: the issuing authority, in national characters.
    pub issuing_authority: String,
    /// 5F26: the date of issue.
    pub issued_on: NaiveDate,
    /// 5F55: when the chip was personalised, in UTC; left out if it would disclose too much.
    pub personalised_at: Option<NaiveDateTime>,
    /// 5F56: the serial number of the personalisation system.
    pub system: Option<String>,
}

const AUTHORITY: u32 = 0x5f19;
const ISSUED: u32 = 0x5f26;
const PERSONALISED: u32 = 0x5f55;
const SYSTEM: u32 = 0x5f56;

/// The longest value of a text field, in octets (table 75).
const MAX_OCTETS: usize = 99;

impl DocumentDetails {
    /// The file: `6C { 5C tag list, 5F19, 5F26, [5F55], [5F56] }`.
    pub fn encode(&self) -> Result<Vec<u8>, LdsError> {
        let mut fields = vec![
            (AUTHORITY, checked("5F19 issuing authority", &self.issuing_authority)?.to_owned()),
            (ISSUED, self.issued_on.format("%Y%m%d").to_string()),
        ];
        if let Some(at) = self.personalised_at {
            fields.push((PERSONALISED, at.format("%Y%m%d%H%M%S").to_string()));
        }
        if let Some(system) = &self.system {
            fields.push((SYSTEM, checked("5F56 personalisation system", system)?.to_owned()));
        }
        let tags: Vec<u8> = fields.iter().flat_map(|(tag, _)| tlv::tag_octets(*tag)).collect();
        let mut parts = vec![tlv::write(0x5c, &tags)];
        parts.extend(fields.iter().map(|(tag, text)| tlv::write(*tag, text.as_bytes())));
        Ok(tlv::wrap(0x6c, &parts))
    }

    /// Reads the file; the tag list must name exactly the elements that follow, in the order of
    /// [`encode`](Self::encode).
    pub fn decode(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = Reader::new(tlv::only(file, 0x6c)?);
        let mut tags = Reader::new(reader.expect(0x5c)?);
        let mut listed = Vec::new();
        while !tags.is_empty() {
            listed.push(tags.tag()?);
        }
        let (has_time, has_system) = match listed.as_slice() {
            [AUTHORITY, ISSUED] => (false, false),
            [AUTHORITY, ISSUED, PERSONALISED] => (true, false),
            [AUTHORITY, ISSUED, SYSTEM] => (false, true),
            [AUTHORITY, ISSUED, PERSONALISED, SYSTEM] => (true, true),
            _ => return Err(LdsError::Field("5C tag list")),
        };
        let mut text = |tag, name| {
            std::str::from_utf8(reader.expect(tag)?)
                .map_err(|_| LdsError::Field(name))
                .and_then(|text| checked(name, text))
        };
        let issuing_authority = text(AUTHORITY, "5F19 issuing authority")?.to_owned();
        let issued = text(ISSUED, "5F26 date of issue")?;
        let issued_on =
            NaiveDate::parse_from_str(issued, "%Y%m%d").map_err(|_| LdsError::Field("5F26 date of issue"))?;
        let personalised_at = has_time
            .then(|| text(PERSONALISED, "5F55 time of personalisation").and_then(instant))
            .transpose()?;
        let system = has_system.then(|| text(SYSTEM, "5F56 personalisation system")).transpose()?;
        let system = system.map(str::to_owned);
        reader.end()?;
        Ok(Self { issuing_authority, issued_on, personalised_at, system })
    }
}

fn checked<'a>(name: &'static str, text: &'a str) -> Result<&'a str, LdsError> {
    if (1..=MAX_OCTETS).contains(&text.len()) { Ok(text) } else { Err(LdsError::Field(name)) }
}

fn instant(text: &str) -> Result<NaiveDateTime, LdsError> {
    let wrong = LdsError::Field("5F55 time of personalisation");
    // chrono would accept fewer digits.
    if text.len() != 14 {
        return Err(wrong);
    }
    NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_fields_stand_under_the_tags_of_the_clause() {
        let file = sample::document_details().encode().unwrap();
        // Checked against the clause, without the decoder: 6C, then the tag list, then the elements in its
        // order.
        let body = tlv::only(&file, 0x6c).unwrap();
        assert_eq!(hex::encode(&body[..10]), "5c085f195f265f555f56");
        let rest = String::from_utf8_lossy(&body[10..]).into_owned();
        for expected in ["Улсын бүртгэлийн ерөнхий газар", "20261123", "20261125093000", "station 7"]
        {
            assert!(rest.contains(expected), "{rest}");
        }
        assert_eq!(DocumentDetails::decode(&file).unwrap(), sample::document_details());
    }

    #[test]
    fn the_optional_fields_may_be_left_out() {
        for (time, system) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut details = sample::document_details();
            details.personalised_at = details.personalised_at.filter(|_| time);
            details.system = details.system.filter(|_| system);
            assert_eq!(DocumentDetails::decode(&details.encode().unwrap()).unwrap(), details);
        }
    }

    #[test]
    fn an_empty_or_too_long_authority_is_refused() {
        let mut details = sample::document_details();
        for text in [String::new(), "Б".repeat(50)] {
            details.issuing_authority = text;
            assert_eq!(details.encode(), Err(LdsError::Field("5F19 issuing authority")));
        }
    }

    #[test]
    fn a_tag_list_that_lies_is_refused() {
        let mut file = sample::document_details().encode().unwrap();
        let at = file.windows(2).position(|window| window == [0x5c, 0x08]).unwrap();
        file[at + 3] = 0x1b;
        assert_eq!(DocumentDetails::decode(&file), Err(LdsError::Field("5C tag list")));
    }
}
