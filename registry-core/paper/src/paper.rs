//! What a civil paper says, in the order in which the paper says it.

use chrono::{DateTime, NaiveDate, Utc};

/// One text in Mongolian and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Mongolian, Cyrillic letters.
    pub mn: String,
    /// The same in English.
    pub en: String,
}

impl Words {
    /// Joins a Mongolian text and its English translation.
    pub fn new(mn: impl Into<String>, en: impl Into<String>) -> Words {
        Words { mn: mn.into(), en: en.into() }
    }
}

/// One line of the paper: a label, and what the register says.
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
    /// What the paper says in traditional Mongolian script, each line drawn as a column from top to bottom.
    pub columns: Vec<Line>,
    /// The office that registered the act.
    pub office: Words,
    /// Civil date of registration.
    pub registered_on: NaiveDate,
    /// Civil date of issue.
    pub issued_on: NaiveDate,
    /// The instant of issue, for the file's metadata.
    pub issued_at: DateTime<Utc>,
    /// Which copy of this act's paper it is, from 1.
    pub copy: u32,
    /// Number of the sheet of security paper, as printed on the sheet.
    pub sheet: Option<String>,
    /// Text of the QR.
    pub qr: String,
    /// Short code that is compared by eye or told over the telephone.
    pub check_code: String,
    /// Where anyone can check it.
    pub check_at: String,
    /// Whether it was made for trials and proves nothing.
    pub is_specimen: bool,
    /// The attached file: the proof that the act stands in the ledger.
    pub proof: Vec<u8>,
}
