//! `/v1` only grows: what the committed description promises must still be there, and nothing more is asked.
//!
//! After something was added, `description.json` in `target` takes the place of the committed `v1.json`: the
//! test says how.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use utoipa::OpenApi as _;

use super::Description;

/// What a caller of the description `before` would miss in `now`, or is asked besides. Lengths, patterns and
/// formats are not compared.
fn lost(before: &Value, now: &Value) -> Vec<String> {
    let mut both = Both { before, now, seen: BTreeSet::new(), lost: Vec::new() };
    for (path, operations) in members(&before["paths"]) {
        for (method, operation) in members(operations) {
            let at = format!("{} {path}", method.to_uppercase());
            match &now["paths"][path][method] {
                Value::Null => both.lost.push(format!("{at} is gone")),
                there => both.operation(&at, operation, there),
            }
        }
    }
    // A generated client has a type of the name of each schema that has members, words or alternatives.
    for (name, schema) in members(&before["components"]["schemas"]) {
        let is_type = ["properties", "enum", "oneOf"].iter().any(|key| !schema[key].is_null());
        if is_type && now["components"]["schemas"][name].is_null() {
            both.lost.push(format!("{name} is gone"));
        }
    }
    both.lost
}

/// Who writes what a schema is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Caller,
    Service,
}

/// Two descriptions, and what the later one lost.
struct Both<'a> {
    before: &'a Value,
    now: &'a Value,
    seen: BTreeSet<(String, By)>,
    lost: Vec<String>,
}

impl Both<'_> {
    fn operation(&mut self, at: &str, before: &Value, now: &Value) {
        let asked = parameters(before, true);
        let requires = parameters(now, true);
        self.lost.extend(requires.difference(&asked).map(|name| format!("{at} requires {name}")));
        let knows = parameters(now, false);
        let gone = parameters(before, false);
        self.lost.extend(gone.difference(&knows).map(|name| format!("{at} no longer takes {name}")));
        self.contents(at, By::Caller, &before["requestBody"], &now["requestBody"]);
        for (status, answer) in members(&before["responses"]) {
            match &now["responses"][status] {
                Value::Null => self.lost.push(format!("{at} no longer answers {status}")),
                there => self.contents(&format!("{at} {status}"), By::Service, answer, there),
            }
        }
    }

    fn contents(&mut self, at: &str, by: By, before: &Value, now: &Value) {
        for (media, content) in members(&before["content"]) {
            match &now["content"][media] {
                Value::Null => self.lost.push(format!("{at} is no longer {media}")),
                there => self.schema(at, by, &content["schema"], &there["schema"]),
            }
        }
    }

    /// Compares two schemas through what they refer to. Each that has a name is looked at once.
    fn schema(&mut self, at: &str, by: By, before: &Value, now: &Value) {
        let (name, before) = resolved(self.before, before);
        let (_, now) = resolved(self.now, now);
        if let Some(name) = name
            && !self.seen.insert((name.to_owned(), by))
        {
            return;
        }
        let at = name.unwrap_or(at);
        for (member, schema) in members(&before["properties"]) {
            match &now["properties"][member] {
                Value::Null => self.lost.push(format!("{at}.{member} is gone")),
                there => self.schema(&format!("{at}.{member}"), by, schema, there),
            }
        }
        if !before["items"].is_null() {
            self.schema(at, by, &before["items"], &now["items"]);
        }
        self.alternatives(at, by, before, now);
        self.words(at, by, before, now);
    }

    /// Alternatives are told apart by their names, where there are several; what has no name is null.
    fn alternatives(&mut self, at: &str, by: By, before: &Value, now: &Value) {
        for key in ["oneOf", "anyOf"] {
            let (was, is) = (named(&before[key]), named(&now[key]));
            for one in &was {
                let same = is.iter().find(|other| other["$ref"] == one["$ref"]);
                match (same, was.len(), is.as_slice()) {
                    (Some(other), ..) | (None, 1, [other]) => self.schema(at, by, one, other),
                    (None, ..) => self.lost.push(format!("{at} is no longer {}", one["$ref"])),
                }
            }
        }
    }

    fn words(&mut self, at: &str, by: By, before: &Value, now: &Value) {
        let (was, is) = (set(&before["enum"]), set(&now["enum"]));
        self.lost.extend(was.difference(&is).map(|word| format!("{at} no longer knows {word}")));
        if by == By::Caller && was.is_empty() && !is.is_empty() {
            self.lost.push(format!("{at} takes words alone"));
        }
        let (was, is) = (set(&before["type"]), set(&now["type"]));
        let (was, is, what) = match by {
            By::Caller => (was, is, "no longer takes"),
            By::Service => (is, was, "may be"),
        };
        self.lost.extend(was.difference(&is).map(|kind| format!("{at} {what} {kind}")));
        let (was, is) = (set(&before["required"]), set(&now["required"]));
        let (was, is, what) = match by {
            By::Caller => (is, was, "requires"),
            By::Service => (was, is, "may lack"),
        };
        self.lost.extend(was.difference(&is).map(|member| format!("{at} {what} {member}")));
    }
}

/// A schema, or the one that it refers to with its name.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
    match schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/components/schemas/")) {
        Some(name) => (Some(name), &description["components"]["schemas"][name]),
        None => (None, schema),
    }
}

/// The members of an object, none of anything else.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Those alternatives that are references.
fn named(alternatives: &Value) -> Vec<&Value> {
    alternatives.as_array().into_iter().flatten().filter(|one| one["$ref"].is_string()).collect()
}

/// A word, or a list of words.
fn set(words: &Value) -> BTreeSet<&str> {
    let list = words.as_array().into_iter().flatten();
    list.chain(std::iter::once(words)).filter_map(Value::as_str).collect()
}

fn parameters(operation: &Value, is_required: bool) -> BTreeSet<&str> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let asked = all.filter(|parameter| !is_required || parameter["required"] == true);
    asked.filter_map(|parameter| parameter["name"].as_str()).collect()
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
    let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let content = |schema: Value| json!({ "content": { "application/json": { "schema": schema } } });
    let before = json!({
        "paths": { "/v1/a": { "post": {
            "parameters": [{ "name": "page", "required": false }],
            "requestBody": content(schema("Asked")),
            "responses": { "200": content(json!({ "type": "array", "items": schema("Told") })), "404": {} },
        } } },
        "components": { "schemas": {
            "Asked": { "properties": {
                "kind": { "enum": ["birth", "death"] }, "day": { "type": ["string", "null"] },
                "roles": { "type": "array", "items": { "enum": ["registrar"] } },
            }, "required": ["kind"] },
            "Told": { "properties": { "name": { "type": "string" } }, "required": ["name"] },
            "Other": { "properties": { "name": { "type": "string" } }, "required": ["name"] },
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
        let schemas = &mut now["components"]["schemas"];
        schemas["Asked"]["properties"]["kind"]["enum"] = json!(["birth", "death", "move"]);
        schemas["Asked"]["properties"]["roles"]["type"] = json!(["array", "null"]);
        schemas["Told"]["properties"]["age"] = json!({ "type": "integer" });
    });
    assert!(grown.is_empty(), "{grown:?}");
    type Case = (fn(&mut Value), &'static [&'static str]);
    let cases: [Case; 13] = [
        (|now| now["paths"] = json!({}), &["POST /v1/a is gone"]),
        (
            |now| now["paths"]["/v1/a"]["post"]["responses"]["404"] = json!(null),
            &["POST /v1/a no longer answers 404"],
        ),
        (
            |now| now["paths"]["/v1/a"]["post"]["parameters"][0]["required"] = json!(true),
            &["POST /v1/a requires page"],
        ),
        (|now| now["paths"]["/v1/a"]["post"]["parameters"] = json!([]), &["POST /v1/a no longer takes page"]),
        (
            |now| now["paths"]["/v1/a"]["post"]["responses"]["200"]["content"] = json!({}),
            &["POST /v1/a 200 is no longer application/json"],
        ),
        (
            |now| now["components"]["schemas"]["Asked"]["properties"]["kind"]["enum"] = json!(["birth"]),
            &["Asked.kind no longer knows death"],
        ),
        (
            |now| {
                now["components"]["schemas"]["Asked"]["properties"]["roles"]["items"]["enum"] =
                    json!(["approver"])
            },
            &["Asked.roles no longer knows registrar"],
        ),
        (
            |now| now["components"]["schemas"]["Asked"]["properties"]["day"]["type"] = json!("string"),
            &["Asked.day no longer takes null"],
        ),
        (
            |now| now["components"]["schemas"]["Asked"]["properties"]["day"]["enum"] = json!(["today"]),
            &["Asked.day takes words alone"],
        ),
        (
            |now| now["components"]["schemas"]["Asked"]["required"] = json!(["kind", "day"]),
            &["Asked requires day"],
        ),
        (
            |now| now["components"]["schemas"]["Told"] = json!({ "properties": {}, "required": [] }),
            &["Told.name is gone", "Told may lack name"],
        ),
        (
            |now| {
                now["components"]["schemas"]["Told"]["properties"]["name"]["type"] = json!(["string", "null"])
            },
            &["Told.name may be null"],
        ),
        (|now| now["components"]["schemas"]["Other"] = json!(null), &["Other is gone"]),
    ];
    for (change, says) in cases {
        assert_eq!(found(change), says);
    }
    // Another type in the place of the one that was answered: what it lacks is missed.
    let other = found(|now| {
        now["components"]["schemas"]["Less"] = json!({ "properties": {} });
        let answer = &mut now["paths"]["/v1/a"]["post"]["responses"]["200"];
        answer["content"]["application/json"]["schema"]["items"] =
            json!({ "$ref": "#/components/schemas/Less" });
    });
    assert_eq!(other, ["Told.name is gone", "Told may lack name"]);
}
