//! The folders of the demo register of `./run`: `data` with the database, `keys` with everything that must
//! not lie beside it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::kit::installation::Installation;
use crate::kit::program::free_port;
use crate::kit::settings::Settings;

/// The folder into which an earlier register is moved.
const EARLIER: &str = "earlier";
/// The port of the console in `./run`.
const CONSOLE: u16 = 8080;
/// The port of the partners' interface in `./run`.
const PARTNERS: u16 = 8443;

/// The two folders of a demo register.
#[derive(Debug)]
pub struct House {
    data: PathBuf,
    keys: PathBuf,
    console_port: u16,
    partners_port: u16,
    _temporary: Option<TempDir>,
}

impl House {
    /// The house in these folders, on the ports that the README names.
    ///
    /// # Errors
    /// If the folders cannot be made, or another program listens on a port.
    pub fn at(data: &Path, keys: &Path) -> anyhow::Result<Self> {
        for port in [CONSOLE, PARTNERS] {
            require_free(port)?;
        }
        let [data, keys] = [data, keys].map(|folder| {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
            fs::canonicalize(folder).with_context(|| format!("finding {}", folder.display()))
        });
        let (data, keys) = (data?, keys?);
        Ok(House { data, keys, console_port: CONSOLE, partners_port: PARTNERS, _temporary: None })
    }

    /// A house in a temporary folder, on free ports; dropping it removes the folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn temporary() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("registry-story-").tempdir()?;
        let [data, keys] = ["data", "keys"].map(|name| folder.path().join(name));
        fs::create_dir(&data)?;
        fs::create_dir(&keys)?;
        let (console_port, partners_port) = (free_port()?, free_port()?);
        Ok(House { data, keys, console_port, partners_port, _temporary: Some(folder) })
    }

    /// Whether the folders hold a register.
    pub fn is_inhabited(&self) -> bool {
        self.database().exists()
    }

    /// Whether its story was played to the end.
    pub fn story_is_told(&self) -> bool {
        self.told().exists()
    }

    /// Records that the story was played to the end, and the citizen for whom a sign-in link is made.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn note_story(&self, citizen: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.told(), citizen)?)
    }

    /// The number of that citizen; `None` if the story was not played to the end.
    pub fn citizen(&self) -> Option<String> {
        fs::read_to_string(self.told()).ok()
    }

    /// Moves what is in the folders aside, so that a new register can begin. It keeps one earlier register.
    ///
    /// # Errors
    /// If something cannot be moved.
    pub fn clear(&self) -> anyhow::Result<()> {
        for folder in [&self.data, &self.keys] {
            let earlier = folder.join(EARLIER);
            if earlier.exists() {
                fs::remove_dir_all(&earlier)?;
            }
            fs::create_dir(&earlier)?;
            for entry in fs::read_dir(folder)? {
                let name = entry?.file_name();
                if name != EARLIER {
                    fs::rename(folder.join(&name), earlier.join(&name))?;
                }
            }
        }
        Ok(())
    }

    /// The installation in these folders; its configuration file is written anew.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn installation(&self) -> anyhow::Result<Installation> {
        let settings = Settings {
            database_url: format!("sqlite://{}", self.database().display()),
            console_port: self.console_port,
            partners_port: self.partners_port,
            keys: self.keys.join("service"),
            unlock_file: self.keys.join("unlock.key"),
            checkpoints: self.keys.join("checkpoints"),
            more: String::new(),
        };
        Installation::kept(&self.keys, &self.data.join("service.log"), settings)
    }

    /// The folder of the demo's cards, journals and slips.
    pub fn cards(&self) -> PathBuf {
        self.data.join("cards")
    }

    /// A file beside the database.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    fn database(&self) -> PathBuf {
        self.data.join("register.db")
    }

    fn told(&self) -> PathBuf {
        self.data.join("story.told")
    }
}

fn require_free(port: u16) -> anyhow::Result<()> {
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!(
            "{port} портыг өөр программ эзэлсэн байна; түүнийг зогсоогоод дахин ажиллуулна уу.\n\
             Another program listens on port {port} (perhaps another ./run): stop it and try again. \
             `ss -ltnp 'sport = :{port}'` says which it is."
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_is_kept_until_the_next_time() {
        let house = House::temporary().unwrap();
        fs::write(house.file("register.db"), "one").unwrap();
        house.note_story("УЪ00000000").unwrap();
        assert!(house.is_inhabited() && house.story_is_told());
        house.clear().unwrap();
        assert!(!house.is_inhabited() && !house.story_is_told());
        assert_eq!(fs::read_to_string(house.file("earlier/register.db")).unwrap(), "one");
        fs::write(house.file("register.db"), "two").unwrap();
        house.clear().unwrap();
        assert_eq!(fs::read_to_string(house.file("earlier/register.db")).unwrap(), "two");
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = require_free(port).unwrap_err().to_string();
        assert!(said.contains(&format!("port {port}")), "{said}");
        drop(listener);
        require_free(port).unwrap();
    }
}
