//! People outside the registry: an agency's desk, and the citizen who sees its questions.

use fantoccini::Locator;
use registry_tests::kit::Engine;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{HUSBAND, SINGLE_WOMAN, WIFE, enter, open_record};
use serde_json::json;

use super::screen::play;

registry_tests::on_both_engines! {
    an_agency_s_desk_gets_a_signed_answer_or_a_numbered_no,
    a_citizen_sees_who_looked_when_and_why,
}

fn an_agency_s_desk_gets_a_signed_answer_or_a_numbered_no(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        screen.sign_in("--agency", &town.cast.agency).await?;
        screen.follow("a[hreflang=en]").await?;
        let question: [(&str, &str); 7] = [
            ("end_user", "teller-7"),
            ("legal_basis", &town.cast.legal_basis),
            ("purpose", &town.cast.purpose),
            ("case", "case-1"),
            ("number", WIFE.number),
            ("given_name", WIFE.given_name),
            ("born_on", WIFE.born_on),
        ];
        screen.fill(&question).await?;
        screen.send().await?;
        screen.element("#verdict[data-matched='true']").await?;
        screen.picture("desk", 990).await?;
        screen.press("main details summary").await?;
        assert!(!screen.text("#signature").await?.is_empty());

        // One attribute is wrong. The answer names it, because the number and another attribute match.
        screen.fill(&[("given_name", SINGLE_WOMAN.given_name)]).await?;
        screen.send().await?;
        assert_eq!(screen.text("#answer-born_on:not(.differs)").await?, "matched");
        assert!(
            screen.text("#verdict").await?.starts_with("Not all of it"),
            "a mismatch must not look like a yes"
        );
        assert_eq!(screen.text("#answer-given_name.differs").await?, "not matched");
        // Both are wrong: the answer says only that.
        screen.fill(&[("born_on", SINGLE_WOMAN.born_on)]).await?;
        screen.send().await?;
        screen.element("#verdict[data-matched='false']").await?;

        screen.fill(&[("purpose", "curiosity")]).await?;
        screen.send().await?;
        assert_eq!(screen.text("#purpose-complaint .number").await?, "№ 801");
        assert!(!screen.has("#verdict").await?, "nothing is answered");
        assert_eq!(screen.value("case").await?, "case-1");
        Ok(())
    })
}

fn a_citizen_sees_who_looked_when_and_why(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        let began_on = days_ago(0);
        let registrar = town.officer(&town.cast.registrar)?;
        enter(&registrar, "birth", &town.birth(WIFE, HUSBAND, "Сарангоо"))?;
        open_record(&registrar, WIFE.number, "comparing the address")?;
        let question = json!({
            "end_user": "teller-7", "legal_basis": town.cast.legal_basis, "purpose": town.cast.purpose,
            "case": "case-1", "number": WIFE.number, "born_on": WIFE.born_on,
        });
        town.partner("agency")?.post("/v1/identity-questions", &question)?.require(200)?;

        screen.sign_in("--citizen", WIFE.number).await?;
        screen.follow("a[hreflang=en]").await?;
        screen.picture("citizen", 905).await?;
        let lines = "section[aria-labelledby=accesses] tbody tr";
        let mut accesses = Vec::new();
        for line in screen.browser.page.find_all(Locator::Css(lines)).await? {
            accesses.push(line.text().await?);
        }
        let days = [began_on, days_ago(0)];
        assert!(accesses.iter().all(|line| days.iter().any(|day| line.starts_with(day))), "{accesses:?}");
        let office = ["comparing the address", "1-р хорооны улсын бүртгэгч", &town.cast.office];
        let agency =
            ["Demo Bank Supervision", "teller-7", &town.cast.purpose, &town.cast.legal_basis, "case-1"];
        for wanted in [office.as_slice(), agency.as_slice()] {
            let told = accesses.iter().any(|line| wanted.iter().all(|word| line.contains(word)));
            assert!(told, "{wanted:?} is not told in {accesses:?}");
        }
        assert!(screen.text("main").await?.contains(WIFE.number));
        screen.goto("/office").await?;
        assert_eq!(screen.text("main .number").await?, "№ 210");
        Ok(())
    })
}
