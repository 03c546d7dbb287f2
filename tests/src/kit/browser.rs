//! Headless Chromium, used as a person uses it, with an empty profile of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::keeper::{Farewell, Keeper};
use super::program::{find, free_port, is_root, workspace};

const START: Duration = Duration::from_secs(30);

/// A browser window. [`Browser::close`] closes it properly; when a test fails, dropping the value ends it.
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session.
    pub page: Client,
    _driver: Keeper,
    profile: PathBuf,
}

impl Browser {
    /// Opens an empty window. When `may_run_scripts` is false the browser runs no scripts: every page must
    /// work without them.
    ///
    /// # Errors
    /// If Chromium or its driver is missing or does not start.
    pub async fn open(may_run_scripts: bool) -> anyhow::Result<Self> {
        let chromium = find("chromium", &[], "chromium")?;
        let chromedriver = find("chromedriver", &[], "chromium-driver")?;
        let profile = tempfile::Builder::new().prefix("registry-browser-").tempdir()?;
        let port = free_port()?;
        let mut driver = Command::new(chromedriver);
        driver.arg(format!("--port={port}"));
        let log = profile.path().join("chromedriver.log");
        // From now on the keeper removes the folder, once nothing runs in it any more.
        let profile = profile.keep();
        let mut driver = Keeper::start(&driver, Farewell::Terminate, &log, Some(&profile))?;
        driver.wait_until(START, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok())?;

        let mut arguments: Vec<String> = [
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.join("profile").display()));
        if is_root()? {
            arguments.push("--no-sandbox".to_owned());
        }
        let scripts = if may_run_scripts { 1 } else { 2 };
        let options = json!({
            "binary": chromium,
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": scripts },
        });
        let capabilities = serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let driver_url = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page = builder
            .capabilities(capabilities)
            .connect(&driver_url)
            .await
            .context("opening a browser window")?;
        Ok(Browser { page, _driver: driver, profile })
    }

    /// The folder that only this browser uses.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Keeps a picture of the window as `target/screenshots/NAME.png` and returns its path.
    ///
    /// # Errors
    /// If the picture cannot be taken or written.
    pub async fn screenshot(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = workspace().join("target/screenshots");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, self.page.screenshot().await?)?;
        Ok(path)
    }

    /// Closes the window.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.page.close().await?)
    }
}
