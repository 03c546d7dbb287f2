//! What the register answers and stores, compared with what it answered and stored before.
//!
//! A change of `snapshots/*.snap` is a change that users and old registers see: it is made in a commit that
//! says why. `INSTA_UPDATE=always ./test snapshots` writes them anew.

mod fixture;
mod heard;
mod payloads;
mod signed;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use chrono::Datelike as _;
use insta::Settings;
use registry_core::api::problem::status_of;
use registry_domain::door::Door;
use registry_domain::kind::Kind;
use registry_domain::refusal;
use registry_tests::kit::Engine;
use registry_tests::kit::dates::today;
use registry_tests::kit::proof::{digest, verified};
use registry_tests::kit::town::Town;

use fixture::Fixture;
use walk::Walk;

registry_tests::on_both_engines! {
    a_walk_through_every_kind_is_answered_and_stored_as_before,
    a_register_of_before_is_migrated_and_keeps_its_digest,
}

/// Compares with `snapshots/NAME.snap`, the same for both engines.
fn held_against(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn a_walk_through_every_kind_is_answered_and_stored_as_before(engine: Engine) -> anyhow::Result<()> {
    let Walk { desk, heard } = Walk::through(engine)?;
    let Town { service, installation, cast: _ } = desk.town;
    service.stop()?;
    if let Some(folder) = std::env::var_os("REGISTRY_KEEP_WALK") {
        fixture::keep(&installation, engine, folder.as_ref())?;
    }
    verified(&installation)?;
    let stored = payloads::of(&installation)?;
    let kinds: BTreeSet<&str> = stored.lines().filter_map(|line| line.split(' ').next()).collect();
    for kind in Kind::ALL {
        ensure!(
            kinds.contains(kind.as_str()) == (kind.rules().doors != [Door::CommandLine]),
            "the walk's entries and {kind}"
        );
    }
    let answers = heard.text();
    // This must hold next year, too.
    let year = today().year().to_string();
    let dated: Vec<&str> = answers.lines().filter(|line| line.contains(&year)).collect();
    ensure!(dated.is_empty(), "these lines say what year it is: {dated:#?}");
    held_against("answers", &answers);
    held_against("payloads", &stored);
    Ok(())
}

fn a_register_of_before_is_migrated_and_keeps_its_digest(engine: Engine) -> anyhow::Result<()> {
    let Fixture { installation, digest: before } = Fixture::unpack(engine)?;
    installation.registry(&["migrate"])?;
    let line = verified(&installation)?;
    ensure!(digest(&line)? == before, "{line}, before {before}");
    let rebuilt = String::from_utf8(installation.registry(&["rebuild"])?.stdout)?;
    ensure!(digest(&rebuilt)? == before, "{rebuilt}, before {before}");
    Ok(())
}

#[test]
fn every_refusal_keeps_its_number_and_its_status() {
    let line = |refusal: &refusal::Refusal| {
        let status = status_of(refusal).as_u16();
        (refusal.number(), format!("{} {status} {}\n", refusal.number(), refusal.code()))
    };
    let lines: BTreeMap<u16, String> = refusal::ALL.iter().map(line).collect();
    held_against("refusals", &lines.into_values().collect::<String>());
}
