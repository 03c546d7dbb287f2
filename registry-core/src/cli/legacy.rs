//! The command `registry import`.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use registry_domain::id::OfficerId;
use registry_domain::officer::Role;
use uuid::Uuid;

use super::say;
use crate::config::Config;
use crate::import::Reconciliation;
use crate::officers::load_officer;
use crate::runtime::{close_writer, open_writer};

/// `registry import`
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The CSV file (UTF-8; `docs/import.md` describes the columns).
    pub file: PathBuf,
    /// The administrator who answers for the import.
    #[arg(long)]
    pub officer: Uuid,
}

pub(super) fn import(config: Config, arguments: &ImportArguments) -> anyhow::Result<()> {
    let file = File::open(&arguments.file).with_context(|| format!("open {}", arguments.file.display()))?;
    let lines = BufReader::new(&file).lines().count() as u64;
    let mut file = File::open(&arguments.file)?;
    let deps = open_writer(config)?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} lines, {eta} left")?;
    let bar = ProgressBar::new(lines).with_style(style);
    let outcome = load_officer(&deps, OfficerId::new(arguments.officer)).and_then(|officer| {
        if officer.roles.contains(&Role::Administrator) {
            crate::import::import(&deps, &officer, &mut file, &mut |done| bar.set_position(done))
        } else {
            Err(registry_domain::refusal::Refusal::RoleMissing { role: Role::Administrator.as_str() }.into())
        }
    });
    bar.finish_and_clear();
    close_writer(&deps)?;
    match outcome {
        Ok(report) => {
            tell(&report);
            Ok(())
        }
        Err(failure) => bail!("{failure}"),
    }
}

/// Prints the reconciliation report: what was taken, what was refused and why, what may be a duplicate.
fn tell(report: &Reconciliation) {
    say(&format!("taken: {}", report.taken));
    say(&format!("known already: {}", report.known));
    say(&format!("refused: {}", report.refused.len()));
    for (line, refusal) in &report.refused {
        say(&format!("  line {line}: {} {}", refusal.number(), refusal.title_en()));
        say(&format!("    {}", refusal.title_mn()));
    }
    say(&format!("possible duplicates: {}", report.possible_duplicates.len()));
    for pair in &report.possible_duplicates {
        say(&format!("  line {}: {} and {} ({})", pair.line, pair.person, pair.other, pair.explanation));
    }
}
