use std::collections::{BTreeMap, BTreeSet};

use actix_web::{FromRequest, Handler, web};
use registry_domain::card::DocumentNumber;
use registry_domain::civil_id::CivilId;
use registry_domain::national_number::NationalNumber;
use registry_domain::unit::{UNITS_TSV, UnitCode, UnitTree};
use serde::de::DeserializeOwned;
use utoipa::openapi::Schema;
use utoipa::{OpenApi as _, PartialSchema as _, ToSchema};

use super::*;
use crate::api::declarations::decode_portrait;
use crate::api::description::Description;
use crate::api::sent::Sent;
use crate::api::{
    cards, credentials, declarations, drafts, officers, papers, partners, persons, sessions, superseded,
};
use crate::deps::Deps;
use crate::routes::policy::Policy;

fn described() -> Value {
    serde_json::to_value(Description::openapi()).unwrap()
}

/// All operations.
fn operations(description: &Value) -> impl Iterator<Item = &Value> {
    let paths = description["paths"].as_object().unwrap().values();
    paths.flat_map(|item| item.as_object().unwrap().values())
}

/// What an operation is sent, and what it answers to a yes: each with its schema and its examples.
fn bodies(operation: &Value) -> impl Iterator<Item = &Value> {
    let answers = operation["responses"].as_object().unwrap().iter();
    let answers = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
    let all = answers.chain(std::iter::once(&operation["requestBody"]));
    all.flat_map(|body| body["content"].as_object().into_iter().flatten().map(|(_, content)| content))
}

/// The examples of a body.
fn examples(content: &Value) -> Vec<&Value> {
    let many = content["examples"].as_object().into_iter().flatten();
    content.get("example").into_iter().chain(many.map(|(_, example)| &example["value"])).collect()
}

#[test]
fn every_body_has_an_example_and_octets_alone_have_none() {
    for operation in operations(&described()) {
        for content in bodies(operation) {
            let is_octets = content["schema"]["format"] == "binary";
            let operation = &operation["operationId"];
            assert_eq!(examples(content).is_empty(), is_octets, "{operation}: {}", content["schema"]);
        }
    }
    let written: BTreeMap<String, Value> = serde_json::from_str(EXAMPLES).unwrap();
    let shown = described().to_string();
    for (name, example) in written {
        assert!(shown.contains(&example.to_string()), "nothing shows the example {name}");
    }
}

/// Calls `look` with each text and the name of the member that says it.
fn texts(name: &str, value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => look(name, text),
        Value::Array(items) => items.iter().for_each(|item| texts(name, item, look)),
        Value::Object(members) => members.iter().for_each(|(name, member)| texts(name, member, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn numbers_and_units_of_the_examples_are_valid_by_our_own_rules() {
    let units = UnitTree::parse_tsv(UNITS_TSV).unwrap();
    let (mut numbers, mut ids, mut codes, mut cards) = (0, 0, 0, 0);
    let mut look = |name: &str, text: &str| {
        let characters = text.chars().count();
        let is_digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
        let digits: String = text.chars().skip(2).collect();
        if characters == 10 && text.starts_with(|letter: char| !letter.is_ascii()) && is_digits(&digits) {
            assert!(NationalNumber::parse(text).is_ok(), "{name}: {text}");
            numbers += 1;
        }
        if characters == 12 && is_digits(text) {
            assert!(CivilId::parse(text).is_ok(), "{name}: {text}");
            ids += 1;
        }
        if matches!(name, "unit" | "birth_place" | "death_place" | "residence_unit")
            || name.ends_with("office")
        {
            let is_there = UnitCode::parse(text).is_ok_and(|code| units.get(&code).is_some());
            assert!(is_there, "{name}: {text}");
            codes += 1;
        }
        if matches!(name, "document_number" | "card") {
            assert!(DocumentNumber::parse(text).is_ok(), "{name}: {text}");
            cards += 1;
        }
    };
    for operation in operations(&described()) {
        for example in bodies(operation).flat_map(examples) {
            texts("", example, &mut look);
        }
    }
    assert!(numbers > 50 && ids > 5 && codes > 20 && cards > 5, "{numbers} {ids} {codes} {cards}");
}

/// What a handler reads of a request's body.
trait Reads {
    type Body: DeserializeOwned + ToSchema + 'static;
}

impl<T: DeserializeOwned + ToSchema + 'static, A: Policy> Reads for (web::Data<Deps>, Sent<T, A>) {
    type Body = T;
}

impl<P, T, A> Reads for (web::Data<Deps>, web::Path<P>, Sent<T, A>)
where
    T: DeserializeOwned + ToSchema + 'static,
    A: Policy,
{
    type Body = T;
}

/// The very type that a handler reads: how a body becomes one, and the schemas that are its own.
struct Reader {
    read: fn(&Value) -> serde_json::Result<()>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

fn reader<F, Args>(_: F) -> Reader
where
    F: Handler<Args>,
    Args: FromRequest + Reads + 'static,
{
    let mut schemas = vec![(Args::Body::name().into_owned(), Args::Body::schema())];
    Args::Body::schemas(&mut schemas);
    Reader { read: |body| serde_json::from_str::<Args::Body>(&body.to_string()).map(drop), schemas }
}

/// The handler of each operation that is sent JSON.
fn readers() -> BTreeMap<&'static str, Reader> {
    BTreeMap::from([
        ("sign_in", reader(sessions::sign_in)),
        ("sign_in_certified", reader(sessions::sign_in_certified)),
        ("open_record", reader(persons::open)),
        ("open_sealed", reader(persons::open_sealed)),
        ("state", reader(persons::state)),
        ("preview", reader(declarations::preview)),
        ("create", reader(declarations::create)),
        ("register", reader(declarations::register)),
        ("end_declaration", reader(declarations::end)),
        ("save", reader(drafts::save)),
        ("save_again", reader(drafts::save_again)),
        ("declare", reader(drafts::declare)),
        ("discard", reader(drafts::discard)),
        ("propose", reader(officers::propose)),
        ("confirm", reader(officers::confirm)),
        ("notify_birth", reader(partners::notify_birth)),
        ("notify_death", reader(partners::notify_death)),
        ("ask_identity", reader(partners::ask_identity)),
        ("check_card", reader(partners::check_card)),
        ("check_extract", reader(superseded::check_extract)),
        ("request_key", reader(credentials::request_key)),
        ("to_wallet", reader(credentials::to_wallet)),
        ("to_paper", reader(credentials::to_paper)),
        ("end_credentials", reader(credentials::end)),
        ("issue", reader(papers::issue)),
        ("spoil_paper", reader(papers::spoil)),
        ("claim", reader(cards::claim)),
        ("give_up", reader(cards::give_up)),
        ("bind", reader(cards::bind)),
        ("start_channel", reader(cards::start_channel)),
        ("open_channel", reader(cards::open_channel)),
        ("put_key", reader(cards::put_key)),
        ("proofs", reader(cards::proofs)),
        ("certify", reader(cards::certify)),
        ("receipt", reader(cards::receipt)),
        ("spoil_chip", reader(cards::spoil)),
        ("begin_activation", reader(cards::begin_activation)),
        ("complete_activation", reader(cards::complete_activation)),
    ])
}

/// Each operation that is sent JSON, with its reader and what is described of its body.
fn each_that_is_sent_json(description: &Value, mut look: impl FnMut(&str, &Reader, &Value)) {
    let readers = readers();
    let mut known = BTreeSet::new();
    for operation in operations(description) {
        let content = &operation["requestBody"]["content"]["application/json"];
        if !content.is_null() {
            let name = operation["operationId"].as_str().unwrap();
            look(name, readers.get(name).unwrap_or_else(|| panic!("no handler of {name}")), content);
            known.insert(name);
        }
    }
    assert_eq!(known, readers.keys().copied().collect());
}

#[test]
fn every_example_is_read_by_the_type_that_its_handler_reads() {
    each_that_is_sent_json(&described(), |name, reader, content| {
        for example in examples(content) {
            assert!((reader.read)(example).is_ok(), "{name}: {:?}: {example}", (reader.read)(example));
            if let Some(portrait) = example["portrait"].as_str() {
                assert!(decode_portrait(portrait).is_ok(), "{name}");
            }
        }
    });
}

/// Objects within an example by their places, with their schemas. Facts are left out: the forms' own tests
/// hold them.
fn objects<'a>(all: &'a Value, place: &str, schema: &'a Value, example: &Value) -> Vec<(String, &'a Value)> {
    let at = |to: &Value| to.as_str().and_then(|to| all.pointer(to.trim_start_matches('#')));
    let schema = at(&schema["$ref"]).unwrap_or(schema);
    let kind = example["kind"].as_str().unwrap_or_default();
    let schema = at(&schema["discriminator"]["mapping"][kind]).unwrap_or(schema);
    let mut found = vec![(place.to_owned(), schema)];
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        if example[name].is_object() && name != "facts" {
            found.extend(objects(all, &format!("{place}/{name}"), member, &example[name]));
        }
    }
    found
}

#[test]
fn a_member_is_described_as_required_where_the_handler_does_not_read_without_it() {
    let description = described();
    let mut left_out = 0;
    each_that_is_sent_json(&description, |name, reader, content| {
        for example in examples(content) {
            for (place, schema) in objects(&description, "", &content["schema"], example) {
                let required = schema["required"].as_array().into_iter().flatten();
                let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
                let object = example.pointer(&place).and_then(Value::as_object).unwrap();
                for member in object.keys() {
                    let mut without = example.clone();
                    without.pointer_mut(&place).and_then(Value::as_object_mut).unwrap().remove(member);
                    let is_read = (reader.read)(&without).is_ok();
                    assert_eq!(is_read, !required.contains(member.as_str()), "{name}: {place}/{member}");
                    left_out += 1;
                }
                let mut with = example.clone();
                with.pointer_mut(&place).unwrap()["shoe_size"] = json!(41);
                assert!((reader.read)(&with).is_err(), "{name}: {place} takes anything");
                assert_eq!(schema["additionalProperties"], json!(false), "{name}: {place}");
            }
        }
    });
    assert!(left_out > 100, "{left_out}");
}

#[test]
fn the_schema_of_a_type_that_is_read_stands_under_its_name_and_no_other_schema_does() {
    let description = described();
    each_that_is_sent_json(&description, |name, reader, _| {
        for (schema, said) in &reader.schemas {
            let stands = &description["components"]["schemas"][schema];
            assert_eq!(*stands, serde_json::to_value(said).unwrap(), "{name}: {schema}");
        }
    });
}
