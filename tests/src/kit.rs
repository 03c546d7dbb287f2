//! The environment that a test needs. Each part is private: the test starts it and stops it, and nothing of
//! the machine's own is used.

pub mod browser;
pub mod cast;
pub mod client;
pub mod database;
pub mod dates;
pub mod installation;
pub mod keeper;
pub mod lab;
pub mod portrait;
pub mod postgres;
pub mod program;
pub mod proof;
pub mod settings;
pub mod statement;
pub mod tampering;
pub mod town;
pub mod window;

/// The database engine that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The bundled SQLite, in a file.
    Sqlite,
    /// A database of its own in the test binary's private PostgreSQL.
    Postgres,
}

impl Engine {
    /// The name of the engine in reports.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// The words of a refusal.
///
/// # Errors
/// If it was a success.
pub fn words_of_no<T>(outcome: anyhow::Result<T>) -> anyhow::Result<String> {
    match outcome {
        Ok(_) => anyhow::bail!("nothing was refused"),
        Err(no) => Ok(format!("{no:#}")),
    }
}

/// Makes each named function, `fn name(engine: Engine) -> anyhow::Result<()>`, two tests: `sqlite::name` and
/// `postgres::name`. Every test that touches the database is written so.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() -> anyhow::Result<()> {
                super::$name($crate::kit::Engine::Sqlite)
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() -> anyhow::Result<()> {
                super::$name($crate::kit::Engine::Postgres)
            })+
        }
    };
}
