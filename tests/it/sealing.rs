//! Adoption, protected addresses, sealed records: no answer shows them, and only one lawful door leads to
//! them.

use std::fs;

use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::proof::verified;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, enter, enter_by_two, open_record,
};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    an_adopted_child_is_the_adopters_in_every_answer_and_the_record_verifies,
    an_act_that_names_who_is_behind_the_seal_is_on_no_paper_any_more,
    a_change_of_name_before_an_adoption_is_on_no_paper_of_the_child_and_on_the_fathers_own,
    what_is_under_seal_opens_on_a_decision_alone_and_is_seen,
    a_sealed_address_is_in_no_answer,
    a_sealed_and_an_absent_number_take_the_same_statements,
}

/// A child of unmarried parents, adopted by a couple.
struct Adopted {
    child: String,
    birth: Value,
    adoption: Value,
}

fn adopt(town: &Town) -> anyhow::Result<Adopted> {
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let birth = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо"))?;
    let child = birth["people"][0]["national_number"].as_str().unwrap_or_default().to_owned();
    let adoption = json!({
        "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
        "decision_number": "А/77", "decided_on": days_ago(0), "parents_consent": true,
        "clan_name": HUSBAND.clan_name, "given_name": "Номин",
    });
    let adoption = enter_by_two(&registrar, &approver, "adoption", &adoption)?;
    Ok(Adopted { child, birth, adoption })
}

/// The page of an extract.
fn extract(window: &Window, entry: &Value) -> anyhow::Result<Reply> {
    window.client.get(&format!("/extracts/{}", entry.as_str().unwrap_or_default()))
}

fn id_of_person(officer: &Client, known: Known) -> anyhow::Result<Value> {
    Ok(open_record(officer, known.number, "looking up")?["person_id"].clone())
}

fn an_adopted_child_is_the_adopters_in_every_answer_and_the_record_verifies(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let Adopted { child, birth, adoption } = adopt(&town)?;
    let told = adoption["people"].as_array().map(Vec::as_slice).unwrap_or_default();
    let roles: Vec<&str> = told.iter().filter_map(|person| person["role"].as_str()).collect();
    assert_eq!(roles, ["child", "mother", "father"], "a receipt names nobody behind the seal");

    let today = days_ago(0);
    for moment in [
        json!({}),
        json!({ "true_on": today }),
        json!({ "known_on": today }),
        json!({
            "true_on": days_ago(2),
        }),
    ] {
        let mut asked = json!({ "person": child, "reason": "looking" });
        asked.as_object_mut().into_iter().for_each(|asked| {
            asked.extend(moment.as_object().cloned().unwrap_or_default());
        });
        let record = registrar.post("/v1/persons/open", &asked)?.require(200)?.json();
        let relatives = record["relatives"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<&Value> = relatives.iter().map(|relative| &relative["person_id"]).collect();
        assert_eq!(ids, [&id_of_person(&registrar, WIFE)?, &id_of_person(&registrar, HUSBAND)?], "{moment}");
        assert_eq!(
            (&record["given_name"], &record["parent_name"]),
            (&json!("Номин"), &json!(HUSBAND.given_name))
        );
        let acts = record["acts"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(acts.iter().map(|act| &act["kind"]).collect::<Vec<_>>(), ["birth"], "{moment}");
    }
    for parent in [SINGLE_WOMAN, SINGLE_MAN] {
        let record = open_record(&registrar, parent.number, "looking")?;
        assert_eq!(record["relatives"], json!([]), "{record}");
        assert!(!record.to_string().contains("adoption"), "{record}");
    }
    // The woman who gave birth declares the birth once more: the refusal does not say why.
    let again = declare(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"))?;
    assert_eq!(again.require(422)?.refusal(), Some(1320));
    assert!(birth["people"].as_array().is_some_and(|people| people.len() == 3));
    // Papers that are printed from now on name the adopters; no paper shows the adoption itself.
    let window = Window::open(&town, &town.cast.registrar)?;
    let page = extract(&window, &birth["entry_id"])?;
    let paper = page.require(200)?.text();
    for told in [WIFE.given_name, HUSBAND.given_name, "Номин"] {
        assert!(paper.contains(told), "{told} stands on the paper");
    }
    assert!(!paper.contains(SINGLE_WOMAN.given_name) && !paper.contains(SINGLE_MAN.given_name));
    assert_eq!(extract(&window, &adoption["entry_id"])?.status, 404);
    let entry = adoption["entry_id"].as_str().unwrap_or_default();
    let superseded = registrar.get(&format!("/v1/entries/{entry}/superseded"))?;
    assert_eq!(superseded.require(404)?.refusal(), Some(1401));
    verified(&town.installation).map(drop)
}

fn an_act_that_names_who_is_behind_the_seal_is_on_no_paper_any_more(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let mut birth = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо");
    birth["father"] = Value::Null;
    birth["applicants"] = json!(["mother"]);
    let birth = enter(&registrar, "birth", &birth)?;
    let child = birth["people"][0]["national_number"].clone();
    let parentage = json!({
        "child": child, "parent": SINGLE_MAN.number, "parent_kind": "father", "joint_application": true,
    });
    let parentage = enter_by_two(&registrar, &approver, "parentage", &parentage)?;
    let window = Window::open(&town, &town.cast.registrar)?;
    assert_eq!(extract(&window, &parentage["entry_id"])?.status, 200);
    let adoption = json!({
        "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
        "decision_number": "А/78", "decided_on": days_ago(0), "parents_consent": true,
    });
    enter_by_two(&registrar, &approver, "adoption", &adoption)?;
    assert_eq!(extract(&window, &parentage["entry_id"])?.status, 404);
    let father = open_record(&registrar, SINGLE_MAN.number, "looking")?;
    assert!(!father.to_string().contains("parentage"), "{father}");
    Ok(())
}

fn a_change_of_name_before_an_adoption_is_on_no_paper_of_the_child_and_on_the_fathers_own(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let birth = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Сарангоо"))?;
    let child = birth["people"][0]["national_number"].clone();
    let fathers = json!({
        "person": SINGLE_MAN.number, "given_name": "Тэмүүжин", "governor_order": "ЗД-9", "children_follow": "all",
    });
    let fathers = enter_by_two(&registrar, &approver, "name_change", &fathers)?;
    let own = json!({
        "person": child, "given_name": "Анар", "governor_order": "ЗД-10", "representative": "Төрсний гэрчилгээ 5",
    });
    let own = enter_by_two(&registrar, &approver, "name_change", &own)?;
    let number = child.as_str().unwrap_or_default();
    let kinds = |record: &Value| -> Vec<Value> {
        let acts = record["acts"].as_array().map(Vec::as_slice).unwrap_or_default();
        acts.iter().map(|act| act["kind"].clone()).collect()
    };
    let before = open_record(&registrar, number, "before")?;
    assert_eq!(kinds(&before), ["birth", "name_change", "name_change"]);
    let adoption = json!({
        "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
        "decision_number": "А/79", "decided_on": days_ago(0), "parents_consent": true, "given_name": "Номин",
    });
    enter_by_two(&registrar, &approver, "adoption", &adoption)?;
    for known_on in [Value::Null, json!(days_ago(0))] {
        let asked = json!({ "person": child, "reason": "looking", "known_on": known_on });
        let record = registrar.post("/v1/persons/open", &asked)?.require(200)?.json();
        assert_eq!(kinds(&record), ["birth"], "{record}");
    }
    let window = Window::open(&town, &town.cast.registrar)?;
    assert_eq!(extract(&window, &own["entry_id"])?.status, 404, "it prints the name of the birth family");
    let page = extract(&window, &fathers["entry_id"])?;
    let paper = page.require(200)?.text();
    assert!(paper.contains("Тэмүүжин") && !paper.contains("Номин") && !paper.contains(number), "{paper}");
    verified(&town.installation).map(drop)
}

fn what_is_under_seal_opens_on_a_decision_alone_and_is_seen(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, administrator) =
        (town.officer(&town.cast.registrar)?, town.officer(&town.cast.administrator)?);
    let Adopted { child, .. } = adopt(&town)?;
    let body = json!({ "person": child, "legal_basis": "Гэр бүлийн тухай хууль", "decision": "ШШ-9" });
    assert_eq!(registrar.post("/v1/persons/sealed", &body)?.require(403)?.refusal(), Some(202));
    for missing in ["legal_basis", "decision"] {
        let mut body = body.clone();
        body[missing] = json!(" ");
        assert_eq!(administrator.post("/v1/persons/sealed", &body)?.json()["field"], missing);
    }
    let opened = administrator.post("/v1/persons/sealed", &body)?.require(200)?.json();
    let behind = opened["relatives"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<&Value> = behind.iter().map(|relative| &relative["person_id"]).collect();
    let (mother, father) = (id_of_person(&registrar, SINGLE_WOMAN)?, id_of_person(&registrar, SINGLE_MAN)?);
    assert_eq!(ids, [&mother, &father]);
    assert_eq!(opened["acts"][0]["kind"], "adoption");
    assert!(opened["names"][0].as_str().is_some_and(|name| name.ends_with("Сарангоо")), "{opened}");
    let absent = json!({ "person": "ЯЯ90010101", "legal_basis": "Хууль", "decision": "ШШ-9" });
    assert_eq!(administrator.post("/v1/persons/sealed", &absent)?.require(404)?.refusal(), Some(301));
    Ok(())
}

fn a_sealed_address_is_in_no_answer(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, administrator) =
        (town.officer(&town.cast.registrar)?, town.officer(&town.cast.administrator)?);
    let before = open_record(&registrar, WIFE.number, "before")?;
    let address = before["address"].as_str().unwrap_or_default().to_owned();
    assert!(!address.is_empty() && before["residence_unit"].is_string());
    let seal = |sealed: bool| json!({ "person": WIFE.number, "sealed": sealed, "decision_number": "Ш-3", "group": "address" });
    town.seal(&seal(true))?;
    for known_on in [Value::Null, json!(days_ago(0))] {
        let asked = json!({ "person": WIFE.number, "reason": "after", "known_on": known_on });
        let record = registrar.post("/v1/persons/open", &asked)?.require(200)?.json();
        assert_eq!((&record["address"], &record["residence_unit"]), (&Value::Null, &Value::Null));
        assert_eq!(record["acts"], before["acts"], "nothing tells of the seal");
    }
    // A refusal does not tell where she lives, either.
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    let name = json!({ "person": WIFE.number, "given_name": "Номин", "governor_order": "А/1" });
    assert_eq!(declare(&neighbour, "name_change", &name)?.require(422)?.refusal(), Some(1320));
    let body = json!({ "person": WIFE.number, "legal_basis": "Хууль", "decision": "ШШ-9" });
    let opened = administrator.post("/v1/persons/sealed", &body)?.require(200)?.json();
    assert_eq!(opened["record"]["address"].as_str(), Some(address.as_str()));
    town.seal(&seal(false))?;
    assert_eq!(
        open_record(&registrar, WIFE.number, "opened again")?["address"].as_str(),
        Some(address.as_str())
    );
    verified(&town.installation).map(drop)
}

fn a_sealed_and_an_absent_number_take_the_same_statements(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let agency = town.partner("agency")?;
    let sealing = json!({ "person": WIFE.number, "sealed": true, "decision_number": "Ш-11" });
    town.seal(&sealing)?;
    let question = |number: &str, case: &str| {
        json!({
            "end_user": format!("teller-{case}"), "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
            "case": case, "number": number, "given_name": WIFE.given_name, "born_on": WIFE.born_on,
        })
    };
    const ABSENT: &str = "ЯЯ90010101";
    let open =
        |number: &str| registrar.post("/v1/persons/open", &json!({ "person": number, "reason": "work" }));
    // The first question of each fills the caches of agreements and sessions.
    for number in [ABSENT, WIFE.number] {
        open(number)?.require(404)?;
        agency.post("/v1/identity-questions", &question(number, number))?.require(200)?;
    }
    let mut work = Vec::new();
    for (number, case) in [(ABSENT, "1"), (WIFE.number, "2"), (ABSENT, "3"), (WIFE.number, "4")] {
        let opening = statements_of(&town, || open(number)?.require(404).map(drop))?;
        let asking = statements_of(&town, || {
            agency.post("/v1/identity-questions", &question(number, case))?.require(200).map(drop)
        })?;
        assert!(opening.iter().sum::<u64>() > 0, "something was looked up");
        assert!(asking.iter().sum::<u64>() > 0, "something was looked up");
        work.push((opening, asking));
    }
    assert!(work.iter().all(|of| *of == work[0]), "absent, sealed, absent, sealed: {work:?}");
    Ok(())
}

/// The number of statements of each piece of work that an act took, in order, as the log counts them.
fn statements_of(town: &Town, act: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Vec<u64>> {
    let read = || -> anyhow::Result<Vec<u64>> {
        // Log lines are buffered for a moment before they are written.
        std::thread::sleep(std::time::Duration::from_millis(200));
        let log = fs::read_to_string(town.service.log_file())?;
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(lines.filter_map(|line| line["fields"]["statements"].as_u64()).collect())
    };
    let before = read()?.len();
    act()?;
    Ok(read()?.split_off(before))
}
