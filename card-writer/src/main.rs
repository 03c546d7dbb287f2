//! `card-writer`: writes, activates and inspects identity cards. `main` only passes the arguments on to
//! `run`.

mod arguments;
mod report;
mod run;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("CARD_WRITER_LOG"))
        .init();
    let arguments = arguments::Arguments::parse();
    let mut report = report::Report::new(arguments.json, arguments.quiet);
    match run::run(&arguments.command, &mut report) {
        Ok(outcome) => report.success(&outcome),
        Err(refusal) => report.refusal(&refusal),
    }
}
