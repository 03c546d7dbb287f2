//! `cargo run -p tidy`: reads the whole tree and reports, all at once, everything that breaks a rule of the
//! house.
//!
//! Each rule is a file: a function that returns what breaks it, and a test in which it must find something.
//! The exit code is 0 if nothing was found, 1 if something was, 2 if the tree could not be read.

mod arrows;
mod banned;
mod comments;
mod documents;
mod doors;
mod kinds;
mod length;
mod migrations;
mod secrets;
mod tree;

use std::process::ExitCode;

use tree::{Fault, Tree};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the command line speaks to its user")]
fn main() -> ExitCode {
    match look() {
        Ok((files, findings)) => {
            for finding in &findings {
                println!("{finding}");
            }
            println!("tidy: {files} files read, {} findings", findings.len());
            if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::from(2)
        }
    }
}

fn look() -> Result<(usize, Vec<String>), Fault> {
    let tree = Tree::read(&tree::workspace())?;
    let mut findings = arrows::forbidden(&arrows::metadata(&tree.root)?);
    findings.extend(tree.each(&banned::KINDS, banned::words));
    findings.extend(tree.each(&comments::KINDS, comments::too_wide));
    findings.extend(tree.each(&length::KINDS, length::too_long));
    findings.extend(tree.each(&["rs"], secrets::printed));
    findings.extend(migrations::uneven(&tree.below("migrations/sqlite"), &tree.below("migrations/postgres")));
    findings.extend(doors::beside(&tree));
    findings.extend(kinds::unlisted(&tree));
    findings.extend(documents::broken(&tree));
    Ok((tree.files.len(), findings))
}
