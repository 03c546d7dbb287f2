//! Units that change: a code moves, a khoroo is split; nobody needs a new entry, and every day keeps the
//! units that it had.

use std::fs;

use anyhow::Context;
use registry_tests::kit::client::Client;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::program::workspace;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, enter, id_of, open_record, register,
};
use registry_tests::kit::{Engine, words_of_no};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_code_that_moves_takes_office_and_residences_along,
    after_a_split_both_halves_stand_for_the_whole,
    a_table_that_says_otherwise_what_stands_changes_nothing,
}

const NEW: [&str; 2] = ["110191", "110192"];

/// A table in which a khoroo closes at the end of yesterday, and these units replace it from today.
fn changes(installation: &Installation, khoroo: &str, successors: &[&str]) -> anyhow::Result<String> {
    let shipped = fs::read_to_string(workspace().join("registry-core/data/units.tsv"))?;
    let header = shipped.lines().find(|line| line.starts_with("code\t")).context("a header")?;
    let known = shipped.lines().find(|line| line.starts_with(&format!("{khoroo}\t"))).context("a row")?;
    let row = |code: &str, from: &str, to: &str, next: &str| {
        let mut cells: Vec<&str> = known.split('\t').collect();
        (cells[0], cells[8], cells[9], cells[10]) = (code, from, to, next);
        cells.join("\t")
    };
    let mut table = vec![header.to_owned(), row(khoroo, "", &days_ago(1), &successors.join(","))];
    table.extend(successors.iter().map(|code| row(code, &days_ago(0), "", "")));
    let file = installation.folder().join("changes.tsv");
    fs::write(&file, table.join("\n") + "\n")?;
    Ok(file.display().to_string())
}

fn apply(installation: &Installation, file: &str) -> anyhow::Result<String> {
    Ok(String::from_utf8(installation.registry(&["units", "apply", file])?.stdout)?)
}

fn on(officer: &Client, number: &str, day: Option<String>) -> anyhow::Result<Value> {
    let asked = json!({ "person": number, "reason": "whose unit it was", "true_on": day });
    Ok(officer.post("/v1/persons/open", &asked)?.require(200)?.json())
}

fn waiting(officer: &Client) -> anyhow::Result<String> {
    Ok(officer.get("/v1/declarations")?.require(200)?.json().to_string())
}

fn a_code_that_moves_takes_office_and_residences_along(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let left = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    town.service.end()?;
    let file = changes(&town.installation, &town.cast.office, &NEW[..1])?;
    let said = apply(&town.installation, &file)?;
    assert!(said.contains("office 110191 is open") && said.contains("1 units closed, 1 added"), "{said}");
    assert!(apply(&town.installation, &file)?.contains("0 units closed, 0 added"), "once is enough");
    town.service = town.installation.serve()?;

    // The officers' mandates move with the code, and what was left waiting there is decided.
    let registrar = town.officer(&town.cast.registrar)?;
    assert!(waiting(&registrar)?.contains(&id_of(&left)?));
    let receipt = register(&registrar, &left)?.require(200)?.json();
    assert!(receipt["act_number"].as_str().is_some_and(|number| number.starts_with("110191-")), "{receipt}");
    // Nobody moved: a question about today is answered with the unit's successor, a question about an earlier
    // day is not.
    let mother = open_record(&registrar, WIFE.number, "where she lives")?;
    assert_eq!(mother["residence_unit"], town.cast.office);
    assert_eq!(mother["residence_units_then"], json!(["110191"]));
    assert_eq!(on(&registrar, WIFE.number, Some(days_ago(1)))?.get("residence_units_then"), None);
    // A newborn lives in the present unit of the parents, and a person who moves in arrives there.
    let child =
        receipt["people"].as_array().and_then(|people| people.iter().find(|one| one["role"] == "child"));
    let child = child.and_then(|child| child["person_id"].as_str()).context("a child")?;
    assert_eq!(open_record(&registrar, child, "where it lives")?["residence_unit"], "110191");
    let arrival = |unit: &str| json!({ "person": SINGLE_WOMAN.number, "unit": unit, "address": "2-3", "address_proof": "Г-1", "arrived_on": days_ago(0) });
    let refused = words_of_no(enter(&registrar, "residence", &arrival(&town.cast.office)))?;
    assert!(refused.contains("\"unit\""), "{refused}");
    enter(&registrar, "residence", &arrival("110191"))?;
    town.service.end()?;
    town.installation.registry(&["verify"])?;
    let said = town.installation.registry(&["units", "on", &town.cast.office, &days_ago(0)])?;
    assert!(String::from_utf8(said.stdout)?.starts_with("110191 "));
    Ok(())
}

fn after_a_split_both_halves_stand_for_the_whole(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let left = declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    town.service.end()?;
    apply(&town.installation, &changes(&town.installation, &town.cast.office, &NEW)?)?;
    town.service = town.installation.serve()?;

    // Nobody can know to which half the old officers go: they need new mandates.
    let old = town.officer(&town.cast.registrar)?;
    let death = json!({ "person": SINGLE_MAN.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Хөрш" });
    assert!(declare(&old, "death", &death)?.status >= 400);
    let new = town.installation.appoint(&town.cast, NEW[1], "Registrar", "registrar")?;
    let new = town.officer(&new)?;
    assert!(waiting(&new)?.contains(&id_of(&left)?));
    let record = open_record(&new, SINGLE_MAN.number, "where he lives")?;
    assert_eq!(record["residence_units_then"], json!(NEW));
    enter(&new, "death", &death)?;
    // The parents live in one of the halves; the office says in which one the child lives.
    let refused = words_of_no(register(&new, &left)?.require(200).map(drop))?;
    assert!(refused.contains("residence"), "{refused}");
    let mut birth = town.birth(WIFE, HUSBAND, "Сарангоо");
    birth["residence"] = json!(NEW[0]);
    let again = declare(&new, "birth", &birth)?;
    let different = json!({ "ending": "different_event", "reason": "the same child, now with a unit" });
    new.post(&format!("/v1/declarations/{}/end", id_of(&again)?), &different)?.require(200)?;
    register(&new, &again)?.require(200)?;
    town.service.end()?;
    town.installation.registry(&["verify"]).map(drop)
}

fn a_table_that_says_otherwise_what_stands_changes_nothing(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let file = changes(&installation, "110153", &NEW)?;
    let sound = fs::read_to_string(&file)?;
    let renamed = sound.replacen("2-р хороо", "Хоёр", 1);
    for harm in [renamed, sound.replacen(&format!("{}\t", NEW[1]), "110193\t", 1)] {
        fs::write(&file, harm)?;
        assert!(words_of_no(apply(&installation, &file))?.contains("unit 110153"));
    }
    fs::write(&file, sound)?;
    let tried = installation.registry(&["units", "apply", &file, "--dry-run"])?;
    assert!(String::from_utf8(tried.stdout)?.contains("110153"));
    assert!(apply(&installation, &file)?.contains("1 units closed, 2 added"));
    Ok(())
}
