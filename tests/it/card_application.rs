//! Card applications: checked at the counter, approved by a second officer, handed to a neighbour where there
//! is none.

use std::fs;

use anyhow::ensure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_tests::kit::Engine;
use registry_tests::kit::cast::Cast;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::portrait;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, enter, id_of, import,
    open_record, register,
};
use serde_json::{Value, json};
use ureq::http::Method;

registry_tests::on_both_engines! {
    an_approved_application_opens_a_card_job,
    a_child_under_16_has_no_card,
    a_portrait_that_is_no_fitting_jpeg_is_refused,
    the_citizen_confirms_the_latin_name,
    the_officer_who_received_an_application_does_not_approve_it,
    an_office_with_one_officer_hands_over_to_its_neighbour,
    one_open_card_a_person,
    what_the_chip_cannot_hold_is_refused_on_the_application,
    the_steps_of_a_card_job_come_once_for_each_idempotency_key,
    no_step_of_a_card_job_goes_without_an_idempotency_key,
}

const COLUMNS: &str = "national_number,civil_id,clan_name,parent_name,given_name,sex,born_on,birth_unit,residence_unit,\
    address,residence_since,mother_number,father_number,spouse_number,died_on";

/// A row of the import for a man of the khoroo.
pub(super) fn row(number: &str, parent: &str, given: &str, birth_unit: &str) -> String {
    format!("{number},,,{parent},{given},male,1994-08-02,{birth_unit},110151,1-1,2018-08-01,,,,")
}

/// A town with these people in addition to those of the sample.
pub(super) fn town_with(engine: Engine, rows: &[String]) -> anyhow::Result<Town> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    import(&installation, &cast)?;
    let file = installation.folder().join("more-people.csv");
    fs::write(&file, format!("{COLUMNS}\n{}\n", rows.join("\n")))?;
    let file = file.display().to_string();
    let told = installation.registry(&["import", &file, "--officer", &cast.administrator])?;
    let told = String::from_utf8(told.stdout)?;
    ensure!(told.contains(&format!("taken: {}", rows.len())), "{told}");
    let service = installation.serve()?;
    Ok(Town { service, installation, cast })
}

fn with_portrait(town: &Town, officer: &Client, portrait: &str) -> anyhow::Result<Reply> {
    let facts = town.card_application(SINGLE_MAN.number);
    let body = json!({ "kind": "card_application", "facts": facts, "portrait": portrait });
    officer.post("/v1/declarations", &body)
}

fn jobs(town: &Town) -> anyhow::Result<String> {
    Database::of(&town.installation).ask("SELECT count(*) FROM card_job WHERE job_state = 'waiting'")
}

fn an_approved_application_opens_a_card_job(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let record = open_record(&registrar, SINGLE_MAN.number, "application for a card")?;
    // MNS 5217:2012 gives the proposal, and the citizen confirms it.
    assert_eq!(record["latin_proposal"]["given"], "Osorod");
    let applied = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    assert_eq!(applied.require(201)?.json()["deciding_office"].as_str(), Some(town.cast.office.as_str()));
    assert_eq!(jobs(&town)?, "0");
    let receipt = register(&approver, &applied)?.require(200)?.json();
    assert!(receipt["card_job"].is_string(), "{receipt}");
    assert_eq!(jobs(&town)?, "1");
    let card = open_record(&registrar, SINGLE_MAN.number, "after the approval")?["cards"][0].clone();
    assert_eq!(card["state"], "approved");
    // Valid until the next renewal birthday (25 or 45), or after the last one for the configured time.
    let expires_on = card["expires_on"].as_str().unwrap_or_default();
    let born_on = SINGLE_MAN.born_on;
    let is_birthday = expires_on[4..] == born_on[4..];
    let age = expires_on[..4].parse::<u32>()? - born_on[..4].parse::<u32>()?;
    assert!(age > 45 || is_birthday && (age == 25 || age == 45), "{expires_on}");
    Ok(())
}

fn a_child_under_16_has_no_card(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let receipt = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let child = receipt["people"][0]["national_number"].as_str().unwrap_or_default();
    let refused = apply_for_card(&registrar, &town.card_application(child))?;
    assert_eq!(refused.require(422)?.refusal(), Some(701));
    Ok(())
}

fn a_portrait_that_is_no_fitting_jpeg_is_refused(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let good = portrait::drawn(480, 640)?;
    assert!(good.len() < 40 * 1024);
    let mut torn = good.clone();
    torn.truncate(good.len() / 2);
    let large = [good.as_slice(), &vec![0; 41 * 1024]].concat();
    let cases: [(Vec<u8>, &[u64]); 7] = [
        (b"\x89PNG\r\n\x1a\n0000".to_vec(), &[706]),
        (b"GIF89a".to_vec(), &[706]),
        (Vec::new(), &[706]),
        (torn, &[706]),
        (large, &[707]),
        (portrait::drawn(100, 140)?, &[707]),
        (portrait::drawn(640, 480)?, &[707]),
    ];
    for (bytes, numbers) in cases {
        let reply = with_portrait(&town, &registrar, &STANDARD.encode(&bytes))?;
        assert!(
            reply.refusal().is_some_and(|number| numbers.contains(&number)),
            "{}: {}",
            bytes.len(),
            reply.text()
        );
    }
    assert_eq!(with_portrait(&town, &registrar, "not base64!")?.refusal(), Some(706));
    let facts = town.card_application(SINGLE_MAN.number);
    let without =
        registrar.post("/v1/declarations", &json!({ "kind": "card_application", "facts": facts }))?;
    assert_eq!(without.refusal(), Some(705));
    // A picture that is not there cannot be vouched for.
    let mut vouched = facts.clone();
    vouched["portrait_sha256"] = json!("00".repeat(32));
    assert_eq!(declare(&registrar, "card_application", &vouched)?.require(422)?.refusal(), Some(705));
    with_portrait(&town, &registrar, &STANDARD.encode(&good))?.require(201)?;
    Ok(())
}

fn the_citizen_confirms_the_latin_name(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    for (field, value, number) in [
        ("latin_confirmed", json!(false), 704),
        ("latin_confirmed", Value::Null, 704),
        ("latin_given", json!("Осород"), 111),
    ] {
        let mut facts = town.card_application(SINGLE_MAN.number);
        facts[field] = value;
        assert_eq!(apply_for_card(&registrar, &facts)?.require(422)?.refusal(), Some(number));
    }
    Ok(())
}

fn the_officer_who_received_an_application_does_not_approve_it(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (installation, cast) = (&town.installation, &town.cast);
    // One officer with both roles, and a second officer, so that the office need not hand the application
    // over.
    let both = installation.appoint(cast, &cast.office, "Registrar and approver", "registrar,approver")?;
    let both = town.officer(&both)?;
    let applied = apply_for_card(&both, &town.card_application(SINGLE_MAN.number))?;
    assert_eq!(register(&both, &applied)?.require(403)?.refusal(), Some(205));
    let registrar = town.officer(&cast.registrar)?;
    assert_eq!(register(&registrar, &applied)?.require(403)?.refusal(), Some(202));
    let far = town.officer(&cast.aimag_approver)?;
    assert!(
        register(&far, &applied)?
            .require(403)?
            .refusal()
            .is_some_and(|number| number == 203 || number == 718)
    );
    assert_eq!(jobs(&town)?, "0");
    register(&town.officer(&cast.approver)?, &applied)?.require(200)?;
    Ok(())
}

fn an_office_with_one_officer_hands_over_to_its_neighbour(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let soum = town.officer(&cast.soum_registrar)?;
    let applied = apply_for_card(&soum, &town.card_application(SINGLE_MAN.number))?;
    assert_eq!(applied.require(201)?.json()["deciding_office"].as_str(), Some(cast.aimag_office.as_str()));
    let aimag = town.officer(&cast.aimag_approver)?;
    let queue = aimag.get("/v1/declarations")?.require(200)?.json();
    assert_eq!(queue[0]["id"].as_str(), Some(id_of(&applied)?.as_str()), "{queue}");
    assert_eq!(queue[0]["office"].as_str(), Some(cast.soum_office.as_str()));
    assert_eq!(register(&soum, &applied)?.require(403)?.refusal(), Some(202));
    register(&aimag, &applied)?.require(200)?;
    // The card is written at the office where the citizen applied.
    let office = Database::of(&town.installation).ask("SELECT office FROM card_job")?;
    assert_eq!(office, cast.soum_office);
    Ok(())
}

fn one_open_card_a_person(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let facts = town.card_application(SINGLE_MAN.number);
    let first = apply_for_card(&registrar, &facts)?;
    let second = apply_for_card(&registrar, &facts)?;
    assert_eq!(second.require(201)?.json()["state"], "held");
    assert_eq!(register(&approver, &second)?.require(409)?.refusal(), Some(1103));
    register(&approver, &first)?.require(200)?;
    assert_eq!(apply_for_card(&registrar, &facts)?.require(409)?.refusal(), Some(702));
    Ok(())
}

fn what_the_chip_cannot_hold_is_refused_on_the_application(engine: Engine) -> anyhow::Result<()> {
    let sixty = |letter: char| format!("{letter}{}", letter.to_lowercase().to_string().repeat(59));
    let (nowhere, alone, long) = ("УЪ94080210", "УЪ94080229", "УЪ94080237");
    let town = town_with(
        engine,
        &[
            row(nowhere, "Рэнцэнжав", "Осорхүү", ""),
            row(alone, "", "Осоргарав", "1101"),
            row(long, &sixty('Б'), &sixty('О'), "1101"),
        ],
    )?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let spelt = |person: &str, parent: Option<&str>, given: &str| json!({ "person": person, "latin_parent": parent, "latin_given": given, "latin_confirmed": true });
    let (parent, given) = ("R".repeat(32), "O".repeat(32));
    let cases = [
        (spelt(nowhere, Some("Rentsenjav"), "Osorkhuu"), 736, "person"),
        (spelt(alone, Some("Rentsenjav"), "Osorgarav"), 737, "person"),
        (spelt(alone, None, "Osorgarav"), 737, "person"),
        (spelt(long, Some("B"), "O"), 738, "person"),
        (spelt(SINGLE_MAN.number, Some(&parent), &given), 739, "latin_given"),
        (spelt(SINGLE_MAN.number, None, "Osorod"), 740, "latin_parent"),
    ];
    for (facts, number, field) in &cases {
        let declared = apply_for_card(&registrar, facts)?;
        let mut whole = facts.clone();
        whole["portrait_sha256"] = json!("ab".repeat(32));
        let preview = json!({ "kind": "card_application", "facts": whole });
        let previewed = registrar.post("/v1/declarations/preview", &preview)?;
        for reply in [declared, previewed] {
            assert_eq!(reply.require(422)?.refusal(), Some(*number), "{}", reply.text());
            assert_eq!(reply.json()["field"], *field, "{}", reply.text());
        }
    }
    // With one letter less it fits into a certificate.
    let fits = spelt(SINGLE_MAN.number, Some(&parent), &given[1..]);
    let waiting = apply_for_card(&registrar, &fits)?;
    waiting.require(201)?;
    // An application that waits is checked again, because the record may have changed meanwhile.
    let database = Database::of(&town.installation);
    let record = |from: &str, to: &str| {
        database.execute(&format!(
            "UPDATE person SET record = replace(record, '\"birth_place\":{from}', '\"birth_place\":{to}') \
             WHERE national_number = '{}'",
            SINGLE_MAN.number
        ))
    };
    record("\"1101\"", "null")?;
    assert_eq!(register(&approver, &waiting)?.require(422)?.refusal(), Some(736));
    record("null", "\"1101\"")?;
    register(&approver, &waiting)?.require(200)?;
    assert_eq!(database.ask("SELECT count(*) FROM card_job")?, "1");
    Ok(())
}

fn the_steps_of_a_card_job_come_once_for_each_idempotency_key(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    for person in [SINGLE_MAN, SINGLE_WOMAN] {
        let applied = apply_for_card(&registrar, &town.card_application(person.number))?;
        register(&approver, &applied)?.require(200)?;
    }
    let station = town.officer_at("station", &town.cast.card_officer)?;
    let claimed = station.post_once("/v1/card-jobs/claim", "claim-1", &json!({}))?.require(200)?.json();
    // A station that lost the answer does not get a second job, and with another key it gets the open one
    // again.
    for key in ["claim-1", "claim-2"] {
        let again = station.post_once("/v1/card-jobs/claim", key, &json!({}))?.require(200)?.json();
        assert_eq!(again, claimed);
    }
    assert_eq!(jobs(&town)?, "1");
    let job = claimed["id"].as_str().unwrap_or_default();
    let bind = format!("/v1/card-jobs/{job}/chip");
    let reused = station.post_once(&bind, "claim-1", &chip(1))?;
    assert_eq!(reused.require(409)?.refusal(), Some(1002));
    let bound = station.post_once(&bind, "bind", &chip(1))?.require(200)?.json();
    assert_eq!(station.post_once(&bind, "bind", &chip(1))?.require(200)?.json(), bound);
    assert_eq!(station.post_once(&bind, "bind", &chip(2))?.require(409)?.refusal(), Some(1002));
    let channels = format!("/v1/card-jobs/{job}/channels");
    let begin = json!({ "application": "isd", "key_set": "transport" });
    let begun = station.post_once(&channels, "channel", &begin)?.require(200)?.json();
    assert_eq!(station.post_once(&channels, "channel", &begin)?.require(200)?.json(), begun);
    let other = station.post_once(&channels, "channel-2", &begin)?.require(200)?.json();
    assert_ne!(other["host_challenge"], begun["host_challenge"]);
    let activation = json!({ "document_number": claimed["document_number"] });
    let nonce = station.post_once("/v1/card-activations", "activation", &activation)?.require(200)?.json();
    let again = station.post_once("/v1/card-activations", "activation", &activation)?.require(200)?.json();
    assert_eq!(again, nonce);
    let database = Database::of(&town.installation);
    assert_eq!(database.ask("SELECT count(*) FROM card_nonce")?, "1");
    assert_eq!(database.ask("SELECT count(*) FROM card_channel")?, "2");
    Ok(())
}

/// The message that binds the chip with this IC serial number.
pub(super) fn chip(serial: u8) -> Value {
    // CPLC: tag, length, and 42 bytes that are all zero except the last byte of the serial number (offset
    // 15).
    let cplc = format!("9f7f2a{}{serial:02x}{}", "00".repeat(15), "00".repeat(26));
    json!({ "chip_id": format!("{}{serial:02x}", "00".repeat(9)), "cplc": cplc, "atr": "3b00" })
}

fn no_step_of_a_card_job_goes_without_an_idempotency_key(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let applied = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&approver, &applied)?.require(200)?;
    let station = town.officer_at("station", &town.cast.card_officer)?;
    let id = "00000000-0000-4000-8000-000000000000";
    let steps = [
        ("/v1/card-jobs/claim", json!({})),
        ("/v1/card-jobs/{id}/chip", chip(1)),
        ("/v1/card-jobs/{id}/channels", json!({ "application": "isd", "key_set": "transport" })),
        ("/v1/card-jobs/{id}/channels/{id}", json!({ "initialize_update_answer": "00" })),
        ("/v1/card-jobs/{id}/put-key", json!({ "channel_id": id })),
        ("/v1/card-jobs/{id}/proofs", json!({})),
        ("/v1/card-jobs/{id}/keys", json!({ "slot": "9a", "public_key": "04".repeat(65), "proof": "3000" })),
        ("/v1/card-jobs/{id}/receipt", json!({ "receipt": "e30=", "signature": "3000" })),
        ("/v1/card-jobs/{id}/spoil", json!({ "reason": "9001" })),
        ("/v1/card-activations", json!({ "document_number": "TE0000017" })),
        ("/v1/card-activations/{id}", json!({ "signature": "3000" })),
        ("/v1/sessions", json!({ "code": "none" })),
    ];
    for (path, body) in steps {
        let headers = [("Content-Type", "application/json")];
        let body = serde_json::to_vec(&body)?;
        let reply = station.send(Method::POST, &path.replace("{id}", id), &headers, body)?;
        assert_eq!((reply.status, reply.refusal()), (400, Some(1001)), "{path}: {}", reply.text());
    }
    assert_eq!(jobs(&town)?, "1");
    Ok(())
}
