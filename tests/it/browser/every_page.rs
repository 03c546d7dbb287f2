//! What must hold on every page: the keyboard, the language, no script.

use anyhow::ensure;
use fantoccini::key::Key;
use registry_tests::kit::Engine;
use registry_tests::kit::browser::Browser;
use registry_tests::kit::client::Client;
use registry_tests::kit::town::WIFE;

use super::screen::play;

registry_tests::on_both_engines! {
    a_person_is_found_with_the_keyboard_alone,
    the_language_changes_and_stays,
    a_page_runs_no_script_even_where_scripts_may_run,
}

fn a_person_is_found_with_the_keyboard_alone(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        screen.sign_in("--officer", &town.cast.registrar).await?;
        screen.goto("/people").await?;
        let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
        // The first Tab stop is a link that skips the navigation.
        screen.strike(&[tab, enter, tab]).await?;
        screen.strike(&WIFE.number.chars().collect::<Vec<_>>()).await?;
        screen.strike(&[tab, tab, enter]).await?;
        assert_eq!(
            screen.text("#reason-complaint .number").await?,
            "№ 214",
            "there is no reading without why"
        );
        assert_eq!(screen.value("number").await?, WIFE.number);
        // The field at fault already has the focus.
        screen.strike(&"comparing a parent".chars().collect::<Vec<_>>()).await?;
        screen.strike(&[enter]).await?;
        assert_eq!(screen.text("#national-number").await?, WIFE.number);
        assert!(screen.text("h1").await?.contains(WIFE.given_name));
        Ok(())
    })
}

fn the_language_changes_and_stays(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        screen.sign_in("--officer", &town.cast.registrar).await?;
        for (language, other, heading) in [("en", "mn", "Find a person"), ("mn", "en", "Иргэн хайх")]
        {
            screen.follow(&format!("a[hreflang={language}]")).await?;
            screen.follow("nav a[href='/people']").await?;
            screen.element(&format!("html[lang={language}]")).await?;
            assert_eq!(screen.text("h1").await?, heading);
            assert!(screen.has(&format!("a[hreflang={other}]:not([aria-current])")).await?);
        }
        Ok(())
    })
}

fn a_page_runs_no_script_even_where_scripts_may_run(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        for (kind, whom, paths) in [
            (
                "--officer",
                &town.cast.registrar,
                ["/office", "/people", "/declare/birth", "/drafts", "/notices"].as_slice(),
            ),
            ("--officer", &town.cast.card_officer, &["/cards"]),
            ("--officer", &town.cast.administrator, &["/officers", "/officers/propose"]),
            ("--agency", &town.cast.agency, &["/desk", "/check", "/nowhere"]),
            ("--citizen", &WIFE.number.to_owned(), &["/me"]),
        ] {
            screen.sign_in(kind, whom).await?;
            let console = town.service.console().clone().with_header("Cookie", &screen.cookie().await?);
            for path in paths {
                is_strict(&console, path)?;
            }
        }
        let with_scripts = Browser::open(true).await?;
        with_scripts.page.goto("data:text/html,<title>without a policy</title>").await?;
        assert!(runs_scripts(&with_scripts).await?, "without a policy the same script runs");
        with_scripts.page.goto(town.service.console().base()).await?;
        assert!(!runs_scripts(&with_scripts).await?);
        with_scripts.close().await
    })
}

/// The content security policy allows only what the console itself serves, and the page asks for nothing
/// else.
fn is_strict(console: &Client, path: &str) -> anyhow::Result<()> {
    let page = console.get(path)?;
    let policy = page.header("content-security-policy").unwrap_or_default();
    for rule in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
        ensure!(policy.split("; ").any(|line| line == rule), "{path}: {rule} is not in {policy:?}");
    }
    ensure!(!policy.contains("unsafe") && !policy.contains("script-src"), "{path}: {policy:?}");
    let text = page.text();
    for loose in ["<script", " style=", " onclick=", " onload=", "javascript:"] {
        ensure!(!text.contains(loose), "{path} has {loose}");
    }
    Ok(())
}

/// Whether the page would run a script that somebody managed to write into it.
async fn runs_scripts(browser: &Browser) -> anyhow::Result<bool> {
    let smuggle = "const script = document.createElement('script');
                   script.textContent = \"document.documentElement.lang = 'smuggled'\";
                   document.head.append(script);
                   return document.documentElement.lang";
    Ok(browser.page.execute(smuggle, Vec::new()).await? == "smuggled")
}
