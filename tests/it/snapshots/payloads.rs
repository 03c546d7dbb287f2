//! The words of stored payloads: for each kind and role the members, and the words of closed lists.

use std::collections::BTreeSet;

use registry_core::config::Config;
use registry_core::runtime::{close_writer, open_writer};
use registry_core::store::{history, people};
use registry_tests::kit::installation::Installation;
use serde_json::Value;

/// More people than a walk brings into the register.
const MOST_PEOPLE: i64 = 1_000;

/// A line for each kind, role and member: its word if it is one of a closed list, or what kind of value it
/// has. The service must have ended.
pub fn of(installation: &Installation) -> anyhow::Result<String> {
    let deps = open_writer(Config::load(&installation.configuration(), &[])?)?;
    let mut lines = BTreeSet::new();
    {
        let mut db = deps.db()?;
        for person in people::page(&mut db, None, MOST_PEOPLE)? {
            for (header, part) in history::load(&mut db, &deps.keys.sealing, person.id)? {
                let value = serde_json::to_value(&part.body)?;
                walk(&format!("{} {} ", header.kind, part.role.as_str()), &value, &mut lines);
            }
        }
    }
    close_writer(&deps)?;
    Ok(lines.into_iter().map(|line| format!("{line}\n")).collect())
}

fn walk(path: &str, value: &Value, lines: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                walk(&format!("{path}.{name}"), member, lines);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(&format!("{path}[]"), item, lines)),
        Value::String(text) => {
            let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let said = if is_word && !text.is_empty() { text.as_str() } else { "a text" };
            lines.insert(format!("{path}: {said}"));
        }
        Value::Number(_) if path.ends_with(".v") => drop(lines.insert(format!("{path}: {value}"))),
        Value::Number(_) => drop(lines.insert(format!("{path}: a number"))),
        Value::Bool(_) => drop(lines.insert(format!("{path}: yes or no"))),
        Value::Null => drop(lines.insert(format!("{path}: nothing"))),
    }
}
