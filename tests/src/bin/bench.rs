//! `bench`: measures what the register promises.
#![expect(clippy::print_stderr, reason = "a command line program")]

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Measures one promise on both engines, beside what it is held against.
#[derive(Parser, Debug)]
struct Arguments {
    /// What to measure.
    name: Name,
    /// Print `[{"name","engine","value","unit","floor","ratio"}]` instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// The agency's question over HTTPS, beside a bare lookup of one row.
    Verify,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let form = if arguments.json { "JSON" } else { "a table" };
    eprintln!("bench: {:?} is not built yet; it will answer in {form}", arguments.name);
    ExitCode::from(2)
}
