//! `story`: plays the demo story on a register, through the interfaces that people use.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a command line program")]

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use registry_tests::kit::installation::{Installation, Service};
use registry_tests::story::house::House;
use registry_tests::story::links;
use registry_tests::story::plot::tell;

/// Plays the demo story and, unless told otherwise, leaves the register running.
#[derive(Parser, Debug)]
struct Arguments {
    /// The folder of the database and the cards.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The folder of the keys, the checkpoints and the configuration.
    #[arg(long, default_value = "keys")]
    keys: PathBuf,
    /// Begin anew: what is in the folders is set aside.
    #[arg(long, conflicts_with = "once")]
    fresh: bool,
    /// Play the story on a temporary register and end.
    #[arg(long)]
    once: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("story: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.once {
        let (has_passed, scene) = tell(io::stdout(), &House::temporary()?)?;
        drop(scene);
        return Ok(if has_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let house = House::at(&arguments.data, &arguments.keys)?;
    if arguments.fresh {
        house.clear()?;
    }
    if house.is_inhabited() { go_on(&house) } else { begin(&house) }
}

/// A new register: the story, then it stays up.
fn begin(house: &House) -> anyhow::Result<ExitCode> {
    let (has_passed, scene) = tell(io::stdout(), house)?;
    let Some(scene) = scene else { return Ok(ExitCode::FAILURE) };
    let town = scene.town;
    drop(scene.office);
    if has_passed {
        house.note_story(&scene.people.holder.number)?;
    }
    stay(house, &town.installation, town.service)?;
    Ok(if has_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A register that is there already: it is only served.
fn go_on(house: &House) -> anyhow::Result<ExitCode> {
    let installation = house.installation()?;
    if !house.story_is_told() {
        println!(
            "Түүхийг дуустал тоглуулаагүй байна; ./run --fresh шинээр эхэлнэ.\n\
             The story was not told to its end in this register; ./run --fresh begins anew."
        );
    }
    installation.registry(&["migrate"])?;
    // The TEST roots of the demo are available, so a register that was stopped for a long time starts with
    // fresh lists.
    let renewed = installation.renew_authorities(None)?;
    if renewed.contains("renewed: ") {
        print!("{renewed}");
    }
    let service = installation.serve()?;
    stay(house, &installation, service)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the sign-in links and serves until Ctrl-C, SIGTERM or the service's own end.
fn stay(house: &House, installation: &Installation, mut service: Service) -> anyhow::Result<()> {
    links::show(&mut io::stdout(), house, installation)?;
    if io::stdout().is_terminal() {
        println!("Ctrl-C зогсооно · ends it");
    }
    service.wait_until_asked_to_end()?;
    service.stop()
}
