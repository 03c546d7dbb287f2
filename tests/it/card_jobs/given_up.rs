//! Chips that a station gives up, or that did not prove their keys.

use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN};
use registry_tests::kit::window::Window;
use registry_tests::kit::{Engine, words_of_no};
use serde_json::json;

use super::Office;
use crate::card_application::chip;

registry_tests::on_both_engines! {
    a_spoilt_chip_on_which_nothing_was_written_costs_nobody_a_card,
    what_a_chip_without_the_keys_answered_is_kept_when_its_job_is_given_up,
    a_chip_that_was_distrusted_by_mistake_is_trusted_again_for_a_reason,
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

    // The job comes again after the other one, and its chip, which was begun then, is spoilt for the same
    // reason.
    let other = office.claim()?.require(200)?.json();
    office.give_up("the woman, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    assert_ne!(other["id"], job.id.as_str());
    job.bind(2)?.require(200)?;
    job.certificates(2)?;
    let said = job.post("spoil", &used)?.require(200)?.json();
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
    // The other job comes first, then this one: neither accepts that chip.
    let other = office.claim_of(SINGLE_MAN)?;
    assert_eq!(other.bind(1)?.require(409)?.refusal(), Some(745));
    other.bind(2)?.require(200)?;
    office.give_up("the woman, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    assert_eq!(job.bind(1)?.refusal(), Some(745));
    assert_eq!(job.post(&channel, &answer)?.refusal(), Some(725), "that channel is over");
    job.bind(2)?.require(200).map(drop)
}

fn a_chip_that_was_distrusted_by_mistake_is_trusted_again_for_a_reason(engine: Engine) -> anyhow::Result<()> {
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
    window.send(&path, &[("reason", "түлхүүр буруу байсан")])?.require(303)?;
    let other = office.claim_of(SINGLE_MAN)?;
    assert_eq!(other.bind(1)?.refusal(), Some(745));

    let chip_id = chip(1)["chip_id"].as_str().unwrap_or_default().to_owned();
    let trust = |chip: &str, reason: &str| {
        office.town.installation.registry(&["station", "trust-chip", chip, "--reason", reason])
    };
    let why = "the transport key was that of another delivery";
    assert!(words_of_no(trust(&"00".repeat(10), why))?.contains("did not prove its keys"));
    assert!(words_of_no(trust(&chip_id, "-"))?.contains("3 to 200 characters"));
    assert_eq!(other.bind(1)?.refusal(), Some(745));
    trust(&chip_id, why)?;
    other.bind(1)?.require(200)?;
    // The chip's answer is kept, with who trusted the chip and why, even when its job is given up again.
    office.give_up("the woman, please")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    assert_eq!(job.post(&channel, &answer)?.refusal(), Some(725), "that channel is over");
    office.give_up("the man, please")?.require(200)?;
    let kept =
        office.database().ask("SELECT distrusted_why || ' ' || distrusted_answer FROM card_channel")?;
    assert!(kept.contains(&chip_id) && kept.contains(why) && kept.contains(&"5a".repeat(32)), "{kept}");
    Ok(())
}
