//! Two administrators withdraw an officer's roles: sessions, tokens, links and the certificate end with them.

#![expect(clippy::print_stdout, reason = "the time is for whoever runs the test")]

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::database::Database;
use registry_tests::kit::town::{SINGLE_MAN, Town};
use registry_tests::kit::window::Window;
use registry_tests::kit::words_of_no;
use serde_json::json;

registry_tests::on_both_engines! {
    nothing_that_a_dismissed_officer_had_opens_anything_and_nothing_comes_back_with_a_new_mandate,
    whoever_keeps_one_role_stays_signed_in,
}

/// The longest time until one request is seen waiting for another.
const COMES_WITHIN: Duration = Duration::from_secs(60);

/// The administrators.
fn administrators(town: &Town) -> anyhow::Result<[Client; 2]> {
    let both = [&town.cast.administrator, &town.cast.second_administrator];
    Ok([town.officer(both[0])?, town.officer(both[1])?])
}

/// Gives an officer these roles in place of the present ones; one administrator proposes, the other confirms.
fn give(town: &Town, [first, second]: &[Client; 2], officer: &str, roles: &[&str]) -> anyhow::Result<()> {
    let proposal =
        json!({ "officer": officer, "office": town.cast.office, "label": "Registrar", "roles": roles });
    let proposed = first.post("/v1/officers/proposals", &proposal)?.require(201)?.json();
    let id = proposed["id"].as_str().context("a proposal has an id")?;
    second.post(&format!("/v1/officers/proposals/{id}/confirm"), &json!({}))?.require(200)?;
    Ok(())
}

fn draft(officer: &Client) -> anyhow::Result<Reply> {
    officer.post("/v1/drafts", &json!({ "kind": "death", "facts": {} }))
}

fn nothing_that_a_dismissed_officer_had_opens_anything_and_nothing_comes_back_with_a_new_mandate(
    engine: Engine,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.cast.registrar.as_str();
    let administrators = administrators(&town)?;
    let stem = town.installation.folder().join("demo/registrar");
    town.installation.certify_partner("officer", registrar, &stem)?;
    let certified = town.installation.partner(&stem)?;
    let by_certificate = || certified.post("/v1/sessions/certificate", &json!({}));
    let by_link = |code: &str| {
        let client = town.installation.stranger()?;
        client.post("/v1/sessions", &json!({ "code": code }))
    };
    // The officer's sign-ins: a token from a link, one from the certificate, one at a station, a window, and
    // two unused links.
    let token = town.officer(registrar)?;
    let started = by_certificate()?.require(201)?.json();
    let second = certified.clone().with_bearer(started["token"].as_str().context("a token")?);
    let window = Window::open(&town, registrar)?;
    let [link, page_link] =
        [town.installation.sign_in_code(registrar)?, town.installation.sign_in_code(registrar)?];
    let opened = json!({ "person": SINGLE_MAN.number, "reason": "лавлагаа" });
    let everything = |what: &Client| -> anyhow::Result<Vec<Reply>> {
        Ok(vec![
            what.get("/v1/declarations")?,
            what.get("/v1/drafts")?,
            draft(what)?,
            what.get("/v1/notifications")?,
            what.post("/v1/persons/open", &opened)?,
            what.post("/v1/declarations/preview", &json!({ "kind": "death", "facts": {} }))?,
        ])
    };
    for client in [&token, &second] {
        for reply in everything(client)? {
            ensure!(reply.status != 401 && reply.status != 403, "{}", reply.text());
        }
    }
    window.page("/office")?;
    window.page("/declare/birth")?;

    give(&town, &administrators, registrar, &[])?;
    let since = Instant::now();
    for client in [&token, &second] {
        for reply in everything(client)? {
            assert_eq!(reply.require(403)?.refusal(), Some(204), "{}", reply.text());
        }
    }
    assert_eq!(by_certificate()?.require(403)?.refusal(), Some(204));
    assert_eq!(by_link(&link)?.require(401)?.refusal(), Some(212));
    for path in ["/office", "/drafts", "/declare/birth", "/people", "/notices"] {
        window.refused(path, 403, 204)?;
    }
    // The page says so and signs the browser out.
    let refused = window.client.get("/office")?;
    let cookie = refused.header("set-cookie").context("the cookie is taken back")?;
    ensure!(cookie.contains("burtgel_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    ensure!(refused.text().contains("Your mandate is not valid today"), "{}", refused.text());
    ensure!(window.send("/declare/death", &[])?.require(403)?.text().contains("№ 204"));
    let page = town.service.console().post_form("/sign-in", &[("code", &page_link)])?;
    ensure!(page.require(401)?.text().contains("№ 212"), "{}", page.text());
    words_of_no(town.installation.sign_in_code(registrar))?;
    println!("all of it was over at the first look, which took {:.1?}", since.elapsed());

    // With a new mandate the officer must sign in again; what ended with the old mandate stays ended.
    give(&town, &administrators, registrar, &["registrar"])?;
    for client in [&token, &second] {
        assert_eq!(draft(client)?.require(401)?.refusal(), Some(211));
    }
    window.refused("/office", 401, 211)?;
    assert_eq!(by_link(&link)?.require(401)?.refusal(), Some(212));
    by_certificate()?.require(201)?;
    draft(&town.officer(registrar)?)?.require(201)?;
    Ok(())
}

fn whoever_keeps_one_role_stays_signed_in(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let registrar = town.cast.registrar.as_str();
    let administrators = administrators(&town)?;
    let token = town.officer(registrar)?;
    give(&town, &administrators, registrar, &["registrar", "approver"])?;
    draft(&token)?.require(201)?;
    give(&town, &administrators, registrar, &["approver"])?;
    token.get("/v1/declarations")?.require(200)?;
    Ok(())
}

/// PostgreSQL only, because SQLite has one writer at a time.
#[test]
fn who_signs_in_by_certificate_while_dismissed_gets_no_session() -> anyhow::Result<()> {
    let town = Town::open(Engine::Postgres)?;
    let registrar = town.cast.registrar.as_str();
    let stem = town.installation.folder().join("demo/registrar");
    town.installation.certify_partner("officer", registrar, &stem)?;
    let certified = town.installation.partner(&stem)?;
    let database = Database::of(&town.installation);
    // The dismissal up to its commit: first the mandate, then all sessions, of which there are none.
    let mut dismissal = PgConnection::establish(&database.url)?;
    dismissal.batch_execute(&format!(
        "BEGIN; UPDATE officer SET roles = '' WHERE id = '{registrar}'; \
         UPDATE session SET expires_at = now() WHERE principal_id = '{registrar}'"
    ))?;
    std::thread::scope(|scope| {
        let signs_in = scope.spawn(|| certified.post("/v1/sessions/certificate", &json!({})));
        let begun = Instant::now();
        let waits = "SELECT count(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while !signs_in.is_finished() && database.ask(waits)? == "0" {
            ensure!(begun.elapsed() < COMES_WITHIN, "nobody signs in");
            std::thread::sleep(Duration::from_millis(20));
        }
        println!("it waited for the dismissal after {:.1?}", begun.elapsed());
        dismissal.batch_execute("COMMIT")?;
        let reply = signs_in.join().map_err(|_| anyhow::anyhow!("the sign-in panicked"))??;
        assert_eq!(reply.require(403)?.refusal(), Some(204), "{}", reply.text());
        Ok(())
    })
}
