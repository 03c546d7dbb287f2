//! The holder of a card, as issuance knows one: no register, no number scheme, only what the card says.

use chrono::NaiveDate;

use crate::lds::dg11::PersonalDetails;
pub use crate::lds::mrz::Sex;
use crate::lds::mrz::{Td1, short_date};

/// The State in the machine readable zone.
const STATE: &str = "MNG";

/// What is written on a card about its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// Up to nine capitals and digits.
    pub document_number: String,
    /// Latin, as confirmed by the citizen; spaces and hyphens allowed.
    pub parent_name_latin: String,
    /// Latin, as confirmed by the citizen.
    pub given_name_latin: String,
    /// Cyrillic.
    pub parent_name: String,
    /// Cyrillic.
    pub given_name: String,
    /// Sex.
    pub sex: Sex,
    /// Full date of birth.
    pub born_on: NaiveDate,
    /// When the card was issued.
    pub issued_on: NaiveDate,
    /// Last day of the card.
    pub expires_on: NaiveDate,
    /// The 12-digit civil id.
    pub civil_id: String,
    /// Where the holder was born, from large to small: aimag, soum.
    pub birth_place: Vec<String>,
    /// Baseline JPEG, see [`Portrait`](crate::lds::portrait::Portrait).
    pub portrait_jpeg: Vec<u8>,
}

impl Holder {
    /// The machine readable zone of the card. The civil id is not in it: whoever sees the back of a card would have it.
    pub fn zone(&self) -> Td1 {
        Td1 {
            document_code: "I".to_owned(),
            issuing_state: STATE.to_owned(),
            document_number: self.document_number.clone(),
            optional_1: String::new(),
            born: short_date(self.born_on),
            sex: self.sex,
            expires: short_date(self.expires_on),
            nationality: STATE.to_owned(),
            optional_2: String::new(),
            primary: zone_name(&self.parent_name_latin),
            secondary: zone_name(&self.given_name_latin),
        }
    }

    /// What EF.DG11 says.
    pub fn personal_details(&self) -> PersonalDetails {
        PersonalDetails {
            primary: self.parent_name.clone(),
            secondary: self.given_name.clone(),
            personal_number: self.civil_id.clone(),
            born_on: self.born_on,
            birth_place: self.birth_place.clone(),
        }
    }
}

impl std::fmt::Debug for Holder {
    /// The document number only: a holder is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holder").field("document_number", &self.document_number).finish_non_exhaustive()
    }
}

/// Capitals; a space or hyphen becomes `<`, an apostrophe goes (Doc 9303-3 §4.6).
fn zone_name(name: &str) -> String {
    name.to_uppercase()
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .map(|c| if matches!(c, ' ' | '-') { '<' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_mongolian_card_begins_with_its_state() {
        let zone = sample::holder().zone().encode().unwrap();
        assert!(zone.starts_with("I<MNG"), "{zone}");
        assert!(!zone.contains(&sample::holder().civil_id));
    }

    #[test]
    fn names_are_written_in_the_letters_of_the_zone() {
        assert_eq!(zone_name("Bat-Erdene"), "BAT<ERDENE");
        assert_eq!(zone_name("O'Neil anna"), "ONEIL<ANNA");
    }

    #[test]
    fn debug_shows_no_person() {
        let shown = format!("{:?}", sample::holder());
        assert!(!shown.contains(&sample::holder().given_name_latin) && !shown.contains("2001"));
    }
}
