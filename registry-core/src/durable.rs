//! Files that are either whole or not there, even after a power failure: their octets and their names are on
//! the disk.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The most octets that a secret file has.
const MOST_SECRET_BYTES: u64 = 4096;

/// Replaces whatever has this name by a file: a reader finds the old octets or the new ones.
///
/// # Errors
/// The system's; the old file stays.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    let mut file = fs::File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    sync_folder_of(path)
}

/// Writes a file that does not exist yet and that only its owner may read.
///
/// # Errors
/// It exists already, or cannot be written.
pub(crate) fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// Renames a file durably.
///
/// # Errors
/// The system's.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Removes a file durably; a file that is not there counts as removed.
///
/// # Errors
/// The system's.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads a secret of at most 4096 octets that nobody but its owner may read. The check is made on the opened
/// file itself, so nobody can exchange it between check and reading.
///
/// # Errors
/// Others may read it, it is too large or no plain file, or the system's word.
pub(crate) fn read_private(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    let mode = metadata.mode();
    if mode & forbidden(metadata.uid()) != 0 {
        return Err(io::Error::other(format!(
            "others may read it (mode {:o}); run: chmod 600",
            mode & 0o777
        )));
    }
    if !metadata.is_file() || metadata.len() > MOST_SECRET_BYTES {
        return Err(io::Error::other("it is no plain file of a secret"));
    }
    // The buffer has room for all octets from the beginning: a buffer that grows would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096 + 1));
    file.take(MOST_SECRET_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bits of a mode by which others could read a file. A systemd credential belongs to root, and the
/// service reads it by an access list; the mask of that list stands in the group's bits (systemd.exec(5),
/// LoadCredential).
fn forbidden(owner: u32) -> u32 {
    let is_root_for_us = owner == 0 && fs::metadata("/proc/self").is_ok_and(|us| us.uid() != 0);
    if is_root_for_us { 0o037 } else { 0o077 }
}

/// Syncs the folder, because a name stands in the octets of its folder.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list");
        for text in ["one", "the other"] {
            replace(&file, text.as_bytes()).unwrap();
            assert_eq!(fs::read(&file).unwrap(), text.as_bytes());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_secret_is_written_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        create_private(&file, b"secret").unwrap();
        assert_eq!(create_private(&file, b"other").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read_private(&file).unwrap().as_slice(), b"secret");
        for mode in [0o640, 0o604] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert!(read_private(&file).unwrap_err().to_string().contains("chmod 600"));
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&file, [7; 5000]).unwrap();
        assert!(read_private(&file).unwrap_err().to_string().contains("no plain file"));
        assert!(read_private(Path::new("/dev/null")).is_err());
    }
}
