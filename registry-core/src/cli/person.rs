//! `registry person` shows a record at the terminal. A reason is needed, as everywhere else.

use anyhow::bail;
use clap::Args;
use registry_domain::id::OfficerId;
use uuid::Uuid;

use super::say;
use crate::config::Config;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::officers::load_officer;
use crate::persons::{self, RecordView};
use crate::runtime::{close_writer, open_writer};

/// `registry person`
#[derive(Debug, Args)]
pub struct PersonArguments {
    /// Register number, civil id or the person's id.
    pub person: String,
    /// The officer who reads.
    #[arg(long)]
    pub officer: Uuid,
    /// Why; the citizen sees it.
    #[arg(long)]
    pub reason: String,
    /// The record as it was true on this day (YYYY-MM-DD).
    #[arg(long)]
    pub true_on: Option<String>,
    /// The record as the register knew it on this day.
    #[arg(long)]
    pub known_on: Option<String>,
}

pub(super) fn show(config: Config, arguments: &PersonArguments) -> anyhow::Result<()> {
    let deps = open_writer(config)?;
    let outcome = read(&deps, arguments);
    close_writer(&deps)?;
    match outcome {
        Ok(record) => {
            say(&serde_json::to_string_pretty(&record)?);
            Ok(())
        }
        Err(failure) => bail!("{failure}"),
    }
}

fn read(deps: &Deps, arguments: &PersonArguments) -> Result<RecordView, Failure> {
    let PersonArguments { person, officer, reason, true_on, known_on } = arguments;
    let officer = load_officer(deps, OfficerId::new(*officer))?;
    let moment = persons::moment(true_on.as_deref(), known_on.as_deref())?;
    let withheld = persons::open(deps, &officer, person, reason, moment)?;
    let person =
        withheld.release_blocking(&deps.access, |person| persons::opened(deps, &officer, person, reason))?;
    Ok(RecordView::of(&person).for_moment(deps, &officer, moment))
}
