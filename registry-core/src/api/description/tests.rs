use std::collections::BTreeSet;
use std::{fs, path};

use super::*;

fn described() -> Value {
    serde_json::to_value(Description::openapi()).unwrap()
}

/// Path, method and operation.
fn all(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let operations = item.as_object().unwrap().clone().into_iter();
        let path = path.clone();
        operations
            .map(move |(method, operation)| (path.clone(), method.to_uppercase(), operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let described: BTreeSet<_> =
        all(&described()).into_iter().map(|(path, method, _)| (path, method)).collect();
    let served = table().iter().map(|route| (route.path().to_owned(), route.method().to_string())).collect();
    assert_eq!(described, served);
}

#[test]
fn no_two_operations_have_one_name() {
    let described = described();
    let operations = all(&described);
    let names: BTreeSet<&str> =
        operations.iter().filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(names.len(), operations.len());
}

#[test]
fn every_answer_says_what_it_is_and_a_no_is_a_problem() {
    for (path, method, operation) in all(&described()) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            assert!(
                answer["description"].as_str().is_some_and(|said| !said.is_empty()),
                "{method} {path} {status}"
            );
            let is_problem =
                answer["content"][PROBLEM_TYPE]["schema"]["$ref"] == "#/components/schemas/Problem";
            assert_eq!(is_problem, !status.starts_with('2'), "{method} {path} {status}");
        }
    }
}

#[test]
fn only_what_is_public_needs_nothing_to_call() {
    let described = described();
    for route in table() {
        let (path, method) = (route.path(), route.method().as_str());
        let security = &described["paths"][path][method.to_lowercase()]["security"];
        assert_eq!(security.is_array(), route.access() != Access::Public, "{method} {path}");
    }
    let claim = &described["paths"]["/v1/card-jobs/claim"]["post"]["security"];
    assert_eq!(*claim, serde_json::json!([{ STATION_CERTIFICATE: [], BEARER: [] }]));
}

/// So many handlers ask for the key as the description says.
#[test]
fn the_key_is_described_where_it_is_asked() {
    let folder = path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let texts = files.filter(|file| file.is_file()).map(|file| fs::read_to_string(file).unwrap());
    let asked: usize = texts.map(|text| text.matches("sent.once()?").count()).sum();
    let operations = all(&described());
    let has_key = |operation: &Value| {
        let parameters = operation["parameters"].as_array();
        parameters.into_iter().flatten().any(|parameter| parameter["name"] == KEY)
    };
    assert_eq!(operations.iter().filter(|(_, _, operation)| has_key(operation)).count(), asked);
}

#[test]
fn two_types_do_not_share_a_name() {
    let described = described();
    let body = |path: &str| &described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body("/v1/card-jobs/{id}/keys")["$ref"], "#/components/schemas/KeyProof");
    assert_eq!(body("/v1/credentials/requests/{id}")["$ref"], "#/components/schemas/WalletProof");
    let schemas = &described["components"]["schemas"];
    assert!(schemas["KeyProof"]["properties"]["slot"].is_object());
    assert!(schemas["Standing"]["properties"]["deciding_office"].is_object());
    assert_eq!(schemas["PaperStanding"]["enum"], serde_json::json!(["valid", "superseded", "void"]));
}
