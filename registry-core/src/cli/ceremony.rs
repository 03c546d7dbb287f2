//! `registry ceremony`: TEST authorities at once, or the steps of a ceremony with tokens.

mod arguments;

use std::path::Path;

use anyhow::{Context as _, bail};
use issuance::revocation::Reason;

pub use self::arguments::*;
use super::authorities::{base_url, places};
use super::{say, warn};
use crate::ceremony::make_test_authorities;
use crate::ceremony::steps::{self, Officiant};
use crate::ceremony::transcript::{broken_links, differences};
use crate::ceremony::{CeremonyError, Places};
use crate::config::{Config, Mode};
use crate::deps::system_clock;
use crate::draw::Draw;
use crate::vault::key_file::Purpose;

/// Makes TEST authorities in files.
pub(super) fn test_authorities(config: &Config, arguments: &CeremonyArguments) -> anyhow::Result<()> {
    let (Some(offline), Some(offline_unlock)) = (&arguments.offline, &arguments.offline_unlock) else {
        bail!("give --offline and --offline-unlock, or a step; `registry ceremony --help` says which");
    };
    if config.mode != Mode::Demo {
        bail!(
            "without a step this makes TEST authorities, in demo mode alone; in production take the steps (`registry ceremony --help`)"
        );
    }
    let places = places(config, offline, offline_unlock);
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

/// Takes a step.
pub(super) fn step(step: &CeremonyStep) -> anyhow::Result<()> {
    match step {
        CeremonyStep::Tokens(folder) => list_tokens(&folder.folder),
        CeremonyStep::MakeToken(it) => {
            take(&it.step, |officiant| officiant.make_token(it.token.which(), &it.share_to))
        }
        CeremonyStep::NewShares(it) => {
            take(&it.step, |officiant| officiant.new_shares(it.token.which(), &it.share_to))
        }
        CeremonyStep::Root(it) => take(it, |officiant| officiant.root()),
        CeremonyStep::Csca(it) => take(it, |officiant| officiant.csca()),
        CeremonyStep::Issuing(it) => take(it, |officiant| officiant.issuing()),
        CeremonyStep::Request(it) => take(it, |officiant| officiant.request()),
        CeremonyStep::TakeChain(it) => take(&it.step, |officiant| officiant.take_chain(&it.chain, &it.root)),
        CeremonyStep::DocumentSigner(it) => take(it, |officiant| officiant.document_signer(false)),
        CeremonyStep::Service(it) => service(it),
        CeremonyStep::List(it) => {
            let reason = it.reason.map_or(Reason::Unspecified, RevocationReason::reason);
            let revoke = it.revoke.as_deref().map(|certificate| (certificate, reason));
            take(&it.step, |officiant| officiant.list(it.of.of(), revoke))
        }
        CeremonyStep::Rotate(it) => take(&it.step, |officiant| match it.of {
            RotatedName::Issuing => officiant.next_issuing(),
            RotatedName::DocumentSigner => officiant.document_signer(true),
        }),
        CeremonyStep::RollOver(it) => take(it, |officiant| officiant.roll_over()),
        CeremonyStep::Succeed(it) => take(it, |officiant| officiant.succeed()),
        CeremonyStep::Destroy(it) => {
            let purpose = Purpose::parse(&it.purpose)
                .with_context(|| format!("{:?} is no purpose of a key; `keys` lists them", it.purpose))?;
            take(&it.step, |officiant| {
                officiant.destroy(it.token.which(), purpose, &it.certificate, it.even_in_use)
            })
        }
        CeremonyStep::Keys(it) => take(&it.step, |officiant| officiant.keys(it.token.which())),
        CeremonyStep::Unlock(it) => {
            take(&it.step, |officiant| officiant.unlock(it.token.which(), &it.pin_file))
        }
        CeremonyStep::Compare { one, other } => compare(one, other),
    }
}

fn take(
    arguments: &StepArguments,
    act: impl FnOnce(&mut Officiant<'_>) -> Result<String, CeremonyError>,
) -> anyhow::Result<()> {
    let mut draw = Draw::from_system();
    let (now, folder) = (system_clock()(), &arguments.folder.folder);
    let mut officiant = Officiant::new(folder, &arguments.by, &arguments.share, now, &mut draw)?;
    let written = act(&mut officiant)?;
    say(written.trim());
    Ok(())
}

fn service(arguments: &ServiceArguments) -> anyhow::Result<()> {
    let places = Places {
        online: arguments.keys.clone(),
        offline: arguments.offline.clone(),
        online_unlock: arguments.unlock.clone(),
        offline_unlock: arguments.offline_unlock.clone(),
    };
    take(&arguments.step, |officiant| officiant.service(&places, &arguments.name, &arguments.address))
}

fn list_tokens(folder: &Path) -> anyhow::Result<()> {
    for token in steps::tokens(folder)? {
        let label =
            if token.is_initialised { format!("{:?}", token.label) } else { "an empty token".to_owned() };
        say(&format!("{label}: {} {}, serial number {}", token.manufacturer, token.model, token.serial));
    }
    Ok(())
}

fn compare(one: &Path, other: &Path) -> anyhow::Result<()> {
    let read =
        |path: &Path| std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()));
    let texts = [read(one)?, read(other)?];
    let found = differences(&texts[0], &texts[1]);
    for (line, one, other) in &found {
        warn(&format!("line {line}:\n  {one}\n  {other}"));
    }
    for (path, text) in [one, other].into_iter().zip(&texts) {
        let broken = broken_links(text);
        if !broken.is_empty() {
            bail!("{} was changed after it was written: before step {broken:?}", path.display());
        }
    }
    match found.len() {
        0 => {
            say("the transcripts say the same but for marked keys, serials and times");
            Ok(())
        }
        count => bail!("the transcripts differ in {count} lines"),
    }
}
