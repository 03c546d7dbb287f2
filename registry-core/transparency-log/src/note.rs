//! A text with signatures below it, as C2SP `signed-note` writes it.

use std::error::Error;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::verifier::{KeyId, KeyName, NoteVerifier};

/// Larger notes are refused unread. A checkpoint with 16 signatures is below 100 kB even if they are
/// post-quantum.
const LONGEST_NOTE_BYTES: usize = 100_000;
const MOST_SIGNATURES: usize = 32;
const SIGNATURE_MARK: &str = "\u{2014} ";

/// A text and the signatures under it. What it says counts only after [`NoteVerifier::verify`].
///
/// Displays in the form that is stored and published; [`SignedNote::parse`] reads it back to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One line under a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key that, as the line says, made the signature.
    pub name: KeyName,
    /// Which key of that name.
    pub key_id: KeyId,
    /// The signature as its type defines it; 64 bytes for Ed25519.
    pub signature: Vec<u8>,
}

/// Why a note cannot be read, or is not signed as it must be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoteError {
    /// The text does not end in a newline, or has another control character.
    #[error("the text of a note ends in a newline and has no other control characters")]
    Text,
    /// The name of a key is empty or has a space, a control character or a plus sign.
    #[error("the name of a key is not empty and has no space, control character or plus sign")]
    KeyName,
    /// Not `name+key id+key`, or not an Ed25519 public key.
    #[error("this is no Ed25519 key of a note")]
    PublicKey,
    /// No blank line between text and signatures, or a line below it that is no signature.
    #[error("a note is a text, an empty line, and a line for each signature")]
    Format,
    /// The note is larger than a verifier has to read.
    #[error("the note is too long or has too many signatures")]
    TooLarge,
    /// The key that should have signed did not.
    #[error("the note is not signed by this key")]
    NotSigned,
    /// A line claims to be by the key, and its signature does not hold.
    #[error("a signature of the note does not hold")]
    Signature,
}

/// Why a note was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError<E: Error + 'static> {
    /// The text cannot be signed, or what the signer returned does not hold under the key that is published.
    #[error("signing a note")]
    Note(#[from] NoteError),
    /// The signer that the caller passed failed or refused.
    #[error("asking the signer for a signature")]
    Signer(#[source] E),
}

impl SignedNote {
    /// Signs `text` with the key that `verifier` knows. `sign` is given the bytes to be signed and returns
    /// the 64 bytes of an Ed25519 signature, so that the key stays where it is kept. The returned signature
    /// is verified.
    ///
    /// # Errors
    /// If `text` cannot be the text of a note, or if the signer fails or signs with another key.
    pub fn sign<E: Error + 'static>(
        text: &str,
        verifier: &NoteVerifier,
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<Self, SignError<E>> {
        require_text(text)?;
        let signature = sign(text.as_bytes()).map_err(SignError::Signer)?;
        verifier.verify_signature(text, &signature)?;
        let line = NoteSignature {
            name: verifier.name().clone(),
            key_id: verifier.key_id(),
            signature: signature.to_vec(),
        };
        Ok(SignedNote { text: text.to_owned(), signatures: vec![line] })
    }

    /// Reads a note as it is published.
    ///
    /// # Errors
    /// If it is not written exactly in this form. The signatures are not verified here.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > LONGEST_NOTE_BYTES {
            return Err(NoteError::TooLarge);
        }
        // The last empty line separates text and signatures: the text may have empty lines of its own.
        let separator = note.rfind("\n\n").ok_or(NoteError::Format)?;
        let (text, lines) = (&note[..=separator], &note[separator + 2..]);
        require_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Format)?;
        let signatures = lines.split('\n').map(NoteSignature::parse).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MOST_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        Ok(SignedNote { text: text.to_owned(), signatures })
    }

    /// What was signed, with its last newline. Prefer what [`NoteVerifier::verify`] returns.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines under the text, not verified.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }
}

/// Allows only the newline below U+0020, and requires one at the end. That the text is UTF-8 is given by its
/// type.
fn require_text(text: &str) -> Result<(), NoteError> {
    let has_controls = text.bytes().any(|byte| byte < 0x20 && byte != b'\n');
    if has_controls || !text.ends_with('\n') { Err(NoteError::Text) } else { Ok(()) }
}

impl NoteSignature {
    fn parse(line: &str) -> Result<Self, NoteError> {
        let line = line.strip_prefix(SIGNATURE_MARK).ok_or(NoteError::Format)?;
        let (name, encoded) = line.split_once(' ').ok_or(NoteError::Format)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Format)?;
        let (key_id, signature) = bytes.split_first_chunk().ok_or(NoteError::Format)?;
        if signature.is_empty() {
            return Err(NoteError::Format);
        }
        Ok(NoteSignature { name: KeyName::parse(name)?, key_id: *key_id, signature: signature.to_vec() })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            let bytes = [line.key_id.as_slice(), &line.signature].concat();
            writeln!(f, "{SIGNATURE_MARK}{} {}", line.name, STANDARD.encode(bytes))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ed25519_dalek::{Signer, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::checkpoint::Checkpoint;

    /// The secret key of RFC 8032 §7.1, test 1.
    const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    /// Computed from that key by another implementation (Python, `cryptography` over OpenSSL).
    const VERIFIER: &str = "registry.example/events+dbabf4e5+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    const NOTE: &str = "registry.example/events\n\
        8\n\
        XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\
        \n\
        \u{2014} registry.example/events 26v05SM7TzaDoC0CHnalNKfjqiJcpPolXY9vL1Ch87G+fyBWiEJMFNB03IUH1r7taEIOBQyDm3oIfQd0tocIxC812gk=\n";

    fn key() -> SigningKey {
        SigningKey::from_bytes(&hex::decode(SECRET).unwrap().try_into().unwrap())
    }

    fn sign_as(name: &str, text: &str) -> SignedNote {
        let name = KeyName::parse(name).unwrap();
        let verifier = NoteVerifier::new(name, key().verifying_key().as_bytes()).unwrap();
        SignedNote::sign(text, &verifier, |bytes| Ok::<_, Infallible>(key().sign(bytes).to_bytes())).unwrap()
    }

    #[test]
    fn a_checkpoint_signed_elsewhere_is_read_and_ours_is_the_same_to_the_byte() {
        let verifier = NoteVerifier::parse(VERIFIER).unwrap();
        let note = SignedNote::parse(NOTE).unwrap();
        let checkpoint = Checkpoint::parse(verifier.verify(&note).unwrap()).unwrap();
        assert_eq!(checkpoint.origin, *verifier.name());
        assert_eq!(checkpoint.size, 8);
        assert_eq!(note.to_string(), NOTE);
        assert_eq!(sign_as("registry.example/events", &checkpoint.to_text()).to_string(), NOTE);
        assert_eq!(verifier.to_string(), VERIFIER);
    }

    #[test]
    fn a_note_with_any_bit_flipped_is_refused() {
        let verifier = NoteVerifier::parse(VERIFIER).unwrap();
        for (index, bit) in (0..NOTE.len()).flat_map(|index| (0..8).map(move |bit| (index, bit))) {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[index] ^= 1 << bit;
            let Ok(text) = std::str::from_utf8(&bytes) else { continue };
            let verdict = SignedNote::parse(text).and_then(|note| verifier.verify(&note).map(str::to_owned));
            assert!(verdict.is_err(), "bit {bit} of byte {index}");
        }
    }

    #[test]
    fn only_the_lines_of_a_known_key_are_judged() {
        let verifier = NoteVerifier::parse(VERIFIER).unwrap();
        let stranger = "\u{2014} witness.example AAAAAAECAwQ=\n";
        let note = SignedNote::parse(&format!("{NOTE}{stranger}")).unwrap();
        assert!(verifier.verify(&note).is_ok());
        let text = NOTE.split_once("\n\n").unwrap().0;
        let only_strangers = SignedNote::parse(&format!("{text}\n\n{stranger}")).unwrap();
        assert_eq!(verifier.verify(&only_strangers), Err(NoteError::NotSigned));
        // The same key under another name, or with another id, is another key.
        let other_name = sign_as("registry.example/access", note.text());
        assert_eq!(verifier.verify(&other_name), Err(NoteError::NotSigned));
        // One good line does not excuse a bad one by the same key.
        let bad = NoteSignature { signature: vec![0; 64], ..note.signatures()[0].clone() };
        let signatures = vec![note.signatures()[0].clone(), bad];
        let doubtful = SignedNote { signatures, text: note.text().to_owned() };
        assert_eq!(verifier.verify(&doubtful), Err(NoteError::Signature));
    }

    #[test]
    fn a_signer_that_fails_or_uses_another_key_signs_nothing() {
        let verifier = NoteVerifier::parse(VERIFIER).unwrap();
        let other = SigningKey::from_bytes(&[1; 32]);
        let by_other = |bytes: &[u8]| Ok::<_, std::io::Error>(other.sign(bytes).to_bytes());
        let verdict = SignedNote::sign("text\n", &verifier, by_other);
        assert!(matches!(verdict, Err(SignError::Note(NoteError::Signature))));
        let closed = |_: &[u8]| Err(std::io::Error::other("the vault is closed"));
        let verdict = SignedNote::sign("text\n", &verifier, closed);
        assert!(matches!(verdict, Err(SignError::Signer(_))));
        for text in ["", "no newline", "tab\t\n", "null\0\n"] {
            let verdict = SignedNote::sign(text, &verifier, closed);
            assert!(matches!(verdict, Err(SignError::Note(NoteError::Text))), "{text:?}");
        }
    }

    #[test]
    fn a_note_that_is_not_written_exactly_so_is_refused() {
        let line = "\u{2014} key.example AAAAAAECAwQ=\n";
        assert!(SignedNote::parse(&format!("text\n\n{line}")).is_ok());
        assert_eq!(SignedNote::parse(&format!("a\n\nb\n\n{line}")).unwrap().text(), "a\n\nb\n");
        for note in [
            String::new(),
            "text\n".to_owned(),
            "text\n\n".to_owned(),
            format!("text\n{line}"),
            format!("text\n\n{}", line.trim_end()),
            format!("text\n\n{line}\n"),
            format!("text\n\n{line}text\n"),
            format!("text\r\n\n{line}"),
            "text\n\n- key.example AAAAAAECAwQ=\n".to_owned(),
            "text\n\n\u{2014} key.example AAAAAA==\n".to_owned(),
            "text\n\n\u{2014} key.example AAAAAAECAwQ\n".to_owned(),
            "text\n\n\u{2014} key+example AAAAAAECAwQ=\n".to_owned(),
            "text\n\n\u{2014}  AAAAAAECAwQ=\n".to_owned(),
        ] {
            assert!(SignedNote::parse(&note).is_err(), "{note:?}");
        }
        let many = format!("text\n\n{}", line.repeat(MOST_SIGNATURES + 1));
        assert_eq!(SignedNote::parse(&many), Err(NoteError::TooLarge));
        assert!(SignedNote::parse(&format!("text\n\n{}", line.repeat(16))).is_ok());
        let long = format!("{}\n\n{line}", "x".repeat(LONGEST_NOTE_BYTES));
        assert_eq!(SignedNote::parse(&long), Err(NoteError::TooLarge));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_reads_back_the_same(note in "(a|\n|\u{2014} | |k\\.x|AAAAAAECAwQ=|=){0,20}") {
            if let Ok(parsed) = SignedNote::parse(&note) {
                prop_assert_eq!(parsed.to_string(), note);
            }
        }
    }
}
