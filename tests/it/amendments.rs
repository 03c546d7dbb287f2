//! Corrections, annulments and the two times: amendments reach everything that repeats the amended words, and
//! what was registered stays readable.

use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::proof::{holds_on_the_other_engine, verified};
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, Town, WIFE, apply_for_card, declare, enter, enter_by_two, id_of, open_record,
    register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_corrected_name_reaches_the_child_and_the_card,
    an_annulled_death_gives_the_marriage_back_and_can_be_brought_back,
    an_annulled_birth_frees_no_number_and_is_nobody_afterwards,
    a_preview_says_in_words_what_will_change_and_writes_nothing,
    an_amended_register_rebuilds_and_moves_to_the_other_engine_unchanged,
    a_record_is_read_on_two_times_and_every_reading_is_seen,
    a_statement_for_a_court_names_both_days_and_is_signed,
    the_next_correction_is_no_rival_of_the_last_one,
}

fn correction(act: &Value, person: &str, changes: &[&str]) -> Value {
    json!({
        "entry": act, "person": person, "changes": changes, "reason": "Бичгийн алдаа", "evidence": "Архив 12",
    })
}

fn annulment(act: &Value) -> Value {
    json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Андуурсан" })
}

fn death(person: &str) -> Value {
    json!({ "person": person, "died_on": days_ago(2), "paper_number": "НБ-77", "informant": "Хөрш айл" })
}

/// The act that brought someone into the register.
fn first_act(officer: &Client, person: &str) -> anyhow::Result<Value> {
    Ok(open_record(officer, person, "looking up the act")?["acts"][0]["number"].clone())
}

fn child_number(receipt: &Value) -> String {
    let people = receipt["people"].as_array().map(Vec::as_slice).unwrap_or_default();
    let child = people.iter().find(|person| person["role"] == "child").unwrap_or(&Value::Null);
    child["national_number"].as_str().unwrap_or_default().to_owned()
}

fn a_corrected_name_reaches_the_child_and_the_card(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let child = child_number(&enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?);
    let mut application = town.card_application(HUSBAND.number);
    application["latin_parent"] = json!("Myagmarbuyan");
    application["latin_given"] = json!("Amnatsag");
    register(&approver, &apply_for_card(&registrar, &application)?)?.require(200)?;
    let act = first_act(&registrar, HUSBAND.number)?;
    let corrected = enter_by_two(
        &registrar,
        &approver,
        "correction",
        &correction(&act, HUSBAND.number, &["given_name=Амнаа"]),
    )?;
    let husband = open_record(&registrar, HUSBAND.number, "after the correction")?;
    assert_eq!(husband["given_name"], "Амнаа");
    assert_eq!(husband["cards"][0]["state"], "revoked");
    assert_eq!(open_record(&registrar, &child, "after the correction")?["parent_name"], "Амнаа");
    enter_by_two(&registrar, &approver, "annulment", &annulment(&corrected["act_number"]))?;
    assert_eq!(open_record(&registrar, &child, "after the annulment")?["parent_name"], HUSBAND.given_name);
    let husband = open_record(&registrar, HUSBAND.number, "after the annulment")?;
    assert_eq!(husband["given_name"], HUSBAND.given_name);
    assert_eq!(husband["cards"][0]["state"], "revoked", "a revoked card never comes back");
    verified(&town.installation)?;
    Ok(())
}

fn an_annulled_death_gives_the_marriage_back_and_can_be_brought_back(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let status = |officer: &Client| -> anyhow::Result<[Value; 2]> {
        let husband = open_record(officer, HUSBAND.number, "checking the death")?;
        let wife = open_record(officer, WIFE.number, "checking the death")?;
        Ok([husband["life_cycle"].clone(), wife["civil_status"].clone()])
    };
    let act = enter(&registrar, "death", &death(HUSBAND.number))?["act_number"].clone();
    assert_eq!(status(&registrar)?, ["dead", "widowed"]);
    let annulled = enter_by_two(&registrar, &approver, "annulment", &annulment(&act))?["act_number"].clone();
    assert_eq!(status(&registrar)?, ["alive", "married"]);
    let acts = open_record(&registrar, HUSBAND.number, "checking the acts")?["acts"].to_string();
    assert!(!acts.contains(act.as_str().unwrap_or("-")), "no trace in the effect: {acts}");
    assert_eq!(declare(&registrar, "annulment", &annulment(&act))?.refusal(), Some(1406));
    enter_by_two(&registrar, &approver, "annulment", &annulment(&annulled))?;
    assert_eq!(status(&registrar)?, ["dead", "widowed"]);
    verified(&town.installation)?;
    Ok(())
}

fn an_annulled_birth_frees_no_number_and_is_nobody_afterwards(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let receipt = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let number = child_number(&receipt);
    enter_by_two(&registrar, &approver, "annulment", &annulment(&receipt["act_number"]))?;
    let open = json!({ "person": number, "reason": "after the annulment" });
    assert_eq!(registrar.post("/v1/persons/open", &open)?.require(404)?.refusal(), Some(301));
    let claimed = format!("SELECT count(*) FROM number_claim WHERE number = '{number}'");
    assert_eq!(Database::of(&town.installation).ask(&claimed)?, "1");
    let mut facts = town.birth(WIFE, HUSBAND, "Саран");
    facts["born_on"] = json!(days_ago(4));
    facts["medical_certificate"] = json!("СТ4-1002");
    assert_ne!(child_number(&enter(&registrar, "birth", &facts)?), number);
    verified(&town.installation)?;
    Ok(())
}

fn a_preview_says_in_words_what_will_change_and_writes_nothing(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let act = first_act(&registrar, HUSBAND.number)?;
    let database = Database::of(&town.installation);
    let entries = || database.ask("SELECT size FROM log_head WHERE log = 'register'");
    let before = entries()?;
    let preview = |kind: &str, facts: &Value| {
        registrar.post("/v1/declarations/preview", &json!({ "kind": kind, "facts": facts }))
    };
    let facts = correction(&act, HUSBAND.number, &["given_name=Амнаа"]);
    let lines = preview("correction", &facts)?.require(200)?.json();
    let what: Vec<&str> =
        lines.as_array().into_iter().flatten().filter_map(|line| line["what"].as_str()).collect();
    assert!(what.contains(&"record") && what.contains(&"relative") && what.contains(&"extract"), "{lines}");
    let lines = preview("death", &death(HUSBAND.number))?.require(200)?.json();
    assert!(lines.to_string().contains("The record of the spouse changes"), "{lines}");
    let refused = preview("correction", &correction(&act, HUSBAND.number, &["civil_id=1"]))?;
    assert_eq!(refused.require(422)?.refusal(), Some(1408));
    assert_eq!(entries()?, before, "a preview writes no entry");
    let seen = database.ask("SELECT count(*) FROM access_entry WHERE act = 'declaration previewed'")?;
    assert_eq!(seen, "2");
    Ok(())
}

fn an_amended_register_rebuilds_and_moves_to_the_other_engine_unchanged(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let birth = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let husband = first_act(&registrar, HUSBAND.number)?;
    enter_by_two(
        &registrar,
        &approver,
        "correction",
        &correction(&husband, HUSBAND.number, &["given_name=Амнаа"]),
    )?;
    let died = enter(&registrar, "death", &death(WIFE.number))?;
    enter_by_two(&registrar, &approver, "annulment", &annulment(&died["act_number"]))?;
    enter_by_two(&registrar, &approver, "annulment", &annulment(&birth["act_number"]))?;
    enter(&registrar, "death", &death(SINGLE_MAN.number))?;
    let Town { service, mut installation, cast: _ } = town;
    service.stop()?;
    holds_on_the_other_engine(&mut installation, engine)
}

fn a_record_is_read_on_two_times_and_every_reading_is_seen(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    enter(&registrar, "death", &death(HUSBAND.number))?;
    let read = |times: Value| {
        let mut body = json!({ "person": HUSBAND.number, "reason": "the heirs ask" });
        for (field, day) in times.as_object().into_iter().flatten() {
            body[field] = day.clone();
        }
        registrar.post("/v1/persons/open", &body)
    };
    assert_eq!(read(json!({ "true_on": days_ago(2) }))?.require(200)?.json()["life_cycle"], "dead");
    assert_eq!(read(json!({ "true_on": days_ago(3) }))?.require(200)?.json()["life_cycle"], "alive");
    assert_eq!(read(json!({ "known_on": days_ago(1) }))?.require(422)?.refusal(), Some(1413));
    assert_eq!(read(json!({ "true_on": "2026-02-30" }))?.refusal(), Some(104));
    let seen = "SELECT count(*) FROM access_entry WHERE purpose = 'the heirs ask'";
    assert_eq!(Database::of(&town.installation).ask(seen)?, "2");
    let Town { service, installation, cast } = town;
    service.stop()?;
    let arguments =
        ["person", HUSBAND.number, "--officer", &cast.registrar, "--reason", "the heirs ask", "--true-on"];
    let shown = installation.registry(&[arguments.as_slice(), &[days_ago(3).as_str()]].concat())?;
    let record: Value = serde_json::from_slice(&shown.stdout)?;
    assert_eq!(record["life_cycle"], "alive");
    assert_eq!(Database::of(&installation).ask(seen)?, "3");
    Ok(())
}

fn a_statement_for_a_court_names_both_days_and_is_signed(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut ask = json!({
        "person": WIFE.number, "reason": "inheritance", "case": "ШШ-2026-1",
        "true_on": days_ago(30), "known_on": days_ago(0),
    });
    let signed = registrar.post("/v1/persons/statement", &ask)?.require(200)?.json();
    let statement = registry_tests::kit::statement::read(&town.installation, &signed)?;
    assert_eq!(statement["true_on"], ask["true_on"]);
    assert_eq!(statement["known_on"], ask["known_on"]);
    assert_eq!(statement["case"], "ШШ-2026-1");
    assert_eq!(statement["record"]["given_name"], WIFE.given_name);
    let mut forged = signed.clone();
    forged["signature"] = json!("00".repeat(64));
    assert!(registry_tests::kit::statement::read(&town.installation, &forged).is_err());
    ask["case"] = json!(" ");
    assert_eq!(registrar.post("/v1/persons/statement", &ask)?.refusal(), Some(806));
    Ok(())
}

fn the_next_correction_is_no_rival_of_the_last_one(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let act = first_act(&registrar, SINGLE_MAN.number)?;
    let to = |name: &str| correction(&act, SINGLE_MAN.number, &[&format!("given_name={name}")]);
    let first = declare(&registrar, "correction", &to("Осор"))?;
    let second = declare(&registrar, "correction", &to("Осорж"))?;
    assert_eq!(second.require(201)?.json()["state"], "held");
    assert_eq!(second.json()["held_against"].as_str(), Some(id_of(&first)?.as_str()));
    register(&approver, &first)?.require(200)?;
    enter_by_two(&registrar, &approver, "correction", &to("Осорж"))?;
    let record = open_record(&registrar, SINGLE_MAN.number, "after both")?;
    assert_eq!(record["given_name"], "Осорж");
    Ok(())
}
