//! Serial numbers of the certificates on a card (RFC 5280 §4.1.2.2), as the register writes them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Hexadecimal characters of the shortest serial number that is issued, 8 octets.
const SHORTEST: usize = 16;
/// Hexadecimal characters of the longest serial number, 20 octets.
const LONGEST: usize = 40;

/// A certificate's serial number: a positive number of 8 to 20 octets in its shortest form, in small
/// hexadecimal characters. So each number has exactly one text, and two texts are two numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CertificateSerial(String);

impl CertificateSerial {
    /// Reads a serial number in its only spelling.
    ///
    /// # Errors
    /// [`Refusal::InvalidCertificateSerial`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let is_small_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_whole = (SHORTEST..=LONGEST).contains(&text.len()) && text.len().is_multiple_of(2);
        // The first octet is between 01 and 7f: neither negative nor longer than it need be.
        let is_positive = text.bytes().next().is_some_and(|first| first <= b'7') && !text.starts_with("00");
        if is_whole && is_positive && text.bytes().all(is_small_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::InvalidCertificateSerial)
        }
    }

    /// The hexadecimal characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A serial number as an entry of the ledger has it. Entries of earlier versions were not checked for the
/// form of a serial number: the record keeps their text as it was written, and no list or answer is made from
/// it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RecordedSerial {
    /// A well-formed serial number.
    Read(CertificateSerial),
    /// Text that is not a serial number.
    Unreadable(String),
}

impl RecordedSerial {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Read(serial) => serial.as_str(),
            Self::Unreadable(text) => text,
        }
    }

    /// The serial number, if the text is one.
    ///
    /// # Errors
    /// [`Refusal::InvalidCertificateSerial`].
    pub const fn require(&self) -> Result<&CertificateSerial, Refusal> {
        match self {
            Self::Read(serial) => Ok(serial),
            Self::Unreadable(_) => Err(Refusal::InvalidCertificateSerial),
        }
    }
}

impl fmt::Display for RecordedSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<CertificateSerial> for RecordedSerial {
    fn from(serial: CertificateSerial) -> Self {
        Self::Read(serial)
    }
}

impl From<String> for RecordedSerial {
    fn from(text: String) -> Self {
        CertificateSerial::parse(&text).map_or(Self::Unreadable(text), Self::Read)
    }
}

impl From<RecordedSerial> for String {
    fn from(serial: RecordedSerial) -> Self {
        match serial {
            RecordedSerial::Read(CertificateSerial(text)) | RecordedSerial::Unreadable(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_has_one_text() {
        for good in ["01".repeat(8), "7f".repeat(20), "4a0b".repeat(5)] {
            assert_eq!(CertificateSerial::parse(&good).unwrap().as_str(), good);
        }
        let wrong = [
            String::new(),
            "nothex zz".to_owned(),
            "11".repeat(7),
            "11".repeat(21),
            "1".repeat(17),
            "4A".repeat(8),
            "80".repeat(8),
            "00".repeat(8),
            format!("00{}", "11".repeat(8)),
            format!(" {}", "11".repeat(8)),
            "１１".repeat(8),
        ];
        for text in wrong {
            assert_eq!(CertificateSerial::parse(&text), Err(Refusal::InvalidCertificateSerial), "{text}");
        }
    }

    #[test]
    fn what_an_entry_of_before_says_is_read_and_written_as_it_stands() {
        for text in ["\"nothex zz\"", "\"4a4a4a4a4a4a4a4a\"", "\"4A4A4A4A4A4A4A4A\""] {
            let read: RecordedSerial = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            assert_eq!(read.require().is_ok(), text == "\"4a4a4a4a4a4a4a4a\"");
        }
    }
}
