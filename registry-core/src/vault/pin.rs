//! The PIN of a token: drawn by a ceremony, kept by people in shares or by the service in a file, shown by
//! nobody.

use std::path::Path;

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use super::VaultError;
use crate::durable;

/// Letters of a PIN that a ceremony draws. Without those that people confuse; 32, so that five bits give one
/// evenly.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many a PIN has: 100 bits, and no longer than common tokens take.
pub const DRAWN_LETTERS: usize = 20;
/// The longest PIN that is read.
const MOST_BYTES: usize = 128;

/// A token's PIN: cannot be printed, is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes a PIN of 4 to 128 bytes of UTF-8 without control characters.
    ///
    /// # Errors
    /// [`VaultError::Pin`], which does not repeat it.
    pub fn parse(text: &str) -> Result<Pin, VaultError> {
        let is_good = (4..=MOST_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
        if is_good { Ok(Pin(Zeroizing::new(text.to_owned()))) } else { Err(VaultError::Pin) }
    }

    /// Makes a PIN of random bytes.
    pub fn from_random(bytes: &[u8; DRAWN_LETTERS]) -> Pin {
        Pin(Zeroizing::new(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()))
    }

    /// Reads a PIN file: one line, which only its owner may read.
    ///
    /// # Errors
    /// [`VaultError::Unlock`] naming the file; [`VaultError::Pin`].
    pub fn read(path: &Path) -> Result<Pin, VaultError> {
        let refuse = |reason: String| VaultError::Unlock { path: path.display().to_string(), reason };
        let bytes = durable::read_private(path).map_err(|e| refuse(e.to_string()))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::Pin)?;
        Pin::parse(text.trim_end_matches(['\n', '\r']))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn for_token(&self) -> AuthPin {
        AuthPin::from(self.0.as_str())
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_pin_is_never_shown() {
        let pin = Pin::parse("open sesame").unwrap();
        assert_eq!(format!("{pin:?}"), "Pin(redacted)");
        for wrong in ["", "123", "tab\there", &"1".repeat(129)] {
            let error = Pin::parse(wrong).unwrap_err().to_string();
            assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn a_drawn_pin_has_letters_that_nobody_confuses() {
        let pin = Pin::from_random(&std::array::from_fn(|at| u8::try_from(at * 13).unwrap()));
        assert_eq!(pin.expose().len(), DRAWN_LETTERS);
        assert!(!pin.expose().contains(['I', 'O', '0', '1']));
    }

    #[test]
    fn a_pin_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pin");
        fs::write(&file, "open sesame\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Pin::read(&file).unwrap_err().to_string().contains("chmod 600"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(Pin::read(&file).unwrap().expose(), "open sesame");
    }
}
