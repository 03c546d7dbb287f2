//! The vault: every secret key of the service, each for one purpose.
//!
//! Invariant: key material never leaves this module, except as the result of an operation (a signature, a
//! sealed body, a session key for one chip, job and counter). Nothing here can be printed.

pub mod key_file;
pub mod key_ring;
pub mod key_vault;
pub mod pin;
pub mod sealing;
pub mod shares;
pub mod token;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The length of a symmetric key in bytes.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// What the vault refuses or cannot do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields of an error speak for themselves")]
pub enum VaultError {
    /// A sealed body does not open: another key, or changed bytes.
    #[error("a sealed body does not open: changed, or sealed under another key")]
    DoesNotOpen,
    /// A body could not be sealed.
    #[error("a body could not be sealed")]
    DoesNotSeal,
    /// A data key is gone: the person's data were erased.
    #[error("the data key is gone")]
    Erased,
    /// A key file is missing, unreadable or not what its name says.
    #[error("key {purpose}: {reason}")]
    Key { purpose: String, reason: String },
    /// A token, or a key in it, cannot be used.
    #[error(transparent)]
    Token(#[from] token::TokenError),
    /// The shares do not give the PIN.
    #[error(transparent)]
    Share(#[from] shares::ShareError),
    /// The text cannot be a PIN; it is not repeated here.
    #[error("a PIN is one line of 4 to 128 bytes; the given text is not")]
    Pin,
    /// The unlock file cannot be read or is not 32 bytes in hex.
    #[error("the unlock file {path} cannot be used: {reason}")]
    Unlock { path: String, reason: String },
}

/// A symmetric key: cannot be printed, is wiped when dropped.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; KEY_BYTES]>);

impl SecretKey {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; KEY_BYTES]) -> SecretKey {
        SecretKey(Zeroizing::new(bytes))
    }

    /// Reads a key of exactly 32 bytes.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] for any other length.
    pub fn from_slice(bytes: &[u8]) -> Result<SecretKey, VaultError> {
        <[u8; KEY_BYTES]>::try_from(bytes).map(SecretKey::new).map_err(|_| VaultError::DoesNotOpen)
    }

    /// Derives a key for another purpose (HKDF-SHA-256; `info` is the label).
    pub fn derive(&self, label: &str) -> SecretKey {
        let mut out = [0u8; KEY_BYTES];
        // This cannot fail: 32 bytes are within HKDF's limit of 255 × 32.
        let _ = Hkdf::<Sha256>::new(None, &*self.0).expand(label.as_bytes(), &mut out);
        SecretKey::new(out)
    }

    /// Seals `body` (AES-256-GCM); the answer is nonce ‖ ciphertext ‖ tag. A nonce is never used twice under
    /// one key.
    ///
    /// # Errors
    /// [`VaultError::DoesNotSeal`] for a body beyond the cipher's limit.
    pub fn seal(&self, nonce: [u8; NONCE_BYTES], context: &[u8], body: &[u8]) -> Result<Vec<u8>, VaultError> {
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), Payload { msg: body, aad: context })
            .map_err(|_| VaultError::DoesNotSeal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SecretKey::seal`] made in the same context.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::DoesNotOpen)?;
        self.cipher()
            .decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: context })
            .map(Zeroizing::new)
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// A keyed hash, in hex (HKDF-SHA-256 over label ‖ 00 ‖ input). Equal inputs give equal hashes, and
    /// nobody can guess an input without the key.
    pub fn keyed_hash(&self, label: &str, input: &[u8]) -> String {
        let mut out = [0u8; KEY_BYTES];
        // This cannot fail: 32 bytes are within HKDF's limit.
        let _ =
            Hkdf::<Sha256>::new(None, &*self.0).expand_multi_info(&[label.as_bytes(), &[0], input], &mut out);
        hex::encode(out)
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&(*self.0).into())
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_body_opens_only_in_its_own_context_and_unchanged() {
        let key = SecretKey::new([7; 32]);
        let sealed = key.seal([1; 12], b"entry 1", b"body").unwrap();
        assert_eq!(&*key.open(b"entry 1", &sealed).unwrap(), b"body");
        assert!(key.open(b"entry 2", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(b"entry 1", &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_cannot_be_printed() {
        assert_eq!(format!("{:?}", SecretKey::new([0xAB; 32])), "SecretKey(redacted)");
    }

    #[test]
    fn keys_of_different_purposes_differ() {
        let root = SecretKey::new([9; 32]);
        assert_ne!(root.derive("a").expose(), root.derive("b").expose());
    }
}
