//! Which package may depend on which, compared with Cargo's own files.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::tree::Fault;

/// Each of our packages, and our packages on which it may depend. `registry-tests` is not in the list: it may
/// depend on any.
const ARROWS: [(&str, &[&str]); 10] = [
    ("registry-domain", &[]),
    ("registry-histories", &["registry-domain"]),
    ("transparency-log", &[]),
    ("civil-paper", &[]),
    ("issuance", &[]),
    ("card-protocol", &[]),
    ("card-simulator", &[]),
    ("card-writer", &["card-protocol", "issuance"]),
    ("registry-core", &["registry-domain", "transparency-log", "civil-paper", "issuance", "card-protocol"]),
    ("tidy", &[]),
];

/// The package that may depend on any other.
const FREE: &str = "registry-tests";

/// Packages that only decide and compute; they use nothing outside.
const PURE: [&str; 6] =
    ["registry-domain", "registry-histories", "transparency-log", "civil-paper", "issuance", "card-protocol"];

/// Packages that read a file, a socket, a clock, a database or the machine's randomness, or that write a log.
const IMPURE: [&str; 29] = [
    "actix-http",
    "actix-multipart",
    "actix-server",
    "actix-service",
    "actix-tls",
    "actix-web",
    "config",
    "cryptoki",
    "ctrlc",
    "diesel",
    "diesel_migrations",
    "fantoccini",
    "getrandom",
    "hyper-util",
    "indicatif",
    "libc",
    "libsqlite3-sys",
    "pcsc",
    "pq-sys",
    "rpassword",
    "rustix",
    "socket2",
    "tempfile",
    "tokio",
    "tokio-rustls",
    "tracing",
    "tracing-subscriber",
    "ureq",
    "walkdir",
];

/// What Cargo knows about the packages of the workspace.
pub fn metadata(root: &Path) -> Result<Value, Fault> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--no-deps", "--format-version=1", "--offline"];
    let fault = |source: Box<dyn std::error::Error + Send + Sync>| Fault::reading("Cargo's metadata", source);
    let output =
        Command::new(program).args(arguments).current_dir(root).output().map_err(|e| fault(e.into()))?;
    if !output.status.success() {
        return Err(fault(String::from_utf8_lossy(&output.stderr).into_owned().into()));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| fault(e.into()))
}

/// Dependencies between our packages that the list does not allow, impure packages in pure ones, and packages
/// without a line in the list.
pub fn forbidden(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut findings = Vec::new();
    if packages.is_empty() {
        findings.push("Cargo knows no packages".to_owned());
    }
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| name == *known) else {
            if name != FREE {
                findings.push(format!("the arrows have no line for the package {name}"));
            }
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            let is_shipped = dependency["kind"].is_null();
            if ours.contains(&on) && !allowed.contains(&on) {
                findings.push(format!("{name} must not depend on {on}"));
            } else if is_shipped && PURE.contains(&name) && IMPURE.contains(&on) {
                findings.push(format!("{name} is pure and must not depend on {on}"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, on: &[&str]) -> Value {
        let dependencies: Vec<Value> = on.iter().map(|name| json!({ "name": name, "kind": null })).collect();
        json!({ "name": name, "dependencies": dependencies })
    }

    fn found(packages: &[Value]) -> Vec<String> {
        forbidden(&json!({ "packages": packages }))
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        let (domain, log) = (package("registry-domain", &["serde"]), package("transparency-log", &[]));
        let core = package("registry-core", &["registry-domain", "diesel"]);
        assert!(found(&[domain.clone(), log.clone(), core]).is_empty());
        let upward = package("transparency-log", &["registry-domain"]);
        assert_eq!(found(&[domain, upward]), ["transparency-log must not depend on registry-domain"]);
        let simulator = package("card-simulator", &["transparency-log"]);
        assert_eq!(found(&[log, simulator]), ["card-simulator must not depend on transparency-log"]);
    }

    #[test]
    fn an_impure_package_in_a_pure_one_is_found_unless_only_tests_use_it() {
        let impure = ["tokio", "diesel", "rustix", "actix-http", "actix-server"];
        assert_eq!(found(&[package("registry-domain", &impure)]).len(), impure.len());
        let dev = json!({ "name": "issuance", "dependencies": [{ "name": "tempfile", "kind": "dev" }] });
        assert!(found(&[dev]).is_empty());
    }

    #[test]
    fn a_package_without_a_line_and_an_empty_workspace_are_found() {
        assert_eq!(found(&[package("new-room", &[])]), ["the arrows have no line for the package new-room"]);
        assert_eq!(found(&[]), ["Cargo knows no packages"]);
    }
}
