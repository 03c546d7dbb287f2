//! Takes the attached proof out of a file that a stranger sent.

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys::{EF, F, UF};
use hayro_syntax::object::{Dict, Object, Stream, String as Text};

/// The name of the attached file.
pub const PROOF_NAME: &str = "ledger-proof.json";
/// The largest file looked at. A paper of ours has some hundred kilobytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// Why there is no proof to be had.
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
    /// The attachment is packed; ours is not, and nothing from a stranger is unpacked.
    #[error("the attachment {PROOF_NAME} is packed, which ours is not")]
    Packed,
}

/// The octets of the attached proof.
///
/// # Errors
/// [`NoAttachment`].
pub fn attached_proof(file: Vec<u8>) -> Result<Vec<u8>, NoAttachment> {
    if file.len() > LARGEST {
        return Err(NoAttachment::TooLarge);
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

fn is_proof(specification: &Dict<'_>) -> bool {
    let name = specification.get::<Text<'_>>(F).or_else(|| specification.get::<Text<'_>>(UF));
    specification.contains_key(EF) && name.is_some_and(|name| name.as_bytes() == PROOF_NAME.as_bytes())
}
