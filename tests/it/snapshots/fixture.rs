//! A register as an earlier version left it, with the keys of its test: see `tests/fixtures/README.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use registry_tests::kit::Engine;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::postgres::Cluster;
use registry_tests::kit::program::{run, workspace};
use registry_tests::kit::proof::{digest, verified};

/// The parts of an installation that are kept: its keys and checkpoints, and the database or a dump of it.
const KEPT: [&str; 3] = ["keys", "unlock.key", "checkpoints"];

/// An unpacked register, not migrated yet.
pub struct Fixture {
    /// The installation, with a database of its own.
    pub installation: Installation,
    /// The digest of its record, as the version that made it printed it.
    pub digest: String,
}

impl Fixture {
    /// Unpacks the register of this engine.
    pub fn unpack(engine: Engine) -> anyhow::Result<Self> {
        let installation = Installation::empty(engine)?;
        let mut tar = Command::new("tar");
        tar.args(["--extract", "--gzip", "--file"]).arg(archive(engine)).arg("-C").arg(installation.folder());
        run(&mut tar)?;
        if engine == Engine::Postgres {
            let name = installation.settings.database_url.rsplit('/').next().unwrap_or_default();
            Cluster::shared()?.restore(name, &installation.folder().join("register.sql"))?;
        }
        let digest = fs::read_to_string(installation.folder().join("digest"))?.trim().to_owned();
        Ok(Fixture { installation, digest })
    }
}

fn archive(engine: Engine) -> PathBuf {
    workspace().join("tests/fixtures").join(format!("register-{}.tar.gz", engine.name()))
}

/// Packs a register whose service has ended into `folder` as a fixture.
pub fn keep(installation: &Installation, engine: Engine, folder: &Path) -> anyhow::Result<()> {
    let line = verified(installation)?;
    fs::write(installation.folder().join("digest"), digest(&line)?)?;
    let name = installation.settings.database_url.rsplit('/').next().context("a database has a name")?;
    let database = match engine {
        Engine::Sqlite => {
            let mut checkpoint = Command::new("python3");
            checkpoint.args(["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM')"]);
            run(checkpoint.arg(installation.folder().join(name)))?;
            name
        }
        Engine::Postgres => {
            Cluster::shared()?.dump(name, &installation.folder().join("register.sql"))?;
            "register.sql"
        }
    };
    let mut tar = Command::new("tar");
    tar.args(["--create", "--gzip", "--file"]).arg(folder.join(format!("register-{}.tar.gz", engine.name())));
    run(tar.arg("-C").arg(installation.folder()).args(KEPT).args(["digest", database])).map(drop)
}
