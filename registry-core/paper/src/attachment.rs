//! Takes the attached proof out of a file that a stranger sent.

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys::{EF, F, UF};
use hayro_syntax::object::{Dict, Object, Stream, String as Text};

/// The name of the attached file.
pub const PROOF_NAME: &str = "ledger-proof.json";
/// The largest file that is read. A paper of ours has some hundred kilobytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// Streams that a reader unpacks before it knows any object of a file: packed objects, and a packed table of
/// their positions. Our files have neither. A few kilobytes of either can unpack to gigabytes.
const PACKED_OBJECTS: [&[u8]; 2] = [b"ObjStm", b"XRef"];

/// Why no proof can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAttachment {
    /// It is larger than any paper of ours.
    #[error("the file is larger than any paper of ours")]
    TooLarge,
    /// It is not a PDF.
    #[error("this is not a PDF file")]
    NotPdf,
    /// It has no such attachment, or more than one.
    #[error("the file must have exactly one attachment called {PROOF_NAME}")]
    NotOne,
    /// Objects of the file are packed. Ours are not, and nothing from a stranger is unpacked.
    #[error("the objects of the file are packed; in a paper of ours they are not")]
    PackedObjects,
    /// The attachment is packed; that of our papers is not.
    #[error("the attachment {PROOF_NAME} is packed, which ours is not")]
    Packed,
}

/// The bytes of the attached proof.
///
/// # Errors
/// [`NoAttachment`].
pub fn attached_proof(file: Vec<u8>) -> Result<Vec<u8>, NoAttachment> {
    if file.len() > LARGEST {
        return Err(NoAttachment::TooLarge);
    }
    // Checked before any of the file is parsed.
    if names_packed_objects(&file) {
        return Err(NoAttachment::PackedObjects);
    }
    let pdf = Pdf::new(file).map_err(|_| NoAttachment::NotPdf)?;
    let mut found = None;
    for object in pdf.objects() {
        let Object::Dict(specification) = object else { continue };
        if !is_proof(&specification) {
            continue;
        }
        let stream = specification.get::<Dict<'_>>(EF).and_then(|files| files.get::<Stream<'_>>(F));
        let stream = stream.ok_or(NoAttachment::NotOne)?;
        if !stream.filters().is_empty() {
            return Err(NoAttachment::Packed);
        }
        if found.replace(stream.raw_data().into_owned()).is_some() {
            return Err(NoAttachment::NotOne);
        }
    }
    found.ok_or(NoAttachment::NotOne)
}

/// Whether one of these names is anywhere in the file, even if a letter of it is written as `#` and two
/// digits.
fn names_packed_objects(file: &[u8]) -> bool {
    let names = file.iter().enumerate().filter(|(_, octet)| **octet == b'/');
    names.map(|(at, _)| name(&file[at + 1..])).any(|name| PACKED_OBJECTS.contains(&name.as_slice()))
}

/// The beginning of a name, up to one byte longer than the names that are looked for.
fn name(mut rest: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    while name.len() <= 6 {
        let (octet, tail) = match rest {
            [b'#', high, low, tail @ ..] => (escaped(*high, *low), tail),
            [octet, tail @ ..] => (octet.is_ascii_alphanumeric().then_some(*octet), tail),
            [] => (None, rest),
        };
        let Some(octet) = octet else { break };
        name.push(octet);
        rest = tail;
    }
    name
}

fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

fn is_proof(specification: &Dict<'_>) -> bool {
    let name = specification.get::<Text<'_>>(F).or_else(|| specification.get::<Text<'_>>(UF));
    specification.contains_key(EF) && name.is_some_and(|name| name.as_bytes() == PROOF_NAME.as_bytes())
}
