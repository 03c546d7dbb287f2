//! `bench`: measures what the register promises.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use registry_tests::bench::measurement::{Measurement, table};
use registry_tests::bench::{floor, issuance, register, verify};

/// The allocator of the service, whose work is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures one promise on both engines, beside what it is held against.
#[derive(Parser, Debug)]
struct Arguments {
    /// What to measure.
    #[command(subcommand)]
    name: Name,
}

#[derive(Debug, Subcommand)]
enum Name {
    /// The agency's question over HTTPS, beside a bare lookup of one row.
    Verify(Form),
    /// Registrations beside single-row durable commits, readings beside a bare lookup.
    Register(Form),
    /// What is signed beside the bare signature of the same algorithm; OCSP beside the bare hello of the same
    /// server.
    Issuance(Form),
    /// Serves the bare lookup; `verify` starts it by itself.
    #[command(hide = true)]
    Floor(floor::FloorArguments),
}

#[derive(Args, Debug)]
struct Form {
    /// Print `[{"name","engine","value","unit","floor","ratio"}]` instead of a table.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().name {
        Name::Verify(form) => verify::measure(&mut tell).and_then(|figures| show(&figures, &form)),
        Name::Register(form) => register::measure(&mut tell).and_then(|figures| show(&figures, &form)),
        Name::Issuance(form) => issuance::measure(&mut tell).and_then(|figures| show(&figures, &form)),
        Name::Floor(arguments) => floor::serve(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn tell(line: &str) {
    eprintln!("bench: {line}");
}

fn show(figures: &[Measurement], form: &Form) -> anyhow::Result<()> {
    if form.json {
        println!("{}", serde_json::to_string(figures)?);
    } else {
        println!("{}", table(figures));
    }
    Ok(())
}
