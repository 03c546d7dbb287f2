//! Issuing that is cut off after each of its steps: no signature without a record, no serial twice, no
//! orphan, and the work can continue.

use anyhow::{Context as _, ensure};
use registry_tests::kit::Engine;
use registry_tests::kit::database::Database;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::town::{HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter};
use registry_tests::story::card_office::KHOROO_STATION;
use serde_json::{Value, json};

use crate::cards::Desk;
use crate::credentials::{Counter, Reader, Wallet};

/// The steps of the service's own signers, at its start.
const OF_START: [&str; 3] = ["signer_intended", "signer_signed", "signer_kept"];
/// The steps of a card, in their order; the first three for each key.
const OF_CARD: [&str; 6] = [
    "certificate_intended",
    "certificate_signed",
    "certificate_kept",
    "files_intended",
    "files_signed",
    "files_kept",
];
const OF_COPY: [&str; 3] = ["copy_counted", "copy_signed", "copy_drawn"];
const OF_CREDENTIAL: [&str; 3] = ["credential_intended", "credential_signed", "credential_kept"];

/// What must hold after every cut, whichever step was under way.
fn nothing_is_orphaned(installation: &Installation) -> anyhow::Result<()> {
    let database = Database::of(installation);
    let none = |what: &str, question: &str| -> anyhow::Result<()> {
        let found = database.ask(question)?;
        ensure!(found == "0", "{what}: {found}");
        Ok(())
    };
    for (table, tbs) in
        [("credential_intent", "tbs"), ("service_intent", "tbs"), ("digital_credential", "tbs")]
    {
        none("an intent says nothing", &format!("SELECT count(*) FROM {table} WHERE length({tbs}) = 0"))?;
        let open = format!("SELECT count(*) FROM {table} WHERE intent_state = 'intended'");
        none("an intent is left open", &open)?;
    }
    for table in ["credential_intent", "service_intent"] {
        let unkept = format!("SELECT count(*) FROM {table} WHERE intent_state = 'issued' AND issued IS NULL");
        none("what was issued is not kept", &unkept)?;
    }
    none(
        "a serial stands on two certificates",
        "SELECT count(*) FROM credential_intent c JOIN service_intent s ON c.serial = s.serial",
    )?;
    none(
        "a certificate of the record was never issued",
        "SELECT count(*) FROM certificate WHERE serial NOT IN \
         (SELECT serial FROM credential_intent WHERE intent_state = 'issued')",
    )?;
    none(
        "a slot of a job has two certificates",
        "SELECT count(*) FROM (SELECT 1 FROM credential_intent WHERE intent_state = 'issued' \
         GROUP BY job_id, slot HAVING count(*) > 1) AS twice",
    )
}

/// Starts the service anew so that it ends after the step, lets somebody work with it, and sees that it has
/// ended there.
fn cut_off(town: &mut Town, step: &str, work: impl FnOnce(&Town)) -> anyhow::Result<()> {
    town.service = town.installation.serve_until(step)?;
    work(town);
    town.service.wait_for_its_end()
}

#[test]
fn a_card_is_finished_after_a_cut_at_each_of_its_steps() -> anyhow::Result<()> {
    let Desk { office, mut town, registrar, print } = Desk::open(Engine::Sqlite, SINGLE_MAN)?;
    town.service.end()?;
    for step in OF_CARD {
        let mut said = Vec::new();
        let cut = cut_off(&mut town, step, |town| {
            said.push(format!("{:?}", office.personalise(&town.installation, KHOROO_STATION)));
        });
        cut.with_context(|| said.concat())?;
    }
    town.service = town.installation.serve()?;
    nothing_is_orphaned(&town.installation)?;
    let desk = Desk { office, town, registrar, print };
    let pin = desk.write()?;
    desk.activate(Some(&pin))?.result()?;
    let database = Database::of(&desk.town.installation);
    let issued = "SELECT count(*) FROM credential_intent WHERE intent_state = 'issued'";
    assert_eq!(database.ask(issued)?, "3", "two keys and the files");
    nothing_is_orphaned(&desk.town.installation)?;
    let report = String::from_utf8(desk.town.installation.registry(&["verify"])?.stdout)?;
    ensure!(report.trim_end().ends_with(": 0 findings"), "{report}");
    Ok(())
}

#[test]
fn a_copy_of_a_paper_is_counted_once_after_a_cut_at_each_of_its_steps() -> anyhow::Result<()> {
    let mut town = Town::open(Engine::Sqlite)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let receipt = enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
    let papers = format!("/v1/entries/{}/papers", receipt["entry_id"].as_str().unwrap_or_default());
    // The same idempotency key each time, as when a desk repeats the request.
    let issue = || registrar.post_once(&papers, "cut off", &json!({ "sheet": "АА 17" }));
    let open =
        |copy: &Value| registrar.get(&format!("/v1/papers/{}.pdf", copy["id"].as_str().unwrap_or_default()));
    town.service.end()?;
    for step in OF_COPY {
        cut_off(&mut town, step, |_| {
            let drawn = issue().and_then(|copy| open(&copy.json()));
            assert!(drawn.is_err(), "a paper in spite of a cut at {step}");
        })?;
    }
    town.service = town.installation.serve()?;
    let copy = issue()?.require(201)?.json();
    assert_eq!(copy["number"], 1);
    let first = open(&copy)?.require(200)?.body.clone();
    assert!(first == open(&copy)?.body, "the same copy is the same file");
    assert_eq!(Database::of(&town.installation).ask("SELECT count(*) FROM paper_copy")?, "1");
    Ok(())
}

#[test]
fn the_service_and_its_credentials_go_on_after_a_cut_at_each_of_their_steps() -> anyhow::Result<()> {
    let Counter { desk, officer } = Counter::open(Engine::Sqlite)?;
    let Desk { office, mut town, registrar, print } = desk;
    let of_card = json!({ "document_number": print.document_number });
    town.service.end()?;
    let signers = |state: &str| -> anyhow::Result<i64> {
        let count = format!("SELECT count(*) FROM service_intent WHERE intent_state = '{state}'");
        Ok(Database::of(&town.installation).ask(&count)?.parse()?)
    };
    let (issued, open) = (signers("issued")?, signers("intended")?);
    for step in OF_START {
        let started = town.installation.serve_until(step);
        ensure!(started.is_err(), "the service started in spite of a cut at {step}");
    }
    assert_eq!(signers("void")?, 2, "what was intended and what was signed before the cut");
    assert_eq!(
        (signers("issued")?, signers("intended")?),
        (issued + 1, open),
        "what was kept before the cut"
    );
    let wallet = Wallet::new(3)?;
    for step in OF_CREDENTIAL {
        cut_off(&mut town, step, |_| {
            // The same idempotency key each time, as when a station repeats the request.
            let answer = officer.post_once("/v1/credentials/codes", "cut off", &of_card);
            assert!(answer.is_err(), "an answer in spite of a cut at {step}");
        })?;
    }
    town.service = town.installation.serve()?;
    nothing_is_orphaned(&town.installation)?;
    let code = officer.post_once("/v1/credentials/codes", "cut off", &of_card)?.require(201)?.json();
    let good = "SELECT count(*) FROM digital_credential WHERE intent_state = 'issued' AND ended_at IS NULL";
    assert_eq!(Database::of(&town.installation).ask(good)?, "1", "of four tries");
    let reader = Reader(&town);
    assert_eq!(
        reader.scan(code["credential"].as_str().unwrap_or_default())??.born_on.to_string(),
        SINGLE_WOMAN.born_on
    );
    let counter = Counter { desk: Desk { office, town, registrar, print }, officer };
    counter.give(&wallet)?;
    nothing_is_orphaned(&counter.desk.town.installation)
}
