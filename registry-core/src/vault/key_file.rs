//! One key in one file, sealed under the unlock key and bound to its purpose.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SecretKey, VaultError};
use crate::durable;

/// What a key is for: one purpose a key (see `ARCHITECTURE.md`, keys). Append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Offline: root of the eID certificates.
    EidRoot,
    /// Offline: root of the service's TLS certificates.
    ServiceRoot,
    /// Offline: country signing CA of the card files (Doc 9303-12).
    Csca,
    /// Issues card certificates.
    IssuingCa,
    /// Signs EF.SOD.
    DocumentSigner,
    /// Signs the register log's checkpoints.
    RegisterLog,
    /// Signs the access log's checkpoints.
    AccessLog,
    /// Signs answers to agencies.
    Answer,
    /// Signs the QR of printed extracts.
    Extract,
    /// The service's TLS key.
    TlsServer,
    /// Wraps data keys and seals work under way.
    KeyEncryption,
    /// Master of the issuer's card keys.
    CardIssuerMaster,
    /// Master of the transport keys of a card delivery.
    CardTransportMaster,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 13] = [
        Purpose::EidRoot,
        Purpose::ServiceRoot,
        Purpose::Csca,
        Purpose::IssuingCa,
        Purpose::DocumentSigner,
        Purpose::RegisterLog,
        Purpose::AccessLog,
        Purpose::Answer,
        Purpose::Extract,
        Purpose::TlsServer,
        Purpose::KeyEncryption,
        Purpose::CardIssuerMaster,
        Purpose::CardTransportMaster,
    ];

    /// The purpose of that name.
    pub fn parse(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// The file name's stem, and the label of its key in a token.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::EidRoot => "eid-root",
            Purpose::ServiceRoot => "service-root",
            Purpose::Csca => "csca",
            Purpose::IssuingCa => "issuing-ca",
            Purpose::DocumentSigner => "document-signer",
            Purpose::RegisterLog => "register-log",
            Purpose::AccessLog => "access-log",
            Purpose::Answer => "answer",
            Purpose::Extract => "extract",
            Purpose::TlsServer => "tls-server",
            Purpose::KeyEncryption => "key-encryption",
            Purpose::CardIssuerMaster => "card-issuer-master",
            Purpose::CardTransportMaster => "card-transport-master",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    purpose: String,
    sealed: String,
}

/// Reads the unlock key: 32 bytes in hex, which only its owner may read.
///
/// # Errors
/// [`VaultError::Unlock`] naming the file.
pub fn read_unlock(path: &Path) -> Result<SecretKey, VaultError> {
    let refuse = |reason: String| VaultError::Unlock { path: path.display().to_string(), reason };
    let text = durable::read_private(path).map_err(|e| refuse(e.to_string()))?;
    let bytes =
        Zeroizing::new(hex::decode(text.trim_ascii()).map_err(|_| refuse("it is not hex".to_owned()))?);
    SecretKey::from_slice(&bytes).map_err(|_| refuse("it is not 32 bytes".to_owned()))
}

/// Writes a new unlock file (mode 0600); never overwrites one.
///
/// # Errors
/// [`VaultError::Unlock`] naming the file.
pub fn write_unlock(path: &Path, key: &SecretKey) -> Result<(), VaultError> {
    let text = Zeroizing::new(format!("{}\n", hex::encode(key.expose())));
    durable::create_private(path, text.as_bytes())
        .map_err(|e| VaultError::Unlock { path: path.display().to_string(), reason: e.to_string() })
}

/// Seals `secret` into `folder/<purpose>.key` (mode 0600); never overwrites one.
///
/// # Errors
/// [`VaultError::Key`].
pub fn write_key(
    folder: &Path,
    purpose: Purpose,
    secret: &[u8],
    unlock: &SecretKey,
    nonce: [u8; 12],
) -> Result<(), VaultError> {
    let sealed = unlock.derive(purpose.name()).seal(nonce, purpose.name().as_bytes(), secret)?;
    let stored = Stored { purpose: purpose.name().to_owned(), sealed: STANDARD.encode(sealed) };
    let text = serde_json::to_string_pretty(&stored).map_err(|e| refuse(purpose, e.to_string()))?;
    durable::create_private(&path_of(folder, purpose), text.as_bytes())
        .map_err(|e| refuse(purpose, e.to_string()))
}

/// Opens `folder/<purpose>.key`.
///
/// # Errors
/// [`VaultError::Key`]: missing, of another purpose, or sealed under another unlock key.
pub fn read_key(
    folder: &Path,
    purpose: Purpose,
    unlock: &SecretKey,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    read_key_in(&path_of(folder, purpose), purpose, unlock)
}

/// Opens a key file with another name: where several authorities followed each other, each has its own.
///
/// # Errors
/// As [`read_key`].
pub fn read_key_in(
    path: &Path,
    purpose: Purpose,
    unlock: &SecretKey,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let text = fs::read_to_string(path).map_err(|e| refuse(purpose, format!("{}: {e}", path.display())))?;
    let stored: Stored = serde_json::from_str(&text).map_err(|e| refuse(purpose, e.to_string()))?;
    if stored.purpose != purpose.name() {
        return Err(refuse(purpose, format!("the file holds a key for {}", stored.purpose)));
    }
    let sealed = STANDARD.decode(&stored.sealed).map_err(|e| refuse(purpose, e.to_string()))?;
    unlock
        .derive(purpose.name())
        .open(purpose.name().as_bytes(), &sealed)
        .map_err(|_| refuse(purpose, "it does not open with this unlock file".to_owned()))
}

/// The files of keys for a purpose: `<purpose>.key`, and with a number those of authorities that followed,
/// `<purpose>-2.key`. The first is named even where there is none, for whoever says what is missing.
///
/// # Errors
/// [`VaultError::Key`]: the folder cannot be read.
pub fn key_files(folder: &Path, purpose: Purpose) -> Result<Vec<PathBuf>, VaultError> {
    let failed = |e: std::io::Error| refuse(purpose, format!("{}: {e}", folder.display()));
    let is_numbered = |name: &str| {
        let number = name.strip_suffix(".key").and_then(|stem| stem.strip_prefix(purpose.name()));
        number.and_then(|rest| rest.strip_prefix('-')).is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let mut files = vec![path_of(folder, purpose)];
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_numbered) {
            files.push(path);
        }
    }
    if files.len() > 1 {
        files.retain(|path| path.exists());
    }
    Ok(files)
}

/// Overwrites a key's file and removes it. On a disk that writes elsewhere (flash, copy on write) that alone
/// destroys nothing: the unlock file must be destroyed too.
///
/// # Errors
/// [`VaultError::Key`].
pub fn remove_key(path: &Path, purpose: Purpose) -> Result<(), VaultError> {
    let gone = || -> std::io::Result<()> {
        let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or(usize::MAX).min(1 << 20);
        let mut file = fs::OpenOptions::new().write(true).open(path)?;
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        durable::remove(path)
    };
    gone().map_err(|e| refuse(purpose, format!("{}: {e}", path.display())))
}

fn path_of(folder: &Path, purpose: Purpose) -> PathBuf {
    folder.join(format!("{}.key", purpose.name()))
}

fn refuse(purpose: Purpose, reason: String) -> VaultError {
    VaultError::Key { purpose: purpose.name().to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlock_file_that_others_may_read_opens_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unlock");
        write_unlock(&file, &SecretKey::new([5; 32])).unwrap();
        assert_eq!(read_unlock(&file).unwrap().expose(), &[5; 32]);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read_unlock(&file).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_key_opens_only_for_its_purpose_and_with_its_unlock_key() {
        let folder = std::env::temp_dir().join(format!("burtgel-key-file-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let unlock = SecretKey::new([1; 32]);
        write_key(&folder, Purpose::Answer, b"secret", &unlock, [2; 12]).unwrap();
        assert_eq!(&*read_key(&folder, Purpose::Answer, &unlock).unwrap(), b"secret");
        assert!(read_key(&folder, Purpose::Answer, &SecretKey::new([3; 32])).is_err());
        fs::rename(folder.join("answer.key"), folder.join("extract.key")).unwrap();
        assert!(read_key(&folder, Purpose::Extract, &unlock).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
