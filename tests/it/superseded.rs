//! Answers and papers from before a correction, an annulment or a merge are out of date: officers see it,
//! agencies ask again, papers say so.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter, enter_by_two, open_record,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    an_answer_before_a_correction_is_listed_and_asked_again,
    answers_about_a_merged_record_are_out_of_date_where_the_records_differ,
    nothing_is_told_of_misses_of_sealed_records_or_to_other_agencies,
    a_list_of_an_act_names_answers_and_papers_and_nobody,
    an_extract_is_valid_then_superseded_then_void,
    the_check_of_an_extract_tells_nothing_of_a_seal,
    a_citizen_sees_which_answers_were_of_before_a_correction,
    answers_are_in_the_log_that_verifies,
}

const AGAIN: Known = Known { number: "УА96031422", born_on: "1996-03-15", ..SINGLE_WOMAN };
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

fn question(town: &Town, known: Known) -> Value {
    json!({
        "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
        "case": "case-1", "number": known.number, "given_name": known.given_name, "born_on": known.born_on,
    })
}

/// Asks a question, and returns the id of the answer and whether it matched.
fn ask(agency: &Client, question: &Value) -> anyhow::Result<(Value, bool)> {
    let headers = [("Content-Type", "application/json")];
    let body = serde_json::to_vec(question)?;
    let reply = agency.send(ureq::http::Method::POST, "/v1/identity-questions", &headers, body)?;
    let answer = reply.require(200)?.json();
    let statement = STANDARD.decode(answer["statement"].as_str().unwrap_or_default())?;
    let matched = serde_json::from_slice::<Value>(&statement)?["matched"] == true;
    Ok((answer["answer_id"].clone(), matched))
}

fn since(agency: &Client, since: &str) -> anyhow::Result<Reply> {
    agency.get(&format!("/v1/agency/superseded?since={since}"))
}

/// The ids of the answers that an agency is told are out of date.
fn told(agency: &Client, at: &str) -> anyhow::Result<Vec<Value>> {
    let list = since(agency, at)?.require(200)?.json();
    let answers = list["answers"].as_array().context("a list")?;
    Ok(answers.iter().map(|answer| answer["answer_id"].clone()).collect())
}

fn superseded(officer: &Client, receipt: &Value) -> anyhow::Result<Value> {
    let entry = receipt["entry_id"].as_str().unwrap_or_default();
    Ok(officer.get(&format!("/v1/entries/{entry}/superseded"))?.require(200)?.json())
}

fn correct(town: &Town, person: &str, change: &str) -> anyhow::Result<Value> {
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let act = open_record(&registrar, person, "looking up the act")?["acts"][0]["number"].clone();
    let facts = json!({
        "entry": act, "person": person, "changes": [change], "reason": "Бичгийн алдаа", "evidence": "Архив 12",
    });
    enter_by_two(&registrar, &approver, "correction", &facts)
}

fn annul(town: &Town, act: &Value) -> anyhow::Result<Value> {
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let facts = json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Андуурсан" });
    enter_by_two(&registrar, &approver, "annulment", &facts)
}

fn check(town: &Town, text: &str) -> anyhow::Result<Value> {
    let anyone = town.installation.stranger()?;
    let headers = [("Content-Type", "application/json")];
    let body = serde_json::to_vec(&json!({ "text": text }))?;
    let method = ureq::http::Method::POST;
    Ok(anyone.send(method, "/v1/extract-checks", &headers, body)?.require(200)?.json())
}

fn an_answer_before_a_correction_is_listed_and_asked_again(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, agency) = (town.officer(&town.cast.registrar)?, town.partner("agency")?);
    let (answer, matched) = ask(&agency, &question(&town, SINGLE_MAN))?;
    assert!(matched);
    let mut of_birth_alone = question(&town, SINGLE_MAN);
    of_birth_alone["given_name"] = Value::Null;
    let (still_holds, _) = ask(&agency, &of_birth_alone)?;
    assert_eq!(told(&agency, LONG_AGO)?, Vec::<Value>::new());
    let act = open_record(&registrar, SINGLE_MAN.number, "before")?["acts"][0]["number"].clone();
    let facts = json!({
        "entry": act, "person": SINGLE_MAN.number, "changes": ["given_name=Осор"], "reason": "1", "evidence": "1",
    });
    let preview = json!({ "kind": "correction", "facts": facts });
    let lines = registrar.post("/v1/declarations/preview", &preview)?.require(200)?.text();
    assert!(
        lines.contains("Answers given before are out of date") && lines.contains("1 in number"),
        "{lines}"
    );
    let receipt = correct(&town, SINGLE_MAN.number, "given_name=Осор")?;
    let list = superseded(&registrar, &receipt)?;
    assert_eq!(list["answers"][0]["answer_id"], answer);
    assert_eq!(list["answers"][0]["attributes"], json!(["given_name"]));
    assert_eq!(list["answers"].as_array().map(Vec::len), Some(1), "{list}");
    let first = since(&agency, LONG_AGO)?.require(200)?.json();
    assert_eq!(first["answers"].as_array().map(Vec::len), Some(1), "{first}");
    assert_eq!(first["answers"][0]["answer_id"], answer);
    assert_ne!(answer, still_holds);
    // Asked again; nothing is new since then.
    let until = first["until"].as_str().unwrap_or_default().to_owned();
    let renewed = Known { given_name: "Осор", ..SINGLE_MAN };
    assert!(ask(&agency, &question(&town, renewed))?.1);
    // The list is complete only up to some seconds ago, so the next list repeats what happened since.
    let again = told(&agency, &until)?;
    assert!(again.contains(&answer) && !again.contains(&still_holds), "{again:?}");
    assert!(told(&agency, "2100-01-01T00:00:00Z")?.is_empty(), "only what became out of date since");
    // A death makes only statements about life out of date.
    let death = json!({
        "person": SINGLE_MAN.number, "died_on": days_ago(1), "paper_number": "НБ-77", "informant": "Хөрш айл",
    });
    enter(&registrar, "death", &death)?;
    assert_eq!(told(&agency, &until)?, again);
    assert_eq!(since(&agency, "yesterday")?.require(422)?.refusal(), Some(104));
    assert_eq!(agency.get("/v1/agency/superseded")?.require(422)?.refusal(), Some(102));
    Ok(())
}

fn answers_about_a_merged_record_are_out_of_date_where_the_records_differ(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let agency = town.partner("agency")?;
    let row = json!({
        "national_number": AGAIN.number, "clan_name": AGAIN.clan_name, "parent_name": AGAIN.parent_name,
        "given_name": AGAIN.given_name, "sex": "female", "born_on": AGAIN.born_on,
        "residence_unit": town.cast.office, "address": "9-9",
    });
    town.import_row(&row)?;
    let (of_the_merged, _) = ask(&agency, &question(&town, AGAIN))?;
    let (of_the_survivor, _) = ask(&agency, &question(&town, SINGLE_WOMAN))?;
    let merge = json!({
        "survivor": SINGLE_WOMAN.number, "merged": AGAIN.number, "authority": "УБЕГ", "decision": "Д-7",
        "reason": "Хоёр удаа орсон", "answers": ["1490: баримтаар шалгав"],
    });
    let receipt = enter_by_two(&registrar, &approver, "merge", &merge)?;
    let list = superseded(&registrar, &receipt)?;
    assert_eq!(list["answers"][0]["answer_id"], of_the_merged);
    assert_eq!(list["answers"][0]["attributes"], json!(["born_on"]));
    assert_eq!(told(&agency, LONG_AGO)?, vec![of_the_merged.clone()]);
    // The old number now answers with the other record, and a change of that record affects both.
    let survivor = Known { number: AGAIN.number, ..SINGLE_WOMAN };
    assert!(ask(&agency, &question(&town, survivor))?.1);
    let until = since(&agency, LONG_AGO)?.json()["until"].as_str().unwrap_or_default().to_owned();
    correct(&town, SINGLE_WOMAN.number, "given_name=Цэцэг")?;
    let again = told(&agency, &until)?;
    assert!(again.contains(&of_the_survivor) && again.contains(&of_the_merged), "{again:?}");
    Ok(())
}

fn nothing_is_told_of_misses_of_sealed_records_or_to_other_agencies(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let mut wrong = question(&town, SINGLE_MAN);
    (wrong["given_name"], wrong["born_on"]) = (json!("Нэргүй"), json!("1900-01-01"));
    assert!(!ask(&agency, &wrong)?.1);
    let (before_the_seal, matched) = ask(&agency, &question(&town, SINGLE_WOMAN))?;
    assert!(matched);
    let sealing = |sealed: bool| json!({ "person": SINGLE_WOMAN.number, "sealed": sealed, "decision_number": format!("Ш-{sealed}") });
    let receipt = correct(&town, SINGLE_WOMAN.number, "given_name=Цэцэг")?;
    let of_the_miss = correct(&town, SINGLE_MAN.number, "given_name=Осор")?;
    let registrar = town.officer(&town.cast.registrar)?;
    assert_eq!(superseded(&registrar, &of_the_miss)?["answers"], json!([]), "a miss told nothing");
    assert_eq!(told(&agency, LONG_AGO)?, vec![before_the_seal.clone()]);
    town.seal(&sealing(true))?;
    assert_eq!(told(&agency, LONG_AGO)?, Vec::<Value>::new(), "the sealed record answers as if unknown");
    assert_eq!(superseded(&registrar, &receipt)?["answers"], json!([]));
    town.seal(&sealing(false))?;
    assert_eq!(told(&agency, LONG_AGO)?, vec![before_the_seal]);
    let stranger = town.partner("stranger-agency")?;
    assert_eq!(told(&stranger, LONG_AGO)?, Vec::<Value>::new());
    assert_eq!(town.installation.stranger()?.get("/v1/agency/superseded?since=x")?.status, 401);
    Ok(())
}

fn a_list_of_an_act_names_answers_and_papers_and_nobody(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, agency) = (town.officer(&town.cast.registrar)?, town.partner("agency")?);
    let birth = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    town.print_extract(&town.cast.registrar, birth["entry_id"].as_str().unwrap_or_default())?;
    let number = birth["people"][0]["national_number"].as_str().unwrap_or_default();
    let mut asked = question(&town, Known { given_name: "Сарангоо", ..WIFE });
    (asked["number"], asked["born_on"]) = (json!(number), json!(days_ago(3)));
    assert!(ask(&agency, &asked)?.1);
    let receipt = annul(&town, &birth["act_number"])?;
    let list = superseded(&registrar, &receipt)?;
    assert_eq!(list["extracts"][0]["act_number"], birth["act_number"]);
    assert_eq!(list["extracts"][0]["state"], "void");
    assert_eq!(list["answers"][0]["attributes"], json!(["given_name", "born_on"]));
    let text = list.to_string();
    assert!(!text.contains(number) && !text.contains("Сарангоо") && !text.contains("case-1"), "{text}");
    let entry = receipt["entry_id"].as_str().unwrap_or_default();
    let page = town.console("--officer", &town.cast.registrar)?;
    let page = page.get(&format!("/entries/{entry}/superseded"))?.require(200)?.text();
    assert!(page.contains("id=\"answers\"") && page.contains("id=\"extracts\"") && !page.contains(number));
    let seen = "SELECT count(*) FROM access_entry WHERE act = 'superseded answers listed'";
    assert_eq!(Database::of(&town.installation).ask(seen)?, "2");
    let auditor = town.officer(&town.cast.administrator)?;
    assert_eq!(auditor.get(&format!("/v1/entries/{entry}/superseded"))?.require(403)?.refusal(), Some(202));
    let nothing =
        registrar.get(&format!("/v1/entries/{}/superseded", "00000000-0000-4000-8000-000000000000"))?;
    assert_eq!(nothing.refusal(), Some(1401));
    Ok(())
}

fn an_extract_is_valid_then_superseded_then_void(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let birth = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let entry = birth["entry_id"].as_str().unwrap_or_default();
    let first = town.print_extract(&town.cast.registrar, entry)?;
    let standing = |text: &str| -> anyhow::Result<Value> { Ok(check(&town, text)?["standing"].clone()) };
    assert_eq!(standing(&first)?, "valid");
    let page = |text: &str| {
        let page = town.service.console().post_form("/check", &[("text", text)])?;
        anyhow::Ok(page.require(200)?.text())
    };
    assert!(page(&first)?.contains("data-standing=\"valid\""));
    // A correction of the father's name reaches the child's paper.
    let corrected = correct(&town, HUSBAND.number, "given_name=Амнаа")?;
    assert_eq!(standing(&first)?, "superseded");
    assert!(page(&first)?.contains("data-standing=\"superseded\""));
    let second = town.print_extract(&town.cast.registrar, entry)?;
    assert_eq!(standing(&second)?, "valid");
    annul(&town, &corrected["act_number"])?;
    assert_eq!(standing(&first)?, "valid", "the paper says what the register says again");
    assert_eq!(standing(&second)?, "superseded");
    annul(&town, &birth["act_number"])?;
    assert_eq!(standing(&first)?, "void");
    assert!(page(&first)?.contains("data-standing=\"void\""));
    // The payload is JSON, so its first letters are always the same.
    let forged = check(&town, &first.replace("v1:ey", "v1:fy"))?;
    assert_eq!(forged, json!({ "genuine": false }));
    Ok(())
}

fn the_check_of_an_extract_tells_nothing_of_a_seal(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let moved = json!({
        "person": SINGLE_WOMAN.number, "unit": town.cast.office, "address": "7-7", "arrived_on": days_ago(0),
        "address_proof": "Гэрээ 1",
    });
    let moved = enter(&registrar, "residence", &moved)?;
    let entry = moved["entry_id"].as_str().unwrap_or_default();
    let text = town.print_extract(&town.cast.registrar, entry)?;
    let before = check(&town, &text)?;
    assert_eq!(before["standing"], "valid");
    for group in ["address", "record"] {
        let sealing = json!({ "person": SINGLE_WOMAN.number, "sealed": true, "decision_number": "Ш-11", "group": group });
        town.seal(&sealing)?;
        assert_eq!(check(&town, &text)?, before, "{group}");
        let anew = town.console("--officer", &town.cast.registrar)?.get(&format!("/extracts/{entry}"))?;
        assert_eq!(anew.status, 404, "{group}");
    }
    Ok(())
}

fn a_citizen_sees_which_answers_were_of_before_a_correction(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    ask(&agency, &question(&town, SINGLE_MAN))?;
    let page = town.own_page(SINGLE_MAN.number)?;
    assert!(page.contains("Answered: Given name, Birth date") || page.contains("Answered: "), "{page}");
    assert!(!page.contains("data-superseded"));
    correct(&town, SINGLE_MAN.number, "given_name=Осор")?;
    let page = town.own_page(SINGLE_MAN.number)?;
    assert_eq!(page.matches("data-superseded").count(), 1);
    Ok(())
}

fn answers_are_in_the_log_that_verifies(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let agency = town.partner("agency")?;
    let (answer, _) = ask(&agency, &question(&town, SINGLE_MAN))?;
    correct(&town, SINGLE_MAN.number, "given_name=Осор")?;
    assert_eq!(told(&agency, LONG_AGO)?, vec![answer]);
    let answered = "SELECT answered FROM access_entry WHERE answered IS NOT NULL";
    assert_eq!(Database::of(&town.installation).ask(answered)?, "given_name born_on");
    let report = String::from_utf8(town.installation.registry(&["verify"])?.stdout)?;
    assert!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(())
}
