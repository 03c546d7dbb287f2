//! The configuration of a test's register: the only place that knows the names of the settings.

use std::path::{Path, PathBuf};

use super::program::free_port;

/// The settings that differ between installations. The rest stays at the register's own defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL of the database: `sqlite://PATH` or `postgres://USER@HOST:PORT/NAME`.
    pub database_url: String,
    /// The console's port on loopback.
    pub console_port: u16,
    /// The partners' port on loopback.
    pub partners_port: u16,
    /// The folder into which `registry ceremony` puts the service's keys.
    pub keys: PathBuf,
    /// The file that opens the keys; never in the same folder.
    pub unlock_file: PathBuf,
    /// The folder of the checkpoints outside the database.
    pub checkpoints: PathBuf,
    /// More lines of TOML, appended at the end; a test that needs another law or limit writes it here.
    pub more: String,
}

impl Settings {
    /// Settings for a demo register whose files are all in `folder`, on free ports.
    ///
    /// # Errors
    /// If no port is free.
    pub fn in_folder(folder: &Path, database_url: String) -> anyhow::Result<Self> {
        Ok(Settings {
            database_url,
            console_port: free_port()?,
            partners_port: free_port()?,
            keys: folder.join("keys"),
            unlock_file: folder.join("unlock.key"),
            checkpoints: folder.join("checkpoints"),
            more: String::new(),
        })
    }

    /// The URL of the console.
    pub fn console_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.console_port)
    }

    /// The URL of the partners' interface. Its certificate names `localhost`.
    pub fn partners_url(&self) -> String {
        format!("https://localhost:{}", self.partners_port)
    }

    /// The root of the service branch, which the ceremony makes and partners trust.
    pub fn service_root(&self) -> PathBuf {
        self.keys.join("certificates/service-root.pem")
    }

    /// The configuration file.
    pub fn to_toml(&self) -> String {
        // TOML's basic strings escape paths and URLs as Rust's debug form does.
        format!(
            "mode = \"demo\"\n\
             [database]\nurl = {:?}\n\
             [console]\nlisten = \"127.0.0.1:{}\"\npublic_url = {:?}\n\
             [partners]\nlisten = \"127.0.0.1:{}\"\n\
             [keys]\nfolder = {:?}\nunlock_file = {:?}\n\
             [checkpoints]\nfolder = {:?}\n\
             [law]\nnumber_scheme = \"demo\"\n\
             {}",
            self.database_url,
            self.console_port,
            self.console_url(),
            self.partners_port,
            self.keys,
            self.unlock_file,
            self.checkpoints,
            self.more,
        )
    }
}
