//! A private PostgreSQL, one for each test binary, with a new database for each test.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use tempfile::TempDir;

use super::keeper::{Farewell, Keeper};
use super::program::{find, free_port, is_root, run};

const START: Duration = Duration::from_secs(30);
/// The role that owns everything in the cluster; it has no password, because the cluster listens on loopback
/// only.
const ROLE: &str = "registry";
/// PostgreSQL does not run as root; Debian's package creates this account for it.
const ACCOUNT: &str = "postgres";

static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// What may be lost when the machine crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: as in production. Only such a cluster may be measured.
    Full,
    /// Everything: there is no fsync, for tests.
    None,
}

/// A PostgreSQL of this process alone, in its own folder; it is stopped and the folder removed when the
/// process ends.
#[derive(Debug)]
pub struct Cluster {
    server: Keeper,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    durability: Durability,
    folder: Folder,
}

/// What removes the folder: a cluster in a `static` is never dropped, and a cluster that is started again
/// needs its folder.
#[derive(Debug)]
enum Folder {
    OfTheKeeper(PathBuf),
    Own(TempDir),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Folder::OfTheKeeper(path) => path,
            Folder::Own(folder) => folder.path(),
        }
    }
}

impl Cluster {
    /// The cluster that all tests of this binary share; the first use starts it.
    ///
    /// # Errors
    /// If it does not start now, or did not start at the first use.
    pub fn shared() -> anyhow::Result<&'static Cluster> {
        let cluster =
            SHARED.get_or_init(|| Cluster::start(Durability::None).map_err(|error| format!("{error:#}")));
        cluster.as_ref().map_err(|error| anyhow!("starting the tests' PostgreSQL: {error}"))
    }

    /// Starts another cluster: C collation, UTF-8, on a free loopback port and a socket in its folder.
    ///
    /// # Errors
    /// If PostgreSQL is not installed or does not start; the error contains its log.
    pub fn start(durability: Durability) -> anyhow::Result<Self> {
        let folder = new_folder()?.keep();
        Cluster::begin(durability, Folder::OfTheKeeper(folder))
    }

    /// Starts a cluster that can be restarted; only one test may use it.
    ///
    /// # Errors
    /// The errors of [`Cluster::start`].
    pub fn start_for_outages() -> anyhow::Result<Self> {
        Cluster::begin(Durability::None, Folder::Own(new_folder()?))
    }

    fn begin(durability: Durability, folder: Folder) -> anyhow::Result<Self> {
        let programs = programs()?;
        let mut initdb = unprivileged(&programs.join("initdb"))?;
        initdb.args([
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",
            "--no-sync",
            "--username",
            ROLE,
            "--pgdata",
        ]);
        run(initdb.arg(folder.path().join("data")).current_dir("/"))?;
        let port = free_port()?;
        let server = serve(&programs, &folder, port, durability)?;
        Ok(Cluster { server, programs, port, databases: AtomicU32::new(0), durability, folder })
    }

    /// Stops the server without waiting for clients, and starts it again after a pause.
    ///
    /// # Errors
    /// If it does not end or come back, or the cluster is not one that can be restarted.
    pub fn restart(&mut self, pause: Duration) -> anyhow::Result<()> {
        ensure!(matches!(self.folder, Folder::Own(_)), "this cluster's folder goes with its server");
        self.server.end().context("ending PostgreSQL")?;
        std::thread::sleep(pause);
        self.server = serve(&self.programs, &self.folder, self.port, self.durability)?;
        Ok(())
    }

    /// Makes a new, empty database and returns its URL.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn create_database(&self) -> anyhow::Result<String> {
        self.copy_database("template0")
    }

    /// Copies the database with this name, to which nobody may be connected, and returns the copy's URL:
    /// copying a migrated database is faster than making one.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn copy_database(&self, original: &str) -> anyhow::Result<String> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE {original}"))?;
        Ok(format!("postgres://{ROLE}@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs SQL in the database with this name and returns the answer: one line for each row, columns
    /// separated by `
    /// `. For tests that damage a database on purpose.
    ///
    /// # Errors
    /// With the server's words, if it refuses.
    pub fn execute(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
        ]);
        psql.args(["-p", &self.port.to_string(), "-U", ROLE, "-d", database, "-c", sql]);
        let output = run(psql.current_dir("/"))?;
        Ok(String::from_utf8(output.stdout).context("PostgreSQL answers in UTF-8")?.trim_end().to_owned())
    }

    /// Writes the database with this name into a file as SQL.
    ///
    /// # Errors
    /// With the words of `pg_dump`.
    pub fn dump(&self, database: &str, file: &Path) -> anyhow::Result<()> {
        let mut dump = Command::new(self.programs.join("pg_dump"));
        dump.args(["--no-owner", "--no-privileges", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        run(dump.args(["-U", ROLE, "-d", database, "-f"]).arg(file).current_dir("/")).map(drop)
    }

    /// Runs the SQL of a file in the database with this name.
    ///
    /// # Errors
    /// With the words of `psql`.
    pub fn restore(&self, database: &str, file: &Path) -> anyhow::Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "-h", "127.0.0.1"]);
        psql.args(["-p", &self.port.to_string(), "-U", ROLE, "-d", database, "-f"]);
        run(psql.arg(file).current_dir("/")).map(drop)
    }

    /// The loopback port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn new_folder() -> anyhow::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("registry-postgres-").tempdir()?;
    give_away(folder.path())?;
    Ok(folder)
}

/// Starts the server on its data and waits until it is ready.
fn serve(programs: &Path, folder: &Folder, port: u16, durability: Durability) -> anyhow::Result<Keeper> {
    let mut postgres = unprivileged(&programs.join("postgres"))?;
    postgres.arg("-D").arg(folder.path().join("data")).args(["-c", "listen_addresses=127.0.0.1", "-c"]);
    postgres.arg(format!("port={port}")).arg("-c");
    postgres.arg(format!("unix_socket_directories={}", folder.path().display())).current_dir("/");
    if durability == Durability::None {
        postgres.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
    }
    let log = folder.path().join("postgres.log");
    let removed = match folder {
        Folder::OfTheKeeper(path) => Some(path.as_path()),
        Folder::Own(_) => None,
    };
    let mut server = Keeper::start(&postgres, Farewell::Interrupt, &log, removed)?;
    let is_ready = || {
        let mut probe = Command::new(programs.join("pg_isready"));
        probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string(), "-d", "postgres"]);
        probe.status().is_ok_and(|status| status.success())
    };
    server.wait_until(START, is_ready)?;
    Ok(server)
}

/// The folder with PostgreSQL's programs. Debian keeps those of the server outside `PATH`, in one folder for
/// each version.
fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    let initdb = find("initdb", &folders, "postgresql")?;
    // A link in PATH leads to the folder that also has the others.
    let initdb = fs::canonicalize(initdb)?;
    initdb.parent().map(Path::to_owned).context("a program stands in a folder")
}

fn unprivileged(program: &Path) -> anyhow::Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups", "--"]).arg(program);
    Ok(command)
}

/// As root, gives `folder` to the server's account.
fn give_away(folder: &Path) -> anyhow::Result<()> {
    if is_root()? {
        let accounts = fs::read_to_string("/etc/passwd")?;
        let fields = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let account = fields.into_iter().find(|fields| fields.first() == Some(&ACCOUNT));
        let account = account.with_context(|| format!("there is no account {ACCOUNT}"))?;
        let [_, _, uid, gid, ..] = account[..] else { anyhow::bail!("/etc/passwd has no ids") };
        chown(folder, Some(uid.parse()?), Some(gid.parse()?))?;
    }
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?)
}
