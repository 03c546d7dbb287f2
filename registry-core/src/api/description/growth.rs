//! `/v1` only grows: what the committed description promises must still be there, and nothing more is asked.
//!
//! After something was added, `description.json` in `target` takes the place of the committed `v1.json`: the test says how.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use utoipa::OpenApi as _;

use super::Description;

/// What a caller of the description `before` would miss in `now`, or is asked besides.
fn lost(before: &Value, now: &Value) -> Vec<String> {
    let mut lost = Vec::new();
    for (path, operations) in members(&before["paths"]) {
        for (method, operation) in members(operations) {
            let at = format!("{} {path}", method.to_uppercase());
            let there = &now["paths"][path][method];
            if there.is_null() {
                lost.push(format!("{at} is gone"));
                continue;
            }
            for (status, _) in members(&operation["responses"]) {
                if there["responses"][status].is_null() {
                    lost.push(format!("{at} no longer answers {status}"));
                }
            }
            let asked = required_parameters(operation);
            lost.extend(
                required_parameters(there).difference(&asked).map(|name| format!("{at} requires {name}")),
            );
        }
    }
    let (sent, schemas) = (sent(now), &now["components"]["schemas"]);
    for (name, schema) in members(&before["components"]["schemas"]) {
        compare(name, schema, &schemas[name], sent.contains(name), &mut lost);
    }
    lost
}

/// What one schema lost against another, or asks besides if it is sent by the caller.
fn compare(at: &str, before: &Value, now: &Value, is_sent: bool, lost: &mut Vec<String>) {
    if now.is_null() {
        lost.push(format!("{at} is gone"));
        return;
    }
    for (member, schema) in members(&before["properties"]) {
        compare(&format!("{at}.{member}"), schema, &now["properties"][member], is_sent, lost);
    }
    let words = |schema: &Value| -> BTreeSet<String> {
        schema["enum"].as_array().into_iter().flatten().map(ToString::to_string).collect()
    };
    lost.extend(words(before).difference(&words(now)).map(|word| format!("{at} no longer knows {word}")));
    let required = |schema: &Value| -> BTreeSet<String> {
        let all = schema["required"].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (was, is) = (required(before), required(now));
    if is_sent {
        lost.extend(is.difference(&was).map(|member| format!("{at} requires {member}")));
    } else {
        lost.extend(was.difference(&is).map(|member| format!("{at} may leave {member} out")));
    }
}

/// The members of an object, none of anything else.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn required_parameters(operation: &Value) -> BTreeSet<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let required = all.filter(|parameter| parameter["required"] == true);
    required.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect()
}

/// The schemas that callers send, by themselves or within others.
fn sent(description: &Value) -> BTreeSet<String> {
    let operations = members(&description["paths"]).flat_map(|(_, operations)| members(operations));
    let mut open: Vec<&Value> = operations.map(|(_, operation)| &operation["requestBody"]).collect();
    let mut found = BTreeSet::new();
    while let Some(value) = open.pop() {
        open.extend(members(value).map(|(_, inner)| inner));
        open.extend(value.as_array().into_iter().flatten());
        let name = value["$ref"].as_str().and_then(|to| to.strip_prefix("#/components/schemas/"));
        if let Some(name) = name.filter(|name| found.insert((*name).to_owned())) {
            open.push(&description["components"]["schemas"][name]);
        }
    }
    found
}

#[test]
fn what_the_committed_description_promises_is_still_there() {
    let now = serde_json::to_value(Description::openapi()).unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/description/v1.json");
    let before: Value = serde_json::from_slice(&std::fs::read(&committed).unwrap()).unwrap();
    let lost = lost(&before, &now);
    assert!(lost.is_empty(), "/v1 only grows:\n{}", lost.join("\n"));
    let sorted: BTreeMap<String, Value> = serde_json::from_value(now).unwrap();
    if before != json!(sorted) {
        let fresh = serde_json::to_string_pretty(&sorted).unwrap() + "\n";
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/description.json");
        std::fs::write(&place, fresh).unwrap();
        panic!("the description grew; keep it: cp {} {}", place.display(), committed.display());
    }
}

#[test]
fn what_is_taken_away_or_asked_besides_is_found_and_what_is_added_is_not() {
    let before = json!({
        "paths": { "/v1/a": { "post": {
            "parameters": [{ "name": "page", "required": false }],
            "requestBody": { "schema": { "$ref": "#/components/schemas/Asked" } },
            "responses": { "200": {}, "404": {} },
        } } },
        "components": { "schemas": {
            "Asked": { "properties": { "kind": { "enum": ["birth", "death"] }, "day": {} }, "required": ["kind"] },
            "Told": { "properties": { "name": {} }, "required": ["name"] },
        } },
    });
    let found = |change: fn(&mut Value)| {
        let mut now = before.clone();
        change(&mut now);
        lost(&before, &now)
    };
    assert!(found(|_| ()).is_empty());
    let grown = found(|now| {
        now["paths"]["/v1/b"] = json!({});
        now["paths"]["/v1/a"]["post"]["responses"]["409"] = json!({});
        now["components"]["schemas"]["Asked"]["properties"]["kind"]["enum"] =
            json!(["birth", "death", "move"]);
        now["components"]["schemas"]["Told"]["properties"]["age"] = json!({});
    });
    assert!(grown.is_empty(), "{grown:?}");
    assert_eq!(found(|now| now["paths"] = json!({})), ["POST /v1/a is gone"]);
    assert_eq!(
        found(|now| now["paths"]["/v1/a"]["post"]["responses"] = json!({ "200": {} })),
        ["POST /v1/a no longer answers 404"]
    );
    assert_eq!(
        found(|now| now["paths"]["/v1/a"]["post"]["parameters"][0]["required"] = json!(true)),
        ["POST /v1/a requires page"]
    );
    assert_eq!(
        found(|now| now["components"]["schemas"]["Asked"]["properties"]["kind"]["enum"] = json!(["birth"])),
        ["Asked.kind no longer knows \"death\""]
    );
    assert_eq!(
        found(|now| now["components"]["schemas"]["Asked"]["required"] = json!(["kind", "day"])),
        ["Asked requires day"]
    );
    assert_eq!(
        found(|now| now["components"]["schemas"]["Told"] = json!({ "properties": {}, "required": [] })),
        ["Told.name is gone", "Told may leave name out"]
    );
}
