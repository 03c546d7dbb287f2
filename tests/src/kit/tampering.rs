//! Changes values in a database one by one, to see whether the verification names each change.

use anyhow::Context;

use super::database::Database;
use super::installation::Installation;

/// The writer's lease: it changes by itself and is no evidence.
const OPERATIONAL: [(&str, &str); 2] = [("log_head", "epoch"), ("log_head", "lease_until")];

/// The result of changing each column.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The number of columns that were changed, one at a time.
    pub tried: usize,
    /// The columns whose table the verification did not name, with what it said instead.
    pub missed: Vec<String>,
}

/// The findings of a verification of a copy; none if there are none.
pub fn findings(installation: &Installation, copy: &Database) -> Option<String> {
    installation.registry(&["verify", "--database", &copy.url]).err().map(|report| report.to_string())
}

/// Changes each column of each table, each in a copy of its own, and verifies the copy.
///
/// # Errors
/// If a copy cannot be made or changed.
pub fn change_each_column(
    installation: &Installation,
    unguarded: &Database,
    tables: &[&str],
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    for &table in tables {
        for column in unguarded.columns(table)? {
            if OPERATIONAL.contains(&(table, &column)) {
                continue;
            }
            outcome.tried += 1;
            let copy = unguarded.copy(installation, &format!("{table}-{column}"))?;
            copy.change(table, &column).with_context(|| format!("changing {table}.{column}"))?;
            let found = findings(installation, &copy).unwrap_or_default();
            // A leaf covers several tables: if the verification cannot tell which of them was changed, it
            // names both.
            let is_named = found.lines().any(|line| {
                line.starts_with(&format!("{table} ")) || line.contains(&format!(" and in {table}"))
            });
            if !is_named {
                let said = found.lines().take(4).collect::<Vec<_>>().join(" | ");
                outcome.missed.push(format!("{table}.{column}: {said}"));
            }
        }
    }
    Ok(outcome)
}
