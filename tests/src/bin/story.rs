//! `story`: plays the demo story on a register, through the interfaces that people use.
#![expect(clippy::print_stderr, reason = "a command line program")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Plays the demo story and, unless told otherwise, leaves the register running.
#[derive(Parser, Debug)]
struct Arguments {
    /// The folder of the database and the checkpoints.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The folder of the keys.
    #[arg(long, default_value = "keys")]
    keys: PathBuf,
    /// Begin anew: what is in the data folder is set aside.
    #[arg(long, conflicts_with = "once")]
    fresh: bool,
    /// Play the story on a temporary database and end.
    #[arg(long)]
    once: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let place =
        if arguments.once { "a temporary folder".to_owned() } else { arguments.data.display().to_string() };
    eprintln!("story: not built yet; it will play in {place}");
    ExitCode::from(2)
}
