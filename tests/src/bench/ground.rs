//! What a benchmark over HTTPS needs: an installation of composed people on an engine that keeps what it
//! confirms.

use std::fs;

use anyhow::ensure;
use tempfile::TempDir;

use super::people::{self, Composed};
use crate::kit::Engine;
use crate::kit::cast::Cast;
use crate::kit::installation::Installation;
use crate::kit::postgres::{Cluster, Durability};
use crate::kit::settings::Settings;
use crate::kit::town;

/// An installation with its folder and, on PostgreSQL, its cluster; both are removed with it.
pub struct Ground {
    /// The installation.
    pub installation: Installation,
    cluster: Option<Cluster>,
    folder: TempDir,
}

impl Ground {
    /// Authorities, schema, the demo's agency, the sample, and these people.
    ///
    /// # Errors
    /// If a part does not start, or not all people are imported.
    pub fn new(engine: Engine, people: &[Composed]) -> anyhow::Result<Ground> {
        let folder = tempfile::Builder::new().prefix("registry-bench-").tempdir()?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(Durability::Full)?),
        };
        let database = database(&folder, cluster.as_ref(), "register.db")?;
        let settings = Settings::in_folder(folder.path(), database)?;
        let installation = Installation::kept(folder.path(), &folder.path().join("service.log"), settings)?;
        fill(&installation, people)?;
        Ok(Ground { installation, cluster, folder })
    }

    /// Creates one more, empty database of the same engine.
    ///
    /// # Errors
    /// If PostgreSQL does not create it.
    pub fn bare_database(&self, file: &str) -> anyhow::Result<String> {
        database(&self.folder, self.cluster.as_ref(), file)
    }
}

fn database(folder: &TempDir, cluster: Option<&Cluster>, file: &str) -> anyhow::Result<String> {
    match cluster {
        None => Ok(format!("sqlite://{}", folder.path().join(file).display())),
        Some(cluster) => cluster.create_database(),
    }
}

fn fill(installation: &Installation, people: &[Composed]) -> anyhow::Result<()> {
    installation.hold_ceremony()?;
    installation.registry(&["migrate"])?;
    installation.seed_demo()?;
    let cast = Cast::read(installation)?;
    town::import(installation, &cast)?;
    let file = installation.folder().join("composed.csv");
    fs::write(&file, people::csv(people))?;
    let arguments = ["import", &file.display().to_string(), "--officer", &cast.administrator];
    let report = String::from_utf8(installation.registry(&arguments)?.stdout)?;
    let taken = format!("taken: {}", people.len());
    ensure!(report.lines().any(|line| line == taken), "not all composed people were taken:\n{report}");
    Ok(())
}
