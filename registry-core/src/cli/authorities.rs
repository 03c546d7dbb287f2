//! `registry ceremony`, `registry partner` and `registry authorities`.

use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::Duration;
use clap::{Args, Subcommand, ValueEnum};
use issuance::Certificate;
use issuance::profile::ClientRole;
use uuid::Uuid;

use super::say;
use crate::ceremony::partner::issue_partner_certificate;
use crate::ceremony::renewal::{renew, revoke_partner};
use crate::ceremony::{Places, make_test_authorities};
use crate::config::{Config, Mode};
use crate::deps::system_clock;
use crate::draw::Draw;

/// `registry ceremony`
#[derive(Debug, Args)]
pub struct CeremonyArguments {
    /// Where the sealed roots go; keep it off this machine afterwards.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens the roots; made now.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// DNS names of the service.
    #[arg(long, default_value = "localhost")]
    pub name: Vec<String>,
    /// Addresses of the service.
    #[arg(long, default_value = "127.0.0.1")]
    pub address: Vec<IpAddr>,
}

/// `registry partner`
#[derive(Debug, Args)]
pub struct PartnerArguments {
    /// Where the sealed roots are.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens the roots.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// What the partner is.
    #[arg(long)]
    pub role: PartnerRole,
    /// The partner's id in the register's reference tables.
    #[arg(long)]
    pub id: Uuid,
    /// Its name in the certificate.
    #[arg(long)]
    pub label: String,
    /// Writes OUT.pem and OUT.key.
    #[arg(long)]
    pub out: PathBuf,
}

/// `registry authorities …`
#[derive(Debug, Subcommand)]
pub enum AuthoritiesCommand {
    /// Make anew what is near its end: the roots' lists, the service's TLS certificate, the Document Signer.
    Renew(RenewArguments),
    /// Put a partner's certificate on the list of those revoked.
    Revoke(RevokeArguments),
}

/// `registry authorities renew`
#[derive(Debug, Args)]
pub struct RenewArguments {
    /// Where the sealed roots are.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens the roots.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// Renew what ends within so many days; without it, what has less than a third of its time left.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub ahead: Option<u32>,
}

/// `registry authorities revoke`
#[derive(Debug, Args)]
pub struct RevokeArguments {
    /// Where the sealed roots are.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens the roots.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// The partner's certificate, PEM.
    #[arg(long, value_name = "PEM")]
    pub certificate: PathBuf,
}

/// What a partner is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PartnerRole {
    /// Asks for verification.
    Agency,
    /// Notifies births.
    Hospital,
    /// Personalises cards.
    Station,
}

impl PartnerRole {
    /// The role as certificates have it.
    pub fn client_role(self) -> ClientRole {
        match self {
            PartnerRole::Agency => ClientRole::Agency,
            PartnerRole::Hospital => ClientRole::Hospital,
            PartnerRole::Station => ClientRole::Station,
        }
    }
}

/// The folders and files of a ceremony.
pub(crate) fn places(config: &Config, offline: &std::path::Path, offline_unlock: &std::path::Path) -> Places {
    Places {
        online: config.keys.folder.clone(),
        offline: offline.to_owned(),
        online_unlock: config.keys.unlock_file.clone(),
        offline_unlock: offline_unlock.to_owned(),
    }
}

pub(super) fn ceremony(config: &Config, arguments: &CeremonyArguments) -> anyhow::Result<()> {
    if config.mode != Mode::Demo {
        bail!(
            "this ceremony makes TEST authorities; a production ceremony (PKCS#11, k of n) is not built yet"
        );
    }
    let places = places(config, &arguments.offline, &arguments.offline_unlock);
    make_test_authorities(
        &places,
        &arguments.name,
        &arguments.address,
        &base_url(config),
        system_clock()(),
        &mut Draw::from_system(),
    )?;
    say(&format!("TEST authorities and online keys are in {}", places.online.display()));
    say(&format!("sealed roots are in {}; keep them off this machine", places.offline.display()));
    Ok(())
}

pub(super) fn partner(config: &Config, arguments: &PartnerArguments) -> anyhow::Result<()> {
    issue_partner_certificate(
        &places(config, &arguments.offline, &arguments.offline_unlock),
        arguments.role.client_role(),
        arguments.id,
        &arguments.label,
        &arguments.out,
        system_clock()(),
        &mut Draw::from_system(),
    )?;
    say(&format!("{} and .key written", arguments.out.with_extension("pem").display()));
    Ok(())
}

pub(super) fn authorities(config: &Config, command: &AuthoritiesCommand) -> anyhow::Result<()> {
    let (now, mut draw) = (system_clock()(), Draw::from_system());
    match command {
        AuthoritiesCommand::Renew(arguments) => {
            let places = places(config, &arguments.offline, &arguments.offline_unlock);
            let ahead = arguments.ahead.map(|days| Duration::days(days.into()));
            let renewed = renew(&places, &base_url(config), ahead, now, &mut draw)?;
            say(&match renewed.as_slice() {
                [] => "nothing is near its end".to_owned(),
                renewed => format!("renewed: {}", renewed.join(", ")),
            });
        }
        AuthoritiesCommand::Revoke(arguments) => {
            let places = places(config, &arguments.offline, &arguments.offline_unlock);
            let path = &arguments.certificate;
            let pem = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
            revoke_partner(&places, &Certificate::from_pem(&pem)?, now, &mut draw)?;
            say(&format!("{} is revoked", path.display()));
        }
    }
    Ok(())
}

/// Where certificates say that lists and issuers are.
fn base_url(config: &Config) -> String {
    format!("{}/pki", config.console.public_url)
}
