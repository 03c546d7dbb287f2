//! How a write waits for the SQLite file. A service waits patiently while other writes of its own process
//! have the file, and briefly while another program holds it: it has few threads, and each one that waits
//! keeps somebody from reading. A command has nothing else to do, and waits for anybody.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
use diesel::result::Error as DieselError;
use diesel::sqlite::SqliteConnection;

use super::outage::Outage;

/// How long every other statement waits.
pub(super) const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 10000";
/// How long one try to begin a write waits.
const A_LOOK_MS: u64 = 1000;
/// How many tries a write makes before it gives up.
const LOOKS: u32 = 10;
/// After so many failed tries in a row, with no write of this process in that time, another program must be
/// holding the file.
const LOOKS_IN_VAIN: u32 = 3;

/// The writes of this process.
pub(super) static OURS: Writes = Writes::new(A_LOOK_MS);

/// What the writes of one process know of each other.
#[derive(Debug)]
pub(super) struct Writes {
    a_look_ms: u64,
    /// Whether the process has few threads, and so waits briefly for another program.
    is_brief: AtomicBool,
    begun: AtomicU64,
    under_way: AtomicU64,
    /// Whether another program held the file when a write last tried.
    is_held: AtomicBool,
}

/// A write that has begun. Dropping the value says that the write has ended, one way or the other.
#[derive(Debug)]
pub(super) struct Write<'all>(&'all Writes);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Writes {
    const fn new(a_look_ms: u64) -> Writes {
        Writes {
            a_look_ms,
            is_brief: AtomicBool::new(false),
            begun: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
            is_held: AtomicBool::new(false),
        }
    }

    /// From now on no write waits long for another program.
    pub(super) fn wait_briefly(&self) {
        self.is_brief.store(true, Ordering::Relaxed);
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// An error of the database. Its outage is [`Outage::Held`] if the file was held for too long.
    pub(super) fn begin(&self, sqlite: &mut SqliteConnection) -> Result<Write<'_>, DieselError> {
        let (a_look_ms, looks) = if self.is_held.load(Ordering::Relaxed) {
            (self.a_look_ms / 2, 1)
        } else {
            (self.a_look_ms, LOOKS)
        };
        sqlite.batch_execute(&format!("PRAGMA busy_timeout = {a_look_ms}"))?;
        let begun = self.look(sqlite, looks);
        sqlite.batch_execute(BUSY_TIMEOUT)?;
        begun
    }

    fn look(&self, sqlite: &mut SqliteConnection, looks: u32) -> Result<Write<'_>, DieselError> {
        let (mut looked, mut in_vain, mut seen) = (0, 0, self.begun.load(Ordering::Relaxed));
        loop {
            match AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE") {
                Ok(()) => {
                    self.begun.fetch_add(1, Ordering::Relaxed);
                    self.under_way.fetch_add(1, Ordering::Relaxed);
                    self.is_held.store(false, Ordering::Relaxed);
                    return Ok(Write(self));
                }
                Err(error) if Outage::of(&error) == Some(Outage::Held) => {
                    let begun = self.begun.load(Ordering::Relaxed);
                    let is_with_us = begun != seen || self.under_way.load(Ordering::Relaxed) > 0;
                    in_vain = if is_with_us { 0 } else { in_vain + 1 };
                    (seen, looked) = (begun, looked + 1);
                    let is_held = in_vain == LOOKS_IN_VAIN && self.is_brief.load(Ordering::Relaxed);
                    if is_held {
                        self.is_held.store(true, Ordering::Relaxed);
                    }
                    if looked == looks || is_held {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::Connection as _;

    use super::*;

    /// Two connections to one file, which is deleted with the folder.
    fn two() -> (tempfile::TempDir, [SqliteConnection; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.db").display().to_string();
        let both = [(); 2].map(|()| SqliteConnection::establish(&file).unwrap());
        (folder, both)
    }

    fn refused(writes: &Writes, sqlite: &mut SqliteConnection) {
        assert_eq!(Outage::of(&writes.begin(sqlite).unwrap_err()), Some(Outage::Held));
    }

    #[test]
    fn a_long_write_of_our_own_is_waited_for_and_not_taken_for_another_program() {
        let (_folder, [mut one, mut other]) = two();
        let writes = Writes::new(1);
        writes.wait_briefly();
        let write = writes.begin(&mut one).unwrap();
        refused(&writes, &mut other);
        assert!(!writes.is_held.load(Ordering::Relaxed));
        one.batch_execute("ROLLBACK").unwrap();
        drop(write);
        writes.begin(&mut other).unwrap();
    }

    #[test]
    fn a_service_waits_briefly_for_another_program_and_a_command_as_for_anybody() {
        for is_service in [true, false] {
            let (_folder, [mut one, mut other]) = two();
            let writes = Writes::new(1);
            if is_service {
                writes.wait_briefly();
            }
            one.batch_execute("BEGIN IMMEDIATE").unwrap();
            refused(&writes, &mut other);
            assert_eq!(writes.is_held.load(Ordering::Relaxed), is_service);
        }
    }
}
