//! Who signed a note: the name and public key of a log, and the check of its signature (C2SP `signed-note`).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::note::{NoteError, SignedNote};

/// The signature type of plain Ed25519.
const ED25519: u8 = 0x01;

/// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): with the name, it says which key signed.
pub type KeyId = [u8; 4];

/// The name of a key, and the origin of a log: a URL without scheme such as `registry.example/events`.
///
/// Never empty, without spaces of any script, control characters, or `+`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// # Errors
    /// [`NoteError::KeyName`] for a text that cannot name a key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let is_refused = |letter: char| letter == '+' || letter.is_whitespace() || letter.is_control();
        if text.is_empty() || text.contains(is_refused) {
            return Err(NoteError::KeyName);
        }
        Ok(KeyName(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key known to belong to a log. Displays as `name+key id+key`, the form in which verifiers exchange keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteVerifier {
    name: KeyName,
    key: VerifyingKey,
}

impl NoteVerifier {
    /// A verifier for an Ed25519 public key of 32 bytes (RFC 8032).
    ///
    /// # Errors
    /// [`NoteError::PublicKey`] if the bytes are no point of the curve, or one of its weak points.
    pub fn new(name: KeyName, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| NoteError::PublicKey)?;
        if key.is_weak() { Err(NoteError::PublicKey) } else { Ok(NoteVerifier { name, key }) }
    }

    /// Reads the form that a verifier displays as, and checks that its key id belongs to its name and key.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] or [`NoteError::PublicKey`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let [name, key_id, key] = text.splitn(3, '+').collect::<Vec<_>>()[..] else {
            return Err(NoteError::PublicKey);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::PublicKey)?;
        let [ED25519, public_key @ ..] = bytes.as_slice() else {
            return Err(NoteError::PublicKey);
        };
        let public_key = public_key.try_into().map_err(|_| NoteError::PublicKey)?;
        let verifier = NoteVerifier::new(KeyName::parse(name)?, public_key)?;
        if hex::encode(verifier.key_id()) == key_id { Ok(verifier) } else { Err(NoteError::PublicKey) }
    }

    /// The name of the key.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The short identifier beside the name in a signature line.
    pub fn key_id(&self) -> KeyId {
        let digest = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The text of a note that this key signed. Signatures by other keys are skipped.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`] if this key did not sign; [`NoteError::Signature`] if a line claims to be by
    /// this key and its signature does not hold.
    pub fn verify<'note>(&self, note: &'note SignedNote) -> Result<&'note str, NoteError> {
        let key_id = self.key_id();
        let mut is_signed = false;
        for line in note.signatures().iter().filter(|line| line.name == self.name && line.key_id == key_id) {
            let bytes = line.signature.as_slice().try_into().map_err(|_| NoteError::Signature)?;
            self.verify_signature(note.text(), bytes)?;
            is_signed = true;
        }
        if is_signed { Ok(note.text()) } else { Err(NoteError::NotSigned) }
    }

    pub(crate) fn verify_signature(&self, text: &str, signature: &[u8; 64]) -> Result<(), NoteError> {
        let signature = Signature::from_bytes(signature);
        self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteError::Signature)
    }
}

impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.key_id()), STANDARD.encode(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_names_that_would_break_a_signature_line_are_refused() {
        assert!(KeyName::parse("бүртгэл.example/үйл-явдал").is_ok());
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{2003}b", "a\tb", "a\u{7f}"] {
            assert!(KeyName::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_verifier_with_a_wrong_part_is_refused() {
        let text = "registry.example/events+KEY_ID+KEY";
        assert!(NoteVerifier::parse(text).is_err());
        let name = KeyName::parse("registry.example/events").unwrap();
        let public_key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let verifier = NoteVerifier::new(name.clone(), &public_key).unwrap();
        let text = verifier.to_string();
        assert_eq!(NoteVerifier::parse(&text).unwrap(), verifier);
        assert!(NoteVerifier::parse(&text.replace("events", "access")).is_err());
        assert!(NoteVerifier::parse(&text.replace("+A", "+B")).is_err());
        assert!(NoteVerifier::parse(&text[..text.len() - 4]).is_err());
        assert!(NoteVerifier::new(name, &[0; 32]).is_err(), "a weak point verifies what nobody signed");
    }
}
