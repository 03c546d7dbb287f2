use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::OpenApi as _;

use super::*;
use crate::api::description::Description;

fn description() -> Value {
    serde_json::to_value(Description::openapi()).unwrap()
}

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn words(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Collects all references in a document, at any depth.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_description_tells_of_each_kind_what_its_form_asks_for() {
    let description = description();
    let schemas = &description["components"]["schemas"];
    let mut kinds = 0;
    for (kind, form) in declared() {
        let facts = &schemas[format!("{kind:?}Facts")];
        let asked: BTreeSet<&str> = form.facts().map(|field| field.name).collect();
        let needed = form.facts().filter(|field| field.needed == Needed::Always);
        assert_eq!(members(&facts["properties"]), asked, "{kind}");
        assert_eq!(words(&facts["required"]), needed.map(|field| field.name).collect(), "{kind}");
        assert_eq!(facts["additionalProperties"], Value::Bool(false), "{kind}");
        for field in form.facts() {
            let told = &facts["properties"][field.name];
            let offered = field.words().iter().map(|choice| choice.word).filter(|word| !word.is_empty());
            let stands = if told["type"] == "array" { &told["items"]["enum"] } else { &told["enum"] };
            assert_eq!(words(stands), offered.collect(), "{kind}: {}", field.name);
            assert!(told["description"].as_str().is_some_and(|text| text.ends_with('.')), "{kind}: {told}");
        }
        for request in ["DeclareRequest", "PreviewRequest", "SaveDraft"] {
            let leads = schemas[request]["discriminator"]["mapping"][kind.as_str()].as_str().unwrap();
            let whole = description.pointer(leads.trim_start_matches('#')).unwrap();
            assert_eq!(words(&whole["properties"]["kind"]["enum"]), BTreeSet::from([kind.as_str()]));
        }
        kinds += 1;
    }
    assert_eq!(kinds, 27);
}

#[test]
fn a_picture_comes_with_a_declaration_and_with_nothing_else() {
    let description = description();
    let schemas = &description["components"]["schemas"];
    let with = |schema: &str| members(&schemas[schema]["properties"]).contains("portrait");
    assert!(with("DeclareCardApplication"));
    assert!(!with("PreviewCardApplication") && !with("KeepCardApplication") && !with("DeclareBirth"));
    assert!(!with("CardApplicationFacts"));
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        assert!(description.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}
