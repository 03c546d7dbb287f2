//! Reading is an act: the reader gives a reason, an access entry is made, and neither the log nor an address
//! tells whom it was about.

use std::fs;

use anyhow::Context;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::database::Database;
use registry_tests::kit::town::{HUSBAND, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, enter, open_record, sample};
use serde_json::{Value, json};

use super::robustness::reload::wait_for;

registry_tests::on_both_engines! {
    an_opened_record_leaves_an_entry_with_its_reason,
    a_record_is_not_opened_without_a_reason,
    a_sealed_record_is_not_opened,
    who_has_no_mandate_opens_no_record,
    nothing_personal_stands_in_the_log,
    a_one_time_link_is_good_once,
    an_officer_signs_in_with_a_certificate_until_it_is_revoked,
    a_citizen_reaches_every_look_however_many_there_are,
    an_auditor_reaches_every_mandate_that_was_given,
}

fn accesses(town: &Town) -> anyhow::Result<String> {
    Database::of(&town.installation).ask("SELECT count(*) FROM access_entry WHERE act = 'record opened'")
}

fn an_opened_record_leaves_an_entry_with_its_reason(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    open_record(&registrar, WIFE.number, "  checking the address ")?;
    let told = Database::of(&town.installation).ask(
        "SELECT actor_kind || '/' || office || '/' || purpose || '/' || actor_label \
         FROM access_entry WHERE act = 'record opened'",
    )?;
    assert_eq!(told, format!("officer/{}/checking the address/1-р хорооны улсын бүртгэгч", town.cast.office));
    open_record(&registrar, WIFE.number, "once more")?;
    assert_eq!(accesses(&town)?, "2", "every reading is one");
    Ok(())
}

fn a_record_is_not_opened_without_a_reason(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let open = |reason: &str| {
        registrar.post("/v1/persons/open", &json!({ "person": WIFE.number, "reason": reason }))
    };
    assert_eq!(open("")?.refusal(), Some(214));
    assert_eq!(open(" \t ")?.refusal(), Some(214));
    assert_eq!(open(&"x".repeat(201))?.refusal(), Some(124));
    assert_eq!(accesses(&town)?, "0");
    Ok(())
}

fn a_sealed_record_is_not_opened(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let sealing = json!({ "person": WIFE.number, "sealed": true, "decision_number": "Ш-11" });
    town.seal(&sealing)?;
    let registrar = town.officer(&town.cast.registrar)?;
    let open =
        |person: &str| registrar.post("/v1/persons/open", &json!({ "person": person, "reason": "work" }));
    let (sealed, unknown) = (open(WIFE.number)?, open("ЯЯ90010101")?);
    assert_eq!(sealed.require(404)?.refusal(), Some(301));
    assert_eq!(sealed.text(), unknown.text(), "a sealed record is as one that is not there");
    Ok(())
}

fn who_has_no_mandate_opens_no_record(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let body = json!({ "person": WIFE.number, "reason": "work" });
    let administrator = town.officer(&town.cast.administrator)?;
    assert_eq!(administrator.post("/v1/persons/open", &body)?.require(403)?.refusal(), Some(202));
    let nobody = town.installation.stranger()?;
    assert_eq!(nobody.post("/v1/persons/open", &body)?.require(401)?.refusal(), Some(201));
    // An agency's certificate does not sign an officer in.
    let agency = town.partner("agency")?;
    assert_eq!(agency.post("/v1/persons/open", &body)?.require(401)?.refusal(), Some(201));
    assert_eq!(accesses(&town)?, "0");
    Ok(())
}

fn nothing_personal_stands_in_the_log(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.officer(&town.cast.registrar)?;
    open_record(&registrar, WIFE.number, "Канарын шалтгаан")?;
    enter(&registrar, "birth", &town.birth(SINGLE_WOMAN, SINGLE_MAN, "Канар"))?;
    let mut wrong = town.birth(WIFE, HUSBAND, "Canary");
    wrong["address"] = json!(42);
    registrar.post("/v1/declarations", &json!({ "kind": "birth", "facts": wrong }))?.require(422)?;
    registrar.get(&format!("/v1/persons/{}", "9".repeat(12)))?.require(404)?;
    registrar.get("/v1/declarations?number=999999999999")?;
    let body = b"{\"kind\": \"\xd0\x9a\xd0\xb0\xd0\xbd\xd0\xb0\xd1\x80".to_vec();
    let headers = [("Content-Type", "application/json")];
    registrar.send(ureq::http::Method::POST, "/v1/declarations", &headers, body)?.require(400)?;
    let Town { service, installation: _installation, cast: _ } = town;
    let log_file = service.log_file().to_owned();
    // A service that ends properly writes every line out.
    service.stop()?;
    let log = fs::read_to_string(log_file)?;
    let lines = log.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    assert!(lines.iter().filter(|line| line["fields"]["message"] == "request").count() > 5, "{log}");
    let people = fs::read_to_string(sample())?;
    let mut canaries: Vec<&str> = people
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("national_number"))
        .flat_map(|line| line.split(',').take(5))
        .filter(|value| value.chars().count() > 3)
        .collect();
    assert!(canaries.len() > 600);
    canaries.extend(["Канар", "Canary", "999999999999", "Чинганди", "СТ4-1001"]);
    for canary in canaries {
        assert!(!log.contains(canary), "{canary} stands in the log");
    }
    Ok(())
}

fn an_officer_signs_in_with_a_certificate_until_it_is_revoked(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let installation = &town.installation;
    let stem = |name: &str| installation.folder().join("demo").join(name);
    let certified = |role: &str, id: &str| -> anyhow::Result<Client> {
        installation.certify_partner(role, id, &stem(id))?;
        installation.partner(&stem(id))
    };
    let registrar = certified("officer", &town.cast.registrar)?;
    let sign_in = |client: &Client| client.post("/v1/sessions/certificate", &json!({}));
    let token = sign_in(&registrar)?.require(201)?.json()["token"].as_str().context("a token")?.to_owned();
    let opened = json!({ "person": SINGLE_MAN.number, "reason": "лавлагаа" });
    let signed_in = registrar.clone().with_bearer(&token);
    signed_in.post("/v1/persons/open", &opened)?.require(200)?;
    // The certificate opens sessions and gives access to nothing else.
    assert_eq!(registrar.post("/v1/persons/open", &opened)?.require(401)?.refusal(), Some(201));
    assert_eq!(sign_in(&installation.stranger()?)?.require(401)?.refusal(), Some(206));
    assert_eq!(sign_in(&installation.partner(&stem("station"))?)?.require(401)?.refusal(), Some(207));
    let nobody = certified("officer", "00000000-0000-4000-8000-000000000001")?;
    assert_eq!(sign_in(&nobody)?.require(403)?.refusal(), Some(204));
    installation.revoke_partner(&stem(&town.cast.registrar))?;
    wait_for("the refusal of a revoked certificate", || {
        Ok(!sign_in(&registrar).is_ok_and(|reply| reply.status == 201))
    })
}

fn a_one_time_link_is_good_once(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let code = town.installation.sign_in_code(&town.cast.registrar)?;
    let nobody = town.installation.stranger()?;
    nobody.post("/v1/sessions", &json!({ "code": code }))?.require(201)?;
    let again = nobody.post("/v1/sessions", &json!({ "code": code }))?;
    assert_eq!(again.require(401)?.refusal(), Some(212));
    let guessed = nobody.post("/v1/sessions", &json!({ "code": "A".repeat(code.len()) }))?;
    assert_eq!(guessed.require(401)?.refusal(), Some(212));
    let stored = Database::of(&town.installation)
        .ask(&format!("SELECT count(*) FROM sign_in_link WHERE code_hash LIKE '%{code}%'"))?;
    assert_eq!(stored, "0", "the code itself is not kept");
    Ok(())
}

/// The numbers of the accesses on a page, newest first.
fn looks(page: &str) -> Vec<usize> {
    let numbers = page.split("look №").skip(1).filter_map(|rest| rest.split('<').next());
    numbers.filter_map(|number| number.parse().ok()).collect()
}

/// The link of a page to `older`, `newer` or `newest`.
fn link(page: &str, to: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!("data-page=\"{to}\""))?;
    let (_, address) = before.rsplit_once("href=\"")?;
    Some(address.split('#').next().unwrap_or_default().replace("&#61;", "="))
}

/// All pages in one direction, starting at an address.
fn walk(window: &Client, from: &str, to: &str) -> anyhow::Result<Vec<String>> {
    let mut pages = vec![window.get(from)?.require(200)?.text()];
    while let Some(next) = pages.last().and_then(|page| link(page, to)) {
        pages.push(window.get(&next)?.require(200)?.text());
    }
    Ok(pages)
}

fn a_citizen_reaches_every_look_however_many_there_are(engine: Engine) -> anyhow::Result<()> {
    let mut town = Town::open(engine)?;
    let mut looked = 0;
    for total in [201_usize, 450] {
        let registrar = town.officer(&town.cast.registrar)?;
        while looked < total {
            looked += 1;
            open_record(&registrar, SINGLE_MAN.number, &format!("look №{looked}"))?;
        }
        let citizen = town.console("--citizen", SINGLE_MAN.number)?;
        let pages = walk(&citizen, "/me", "older")?;
        assert_eq!(pages.len(), total.div_ceil(200));
        let seen: Vec<usize> = pages.iter().flat_map(|page| looks(page)).collect();
        assert_eq!(seen, (1..=total).rev().collect::<Vec<_>>(), "each once, the newest first");
        assert!(pages.iter().all(|page| looks(page).len() <= 200));
        // Back again, although each page that was seen since has added a look of its own.
        let oldest = pages.last().cloned().unwrap_or_default();
        let back = link(&oldest, "newer").context("the oldest page leads back")?;
        let pages = walk(&citizen, &back, "newer")?;
        let mut seen: Vec<usize> = pages.iter().rev().flat_map(|page| looks(page)).collect();
        seen.extend(looks(&oldest));
        assert_eq!(seen, (1..=total).rev().collect::<Vec<_>>());
        let newest = link(&oldest, "newest").context("the oldest page leads to the newest")?;
        assert_eq!(newest, "/me");
        // When the service starts, the index of the log takes up the entries that are there.
        town.restart()?;
    }
    Ok(())
}

fn an_auditor_reaches_every_mandate_that_was_given(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let label = |number: usize| format!("Туршилтын хянагч {number}.");
    for number in 0..45 {
        // However many entries have the same instant, the order is that of the page.
        let at = format!("2026-01-{:02}T00:00:00.000000Z", 1 + number / 5);
        let id = match engine {
            Engine::Sqlite => format!("X'{number:032x}'"),
            Engine::Postgres => format!("'{:08x}-0000-0000-0000-000000000000'", number),
        };
        Database::of(&town.installation).execute(&format!(
            "INSERT INTO mandate_proposal (id, label, office, roles, proposed_at, confirmed_at, is_alone) \
             VALUES ({id}, '{}', '{}', 'auditor', '{at}', '{at}', TRUE)",
            label(number),
            town.cast.office,
        ))?;
    }
    let window = town.console("--officer", &town.cast.administrator)?;
    let count = |pages: &[String]| -> Vec<usize> {
        let on = |number: usize| pages.iter().filter(|page| page.contains(&label(number))).count();
        (0..45).map(on).collect()
    };
    let pages = walk(&window, "/officers", "older")?;
    assert!(pages.len() > 2);
    assert_eq!(count(&pages), vec![1; 45], "each on one page");
    let oldest = pages.last().cloned().unwrap_or_default();
    let back = link(&oldest, "newer").context("the oldest page leads back")?;
    let mut back = walk(&window, &back, "newer")?;
    back.push(oldest);
    assert_eq!(count(&back), vec![1; 45]);
    Ok(())
}
