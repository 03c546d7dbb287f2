//! Direct access to a register's database, for tests that look into its tables, copy it, or harm it on
//! purpose.

use anyhow::{Context, bail};
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};

use super::Engine;
use super::installation::Installation;
use super::postgres::Cluster;

/// A database, by its URL.
#[derive(Clone, Debug)]
pub struct Database {
    /// The URL, as the configuration has it.
    pub url: String,
    engine: Engine,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Nullable<Text>)]
    answer: Option<String>,
}

impl Database {
    /// The database of an installation.
    pub fn of(installation: &Installation) -> Self {
        let url = installation.settings.database_url.clone();
        let engine = if url.starts_with("sqlite://") { Engine::Sqlite } else { Engine::Postgres };
        Database { url, engine }
    }

    /// A copy to which no service writes. On PostgreSQL nobody may be connected to the original.
    ///
    /// # Errors
    /// With the engine's words.
    pub fn copy(&self, installation: &Installation, name: &str) -> anyhow::Result<Self> {
        let url = match self.engine {
            Engine::Sqlite => {
                let file = installation.folder().join(format!("{name}.db"));
                let mut original = self.sqlite()?;
                original.batch_execute(&format!("VACUUM INTO '{}'", file.display()))?;
                format!("sqlite://{}", file.display())
            }
            Engine::Postgres => Cluster::shared()?.copy_database(self.name()?)?,
        };
        Ok(Database { url, engine: self.engine })
    }

    /// Removes the triggers and checks that protect the tables from changes, as the owner of the machine
    /// could.
    ///
    /// # Errors
    /// With the engine's words.
    pub fn unguard(&self) -> anyhow::Result<()> {
        match self.engine {
            Engine::Sqlite => {
                let drops = self.ask(
                    "SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_master WHERE type = 'trigger'",
                )?;
                self.execute(&drops)
            }
            Engine::Postgres => self.execute(
                "DO $$ DECLARE c record; BEGIN \
                 FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint \
                 WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace LOOP \
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; \
                 FOR c IN SELECT tgrelid::regclass AS t, tgname FROM pg_trigger WHERE NOT tgisinternal LOOP \
                 EXECUTE format('DROP TRIGGER %I ON %s', c.tgname, c.t); END LOOP; END $$",
            ),
        }
    }

    /// Runs SQL.
    ///
    /// # Errors
    /// With the engine's words.
    pub fn execute(&self, sql: &str) -> anyhow::Result<()> {
        match self.engine {
            Engine::Sqlite => {
                let mut connection = self.sqlite()?;
                connection
                    .batch_execute("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")?;
                connection.batch_execute(sql)?;
            }
            Engine::Postgres => drop(Cluster::shared()?.execute(self.name()?, sql)?),
        }
        Ok(())
    }

    /// One value of one row, as text; empty if it is null.
    ///
    /// # Errors
    /// With the engine's words, or if there is no row.
    pub fn ask(&self, sql: &str) -> anyhow::Result<String> {
        match self.engine {
            Engine::Sqlite => {
                let query = format!("SELECT CAST(({sql}) AS TEXT) AS answer");
                let answer: Answer = diesel::sql_query(query).get_result(&mut self.sqlite()?)?;
                Ok(answer.answer.unwrap_or_default())
            }
            Engine::Postgres => Cluster::shared()?.execute(self.name()?, sql),
        }
    }

    /// The columns of a table, in their order.
    ///
    /// # Errors
    /// If there is no such table.
    pub fn columns(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let names = match self.engine {
            Engine::Sqlite => {
                self.ask(&format!("SELECT group_concat(name) FROM pragma_table_info('{table}')"))
            }
            Engine::Postgres => self.ask(&format!(
                "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) \
                 FROM information_schema.columns WHERE table_name = '{table}'"
            )),
        }?;
        if names.is_empty() {
            bail!("there is no table {table}");
        }
        Ok(names.split(',').map(str::to_owned).collect())
    }

    /// Changes one value of the table's last row to another of its kind.
    ///
    /// # Errors
    /// With the engine's words.
    pub fn change(&self, table: &str, column: &str) -> anyhow::Result<()> {
        let last = self.last_row(table);
        match self.engine {
            Engine::Sqlite => self.execute(&format!(
                "UPDATE {table} SET {column} = CASE \
                 WHEN typeof({column}) = 'blob' AND length({column}) > 0 THEN randomblob(length({column})) \
                 WHEN typeof({column}) = 'integer' AND {column} IN (0, 1) THEN 1 - {column} \
                 WHEN typeof({column}) = 'integer' THEN {column} + 1 \
                 WHEN {column} GLOB '20??-??-??*' THEN '1999' || substr({column}, 5) \
                 WHEN typeof({column}) = 'null' AND '{column}' IN ('open_for') THEN randomblob(16) \
                 ELSE coalesce({column}, '') || 'x' END \
                 WHERE {last}"
            )),
            Engine::Postgres => {
                let kind = self.ask(&format!(
                    "SELECT data_type FROM information_schema.columns \
                     WHERE table_name = '{table}' AND column_name = '{column}'"
                ))?;
                let changed = match kind.as_str() {
                    "bytea" => format!("set_byte({column}, 0, get_byte({column}, 0) # 255)"),
                    "uuid" => "gen_random_uuid()".to_owned(),
                    "boolean" => format!("NOT {column}"),
                    "bigint" | "integer" => format!("{column} + 1"),
                    "timestamp with time zone" => format!("{column} + interval '1 day'"),
                    "text" => format!(
                        "CASE WHEN {column} ~ '^20..-..-..' THEN '1999' || substr({column}, 5) \
                         ELSE coalesce({column}, '') || 'x' END"
                    ),
                    other => bail!("{table}.{column} is {other}, and no test says how to change that"),
                };
                self.execute(&format!("UPDATE {table} SET {column} = {changed} WHERE {last}"))
            }
        }
    }

    /// Deletes the table's last row.
    ///
    /// # Errors
    /// With the engine's words.
    pub fn take_away(&self, table: &str) -> anyhow::Result<()> {
        self.execute(&format!("DELETE FROM {table} WHERE {}", self.last_row(table)))
    }

    fn last_row(&self, table: &str) -> String {
        match (self.engine, table) {
            // This table has no rowid.
            (Engine::Sqlite, "access_of_person") => {
                "access_seq = (SELECT max(access_seq) FROM access_of_person)".to_owned()
            }
            (Engine::Sqlite, _) => format!("rowid = (SELECT max(rowid) FROM {table})"),
            (Engine::Postgres, _) => format!("ctid = (SELECT max(ctid) FROM {table})"),
        }
    }

    fn sqlite(&self) -> anyhow::Result<SqliteConnection> {
        let path = self.url.strip_prefix("sqlite://").context("a SQLite database")?;
        let mut connection = SqliteConnection::establish(path)?;
        connection.batch_execute("PRAGMA busy_timeout = 10000")?;
        Ok(connection)
    }

    fn name(&self) -> anyhow::Result<&str> {
        self.url.rsplit('/').next().context("a URL ends with the name of its database")
    }
}
