//! Tidiness: the rules of the house that no compiler keeps.
//!
//! Each rule is a function that returns what breaks it, and each has a test in which it must find something.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use registry_tests::kit::program::{run, workspace};
use serde_json::{Value, json};

/// Each crate of ours, and which of ours it may depend on. A crate that is not here may depend on any: `registry-tests`.
const ARROWS: [(&str, &[&str]); 9] = [
    ("registry-domain", &[]),
    ("registry-histories", &["registry-domain"]),
    ("transparency-log", &[]),
    ("civil-paper", &[]),
    ("issuance", &[]),
    ("card-protocol", &[]),
    ("card-simulator", &[]),
    ("card-writer", &["card-protocol", "issuance"]),
    ("registry-core", &["registry-domain", "transparency-log", "civil-paper", "issuance", "card-protocol"]),
];

/// These decide and compute; they touch nothing.
const PURE: [&str; 6] =
    ["registry-domain", "registry-histories", "transparency-log", "civil-paper", "issuance", "card-protocol"];

/// What reads a file, a socket, a clock, a database, the machine's randomness, or writes a log.
const IMPURE: [&str; 14] = [
    "actix-web",
    "config",
    "cryptoki",
    "diesel",
    "getrandom",
    "libc",
    "libsqlite3-sys",
    "pcsc",
    "pq-sys",
    "tempfile",
    "tokio",
    "tracing",
    "ureq",
    "walkdir",
];

/// The longest file that is still read in one go.
const MOST_LINES: usize = 600;

const TEXT: [&str; 14] =
    ["rs", "toml", "sql", "sh", "md", "html", "css", "py", "yml", "yaml", "json", "ftl", "service", ""];
const CODE: [&str; 6] = ["rs", "sh", "html", "css", "py", ""];

#[test]
fn crates_depend_only_along_the_arrows_of_the_house() -> anyhow::Result<()> {
    assert_none(forbidden_arrows(&metadata()?));
    Ok(())
}

#[test]
fn a_forbidden_arrow_is_found() {
    let package = |name: &str, on: &[&str]| {
        let dependencies: Vec<Value> = on.iter().map(|name| json!({ "name": name, "kind": null })).collect();
        json!({ "name": name, "dependencies": dependencies })
    };
    let found = |packages: &[Value]| forbidden_arrows(&json!({ "packages": packages })).len();
    let domain = package("registry-domain", &["serde"]);
    let log = package("transparency-log", &[]);
    assert_eq!(
        found(&[domain.clone(), log.clone(), package("registry-core", &["registry-domain", "diesel"])]),
        0
    );
    assert_eq!(found(&[domain.clone(), package("transparency-log", &["registry-domain"])]), 1);
    assert_eq!(found(&[log, package("card-simulator", &["transparency-log"])]), 1);
    assert_eq!(found(&[package("registry-domain", &["tokio", "diesel"])]), 2);
    let build_only = json!({ "name": "issuance", "dependencies": [{ "name": "tempfile", "kind": "dev" }] });
    assert_eq!(found(&[build_only]), 0, "what only tests use is not touched by the crate");
}

#[test]
fn no_file_has_a_banned_word() -> anyhow::Result<()> {
    assert_none(in_each_file(&TEXT, banned_words)?);
    Ok(())
}

#[test]
fn a_banned_word_is_found() {
    for line in banned() {
        let text = format!("first\n  {line}\n");
        assert_eq!(banned_words(&text), [format!("line 2: {line}")]);
    }
    assert!(banned_words("ignored, a todo list, the work of all, rooted, /tmp/x\n").is_empty());
}

#[test]
fn every_file_can_be_read_in_one_go() -> anyhow::Result<()> {
    assert_none(in_each_file(&CODE, too_long)?);
    Ok(())
}

#[test]
fn a_long_file_is_found() {
    assert!(too_long(&"line\n".repeat(MOST_LINES)).is_empty());
    assert_eq!(too_long(&"line\n".repeat(MOST_LINES + 1)).len(), 1);
}

#[test]
fn migrations_have_the_same_names_on_both_engines() -> anyhow::Result<()> {
    let engines =
        ["sqlite", "postgres"].map(|engine| migrations(&workspace().join("migrations").join(engine)));
    let [sqlite, postgres] = engines;
    assert_none(uneven(&sqlite?, &postgres?));
    Ok(())
}

#[test]
fn a_migration_on_one_engine_alone_is_found() {
    let names = |files: &[&str]| files.iter().map(|&file| file.to_owned()).collect::<BTreeSet<_>>();
    let both = names(&["2026-01-01-one/up.sql", "2026-01-01-one/down.sql"]);
    assert!(uneven(&both, &both).is_empty());
    assert_eq!(uneven(&both, &names(&["2026-01-01-one/up.sql"])).len(), 1);
    let no_way_back = names(&["2026-01-01-one/up.sql"]);
    assert_eq!(uneven(&no_way_back, &no_way_back).len(), 1);
    assert_eq!(uneven(&names(&[]), &names(&[])).len(), 1, "no migrations at all");
}

#[test]
fn no_line_prints_a_secret() -> anyhow::Result<()> {
    let mut findings = in_each_file(&["rs"], printed_secrets)?;
    // The next test holds what it must find.
    findings.retain(|finding| !finding.starts_with("tests/it/tidy.rs:"));
    assert_none(findings);
    Ok(())
}

#[test]
fn a_printed_secret_is_found() {
    for line in [
        r#"println!("the PIN is {pin}");"#,
        r#"eprintln!("{}", card.pin);"#,
        r#"tracing::info!(puk = %slip.puk, "printed");"#,
        r#"debug!("{session_keys:?}");"#,
        r#"warn!(?private_key, "not sealed");"#,
    ] {
        assert_eq!(printed_secrets(line).len(), 1, "{line}");
    }
    for line in [
        r#"println!("The transport PIN is on the slip.");"#,
        r#"tracing::info!(tries_left, "wrong pin");"#,
        "let pin = CardPin::parse(text)?;",
        r#"error!("{pinned}");"#,
    ] {
        assert!(printed_secrets(line).is_empty(), "{line}");
    }
}

fn assert_none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn metadata() -> anyhow::Result<Value> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--no-deps", "--format-version=1", "--offline"]).current_dir(workspace());
    Ok(serde_json::from_slice(&run(&mut cargo)?.stdout)?)
}

/// Arrows between ours that the house does not draw, and impure crates in pure ones.
fn forbidden_arrows(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let Some((name, allowed)) = ARROWS.iter().find(|(name, _)| package["name"] == *name) else {
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            let is_shipped = dependency["kind"].is_null();
            if ours.contains(&on) && !allowed.contains(&on) {
                findings.push(format!("{name} must not depend on {on}"));
            } else if is_shipped && PURE.contains(name) && IMPURE.contains(&on) {
                findings.push(format!("{name} is pure and must not depend on {on}"));
            }
        }
    }
    findings
}

/// What must stand in no file; pieced together, so that this file does not hold it either.
fn banned() -> [String; 6] {
    [
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["dbg", "!("].concat(),
        ["#[ig", "nore"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
    ]
}

fn banned_words(text: &str) -> Vec<String> {
    let banned = banned();
    let lines = text.lines().enumerate();
    let broken = lines.filter(|(_, line)| banned.iter().any(|word| line.contains(word)));
    broken.map(|(index, line)| format!("line {}: {}", index + 1, line.trim())).collect()
}

fn too_long(text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines > MOST_LINES { vec![format!("{lines} lines, more than {MOST_LINES}")] } else { Vec::new() }
}

/// Words that name a secret, as a variable, a field or part of its name.
const SECRETS: [&str; 9] = [
    "pin",
    "puk",
    "secret",
    "password",
    "passphrase",
    "private_key",
    "session_key",
    "session_keys",
    "master_key",
];

/// Lines that print or log and name a secret outside the words they print. One line a macro is looked at: `cargo fmt`
/// keeps a short one so, and a redacted `Debug` stands behind the rest.
fn printed_secrets(text: &str) -> Vec<String> {
    const PRINTERS: [&str; 8] =
        ["print!(", "println!(", "trace!(", "debug!(", "info!(", "warn!(", "error!(", "span!("];
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(start) = PRINTERS.iter().filter_map(|printer| line.find(printer)).min() else { continue };
        let names = printed_names(&line[start..]);
        let has_secret = |name: &String| SECRETS.contains(&name.as_str());
        if !line.trim_start().starts_with("//") && names.iter().any(has_secret) {
            findings.push(format!("line {}: {}", index + 1, line.trim()));
        }
    }
    findings
}

/// The identifiers of a macro call: those outside its strings, and those in the braces of its strings.
fn printed_names(call: &str) -> Vec<String> {
    let (mut is_words, mut is_braced) = (false, false);
    let visible = call.chars().map(|letter| {
        match letter {
            '"' => is_words = !is_words,
            '{' => is_braced = true,
            '}' => is_braced = false,
            _ => {}
        }
        if is_words && !is_braced { ' ' } else { letter }
    });
    let visible: String = visible.collect();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    visible.split(|letter| !is_part(letter)).map(str::to_owned).collect()
}

/// The files `DATE-NAME/up.sql` and `DATE-NAME/down.sql` of one engine.
fn migrations(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in files(folder, &["sql"])? {
        names.insert(file.strip_prefix(folder)?.display().to_string());
    }
    Ok(names)
}

fn uneven(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let mut findings: Vec<String> =
        sqlite.symmetric_difference(postgres).map(|name| format!("{name} is on one engine only")).collect();
    if sqlite.is_empty() && postgres.is_empty() {
        findings.push("there are no migrations".to_owned());
    }
    let ups = sqlite.intersection(postgres).filter_map(|name| name.strip_suffix("up.sql"));
    let no_way_back = ups.filter(|migration| !sqlite.contains(&format!("{migration}down.sql")));
    findings.extend(no_way_back.map(|migration| format!("{migration} has no down.sql")));
    findings
}

fn in_each_file(kinds: &[&str], rule: fn(&str) -> Vec<String>) -> anyhow::Result<Vec<String>> {
    let root = workspace();
    let mut findings = Vec::new();
    for path in files(&root, kinds)? {
        // What is not text is not for reading.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(&root)?.display();
        findings.extend(rule(&text).into_iter().map(|finding| format!("{name}: {finding}")));
    }
    Ok(findings)
}

/// The files below `folder` whose name ends so (`""`: without an ending), without what is built, fetched or secret.
fn files(folder: &Path, kinds: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    const NOT_OURS: [&str; 5] = ["target", ".git", ".venv", "data", "keys"];
    let not_ours = NOT_OURS.map(|name| workspace().join(name));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !not_ours.contains(&path) {
                found.extend(files(&path, kinds)?);
            }
        } else if kinds.contains(&kind.as_str()) {
            found.push(path);
        }
    }
    Ok(found)
}
