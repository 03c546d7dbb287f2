//! The commands `registry verify | sweep | rebuild | export | take-export | backup`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use diesel::connection::SimpleConnection as _;
use indicatif::ProgressBar;
use registry_domain::sweep::Breach;

use super::{open_database, say};
use crate::config::Config;
use crate::ledger::checkpointing::Checkpointer;
use crate::runtime::{close_writer, open_writer};
use crate::store::{Db, StoreError};
use crate::vault::key_ring::KeyRing;

/// `registry verify`
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Another database than the configured one, for example a restored copy.
    #[arg(long)]
    pub database: Option<String>,
}

/// A file to read or write.
#[derive(Debug, Args)]
pub struct FileArgument {
    /// The file.
    pub file: PathBuf,
}

pub(super) fn verify(config: &Config, arguments: &VerifyArguments) -> anyhow::Result<()> {
    let url = arguments.database.as_deref().unwrap_or(&config.database.url);
    let mut db = Db::open(url)?;
    db.require_known_schema()?;
    let keys = KeyRing::open(&config.keys.folder, &config.keys.unlock_file)?;
    let checkpointer = Checkpointer::new(&keys, &config.instance, &config.checkpoints.folder);
    let bar = ProgressBar::new_spinner().with_message("verifying");
    let report = crate::verify::verify(&mut db, &keys, &checkpointer, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    for finding in &report.findings {
        say(&finding.to_string());
    }
    for erased in &report.erased {
        say(erased);
    }
    say(&format!(
        "{} entries, {} accesses, {} people, record digest {}: {} findings",
        report.entries,
        report.accesses,
        report.people,
        report.digest,
        report.findings.len()
    ));
    if report.findings.is_empty() { Ok(()) } else { bail!("the database is not what was written") }
}

pub(super) fn sweep(config: &Config) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let bar = ProgressBar::new_spinner().with_message("sweeping");
    let report = crate::sweep::sweep(&mut db, &config.law.rules, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    let mut rule = None;
    for finding in &report.findings {
        if rule != Some(finding.breach) {
            rule = Some(finding.breach);
            say(&rule_line(finding.breach));
        }
        say(&format!("    person {}", finding.person));
    }
    if !report.doubles.is_empty() {
        say(&rule_line(Breach::RegisteredTwice));
    }
    for double in &report.doubles {
        say(&format!("    declaration {} beside declaration {}", double.later.id.0, double.first.id.0));
    }
    let findings = report.findings.len() + report.doubles.len();
    say(&format!("{} people, {findings} findings", report.people));
    if findings == 0 {
        Ok(())
    } else {
        bail!("the register breaks rules; correct what is wrong and sweep again")
    }
}

fn rule_line(rule: Breach) -> String {
    format!("{} {} · {}", rule.number(), rule.title_mn(), rule.title_en())
}

pub(super) fn rebuild(config: Config) -> anyhow::Result<()> {
    let deps = open_writer(config)?;
    let bar = ProgressBar::new_spinner().with_message("rebuilding");
    let digest = crate::rebuild::rebuild(&mut *deps.db()?, &deps.keys, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    close_writer(&deps)?;
    say(&format!("record digest {}", digest?));
    Ok(())
}

pub(super) fn export(config: &Config, arguments: &FileArgument) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let file =
        File::create_new(&arguments.file).with_context(|| format!("create {}", arguments.file.display()))?;
    let mut out = BufWriter::new(file);
    let lines = db.snapshot(|db| crate::export::export(db, &mut out))?;
    out.flush()?;
    out.into_inner().map_err(|e| anyhow::anyhow!("{e}"))?.sync_all()?;
    say(&format!("{lines} lines written to {}", arguments.file.display()));
    Ok(())
}

pub(super) fn take_export(config: &Config, arguments: &FileArgument) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let keys = KeyRing::open(&config.keys.folder, &config.keys.unlock_file)?;
    let file = File::open(&arguments.file).with_context(|| format!("open {}", arguments.file.display()))?;
    let lines = crate::export::take_export(&mut db, &mut BufReader::new(file))?;
    let digest = crate::rebuild::rebuild(&mut db, &keys, &mut |_| ())?;
    say(&format!("{lines} lines taken; record digest {digest}"));
    Ok(())
}

pub(super) fn backup(config: &Config, arguments: &FileArgument) -> anyhow::Result<()> {
    if arguments.file.exists() {
        bail!("{} exists; choose a new file", arguments.file.display());
    }
    let target = arguments.file.to_str().context("the file's name must be UTF-8")?;
    match open_database(config)? {
        Db::Pg(_) => bail!("on PostgreSQL, back up with the engine's own tools (see deploy/)"),
        Db::Sqlite(mut sqlite) => {
            sqlite
                .batch_execute(&format!("VACUUM INTO '{}'", target.replace('\'', "''")))
                .map_err(StoreError::from)?;
        }
    }
    say(&format!("copied to {target}; check it with `registry verify --database sqlite://{target}`"));
    Ok(())
}
