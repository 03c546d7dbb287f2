//! Births, a move, a death: a day in the office of a khoroo.

use anyhow::ensure;
use serde_json::{Value, json};

use super::scene::{Scene, require_no};
use crate::kit::dates::days_ago;
use crate::kit::town::{declare, end, enter, id_of, open_record, register};

const BORN: u64 = 3;

fn facts(scene: &Scene, notification: &str, given_name: &str, order: u8) -> Value {
    let (people, cast) = (&scene.people, &scene.town.cast);
    json!({
        "mother": people.mother.number, "father": people.father.number, "applicants": ["mother", "father"],
        "notification": notification, "given_name": given_name, "sex": "female", "born_on": days_ago(BORN),
        "birth_place": cast.office, "residence": cast.office, "address": "1-1", "plurality": 2, "order": order,
    })
}

fn notify(scene: &Scene, order: u8) -> anyhow::Result<String> {
    let notice = json!({
        "mother": scene.people.mother.number, "sex": "female", "born_on": days_ago(BORN), "born_time": "04:30",
        "birth_place": scene.town.cast.office, "plurality": 2, "order": order, "weight_grams": 2900,
        "medical_certificate": format!("СТ4-{order}"),
    });
    let reply = scene.town.partner("hospital")?.post("/v1/notifications/births", &notice)?;
    Ok(reply.require(201)?.json()["id"].as_str().unwrap_or_default().to_owned())
}

/// The hospital notifies a birth, with its own certificate.
pub fn hospital(scene: &mut Scene) -> anyhow::Result<String> {
    scene.notification = notify(scene, 1)?;
    Ok("ихэр, 1-р хүүхэд · first of twins".to_owned())
}

/// Unmarried parents: an application by one of them is not enough, both must apply.
pub fn birth(scene: &mut Scene) -> anyhow::Result<String> {
    let mut one = facts(scene, &scene.notification, "Номин", 1);
    one["applicants"] = json!(["mother"]);
    require_no(&declare(&scene.registrar, "birth", &one)?, 422, 402)?;
    let both = facts(scene, &scene.notification, "Номин", 1);
    let declared = declare(&scene.registrar, "birth", &both)?;
    // Declared at another office before the first is registered: the second declaration is held until
    // somebody decides.
    let neighbour = scene.town.officer(&scene.town.cast.neighbour_registrar)?;
    let second = declare(&neighbour, "birth", &both)?;
    ensure!(second.require(201)?.json()["state"] == "held", "not held: {}", second.text());
    ensure!(second.json()["held_against"] == id_of(&declared)?, "held against another");
    require_no(&register(&neighbour, &second)?, 409, 1103)?;
    let decided = end(&neighbour, &second, "same_event", "Нэг хүүхэд · the same child")?;
    decided.require(200)?;
    scene.birth = register(&scene.registrar, &declared)?.require(200)?.json();
    let child = child_of(&scene.birth);
    let numbers = [&child["national_number"], &child["civil_id"]].map(|number| number.as_str().unwrap_or(""));
    ensure!(numbers.iter().all(|number| !number.is_empty()), "no number: {child}");
    Ok(format!("402 → {} / {}, {}", numbers[0], numbers[1], scene.birth["act_number"].as_str().unwrap_or("")))
}

/// A twin is a second child of the same parents on the same day.
pub fn twin(scene: &mut Scene) -> anyhow::Result<String> {
    let notification = notify(scene, 2)?;
    let twin = enter(&scene.registrar, "birth", &facts(scene, &notification, "Сарнай", 2))?;
    let number = |receipt: &Value| child_of(receipt)["national_number"].clone();
    ensure!(number(&twin) != number(&scene.birth), "one number for two children");
    Ok(number(&twin).as_str().unwrap_or_default().to_owned())
}

/// A move is registered only at the unit of arrival.
pub fn residence(scene: &mut Scene) -> anyhow::Result<String> {
    let cast = &scene.town.cast;
    let facts = json!({
        "person": scene.people.mover.number, "unit": cast.office, "address": "5-12",
        "arrived_on": days_ago(2), "address_proof": "ГЭР-12",
    });
    let elsewhere = scene.town.officer(&cast.neighbour_registrar)?;
    let refused = declare(&elsewhere, "residence", &facts)?;
    ensure!(refused.refusal() == Some(601), "another office took it: {}", refused.text());
    enter(&scene.registrar, "residence", &facts)?;
    let record =
        open_record(&scene.registrar, &scene.people.mover.number, "лавлагаа · checking the address")?;
    ensure!(record["residence_unit"] == cast.office.as_str(), "the record still has the old unit");
    Ok(format!("601 → {} → {}", scene.people.mover.unit, cast.office))
}

/// A death may be registered at any office.
pub fn death(scene: &mut Scene) -> anyhow::Result<String> {
    let facts = json!({
        "person": scene.people.deceased.number, "died_on": days_ago(1), "death_place": scene.town.cast.office,
        "paper_kind": "medical", "paper_number": "НБ-77", "informant": "Хүү нь",
    });
    let receipt = enter(&scene.registrar, "death", &facts)?;
    let again = declare(&scene.registrar, "death", &facts)?;
    ensure!(again.refusal() == Some(501), "a second death: {}", again.text());
    Ok(receipt["act_number"].as_str().unwrap_or_default().to_owned())
}

fn child_of(receipt: &Value) -> Value {
    let people = receipt["people"].as_array().cloned().unwrap_or_default();
    people.into_iter().find(|person| person["role"] == "child").unwrap_or_default()
}
