//! `registry erase`: what the register may no longer keep, by two administrators on a decision. The service
//! must stand still.

use anyhow::bail;
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use registry_domain::amendment::EntryRef;
use registry_domain::entry::PartRole;
use registry_domain::erasure::DecisionNumber;
use registry_domain::id::OfficerId;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::{say, warn};
use crate::config::Config;
use crate::deps::Deps;
use crate::erase::{Request, Target};
use crate::failure::Failure;
use crate::officers::load_officer;
use crate::runtime::{close_writer, open_writer};

/// `registry erase`
#[derive(Debug, Args)]
pub struct EraseArguments {
    /// What to erase.
    #[command(subcommand)]
    pub what: What,
}

/// What to erase.
#[derive(Debug, Subcommand)]
pub enum What {
    /// A payload group of an entry that stands apart, such as cause_of_death.
    Group {
        /// The act number or id of the entry.
        act: String,
        /// The group.
        role: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// An attachment: a portrait or a scanned paper.
    Attachment {
        /// Its id.
        id: Uuid,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
    /// Everything that is said of a person, with the key to it.
    Person {
        /// Register number, civil id or the person's id.
        person: String,
        /// By whom and why.
        #[command(flatten)]
        by: By,
    },
}

/// By whom and why.
#[derive(Debug, Args)]
pub struct By {
    /// The administrator who erases.
    #[arg(long)]
    pub officer: Uuid,
    /// The administrator who agrees.
    #[arg(long)]
    pub second: Uuid,
    /// The number of the decision, as on the paper.
    #[arg(long)]
    pub decision: String,
    /// Why; the citizen sees it.
    #[arg(long)]
    pub reason: String,
    /// Do it. Without this, only what would go is listed.
    #[arg(long)]
    pub carry_out: bool,
}

pub(super) fn erase(config: Config, arguments: &EraseArguments) -> anyhow::Result<()> {
    let deps = open_writer(config)?;
    let bar = ProgressBar::new_spinner().with_message("looking through declarations");
    let outcome = run(&deps, &arguments.what, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    close_writer(&deps)?;
    match outcome {
        Ok(()) => Ok(()),
        Err(failure) => bail!("{failure}"),
    }
}

fn run(deps: &Deps, what: &What, progress: &mut dyn FnMut(u64)) -> Result<(), Failure> {
    let (target, by) = match what {
        What::Group { act, role, by } => {
            let role = PartRole::parse(role).ok_or_else(|| Refusal::unknown_word(role))?;
            (Target::Group { of: EntryRef::parse(act)?, role }, by)
        }
        What::Attachment { id, by } => (Target::Attachment(*id), by),
        What::Person { person, by } => (Target::Person(PersonRef::parse(person)?), by),
    };
    let [first, second] = [by.officer, by.second].map(|id| load_officer(deps, OfficerId::new(id)));
    let (first, second) = (first?, second?);
    let decision = DecisionNumber::parse(&by.decision)?;
    let request = Request { target, first: &first, second: &second, decision, reason: by.reason.clone() };
    let going = request
        .list(deps, progress)?
        .release_blocking(&deps.access, |going| request.access(deps, "erasure prepared", going))?;
    for line in going.lines() {
        say(&line);
    }
    if !by.carry_out {
        warn("nothing was erased; say --carry-out to do it");
        return Ok(());
    }
    let erased = request.carry_out(deps, progress)?;
    say(&format!("erased by entry {} ({})", erased.position, erased.act_number));
    warn("backups made before still hold it until they are discarded");
    Ok(())
}
