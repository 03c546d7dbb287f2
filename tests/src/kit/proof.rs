//! The proof of a register: it is verified, rebuilt, and moved to the other engine.

use anyhow::ensure;

use super::Engine;
use super::installation::Installation;
use super::postgres::Cluster;

/// The whole report of `registry verify`, which must have found nothing.
///
/// # Errors
/// If it found something; the error has the report.
pub fn report(installation: &Installation) -> anyhow::Result<String> {
    let report = String::from_utf8(installation.registry(&["verify"])?.stdout)?;
    ensure!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(report)
}

/// The last line of the report: entries, accesses, people, the digest of the record.
///
/// # Errors
/// The errors of [`report`].
pub fn verified(installation: &Installation) -> anyhow::Result<String> {
    Ok(report(installation)?.lines().last().unwrap_or_default().to_owned())
}

/// The digest of the record in such a line, or in the output of `registry rebuild`.
///
/// # Errors
/// If there is no digest: an empty digest would equal another empty one.
pub fn digest(line: &str) -> anyhow::Result<&str> {
    let digest =
        line.split("record digest ").nth(1).map(|rest| rest.trim().split(':').next().unwrap_or_default());
    let digest = digest.unwrap_or_default();
    ensure!(!digest.is_empty(), "no digest in {line}");
    Ok(digest)
}

/// Verifies a register whose service has ended, rebuilds its record, moves it to the other engine, and
/// verifies it there; the digest must stay the same throughout. Afterwards the installation is on the other
/// engine.
///
/// # Errors
/// If a step finds something, or the digest changes.
pub fn holds_on_the_other_engine(installation: &mut Installation, engine: Engine) -> anyhow::Result<()> {
    let before = verified(installation)?;
    let rebuilt = String::from_utf8(installation.registry(&["rebuild"])?.stdout)?;
    ensure!(digest(&rebuilt)? == digest(&before)?, "rebuilt {rebuilt}, verified {before}");
    let file = export(installation)?;
    take(installation, engine, &file)?;
    let moved = verified(installation)?;
    ensure!(digest(&moved)? == digest(&before)?, "moved {moved}, before {before}");
    Ok(())
}

/// Exports ledger and access log to a file in the installation's folder.
///
/// # Errors
/// With the register's own words.
pub fn export(installation: &Installation) -> anyhow::Result<String> {
    let file = installation.folder().join("ledger.jsonl").display().to_string();
    installation.registry(&["export", &file])?;
    Ok(file)
}

/// Takes an export into an empty database of the other engine; afterwards the installation is on that engine.
///
/// # Errors
/// With the register's own words.
pub fn take(installation: &mut Installation, engine: Engine, file: &str) -> anyhow::Result<()> {
    installation.settings.database_url = match engine {
        Engine::Sqlite => Cluster::shared()?.create_database()?,
        Engine::Postgres => format!("sqlite://{}", installation.folder().join("other.db").display()),
    };
    installation.write_settings()?;
    installation.registry(&["migrate"])?;
    installation.registry(&["take-export", file])?;
    Ok(())
}
