//! Signed checkpoints, kept inside and outside the database, so that a database that was rolled back or cut
//! short is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;
use issuance::signer::{Signer, SoftwareSigner};
use transparency_log::{Checkpoint, Frontier, Hash, KeyName, NoteVerifier, SignedNote};

use super::{Log, origin};
use crate::durable;
use crate::store::ledger_log::{self, column};
use crate::store::schema::{access_entry, ledger_entry};
use crate::store::{Db, StoreError};
use crate::vault::key_ring::KeyRing;

/// Leaves read at a time.
const PAGE: i64 = 10_000;
/// Only one checkpoint is written at a time: by the timer, or because a paper needs one now.
static WRITING: Mutex<()> = Mutex::new(());

/// How the database contradicts the checkpoints that are kept outside it.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The database holds fewer entries than were once signed.
    #[error(
        "the {log} log ends at {found} entries, but a checkpoint outside the database was signed over {signed}: \
         the database was cut short or rolled back; restore the newest backup"
    )]
    RolledBack {
        /// Which log.
        log: &'static str,
        /// Entries in the database.
        found: u64,
        /// Entries in the checkpoint.
        signed: u64,
    },
    /// The database holds other entries than those signed.
    #[error("the {log} log is not the one that was signed at {signed} entries; run `registry verify`")]
    Forked {
        /// Which log.
        log: &'static str,
        /// Entries in the checkpoint.
        signed: u64,
    },
    /// The head row does not follow from the leaves.
    #[error("the head of the {log} log does not follow from its entries; run `registry verify`")]
    Head {
        /// Which log.
        log: &'static str,
    },
    /// The checkpoint file is missing where the log has entries, or cannot be read or verified.
    #[error("the checkpoint file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The key did not sign.
    #[error("sign a checkpoint: {0}")]
    Sign(String),
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes and checks checkpoints of both logs.
pub struct Checkpointer<'a> {
    keys: &'a KeyRing,
    instance: &'a str,
    folder: &'a Path,
}

impl<'a> Checkpointer<'a> {
    /// Makes a checkpointer for an instance whose checkpoints are also kept in `folder`.
    pub fn new(keys: &'a KeyRing, instance: &'a str, folder: &'a Path) -> Checkpointer<'a> {
        Checkpointer { keys, instance, folder }
    }

    /// Signs a checkpoint of each log that has grown since its last one.
    ///
    /// # Errors
    /// [`CheckpointError`]; no checkpoint is signed that is smaller than the newest one outside.
    pub fn write(&self, db: &mut Db) -> Result<(), CheckpointError> {
        // The lock guards no value that a panic could leave half written.
        let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        for log in Log::ALL {
            let frontier = ledger_log::read_head(db, log)?;
            let Some((note, last)) = self.kept_outside(log)? else {
                self.sign(db, log, &frontier, None)?;
                continue;
            };
            if last.size > frontier.size() {
                let (found, signed) = (frontier.size(), last.size);
                return Err(CheckpointError::RolledBack { log: log.name(), found, signed });
            }
            self.mend(db, log, &note, &last)?;
            if last.size < frontier.size() {
                self.sign(db, log, &frontier, Some(last.size))?;
            }
        }
        Ok(())
    }

    /// Puts the newest checkpoint outside into the table, if the process ended after writing it outside and
    /// before writing it inside. Without that the table would have a gap as if somebody had tampered with it.
    fn mend(&self, db: &mut Db, log: Log, note: &str, last: &Checkpoint) -> Result<(), CheckpointError> {
        if !ledger_log::has_checkpoint(db, log, last.size)? {
            ledger_log::store_checkpoint(db, log, last.size, note)?;
        }
        Ok(())
    }

    /// Refuses a database that does not continue what was signed. It also mends the table after an abrupt
    /// end.
    ///
    /// # Errors
    /// [`CheckpointError::RolledBack`], [`CheckpointError::Forked`] or [`CheckpointError::Head`].
    pub fn require_continuation(&self, db: &mut Db) -> Result<(), CheckpointError> {
        for log in Log::ALL {
            let head = ledger_log::read_head(db, log)?;
            let outside = self.kept_outside(log)?;
            let signed = outside.as_ref().map_or(0, |(_, checkpoint)| checkpoint.size);
            let (at_signed, whole) = trees(db, log, signed)?;
            if whole.size() < signed || head.size() < signed {
                let found = whole.size().min(head.size());
                return Err(CheckpointError::RolledBack { log: log.name(), found, signed });
            }
            if outside.as_ref().is_some_and(|(_, checkpoint)| checkpoint.root != at_signed.root()) {
                return Err(CheckpointError::Forked { log: log.name(), signed });
            }
            if whole.size() != head.size() || whole.root() != head.root() {
                return Err(CheckpointError::Head { log: log.name() });
            }
            if let Some((note, last)) = &outside {
                self.mend(db, log, note, last)?;
            }
        }
        Ok(())
    }

    /// The newest checkpoint outside the database, its signature verified.
    ///
    /// # Errors
    /// [`CheckpointError::File`] if it cannot be read or is not signed by this log's key.
    pub fn outside(&self, log: Log) -> Result<Option<Checkpoint>, CheckpointError> {
        Ok(self.kept_outside(log)?.map(|(_, checkpoint)| checkpoint))
    }

    /// The newest checkpoint outside the database, its signature verified, and its note.
    fn kept_outside(&self, log: Log) -> Result<Option<(String, Checkpoint)>, CheckpointError> {
        let path = self.path(log);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error(&path, &error)),
        };
        match self.verify(log, &text) {
            Ok(checkpoint) => Ok(Some((text, checkpoint))),
            Err(reason) => Err(CheckpointError::File { path: path.display().to_string(), reason }),
        }
    }

    /// Verifies a signed checkpoint of `log`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn verify(&self, log: Log, note: &str) -> Result<Checkpoint, String> {
        let signed = SignedNote::parse(note).map_err(|e| e.to_string())?;
        let text = self.verifier(log)?.verify(&signed).map_err(|e| e.to_string())?.to_owned();
        let checkpoint = Checkpoint::parse(&text).map_err(|e| e.to_string())?;
        if checkpoint.origin == self.key_name(log)? {
            Ok(checkpoint)
        } else {
            Err(format!("it is a checkpoint of {}", checkpoint.origin))
        }
    }

    fn sign(
        &self,
        db: &mut Db,
        log: Log,
        frontier: &Frontier,
        after: Option<u64>,
    ) -> Result<(), CheckpointError> {
        let failed = |reason: String| CheckpointError::Sign(reason);
        let checkpoint = Checkpoint::of(self.key_name(log).map_err(failed)?, frontier, after);
        let verifier = self.verifier(log).map_err(failed)?;
        let signer = self.signer(log);
        let note = SignedNote::sign(&checkpoint.to_text(), &verifier, |message| signature(signer, message))
            .map_err(|e| CheckpointError::Sign(e.to_string()))?
            .to_string();
        // The file outside is written first: no checkpoint may be published that is larger than the one kept
        // outside.
        self.keep_outside(log, &note)?;
        Ok(ledger_log::store_checkpoint(db, log, frontier.size(), &note)?)
    }

    fn keep_outside(&self, log: Log, note: &str) -> Result<(), CheckpointError> {
        let path = self.path(log);
        let write =
            || fs::create_dir_all(self.folder).and_then(|()| durable::replace(&path, note.as_bytes()));
        write().map_err(|e| file_error(&path, &e))
    }

    fn path(&self, log: Log) -> PathBuf {
        self.folder.join(format!("{}.checkpoint", log.name()))
    }

    fn key_name(&self, log: Log) -> Result<KeyName, String> {
        KeyName::parse(&origin(self.instance, log)).map_err(|e| e.to_string())
    }

    fn signer(&self, log: Log) -> &SoftwareSigner {
        match log {
            Log::Register => &self.keys.register_log,
            Log::Access => &self.keys.access_log,
        }
    }

    /// The key that verifies this log's checkpoints.
    ///
    /// # Errors
    /// The log's key is not an Ed25519 key.
    pub fn verifier(&self, log: Log) -> Result<NoteVerifier, String> {
        let key = self.signer(log).spki_der();
        let (_, key) = key.split_last_chunk::<32>().ok_or("a log key that is not Ed25519")?;
        NoteVerifier::new(self.key_name(log)?, key).map_err(|e| e.to_string())
    }
}

fn signature(signer: &SoftwareSigner, message: &[u8]) -> Result<[u8; 64], issuance::signer::SignError> {
    let bytes = signer.sign(message)?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| issuance::signer::SignError::Malformed(length))
}

fn file_error(path: &Path, error: &std::io::Error) -> CheckpointError {
    CheckpointError::File { path: path.display().to_string(), reason: error.to_string() }
}

/// The tree over the first `signed` leaves and over all leaves, from the stored leaf hashes.
fn trees(db: &mut Db, log: Log, signed: u64) -> Result<(Frontier, Frontier), StoreError> {
    let mut at_signed = Frontier::new();
    let mut whole = Frontier::new();
    let mut from = 0u64;
    loop {
        let hashes = leaf_hashes(db, log, from, PAGE)?;
        if hashes.is_empty() {
            return Ok((at_signed, whole));
        }
        for hash in hashes {
            if whole.size() < signed {
                at_signed.append(hash);
            }
            whole.append(hash);
        }
        from = whole.size();
    }
}

/// Up to `limit` leaf hashes from position `from`; stops before a gap.
///
/// # Errors
/// [`StoreError::Damaged`] for a hash of another length.
pub fn leaf_hashes(db: &mut Db, log: Log, from: u64, limit: i64) -> Result<Vec<Hash>, StoreError> {
    let start = column(from)?;
    let rows: Vec<(i64, Vec<u8>)> = match log {
        Log::Register => ledger_entry::table
            .filter(ledger_entry::seq.ge(start))
            .order(ledger_entry::seq)
            .limit(limit)
            .select((ledger_entry::seq, ledger_entry::leaf_hash))
            .load(db)?,
        Log::Access => access_entry::table
            .filter(access_entry::seq.ge(start))
            .order(access_entry::seq)
            .limit(limit)
            .select((access_entry::seq, access_entry::leaf_hash))
            .load(db)?,
    };
    let mut hashes = Vec::with_capacity(rows.len());
    for (expected, (seq, hash)) in (start..).zip(rows) {
        if seq != expected {
            break;
        }
        let bytes = <[u8; 32]>::try_from(hash.as_slice())
            .map_err(|_| StoreError::Damaged(format!("{} log, entry {seq}: leaf_hash", log.name())))?;
        hashes.push(Hash(bytes));
    }
    Ok(hashes)
}
