//! The service at its border: its description, its limits, its TLS, its configuration.

use std::process::Command;

use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::program::run;
use registry_tests::kit::town::{HUSBAND, SINGLE_MAN, Town, WIFE, declare};
use serde_json::{Value, json};
use ureq::http::Method;

registry_tests::on_both_engines! {
    every_operation_of_the_description_answers,
    what_is_not_in_the_description_is_a_numbered_no,
    bad_input_is_a_numbered_no_in_both_languages,
    health_is_told_on_both_listeners,
    a_station_without_an_officer_does_nothing,
    forty_questions_at_once_are_all_answered,
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn method_of(word: &str) -> anyhow::Result<Method> {
    Ok(word.to_uppercase().parse()?)
}

/// A path of the description, with an id or the name of a public file for each of its parameters.
fn with_ids(path: &str) -> String {
    const ID: &str = "00000000-0000-4000-8000-000000000000";
    let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
        Some((_, ending)) => format!("{ID}{ending}"),
        None => part.to_owned(),
    };
    // A file that exists; any other name is refused like a path that does not exist.
    let path = path.replace("{name}", "eid-root.cer");
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn every_operation_of_the_description_answers(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let client = town.installation.stranger()?;
    let description = client.get("/v1/openapi.json")?.require(200)?.json();
    assert!(
        description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
        "{description}"
    );
    let paths = description["paths"].as_object().cloned().unwrap_or_default();
    let mut operations = 0;
    for (path, methods) in &paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            operations += 1;
            let reply = client.send(method_of(method)?, &with_ids(path), &[JSON], b"{}".to_vec())?;
            let refusal = reply.refusal();
            assert!(refusal != Some(1006) && refusal != Some(1013), "{method} {path}: {}", reply.text());
            assert!(reply.status < 500, "{method} {path}: {}", reply.text());
            assert!(
                operation["responses"].as_object().is_some_and(|told| !told.is_empty()),
                "{method} {path}"
            );
        }
        let reply = client.send(Method::DELETE, &with_ids(path), &[], Vec::new())?;
        assert_eq!(reply.require(405)?.refusal(), Some(1013), "DELETE {path}");
    }
    assert_eq!(operations, 56);
    for schema in ["DeclareRequest", "Question", "Answer", "Registered", "Problem"] {
        assert!(description["components"]["schemas"][schema].is_object(), "{schema}");
    }
    Ok(())
}

fn what_is_not_in_the_description_is_a_numbered_no(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    for path in
        ["/", "/v1", "/v2/declarations", "/v1/declarations/x/y/z", "/pki/issuing.key", "/pki/..%2funlock"]
    {
        assert_eq!(registrar.get(path)?.require(404)?.refusal(), Some(1006), "{path}");
    }
    // Nobody gets around the certificate by using the console's listener.
    let console = town.service.console();
    assert_ne!(console.post("/v1/identity-questions", &json!({}))?.status, 200);
    assert_ne!(console.post("/v1/sessions", &json!({ "code": "x" }))?.status, 201);
    Ok(())
}

fn bad_input_is_a_numbered_no_in_both_languages(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let key = ("Idempotency-Key", "bad-1");
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let good = json!({ "kind": "birth", "facts": town.birth(WIFE, HUSBAND, "Сарангоо") });
    let mut unknown = good.clone();
    unknown["colour"] = json!("blue");
    let (good, unknown) = (good.to_string(), unknown.to_string());
    let facts = |kind: &str| json!({ "kind": kind, "facts": {} }).to_string();
    let too_large = format!("{{\"kind\": \"{}\"}}", "x".repeat(600 * 1024));
    let cases: [(&str, &str, &str, u16, u64); 11] = [
        ("too large", "application/json", &too_large, 413, 1003),
        ("too deep", "application/json", &deep, 422, 1008),
        ("no media type", "text/plain", &good, 415, 1009),
        ("a form", "application/x-www-form-urlencoded", &good, 415, 1009),
        ("unknown member", "application/json", &unknown, 400, 101),
        ("no JSON", "application/json", "kind=birth", 400, 101),
        ("cut off", "application/json", "{\"kind\": ", 400, 101),
        ("empty", "application/json", "", 400, 101),
        ("unknown kind", "application/json", &facts("baptism"), 422, 120),
        ("not declared", "application/json", &facts("erasure"), 422, 121),
        ("facts that are a list", "application/json", r#"{"kind":"birth","facts":[]}"#, 400, 101),
    ];
    for (what, media_type, body, status, number) in cases {
        let headers = [("Content-Type", media_type), key];
        let reply = registrar.send(Method::POST, "/v1/declarations", &headers, body.as_bytes().to_vec())?;
        assert_eq!((reply.status, reply.refusal()), (status, Some(number)), "{what}: {}", reply.text());
        let problem = reply.json();
        assert_eq!(problem["type"], format!("urn:burtgel:refusal:{number}"));
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
        let mongolian = problem["title_mn"].as_str().unwrap_or_default();
        assert!(mongolian.chars().any(|letter| ('а'..='я').contains(&letter)), "{what}: {problem}");
        assert!(problem["title"].as_str().is_some_and(str::is_ascii), "{what}: {problem}");
        assert!(!reply.text().contains("Сарангоо"), "{what} repeats what was sent");
    }
    // No part of it was done.
    assert_eq!(registrar.get("/v1/declarations")?.require(200)?.json(), json!([]));
    declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?.require(201)?;
    Ok(())
}

fn health_is_told_on_both_listeners(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    for client in [town.service.console(), &town.installation.stranger()?] {
        for path in ["/livez", "/readyz"] {
            let reply = client.get(path)?;
            assert!(reply.require(200)?.header("x-trace-id").is_some_and(|trace| trace.len() == 16));
            assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
        }
    }
    for list in ["issuing-ca.crl", "eid-root.crl", "csca.crl", "service-root.crl", "csca.cer"] {
        town.service.console().get(&format!("/pki/{list}"))?.require(200)?;
    }
    Ok(())
}

fn a_station_without_an_officer_does_nothing(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let claim = "/v1/card-jobs/claim";
    let station = town.partner("station")?;
    assert_eq!(station.post(claim, &json!({}))?.require(401)?.refusal(), Some(201));
    // Nor is an officer without a station.
    let officer = town.officer(&town.cast.card_officer)?;
    assert_eq!(officer.post(claim, &json!({}))?.require(401)?.refusal(), Some(206));
    Ok(())
}

fn forty_questions_at_once_are_all_answered(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let ask = |number: usize| -> anyhow::Result<(u16, Value)> {
        let question = json!({
            "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
            "case": format!("case-{number}"), "number": SINGLE_MAN.number, "given_name": SINGLE_MAN.given_name,
        });
        let reply = agency.post("/v1/identity-questions", &question)?;
        Ok((reply.status, reply.json()))
    };
    let answers = std::thread::scope(|scope| {
        let ask = &ask;
        let running: Vec<_> = (0..40).map(|number| scope.spawn(move || ask(number))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a caller panicked")))
            .collect::<anyhow::Result<Vec<_>>>()
    })?;
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    let accesses = "SELECT count(DISTINCT case_reference) FROM access_entry WHERE act = 'identity question'";
    let database = registry_tests::kit::database::Database::of(&town.installation);
    assert_eq!(database.ask(accesses)?, "40");
    Ok(())
}

mod tls {
    use super::*;

    fn handshake(installation: &Installation, version: &str) -> anyhow::Result<String> {
        let mut openssl = Command::new("bash");
        let port = installation.settings.partners_port;
        let roots = installation.settings.service_root();
        let line = format!(
            "echo | openssl s_client -connect localhost:{port} -{version} -CAfile {} -verify_return_error",
            roots.display()
        );
        let output = run(openssl.args(["-c", &line]))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    #[test]
    fn partners_speak_tls_1_3_and_nothing_older() -> anyhow::Result<()> {
        let installation = Installation::demo(Engine::Sqlite)?;
        let service = installation.serve()?;
        assert!(handshake(&installation, "tls1_3")?.contains("TLSv1.3"));
        assert!(handshake(&installation, "tls1_2").is_err());
        let plain = format!("http://127.0.0.1:{}", installation.settings.partners_port);
        assert!(!Client::new(&plain).get("/livez").is_ok_and(|reply| reply.status == 200));
        service.stop()
    }
}

mod configuration {
    use super::*;

    fn checked(change: impl FnOnce(&mut Installation)) -> anyhow::Result<String> {
        let mut installation = Installation::empty(Engine::Sqlite)?;
        change(&mut installation);
        installation.write_settings()?;
        Ok(String::from_utf8(installation.registry(&["config", "check"])?.stdout)?)
    }

    #[test]
    fn a_sound_configuration_is_called_sound() -> anyhow::Result<()> {
        assert!(checked(|_| ())?.contains("sound"));
        Ok(())
    }

    #[test]
    fn a_configuration_that_must_not_run_is_refused_with_the_setting() {
        let refused = |more: &str| checked(|it| it.settings.more = more.to_owned()).unwrap_err().to_string();
        assert!(refused("[limits]\nbody_bites = 1\n").contains("body_bites"));
        assert!(refused("[law.rules]\ncard_minimum_age = \"old\"\n").contains("card_minimum_age"));
        for (setting, value) in
            [("card_certificate_years", 0), ("card_certificate_years", 99), ("credential_days", 0)]
        {
            assert!(refused(&format!("[law.rules]\n{setting} = {value}\n")).contains(setting), "{setting}");
        }
        let alone = "[law.rules.four_eyes.sealing]\nin_time = \"one\"\nlate = \"two\"\n";
        assert!(refused(alone).contains("sealing takes two officers at least"), "{}", refused(alone));
        let scheme = checked(|it| it.settings.database_url = "mysql://x".to_owned()).unwrap_err().to_string();
        assert!(scheme.contains("database.url"), "{scheme}");
        let unlock = checked(|it| it.settings.unlock_file = it.settings.keys.join("unlock.key")).unwrap_err();
        assert!(unlock.to_string().contains("keys.unlock_file"), "{unlock}");
    }

    #[test]
    fn the_made_up_number_scheme_is_refused_outside_demo_mode() -> anyhow::Result<()> {
        let installation = Installation::empty(Engine::Sqlite)?;
        let text = installation.settings.to_toml().replace("mode = \"demo\"", "mode = \"production\"");
        std::fs::write(installation.configuration(), text)?;
        let refused = installation.registry(&["config", "check"]).unwrap_err().to_string();
        assert!(refused.contains("law.number_scheme"), "{refused}");
        Ok(())
    }
}
