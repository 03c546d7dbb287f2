//! The machine readable zone of a TD1 card (Doc 9303-5 §4.2, check digits Doc 9303-3 §4.9).

use chrono::{Datelike, NaiveDate};

/// Length of a line.
const LINE: usize = 30;
/// Octets of the three lines.
pub const LENGTH: usize = 3 * LINE;

/// Sex as documents write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `F`
    Female,
    /// `M`
    Male,
    /// `<`
    Unspecified,
}

impl Sex {
    fn letter(self) -> char {
        match self {
            Self::Female => 'F',
            Self::Male => 'M',
            Self::Unspecified => '<',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        [Self::Female, Self::Male, Self::Unspecified].into_iter().find(|sex| sex.letter() == letter)
    }
}

/// The content of the zone. Dates are as printed, without a century: `YYMMDD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Td1 {
    /// The document code: one or two characters, `I` first.
    pub document_code: String,
    /// Issuing State, ISO 3166-1 alpha-3.
    pub issuing_state: String,
    /// The document number: up to nine letters and digits.
    pub document_number: String,
    /// The first optional data: up to 15 characters, may be empty.
    pub optional_1: String,
    /// The date of birth as `YYMMDD`.
    pub born: String,
    /// The sex of the holder.
    pub sex: Sex,
    /// The date of expiry as `YYMMDD`.
    pub expires: String,
    /// Nationality, ISO 3166-1 alpha-3.
    pub nationality: String,
    /// The second optional data: up to 11 characters, may be empty.
    pub optional_2: String,
    /// Primary identifier in Latin capitals, words separated by `<`.
    pub primary: String,
    /// Secondary identifier in Latin capitals, words separated by `<`; may be empty.
    pub secondary: String,
}

/// Why a zone cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// A field is too long, or has characters that the zone does not allow.
    #[error("the field `{0}` does not fit into the machine readable zone")]
    Field(&'static str),
    /// A field that must not be empty is empty.
    #[error("the field `{0}` of the machine readable zone is empty")]
    Missing(&'static str),
    /// Not three lines of 30 characters.
    #[error("the zone has {0} characters, not 90")]
    Length(usize),
    /// A check digit is wrong.
    #[error("the check digit of `{0}` is wrong")]
    CheckDigit(&'static str),
}

impl Td1 {
    /// The 90 characters, without line ends.
    pub fn encode(&self) -> Result<String, MrzError> {
        let number = field("document number", &self.document_number, 9)?;
        let born = date("date of birth", &self.born)?;
        let expires = date("date of expiry", &self.expires)?;
        let optional_1 = field("optional data 1", &self.optional_1, 15)?;
        let optional_2 = field("optional data 2", &self.optional_2, 11)?;
        if number.starts_with('<') {
            return Err(MrzError::Field("document number"));
        }
        let line_1 = format!(
            "{}{}{number}{}{optional_1}",
            field("document code", &self.document_code, 2)?,
            field("issuing State", &self.issuing_state, 3)?,
            check_digit(&number),
        );
        let line_2 = format!(
            "{born}{}{}{expires}{}{}{optional_2}",
            check_digit(&born),
            self.sex.letter(),
            check_digit(&expires),
            field("nationality", &self.nationality, 3)?,
        );
        let composite = check_digit(&composite(&line_1, &line_2));
        Ok(format!("{line_1}{line_2}{composite}{}", names(&self.primary, &self.secondary)?))
    }

    /// Reads 90 characters and checks all four check digits.
    pub fn decode(zone: &str) -> Result<Self, MrzError> {
        if zone.len() != LENGTH {
            return Err(MrzError::Length(zone.len()));
        }
        if !zone.bytes().all(is_allowed) {
            return Err(MrzError::Field("zone"));
        }
        let (line_1, rest) = zone.split_at(LINE);
        let (line_2, line_3) = rest.split_at(LINE);
        require_digit("document number", &line_1[5..14], &line_1[14..15])?;
        require_digit("date of birth", &line_2[..6], &line_2[6..7])?;
        require_digit("date of expiry", &line_2[8..14], &line_2[14..15])?;
        require_digit("composite", &composite(line_1, line_2), &line_2[29..])?;
        let (primary, secondary) = line_3.split_once("<<").unwrap_or((line_3, ""));
        let sex = line_2[7..8].chars().next().and_then(Sex::from_letter).ok_or(MrzError::Field("sex"))?;
        let text = |part: &str| part.trim_end_matches('<').to_owned();
        Ok(Self {
            document_code: text(&line_1[..2]),
            issuing_state: text(&line_1[2..5]),
            document_number: text(&line_1[5..14]),
            optional_1: text(&line_1[15..]),
            born: date("date of birth", &line_2[..6])?,
            sex,
            expires: date("date of expiry", &line_2[8..14])?,
            nationality: text(&line_2[15..18]),
            optional_2: text(&line_2[18..29]),
            primary: text(primary),
            secondary: text(secondary),
        })
    }
}

/// Document number, date of birth and date of expiry, each with its check digit: BAC derives its keys from
/// these (Doc 9303-11 §4.3.2). `number` may be shorter than nine characters.
pub fn bac_information(number: &str, born: &str, expires: &str) -> Result<String, MrzError> {
    let number = field("document number", number, 9)?;
    let (born, expires) = (date("date of birth", born)?, date("date of expiry", expires)?);
    Ok(format!(
        "{number}{}{born}{}{expires}{}",
        check_digit(&number),
        check_digit(&born),
        check_digit(&expires)
    ))
}

/// A civil date as `YYMMDD`.
pub fn short_date(on: NaiveDate) -> String {
    format!("{:02}{:02}{:02}", on.year().rem_euclid(100), on.month(), on.day())
}

/// The check digit of a field: weights 7, 3, 1, modulo 10 (Doc 9303-3 §4.9).
pub fn check_digit(field: &str) -> char {
    let sum: u32 =
        field.bytes().zip([7, 3, 1].into_iter().cycle()).map(|(b, weight)| value(b) * weight).sum();
    char::from_digit(sum % 10, 10).unwrap_or('<')
}

fn value(octet: u8) -> u32 {
    match octet {
        b'0'..=b'9' => u32::from(octet - b'0'),
        b'A'..=b'Z' => u32::from(octet - b'A') + 10,
        _ => 0,
    }
}

/// Line 1 from the number on, and line 2 without sex, nationality and the digit itself (Doc 9303-5 §4.2.4).
fn composite(line_1: &str, line_2: &str) -> String {
    [&line_1[5..], &line_2[..7], &line_2[8..15], &line_2[18..29]].concat()
}

fn require_digit(name: &'static str, field: &str, digit: &str) -> Result<(), MrzError> {
    if digit.chars().eq([check_digit(field)]) { Ok(()) } else { Err(MrzError::CheckDigit(name)) }
}

fn is_allowed(octet: u8) -> bool {
    octet.is_ascii_uppercase() || octet.is_ascii_digit() || octet == b'<'
}

fn field(name: &'static str, text: &str, width: usize) -> Result<String, MrzError> {
    if text.len() > width || !text.bytes().all(is_allowed) {
        return Err(MrzError::Field(name));
    }
    Ok(format!("{text:<<width$}"))
}

/// Six digits; `<<` if month or day is unknown (Doc 9303-3 §4.8).
fn date(name: &'static str, text: &str) -> Result<String, MrzError> {
    let is_date = text.len() == 6 && text.bytes().all(|octet| octet.is_ascii_digit() || octet == b'<');
    if is_date { Ok(text.to_owned()) } else { Err(MrzError::Field(name)) }
}

/// The third line. Names that do not fit are cut at the end, but a part of the secondary identifier stays
/// (Doc 9303-5 §4.2.3).
fn names(primary: &str, secondary: &str) -> Result<String, MrzError> {
    let allowed = |text: &str| text.bytes().all(|octet| octet.is_ascii_uppercase() || octet == b'<');
    if primary.is_empty() {
        return Err(MrzError::Missing("name"));
    }
    if !allowed(primary) || !allowed(secondary) {
        return Err(MrzError::Field("name"));
    }
    let kept = if secondary.is_empty() { 0 } else { 1 };
    let primary = &primary[..primary.len().min(LINE - 2 - kept)];
    let line = format!("{primary}<<{secondary}");
    Ok(format!("{:<<LINE$}", &line[..line.len().min(LINE)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimen of Doc 9303-5 appendix B.
    const SPECIMEN: &str = concat!(
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    );

    fn specimen() -> Td1 {
        Td1 {
            document_code: "I".to_owned(),
            issuing_state: "UTO".to_owned(),
            document_number: "D23145890".to_owned(),
            optional_1: String::new(),
            born: "740812".to_owned(),
            sex: Sex::Female,
            expires: "120415".to_owned(),
            nationality: "UTO".to_owned(),
            optional_2: String::new(),
            primary: "ERIKSSON".to_owned(),
            secondary: "ANNA<MARIA".to_owned(),
        }
    }

    #[test]
    fn the_specimen_of_the_standard_is_written_and_read() {
        assert_eq!(specimen().encode().unwrap(), SPECIMEN);
        assert_eq!(Td1::decode(SPECIMEN).unwrap(), specimen());
    }

    #[test]
    fn the_check_digits_of_the_standard() {
        assert_eq!(check_digit("520727"), '3');
        assert_eq!(check_digit("AB2134<<<"), '5');
    }

    #[test]
    fn every_check_digit_is_checked() {
        for (at, name) in
            [(14, "document number"), (36, "date of birth"), (44, "date of expiry"), (59, "composite")]
        {
            let mut zone = SPECIMEN.as_bytes().to_vec();
            zone[at] = if zone[at] == b'9' { b'0' } else { zone[at] + 1 };
            let zone = String::from_utf8(zone).unwrap();
            assert_eq!(Td1::decode(&zone), Err(MrzError::CheckDigit(name)));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let wrong = |change: fn(&mut Td1)| {
            let mut zone = specimen();
            change(&mut zone);
            zone.encode().unwrap_err()
        };
        assert_eq!(
            wrong(|z| z.document_number = "D231458901".to_owned()),
            MrzError::Field("document number")
        );
        assert_eq!(wrong(|z| z.primary = "Бат".to_owned()), MrzError::Field("name"));
        assert_eq!(wrong(|z| z.primary = String::new()), MrzError::Missing("name"));
        assert_eq!(wrong(|z| z.born = "7408".to_owned()), MrzError::Field("date of birth"));
        assert_eq!(Td1::decode("I<UTO"), Err(MrzError::Length(5)));
        assert_eq!(Td1::decode(&SPECIMEN.replace("ANNA", "Anna")), Err(MrzError::Field("zone")));
    }

    #[test]
    fn a_long_name_is_cut_but_both_parts_stay() {
        let mut zone = specimen();
        zone.primary = "A".repeat(40);
        let line = zone.encode().unwrap()[60..].to_owned();
        assert_eq!(line, format!("{}<<A", "A".repeat(27)));
    }
}
