//! Cards: application, approval by a second officer, writing, activation, inspection, revocation.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::card_office::{KHOROO_STATION, Print, Purpose, SOUM_STATION, Station};
use super::people::Person;
use super::scene::{HeldCard, Scene, print_of};
use crate::kit::client::{Client, Reply};
use crate::kit::town::{apply_for_card, enter, id_of, open_record, register};

/// The PIN that the holders of the story choose.
const PIN: &str = "482915";
/// The memory of the khoroo's card.
const CARD: &str = "card.json";
/// The memory of the soum's card.
const SOUM_CARD: &str = "soum-card.json";

fn apply(officer: &Client, person: &Person) -> anyhow::Result<Reply> {
    let record = open_record(officer, &person.number, "үнэмлэхийн өргөдөл · card application")?;
    let latin = &record["latin_proposal"];
    let facts = json!({
        "person": person.number, "latin_parent": latin["parent"], "latin_given": latin["given"],
        "latin_confirmed": true,
    });
    apply_for_card(officer, &facts)
}

/// A person who turned 16 applies. The officer who received the application may not approve it; a second
/// officer does.
pub fn application(scene: &mut Scene) -> anyhow::Result<String> {
    let declared = apply(&scene.registrar, &scene.people.holder)?;
    let alone = register(&scene.registrar, &declared)?;
    ensure!(matches!(alone.refusal(), Some(202 | 205)), "one officer alone: {}", alone.text());
    let approved = register(&scene.approver, &declared)?.require(200)?.json();
    ensure!(approved["card_job"].is_string(), "no card job: {approved}");
    let print = scene.print_of(&scene.people.holder)?;
    Ok(format!("{} → {}", alone.refusal().unwrap_or_default(), print.document_number))
}

/// A soum with one officer hands the application to the centre of its aimag.
pub fn handed_over(scene: &mut Scene) -> anyhow::Result<String> {
    let cast = &scene.town.cast;
    let soum = scene.town.officer(&cast.soum_registrar)?;
    let declared = apply(&soum, &scene.people.soum_holder)?;
    let deciding = declared.require(201)?.json()["deciding_office"].clone();
    ensure!(deciding == cast.aimag_office.as_str(), "decided at {deciding}");
    let approver = scene.town.officer(&cast.aimag_approver)?;
    register(&approver, &declared)?.require(200)?;
    ensure!(!id_of(&declared)?.is_empty(), "no id");
    Ok(format!("{} → {}", cast.soum_office, cast.aimag_office))
}

/// The station writes a blank card through PC/SC, reads it back and sends its receipt.
pub fn personalisation(scene: &mut Scene) -> anyhow::Result<String> {
    let officer = scene.town.cast.card_officer.clone();
    let (number, transport_pin) = write_card(scene, KHOROO_STATION, &officer, CARD)?;
    let print = scene.print_of(&scene.people.holder)?;
    ensure!(print.document_number == number, "another card was written: {number}");
    scene.card = Some(HeldCard { print, transport_pin });
    Ok(format!("{number}, {}", KHOROO_STATION.slot.reader()))
}

fn write_card(
    scene: &mut Scene,
    station: Station,
    officer: &str,
    state: &str,
) -> anyhow::Result<(String, String)> {
    let installation = &scene.town.installation;
    scene.office.insert_blank(installation, station, state)?;
    scene.office.sign_in(installation, station, officer)?.result()?;
    let written = scene.office.personalise(installation, station)?;
    let number = written.result()?["document_number"].as_str().context("no document number")?.to_owned();
    Ok((number, scene.office.tear_off_slip(station)?))
}

/// Before activation the card is not accepted, even from the holder of the slip.
pub fn not_active(scene: &mut Scene) -> anyhow::Result<String> {
    let card = scene.card()?;
    inspect(scene, KHOROO_STATION, &card.print, &card.transport_pin, None)?.refused(9029)?;
    Ok("9029".to_owned())
}

/// The holder changes the PIN, the card signs, the register makes it active.
pub fn activation(scene: &mut Scene) -> anyhow::Result<String> {
    let card = scene.card()?;
    activate(scene, KHOROO_STATION, card)?;
    let record = open_record(&scene.registrar, &scene.people.holder.number, "үнэмлэх олгох · handing over")?;
    ensure!(record["cards"][0]["state"] == "active", "not active in the record: {}", record["cards"]);
    Ok("active".to_owned())
}

fn activate(scene: &Scene, station: Station, card: &HeldCard) -> anyhow::Result<()> {
    let (number, old) = (&card.print.document_number, card.transport_pin.as_str());
    let said = scene.office.activate(&scene.town.installation, station, number, Some(old), PIN)?;
    ensure!(said.result()?["state"] == "active", "not active: {}", said.0);
    Ok(())
}

fn inspect(
    scene: &Scene,
    station: Station,
    print: &Print,
    pin: &str,
    purpose: Option<&str>,
) -> anyhow::Result<super::card_office::Said> {
    let cast = &scene.town.cast;
    let purpose = Purpose { legal_basis: &cast.legal_basis, purpose: purpose.unwrap_or(&cast.purpose) };
    scene.office.inspect(&scene.town.installation, station, print, pin, purpose)
}

/// A desk of an agency checks data, signer, chain, revocation, possession and state.
pub fn inspection(scene: &mut Scene) -> anyhow::Result<String> {
    let said = inspect(scene, KHOROO_STATION, &scene.card()?.print, PIN, None)?;
    let found: &Value = said.result()?;
    ensure!(found["possession_proved"] == true && found["active"] == true, "not all was checked: {found}");
    Ok(found["csca"].as_str().unwrap_or_default().to_owned())
}

/// Every fault of a card or a question has a number of its own.
pub fn numbered_noes(scene: &mut Scene) -> anyhow::Result<String> {
    let print = scene.card()?.print.clone();
    inspect(scene, KHOROO_STATION, &print, "111111", None)?.refused(9019)?;
    inspect(scene, KHOROO_STATION, &print, PIN, Some("curiosity"))?.refused(801)?;
    scene.office.forge(CARD, "--flip-dg1", "changed.json")?;
    scene.office.forge(CARD, "--replace-keys", "copied.json")?;
    scene.office.exchange(KHOROO_STATION, "changed.json")?;
    inspect(scene, KHOROO_STATION, &print, PIN, None)?.refused(9024)?;
    scene.office.exchange(KHOROO_STATION, "copied.json")?;
    inspect(scene, KHOROO_STATION, &print, PIN, None)?.refused(9027)?;
    scene.office.exchange(KHOROO_STATION, CARD)?;
    inspect(scene, KHOROO_STATION, &print, PIN, None)?.result()?;
    Ok("9019, 801, 9024, 9027".to_owned())
}

/// The holder's death revokes the card: a desk sees it in the list, wherever the card is.
pub fn revocation(scene: &mut Scene) -> anyhow::Result<String> {
    let officer = scene.town.cast.soum_registrar.clone();
    let (_, transport_pin) = write_card(scene, SOUM_STATION, &officer, SOUM_CARD)?;
    let holder = scene.people.soum_holder.clone();
    let print = print_of(&scene.registrar, &holder.number, &holder.born_on)?;
    scene.soum_card = Some(HeldCard { print, transport_pin });
    let card = scene.soum_card()?;
    activate(scene, SOUM_STATION, card)?;
    inspect(scene, SOUM_STATION, &card.print, PIN, None)?.result()?;
    let death = json!({
        "person": holder.number, "died_on": crate::kit::dates::days_ago(1), "paper_number": "НБ-78",
        "informant": "Эх нь",
    });
    enter(&scene.registrar, "death", &death)?;
    inspect(scene, SOUM_STATION, &card.print, PIN, None)?.refused(9026)?;
    Ok("active → 9026".to_owned())
}
