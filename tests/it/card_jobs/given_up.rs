//! Chips that a station gives up, or that did not prove their keys.

use registry_tests::kit::Engine;
use registry_tests::kit::town::SINGLE_WOMAN;
use serde_json::json;

use super::Office;

registry_tests::on_both_engines! {
    a_spoilt_chip_on_which_nothing_was_written_costs_nobody_a_card,
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
