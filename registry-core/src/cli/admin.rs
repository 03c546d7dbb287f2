//! `registry office | agency | station | link`: reference data and sign-in links.

use anyhow::{Context as _, bail};
use card_protocol::chip::ChipId;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use registry_domain::person_ref::PersonRef;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use super::{open_database, say};
use crate::card_jobs::channels::trust_again;
use crate::config::Config;
use crate::deps::system_clock;
use crate::draw::Draw;
use crate::outside::in_a_few_words;
use crate::session::{Principal, PrincipalKind, make_link};
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::people;
use crate::store::reference::{self, AgencyRow, AgreedAttribute, AgreementRow, OfficeRow, StationRow};

/// `registry office …`
#[derive(Debug, Subcommand)]
pub enum OfficeCommand {
    /// Open an office at a unit.
    Add {
        /// The unit's code.
        unit: String,
        /// The office that approves if this office has no second officer to do so.
        #[arg(long)]
        neighbour: Option<String>,
    },
}

/// `registry agency …`
#[derive(Debug, Subcommand)]
pub enum AgencyCommand {
    /// Enrol an agency or hospital; prints the id.
    Add {
        /// Its name, as citizens see it.
        #[arg(long)]
        label: String,
        /// Whether it asks for verification or notifies births.
        #[arg(long, default_value = "agency")]
        kind: AgencyKind,
    },
    /// Make an agreement; prints the id.
    Agree {
        /// The agency's id.
        #[arg(long)]
        agency: Uuid,
        /// The purpose, a word that every question repeats.
        #[arg(long)]
        purpose: String,
        /// The clause that allows it, as every question repeats it.
        #[arg(long)]
        legal_basis: String,
        /// The attributes that may be asked: clan_name, parent_name, given_name, born_on, living, card.
        #[arg(long, required = true, num_args = 1.., value_delimiter = ',')]
        attributes: Vec<String>,
        /// How many misses an end user may have in a day.
        #[arg(long, default_value_t = 100)]
        misses_per_end_user: i32,
        /// How many misses the whole agency may have in a day.
        #[arg(long, default_value_t = 1000)]
        misses_per_agency: i32,
    },
}

/// The kinds of agencies.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum AgencyKind {
    /// Asks for verification.
    Agency,
    /// Notifies births.
    Hospital,
}

/// `registry station …`
#[derive(Debug, Subcommand)]
pub enum StationCommand {
    /// Enrol a card station; prints the id.
    Add {
        /// The office it stands in.
        #[arg(long)]
        office: String,
        /// The name of the station.
        #[arg(long)]
        label: String,
    },
    /// Let jobs have chips again that were refused (745) because the transport keys of the service were set
    /// wrong.
    TrustChip {
        /// The chips, as `card_channel.distrusted_chip` names them. The card office's page names them too
        /// until their jobs are given up.
        #[arg(required = true)]
        chips: Vec<String>,
        /// Why, in 3 to 200 characters; it is kept with what the chip answered.
        #[arg(long)]
        reason: String,
    },
}

/// `registry link`: give exactly one of the three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct LinkArguments {
    /// An officer's id.
    #[arg(long)]
    pub officer: Option<Uuid>,
    /// A citizen's register number, civil id or id.
    #[arg(long)]
    pub citizen: Option<String>,
    /// An agency's id, for its desk in the console.
    #[arg(long)]
    pub agency: Option<Uuid>,
}

pub(super) fn office(config: &Config, command: &OfficeCommand) -> anyhow::Result<()> {
    let OfficeCommand::Add { unit, neighbour } = command;
    let mut db = open_database(config)?;
    add_office(&mut db, unit, neighbour.as_deref())?;
    say(&format!("office {unit} is open"));
    Ok(())
}

/// Opens an office.
pub(super) fn add_office(db: &mut Db, unit: &str, neighbour: Option<&str>) -> anyhow::Result<()> {
    let unit_code = UnitCode::parse(unit)?.to_string();
    let approval_neighbour = neighbour.map(UnitCode::parse).transpose()?.map(|code| code.to_string());
    Ok(reference::add_office(db, &OfficeRow { unit_code, approval_neighbour })?)
}

pub(super) fn agency(config: &Config, command: &AgencyCommand) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let (now, mut draw) = (system_clock()(), Draw::from_system());
    let id = match command {
        AgencyCommand::Add { label, kind } => add_agency(&mut db, label, *kind, now, &mut draw)?,
        AgencyCommand::Agree {
            agency,
            purpose,
            legal_basis,
            attributes,
            misses_per_end_user,
            misses_per_agency,
        } => {
            let attributes = serde_json::to_string(attributes)?;
            serde_json::from_str::<Vec<AgreedAttribute>>(&attributes).context("attributes")?;
            let id = draw.uuid(now);
            let row = AgreementRow {
                id: Uid(id),
                agency_id: Uid(*agency),
                purpose: purpose.clone(),
                legal_basis: legal_basis.clone(),
                attributes,
                misses_per_end_user: *misses_per_end_user,
                misses_per_agency: *misses_per_agency,
                valid_from: Instant::new(now),
                valid_to: None,
            };
            reference::add_agreement(&mut db, &row).context("is the agency enrolled?")?;
            id
        }
    };
    say(&id.to_string());
    Ok(())
}

/// Enrols an agency or hospital.
pub(super) fn add_agency(
    db: &mut Db,
    label: &str,
    kind: AgencyKind,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> anyhow::Result<Uuid> {
    let id = draw.uuid(now);
    let agency_kind = match kind {
        AgencyKind::Agency => "agency",
        AgencyKind::Hospital => "hospital",
    };
    let row = AgencyRow {
        id: Uid(id),
        label: label.to_owned(),
        agency_kind: agency_kind.to_owned(),
        valid_from: Instant::new(now),
        valid_to: None,
    };
    reference::add_agency(db, &row)?;
    Ok(id)
}

pub(super) fn station(config: &Config, command: &StationCommand) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let now = system_clock()();
    match command {
        StationCommand::Add { office, label } => {
            say(&add_station(&mut db, office, label, now, &mut Draw::from_system())?.to_string());
        }
        StationCommand::TrustChip { chips, reason } => {
            let reason = in_a_few_words(reason).context("write the reason in 3 to 200 characters")?;
            let chips: Vec<ChipId> = chips
                .iter()
                .map(|chip| ChipId::parse(chip).with_context(|| format!("{chip} is no id of a chip")))
                .collect::<anyhow::Result<_>>()?;
            for chip in &chips {
                match trust_again(&mut db, chip, reason, now.date_naive())? {
                    0 => bail!("no channel says that the chip {chip} did not prove its keys"),
                    _ => say(&format!("{chip} may be bound to a job again")),
                }
            }
        }
    }
    Ok(())
}

/// Enrols a station.
pub(super) fn add_station(
    db: &mut Db,
    office: &str,
    label: &str,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> anyhow::Result<Uuid> {
    let id = draw.uuid(now);
    let row = StationRow {
        id: Uid(id),
        label: label.to_owned(),
        office: UnitCode::parse(office)?.to_string(),
        valid_from: Instant::new(now),
        valid_to: None,
    };
    reference::add_station(db, &row)
        .with_context(|| format!("enrol at office {office} (is the office open?)"))?;
    Ok(id)
}

pub(super) fn link(config: &Config, arguments: &LinkArguments) -> anyhow::Result<()> {
    let mut db = open_database(config)?;
    let principal = match (arguments.officer, &arguments.citizen, arguments.agency) {
        (Some(id), _, _) => {
            let Some(row) = reference::officer_of(&mut db, id)? else { bail!("there is no officer {id}") };
            if row.roles.is_empty() {
                bail!("all roles of officer {id} were withdrawn; give a mandate first");
            }
            Principal { kind: PrincipalKind::Officer, id }
        }
        (_, Some(citizen), _) => {
            let person = people::find_survivor(&mut db, &PersonRef::parse(citizen)?)?;
            let person = person.context("there is no such citizen")?;
            Principal { kind: PrincipalKind::Citizen, id: person.id.uuid() }
        }
        (_, _, Some(id)) => {
            if reference::agency_of(&mut db, id)?.is_none() {
                bail!("there is no agency {id}");
            }
            Principal { kind: PrincipalKind::Agency, id }
        }
        (None, None, None) => bail!("name an officer, a citizen or an agency"),
    };
    let code = Draw::from_system().token();
    make_link(&mut db, principal, &code, system_clock()(), config.limits.sign_in_link_minutes)?;
    say(&format!("{}/sign-in?code={code}", config.console.public_url));
    Ok(())
}
