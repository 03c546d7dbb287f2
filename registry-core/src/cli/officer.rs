//! `registry officer`: mandates, each given by two administrators.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use registry_domain::id::OfficerId;
use registry_domain::officer::{Officer, Role};
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitTree;
use uuid::Uuid;

use super::{open_database, say, warn};
use crate::config::Config;
use crate::deps::system_clock;
use crate::draw::Draw;
use crate::failure::Failure;
use crate::mandates::{self, Proposal};
use crate::officers::officer_of_row;
use crate::store::{Db, reference, units};

/// `registry officer …`
#[derive(Debug, Subcommand)]
pub enum OfficerCommand {
    /// Appoint an officer alone, as long as there are fewer than two administrators; prints the id.
    Add {
        /// The office.
        #[arg(long)]
        office: String,
        /// How citizens see the officer, for example `Registrar 1, Bayanzürkh`.
        #[arg(long)]
        label: String,
        /// Roles: registrar, approver, card_officer, administrator, auditor.
        #[arg(long, required = true, num_args = 1.., value_delimiter = ',')]
        roles: Vec<String>,
        /// The officer's own register number, so that he keeps away from his own record.
        #[arg(long)]
        person: Option<String>,
    },
    /// Propose a mandate for another administrator to confirm; prints the proposal's id.
    Propose {
        /// The administrator who proposes.
        #[arg(long)]
        by: Uuid,
        /// The officer who gets these roles instead of the present ones; without it a new officer is
        /// appointed.
        #[arg(long)]
        officer: Option<Uuid>,
        /// The office.
        #[arg(long)]
        office: String,
        /// How citizens see the officer.
        #[arg(long)]
        label: String,
        /// Roles: registrar, approver, card_officer, administrator, auditor.
        #[arg(long, required = true, num_args = 1.., value_delimiter = ',')]
        roles: Vec<String>,
        /// The officer's own register number.
        #[arg(long)]
        person: Option<String>,
    },
    /// Confirm a proposal of another administrator; prints the officer's id.
    Confirm {
        /// The administrator who confirms.
        #[arg(long)]
        by: Uuid,
        /// The proposal's id.
        proposal: Uuid,
    },
    /// List the proposals that wait.
    Proposals,
    /// Name an officer's own record. From then on the officer neither opens it nor acts on it, nor on those
    /// of relatives.
    Person {
        /// The officer.
        #[arg(long)]
        officer: Uuid,
        /// Register number, civil id or id.
        #[arg(long)]
        person: String,
    },
}

pub(super) fn officer(config: &Config, command: &OfficerCommand) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let units = units::load(&mut db)?;
    let (now, mut draw) = (system_clock()(), Draw::from_system());
    match command {
        OfficerCommand::Add { office, label, roles, person } => {
            let proposal = proposal(None, office, label, roles, person.as_deref());
            let id = db.write(|db| mandates::give_alone(db, &proposal, &units, now, &mut draw.again()))?;
            warn("given by one alone, because there are not two administrators; it is recorded so");
            say(&id.to_string());
        }
        OfficerCommand::Propose { by, officer, office, label, roles, person } => {
            let by = require(&mut db, *by, &units)?;
            let proposal = proposal(*officer, office, label, roles, person.as_deref());
            let id = draw.opaque_uuid();
            let line = db.write(|db| mandates::propose(db, &by, &proposal, &units, now, id))?;
            say(&line.id.to_string());
        }
        OfficerCommand::Confirm { by, proposal } => {
            let by = require(&mut db, *by, &units)?;
            let id = draw.uuid(now);
            let line = db.write(|db| mandates::confirm(db, &by, *proposal, &units, now, id))?;
            say(&line.officer.map(|id| id.to_string()).unwrap_or_default());
        }
        OfficerCommand::Proposals => {
            for line in mandates::waiting(&mut db)? {
                say(&format!("{} {} {} {}", line.id, line.office, line.roles.join(","), line.label));
            }
        }
        OfficerCommand::Person { officer, person } => {
            mandates::name_own_record(&mut db, *officer, person)?;
            say("the officer keeps away from this record and those of relatives");
        }
    }
    Ok(())
}

fn proposal(
    officer: Option<Uuid>,
    office: &str,
    label: &str,
    roles: &[String],
    person: Option<&str>,
) -> Proposal {
    Proposal {
        officer,
        office: office.to_owned(),
        label: label.to_owned(),
        roles: roles.to_vec(),
        person: person.map(str::to_owned),
    }
}

fn require(db: &mut Db, id: Uuid, units: &UnitTree) -> Result<Officer, Failure> {
    let row = reference::officer_of(db, OfficerId::new(id).uuid())?.ok_or(Refusal::MandateNotValid)?;
    if !reference::is_valid_at(row.valid_from, row.valid_to, system_clock()()) {
        return Err(Refusal::MandateNotValid.into());
    }
    officer_of_row(&row, units)
}

/// Appoints an officer of the demo; as for every mandate that one person gives alone, that is recorded.
pub(super) fn add_officer(
    db: &mut Db,
    office: &str,
    label: &str,
    roles: &[Role],
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> anyhow::Result<Uuid> {
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    let units = units::load(db)?;
    Ok(mandates::give_alone(db, &proposal(None, office, label, &roles, None), &units, now, draw)?)
}
