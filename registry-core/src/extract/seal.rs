//! The seal of an extract: what the registry claims in its QR. Its octets are made in
//! [`issuance::paper_seal`].

use issuance::paper_seal;
use registry_domain::kind::Kind;
use registry_domain::paper::Line;
use registry_domain::unit::UnitCode;

pub use issuance::paper_seal::{CopyClaim, NotGenuine, SealError, check_code, is_digest_of};

/// What the registry says of a printed paper.
pub type Claim = paper_seal::Claim<Kind, UnitCode>;

/// How many spellings are tried one by one, with and without; further ones are taken as they are.
const MOST_SPELLINGS: usize = 8;

/// The lines that were signed: these, or these without some spellings in traditional script, which a record
/// may be given later without making the paper wrong.
pub fn as_signed(claimed: &str, lines: &[Line]) -> Option<Vec<Line>> {
    // A paper has a handful of spellings: of two spouses, or the parts of one name.
    let spellings = lines.iter().filter(|line| line.is_spelling).count().min(MOST_SPELLINGS);
    (0..1_u32 << spellings).find_map(|left_out| {
        let mut at = 0;
        let is_in = |line: &&Line| {
            let place = at;
            at += u32::from(line.is_spelling);
            !line.is_spelling || left_out >> place & 1 == 0
        };
        let some: Vec<Line> = lines.iter().filter(is_in).cloned().collect();
        is_digest_of(claimed, said(&some)).then_some(some)
    })
}

/// Digest of a paper's lines with a salt.
pub fn digest(salt: &[u8; 16], lines: &[Line]) -> String {
    paper_seal::digest(salt, said(lines))
}

fn said(lines: &[Line]) -> impl Iterator<Item = (&str, &str)> {
    lines.iter().map(|line| (line.label_en, line.value.as_str()))
}

#[cfg(test)]
mod tests;
