//! `registry units`: the built-in units, and the changes that are applied to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use registry_domain::unit::{UNITS_TSV, UnitTree};

use super::{open_database, say, warn};
use crate::config::Config;
use crate::deps::system_clock;
use crate::outside::require_printable;
use crate::store::reference::{self, UnitRow};
use crate::store::{Db, units};

/// `registry units`
#[derive(Debug, Args)]
pub struct UnitsArguments {
    /// Without a command, the units that are built in are loaded.
    #[command(subcommand)]
    pub command: Option<UnitsCommand>,
}

/// `registry units …`
#[derive(Debug, Subcommand)]
pub enum UnitsCommand {
    /// Apply a table of changes: units closed with their successors, units added. A running service sees them
    /// after a restart.
    Apply {
        /// Tab-separated, with the columns of the table that is built in.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Say which units stand for a unit on a day.
    On {
        /// The unit's code.
        unit: String,
        /// The day (YYYY-MM-DD).
        day: String,
    },
}

pub(super) fn run(config: &Config, arguments: &UnitsArguments) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    match &arguments.command {
        None => load_built_in(&mut db),
        Some(UnitsCommand::Apply { file, dry_run }) => apply(&mut db, file, *dry_run),
        Some(UnitsCommand::On { unit, day }) => {
            let (unit, day) =
                (registry_domain::unit::UnitCode::parse(unit)?, registry_domain::date::parse_date(day)?);
            for unit in units::load(&mut db)?.successors_on(&unit, day) {
                say(&format!("{} {}", unit.code, unit.name_mn));
            }
            Ok(())
        }
    }
}

fn load_built_in(db: &mut Db) -> anyhow::Result<()> {
    say(&format!("{} units added", add_units(db)?));
    let mut counts = BTreeMap::new();
    for unit in units::load(db)?.iter() {
        *counts.entry(unit.level.as_str()).or_insert(0_u32) += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(level, count)| format!("{level} {count}")).collect();
    say(&counts.join(", "));
    Ok(())
}

/// Adds the built-in units.
pub(super) fn add_units(db: &mut Db) -> anyhow::Result<usize> {
    let rows: Vec<UnitRow> = UnitTree::parse_tsv(UNITS_TSV)?.iter().map(units::row_of).collect();
    Ok(db.write(|db| reference::add_units(db, &rows))?)
}

fn apply(db: &mut Db, file: &Path, dry_run: bool) -> anyhow::Result<()> {
    let rows = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    require_printable(&rows)?;
    let before = units::load(db)?;
    let after = before.changed(&rows)?;
    for (code, unit) in after.differing_from(&before) {
        let next: Vec<String> = unit.successors.iter().map(ToString::to_string).collect();
        match unit.valid_to {
            Some(last) => say(&format!("{code} {} closes after {last}: {}", unit.name_mn, next.join(", "))),
            None => {
                let from = unit.valid_from.map(|day| day.to_string()).unwrap_or_default();
                say(&format!("{code} {} from {from}", unit.name_mn));
            }
        }
    }
    if dry_run {
        warn("nothing was changed");
        return Ok(());
    }
    let applied = db.write(|db| units::apply(db, &before, &after, &rows, system_clock()()))?;
    for office in &applied.offices {
        say(&format!("office {office} is open"));
    }
    for code in &applied.closed {
        if after.get(code).is_some_and(|unit| unit.successors.len() > 1) {
            let officers = reference::officers_at(db, code.as_str())?;
            for officer in officers.iter().filter(|officer| officer.valid_to.is_none()) {
                warn(&format!("{} of {code} needs a mandate at one of its successors", officer.id.0));
            }
        }
    }
    say(&format!("{} units closed, {} added", applied.closed.len(), applied.added.len()));
    Ok(())
}
