//! A program that runs as long as a value lives, and never longer than the test.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

const SCRIPT: &str = include_str!("keeper.sh");
const POLL: Duration = Duration::from_millis(20);

/// The signal that asks a program to end properly.
#[derive(Clone, Copy, Debug)]
pub enum Farewell {
    /// SIGTERM.
    Terminate,
    /// SIGINT: for PostgreSQL, the fast shutdown, which does not wait for clients.
    Interrupt,
}

/// A running program; dropping it ends the program and waits for its end.
///
/// The program lives as long as the pipe to a small shell script, so it also ends when the test is killed or
/// when the keeper is in a `static`, which Rust never drops.
#[derive(Debug)]
pub struct Keeper {
    script: Child,
    log: PathBuf,
    name: String,
}

impl Keeper {
    /// Starts `program`; its output goes to the file `log`. If `folder` is given, it is removed after the
    /// program has ended.
    ///
    /// # Errors
    /// If the shell or the log file cannot be opened. Whether the program itself has started is known only
    /// after [`Keeper::wait_until`].
    pub fn start(
        program: &Command,
        farewell: Farewell,
        log: &Path,
        folder: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let signal = match farewell {
            Farewell::Terminate => "TERM",
            Farewell::Interrupt => "INT",
        };
        let output = File::options().create(true).append(true).open(log);
        let output = output.with_context(|| format!("opening {}", log.display()))?;
        let mut script = Command::new("bash");
        script.args(["-c", SCRIPT, "keeper.sh", signal]);
        script.arg(folder.map_or(OsStr::new(""), Path::as_os_str));
        script.args(line_of(program));
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        if let Some(current) = program.get_current_dir() {
            script.current_dir(current);
        }
        script.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output);
        let name = program.get_program().to_string_lossy().into_owned();
        let script = script.spawn().context("starting bash")?;
        Ok(Keeper { script, log: log.to_owned(), name })
    }

    /// Names the program that the started one turns into by `exec`, as a shell does.
    #[must_use]
    pub fn becoming(mut self, program: &OsStr) -> Self {
        self.name = program.to_string_lossy().into_owned();
        self
    }

    /// Waits until `is_ready` returns true.
    ///
    /// # Errors
    /// If the program ends first or is not ready in time; the error has the end of its log.
    pub fn wait_until(
        &mut self,
        patience: Duration,
        mut is_ready: impl FnMut() -> bool,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + patience;
        while !is_ready() {
            if let Some(status) = self.script.try_wait()? {
                bail!("{} ended with {status} before it was ready:\n{}", self.name, self.log_tail());
            }
            if Instant::now() > deadline {
                bail!("{} was not ready after {patience:?}:\n{}", self.name, self.log_tail());
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Ends the program properly and returns its exit status.
    ///
    /// # Errors
    /// If it cannot be awaited.
    pub fn stop(mut self) -> anyhow::Result<ExitStatus> {
        self.end().with_context(|| format!("waiting for {}", self.name))
    }

    /// Whether the program still runs.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn is_running(&mut self) -> anyhow::Result<bool> {
        Ok(self.script.try_wait()?.is_none())
    }

    /// The file of the program's output.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Ends the program properly, if it still runs, and returns its exit status.
    ///
    /// # Errors
    /// If it cannot be awaited.
    pub fn end(&mut self) -> std::io::Result<ExitStatus> {
        drop(self.script.stdin.take());
        self.script.wait()
    }

    /// Waits until the program ends by itself.
    ///
    /// # Errors
    /// If it cannot be awaited, or does not end within the time limit.
    pub fn wait(&mut self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let deadline = Instant::now() + patience;
        // `Child::wait` would first close the pipe, which would end the program.
        loop {
            if let Some(status) = self.script.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!("{} went on:\n{}", self.name, self.log_tail());
            }
            std::thread::sleep(POLL);
        }
    }

    /// Kills the program in the middle of its work, and waits until it is gone.
    ///
    /// # Errors
    /// If it no longer runs.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        super::program::run(Command::new("kill").args(["-s", "KILL", &self.process()?]))?;
        self.end().with_context(|| format!("waiting for {}", self.name)).map(drop)
    }

    /// The id of the program's process.
    ///
    /// # Errors
    /// If it no longer runs.
    pub fn process(&self) -> anyhow::Result<String> {
        let script = self.script.id();
        let children = std::fs::read_to_string(format!("/proc/{script}/task/{script}/children"))?;
        let is_ours = |child: &&str| {
            let program = std::fs::read_link(format!("/proc/{child}/exe"));
            program.is_ok_and(|program| {
                Some(program.as_path()) == Path::new(&self.name).canonicalize().ok().as_deref()
            })
        };
        let child = children.split_whitespace().find(is_ours);
        Ok(child.with_context(|| format!("{} does not run any more", self.name))?.to_owned())
    }

    fn log_tail(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // A program that cannot be awaited any more has ended; there is nobody to report this to.
        let _ = self.end();
    }
}

fn line_of(program: &Command) -> Vec<OsString> {
    std::iter::once(program.get_program()).chain(program.get_args()).map(OsStr::to_owned).collect()
}
