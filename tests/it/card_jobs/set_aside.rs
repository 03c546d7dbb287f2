//! Jobs whose cards the record says were written although no receipt came: they are set aside, and nothing is
//! revoked.

use anyhow::Context as _;
use registry_tests::kit::Engine;
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN, declare, enter_by_two, open_record, register};
use registry_tests::kit::window::Window;
use serde_json::json;

use super::{Job, Office};
use crate::revocation::planted::personalised_card;

registry_tests::on_both_engines! {
    a_job_whose_card_an_entry_calls_written_is_set_aside_until_that_is_annulled,
    a_job_whose_card_is_written_keeps_its_certificates,
}

fn a_job_whose_card_an_entry_calls_written_is_set_aside_until_that_is_annulled(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut office = Office::open(engine)?;
    let act = personalised_card(&mut office.town, SINGLE_WOMAN.number, ["by hand 1", "by hand 2"])?;
    office.sign_in()?;
    office.claim_of(SINGLE_MAN)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "quarantined", "it is not lost");
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    assert!(window.page("/cards")?.contains("744 CardSaidWritten"));

    let annulment =
        json!({ "entry": act, "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Картыг бичээгүй" });
    let approver = office.town.officer(&office.town.cast.approver)?;
    enter_by_two(&office.registrar, &approver, "annulment", &annulment)?;
    let record = open_record(&office.registrar, SINGLE_WOMAN.number, "looking")?;
    assert_eq!(record["cards"][0]["state"], "approved");
    let number = record["cards"][0]["document_number"].as_str().context("a number")?;
    let job = office.database().ask(&format!(
        "SELECT {} FROM card_job JOIN card ON card.id = card_job.card_id WHERE document_number = '{number}'",
        match engine {
            Engine::Sqlite => "lower(hex(card_job.id))",
            Engine::Postgres => "replace(card_job.id::text, '-', '')",
        }
    ))?;
    let job: uuid::Uuid = job.trim().parse()?;
    window.send(&format!("/cards/{job}/give-up"), &[("reason", "бичилтийг залруулав")])?.require(303)?;
    office.give_up("the woman comes first")?.require(200)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    job.certificates(1)?;
    job.files()?.require(200).map(drop)
}

fn a_job_whose_card_is_written_keeps_its_certificates(engine: Engine) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    job.certificates(1)?;
    let id = job.id.clone();
    // The record as a claim finds it when the receipt comes in at the same time.
    office.database().execute(&format!(
        "UPDATE person SET record = replace(record, '\"state\":\"approved\"', '\"state\":\"personalised\"') \
         WHERE national_number = '{}'",
        SINGLE_WOMAN.number
    ))?;
    let job = Job { office: &office, id };
    job.gets_nothing(1, &nonces, 744)?;
    let revoked = "SELECT count(*) FROM credential_intent WHERE revoked_on IS NOT NULL";
    let is_good = || -> anyhow::Result<()> {
        assert_eq!(office.card_of(SINGLE_WOMAN)?["state"], "personalised");
        assert_eq!(office.database().ask(revoked)?, "0", "the certificates of a good card stay good");
        Ok(())
    };
    // A station that takes the chip for spoilt cannot give the job up either, neither before it is set aside
    // nor after.
    assert_eq!(office.give_up("the chip was bent")?.require(409)?.refusal(), Some(744));
    let spoilt = json!({ "reason": "9009 in prove-9a" });
    assert_eq!(job.post("spoil", &spoilt)?.require(409)?.refusal(), Some(744));
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "bound");
    is_good()?;
    assert_eq!(office.claim()?.require(409)?.refusal(), Some(744));
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "quarantined");
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    let refused = window
        .send(&format!("/cards/{}/give-up", job.id), &[("reason", "чип гэмтсэн")])?
        .require(409)?
        .text();
    assert!(refused.contains("№ 744"), "{refused}");
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "quarantined");
    is_good()?;
    office.claim_of(SINGLE_MAN)?;

    // Afterwards it can end as every card does.
    let card = office.card_of(SINGLE_WOMAN)?["card_id"].clone();
    let ended = json!({ "person": SINGLE_WOMAN.number, "card": card, "reason": "damaged" });
    let card_officer = office.town.officer(&office.town.cast.card_officer)?;
    register(&card_officer, &declare(&card_officer, "card_revoked", &ended)?)?.require(200)?;
    assert_eq!(office.state_of(SINGLE_WOMAN)?, "ended");
    assert_eq!(office.database().ask(revoked)?, "2");
    Ok(())
}
