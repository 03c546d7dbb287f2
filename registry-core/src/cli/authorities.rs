//! `registry partner` and `registry authorities`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Duration, Utc};
use clap::{Args, Subcommand, ValueEnum};
use issuance::Certificate;
use issuance::profile::ClientRole;
use uuid::Uuid;

use super::{say, warn};
use crate::authorities::Authorities;
use crate::ceremony::Places;
use crate::ceremony::partner::{beside, issue_partner_certificate};
use crate::ceremony::renewal::{left_to_ceremony, renew, revoke_partner};
use crate::config::Config;
use crate::deps::system_clock;
use crate::draw::Draw;
use crate::tls::PartnerTls;
use crate::vault::token::fingerprint;

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
    /// Make anew what is near its end: the roots' lists, the service's TLS certificate, the Document Signer,
    /// the issuing authority (another one follows it). The last two are taken up at the service's next start.
    Renew(RenewArguments),
    /// Put a partner's certificate on the list of those revoked.
    Revoke(RevokeArguments),
    /// Open the service's keys and authorities as `serve` does when it starts, say what they are, and fail if
    /// a root's list is over.
    Check,
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
    /// Signs in with the certificate instead of one-time links; `--id` is the officer's.
    Officer,
}

impl PartnerRole {
    /// The role as certificates have it.
    pub fn client_role(self) -> ClientRole {
        match self {
            PartnerRole::Agency => ClientRole::Agency,
            PartnerRole::Hospital => ClientRole::Hospital,
            PartnerRole::Station => ClientRole::Station,
            PartnerRole::Officer => ClientRole::Officer,
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
    say(&format!("{} and .key written", beside(&arguments.out, "pem").display()));
    Ok(())
}

pub(super) fn authorities(config: &Config, command: &AuthoritiesCommand) -> anyhow::Result<()> {
    let (now, mut draw) = (system_clock()(), Draw::from_system());
    match command {
        AuthoritiesCommand::Check => check(config, now)?,
        AuthoritiesCommand::Renew(arguments) => {
            let places = places(config, &arguments.offline, &arguments.offline_unlock);
            let ahead = arguments.ahead.map(|days| Duration::days(days.into()));
            let renewed = renew(&places, &base_url(config), &config.law.rules, ahead, now, &mut draw)?;
            say(&match renewed.as_slice() {
                [] => "nothing is near its end".to_owned(),
                renewed => format!("renewed: {}", renewed.join(", ")),
            });
            let left = left_to_ceremony(&places, &config.law.rules, ahead, now, &mut draw)?;
            if !left.is_empty() {
                let what = left.join(", ");
                warn(&format!(
                    "near its end, and signed by a root whose key is not here: {what}; bring it, or hold a ceremony \
                     (`registry ceremony --help`)"
                ));
            }
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

fn check(config: &Config, now: DateTime<Utc>) -> anyhow::Result<()> {
    PartnerTls::open(&config.keys.folder, &config.keys.unlock_file, config.mode, now)?;
    let (_, authorities) = Authorities::of_instance(config, now)?;
    let place = match &config.keys.token {
        Some(token) => format!("the token {:?}", token.label),
        None => "files".to_owned(),
    };
    for issuer in authorities.issuers() {
        let certificate = issuer.certificate();
        let (subject, key) = (certificate.subject(), fingerprint(certificate.public_key()));
        say(&format!("issuing authority: {subject}, {key}"));
    }
    if let Some(advice) = authorities.issuing().shortness(&config.law.rules, now) {
        warn(&advice);
    }
    match authorities.document_signer(now) {
        Ok(signer) => {
            let signer = signer.certificate();
            say(&format!("Document Signer: {}, {}", signer.subject(), fingerprint(signer.public_key())));
        }
        Err(refusal) => bail!("the Document Signer's key may not sign now ({})", refusal.number()),
    }
    say(&format!(
        "their keys are in {place}; every key has one purpose, and each certificate leads to its root"
    ));
    let (over, ageing): (Vec<_>, Vec<_>) =
        authorities.ageing_lists(now)?.into_iter().partition(|list| list.is_over);
    ageing.iter().for_each(|list| say(&list.to_string()));
    if !over.is_empty() {
        bail!("{}", over.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    say("the lists of the eID root and of the CSCA are in their time");
    Ok(())
}

/// Where certificates say that lists and issuers are.
pub(super) fn base_url(config: &Config) -> String {
    format!("{}/pki", config.console.public_url)
}
