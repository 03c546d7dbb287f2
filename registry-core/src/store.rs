//! Storage: one code path for SQLite (embedded) and PostgreSQL (national), through diesel's
//! `MultiConnection`.
//!
//! Invariant: every change of the register goes through [`Db::write`], whose first statement moves the log
//! head, so that writers queue in the order of the ledger. Uniqueness rests on constraints, not on isolation.

#![expect(missing_docs, reason = "diesel's derive writes undocumented items beside `Db`")]

pub mod access_index;
pub mod access_log;
pub mod card_nonces;
pub mod codec;
pub mod digital_credentials;
pub mod erasures;
pub mod history;
pub mod lease;
pub mod ledger_log;
pub mod outage;
pub mod paging;
pub mod paper_copies;
pub mod people;
pub mod pool;
pub mod reference;
pub mod reservations;
pub mod schema;
pub mod service_intents;
pub mod statements;
pub mod units;
pub mod unwritten_certificates;
mod waiting;

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::R2D2Connection as _;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use self::outage::Outage;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// How often a transaction that the engine could not serialise is tried again.
const SERIALISATION_RETRIES: u32 = 5;

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Compiles the same expression once for each engine: for the few statements whose types diesel keeps apart
/// by engine (upserts, batch inserts).
#[macro_export]
macro_rules! native {
    ($db:expr, $connection:ident => $statement:expr) => {
        match $db {
            $crate::store::Db::Pg($connection) => $statement,
            $crate::store::Db::Sqlite($connection) => $statement,
        }
    };
}

/// Why an act of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine that this program knows.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The pool could give no connection.
    #[error("open the database: {0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    /// The engine refused a statement.
    #[error("database: {0}")]
    Query(#[from] DieselError),
    /// A connection could not be made.
    #[error("connect to the database: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The connection ended while a transaction was being committed: nobody knows whether it was.
    #[error("commit (nobody knows whether it took effect): {0}")]
    InDoubt(#[source] DieselError),
    /// The outage that failed a whole batch, as each caller of the batch is told.
    #[error("database: {1}")]
    Outage(Outage, String),
    /// Migrations could not be run or listed.
    #[error("migrations: {0}")]
    Migration(String),
    /// The schema is not the one that this program was built for.
    #[error(
        "the database schema is not this program's: {0}; run `registry migrate`, or use the program that made it"
    )]
    UnknownSchema(String),
    /// Another process holds the lease to append to this ledger.
    #[error("another process writes this ledger (its lease runs until {until}); stop it first")]
    SecondWriter {
        /// When the other writer's lease ends unless it is renewed.
        until: String,
    },
    /// This process lost its lease to another writer.
    #[error("this process is no longer the ledger's writer")]
    Fenced,
    /// Something stored cannot be read back; `registry verify` says where.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// A key was refused or missing.
    #[error("vault: {0}")]
    Vault(#[from] crate::vault::VaultError),
}

/// What is wrong with a JSON text, and where. The error's own words are not used: they may quote the text,
/// which is somebody's data.
pub(crate) fn place_of(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Syntax => "JSON",
        serde_json::error::Category::Data => "member",
        serde_json::error::Category::Eof | serde_json::error::Category::Io => "end",
    };
    format!("{what}, {}:{}", error.line(), error.column())
}

impl StoreError {
    /// A fault for stored JSON that cannot be read: says where it went wrong, never what stands there,
    /// because this is logged.
    pub fn unreadable(what: &str, error: &serde_json::Error) -> StoreError {
        StoreError::Damaged(format!("{what}: {}", place_of(error)))
    }

    /// Whether a uniqueness constraint refused the row: then another row came first, and nothing is broken.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, StoreError::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }

    /// Whether the engine refused the data to be written, and neither the connection nor the moment is to
    /// blame. Then the other entries of a batch may be written one by one.
    pub fn is_of_the_data(&self) -> bool {
        let StoreError::Query(DieselError::DatabaseError(kind, words)) = self else { return false };
        match kind {
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation => true,
            // SQLite also reports a file that another program has locked in this way.
            DatabaseErrorKind::Unknown => !words.message().contains("locked"),
            _of_the_connection_or_the_moment => false,
        }
    }

    /// How the database failed, if this error is an outage: then it may help to ask again.
    pub fn outage(&self) -> Option<Outage> {
        match self {
            StoreError::Pool(_) | StoreError::Connect(_) => Some(Outage::Away),
            StoreError::Query(error) => Outage::of(error),
            StoreError::InDoubt(_) => Some(Outage::InDoubt),
            StoreError::Outage(outage, _) => Some(*outage),
            StoreError::UnknownEngine
            | StoreError::Migration(_)
            | StoreError::UnknownSchema(_)
            | StoreError::SecondWriter { .. }
            | StoreError::Fenced
            | StoreError::Damaged(_)
            | StoreError::Vault(_) => None,
        }
    }

    /// What each caller is told when a batch failed as a whole.
    #[must_use]
    pub fn for_one_of_many(&self) -> StoreError {
        match (self, self.outage()) {
            (StoreError::Fenced, _) => StoreError::Fenced,
            (_, Some(outage)) => StoreError::Outage(outage, self.to_string()),
            (_, None) => StoreError::Damaged(self.to_string()),
        }
    }

    fn of_commit(error: DieselError) -> StoreError {
        match Outage::of_commit(&error) {
            Some(Outage::InDoubt) => StoreError::InDoubt(error),
            Some(Outage::Away | Outage::Held) | None => StoreError::Query(error),
        }
    }

    fn may_be_tried_again(&self) -> bool {
        matches!(
            self,
            StoreError::Query(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _))
        )
    }
}

impl Db {
    /// Opens one connection; `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::UnknownEngine`] for any other scheme, so that a typing mistake never creates a file.
    pub fn open(url: &str) -> Result<Db, StoreError> {
        let mut db = match Engine::of(url)? {
            Engine::Sqlite => Db::Sqlite(SqliteConnection::establish(sqlite_path(url))?),
            Engine::Postgres => Db::Pg(PgConnection::establish(url)?),
        };
        prepare_connection(&mut db)?;
        Ok(db)
    }

    /// Runs `act` in a write transaction: `BEGIN IMMEDIATE` on SQLite, `READ COMMITTED` on PostgreSQL.
    ///
    /// The closure may run more than once; it draws nothing and signs nothing.
    ///
    /// # Errors
    /// The closure's error (rolled back), or the database failed.
    pub fn write<T, E>(&mut self, mut act: impl FnMut(&mut Db) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + AsStoreError,
    {
        let mut tries = 0;
        loop {
            let _under_way = self.begin_writing()?;
            let outcome = act(self).and_then(|value| {
                <Db as Connection>::TransactionManager::commit_transaction(self)
                    .map(|()| value)
                    .map_err(|e| E::from(StoreError::of_commit(e)))
            });
            match outcome {
                Ok(value) => return Ok(value),
                Err(error) => {
                    // The first error is the one to report; a failed rollback shows at the next statement.
                    let _ = <Db as Connection>::TransactionManager::rollback_transaction(self);
                    tries += 1;
                    if tries > SERIALISATION_RETRIES
                        || !error.store_error().is_some_and(StoreError::may_be_tried_again)
                    {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn begin_writing(&mut self) -> Result<Option<waiting::Write<'static>>, StoreError> {
        match self {
            Db::Pg(pg) => {
                AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
                Ok(None)
            }
            Db::Sqlite(sqlite) => Ok(Some(waiting::OURS.begin(sqlite)?)),
        }
    }

    /// Whether this connection is of no use any more. Asks the socket first, so a good connection costs no
    /// query.
    pub fn has_ended(&mut self) -> bool {
        if self.is_broken() {
            return true;
        }
        let Db::Pg(pg) = self else { return false };
        // The first look reads the server's last message, the second finds the end of the stream behind it.
        let has_ended = (0..2).any(|_| pg.notifications_iter().any(|notice| notice.is_err()));
        // The failing statement marks the connection as broken for the pool.
        has_ended && pg.batch_execute("SELECT 1").is_err()
    }

    /// Runs `act` on one snapshot of the database, so that it never sees half of what a running service
    /// writes meanwhile.
    ///
    /// # Errors
    /// The closure's error, or the database failed.
    pub fn snapshot<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let begin = match self {
            Db::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Db::Sqlite(_) => "BEGIN",
        };
        native!(self, c => AnsiTransactionManager::begin_transaction_sql(c, begin))
            .map_err(StoreError::from)?;
        let outcome = act(self);
        // Nothing was written: the rollback only ends the snapshot.
        let _ = <Db as Connection>::TransactionManager::rollback_transaction(self);
        outcome
    }

    /// Runs the pending migrations; returns their names.
    ///
    /// # Errors
    /// [`StoreError::Migration`] with the engine's words.
    pub fn migrate(&mut self) -> Result<Vec<String>, StoreError> {
        let done = match self {
            Db::Pg(pg) => pg.run_pending_migrations(POSTGRES_MIGRATIONS),
            Db::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE_MIGRATIONS),
        };
        done.map(|versions| versions.iter().map(ToString::to_string).collect())
            .map_err(|e| StoreError::Migration(e.to_string()))
    }

    /// Refuses a database whose schema is older, newer or not ours.
    ///
    /// # Errors
    /// [`StoreError::UnknownSchema`] saying what differs.
    pub fn require_known_schema(&mut self) -> Result<(), StoreError> {
        use diesel::migration::MigrationSource;
        let (applied, known) = match self {
            Db::Pg(pg) => (
                pg.applied_migrations(),
                MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES_MIGRATIONS)
                    .map(|all| all.iter().map(|m| m.name().version().as_owned()).collect::<Vec<_>>()),
            ),
            Db::Sqlite(sqlite) => (
                sqlite.applied_migrations(),
                MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE_MIGRATIONS)
                    .map(|all| all.iter().map(|m| m.name().version().as_owned()).collect::<Vec<_>>()),
            ),
        };
        let applied = applied.map_err(|e| StoreError::UnknownSchema(e.to_string()))?;
        let known = known.map_err(|e| StoreError::Migration(e.to_string()))?;
        if let Some(missing) = known.iter().find(|version| !applied.contains(version)) {
            return Err(StoreError::UnknownSchema(format!("migration {missing} has not been run")));
        }
        if let Some(foreign) = applied.iter().find(|version| !known.contains(version)) {
            return Err(StoreError::UnknownSchema(format!("migration {foreign} is unknown to this program")));
        }
        Ok(())
    }

    /// `sqlite` or `postgres`, for reports.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Pg(_) => Engine::Postgres,
            Db::Sqlite(_) => Engine::Sqlite,
        }
    }
}

/// Lets [`Db::write`] see whether the error of a use case is one after which the engine asks to try again.
pub trait AsStoreError {
    /// The store's error inside, if there is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl AsStoreError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// The two database engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// For an embedded instance.
    Sqlite,
    /// For a national instance.
    Postgres,
}

impl Engine {
    /// Reads the engine from the scheme of a URL.
    ///
    /// # Errors
    /// [`StoreError::UnknownEngine`].
    pub fn of(url: &str) -> Result<Engine, StoreError> {
        if url.starts_with("sqlite://") {
            Ok(Engine::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Engine::Postgres)
        } else {
            Err(StoreError::UnknownEngine)
        }
    }

    /// The word used in reports and benchmarks.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// The file behind a `sqlite://` URL.
pub fn sqlite_path(url: &str) -> &str {
    url.trim_start_matches("sqlite://")
}

/// From now on no write of this process waits long for another program that holds the SQLite file: the
/// process has few threads.
pub fn wait_briefly() {
    waiting::OURS.wait_briefly();
}

fn prepare_connection(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Pg(pg) => pg.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning;")?,
        Db::Sqlite(sqlite) => {
            sqlite.batch_execute(waiting::BUSY_TIMEOUT)?;
            sqlite.batch_execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
            )?;
        }
    }
    Ok(())
}
