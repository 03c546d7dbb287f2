//! Doors: no other door takes what only the service or the import may enter, however it is declared.

use anyhow::{Context as _, ensure};
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::proof::verified;
use registry_tests::kit::town::{
    SINGLE_MAN, Town, apply_for_card, declare, end, id_of, open_record, register,
};
use registry_tests::kit::window::Window;
use serde_json::{Value, json};

registry_tests::on_both_engines! {
    what_the_service_or_the_import_enters_is_refused_at_every_other_door,
    what_waits_from_before_is_refused_and_can_still_be_ended,
    a_sealing_takes_two_administrators,
}

/// A kind with facts that are read without a complaint, an officer who once could enter it, and the refusal's
/// number.
struct Shut {
    kind: &'static str,
    facts: Value,
    officer: String,
    number: u64,
}

fn shut(town: &Town) -> anyhow::Result<[Shut; 3]> {
    let registrar = town.officer(&town.cast.registrar)?;
    let declared = apply_for_card(&registrar, &town.card_application(SINGLE_MAN.number))?;
    register(&town.officer(&town.cast.approver)?, &declared)?.require(200)?;
    let card = open_record(&registrar, SINGLE_MAN.number, "looking")?["cards"][0]["card_id"].clone();
    let certificate = |slot: &str, octet: &str| {
        json!({
            "slot": slot, "serial": octet.repeat(20), "spki_sha256": octet.repeat(32),
            "not_after": "2031-05-01T00:00:00Z",
        })
    };
    let personalised = json!({
        "person": SINGLE_MAN.number, "card": card, "station": "0190d5f0-0000-7000-8000-000000000001",
        "chip_id": "deadbeef", "sod_sha256": "cd".repeat(32),
        "certificates": [certificate("authentication", "4a"), certificate("signature", "4b")],
    });
    let activated = json!({ "person": SINGLE_MAN.number, "card": card });
    let row = json!({
        "national_number": "УА96031422", "clan_name": "Боржигон", "parent_name": "Чинганди",
        "given_name": "Цэцэгцог", "sex": "female", "born_on": "1996-03-14",
        "residence_unit": town.cast.office, "address": "9-9",
    });
    let (card_officer, administrator) = (&town.cast.card_officer, &town.cast.administrator);
    let shut = |kind, facts, officer: &String, number| Shut { kind, facts, officer: officer.clone(), number };
    Ok([
        shut("card_personalised", personalised, card_officer, 223),
        shut("card_activated", activated, card_officer, 223),
        shut("legacy", row, administrator, 224),
    ])
}

/// How many entries the register has.
fn entries(town: &Town) -> anyhow::Result<String> {
    Database::of(&town.installation).ask("SELECT size FROM log_head WHERE log = 'register'")
}

/// Requires that an answer of the API is this refusal.
fn api(door: &str, reply: &Reply, number: u64) -> anyhow::Result<()> {
    ensure!((reply.status, reply.refusal()) == (403, Some(number)), "{door}: {}", reply.text());
    Ok(())
}

/// Requires that a page is this refusal.
fn page(door: &str, reply: &Reply, number: u64) -> anyhow::Result<()> {
    let said = format!("№ {number}");
    ensure!(
        reply.status == 403 && reply.text().contains(&said),
        "{door}: {}, {}",
        reply.status,
        reply.text()
    );
    Ok(())
}

fn what_the_service_or_the_import_enters_is_refused_at_every_other_door(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let kinds = shut(&town)?;
    let before = entries(&town)?;
    for Shut { kind, facts, officer, number } in &kinds {
        let (client, window) = (town.officer(officer)?, Window::open(&town, officer)?);
        let sent = json!({ "kind": kind, "facts": facts });
        for path in ["/v1/declarations", "/v1/declarations/preview", "/v1/drafts"] {
            api(&format!("{kind} {path}"), &client.post(path, &sent)?, *number)?;
        }
        let home = format!("/declare/{kind}");
        page(&home, &window.client.get(&home)?, *number)?;
        let fields: Vec<(&str, &str)> = facts
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
            .collect();
        for path in [home.clone(), format!("{home}/fill"), format!("{home}/draft")] {
            page(&path, &window.send(&path, &fields)?, *number)?;
        }
    }
    assert_eq!(entries(&town)?, before, "nothing was entered");
    let held = Database::of(&town.installation);
    let left =
        "SELECT count(*) FROM declaration WHERE kind IN ('card_personalised', 'card_activated', 'legacy')";
    assert_eq!(held.ask(left)?, "0", "nothing waits");
    Ok(())
}

/// A draft as an earlier version took it, or a declaration that waits, by its id: a draft of another kind
/// with these facts, under whose kind it is put from beneath.
fn planted(town: &Town, registrar: &Client, shut: &Shut, state: &str) -> anyhow::Result<String> {
    let draft = json!({ "kind": "death", "facts": shut.facts });
    let draft = registrar.post("/v1/drafts", &draft)?.require(201)?.json();
    Database::of(&town.installation).execute(&format!(
        "UPDATE declaration SET kind = '{}', declaration_state = '{state}' \
         WHERE kind = 'death' AND declaration_state = 'draft'",
        shut.kind
    ))?;
    Ok(draft["id"].as_str().context("a draft has an id")?.to_owned())
}

fn what_waits_from_before_is_refused_and_can_still_be_ended(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let kinds = shut(&town)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let own = Window::open(&town, &town.cast.registrar)?;
    let before = entries(&town)?;
    for shut in &kinds {
        let Shut { kind, facts, officer, number } = shut;
        let (client, window) = (town.officer(officer)?, Window::open(&town, officer)?);
        let id = planted(&town, &registrar, shut, "draft")?;
        let path = format!("/v1/drafts/{id}");
        api(&path, &client.post(&path, &json!({ "facts": facts }))?, *number)?;
        api(&path, &client.post(&format!("{path}/declare"), &json!({}))?, *number)?;
        let home = format!("/drafts/{id}");
        page(&home, &window.client.get(&home)?, *number)?;
        page(&home, &window.send(&home, &[])?, *number)?;
        page(&home, &window.send(&format!("{home}/declare"), &[])?, *number)?;
        client.post(&format!("{path}/discard"), &json!({}))?.require(200)?;

        for ending in ["withdraw", "refuse"] {
            let id = planted(&town, &registrar, shut, "declared")?;
            let path = format!("/v1/declarations/{id}");
            api(&path, &client.post(&format!("{path}/register"), &json!({}))?, *number)?;
            let shown = own.page(&format!("/declarations/{id}"))?;
            assert!(
                shown.contains(&format!("№ {number}")),
                "{kind}: it says why it is not registered: {shown}"
            );
            assert!(shown.contains("value=\"withdraw\"") && shown.contains("value=\"refuse\""), "{shown}");
            let end = json!({ "ending": ending, "reason": "ийм замаар бүртгэхгүй" });
            registrar.post(&format!("{path}/end"), &end)?.require(200)?;
        }
    }
    assert_eq!(entries(&town)?, before, "nothing was entered");
    verified(&town.installation).map(drop)
}

fn a_sealing_takes_two_administrators(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let administrator = town.officer(&town.cast.administrator)?;
    let second = town.officer(&town.cast.second_administrator)?;
    let seal =
        |sealed: bool| json!({ "person": SINGLE_MAN.number, "sealed": sealed, "decision_number": "Ш-11" });
    let registrar = town.officer(&town.cast.registrar)?;
    let open =
        || registrar.post("/v1/persons/open", &json!({ "person": SINGLE_MAN.number, "reason": "work" }));
    for (sealed, status) in [(true, 404), (false, 200)] {
        let declared = declare(&administrator, "sealing", &seal(sealed))?;
        assert_eq!(declared.require(201)?.json()["needs_second"], true);
        assert_eq!(register(&administrator, &declared)?.require(403)?.refusal(), Some(205));
        assert_eq!(register(&registrar, &declared)?.require(404)?.refusal(), Some(1101));
        // At the counter nobody sees it or ends it; an administrator withdraws one that was made by mistake.
        let id = id_of(&declared)?;
        assert!(!registrar.get("/v1/declarations")?.require(200)?.text().contains(&id));
        assert_eq!(registrar.get(&format!("/v1/declarations/{id}"))?.require(404)?.refusal(), Some(1101));
        assert_eq!(end(&registrar, &declared, "withdraw", "no")?.require(404)?.refusal(), Some(1101));
        let mistaken = declare(&second, "sealing", &seal(sealed))?;
        assert_eq!(mistaken.require(201)?.json()["state"], "held");
        end(&administrator, &mistaken, "withdraw", "declared twice")?.require(200)?;
        // The other administrator sees it in the console, with the page on which it can be decided.
        let page = format!("/declarations/{}", id_of(&declared)?);
        let deciding = Window::open(&town, &town.cast.second_administrator)?;
        assert!(deciding.page("/office")?.contains(&page), "in the list of what waits");
        assert!(
            deciding.page(&page)?.contains(&format!("{page}/register")),
            "with the button to register it"
        );
        register(&second, &declared)?.require(200)?;
        open()?.require(status)?;
    }
    // The counter sees neither a draft of such a kind nor the paper of its refusal.
    let counter = Window::open(&town, &town.cast.registrar)?;
    let draft = administrator.post("/v1/drafts", &json!({ "kind": "sealing", "facts": {} }))?;
    let draft = id_of(&draft)?;
    let refused = declare(&administrator, "sealing", &seal(true))?;
    end(&second, &refused, "refuse", "the decision is not in force")?.require(200)?;
    let paper = format!("/declarations/{}/decision", id_of(&refused)?);
    assert!(!registrar.get("/v1/drafts")?.require(200)?.text().contains(&draft));
    assert!(administrator.get("/v1/drafts")?.require(200)?.text().contains(&draft));
    let path = format!("/v1/drafts/{draft}");
    assert_eq!(registrar.get(&path)?.require(404)?.refusal(), Some(1107));
    let discarded = registrar.post(&format!("{path}/discard"), &json!({}))?;
    assert_eq!(discarded.require(404)?.refusal(), Some(1107));
    counter.client.get(&paper)?.require(404)?;
    let deciding = Window::open(&town, &town.cast.second_administrator)?;
    assert!(deciding.page(&paper)?.contains("the decision is not in force"));
    // The form is offered as before.
    let window = Window::open(&town, &town.cast.administrator)?;
    let form = window.page("/declare/sealing")?;
    assert!(form.contains("name=\"decision_number\""), "{form}");
    Ok(())
}
