//! Moves are registered at the unit of arrival, deaths at any office; each only once.

use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::database::Database;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, end, enter, enter_by_two, id_of,
    open_record, register,
};
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    a_move_is_registered_at_the_unit_of_arrival_alone,
    a_move_needs_an_address_with_its_proof,
    a_death_is_registered_at_any_office_and_ends_what_the_living_may_do,
    a_death_revokes_the_card_that_was_open,
    a_death_widows_and_needs_its_paper,
    of_a_death_a_paper_may_know_the_year_alone_and_the_day_is_corrected_when_it_is_found,
    two_offices_that_register_the_same_death_at_once_make_one_entry,
    anpr_1209_two_towns_that_enrol_the_same_mover_at_once_make_one_entry,
}

fn death(person: &str) -> Value {
    json!({
        "person": person, "died_on": days_ago(2), "paper_number": "НБ-77", "informant": "Хөрш айл",
    })
}

fn arrival(person: &str, unit: &str) -> Value {
    json!({
        "person": person, "unit": unit, "address": "7-12", "arrived_on": days_ago(1), "address_proof": "ҮХГ-5",
    })
}

fn a_move_is_registered_at_the_unit_of_arrival_alone(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let (here, there) = (town.officer(&cast.registrar)?, town.officer(&cast.neighbour_registrar)?);
    let facts = arrival(SINGLE_MAN.number, &cast.neighbour_office);
    assert_eq!(declare(&here, "residence", &facts)?.require(422)?.refusal(), Some(601));
    enter(&there, "residence", &facts)?;
    let record = open_record(&there, SINGLE_MAN.number, "after the move")?;
    assert_eq!(record["residence_unit"].as_str(), Some(cast.neighbour_office.as_str()));
    assert_eq!(record["address"], "7-12");
    let again = declare(&there, "residence", &facts)?;
    assert!(again.status != 201 || again.json()["state"] == "held", "{}", again.text());
    Ok(())
}

fn a_move_needs_an_address_with_its_proof(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let there = town.officer(&town.cast.neighbour_registrar)?;
    for (field, number) in [("address", 604), ("address_proof", 605)] {
        let mut facts = arrival(SINGLE_MAN.number, &town.cast.neighbour_office);
        facts[field] = Value::Null;
        assert_eq!(declare(&there, "residence", &facts)?.refusal(), Some(number));
    }
    let mut facts = arrival(WIFE.number, &town.cast.neighbour_office);
    facts["companions"] = json!([SINGLE_MAN.number]);
    assert_eq!(declare(&there, "residence", &facts)?.refusal(), Some(606));
    Ok(())
}

fn a_death_is_registered_at_any_office_and_ends_what_the_living_may_do(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let far = town.officer(&cast.soum_registrar)?;
    enter(&far, "death", &death(SINGLE_MAN.number))?;
    let registrar = town.officer(&cast.registrar)?;
    let record = open_record(&registrar, SINGLE_MAN.number, "after the death")?;
    assert_eq!(record["life_cycle"], "dead");
    let again = declare(&registrar, "death", &death(SINGLE_MAN.number))?;
    assert_eq!(again.require(409)?.refusal(), Some(501));
    let there = town.officer(&cast.neighbour_registrar)?;
    let moved = declare(&there, "residence", &arrival(SINGLE_MAN.number, &cast.neighbour_office))?;
    assert_eq!(moved.refusal(), Some(302));
    let card = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    assert_eq!(card.refusal(), Some(302));
    Ok(())
}

fn a_death_revokes_the_card_that_was_open(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let (registrar, approver) = (town.officer(&town.cast.registrar)?, town.officer(&town.cast.approver)?);
    let applied = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&approver, &applied)?.require(200)?;
    let state = |reason| -> anyhow::Result<Value> {
        Ok(open_record(&registrar, SINGLE_MAN.number, reason)?["cards"][0]["state"].clone())
    };
    assert_eq!(state("before the death")?, "approved");
    enter(&registrar, "death", &death(SINGLE_MAN.number))?;
    assert_eq!(state("after the death")?, "revoked");
    let open = Database::of(&town.installation).ask("SELECT count(open_for) FROM card")?;
    assert_eq!(open, "0");
    Ok(())
}

fn a_death_widows_and_needs_its_paper(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    for (field, value, number) in [
        ("paper_number", Value::Null, 503),
        ("informant", Value::Null, 504),
        ("died_on", json!("1950-01-01"), 502),
    ] {
        let mut facts = death(HUSBAND.number);
        facts[field] = value;
        assert_eq!(declare(&registrar, "death", &facts)?.refusal(), Some(number));
    }
    enter(&registrar, "death", &death(HUSBAND.number))?;
    assert_eq!(open_record(&registrar, WIFE.number, "after the death")?["civil_status"], "widowed");
    Ok(())
}

fn of_a_death_a_paper_may_know_the_year_alone_and_the_day_is_corrected_when_it_is_found(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let (year, day) = (days_ago(0)[..4].to_owned(), days_ago(0));
    let mut facts = death(HUSBAND.number);
    facts["died_on"] = json!("2999");
    assert_eq!(declare(&registrar, "death", &facts)?.require(422)?.refusal(), Some(105));
    facts["died_on"] = json!(year);
    let receipt = enter(&registrar, "death", &facts)?;
    let record = |reason| open_record(&registrar, HUSBAND.number, reason);
    assert_eq!(record("after the death")?["died_on"], json!(year));
    assert_eq!(open_record(&registrar, WIFE.number, "after the death")?["civil_status"], "widowed");
    let correction = json!({
        "entry": receipt["act_number"], "person": HUSBAND.number, "field": "died_on", "value": day,
        "reason": "Шинжээчийн дүгнэлт", "evidence": "Ш-1",
    });
    let approver = town.officer(&town.cast.approver)?;
    enter_by_two(&registrar, &approver, "correction", &correction)?;
    assert_eq!(record("after the correction")?["died_on"], json!(day));
    Ok(())
}

fn two_offices_that_register_the_same_death_at_once_make_one_entry(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let offices = [town.officer(&cast.registrar)?, town.officer(&cast.neighbour_registrar)?];
    let facts = death(SINGLE_WOMAN.number);
    let first = declare(&offices[0], "death", &facts)?;
    let second = declare(&offices[1], "death", &facts)?;
    let decide = format!("/v1/declarations/{}/end", id_of(&second)?);
    // The second office insists that its declaration is of another event, but by law a person still dies only
    // once.
    let insisted = json!({ "ending": "different_event", "reason": "Өөр хүн гэж үзэв" });
    offices[1].post(&decide, &insisted)?.require(200)?;
    let declared = [first, second];
    let at_once = |office: &Client, declared| register(office, declared).map(|reply| reply.status);
    let statuses = std::thread::scope(|scope| {
        let running: Vec<_> = offices
            .iter()
            .zip(&declared)
            .map(|(office, declared)| scope.spawn(move || at_once(office, declared)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a caller panicked")))
            .collect::<anyhow::Result<Vec<u16>>>()
    })?;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 1, "{statuses:?}");
    let deaths = Database::of(&town.installation).ask("SELECT count(*) FROM act WHERE kind = 'death'")?;
    assert_eq!(deaths, "1");
    Ok(())
}

fn anpr_1209_two_towns_that_enrol_the_same_mover_at_once_make_one_entry(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let cast = &town.cast;
    let offices = [
        (town.officer(&cast.registrar)?, cast.office.as_str()),
        (town.officer(&cast.neighbour_registrar)?, cast.neighbour_office.as_str()),
    ];
    let arrival = |unit: &str| {
        json!({
            "person": SINGLE_MAN.number, "unit": unit, "address": "9-9", "arrived_on": days_ago(1),
            "address_proof": "Г-12",
        })
    };
    let mut declared = Vec::new();
    for (office, unit) in &offices {
        let reply = declare(office, "residence", &arrival(unit))?;
        if reply.json()["state"] == "held" {
            end(office, &reply, "different_event", "Манай нэгжид ирсэн")?.require(200)?;
        }
        declared.push(reply);
    }
    let replies = std::thread::scope(|scope| {
        let running: Vec<_> = offices
            .iter()
            .zip(&declared)
            .map(|((office, _), declared)| scope.spawn(move || register(office, declared)))
            .collect();
        let joined = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined
            .map(|reply| reply.unwrap_or_else(|_| anyhow::bail!("a caller panicked")))
            .collect::<anyhow::Result<Vec<_>>>()
    })?;
    let (taken, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    let ([taken], [refused]) = (taken.as_slice(), refused.as_slice()) else {
        anyhow::bail!("one is registered and one refused, not {replies:?}")
    };
    assert_eq!(refused.refusal(), Some(607));
    let act = taken.json()["act_number"].as_str().unwrap_or_default().to_owned();
    assert!(refused.text().contains(&act), "the refusal names the act {act}: {}", refused.text());
    let moves = Database::of(&town.installation).ask("SELECT count(*) FROM act WHERE kind = 'residence'")?;
    assert_eq!(moves, "1");
    Ok(())
}
