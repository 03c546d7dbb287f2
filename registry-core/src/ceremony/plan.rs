//! The plan of a ceremony: decided and published beforehand, read by every step, changed by none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::Months;
use issuance::Algorithm;
use issuance::algorithm::ROWS;
use issuance::name::Environment;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::CeremonyError;
use super::design::{Design, Kind};
use crate::vault::shares::{MOST_HOLDERS, ShareError};

/// The plan's file in the folder of a ceremony.
pub const PLAN_FILE: &str = "plan.toml";

/// The octets of a token's label (PKCS#11 2.40 §3.2).
const MOST_LABEL_BYTES: usize = 32;

/// What will be made, in which tokens, and who holds the shares.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Names, algorithms and times.
    pub design: Design,
    /// The token of the roots, which is locked away afterwards.
    pub offline: TokenPlan,
    /// The token of the service.
    pub online: TokenPlan,
    /// Who holds the shares of both tokens.
    pub shares: SharesPlan,
    /// The SHA-256 of the plan as it was read, in hex, for the transcript.
    pub sha256: String,
}

/// One of the two tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPlan {
    /// The maker's PKCS#11 library.
    pub module: PathBuf,
    /// The label that the token gets.
    pub label: String,
}

/// Who holds the shares.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharesPlan {
    /// How many shares open a token.
    pub any: usize,
    /// The holders, in the order of the shares.
    pub holders: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    environment: WrittenEnvironment,
    organisation: String,
    organisation_identifier: String,
    contact: String,
    url: String,
    offline: TokenPlan,
    online: TokenPlan,
    shares: SharesPlan,
    eid_root: WrittenKind,
    issuing: WrittenKind,
    csca: WrittenKind,
    document_signer: WrittenKind,
    document_types: Vec<String>,
    service_root: WrittenKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenEnvironment {
    Test,
    Production,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKind {
    common_name: String,
    algorithm: String,
    months: u32,
    signs_months: Option<u32>,
}

impl Plan {
    /// Reads `plan.toml` in the folder of a ceremony.
    ///
    /// # Errors
    /// [`CeremonyError::Plan`] naming what is wrong.
    pub fn read(folder: &Path) -> Result<Plan, CeremonyError> {
        let path = folder.join(PLAN_FILE);
        let text =
            fs::read_to_string(&path).map_err(|source| CeremonyError::File { path: path.clone(), source })?;
        Plan::parse(&text).map_err(|reason| CeremonyError::Plan { path, reason })
    }

    fn parse(text: &str) -> Result<Plan, String> {
        let source = config::File::from_str(text, config::FileFormat::Toml);
        let written: Written = config::Config::builder()
            .add_source(source)
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|e| e.to_string())?;
        limits(&written)?;
        let environment = match written.environment {
            WrittenEnvironment::Test => Environment::Test,
            WrittenEnvironment::Production => Environment::Production,
        };
        let design = Design {
            environment,
            organisation: written.organisation,
            organisation_identifier: written.organisation_identifier,
            contact: written.contact,
            url: written.url,
            eid_root: kind("eid_root", written.eid_root)?,
            issuing: kind("issuing", written.issuing)?,
            csca: kind("csca", written.csca)?,
            document_signer: kind("document_signer", written.document_signer)?,
            document_types: written.document_types,
            service_root: kind("service_root", written.service_root)?,
        };
        let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
        Ok(Plan { design, offline: written.offline, online: written.online, shares: written.shares, sha256 })
    }
}

/// Checks the limits of the plan, which would otherwise show in the middle of a ceremony, or never.
fn limits(written: &Written) -> Result<(), String> {
    if written.offline.label == written.online.label {
        return Err(
            "the roots need a token of their own: `offline.label` and `online.label` are the same".into()
        );
    }
    for (of, token) in [("offline", &written.offline), ("online", &written.online)] {
        let label = &token.label;
        // The label in CK_TOKEN_INFO has 32 octets and is padded with spaces (PKCS#11 2.40 §3.2).
        if label.is_empty() || label.len() > MOST_LABEL_BYTES || label.ends_with(' ') {
            return Err(format!(
                "{of}.label: {label:?} must have 1 to {MOST_LABEL_BYTES} octets and no space at its end"
            ));
        }
        if !token.module.is_absolute() {
            return Err(format!("{of}.module: give the whole path of the maker's library"));
        }
    }
    let (any, holders) = (written.shares.any, &written.shares.holders);
    if any < 2 || any > holders.len() || holders.len() > MOST_HOLDERS {
        return Err(ShareError::Numbers { any, of: holders.len() }.to_string());
    }
    let distinct: BTreeSet<&str> = holders.iter().map(|holder| holder.trim()).collect();
    if distinct.len() != holders.len() || distinct.contains("") {
        return Err("shares.holders: each has a name of its own, or one person holds two shares".into());
    }
    let kinds =
        [&written.eid_root, &written.issuing, &written.csca, &written.document_signer, &written.service_root];
    let names = kinds.into_iter().map(|kind| &kind.common_name);
    let names = names.chain(holders).chain([
        &written.organisation,
        &written.organisation_identifier,
        &written.offline.label,
        &written.online.label,
    ]);
    for name in names {
        require_name(name)?;
    }
    Ok(())
}

/// Checks a name that the transcript repeats: it must be one line, without the sign that begins a marked
/// value there.
///
/// # Errors
/// What is wrong with the name.
pub(super) fn require_name(name: &str) -> Result<(), String> {
    if name.trim().is_empty() || name.contains("[[") || name.chars().any(char::is_control) {
        return Err(format!("{name:?}: a name stands on one line, is not empty and has no [[ in it"));
    }
    Ok(())
}

fn kind(of: &str, written: WrittenKind) -> Result<Kind, String> {
    let algorithm = algorithm(&written.algorithm).ok_or_else(|| {
        let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        format!("{of}.algorithm: {:?} is not known; known are: {}", written.algorithm, known.join(", "))
    })?;
    let signs = written.signs_months.unwrap_or(written.months);
    if signs == 0 || signs > written.months || written.months > 600 {
        return Err(format!(
            "{of}: a key signs for at least a month, and no longer than its certificate lasts (600 at most)"
        ));
    }
    Ok(Kind {
        common_name: written.common_name,
        algorithm,
        lasts: Months::new(written.months),
        signs: Months::new(signs),
    })
}

fn algorithm(name: &str) -> Option<Algorithm> {
    ROWS.iter().find(|row| row.name == name).map(|row| row.algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../deploy/ceremony-plan.example.toml");

    #[test]
    fn the_example_is_a_plan() {
        let plan = Plan::parse(GOOD).unwrap();
        assert_eq!(plan.design.environment, Environment::Test);
        assert_eq!(plan.shares.holders.len(), 3);
    }

    #[test]
    fn what_is_unknown_or_must_not_be_is_named() {
        for (old, new, said) in [
            ("ECDSA P-256 SHA-256", "ECDSA P-255", "document_signer.algorithm"),
            ("\"registry-service\"", "\"registry-roots\"", "a token of their own"),
            ("signs_months = 60", "signs_months = 6000", "csca"),
            ("environment", "surroundings", "surroundings"),
            ("\"Second Holder\"", "\" First Holder\"", "a name of its own"),
            ("\"Second Holder\"", "\"\"", "a name of its own"),
            ("\"Second Holder\"", "\"Second\\nHolder\"", "on one line"),
            ("\"eID Root\"", "\"[[key eID\"", "no [["),
            ("any = 2", "any = 1", "at least 2 shares"),
            ("any = 2", "any = 4", "at most all of them"),
            ("\"registry-service\"", "\"registry-service \"", "online.label"),
            ("\"registry-service\"", "\"registry-service-of-the-whole-nation\"", "online.label"),
            ("\"/usr/lib/softhsm/libsofthsm2.so\"", "\"libsofthsm2.so\"", "offline.module"),
        ] {
            let wrong = GOOD.replacen(old, new, 1);
            assert_ne!(wrong, GOOD, "{old}");
            let refused = Plan::parse(&wrong).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
