//! The state file: the chip's memory as JSON, always replaced as a whole.

use crate::state::ChipState;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The only `format` this program knows.
const FORMAT: u8 = 1;

/// Why the state file cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum StateFileError {
    /// The file cannot be read.
    #[error("read the state file {path}")]
    Read {
        /// The path of the file.
        path: PathBuf,
        source: std::io::Error,
    },
    /// The content is not a chip's memory.
    #[error("the state file {path} is not a chip's memory")]
    Malformed {
        /// The path of the file.
        path: PathBuf,
        source: serde_json::Error,
    },
    /// Another version of this program wrote it.
    #[error("the state file {path} has format {found}; this program knows format 1")]
    UnknownFormat {
        /// The path of the file.
        path: PathBuf,
        /// The format in the file.
        found: u8,
    },
    /// The file cannot be written.
    #[error("write the state file {path}")]
    Write {
        /// The path of the file.
        path: PathBuf,
        source: std::io::Error,
    },
    /// A new card must not overwrite another.
    #[error("{0} exists already; a new card does not overwrite another, remove the file or leave out --new")]
    Exists(PathBuf),
}

/// Reads a chip's memory.
pub fn load(path: &Path) -> Result<ChipState, StateFileError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| StateFileError::Read { path: path.to_owned(), source })?;
    let state: ChipState = serde_json::from_str(&text)
        .map_err(|source| StateFileError::Malformed { path: path.to_owned(), source })?;
    if state.format != FORMAT {
        return Err(StateFileError::UnknownFormat { path: path.to_owned(), found: state.format });
    }
    Ok(state)
}

/// Writes a new chip's memory; never overwrites an existing file.
pub fn create(path: &Path, state: &ChipState) -> Result<(), StateFileError> {
    if path.exists() {
        return Err(StateFileError::Exists(path.to_owned()));
    }
    save(path, state)
}

/// Replaces the whole file: it is written beside the old one and then renamed, so that a killed program
/// leaves either the old memory or the new one. The disk is not synced: a torn card is simulated by a killed
/// program, not by a power cut.
pub fn save(path: &Path, state: &ChipState) -> Result<(), StateFileError> {
    let failed = |source| StateFileError::Write { path: path.to_owned(), source };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let text = serde_json::to_vec_pretty(state).map_err(|error| failed(error.into()))?;
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| file.write_all(&text))
        .map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn chip() -> ChipState {
        ChipState::delivered([1, 2, 3, 4], &[7; 16]).unwrap()
    }

    #[test]
    fn a_saved_memory_is_loaded_again_and_readable_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        create(&path, &chip()).unwrap();
        assert_eq!(load(&path).unwrap(), chip());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_card_does_not_overwrite_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        create(&path, &chip()).unwrap();
        assert!(matches!(create(&path, &chip()), Err(StateFileError::Exists(_))));
    }

    #[test]
    fn a_cut_file_and_an_unknown_format_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        std::fs::write(&path, "{\"format\":1,").unwrap();
        assert!(matches!(load(&path), Err(StateFileError::Malformed { .. })));
        save(&path, &ChipState { format: 2, ..chip() }).unwrap();
        assert!(matches!(load(&path), Err(StateFileError::UnknownFormat { found: 2, .. })));
        assert!(matches!(load(&folder.path().join("none")), Err(StateFileError::Read { .. })));
    }
}
