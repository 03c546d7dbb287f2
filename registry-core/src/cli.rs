//! The command line of `registry`: one file a group of commands.

pub mod admin;
pub mod authorities;
pub mod ceremony;
pub mod check_paper;
pub mod demo;
pub mod erase;
pub mod ledger;
pub mod legacy;
pub mod officer;
pub mod person;
pub mod units;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::authorities::AuthoritiesError;
use crate::config::Config;
use crate::runtime::StartError;
use crate::serve::ServeError;
use crate::store::Db;
use crate::vault::VaultError;
use crate::vault::token::TokenError;

/// Mongolia's civil registry core with ID issuance.
///
/// A first instance, step by step:
///
///   registry --config registry.toml config check
///   registry --config registry.toml ceremony --offline keys/offline --offline-unlock offline.unlock
///   registry --config registry.toml migrate
///   registry --config registry.toml units
///   registry --config registry.toml office add 110151
///   registry --config registry.toml officer add --office 110151 --label "Registrar 1" --roles registrar
///   registry --config registry.toml serve
#[derive(Debug, Parser)]
#[command(name = "registry", version, verbatim_doc_comment)]
pub struct Arguments {
    /// The configuration file; every value may also come from BURTGEL__SECTION__NAME.
    #[arg(long, default_value = "registry.toml", global = true)]
    pub config: PathBuf,
    /// A setting over file and environment, for example `--set partners.listen=0.0.0.0:8443`.
    #[arg(long, global = true, value_name = "SECTION.NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Everything `registry` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console and the partners until SIGTERM.
    Serve,
    /// Run pending migrations; nothing else does.
    Migrate,
    /// Check the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make the authorities and keys of an instance: TEST ones in files at once, or step by step in tokens.
    Ceremony(Box<ceremony::CeremonyArguments>),
    /// Issue a client certificate to an agency, hospital or station.
    Partner(authorities::PartnerArguments),
    /// Renew what is near its end, and revoke partners' certificates.
    #[command(subcommand)]
    Authorities(authorities::AuthoritiesCommand),
    /// Load the administrative units that are built in, or apply changes to them.
    Units(units::UnitsArguments),
    /// Offices.
    #[command(subcommand)]
    Office(admin::OfficeCommand),
    /// Officers.
    #[command(subcommand)]
    Officer(officer::OfficerCommand),
    /// Agencies, hospitals and their agreements.
    #[command(subcommand)]
    Agency(admin::AgencyCommand),
    /// Card stations.
    #[command(subcommand)]
    Station(admin::StationCommand),
    /// Make a one-time sign-in link.
    Link(admin::LinkArguments),
    /// Import legacy people from a CSV file.
    Import(legacy::ImportArguments),
    /// Show a record, also as it was true or known on a day. The service must stand still meanwhile.
    Person(person::PersonArguments),
    /// Erase a payload group, an attachment, or all that is said of a person. The service must stand still
    /// meanwhile.
    Erase(erase::EraseArguments),
    /// Check a civil paper offline, with public keys alone: the file, or the text of its QR.
    CheckPaper(check_paper::CheckPaperArguments),
    /// Check leaves, trees, checkpoints, and that the record equals the fold.
    Verify(ledger::VerifyArguments),
    /// Walk the register and list what breaks which rule; people are named by id alone.
    Sweep,
    /// Write the record anew from the ledger.
    Rebuild,
    /// Write ledger and access log as JSON lines, sealed as they stand.
    Export(ledger::FileArgument),
    /// Take an export into an empty database and rebuild the record.
    TakeExport(ledger::FileArgument),
    /// Copy a SQLite database while it is in use.
    Backup(ledger::FileArgument),
    /// Seed offices, officers, partners and stations of the demo (demo mode only).
    Demo(demo::DemoArguments),
}

/// `registry config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read the configuration and say what is wrong with it.
    Check,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as SECTION.NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Runs a command.
///
/// # Errors
/// Whatever keeps it from being done, in words; the process ends with [`exit_code`].
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    // A ceremony takes place on a machine that has no register: it has a plan, and needs no configuration.
    if let Command::Ceremony(arguments) = &arguments.command
        && let Some(step) = &arguments.step
    {
        return ceremony::step(step);
    }
    if let Command::CheckPaper(arguments) = &arguments.command {
        // Anyone checks, also where no registry is installed.
        return check_paper::check(arguments);
    }
    let config = Config::load(&arguments.config, &arguments.set)
        .with_context(|| format!("configuration {}", arguments.config.display()))?;
    match arguments.command {
        Command::CheckPaper(arguments) => check_paper::check(&arguments),
        Command::Serve => Ok(crate::serve::serve(config)?),
        Command::Migrate => migrate(&config),
        Command::Config(ConfigCommand::Check) => {
            say("the configuration is sound");
            Ok(())
        }
        Command::Ceremony(arguments) => ceremony::test_authorities(&config, &arguments),
        Command::Partner(arguments) => authorities::partner(&config, &arguments),
        Command::Authorities(command) => authorities::authorities(&config, &command),
        Command::Units(arguments) => units::run(&config, &arguments),
        Command::Office(command) => admin::office(&config, &command),
        Command::Officer(command) => officer::officer(&config, &command),
        Command::Agency(command) => admin::agency(&config, &command),
        Command::Station(command) => admin::station(&config, &command),
        Command::Link(arguments) => admin::link(&config, &arguments),
        Command::Import(arguments) => legacy::import(config, &arguments),
        Command::Person(arguments) => person::show(config, &arguments),
        Command::Erase(arguments) => erase::erase(config, &arguments),
        Command::Verify(arguments) => ledger::verify(&config, &arguments),
        Command::Sweep => ledger::sweep(&config),
        Command::Rebuild => ledger::rebuild(config),
        Command::Export(arguments) => ledger::export(&config, &arguments),
        Command::TakeExport(arguments) => ledger::take_export(&config, &arguments),
        Command::Backup(arguments) => ledger::backup(&config, &arguments),
        Command::Demo(arguments) => demo::demo(&config, &arguments),
    }
}

/// What the process ends with after an error: 77 if a token's PIN is wrong, which nobody may try again by
/// starting anew (systemd's `RestartPreventExitStatus=`, sysexits.h `EX_NOPERM`), otherwise 1.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let start = match error.downcast_ref::<ServeError>() {
        Some(ServeError::Start(start)) => Some(start),
        Some(ServeError::Tls(_) | ServeError::Listen(_) | ServeError::Fenced | ServeError::Unasked(_)) => {
            None
        }
        None => error.downcast_ref::<StartError>(),
    };
    let vault = match start {
        Some(StartError::Vault(vault) | StartError::Authorities(AuthoritiesError::Vault(vault))) => {
            Some(vault)
        }
        _ => match error.downcast_ref::<AuthoritiesError>() {
            Some(AuthoritiesError::Vault(vault)) => Some(vault),
            _ => error.downcast_ref::<VaultError>(),
        },
    };
    match vault {
        Some(VaultError::Token(TokenError::PinRefused | TokenError::FewTries { .. })) => 77,
        _ => 1,
    }
}

fn migrate(config: &Config) -> anyhow::Result<()> {
    if let Some(folder) = PathBuf::from(crate::store::sqlite_path(&config.database.url)).parent()
        && config.database.url.starts_with("sqlite://")
    {
        std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    let done = Db::open(&config.database.url)?.migrate()?;
    say(&match done.len() {
        0 => "the schema was up to date".to_owned(),
        count => format!("{count} migrations run"),
    });
    Ok(())
}

/// Opens the database of an instance whose schema is known.
pub(crate) fn open_database(config: &Config) -> anyhow::Result<Db> {
    let mut db = Db::open(&config.database.url)?;
    db.require_known_schema()?;
    Ok(db)
}

/// A line beside the output, for the person at the terminal.
#[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
pub(crate) fn warn(line: &str) {
    eprintln!("{line}");
}

/// A line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "the command line speaks to its user")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_pin_ends_otherwise_than_any_other_fault() {
        let refused = || VaultError::Token(TokenError::PinRefused);
        let few = || VaultError::Token(TokenError::FewTries { label: "registry-service".to_owned() });
        for error in [
            ServeError::Start(StartError::Vault(refused())).into(),
            ServeError::Start(StartError::Vault(few())).into(),
            ServeError::Start(StartError::Authorities(AuthoritiesError::Vault(refused()))).into(),
            StartError::Vault(few()).into(),
            AuthoritiesError::Vault(few()).into(),
            anyhow::Error::from(refused()).context("open the keys"),
        ] {
            assert_eq!(exit_code(&error), 77, "{error:#}");
        }
        let absent = TokenError::Absent { label: "registry-service".to_owned() };
        for error in [
            ServeError::Start(StartError::Vault(absent.into())).into(),
            ServeError::Listen(std::io::Error::other("in use")).into(),
            ServeError::Fenced.into(),
            ServeError::Unasked("a listener").into(),
            anyhow::Error::from(VaultError::Pin),
        ] {
            assert_eq!(exit_code(&error), 1, "{error:#}");
        }
    }

    /// What the program ends with and what systemd does about it stand in two places.
    #[test]
    fn systemd_does_not_start_a_service_anew_whose_pin_was_refused() {
        let unit = include_str!("../../deploy/systemd/registry.service");
        assert!(unit.lines().any(|line| line == "RestartPreventExitStatus=77"), "{unit}");
    }
}
