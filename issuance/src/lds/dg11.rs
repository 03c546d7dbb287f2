//! EF.DG11 (Doc 9303-10 §4.7.11): the name in national characters, personal number, full date and place of
//! birth.

use chrono::NaiveDate;

use super::LdsError;
use crate::tlv::{self, Reader};

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalDetails {
    /// 5F0E, first part: parent's name in Cyrillic.
    pub primary: String,
    /// 5F0E, second part: given name in Cyrillic.
    pub secondary: String,
    /// 5F10: the civil id.
    pub personal_number: String,
    /// 5F2B: the full date of birth.
    pub born_on: NaiveDate,
    /// 5F11: the place of birth, parts from large to small.
    pub birth_place: Vec<String>,
}

/// The name of the field with the person's name, as [`LdsError`] reports it.
pub const NAME_FIELD: &str = "5F0E name";
/// The name of the field with the place of birth, as [`LdsError`] reports it.
pub const PLACE_FIELD: &str = "5F11 place of birth";

const NAME: u32 = 0x5f0e;
const NUMBER: u32 = 0x5f10;
const BORN: u32 = 0x5f2b;
const PLACE: u32 = 0x5f11;

impl PersonalDetails {
    /// The file: `6B { 5C tag list, 5F0E, 5F10, 5F2B, 5F11 }`. The parts of a name or place must not contain
    /// `<`, which separates them.
    pub fn encode(&self) -> Result<Vec<u8>, LdsError> {
        let name = [part(NAME_FIELD, &self.primary)?, part(NAME_FIELD, &self.secondary)?].join("<<");
        let places = self.birth_place.iter().map(|place| part(PLACE_FIELD, place));
        let place = places.collect::<Result<Vec<_>, _>>()?.join("<");
        require_length(NAME_FIELD, &name)?;
        require_length("5F10 personal number", &self.personal_number)?;
        require_length(PLACE_FIELD, &place)?;
        let tags: Vec<u8> = [NAME, NUMBER, BORN, PLACE].into_iter().flat_map(tlv::tag_octets).collect();
        Ok(tlv::wrap(
            0x6b,
            &[
                tlv::write(0x5c, &tags),
                tlv::write(NAME, name.as_bytes()),
                tlv::write(NUMBER, self.personal_number.as_bytes()),
                tlv::write(BORN, self.born_on.format("%Y%m%d").to_string().as_bytes()),
                tlv::write(PLACE, place.as_bytes()),
            ],
        ))
    }

    /// Reads the file; the tag list must name exactly the elements that follow.
    pub fn decode(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = Reader::new(tlv::only(file, 0x6b)?);
        let expected: Vec<u8> = [NAME, NUMBER, BORN, PLACE].into_iter().flat_map(tlv::tag_octets).collect();
        if reader.expect(0x5c)? != expected {
            return Err(LdsError::Field("5C tag list"));
        }
        let name = text(NAME_FIELD, reader.expect(NAME)?)?;
        let personal_number = text("5F10 personal number", reader.expect(NUMBER)?)?.to_owned();
        let born = text("5F2B date of birth", reader.expect(BORN)?)?;
        let place = text(PLACE_FIELD, reader.expect(PLACE)?)?;
        reader.end()?;
        let (primary, secondary) = name.split_once("<<").ok_or(LdsError::Field(NAME_FIELD))?;
        Ok(Self {
            primary: primary.replace('<', " "),
            secondary: secondary.replace('<', " "),
            personal_number,
            born_on: NaiveDate::parse_from_str(born, "%Y%m%d")
                .map_err(|_| LdsError::Field("5F2B date of birth"))?,
            birth_place: place.split('<').map(str::to_owned).collect(),
        })
    }
}

/// The longest value of a field, in octets (table 72); a Cyrillic letter takes two. The clause does not
/// permit cutting.
const MAX_OCTETS: usize = 99;

fn require_length(field: &'static str, value: &str) -> Result<(), LdsError> {
    match value.len() {
        0 => Err(LdsError::Missing(field)),
        1..=MAX_OCTETS => Ok(()),
        octets => Err(LdsError::TooLong { field, octets, most: MAX_OCTETS }),
    }
}

/// One part. Its spaces become `<` in names only (Doc 9303-10 §4.7.11.1 keeps them in places).
fn part(name: &'static str, text: &str) -> Result<String, LdsError> {
    if text.is_empty() {
        return Err(LdsError::Missing(name));
    }
    if text.contains('<') {
        return Err(LdsError::Field(name));
    }
    Ok(if name == NAME_FIELD { text.replace(' ', "<") } else { text.to_owned() })
}

fn text<'a>(name: &'static str, octets: &'a [u8]) -> Result<&'a str, LdsError> {
    std::str::from_utf8(octets).map_err(|_| LdsError::Field(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn cyrillic_names_come_back() {
        let details = sample::holder().personal_details();
        let file = details.encode().unwrap();
        assert_eq!(PersonalDetails::decode(&file).unwrap(), details);
        assert!(file.windows(8).any(|window| window == b"20010203"));
    }

    #[test]
    fn a_part_with_the_separator_in_it_is_refused() {
        let mut details = sample::holder().personal_details();
        details.secondary = "Дулмаа<Номин".to_owned();
        assert_eq!(details.encode(), Err(LdsError::Field(NAME_FIELD)));
    }

    #[test]
    fn a_name_that_does_not_fit_is_refused_and_not_cut() {
        let mut details = sample::holder().personal_details();
        details.primary = "Б".repeat(37);
        details.secondary = "Номин-Эрдэнэ".to_owned();
        assert_eq!(details.encode().map(|_| ()), Ok(()));
        details.primary.push('Б');
        assert_eq!(details.encode(), Err(LdsError::TooLong { field: NAME_FIELD, octets: 101, most: 99 }));
    }

    #[test]
    fn a_name_without_its_first_part_and_no_place_of_birth_are_refused() {
        let mut details = sample::holder().personal_details();
        details.primary.clear();
        assert_eq!(details.encode(), Err(LdsError::Missing(NAME_FIELD)));
        details = sample::holder().personal_details();
        details.birth_place.clear();
        assert_eq!(details.encode(), Err(LdsError::Missing(PLACE_FIELD)));
    }

    #[test]
    fn a_tag_list_that_lies_is_refused() {
        let mut file = sample::holder().personal_details().encode().unwrap();
        let at = file.windows(2).position(|window| window == [0x5c, 0x08]).unwrap();
        file[at + 3] = 0x0f;
        assert_eq!(PersonalDetails::decode(&file), Err(LdsError::Field("5C tag list")));
    }
}
