//! Where signing keys live: in sealed files, or in a token. The code that uses a key does not know which.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use issuance::{Algorithm, PublicKey, Signer, SoftwareSigner};

use super::key_file::{Purpose, key_files, read_key, read_key_in, read_unlock, remove_key, write_key};
use super::token::{Access, PinSource, Token};
use super::{SecretKey, VaultError};
use crate::config::Keys;
use crate::draw::Draw;

/// A place for signing keys, opened.
#[derive(Debug, Clone)]
pub enum KeyVault {
    /// One sealed file a purpose; an issuing authority that followed another has one with its number.
    Files {
        /// The folder.
        folder: PathBuf,
        /// What opens the files.
        unlock: SecretKey,
    },
    /// A hardware token; a purpose may have several keys there, of which certificates name one.
    Token(Arc<Token>),
}

impl KeyVault {
    /// The place that the configuration names for the keys of certificates: `keys.token`, or else
    /// `keys.folder`.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn open(keys: &Keys) -> Result<KeyVault, VaultError> {
        match &keys.token {
            Some(token) => {
                let pin = PinSource::File(token.pin_file.clone());
                Ok(KeyVault::Token(Token::open(&token.module, &token.label, pin, Access::Sign)?))
            }
            None => KeyVault::files(&keys.folder, &keys.unlock_file),
        }
    }

    /// Sealed files in a folder.
    ///
    /// # Errors
    /// [`VaultError::Unlock`].
    pub fn files(folder: &Path, unlock_file: &Path) -> Result<KeyVault, VaultError> {
        Ok(KeyVault::Files { folder: folder.to_owned(), unlock: read_unlock(unlock_file)? })
    }

    /// The key of a purpose for which a certificate was issued.
    ///
    /// # Errors
    /// [`VaultError`]: there is none, it is the key of another certificate, or not fit to be used.
    pub fn signer(&self, purpose: Purpose, certified: &PublicKey) -> Result<Arc<dyn Signer>, VaultError> {
        match self {
            KeyVault::Files { folder, unlock } => Ok(Arc::new(find(folder, purpose, unlock, certified)?.1)),
            KeyVault::Token(token) => Ok(Arc::new(token.signer(purpose.name(), Some(certified))?)),
        }
    }

    /// Makes a key: drawn here and sealed, or drawn in the token.
    ///
    /// # Errors
    /// [`VaultError`]; a file is never overwritten.
    pub fn make(
        &self,
        purpose: Purpose,
        algorithm: Algorithm,
        draw: &mut Draw,
    ) -> Result<Arc<dyn Signer>, VaultError> {
        let refuse = |reason: String| VaultError::Key { purpose: purpose.name().to_owned(), reason };
        match self {
            KeyVault::Files { folder, unlock } => {
                let key = SoftwareSigner::generate(algorithm, draw.generator())
                    .map_err(|e| refuse(e.to_string()))?;
                let secret = key.to_pkcs8_der().map_err(|e| refuse(e.to_string()))?;
                write_key(folder, purpose, &secret, unlock, draw.nonce())?;
                Ok(Arc::new(key))
            }
            KeyVault::Token(token) => {
                Ok(Arc::new(token.generate(purpose.name(), draw.bytes(), algorithm)?))
            }
        }
    }

    /// Destroys the key of a purpose with that public half.
    ///
    /// # Errors
    /// [`VaultError`]: it is not there, or could not be destroyed.
    pub fn destroy(&self, purpose: Purpose, public: &PublicKey) -> Result<(), VaultError> {
        match self {
            KeyVault::Files { folder, unlock } => {
                remove_key(&find(folder, purpose, unlock, public)?.0, purpose)
            }
            KeyVault::Token(token) => {
                if token.destroy(purpose.name(), public)? {
                    return Ok(());
                }
                let reason = "the token holds no such key".to_owned();
                Err(VaultError::Key { purpose: purpose.name().to_owned(), reason })
            }
        }
    }
}

/// Opens one signing key in a file.
///
/// # Errors
/// [`VaultError::Key`].
pub fn open_signer(
    folder: &Path,
    purpose: Purpose,
    unlock: &SecretKey,
) -> Result<SoftwareSigner, VaultError> {
    parse(purpose, &read_key(folder, purpose, unlock)?)
}

/// The file with the key of a certificate, and the key.
fn find(
    folder: &Path,
    purpose: Purpose,
    unlock: &SecretKey,
    certified: &PublicKey,
) -> Result<(PathBuf, SoftwareSigner), VaultError> {
    for path in key_files(folder, purpose)? {
        let key = parse(purpose, &read_key_in(&path, purpose, unlock)?)?;
        if key.public_key() == *certified {
            return Ok((path, key));
        }
    }
    let reason = "the certificate is of another key".to_owned();
    Err(VaultError::Key { purpose: purpose.name().to_owned(), reason })
}

fn parse(purpose: Purpose, pkcs8: &[u8]) -> Result<SoftwareSigner, VaultError> {
    SoftwareSigner::from_pkcs8_der(pkcs8)
        .map_err(|e| VaultError::Key { purpose: purpose.name().to_owned(), reason: e.to_string() })
}
