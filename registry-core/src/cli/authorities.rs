//! `registry ceremony` and `registry partner`.

use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use issuance::profile::ClientRole;
use uuid::Uuid;

use super::say;
use crate::ceremony::partner::issue_partner_certificate;
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
    let base_url = format!("{}/pki", config.console.public_url);
    make_test_authorities(
        &places,
        &arguments.name,
        &arguments.address,
        &base_url,
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
