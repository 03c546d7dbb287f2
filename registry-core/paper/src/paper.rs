//! What a civil paper says, in the order in which it is printed.

use chrono::{DateTime, NaiveDate, Utc};

/// The same words in Mongolian and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Mongolian, Cyrillic letters.
    pub mn: String,
    /// The same in English.
    pub en: String,
}

impl Words {
    /// Takes both languages.
    pub fn new(mn: impl Into<String>, en: impl Into<String>) -> Words {
        Words { mn: mn.into(), en: en.into() }
    }
}

/// One line: a label, and what the register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the paper calls the value.
    pub label: Words,
    /// The value as registered.
    pub value: String,
}

/// A civil paper before it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What kind of paper it is.
    pub title: Words,
    /// Number of the act.
    pub act_number: String,
    /// What the register says.
    pub lines: Vec<Line>,
    /// What the register says in traditional Mongolian script; each is drawn as a column from top to bottom.
    pub columns: Vec<Line>,
    /// The office that registered the act.
    pub office: Words,
    /// Civil date of registration.
    pub registered_on: NaiveDate,
    /// Civil date of issue.
    pub issued_on: NaiveDate,
    /// The instant of issue, for the metadata of the file.
    pub issued_at: DateTime<Utc>,
    /// The number of this copy of the act's paper, from 1.
    pub copy: u32,
    /// Number of the sheet of security paper, as printed on the sheet.
    pub sheet: Option<String>,
    /// Text of the QR.
    pub qr: String,
    /// Short code that people compare by eye or read out over the telephone.
    pub check_code: String,
    /// The address at which anyone can check it.
    pub check_at: String,
    /// Whether it was made for a trial and proves nothing.
    pub is_specimen: bool,
    /// The attached file: the proof that the act is in the ledger.
    pub proof: Vec<u8>,
}
