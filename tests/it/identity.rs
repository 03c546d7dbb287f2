//! The agency's question: what is answered, to whom, how often, and who can see it.

use std::fs;
use std::process::Command;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::run;
use registry_tests::kit::town::{Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

registry_tests::on_both_engines! {
    attributes_are_compared_one_by_one_once_the_number_and_one_more_match,
    unknown_sealed_and_not_matching_numbers_get_one_identical_answer,
    whether_somebody_lives_is_a_permission_of_its_own,
    a_question_outside_its_agreement_is_refused,
    a_question_says_who_asks_why_and_in_which_case,
    without_the_agency_s_certificate_nothing_is_answered,
    misses_are_budgeted_for_each_end_user,
    the_answer_is_signed_over_this_question,
    a_question_leaves_an_access_entry_before_its_answer,
    names_match_however_they_are_typed,
}

fn question(town: &Town, known: Known) -> Value {
    json!({
        "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
        "case": "case-1", "number": known.number, "given_name": known.given_name, "born_on": known.born_on,
    })
}

fn with(mut question: Value, field: &str, value: Value) -> Value {
    question[field] = value;
    question
}

/// A question is not a write; it needs no key.
fn ask(agency: &Client, question: &Value) -> anyhow::Result<Reply> {
    let headers = [("Content-Type", "application/json")];
    let method = ureq::http::Method::POST;
    agency.send(method, "/v1/identity-questions", &headers, serde_json::to_vec(question)?)
}

fn statement(reply: &Reply) -> anyhow::Result<Value> {
    let answer = reply.require(200)?.json();
    let bytes = STANDARD.decode(answer["statement"].as_str().unwrap_or_default())?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn attributes_are_compared_one_by_one_once_the_number_and_one_more_match(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let asked = with(question(&town, WIFE), "parent_name", json!("Нэргүй"));
    let asked = with(asked, "clan_name", json!(WIFE.clan_name));
    let stated = statement(&ask(&agency, &asked)?)?;
    assert_eq!(stated["matched"], true);
    for (attribute, outcome) in [
        ("given_name", "matched"),
        ("born_on", "matched"),
        ("clan_name", "matched"),
        ("parent_name", "not_matched"),
    ] {
        assert_eq!(stated[attribute], outcome, "{attribute}");
    }
    assert!(stated.get("living").is_none(), "it was not asked: {stated}");
    // Also by civil id, which the parents of a newborn receive.
    let registrar = town.officer(&town.cast.registrar)?;
    let receipt = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"))?;
    let civil_id = receipt["people"][0]["civil_id"].clone();
    let child = Known { given_name: "Анар", ..SINGLE_WOMAN };
    let asked = with(with(question(&town, child), "number", civil_id), "born_on", json!(days_ago(3)));
    assert_eq!(statement(&ask(&agency, &asked)?)?["matched"], true);
    Ok(())
}

fn unknown_sealed_and_not_matching_numbers_get_one_identical_answer(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let asked = question(&town, SINGLE_WOMAN);
    assert_eq!(statement(&ask(&agency, &asked)?)?["matched"], true);
    let sealing = json!({ "person": SINGLE_WOMAN.number, "sealed": true, "decision_number": "Ш-11" });
    town.seal(&sealing)?;
    let misses = [
        asked.clone(),
        with(asked.clone(), "number", json!("ЯЯ90010101")),
        with(asked.clone(), "number", json!("not a number")),
        with(asked, "number", json!(WIFE.number)),
    ];
    let mut answers = Vec::new();
    for (index, miss) in (0..).zip(&misses) {
        let reply = ask(&agency, &with(miss.clone(), "end_user", json!(format!("teller-{index}"))))?;
        let mut stated = statement(&reply)?;
        let members = stated.as_object_mut().context("a statement is an object")?;
        assert!(members.remove("question_sha256").is_some() && members.remove("at").is_some());
        let length = reply.body.len();
        answers.push((stated.to_string(), length, reply.header("content-type").map(str::to_owned)));
    }
    assert_eq!(answers[0].0, r#"{"matched":false}"#);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    Ok(())
}

fn whether_somebody_lives_is_a_permission_of_its_own(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let asked = with(question(&town, WIFE), "living", json!(true));
    assert_eq!(statement(&ask(&agency, &asked)?)?["living"], true);
    let registrar = town.officer(&town.cast.registrar)?;
    let death = json!({
        "person": WIFE.number, "died_on": days_ago(2), "paper_number": "НБ-1", "informant": "Хөрш айл",
    });
    enter(&registrar, "death", &death)?;
    assert_eq!(statement(&ask(&agency, &asked)?)?["living"], false);
    let missed = with(with(asked.clone(), "given_name", json!("Өөр")), "born_on", Value::Null);
    assert!(statement(&ask(&agency, &missed)?)?.get("living").is_none());
    let parcel = with(with(asked, "purpose", json!("parcel-delivery")), "born_on", Value::Null);
    let refused = ask(&agency, &parcel)?;
    assert_eq!(refused.require(403)?.refusal(), Some(803));
    assert_eq!(refused.json()["field"], "living");
    assert_eq!(statement(&ask(&agency, &with(parcel, "living", json!(false)))?)?["matched"], true);
    Ok(())
}

fn a_question_outside_its_agreement_is_refused(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let asked = question(&town, WIFE);
    for (field, value) in [("purpose", "curiosity"), ("legal_basis", "Another Act, art. 9")] {
        let refused = ask(&agency, &with(asked.clone(), field, json!(value)))?;
        assert_eq!(refused.require(403)?.refusal(), Some(801), "{field}");
    }
    let stranger = town.partner("stranger-agency")?;
    assert_eq!(ask(&stranger, &asked)?.require(403)?.refusal(), Some(801));
    let narrow = with(asked, "purpose", json!("parcel-delivery"));
    assert_eq!(ask(&agency, &narrow)?.require(403)?.refusal(), Some(803));
    Ok(())
}

fn a_question_says_who_asks_why_and_in_which_case(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    for (field, number) in [("end_user", 805), ("legal_basis", 804), ("case", 806)] {
        for empty in ["", "   "] {
            let refused = ask(&agency, &with(question(&town, WIFE), field, json!(empty)))?;
            assert_eq!(refused.refusal(), Some(number), "{field}");
        }
    }
    let bare = with(with(question(&town, WIFE), "given_name", Value::Null), "born_on", Value::Null);
    assert_eq!(ask(&agency, &bare)?.refusal(), Some(808));
    let long = with(question(&town, WIFE), "case", json!("x".repeat(201)));
    assert_eq!(ask(&agency, &long)?.refusal(), Some(124));
    let unknown = with(question(&town, WIFE), "address", json!(true));
    assert_eq!(ask(&agency, &unknown)?.require(400)?.refusal(), Some(101));
    Ok(())
}

fn without_the_agency_s_certificate_nothing_is_answered(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let asked = question(&town, WIFE);
    // The handshake succeeds without a certificate, so the client receives a refusal and not a broken
    // connection.
    let nobody = ask(&town.installation.stranger()?, &asked)?;
    assert_eq!(nobody.require(401)?.refusal(), Some(206));
    assert_eq!(nobody.header("content-type"), Some("application/problem+json"));
    for partner in ["hospital", "station"] {
        assert_eq!(ask(&town.partner(partner)?, &asked)?.require(401)?.refusal(), Some(207));
    }
    let officer = town.officer(&town.cast.registrar)?;
    assert_eq!(ask(&officer, &asked)?.require(401)?.refusal(), Some(206));
    let accesses = "SELECT count(*) FROM access_entry WHERE act = 'identity question'";
    assert_eq!(Database::of(&town.installation).ask(accesses)?, "0");
    Ok(())
}

fn misses_are_budgeted_for_each_end_user(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let asked = question(&town, WIFE);
    let miss = with(with(asked.clone(), "given_name", json!("Өөр")), "born_on", json!("1980-01-01"));
    for _ in 0..5 {
        // A question that matches uses no allowance for misses.
        assert_eq!(statement(&ask(&agency, &asked)?)?["matched"], true);
        assert_eq!(statement(&ask(&agency, &miss)?)?["matched"], false);
    }
    assert_eq!(ask(&agency, &miss)?.require(429)?.refusal(), Some(802));
    assert_eq!(ask(&agency, &asked)?.require(429)?.refusal(), Some(802), "no oracle is left");
    let disguised = with(asked.clone(), "end_user", json!(" Teller-7 "));
    assert_eq!(ask(&agency, &disguised)?.require(429)?.refusal(), Some(802));
    let other = with(asked, "end_user", json!("teller-8"));
    assert_eq!(statement(&ask(&agency, &other)?)?["matched"], true);
    Ok(())
}

fn the_answer_is_signed_over_this_question(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let asked = question(&town, WIFE);
    let reply = ask(&town.partner("agency")?, &asked)?;
    let sent = hex::encode(Sha256::digest(serde_json::to_vec(&asked)?));
    assert_eq!(statement(&reply)?["question_sha256"].as_str(), Some(sent.as_str()));
    let answer = reply.json();
    let statement = STANDARD.decode(answer["statement"].as_str().unwrap_or_default())?;
    let signature = hex::decode(answer["signature"].as_str().unwrap_or_default())?;
    let key = town.installation.stranger()?.get("/pki/answer.public.der")?;
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("key.der"), &key.require(200)?.body)?;
    fs::write(folder.path().join("signature"), &signature)?;
    let openssl_accepts = |statement: &[u8]| -> anyhow::Result<bool> {
        let message = [b"burtgel/v1/identity-answer\0".as_slice(), statement].concat();
        fs::write(folder.path().join("message"), message)?;
        let line = "pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in message -sigfile signature";
        Ok(run(Command::new("openssl").args(line.split(' ')).current_dir(folder.path())).is_ok())
    };
    assert!(openssl_accepts(&statement)?);
    let mut forged = statement.clone();
    if let Some(byte) = forged.iter_mut().find(|byte| **byte == b't') {
        *byte = b'f';
    }
    assert!(!openssl_accepts(&forged)?);
    Ok(())
}

fn a_question_leaves_an_access_entry_before_its_answer(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let database = Database::of(&town.installation);
    statement(&ask(&town.partner("agency")?, &question(&town, WIFE))?)?;
    let told = database.ask(
        "SELECT actor_kind || '/' || end_user || '/' || purpose || '/' || case_reference || '/' || legal_basis \
         FROM access_entry WHERE act = 'identity question'",
    )?;
    assert_eq!(told, format!("agency/teller-7/{}/case-1/{}", town.cast.purpose, town.cast.legal_basis));
    let shown = "SELECT count(*) FROM access_person JOIN person ON person.id = access_person.person_id \
                 WHERE national_number = 'УЪ69120169'";
    assert_eq!(database.ask(shown)?, "1");
    Ok(())
}

fn names_match_however_they_are_typed(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let lower = with(question(&town, WIFE), "number", json!("уъ69120169"));
    let typed = with(lower, "given_name", json!("  МӨНГӨНЯНЖИН "));
    assert_eq!(statement(&ask(&agency, &typed)?)?["given_name"], "matched");
    Ok(())
}
