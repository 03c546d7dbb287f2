//! A person's status: guardianship, remarks on acts, sex, register number, citizenship, fingerprints,
//! passports, life abroad; and what is counted only.

use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, enter, enter_by_two,
    open_record, register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_guardianship_ties_two_records_and_bars_their_marriage_until_it_ends,
    a_remark_on_an_act_stands_in_the_record,
    a_change_of_sex_gives_a_new_number_and_ends_the_card,
    a_wrong_number_is_replaced_and_the_old_one_still_finds_the_person,
    a_foreigner_becomes_a_citizen_with_a_number_and_a_former_citizen_gets_no_card,
    a_stillbirth_is_counted_and_no_record_shows_it,
    someone_lives_abroad_and_comes_back_to_the_registered_residence,
    fingerprints_and_passports_are_noted_and_a_death_cancels_the_passport,
}

/// The record can be rebuilt from the ledger, after the service has ended in order.
fn is_sound(town: Town) -> anyhow::Result<()> {
    let Town { service, installation, .. } = town;
    service.stop()?;
    installation.registry(&["verify"]).map(drop)
}

fn refused(reply: anyhow::Result<Reply>) -> anyhow::Result<Option<u64>> {
    Ok(reply?.refusal())
}

fn record(officer: &Client, person: Known) -> anyhow::Result<Value> {
    open_record(officer, person.number, "checking the status")
}

fn a_guardianship_ties_two_records_and_bars_their_marriage_until_it_ends(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let mut facts = json!({
        "step": "begins", "ward": SINGLE_WOMAN.number, "guardian": SINGLE_MAN.number,
        "governor_order": "А/5", "ordered_on": days_ago(9),
    });
    assert_eq!(refused(declare(&registrar, "guardianship", &facts))?, Some(1367));
    let neighbour = town.officer(&town.cast.neighbour_registrar)?;
    assert_eq!(refused(declare(&neighbour, "guardianship", &facts))?, Some(1360));
    facts = json!({
        "step": "begins", "ward": SINGLE_WOMAN.number, "guardian": SINGLE_MAN.number,
        "court": "Багануур дүүргийн шүүх", "decision_number": "ШШ-7", "in_force_on": days_ago(9),
    });
    let preview =
        registrar.post("/v1/declarations/preview", &json!({ "kind": "guardianship", "facts": facts }))?;
    assert!(preview.require(200)?.text().contains("guardianship"), "{}", preview.text());
    enter_by_two(&registrar, &approver, "guardianship", &facts)?;
    for (person, relation) in [(SINGLE_WOMAN, "guardian"), (SINGLE_MAN, "ward")] {
        assert_eq!(record(&registrar, person)?["relatives"][0]["relation"], relation);
    }
    let wedding = json!({
        "husband": SINGLE_MAN.number, "wife": SINGLE_WOMAN.number,
        "witness_1": HUSBAND.number, "witness_2": WIFE.number,
    });
    assert_eq!(refused(declare(&registrar, "marriage", &wedding))?, Some(1207));
    facts["step"] = json!("ends");
    facts["decision_number"] = json!("ШШ-8");
    facts["in_force_on"] = json!(days_ago(1));
    enter_by_two(&registrar, &approver, "guardianship", &facts)?;
    enter(&registrar, "marriage", &wedding)?;
    is_sound(town)
}

fn a_remark_on_an_act_stands_in_the_record(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let move_in = json!({
        "person": SINGLE_MAN.number, "unit": town.cast.office, "address": "9-9", "arrived_on": days_ago(2),
        "address_proof": "ГЭР-1",
    });
    let receipt = enter(&registrar, "residence", &move_in)?;
    let facts = json!({
        "person": SINGLE_MAN.number, "act_number": receipt["act_number"], "remark": "Эх баримт архивт алга",
        "paper_number": "АР-9",
    });
    let mut elsewhere = facts.clone();
    elsewhere["act_number"] = json!("110151-2020-0000001");
    assert_eq!(refused(declare(&registrar, "annotation", &elsewhere))?, Some(1402));
    let preview =
        registrar.post("/v1/declarations/preview", &json!({ "kind": "annotation", "facts": facts }))?;
    assert!(preview.require(200)?.text().contains("are superseded"), "{}", preview.text());
    enter(&registrar, "annotation", &facts)?;
    let status = record(&registrar, SINGLE_MAN)?["status"].clone();
    assert_eq!(status["annotations"][0]["text"], "Эх баримт архивт алга");
    is_sound(town)
}

fn a_change_of_sex_gives_a_new_number_and_ends_the_card(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let married = json!({ "person": HUSBAND.number, "doctors_paper": "ЭД-1" });
    assert_eq!(refused(declare(&registrar, "sex_change", &married))?, Some(1371));
    let card = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&approver, &card)?.require(200)?;
    let mut facts = json!({ "person": SINGLE_MAN.number });
    assert_eq!(refused(declare(&registrar, "sex_change", &facts))?, Some(1372));
    facts["doctors_paper"] = json!("ЭД-2");
    let preview =
        registrar.post("/v1/declarations/preview", &json!({ "kind": "sex_change", "facts": facts }))?;
    assert!(preview.require(200)?.text().contains("is revoked"), "{}", preview.text());
    enter_by_two(&registrar, &approver, "sex_change", &facts)?;
    let changed = record(&registrar, SINGLE_MAN)?;
    assert_eq!((&changed["sex"], &changed["cards"][0]["state"]), (&json!("female"), &json!("revoked")));
    assert_eq!(changed["status"]["earlier_numbers"], json!([SINGLE_MAN.number]));
    let number = changed["national_number"].as_str().unwrap_or_default();
    let found = open_record(&registrar, number, "by the new number")?;
    assert_eq!(found["person_id"], changed["person_id"]);
    is_sound(town)
}

fn a_wrong_number_is_replaced_and_the_old_one_still_finds_the_person(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let mut facts = json!({ "person": SINGLE_MAN.number, "cause": "wrong_date", "evidence": "АЛ-7" });
    assert_eq!(refused(declare(&registrar, "number_change", &facts))?, Some(1375));
    facts["cause"] = json!("duplicate");
    enter_by_two(&registrar, &approver, "number_change", &facts)?;
    let changed = record(&registrar, SINGLE_MAN)?;
    assert_eq!(changed["status"]["earlier_numbers"], json!([SINGLE_MAN.number]));
    assert_ne!(changed["national_number"], SINGLE_MAN.number);
    is_sound(town)
}

fn a_foreigner_becomes_a_citizen_with_a_number_and_a_former_citizen_gets_no_card(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let mut acquired = json!({
        "change": "acquired", "foreign_party": "person", "foreign_citizenship": "KAZ",
        "foreign_document": "N1234567", "foreign_given_name": "Ержан", "foreign_latin_name": "Serik Yerzhan",
        "foreign_born_on": "1990-05-06", "sex": "male", "address": "3-4", "decree_number": "12",
        "decided_on": days_ago(9),
    });
    assert_eq!(refused(declare(&registrar, "citizenship", &acquired))?, Some(1384));
    acquired["unit"] = json!(town.cast.office);
    enter_by_two(&registrar, &approver, "citizenship", &acquired)?;
    let new = open_record(&registrar, "KAZ N1234567", "by the foreign document")?;
    assert_eq!(new["status"]["citizenship"], "citizen");
    let number = new["national_number"].as_str().unwrap_or_default().to_owned();
    assert_eq!(open_record(&registrar, &number, "by the number")?["person_id"], new["person_id"]);
    // The chip has no place yet for somebody without a parent's name: that is said now, not when the card is
    // written.
    assert_eq!(refused(apply_for_card(&registrar, &town.card_application(&number)))?, Some(737));
    let mut lost = json!({
        "change": "lost", "person": number, "other_citizenship": "KAZ", "decree_number": "13",
        "decided_on": days_ago(10),
    });
    assert_eq!(refused(declare(&registrar, "citizenship", &lost))?, Some(1383));

    let number = SINGLE_MAN.number;
    let card = apply_for_card(&registrar, &town.card_application(number))?;
    register(&approver, &card)?.require(200)?;
    lost["person"] = json!(number);
    lost["decided_on"] = json!(days_ago(1));
    enter_by_two(&registrar, &approver, "citizenship", &lost)?;
    let former = open_record(&registrar, number, "after the loss")?;
    assert_eq!(former["status"]["citizenship"], "former");
    assert_eq!(
        (&former["cards"][0]["state"], &former["national_number"]),
        (&json!("revoked"), &json!(number))
    );
    let jobs = "SELECT job_state FROM card_job";
    assert_eq!(Database::of(&town.installation).ask(jobs)?, "ended");
    assert_eq!(refused(apply_for_card(&registrar, &town.card_application(number)))?, Some(1382));
    let restored =
        json!({ "change": "restored", "person": number, "decree_number": "14", "decided_on": days_ago(0) });
    enter_by_two(&registrar, &approver, "citizenship", &restored)?;
    let again = apply_for_card(&registrar, &town.card_application(number))?;
    register(&approver, &again)?.require(200)?;
    is_sound(town)
}

fn a_stillbirth_is_counted_and_no_record_shows_it(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let before = record(&registrar, SINGLE_WOMAN)?;
    let people = Database::of(&town.installation).ask("SELECT count(*) FROM person")?;
    let mut facts = json!({
        "mother": SINGLE_WOMAN.number, "happened_on": days_ago(2), "weeks": 21, "medical_certificate": "АТ-4",
    });
    assert_eq!(refused(declare(&registrar, "stillbirth", &facts))?, Some(450));
    facts["weeks"] = json!(31);
    enter(&registrar, "stillbirth", &facts)?;
    assert_eq!(record(&registrar, SINGLE_WOMAN)?, before);
    let database = Database::of(&town.installation);
    assert_eq!(database.ask("SELECT count(*) FROM person")?, people);
    assert_eq!(database.ask("SELECT count(*) FROM act WHERE kind = 'stillbirth'")?, "0");
    assert_eq!(
        database.ask("SELECT count(*) FROM ledger_entry WHERE header LIKE '%\"kind\":\"stillbirth\"%'")?,
        "1"
    );
    // A second notification of the same event is held beside the first, although no record shows the first.
    assert_eq!(declare(&registrar, "stillbirth", &facts)?.require(201)?.json()["state"], "held");
    is_sound(town)
}

fn fingerprints_and_passports_are_noted_and_a_death_cancels_the_passport(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let card_officer = town.officer(&town.cast.card_officer)?;
    let fingers = json!({ "person": SINGLE_MAN.number, "hand": "both", "taken_on": days_ago(1) });
    enter(&card_officer, "fingerprint", &fingers)?;
    let mut passport = json!({
        "change": "recorded", "person": SINGLE_MAN.number, "passport_number": "E1234567", "issued_on": days_ago(30),
        "expires_on": days_ago(31),
    });
    assert_eq!(refused(declare(&registrar, "passport", &passport))?, Some(1390));
    passport["expires_on"] = json!("2999-01-01");
    enter(&registrar, "passport", &passport)?;
    // The same passport number for another person is held beside the first.
    passport["person"] = json!(SINGLE_WOMAN.number);
    assert_eq!(declare(&registrar, "passport", &passport)?.require(201)?.json()["state"], "held");
    let lost = json!({ "change": "lost", "person": SINGLE_MAN.number, "passport_number": "E1234567" });
    enter(&registrar, "passport", &lost)?;
    let status = record(&registrar, SINGLE_MAN)?["status"].clone();
    assert_eq!(
        (&status["fingerprints"][0]["hand"], &status["passports"][0]["state"]),
        (&json!("both"), &json!("lost"))
    );
    let death = json!({
        "person": SINGLE_MAN.number, "died_on": days_ago(0), "paper_number": "НБ-7", "informant": "Хөрш",
    });
    enter(&registrar, "death", &death)?;
    assert_eq!(record(&registrar, SINGLE_MAN)?["status"]["passports"][0]["state"], "cancelled");
    is_sound(town)
}

fn someone_lives_abroad_and_comes_back_to_the_registered_residence(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let home = record(&registrar, SINGLE_MAN)?["address"].clone();
    let back = json!({ "direction": "returned", "person": SINGLE_MAN.number, "returned_on": days_ago(1) });
    assert_eq!(refused(declare(&registrar, "migration", &back))?, Some(1392));
    let away = json!({
        "direction": "left", "person": SINGLE_MAN.number, "country": "KOR", "left_on": days_ago(200),
    });
    enter(&registrar, "migration", &away)?;
    assert_eq!(refused(declare(&registrar, "migration", &away))?, Some(1391));
    enter(&registrar, "migration", &back)?;
    let now = record(&registrar, SINGLE_MAN)?;
    assert_eq!((&now["address"], &now["status"]["lives_abroad"][0]["country"]), (&home, &json!("KOR")));
    assert_eq!(now["status"]["lives_abroad"][0]["returned_on"], json!(days_ago(1)));
    is_sound(town)
}
