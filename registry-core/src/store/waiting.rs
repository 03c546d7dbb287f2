//! How a write waits for the SQLite file: patiently while other writes of this process go through, briefly
//! while another program holds it. Threads are few, and each that waits keeps somebody from reading.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
use diesel::result::Error as DieselError;
use diesel::sqlite::SqliteConnection;

use super::outage::Outage;

/// How long every other statement waits.
pub(super) const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 10000";
/// How long one look waits.
const A_SECOND: &str = "PRAGMA busy_timeout = 1000";
const HALF_A_SECOND: &str = "PRAGMA busy_timeout = 500";
/// Looks until a write gives up.
const LOOKS: u32 = 10;
/// Looks in a row, without a write of this process between them, after which another program is known to hold
/// the file.
const LOOKS_IN_VAIN: u32 = 3;

/// Writes of this process that began.
static BEGUN: AtomicU64 = AtomicU64::new(0);
/// Whether another program held the file when a write last looked.
static IS_HELD: AtomicBool = AtomicBool::new(false);

/// Begins a write transaction.
///
/// # Errors
/// The engine's; of a file that is held for too long [`Outage::Held`] says so.
pub(super) fn begin(sqlite: &mut SqliteConnection) -> Result<(), DieselError> {
    let (timeout, looks) =
        if IS_HELD.load(Ordering::Relaxed) { (HALF_A_SECOND, 1) } else { (A_SECOND, LOOKS) };
    sqlite.batch_execute(timeout)?;
    let begun = look(sqlite, looks);
    sqlite.batch_execute(BUSY_TIMEOUT)?;
    begun
}

fn look(sqlite: &mut SqliteConnection, looks: u32) -> Result<(), DieselError> {
    let (mut looked, mut in_vain, mut seen) = (0, 0, BEGUN.load(Ordering::Relaxed));
    loop {
        match AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE") {
            Ok(()) => {
                BEGUN.fetch_add(1, Ordering::Relaxed);
                IS_HELD.store(false, Ordering::Relaxed);
                return Ok(());
            }
            Err(error) if Outage::of(&error) == Some(Outage::Held) => {
                let begun = BEGUN.load(Ordering::Relaxed);
                in_vain = if begun == seen { in_vain + 1 } else { 0 };
                (seen, looked) = (begun, looked + 1);
                if in_vain == LOOKS_IN_VAIN {
                    IS_HELD.store(true, Ordering::Relaxed);
                }
                if looked == looks || in_vain == LOOKS_IN_VAIN {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
}
