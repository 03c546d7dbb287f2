//! The program `registry`: it only dispatches to the command.

use std::process::ExitCode;

use clap::Parser as _;
use registry_core::cli::{Arguments, exit_code, run};
use registry_core::log_lines::LogLines;
use registry_core::outside::require_printable_arguments;
use registry_core::store::statements;
use tracing_subscriber::EnvFilter;

/// A question makes some two hundred small allocations on one thread and frees many of them on another, which
/// glibc's allocator pays for with locks and consolidation (a tenth of the time in `./bench verify`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(refusal) = require_printable_arguments(std::env::args_os()) {
        tell(&refusal.into());
        return ExitCode::FAILURE;
    }
    let arguments = Arguments::parse();
    let filter =
        EnvFilter::try_from_env("BURTGEL_LOG").unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let lines = match LogLines::start() {
        Ok(lines) => lines,
        Err(error) => {
            tell(&anyhow::Error::new(error).context("start the log"));
            return ExitCode::FAILURE;
        }
    };
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(lines.clone()).init();
    statements::count_if_logged();
    let outcome = run(arguments);
    lines.write_out();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::from(exit_code(&error))
        }
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
fn tell(error: &anyhow::Error) {
    eprintln!("registry: {error:#}");
}
