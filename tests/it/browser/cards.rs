//! A card application, from the person's page to the card office.

use std::fs;

use registry_tests::kit::Engine;
use registry_tests::kit::portrait;
use registry_tests::kit::town::{HUSBAND, Known, SINGLE_MAN, WIFE, declare};

use super::screen::{Screen, play};

registry_tests::on_both_engines! {
    a_second_officer_approves_a_card_and_the_card_office_sees_it_waiting,
}

fn a_second_officer_approves_a_card_and_the_card_office_sees_it_waiting(
    engine: Engine,
) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        let registrar = town.officer(&town.cast.registrar)?;
        for _ in 0..2 {
            declare(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?.require(201)?;
        }
        screen.sign_in("--officer", &town.cast.registrar).await?;
        apply_for_card(screen, SINGLE_MAN).await?;
        let application = screen.browser.page.current_url().await?.path().to_owned();
        not_by_who_received_it(screen, &application).await?;
        screen.goto("/office").await?;
        assert!(screen.has(".state.held").await?, "the second declaration of the child is held");
        screen.picture("office", 1290).await?;

        screen.sign_in("--officer", &town.cast.approver).await?;
        screen.follow(&format!("#queue ~ table a[href='{application}']")).await?;
        assert_eq!(screen.width_of_image("img.portrait").await?, 480, "the approver sees the portrait");
        screen.follow("form[action$='/register'] button").await?;
        assert!(!screen.text("#card-job").await?.is_empty());

        screen.sign_in("--officer", &town.cast.card_officer).await?;
        assert!(screen.browser.page.current_url().await?.path() == "/cards", "a card officer begins there");
        assert!(screen.has("tbody .state.waiting").await?);
        let jobs = screen.text("tbody").await?;
        assert!(!jobs.contains(SINGLE_MAN.given_name), "no holder is shown: {jobs}");
        Ok(())
    })
}

/// Applies from the person's page, which shows the Latin name as MNS 5217:2012 spells it.
async fn apply_for_card(screen: &Screen<'_>, person: Known) -> anyhow::Result<()> {
    screen.follow("nav a[href='/people']").await?;
    screen.fill(&[("number", person.number), ("reason", "application for a card")]).await?;
    screen.send().await?;
    screen.follow("form[action='/declare/card_application/fill'] button").await?;
    assert_eq!(screen.value("person").await?, person.number);
    assert_eq!(screen.value("latin_given").await?, "Osorod");
    screen.press("#latin_confirmed").await?;
    screen.send().await?;
    assert_eq!(screen.text("#portrait-complaint .number").await?, "№ 705");
    let portrait = screen.town.installation.folder().join("portrait.jpg");
    fs::write(&portrait, portrait::drawn(480, 640)?)?;
    screen.element("#portrait").await?.send_keys(&portrait.display().to_string()).await?;
    screen.send().await?;
    screen.element("#state.declared").await.map(drop)
}

/// The page offers no approval to the officer who received the application, and a form made by hand is
/// refused.
async fn not_by_who_received_it(screen: &Screen<'_>, application: &str) -> anyhow::Result<()> {
    assert!(!screen.has("form[action$='/register']").await?);
    assert!(screen.has("main p.note").await?, "the page says why");
    let token = screen.element("input[name=form_token]").await?.attr("value").await?.unwrap_or_default();
    let console = screen.town.service.console().clone().with_header("Cookie", &screen.cookie().await?);
    let fields = [("form_token", token.as_str()), ("idempotency_key", "made-by-hand-0001")];
    let refused = console.post_form(&format!("{application}/register"), &fields)?;
    assert!(refused.require(403)?.text().contains("№ 202"), "{}", refused.text());
    Ok(())
}
