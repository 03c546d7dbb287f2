//! Makes deleted data disappear from the database files too, as far as the engine allows it.

use diesel::connection::SimpleConnection as _;

use crate::store::{Db, StoreError};

/// Makes SQLite overwrite deleted bytes with zeros, instead of only forgetting where they stand.
pub(super) fn overwrite_what_is_deleted(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA secure_delete = ON")?,
        Db::Pg(_) => {}
    }
    Ok(())
}

/// On SQLite, empties the write-ahead log. On PostgreSQL, clears the rows that the erasure left behind;
/// PostgreSQL's own write-ahead log and all backups keep them until they are discarded (`deploy/` says when).
pub(super) fn forget_what_was_deleted(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?,
        Db::Pg(pg) => {
            for table in [
                "entry_part",
                "data_key",
                "attachment",
                "declaration",
                "notification",
                "paper_copy",
                "card_job",
                "credential_intent",
                "digital_credential",
                "person",
            ] {
                pg.batch_execute(&format!("VACUUM {table}"))?;
            }
        }
    }
    Ok(())
}
