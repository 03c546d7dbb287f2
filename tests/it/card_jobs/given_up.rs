//! Chips that a station gives up, or that did not prove their keys.

use registry_tests::kit::Engine;
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN};
use registry_tests::kit::window::Window;
use serde_json::json;

use super::Office;
use crate::card_application::chip;

registry_tests::on_both_engines! {
    a_spoilt_chip_on_which_nothing_was_written_costs_nobody_a_card,
    what_a_chip_without_the_keys_answered_is_kept_when_its_job_is_given_up,
}

fn a_spoilt_chip_on_which_nothing_was_written_costs_nobody_a_card(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let path = format!("/v1/card-jobs/{}/spoil", job.id);
    let used = json!({ "reason": "9032 in replace-transport-keys" });
    let said = office.station.post_once(&path, "spoil-1", &used)?.require(200)?.json();
    assert_eq!(said["state"], "waiting");
    assert_eq!(office.card_of(SINGLE_WOMAN)?["state"], "approved");
    assert_eq!(office.station.post_once(&path, "spoil-1", &used)?.require(200)?.json(), said);
    office.give_up("nothing is open any more")?.require(409)?;

    // It comes again behind the other one, and what was begun then is spoilt.
    let other = office.claim()?.require(200)?.json();
    office.give_up("the woman, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    assert_ne!(other["id"], job.id.as_str());
    job.bind(2)?.require(200)?;
    job.certificates(2)?;
    let said = job.post("spoil", &json!({ "reason": "9009 in prove-9a" }))?.require(200)?.json();
    assert_eq!(said["state"], "spoiled");
    assert_eq!(office.card_of(SINGLE_WOMAN)?["state"], "revoked");
    Ok(())
}

fn what_a_chip_without_the_keys_answered_is_kept_when_its_job_is_given_up(
    engine: Engine,
) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let begin = json!({ "application": "isd", "key_set": "transport" });
    let channel = job.post("channels", &begin)?.require(200)?.json()["channel_id"].clone();
    let channel = format!("channels/{}", channel.as_str().unwrap_or_default());
    let answer = json!({ "initialize_update_answer": "5a".repeat(32) });
    assert_eq!(job.post(&channel, &answer)?.refusal(), Some(723));
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    let path = format!("/cards/{}/give-up", job.id);
    window.send(&path, &[("reason", "чип жинхэнэ биш байна")])?.require(303)?;

    let kept =
        "SELECT distrusted_chip || ' ' || distrusted_answer FROM card_channel WHERE distrusted_why <> ''";
    let chip_id = chip(1)["chip_id"].as_str().unwrap_or_default().to_owned();
    assert_eq!(office.database().ask(kept)?.trim(), format!("{chip_id} {}", "5a".repeat(32)));
    // The other job comes first, then this one: neither gets that chip.
    let other = office.claim_of(SINGLE_MAN)?;
    assert_eq!(other.bind(1)?.require(409)?.refusal(), Some(745));
    other.bind(2)?.require(200)?;
    office.give_up("the woman, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    assert_eq!(job.bind(1)?.refusal(), Some(745));
    assert_eq!(job.post(&channel, &answer)?.refusal(), Some(725), "that channel is over");
    job.bind(2)?.require(200).map(drop)
}
