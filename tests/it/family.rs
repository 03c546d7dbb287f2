//! Marriages, their end and restoration, parentage, names, foreign parties: one event changes everyone whom
//! it concerns.

use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, end, enter, enter_by_two, id_of,
    open_record, register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_marriage_closes_single_for_two,
    what_the_register_knows_bars_a_marriage,
    two_offices_that_register_the_same_marriage_at_once_make_one_entry,
    a_divorce_by_application_is_barred_by_a_child_under_age_and_passes_by_court,
    a_marriage_is_restored_while_neither_remarried,
    a_parentage_changes_the_childs_names_where_asked,
    a_name_is_changed_once_at_home_and_the_children_follow,
    a_foreign_party_has_a_record_without_numbers_and_is_found_again,
    someone_declared_dead_by_court_returns_and_the_marriage_stays_ended,
    what_is_unusual_is_asked_and_the_answer_is_kept,
    a_foundling_has_no_parents_and_a_birth_abroad_a_country,
}

fn marriage(husband: Known, wife: Known, witnesses: [Known; 2]) -> Value {
    json!({
        "husband": husband.number, "wife": wife.number,
        "witness_1": witnesses[0].number, "witness_2": witnesses[1].number,
    })
}

fn wedding() -> Value {
    marriage(SINGLE_MAN, SINGLE_WOMAN, [HUSBAND, WIFE])
}

fn by_court(person: Known) -> Value {
    json!({
        "person": person.number, "way": "court", "court": "Багануур дүүргийн шүүх",
        "decision_number": "ИШ-12", "in_force_on": days_ago(0),
    })
}

/// The record can be rebuilt from the ledger, after the service has ended in order.
fn is_sound(town: Town) -> anyhow::Result<()> {
    let Town { service, installation, .. } = town;
    service.stop()?;
    installation.registry(&["verify"]).map(drop)
}

fn status_of(officer: &Client, person: Known) -> anyhow::Result<Value> {
    Ok(open_record(officer, person.number, "checking the civil status")?["civil_status"].clone())
}

fn refused(reply: anyhow::Result<Reply>) -> anyhow::Result<Option<u64>> {
    Ok(reply?.refusal())
}

fn a_marriage_closes_single_for_two(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    assert_eq!(status_of(&registrar, SINGLE_WOMAN)?, "single");
    let receipt = enter(&registrar, "marriage", &wedding())?;
    assert_eq!(receipt["people"].as_array().map(Vec::len), Some(2), "{receipt}");
    for person in [SINGLE_MAN, SINGLE_WOMAN] {
        let record = open_record(&registrar, person.number, "after the wedding")?;
        assert_eq!(record["civil_status"], "married");
        // Mongolian law leaves the names as they are.
        assert_eq!(record["clan_name"], person.clan_name);
        assert_eq!(
            record["acts"].as_array().and_then(|acts| acts.last()).unwrap_or(&Value::Null)["kind"],
            "marriage"
        );
    }
    is_sound(town)
}

fn what_the_register_knows_bars_a_marriage(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let attempts = [
        (marriage(HUSBAND, SINGLE_WOMAN, [SINGLE_MAN, WIFE]), 1204),
        (marriage(SINGLE_WOMAN, SINGLE_MAN, [HUSBAND, WIFE]), 1202),
        (marriage(SINGLE_MAN, SINGLE_WOMAN, [HUSBAND, HUSBAND]), 1209),
        (marriage(SINGLE_MAN, SINGLE_WOMAN, [HUSBAND, SINGLE_MAN]), 1210),
    ];
    for (facts, number) in attempts {
        let reply = declare(&registrar, "marriage", &facts)?;
        assert_eq!(reply.refusal(), Some(number), "{}", reply.text());
    }
    let mut tomorrow = wedding();
    tomorrow["married_on"] = json!("2999-01-01");
    assert_eq!(refused(declare(&registrar, "marriage", &tomorrow))?, Some(105));
    // Brother and sister: children of the couple in the sample.
    let kin = json!({
        "husband": "УЪ88042219", "wife": "УЪ90091920",
        "witness_1": SINGLE_MAN.number, "witness_2": SINGLE_WOMAN.number,
    });
    assert_eq!(refused(declare(&registrar, "marriage", &kin))?, Some(1206));
    Ok(())
}

fn two_offices_that_register_the_same_marriage_at_once_make_one_entry(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let offices = [town.officer(&cast.registrar)?, town.officer(&cast.neighbour_registrar)?];
    let first = declare(&offices[0], "marriage", &wedding())?;
    let second = declare(&offices[1], "marriage", &wedding())?;
    assert_eq!(second.json()["state"], "held");
    assert_eq!(second.json()["fee_mnt"], 2_500, "the fee is told");
    end(&offices[1], &second, "different_event", "Өөр хүмүүс гэж үзэв")?.require(200)?;
    let declared = [first, second];
    let replies = std::thread::scope(|scope| {
        let running: Vec<_> = offices
            .iter()
            .zip(&declared)
            .map(|(office, declared)| scope.spawn(move || register(office, declared)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a caller panicked")))
            .collect::<anyhow::Result<Vec<Reply>>>()
    })?;
    let done = replies.iter().find(|reply| reply.status == 200);
    let refused = replies.iter().find(|reply| reply.status != 200);
    let (Some(done), Some(refused)) = (done, refused) else { anyhow::bail!("one of two: {replies:?}") };
    // The other office gets the refusal that names the entry.
    assert_eq!(refused.refusal(), Some(1204));
    let act = done.json()["act_number"].as_str().unwrap_or_default().to_owned();
    assert!(refused.text().contains(&act), "{}", refused.text());
    let marriages = "SELECT count(DISTINCT number) FROM act WHERE kind = 'marriage'";
    assert_eq!(Database::of(&town.installation).ask(marriages)?, "1");
    Ok(())
}

fn a_divorce_by_application_is_barred_by_a_child_under_age_and_passes_by_court(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    enter(&registrar, "marriage", &wedding())?;
    let mut facts = json!({ "person": SINGLE_MAN.number, "way": "administrative" });
    for (field, value, number) in [
        ("joint_application", json!(true), 1221),
        ("no_property_dispute", json!(true), 1223),
        ("governor_note", json!("ЗД-4"), 1224),
    ] {
        assert_eq!(refused(declare(&registrar, "marriage_ended", &facts))?, Some(number));
        facts[field] = value;
    }
    let waiting = declare(&registrar, "marriage_ended", &facts)?;
    waiting.require(201)?;
    // The child is born after the application, and the check at registration notices it.
    enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"))?;
    assert_eq!(refused(register(&registrar, &waiting))?, Some(1222));
    end(&registrar, &waiting, "withdraw", "Шүүхэд хандана")?.require(200)?;
    enter(&registrar, "marriage_ended", &by_court(SINGLE_WOMAN))?;
    for person in [SINGLE_MAN, SINGLE_WOMAN] {
        assert_eq!(status_of(&registrar, person)?, "divorced");
    }
    assert_eq!(refused(declare(&registrar, "marriage_ended", &by_court(SINGLE_MAN)))?, Some(1220));
    is_sound(town)
}

fn a_marriage_is_restored_while_neither_remarried(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let facts = json!({ "husband": HUSBAND.number, "wife": WIFE.number, "joint_application": true });
    assert_eq!(refused(declare(&registrar, "marriage_restored", &facts))?, Some(1204));
    enter(&registrar, "marriage_ended", &by_court(WIFE))?;
    enter(&registrar, "marriage_restored", &facts)?;
    assert_eq!(status_of(&registrar, WIFE)?, "married");
    enter(&registrar, "marriage_ended", &by_court(WIFE))?;
    enter(&registrar, "marriage", &marriage(HUSBAND, SINGLE_WOMAN, [WIFE, SINGLE_MAN]))?;
    let reply = declare(&registrar, "marriage_restored", &facts)?;
    assert!(matches!(reply.refusal(), Some(1204 | 1231)), "{}", reply.text());
    is_sound(town)
}

fn a_parentage_changes_the_childs_names_where_asked(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let mut birth = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    birth["father"] = Value::Null;
    birth["applicants"] = json!(["mother"]);
    let receipt = enter(&registrar, "birth", &birth)?;
    let number = receipt["people"][0]["national_number"].as_str().unwrap_or_default().to_owned();
    let mut facts = json!({
        "child": number, "parent": SINGLE_MAN.number, "parent_kind": "father",
        "take_parent_name": true, "take_clan_name": true,
    });
    assert_eq!(refused(declare(&registrar, "parentage", &facts))?, Some(1221));
    facts["joint_application"] = json!(true);
    enter_by_two(&registrar, &approver, "parentage", &facts)?;
    let child = open_record(&registrar, &number, "after the parentage")?;
    assert_eq!(child["parent_name"], SINGLE_MAN.given_name);
    assert_eq!(child["clan_name"], SINGLE_MAN.clan_name);
    assert_eq!(child["relatives"].as_array().map(Vec::len), Some(2), "{child}");
    assert_eq!(refused(declare(&registrar, "parentage", &facts))?, Some(1301));
    is_sound(town)
}

fn a_name_is_changed_once_at_home_and_the_children_follow(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let (registrar, neighbour) = (town.officer(&cast.registrar)?, town.officer(&cast.neighbour_registrar)?);
    let approver = town.officer(&town.cast.approver)?;
    let receipt = enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар"))?;
    let child = receipt["people"][0]["national_number"].as_str().unwrap_or_default().to_owned();
    let facts = json!({
        "person": SINGLE_MAN.number, "given_name": "Тэмүүжин", "governor_order": "ЗД-9", "update_children": [child],
    });
    let mut undecided = facts.clone();
    undecided["update_children"] = Value::Null;
    assert_eq!(refused(declare(&registrar, "name_change", &undecided))?, Some(1358));
    let elsewhere = declare(&neighbour, "name_change", &facts)?;
    assert_eq!(elsewhere.refusal(), Some(1353), "{}", elsewhere.text());
    let unsupported = json!({ "person": SINGLE_MAN.number, "given_name": "Тэмүүжин" });
    assert_eq!(refused(declare(&registrar, "name_change", &unsupported))?, Some(1351));
    enter_by_two(&registrar, &approver, "name_change", &facts)?;
    assert_eq!(open_record(&registrar, SINGLE_MAN.number, "after the change")?["given_name"], "Тэмүүжин");
    assert_eq!(open_record(&registrar, &child, "after the change")?["parent_name"], "Тэмүүжин");
    let again = json!({ "person": SINGLE_MAN.number, "given_name": "Чингис", "governor_order": "ЗД-10" });
    assert_eq!(refused(declare(&registrar, "name_change", &again))?, Some(1352));
    is_sound(town)
}

fn a_foreign_party_has_a_record_without_numbers_and_is_found_again(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = json!({
        "wife": SINGLE_WOMAN.number, "witness_1": HUSBAND.number, "witness_2": WIFE.number,
        "foreign_party": "husband", "foreign_citizenship": "KAZ", "foreign_document": "N 1234567",
        "foreign_given_name": "Ержан", "foreign_parent_name": "Серик", "foreign_latin_name": "Serik Yerzhan",
        "foreign_born_on": "1990-05",
    });
    facts["foreign_citizenship"] = json!("MNG");
    assert_eq!(refused(declare(&registrar, "marriage", &facts))?, Some(1283));
    facts["foreign_citizenship"] = json!("KAZ");
    enter(&registrar, "marriage", &facts)?;
    let him = open_record(&registrar, "KAZ N1234567", "after the wedding")?;
    assert_eq!((&him["civil_status"], &him["given_name"]), (&json!("married"), &json!("Ержан")));
    assert_eq!(
        (&him["national_number"], &him["civil_id"], &him["clan_name"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let mut birth = town.birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
    birth["father"] = json!("KAZ N1234567");
    birth["applicants"] = json!(["mother"]);
    let receipt = enter(&registrar, "birth", &birth)?;
    let people = receipt["people"].as_array().cloned().unwrap_or_default();
    assert!(people.iter().any(|person| person["person_id"] == him["person_id"]), "{receipt}");
    is_sound(town)
}

fn someone_declared_dead_by_court_returns_and_the_marriage_stays_ended(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let approver = town.officer(&town.cast.approver)?;
    let death = json!({
        "person": HUSBAND.number, "died_on": days_ago(20), "paper_kind": "court", "paper_number": "ИШ-7",
        "informant": "Эхнэр",
    });
    enter(&registrar, "death", &death)?;
    assert_eq!(status_of(&registrar, WIFE)?, "widowed");
    let back = json!({
        "person": HUSBAND.number, "court": "Багануур дүүргийн шүүх", "decision_number": "ИШ-8",
        "in_force_on": days_ago(1),
    });
    enter_by_two(&registrar, &approver, "declared_alive", &back)?;
    let record = open_record(&registrar, HUSBAND.number, "after the return")?;
    assert_eq!(record["life_cycle"], "alive");
    assert_eq!(status_of(&registrar, WIFE)?, "widowed");
    let restored = json!({ "husband": HUSBAND.number, "wife": WIFE.number, "joint_application": true });
    enter(&registrar, "marriage_restored", &restored)?;
    assert_eq!(status_of(&registrar, WIFE)?, "married");
    is_sound(town)
}

fn what_is_unusual_is_asked_and_the_answer_is_kept(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut facts = json!({
        "person": SINGLE_MAN.number, "died_on": days_ago(800), "paper_number": "НБ-7", "informant": "Хөрш айл",
    });
    let asked = declare(&registrar, "death", &facts)?;
    assert_eq!(asked.require(422)?.refusal(), Some(1290));
    assert!(asked.text().contains("540"), "{}", asked.text());
    facts["answers"] = json!(["540: олдсон шарилыг шинжилгээгээр тогтоов"]);
    enter(&registrar, "death", &facts)?;
    is_sound(town)
}

fn a_foundling_has_no_parents_and_a_birth_abroad_a_country(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let mut found = json!({
        "given_name": "Хишиг", "sex": "female", "born_on": days_ago(4), "birth_place": town.cast.office,
        "residence": town.cast.office, "address": "Хүүхэд асрах төв", "foundling_act": "ЦГ-3",
        "authorisation": "ЦГ-3", "medical_certificate": "СТ4-5",
    });
    assert_eq!(refused(declare(&registrar, "birth", &found))?, Some(414));
    found["clan_name"] = json!("Боржигон");
    found["parent_name"] = json!("Түвшин");
    let receipt = enter(&registrar, "birth", &found)?;
    assert_eq!(receipt["people"].as_array().map(Vec::len), Some(1), "{receipt}");
    let mut abroad = town.birth(WIFE, HUSBAND, "Сарангоо");
    abroad["birth_place"] = Value::Null;
    abroad["birth_country"] = json!("KOR");
    abroad["medical_certificate"] = Value::Null;
    let reply = declare(&registrar, "birth", &abroad)?;
    assert!(matches!(reply.refusal(), Some(415 | 418)), "{}", reply.text());
    abroad["birth_place_abroad"] = json!("Seoul, Samsung Medical Center");
    abroad["foreign_birth_paper"] = json!("KR-2026-1");
    let declared = declare(&registrar, "birth", &abroad)?;
    assert!(!id_of(&declared)?.is_empty());
    register(&registrar, &declared)?.require(200)?;
    is_sound(town)
}
