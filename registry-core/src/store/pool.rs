//! Connections that the service's threads share. A connection that the server has ended is dropped instead of
//! given out. A new connection is used only if this process is still the ledger's writer.

use std::time::Duration;

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::result::Error as DieselError;

use super::{Db, Engine, StoreError, lease, prepare_connection, sqlite_path};

/// How long a caller waits for a connection while others use them.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a caller waits when there is no connection at all, because the database is away. Such a caller is
/// told soon, and keeps nobody waiting.
const PATIENCE_WITHOUT_ANY: Duration = Duration::from_secs(1);
/// r2d2 tries to connect again after at most half of this.
const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// A connection that a thread has taken from the pool.
pub type PooledDb = PooledConnection<ConnectionManager<Db>>;

/// Connections shared by the service's threads.
#[derive(Debug, Clone)]
pub struct DbPool(Pool<ConnectionManager<Db>>);

impl DbPool {
    /// Opens a pool for the writer of this epoch. The scheme of a SQLite URL is cut off before the file name;
    /// PostgreSQL takes the URL as it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownEngine`], or no connection could be made.
    pub fn open(url: &str, size: u32, epoch: i64) -> Result<DbPool, StoreError> {
        let engine = Engine::of(url)?;
        // diesel's own constructor tries each engine in turn, and SQLite takes any text for a file name. A
        // first connection through `Db::open` makes sure of the engine.
        drop(Db::open(url)?);
        let target = match engine {
            Engine::Sqlite => sqlite_path(url).to_owned(),
            Engine::Postgres => url.to_owned(),
        };
        let pool = Pool::builder()
            .max_size(size)
            .connection_timeout(BETWEEN_TRIES)
            // Asking the server before every use would cost a round trip each time; `get` asks the socket
            // instead.
            .test_on_check_out(false)
            .connection_customizer(Box::new(Prepare { epoch }))
            .build_unchecked(ConnectionManager::<Db>::new(target));
        drop(pool.get_timeout(PATIENCE)?);
        Ok(DbPool(pool))
    }

    /// Takes a connection that has not ended.
    ///
    /// # Errors
    /// [`StoreError::Pool`] if all stay in use for too long, or the database is away.
    pub fn get(&self) -> Result<PooledDb, StoreError> {
        // All open connections may have ended at once.
        for _ in 0..self.0.max_size() {
            let mut db = self.0.get_timeout(self.patience())?;
            if !db.has_ended() {
                return Ok(db);
            }
        }
        Ok(self.0.get_timeout(self.patience())?)
    }

    fn patience(&self) -> Duration {
        if self.0.state().connections == 0 { PATIENCE_WITHOUT_ANY } else { PATIENCE }
    }
}

#[derive(Debug)]
struct Prepare {
    epoch: i64,
}

impl CustomizeConnection<Db, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, db: &mut Db) -> Result<(), diesel::r2d2::Error> {
        // The database may have been away, and another writer may have taken the lease meanwhile.
        prepare_connection(db).and_then(|()| lease::require(db, self.epoch)).map_err(|e| {
            diesel::r2d2::Error::QueryError(match e {
                StoreError::Query(query) => query,
                other => DieselError::QueryBuilderError(other.to_string().into()),
            })
        })
    }
}
