//! The plan of a ceremony: decided and published beforehand, read by every step, changed by none.

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

/// The plan's file in the folder of a ceremony.
pub const PLAN_FILE: &str = "plan.toml";

/// What will be made, in which tokens, and who holds the shares.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Names, algorithms and times.
    pub design: Design,
    /// The token of the roots, which is locked away afterwards.
    pub offline: TokenPlan,
    /// The token of the service.
    pub online: TokenPlan,
    /// Who holds the shares of both.
    pub shares: SharesPlan,
    /// The hash of the plan as it was read, for the transcript: in hex.
    pub sha256: String,
}

/// One of the two tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPlan {
    /// The maker's PKCS#11 library.
    pub module: PathBuf,
    /// The label it gets.
    pub label: String,
}

/// Who holds the shares.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharesPlan {
    /// How many open a token.
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
        if written.offline.label == written.online.label {
            return Err(
                "the roots need a token of their own: `offline.label` and `online.label` are the same".into(),
            );
        }
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
        ] {
            let wrong = GOOD.replacen(old, new, 1);
            assert_ne!(wrong, GOOD, "{old}");
            let refused = Plan::parse(&wrong).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
