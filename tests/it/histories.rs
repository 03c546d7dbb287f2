//! Random histories through the use cases: each record as the plain model says, record = fold, the same on
//! the other engine.
//!
//! Commands are drawn as in the pure domain (`registry-core/histories`) and go through the use cases of the
//! service, from a declaration at one officer's to its registration by another, on the days of the history.

#![expect(clippy::print_stdout, reason = "the seed, the counts and the time are for whoever runs the test")]

mod register;

use std::time::Instant;

use anyhow::Context;
use registry_histories::count::Counts;
use registry_histories::draw::{Dice, Draw};
use registry_histories::plan::Plan;
use registry_tests::kit::Engine;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::proof::{export, take, verified};

use register::{History, Register};

registry_tests::on_both_engines! {
    random_histories_leave_a_record_that_is_rebuilt_on_either_engine,
}

const COMMANDS: usize = 5_000;
/// Commands of one history; all histories are in one register.
const LENGTH: usize = 250;

fn random_histories_leave_a_record_that_is_rebuilt_on_either_engine(engine: Engine) -> anyhow::Result<()> {
    let Plan { seed, commands } = Plan::of(COMMANDS);
    println!("BURTGEL_SEED={seed}, {commands} commands on {}", engine.name());
    let mut installation = Installation::ready(engine)?;
    installation.registry(&["units"])?;
    let began = Instant::now();
    let counts = draw_all(&installation, seed, commands / LENGTH)?;
    println!("{counts}{:.0} s for the commands", began.elapsed().as_secs_f64());
    assert_eq!(counts.scarce(commands / 1_000), [], "hardly accepted or never refused");

    installation.registry(&["sweep"])?;
    let written = verified(&installation)?;
    println!("{written}");
    let rebuilt = String::from_utf8(installation.registry(&["rebuild"])?.stdout)?;
    assert!(written.contains(rebuilt.trim()), "rebuilt: {rebuilt}");
    let file = export(&installation)?;
    take(&mut installation, engine, &file)?;
    assert_eq!(verified(&installation)?, written);
    println!("{:.0} s in all", began.elapsed().as_secs_f64());
    Ok(())
}

/// This many histories, one after the other, each from a seed of its own.
fn draw_all(installation: &Installation, seed: u64, histories: usize) -> anyhow::Result<Counts> {
    let register = Register::open(installation)?;
    let mut counts = Counts::default();
    for nth in 0..histories {
        let seed = seed + nth as u64;
        draw_one(&register, nth, seed, &mut counts)
            .with_context(|| format!("BURTGEL_SEED={seed}, history {nth}"))?;
    }
    register.close()?;
    Ok(counts)
}

fn draw_one(register: &Register, nth: usize, seed: u64, counts: &mut Counts) -> anyhow::Result<()> {
    let mut history = History::found(register, nth)?;
    let mut dice = Dice::new(seed);
    let mut today = history.model.acts[0].today;
    let first = history.model.acts.len();
    for label in first..first + LENGTH {
        today = dice.later(today);
        let draw = Draw { dice: &mut dice, model: &history.model, lives: &history.lives, label, today };
        let command = draw.command();
        let outcome = history.step(&command).with_context(|| format!("{command:?}"))?;
        counts.add(command.what.kind(), outcome);
    }
    history.inspect()
}
