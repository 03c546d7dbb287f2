//! Finds the programs under test and the programs that they need.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, anyhow, ensure};

/// The variable that names a folder with programs already built; without it, the first use of a program
/// builds it.
const BUILT: &str = "REGISTRY_PROGRAMS";

/// The path of each program, or why its build failed: a failed build is not repeated for every test.
static FOUND: Mutex<Option<HashMap<&'static str, Result<PathBuf, String>>>> = Mutex::new(None);

/// A program of this project.
#[derive(Clone, Copy, Debug)]
pub enum Program {
    /// The register.
    Registry,
    /// The card writer.
    CardWriter,
    /// The simulated card.
    CardSimulator,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::Registry => "registry",
            Program::CardWriter => "card-writer",
            Program::CardSimulator => "card-simulator",
        }
    }

    /// The path of the program, which is built first if needed, so that a test never runs an outdated one.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn path(self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = std::env::var_os(BUILT) {
            let path = Path::new(&folder).join(self.name());
            ensure!(path.exists(), "{BUILT} names a folder without {}", self.name());
            return Ok(path);
        }
        // If another test panicked while it held the lock, the paths are right nevertheless.
        let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let program = found.get_or_insert_default().entry(self.name());
        let built = program.or_insert_with(|| self.build().map_err(|error| format!("{error:#}")));
        built.clone().map_err(|error| anyhow!("building {}: {error}", self.name()))
    }

    /// A command that starts the program.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn command(self) -> anyhow::Result<Command> {
        Ok(Command::new(self.path()?))
    }

    fn build(self) -> anyhow::Result<PathBuf> {
        let here = std::env::current_exe()?;
        let profile =
            here.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release"));
        let profile = profile.context("tests run from a cargo target folder")?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--workspace", "--bin", self.name(), "--target-dir"]);
        cargo.arg(profile.parent().context("a profile's folder stands in the target folder")?);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        run(cargo.current_dir(workspace()))?;
        Ok(profile.join(self.name()))
    }
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started or its exit status is not 0; the error has everything that it printed.
pub fn run(command: &mut Command) -> anyhow::Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting {name}"))?;
    ensure!(
        output.status.success(),
        "{command:?} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}

/// A TCP port on the loopback address on which nobody listens at this moment.
///
/// # Errors
/// If there is none.
pub fn free_port() -> anyhow::Result<u16> {
    // The port lies below the range from which the system draws ports for outgoing connections, because such
    // a connection could take a port that was free a moment ago. This process gives no port out twice, and
    // two processes begin at different ports.
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    for _ in 0..COUNT {
        let nth = std::process::id().wrapping_mul(97).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + nth % COUNT)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    anyhow::bail!("no port between {FIRST} and {} is free", FIRST + COUNT)
}

/// Whether this process runs as root: PostgreSQL then refuses to run, and Chromium needs to run without its
/// sandbox.
///
/// # Errors
/// If the system does not say.
pub fn is_root() -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata("/proc/self").context("asking whose process this is")?.uid() == 0)
}

/// Finds a program in `PATH`, or else in `folders`.
///
/// # Errors
/// If it is nowhere; the error names the Debian package that has it.
pub fn find(name: &str, folders: &[PathBuf], debian_package: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut places = in_path.iter().chain(folders).map(|folder| folder.join(name));
    places.find(|place| place.is_file()).with_context(|| {
        format!("{name} is not installed (Debian package {debian_package}; ./test installs it)")
    })
}
