//! A register as an operator installs it: a folder, a configuration, keys, a migrated database; and the
//! service on it.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use super::Engine;
use super::client::Client;
use super::keeper::{Farewell, Keeper};
use super::postgres::Cluster;
use super::program::{Program, run};
use super::settings::Settings;

const START: Duration = Duration::from_secs(30);

/// A register in a folder of its own, which either belongs to one test and is removed with it, or stays.
#[derive(Debug)]
pub struct Installation {
    folder: Folder,
    log: PathBuf,
    /// The settings, as written to the configuration file; after a change, call
    /// [`Installation::write_settings`].
    pub settings: Settings,
}

#[derive(Debug)]
enum Folder {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Installation {
    /// Opens the installation that stays in `folder`, with these settings; the service's log goes to `log`.
    ///
    /// # Errors
    /// If the configuration file cannot be written.
    pub fn kept(folder: &Path, log: &Path, settings: Settings) -> anyhow::Result<Self> {
        let folder = Folder::Kept(folder.to_owned());
        let installation = Installation { folder, log: log.to_owned(), settings };
        installation.write_settings()?;
        Ok(installation)
    }

    /// An installation that has only its configuration file.
    ///
    /// # Errors
    /// If the folder or, on PostgreSQL, the database cannot be created.
    pub fn empty(engine: Engine) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("registry-test-").tempdir()?;
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("register.db").display()),
            Engine::Postgres => Cluster::shared()?.create_database()?,
        };
        let settings = Settings::in_folder(folder.path(), database_url)?;
        let log = folder.path().join("service.log");
        let installation = Installation { folder: Folder::Temporary(folder), log, settings };
        installation.write_settings()?;
        Ok(installation)
    }

    /// Makes an installation of the demo in a given database, such as one of a cluster that is restarted.
    ///
    /// # Errors
    /// With the register's own words, if a step fails.
    pub fn demo_on(database_url: String) -> anyhow::Result<Self> {
        let mut installation = Installation::empty(Engine::Sqlite)?;
        installation.settings.database_url = database_url;
        installation.write_settings()?;
        installation.hold_ceremony()?;
        installation.registry(&["migrate"])?;
        installation.seed_demo()?;
        Ok(installation)
    }

    /// Makes an installation that is ready to serve: keys made in a ceremony, schema migrated.
    ///
    /// # Errors
    /// With the register's own words, if a step fails.
    pub fn ready(engine: Engine) -> anyhow::Result<Self> {
        let installation = Installation::empty(engine)?;
        installation.hold_ceremony()?;
        installation.registry(&["migrate"])?;
        Ok(installation)
    }

    /// Makes TEST authorities and the service's keys.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn hold_ceremony(&self) -> anyhow::Result<()> {
        let [offline, unlock] = self.offline();
        self.registry(&["ceremony", "--offline", &offline, "--offline-unlock", &unlock]).map(drop)
    }

    /// Makes an installation with the demo's offices, officers and partners; `demo/demo.json` in its folder
    /// lists them.
    ///
    /// # Errors
    /// With the register's own words, if a step fails.
    pub fn demo(engine: Engine) -> anyhow::Result<Self> {
        let installation = Installation::ready(engine)?;
        installation.seed_demo()?;
        Ok(installation)
    }

    /// Adds units and the demo's offices, officers and partners.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn seed_demo(&self) -> anyhow::Result<()> {
        let [offline, unlock] = self.offline();
        let out = self.folder().join("demo").display().to_string();
        self.registry(&["demo", "--offline", &offline, "--offline-unlock", &unlock, "--out", &out]).map(drop)
    }

    /// Renews keys and certificates that are near their end or end within this many days; returns what the
    /// register prints.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn renew_authorities(&self, ahead_days: Option<u32>) -> anyhow::Result<String> {
        let [offline, unlock] = self.offline();
        let days = ahead_days.map(|days| days.to_string());
        let mut arguments = vec!["authorities", "renew", "--offline", &offline, "--offline-unlock", &unlock];
        if let Some(days) = &days {
            arguments.extend(["--ahead", days]);
        }
        Ok(String::from_utf8(self.registry(&arguments)?.stdout)?)
    }

    /// Makes the key and certificate of a partner or officer: `STEM.pem` and `STEM.key`.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn certify_partner(&self, role: &str, id: &str, stem: &Path) -> anyhow::Result<()> {
        let [offline, unlock] = self.offline();
        let out = stem.display().to_string();
        let mut arguments = vec!["partner", "--offline", &offline, "--offline-unlock", &unlock];
        arguments.extend(["--role", role, "--id", id, "--label", "TEST", "--out", &out]);
        self.registry(&arguments).map(drop)
    }

    /// Revokes a partner's certificate, which is named by its stem.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn revoke_partner(&self, stem: &Path) -> anyhow::Result<()> {
        let [offline, unlock] = self.offline();
        let certificate = stem.with_extension("pem").display().to_string();
        let arguments = ["--offline", &offline, "--offline-unlock", &unlock, "--certificate", &certificate];
        self.registry(&[["authorities", "revoke"].as_slice(), &arguments].concat()).map(drop)
    }

    /// The folder of the sealed roots, and the file that opens them.
    pub fn offline(&self) -> [String; 2] {
        ["offline", "offline.unlock"].map(|name| self.folder().join(name).display().to_string())
    }

    /// Writes the configuration file anew.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_settings(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.settings.checkpoints)?;
        let path = self.configuration();
        fs::write(&path, self.settings.to_toml()).with_context(|| format!("writing {}", path.display()))
    }

    /// The path of the configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.folder().join("registry.toml")
    }

    /// The folder that holds everything of this installation; a test may put its own files there.
    pub fn folder(&self) -> &Path {
        match &self.folder {
            Folder::Temporary(folder) => folder.path(),
            Folder::Kept(folder) => folder,
        }
    }

    /// The command `registry --config FILE …`, not yet started.
    ///
    /// # Errors
    /// If the register cannot be built.
    pub fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Program::Registry.command()?;
        command.arg("--config").arg(self.configuration()).args(arguments);
        // Statements are counted for tests that compare how much work two answers take.
        command.env("BURTGEL_LOG", "info,actix_server=warn,registry_core::store::statements=debug");
        Ok(command)
    }

    /// Runs `registry --config FILE …` to its end.
    ///
    /// # Errors
    /// If its exit status is not 0; the error has everything that it printed.
    pub fn registry(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        run(&mut self.command(arguments)?)
    }

    /// A client of the partners' listener with the certificate `STEM.pem` and the key `STEM.key`.
    ///
    /// # Errors
    /// If a file is missing.
    pub fn partner(&self, stem: &Path) -> anyhow::Result<Client> {
        let (chain, key) = (stem.with_extension("pem"), stem.with_extension("key"));
        Client::identified(&self.settings.partners_url(), &self.settings.service_root(), &chain, &key)
    }

    /// A client of the partners' listener without a certificate.
    ///
    /// # Errors
    /// If there is no service root yet.
    pub fn stranger(&self) -> anyhow::Result<Client> {
        Client::trusting(&self.settings.partners_url(), &self.settings.service_root())
    }

    /// Starts the service and waits until it is ready.
    ///
    /// # Errors
    /// If the service ends or is not ready in time; the error has the end of its log.
    pub fn serve(&self) -> anyhow::Result<Service> {
        self.serve_by(&self.command(&["serve"])?)
    }

    /// Starts a service that kills itself, as a power cut would, once it has done this step of issuing.
    ///
    /// # Errors
    /// As [`Installation::serve`]; also if the step is one that happens at the start.
    pub fn serve_until(&self, step: &str) -> anyhow::Result<Service> {
        self.serve_by(self.command(&["serve"])?.env("REGISTRY_END_AT", step))
    }

    /// Starts the service from a shell that sets limits first, such as `ulimit -Sn 1024`.
    ///
    /// # Errors
    /// The errors of [`Installation::serve`].
    pub fn serve_within(&self, limits: &str) -> anyhow::Result<Service> {
        let service = self.command(&["serve"])?;
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("{limits} && exec \"$@\""), "bash"]).arg(service.get_program());
        shell.args(service.get_args());
        for (name, value) in service.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let keeper = Keeper::start(&shell, Farewell::Terminate, &self.log, None)?;
        self.serve_kept(keeper.becoming(service.get_program()))
    }

    fn serve_by(&self, command: &Command) -> anyhow::Result<Service> {
        let keeper = Keeper::start(command, Farewell::Terminate, &self.log, None)?;
        self.serve_kept(keeper)
    }

    fn serve_kept(&self, mut keeper: Keeper) -> anyhow::Result<Service> {
        let console = Client::new(&self.settings.console_url());
        let partners = ("127.0.0.1", self.settings.partners_port);
        keeper.wait_until(START, || {
            console.get("/readyz").is_ok_and(|reply| reply.status == 200)
                && TcpStream::connect(partners).is_ok()
        })?;
        Ok(Service { keeper, console })
    }
}

/// A running register. Dropping it ends it by SIGTERM, as an operator would.
#[derive(Debug)]
pub struct Service {
    keeper: Keeper,
    console: Client,
}

impl Service {
    /// A client of the console's listener, over plain HTTP.
    pub fn console(&self) -> &Client {
        &self.console
    }

    /// The file of the JSON log lines.
    pub fn log_file(&self) -> &Path {
        self.keeper.log()
    }

    /// Waits for SIGINT (Ctrl-C) or SIGTERM to this process, or until the service ends by itself.
    ///
    /// # Errors
    /// If signals cannot be awaited, or the service ended unasked.
    pub fn wait_until_asked_to_end(&mut self) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            let mut look = tokio::time::interval(Duration::from_secs(1));
            loop {
                tokio::select! {
                    outcome = tokio::signal::ctrl_c() => return Ok(outcome?),
                    _ = terminate.recv() => return Ok(()),
                    _ = look.tick() => {
                        anyhow::ensure!(self.keeper.is_running()?, "the service ended; see {}", self.log_file().display());
                    }
                }
            }
        })
    }

    /// The id of its process.
    ///
    /// # Errors
    /// If it does not run any more.
    pub fn process(&self) -> anyhow::Result<String> {
        self.keeper.process()
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// If it cannot be awaited, or ends with exit status 0.
    pub fn wait_for_its_end(&mut self) -> anyhow::Result<()> {
        let status = self.keeper.wait(START)?;
        anyhow::ensure!(!status.success(), "the service ended in good order");
        Ok(())
    }

    /// Ends the service with SIGKILL, as a power cut would.
    ///
    /// # Errors
    /// If it has ended already.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.keeper.kill()
    }

    /// Ends the service with SIGTERM and waits until it has finished its work.
    ///
    /// # Errors
    /// If its exit status is not 0.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.end()
    }

    /// Ends the service by SIGTERM when another one will take its place.
    ///
    /// # Errors
    /// If its exit status is not 0.
    pub fn end(&mut self) -> anyhow::Result<()> {
        let status = self.keeper.end().context("waiting for the service")?;
        let log = self.keeper.log();
        let words =
            || format!("the service ended with {status}:\n{}", fs::read_to_string(log).unwrap_or_default());
        anyhow::ensure!(status.success(), words());
        Ok(())
    }
}
