//! Queues: the nearest deadlines come first, notices remind, drafts survive, refusals can be appealed.

use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, end, id_of, register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    the_queue_goes_by_deadline_and_tells_what_is_overdue,
    a_notified_birth_that_nobody_declares_reminds_the_office,
    a_notified_death_is_listed_at_the_office_of_the_residence_alone,
    a_refusal_is_a_numbered_decision_that_can_be_appealed,
    a_draft_survives_its_days_and_is_declared_all_the_same,
}

fn queue(officer: &Client) -> anyhow::Result<Vec<Value>> {
    let lines = officer.get("/v1/declarations")?.require(200)?.json();
    Ok(lines.as_array().cloned().unwrap_or_default())
}

fn birth_notice(town: &Town, mother: Known, born_on: &str) -> Value {
    json!({
        "mother": mother.number, "sex": "female", "born_on": born_on, "birth_place": town.cast.office,
        "plurality": 1, "order": 1, "medical_certificate": "СТ4-2001",
    })
}

fn the_queue_goes_by_deadline_and_tells_what_is_overdue(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let here = town.cast.office.as_str();
    let moved = json!({
        "person": SINGLE_MAN.number, "unit": here, "address": "7-12", "arrived_on": days_ago(1),
        "address_proof": "ҮХГ-5",
    });
    let moved = declare(&registrar, "residence", &moved)?;
    let born = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    let ids = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let lines = queue(&registrar)?;
    assert_eq!(ids(&lines), [id_of(&born)?, id_of(&moved)?], "a birth is due sooner");
    for line in &lines {
        assert_eq!((&line["is_overdue"], &line["is_late"]), (&json!(false), &json!(false)), "{line}");
        assert_eq!((&line["state"], line["deciding_office"].as_str()), (&json!("declared"), Some(here)));
    }
    assert_eq!(lines[0]["due_on"], born.json()["due_on"]);

    let past = "UPDATE declaration SET due_on = '2020-01-01' WHERE kind = 'residence'";
    Database::of(&town.installation).execute(past)?;
    let lines = queue(&registrar)?;
    assert_eq!(ids(&lines), [id_of(&moved)?, id_of(&born)?]);
    assert_eq!((&lines[0]["is_overdue"], &lines[1]["is_overdue"]), (&json!(true), &json!(false)));
    Ok(())
}

fn a_notified_birth_that_nobody_declares_reminds_the_office(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let hospital = town.partner("hospital")?;
    let born_on = days_ago(40);
    let late = hospital.post("/v1/notifications/births", &birth_notice(&town, WIFE, &born_on))?;
    let fresh = birth_notice(&town, SINGLE_WOMAN, &days_ago(2));
    hospital.post("/v1/notifications/births", &fresh)?.require(201)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let reminders = queue(&registrar)?;
    assert_eq!(reminders.len(), 1, "the other has time left: {reminders:?}");
    assert_eq!(reminders[0]["id"].as_str(), Some(id_of(&late)?.as_str()));
    assert_eq!((&reminders[0]["state"], &reminders[0]["is_overdue"]), (&json!("reminder"), &json!(true)));

    // A declaration that does not name the notice is of the same birth; when it is withdrawn, the birth is
    // missing again.
    let mut facts = town.birth(WIFE, HUSBAND, "Анар");
    facts["born_on"] = json!(born_on);
    let declared = declare(&registrar, "birth", &facts)?;
    declared.require(201)?;
    let states = |lines: Vec<Value>| -> Vec<String> {
        lines.iter().map(|line| line["state"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(states(queue(&registrar)?), ["declared"]);
    end(&registrar, &declared, "withdraw", "the parents come back with papers")?.require(200)?;
    assert_eq!(states(queue(&registrar)?), ["reminder"]);
    Ok(())
}

fn a_notified_death_is_listed_at_the_office_of_the_residence_alone(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let governor = town.partner("hospital")?;
    let mut notice = json!({
        "person": SINGLE_MAN.number, "died_on": days_ago(1), "death_place": town.cast.neighbour_office,
    });
    notice["died_on"] = json!("2999-01-01");
    let refused = governor.post("/v1/notifications/deaths", &notice)?;
    assert_eq!(refused.require(422)?.refusal(), Some(105));
    notice["died_on"] = json!(days_ago(1));
    governor.post("/v1/notifications/deaths", &notice)?.require(201)?;
    governor.post("/v1/notifications/births", &birth_notice(&town, WIFE, &days_ago(2)))?.require(201)?;

    let notices = |officer: &str| -> anyhow::Result<Value> {
        Ok(town.officer(officer)?.get("/v1/notifications")?.require(200)?.json())
    };
    let database = Database::of(&town.installation);
    let listings = || database.ask("SELECT count(*) FROM access_entry WHERE act = 'notices listed'");
    let listed = notices(&town.cast.registrar)?;
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    assert_eq!(
        (&listed[0]["kind"], &listed[0]["notice"]["person"]),
        (&json!("death"), &json!(SINGLE_MAN.number))
    );
    assert_eq!(notices(&town.cast.neighbour_registrar)?, json!([]));
    assert_eq!(listings()?, "2");
    assert_eq!(town.officer(&town.cast.administrator)?.get("/v1/notifications")?.refusal(), Some(202));

    // About a relative an officer sees that there is a notice, but not what it says.
    let own = ["officer", "person", "--officer", &town.cast.registrar, "--person", SINGLE_MAN.number];
    town.installation.registry(&own)?;
    let listed = notices(&town.cast.registrar)?;
    assert_eq!((&listed[0]["kind"], &listed[0]["notice"]), (&json!("death"), &Value::Null));
    assert!(listed[1]["notice"].is_object());
    Ok(())
}

fn a_refusal_is_a_numbered_decision_that_can_be_appealed(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut numbers = Vec::new();
    for (mother, father) in [(WIFE, HUSBAND), (SINGLE_WOMAN, SINGLE_MAN)] {
        let declared = declare(&registrar, "birth", &town.birth(mother, father, "Анар"))?;
        let refused = end(&registrar, &declared, "refuse", "the paper is of another child")?;
        let decision = refused.require(200)?.json()["decision"].clone();
        assert_eq!(decision["decided_by"].as_str(), Some(town.cast.registrar.as_str()));
        assert_eq!(decision["appeal_office"], "1101", "the district above the khoroo");
        assert!(decision["appeal_until"].as_str() > Some(days_ago(0).as_str()), "{decision}");
        let path = format!("/v1/declarations/{}", id_of(&declared)?);
        let standing = registrar.get(&path)?.require(200)?.json();
        assert_eq!((&standing["state"], &standing["decision"]), (&json!("refused"), &decision));
        let far = town.officer(&town.cast.aimag_approver)?;
        assert_eq!(far.get(&path)?.require(403)?.refusal(), Some(203));
        numbers.push(decision["number"].as_str().unwrap_or_default().to_owned());
    }
    let prefix = format!("R-{}-", town.cast.office);
    assert!(numbers[0].starts_with(&prefix) && numbers[0].ends_with("-00001"), "{numbers:?}");
    assert!(numbers[1].ends_with("-00002"), "{numbers:?}");
    let declared = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Анар"))?;
    let withdrawn = end(&registrar, &declared, "withdraw", "they come back")?.require(200)?.json();
    assert_eq!(withdrawn["decision"], Value::Null);
    Ok(())
}

/// ANSC #2456: a form window that expires must not block what was begun in it.
fn a_draft_survives_its_days_and_is_declared_all_the_same(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let begun = json!({ "kind": "birth", "facts": { "given_name": "Анар" } });
    let saved = registrar.post("/v1/drafts", &begun)?;
    let id = id_of(&saved)?;
    assert_eq!(saved.json()["state"], "draft");
    let (path, declare) = (format!("/v1/drafts/{id}"), format!("/v1/drafts/{id}/declare"));
    assert_eq!(registrar.post(&declare, &json!({}))?.require(422)?.refusal(), Some(102));
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    assert_eq!(neighbour.get(&path)?.require(404)?.refusal(), Some(1107));
    let sealed = Database::of(&town.installation)
        .ask("SELECT count(*) FROM declaration WHERE declaration_state = 'draft' AND length(sealed) > 0")?;
    assert_eq!(sealed, "1");

    let facts = town.birth(WIFE, HUSBAND, "Анар");
    registrar.post(&path, &json!({ "facts": facts }))?.require(200)?;
    Database::of(&town.installation).execute("UPDATE declaration SET expires_on = '2020-01-01'")?;
    let listed = registrar.get("/v1/drafts")?.require(200)?.json();
    assert_eq!((&listed[0]["id"], &listed[0]["state"]), (&json!(id), &json!("expired")), "{listed}");
    assert_eq!(registrar.get(&path)?.require(200)?.json()["facts"], facts);
    assert!(queue(&registrar)?.is_empty(), "a draft claims nothing");

    let declared = registrar.post(&declare, &json!({}))?;
    assert_eq!(declared.require(201)?.json()["id"], json!(id));
    register(&registrar, &declared)?.require(200)?;
    assert_eq!(registrar.post(&declare, &json!({}))?.require(409)?.refusal(), Some(1108));
    assert_eq!(registrar.get("/v1/drafts")?.require(200)?.json(), json!([]));
    Ok(())
}
