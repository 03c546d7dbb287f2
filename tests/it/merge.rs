//! Two records of one person become one, every number finds the one that remains, and the merge can be
//! undone.

use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::proof::{holds_on_the_other_engine, verified};
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, enter, enter_by_two, open_record,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    every_number_of_two_merged_records_finds_the_one_that_stays,
    a_merge_is_undone_after_later_events_and_both_records_are_back,
    what_used_a_merge_is_named_before_it_is_undone,
    a_merged_register_rebuilds_and_moves_to_the_other_engine_unchanged,
    whoever_looked_at_either_record_is_seen_by_the_citizen,
    a_merge_takes_two_officers_and_bars_what_cannot_be_one_person,
    an_officer_stays_away_from_the_own_record_under_either_number,
}

/// The other record of [`SINGLE_WOMAN`].
const AGAIN: Known = Known { number: "УА96031422", ..SINGLE_WOMAN };
/// The other record of [`WIFE`].
const WIFE_AGAIN: Known = Known { number: "УА69120169", ..WIFE };

/// Imports another record of someone into the register.
fn enter_again(town: &mut Town, known: Known) -> anyhow::Result<()> {
    let row = json!({
        "national_number": known.number, "clan_name": known.clan_name, "parent_name": known.parent_name,
        "given_name": known.given_name, "sex": "female", "born_on": known.born_on,
        "residence_unit": town.cast.office, "address": "9-9",
    });
    town.import_row(&row)
}

fn merge(survivor: &str, merged: &str) -> Value {
    json!({
        "survivor": survivor, "merged": merged, "authority": "Улсын бүртгэлийн ерөнхий газар",
        "decision": "Д-7", "reason": "Хуучин бүртгэлд хоёр удаа орсон",
    })
}

fn annulment(act: &Value) -> Value {
    json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Хоёр өөр хүн байсан" })
}

/// A child of the woman and of a man to whom she is not married.
fn birth(town: &Town, mother: Known, given_name: &str, paper: &str, days: u64) -> Value {
    let mut facts = town.birth(mother, SINGLE_MAN, given_name);
    facts["medical_certificate"] = json!(paper);
    facts["born_on"] = json!(days_ago(days));
    facts
}

fn record(officer: &Client, person: &str) -> anyhow::Result<Value> {
    open_record(officer, person, "comparing two records")
}

fn swept(town: &Town) -> anyhow::Result<String> {
    let report = town.installation.registry(&["sweep"])?;
    Ok(String::from_utf8(report.stdout)?.lines().last().unwrap_or_default().to_owned())
}

fn every_number_of_two_merged_records_finds_the_one_that_stays(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, AGAIN)?;
    let stays = record(&registrar, SINGLE_WOMAN.number)?["person_id"].clone();
    let again = record(&registrar, AGAIN.number)?;
    let goes = again["person_id"].as_str().unwrap_or_default().to_owned();
    let civil_id = again["civil_id"].clone();
    let child = enter(&registrar, "birth", &birth(&town, AGAIN, "Анар", "СТ4-2001", 3))?;
    let child = child["people"][0]["national_number"].as_str().unwrap_or_default().to_owned();
    let facts = merge(SINGLE_WOMAN.number, AGAIN.number);
    let lines = registrar
        .post("/v1/declarations/preview", &json!({ "kind": "merge", "facts": facts }))?
        .require(200)?
        .text();
    for words in ["of the relative changes", "the other record answers for it", "record that stays changes"] {
        assert!(lines.contains(words), "{words}: {lines}");
    }
    let before = swept(&town)?;
    enter_by_two(&registrar, &approver, "merge", &facts)?;
    for name in [SINGLE_WOMAN.number, AGAIN.number, civil_id.as_str().unwrap_or_default(), &goes] {
        let found = record(&registrar, name)?;
        assert_eq!(found["person_id"], stays, "{name}");
        assert_eq!(found["national_number"], SINGLE_WOMAN.number);
        assert_eq!(found["earlier_numbers"], json!([AGAIN.number]));
        assert_eq!(found["merged_records"], json!([goes]), "the answer says where the other record went");
    }
    let mothers: Vec<Value> = record(&registrar, &child)?["relatives"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|relative| relative["relation"] == "mother")
        .map(|relative| relative["person_id"].clone())
        .collect();
    assert_eq!(mothers, [stays]);
    let again = declare(&registrar, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    assert_eq!(again.refusal(), Some(1414), "both numbers are of one record now");
    assert_eq!(swept(&town)?.split("records").last(), before.split("records").last());
    verified(&town.installation)?;
    Ok(())
}

fn a_merge_is_undone_after_later_events_and_both_records_are_back(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, AGAIN)?;
    enter(&registrar, "birth", &birth(&town, AGAIN, "Анар", "СТ4-2001", 3))?;
    let before = [record(&registrar, SINGLE_WOMAN.number)?, record(&registrar, AGAIN.number)?];
    let merged = enter_by_two(&registrar, &approver, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    // What is registered meanwhile under the old number belongs to the surviving record.
    let moved = json!({
        "person": AGAIN.number, "unit": town.cast.office, "address": "7-7", "arrived_on": days_ago(0),
        "address_proof": "Гэрээ 1",
    });
    enter(&registrar, "residence", &moved)?;
    let undone = enter_by_two(&registrar, &approver, "annulment", &annulment(&merged["act_number"]))?;
    let mut stays = record(&registrar, SINGLE_WOMAN.number)?;
    assert_eq!(stays["address"], "7-7");
    for field in ["address", "acts", "residence_unit"] {
        stays[field] = before[0][field].clone();
    }
    assert_eq!(stays, before[0]);
    assert_eq!(record(&registrar, AGAIN.number)?, before[1]);
    verified(&town.installation)?;
    // The annulment is annulled, so the records are merged once more.
    enter_by_two(&registrar, &approver, "annulment", &annulment(&undone["act_number"]))?;
    assert_eq!(record(&registrar, AGAIN.number)?["person_id"], before[0]["person_id"]);
    verified(&town.installation)?;
    Ok(())
}

fn what_used_a_merge_is_named_before_it_is_undone(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, WIFE_AGAIN)?;
    let merged = enter_by_two(&registrar, &approver, "merge", &merge(WIFE_AGAIN.number, WIFE.number))?;
    let death = json!({
        "person": HUSBAND.number, "died_on": days_ago(1), "paper_number": "НБ-77", "informant": "Хөрш айл",
    });
    let died = enter(&registrar, "death", &death)?;
    assert_eq!(record(&registrar, WIFE.number)?["civil_status"], "widowed");
    let refused = declare(&registrar, "annulment", &annulment(&merged["act_number"]))?;
    assert_eq!(refused.refusal(), Some(1407));
    assert!(refused.text().contains(died["act_number"].as_str().unwrap_or("-")), "{}", refused.text());
    enter_by_two(&registrar, &approver, "annulment", &annulment(&died["act_number"]))?;
    enter_by_two(&registrar, &approver, "annulment", &annulment(&merged["act_number"]))?;
    assert_eq!(record(&registrar, WIFE.number)?["civil_status"], "married");
    assert_eq!(record(&registrar, WIFE_AGAIN.number)?["civil_status"], "single");
    verified(&town.installation)?;
    Ok(())
}

fn a_merged_register_rebuilds_and_moves_to_the_other_engine_unchanged(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, AGAIN)?;
    enter_again(&mut town, WIFE_AGAIN)?;
    enter(&registrar, "birth", &birth(&town, AGAIN, "Анар", "СТ4-2001", 3))?;
    enter_by_two(&registrar, &approver, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    // A correction of the merged record reaches its survivor.
    let act = record(&registrar, AGAIN.number)?["acts"][0]["number"].clone();
    let correction = json!({
        "entry": act, "person": AGAIN.number, "changes": ["given_name=Цэцэг"], "reason": "Алдаа", "evidence": "А-1",
    });
    enter_by_two(&registrar, &approver, "correction", &correction)?;
    let wife = enter_by_two(&registrar, &approver, "merge", &merge(WIFE.number, WIFE_AGAIN.number))?;
    enter_by_two(&registrar, &approver, "annulment", &annulment(&wife["act_number"]))?;
    verified(&town.installation)?;
    let Town { service, mut installation, cast: _ } = town;
    service.stop()?;
    holds_on_the_other_engine(&mut installation, engine)
}

fn whoever_looked_at_either_record_is_seen_by_the_citizen(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, AGAIN)?;
    open_record(&registrar, AGAIN.number, "looked at the other record")?;
    let merged = enter_by_two(&registrar, &approver, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    let page = town.own_page(AGAIN.number)?;
    assert!(page.contains("looked at the other record"));
    assert!(page.contains(SINGLE_WOMAN.number) && page.contains(AGAIN.number));
    enter_by_two(&registrar, &approver, "annulment", &annulment(&merged["act_number"]))?;
    assert!(!town.own_page(SINGLE_WOMAN.number)?.contains("looked at the other record"));
    assert!(town.own_page(AGAIN.number)?.contains("looked at the other record"));
    Ok(())
}

fn a_merge_takes_two_officers_and_bars_what_cannot_be_one_person(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    enter_again(&mut town, AGAIN)?;
    let declared = declare(&registrar, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    let alone = registry_tests::kit::town::register(&registrar, &declared)?;
    assert_eq!(alone.require(403)?.refusal(), Some(205));
    for (survivor, merged, number) in
        [(SINGLE_WOMAN, SINGLE_WOMAN, 1414), (SINGLE_WOMAN, SINGLE_MAN, 1415), (WIFE, HUSBAND, 1419)]
    {
        let refused = declare(&registrar, "merge", &merge(survivor.number, merged.number))?;
        assert_eq!(refused.require(422)?.refusal(), Some(number));
    }
    let form = town.console("--officer", &town.cast.registrar)?.get("/declare/merge")?.require(200)?.text();
    assert!(
        form.contains("name=\"survivor\"") && form.contains("name=\"merged\""),
        "the console has the form"
    );
    let sealing = json!({ "person": AGAIN.number, "sealed": true, "decision_number": "Ш-11" });
    town.seal(&sealing)?;
    let sealed = declare(&registrar, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    let unknown = declare(&registrar, "merge", &merge(SINGLE_WOMAN.number, "ЯЯ90010101"))?;
    assert_eq!((sealed.status, sealed.text()), (unknown.status, unknown.text()));
    assert_eq!(sealed.refusal(), Some(301));
    Ok(())
}

fn an_officer_stays_away_from_the_own_record_under_either_number(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    enter_again(&mut town, AGAIN)?;
    // Before the merge, the merged record was noted as the officer's own.
    let officer = &town.cast.neighbour_registrar;
    town.installation.registry(&["officer", "person", "--officer", officer, "--person", AGAIN.number])?;
    enter_by_two(&registrar, &approver, "merge", &merge(SINGLE_WOMAN.number, AGAIN.number))?;
    let neighbour = town.officer(officer)?;
    for number in [SINGLE_WOMAN.number, AGAIN.number] {
        let open = json!({ "person": number, "reason": "work" });
        assert_eq!(neighbour.post("/v1/persons/open", &open)?.require(403)?.refusal(), Some(215));
    }
    Ok(())
}
