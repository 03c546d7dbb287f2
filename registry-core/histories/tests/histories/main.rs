//! Random histories of a small country, each registered through the public interface of the domain and
//! compared with a plain reference model after every accepted command.
//!
//! A hundred thousand commands from one seed, the same every time; ten times as many from a new seed where
//! `PROPTEST_CASES` is set. `BURTGEL_SEED` gives the seed. A failure names the seed of its history, the
//! command, and the shortest history found that still fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its country has failed")]

mod country;
mod history;
mod merging;

use history::History;
use merging::Merges;
use registry_histories::command::Command;
use registry_histories::count::Counts;
use registry_histories::draw::{Dice, Draw};
use registry_histories::plan::Plan;

const COMMANDS: usize = 100_000;
/// Commands of one history. At its end everything is inspected.
const LENGTH: usize = 100;

/// A history that went wrong, with the counts up to then.
struct Failed {
    seed: u64,
    why: String,
    drawn: Vec<Command>,
}

#[test]
fn random_histories_are_what_the_law_says() {
    let Plan { seed, commands } = Plan::of(COMMANDS);
    println!("BURTGEL_SEED={seed}, {commands} commands");
    let imported = History::new();
    assert_eq!(imported.inspect(), Ok(()));
    let counts = match draw_all(&imported, seed, commands / LENGTH) {
        Ok(counts) => counts,
        Err(failed) => panic!("{}", failed.explain(&imported)),
    };
    println!("{counts}");
    assert_eq!(counts.scarce(commands / 1_000), [], "hardly accepted or never refused");
}

/// Histories with merges, one from each seed; ten times as many where `PROPTEST_CASES` is set.
const MERGING: usize = 150;

#[test]
fn random_merges_stay_sound_and_are_taken_apart_again() {
    let Plan { seed, commands: histories } = Plan::of(MERGING);
    println!("BURTGEL_SEED={seed}, {histories} histories with merges");
    let imported = History::new();
    let mut merges = Merges::default();
    for nth in 0..histories as u64 {
        let seed = seed + nth;
        if let Err(why) = merging::play(&imported, seed, &mut merges) {
            panic!("BURTGEL_SEED={seed}: {why}");
        }
    }
    println!("{merges:?}");
    assert!(merges.merged >= histories / 2 && merges.undone >= histories / 4, "{merges:?}");
    assert!(merges.barred > 0 && merges.others > histories, "{merges:?}");
    assert!(merges.beside > histories, "{merges:?}");
}

/// Draws this many histories, each from a seed of its own, on all processors.
fn draw_all(imported: &History, seed: u64, histories: usize) -> Result<Counts, Failed> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let work = |worker: usize| {
        let mut counts = Counts::default();
        for nth in (worker..histories).step_by(workers) {
            let seed = seed + nth as u64;
            let mut drawn = Vec::new();
            draw_one(imported, seed, &mut counts, &mut drawn).map_err(|why| Failed { seed, why, drawn })?;
        }
        Ok(counts)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        let counted = workers.into_iter().map(|worker| worker.join().unwrap());
        counted.collect::<Result<Vec<Counts>, Failed>>()
    })
    .map(|counted| counted.into_iter().fold(Counts::default(), Counts::and))
}

impl Failed {
    /// Says what went wrong, and the shortest history found that still goes wrong.
    fn explain(self, imported: &History) -> String {
        let Self { seed, why, drawn } = self;
        let number = drawn.len();
        let shortest = shortest(imported, drawn);
        let last = play(imported, &shortest).err().unwrap_or_default();
        let lines: Vec<String> = shortest.iter().map(|command| format!("{command:?}")).collect();
        let lines = lines.join("\n");
        format!("BURTGEL_SEED={seed}, command {number}: {why}\nthe shortest that fails: {last}\n{lines}")
    }
}

/// Plays a history whose commands are drawn as it goes on.
fn draw_one(
    imported: &History,
    seed: u64,
    counts: &mut Counts,
    drawn: &mut Vec<Command>,
) -> Result<(), String> {
    let mut history = imported.clone();
    let mut dice = Dice::new(seed);
    let first = history.model.acts.len();
    let mut today = history.model.acts[0].today;
    for label in first..first + LENGTH {
        today = dice.later(today);
        let draw = Draw { dice: &mut dice, model: &history.model, lives: &history.lives, label, today };
        let command = draw.command();
        drawn.push(command.clone());
        counts.add(command.what.kind(), history.step(&command)?);
    }
    history.inspect()
}

/// Plays the same commands again.
fn play(imported: &History, commands: &[Command]) -> Result<(), String> {
    let mut history = imported.clone();
    for command in commands {
        history.step(command)?.ok();
    }
    history.inspect()
}

/// Takes away one command after another, the last first, as long as the rest still fails.
fn shortest(imported: &History, mut commands: Vec<Command>) -> Vec<Command> {
    for at in (0..commands.len()).rev() {
        let mut fewer = commands.clone();
        fewer.remove(at);
        if play(imported, &fewer).is_err() {
            commands = fewer;
        }
    }
    commands
}
