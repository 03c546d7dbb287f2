//! Mandates: one administrator proposes, another confirms, an auditor looks on.

use anyhow::Context;
use fantoccini::Locator;
use registry_tests::kit::town::Town;
use registry_tests::kit::{Engine, words_of_no};

use super::screen::{Screen, play};

registry_tests::on_both_engines! {
    a_mandate_is_proposed_by_one_administrator_and_confirmed_by_another,
}

const NEW: &str = "Шинэ бүртгэгч";

fn a_mandate_is_proposed_by_one_administrator_and_confirmed_by_another(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        let auditor = town.installation.appoint(&town.cast, &town.cast.office, "Хянагч", "auditor")?;
        let (first, second) = (&town.cast.administrator, &town.cast.second_administrator);
        propose(town, screen, first).await?;
        confirm(screen, second).await?;
        let officer = row(screen, NEW).await?;
        assert!(officer.1.contains("Улсын бүртгэгч"), "{}", officer.1);

        // The same way back: all roles are withdrawn, and an officer without roles cannot sign in.
        screen.goto(&officer.0).await?;
        assert_eq!(screen.value("label").await?, NEW);
        screen.press("#roles-registrar").await?;
        screen.send().await?;
        assert!(!screen.has("#waiting ~ table button").await?, "nobody confirms the own proposal");
        confirm(screen, first).await?;
        let officer = row(screen, NEW).await?;
        assert!(officer.1.contains("Эрхгүй"), "{}", officer.1);
        let id = officer.0.rsplit('/').next().unwrap_or_default();
        let no = words_of_no(town.installation.sign_in_code(id))?;
        assert!(no.contains("all roles") && no.contains("withdrawn"), "{no}");

        screen.sign_in("--officer", &auditor).await?;
        assert!(screen.text("#given ~ table").await?.contains(NEW), "the auditor sees who gave what");
        assert!(!screen.has("main a[href^='/officers/']").await? && !screen.has("main form").await?);
        screen.goto("/officers/propose").await?;
        assert_eq!(screen.text("main .number").await?, "№ 202");
        Ok(())
    })
}

async fn propose(town: &Town, screen: &Screen<'_>, by: &str) -> anyhow::Result<()> {
    screen.sign_in("--officer", by).await?;
    assert_eq!(screen.browser.page.current_url().await?.path(), "/officers", "an administrator begins there");
    screen.follow("a[href='/officers/propose']").await?;
    assert_eq!(screen.focused().await?, "label");
    screen.fill(&[("label", NEW), ("office", &town.cast.office)]).await?;
    screen.send().await?;
    assert_eq!(screen.text("#roles-complaint .number").await?, "№ 102");
    assert_eq!(screen.value("label").await?, NEW);
    screen.press("#roles-registrar").await?;
    screen.send().await?;
    assert!(screen.text("#waiting ~ table").await?.contains(NEW));
    assert!(!screen.has("#waiting ~ table button").await?, "nobody confirms the own proposal");
    Ok(())
}

async fn confirm(screen: &Screen<'_>, by: &str) -> anyhow::Result<()> {
    screen.sign_in("--officer", by).await?;
    screen.follow("#waiting ~ table form button").await?;
    assert!(!screen.has("#waiting ~ table").await?, "nothing waits any more");
    Ok(())
}

/// The link to change an officer's roles, and the text of the officer's row.
async fn row(screen: &Screen<'_>, label: &str) -> anyhow::Result<(String, String)> {
    let rows = screen.browser.page.find_all(Locator::Css("#officers ~ table tbody tr")).await?;
    for row in rows {
        let text = row.text().await?;
        if text.contains(label) {
            let link = row.find(Locator::Css("a")).await?.attr("href").await?;
            return Ok((link.context("a link")?, text));
        }
    }
    anyhow::bail!("no officer is called {label}")
}
