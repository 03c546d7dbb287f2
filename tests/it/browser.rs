//! The console in headless Chromium, without JavaScript: one path a role.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use registry_tests::kit::Engine;
use registry_tests::kit::browser::Browser;
use registry_tests::kit::client::Client;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::portrait;
use registry_tests::kit::program::workspace;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, declare, enter, open_record,
};
use serde_json::json;

registry_tests::on_both_engines! {
    a_registrar_registers_a_birth_and_prints_its_extract,
    a_person_is_found_with_the_keyboard_alone,
    a_second_officer_approves_a_card_and_the_card_office_sees_it_waiting,
    an_agency_s_desk_gets_a_signed_answer_or_a_numbered_no,
    a_citizen_sees_who_looked_when_and_why,
    the_language_changes_and_stays,
    a_page_runs_no_script_even_where_scripts_may_run,
}

const PATIENCE: Duration = Duration::from_secs(20);

/// Names a folder that keeps pictures of some pages, for the README; without it no picture is taken.
const PICTURES: &str = "REGISTRY_PICTURES";

/// What a person sees of a town's console, and does there.
struct Screen<'town> {
    browser: Browser,
    town: &'town Town,
    /// Where pictures of it are kept, if they are wanted.
    pictures: Option<PathBuf>,
}

/// Plays a path in a browser without scripts; a path that fails tells the page it ended at.
fn play(
    engine: Engine,
    path: impl AsyncFnOnce(&Town, &Screen<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let screen = Screen { browser: Browser::open(false).await?, town: &town, pictures: pictures(engine) };
        if let Err(error) = path(&town, &screen).await {
            let page = screen.text("body").await.unwrap_or_default();
            return Err(error.context(format!("at the page:\n{page}\n")));
        }
        screen.browser.close().await
    })
}

impl Screen<'_> {
    async fn goto(&self, path: &str) -> anyhow::Result<()> {
        let url = self.town.service.console().base().to_owned() + path;
        self.browser.page.goto(&url).await.with_context(|| format!("going to {path}"))
    }

    async fn element(&self, css: &str) -> anyhow::Result<Element> {
        let found = self.browser.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.with_context(|| format!("looking for {css}"))
    }

    async fn has(&self, css: &str) -> anyhow::Result<bool> {
        Ok(!self.browser.page.find_all(Locator::Css(css)).await?.is_empty())
    }

    async fn text(&self, css: &str) -> anyhow::Result<String> {
        Ok(self.element(css).await?.text().await?)
    }

    /// What stands in a field.
    async fn value(&self, field: &str) -> anyhow::Result<String> {
        let value = self.element(&format!("#{field}")).await?.prop("value").await?;
        Ok(value.unwrap_or_default())
    }

    async fn press(&self, css: &str) -> anyhow::Result<()> {
        self.element(css).await?.click().await.with_context(|| format!("pressing {css}"))
    }

    /// Presses what leads to another page, and waits until this one is gone: the next may have the same ids.
    async fn follow(&self, css: &str) -> anyhow::Result<()> {
        let page = self.element("html").await?;
        self.press(css).await?;
        let until_gone = async {
            while page.tag_name().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, until_gone).await.with_context(|| format!("{css} leads nowhere"))
    }

    /// The button of the page's only form.
    async fn send(&self) -> anyhow::Result<()> {
        self.follow("main form button[type=submit]").await
    }

    async fn fill(&self, fields: &[(&str, &str)]) -> anyhow::Result<()> {
        for (field, value) in fields {
            let input = self.element(&format!("#{field}")).await?;
            input.clear().await?;
            input.send_keys(value).await.with_context(|| format!("filling {field}"))?;
        }
        Ok(())
    }

    /// Strikes keys one after the other, wherever the focus is.
    async fn strike(&self, keys: &[char]) -> anyhow::Result<()> {
        let pressed = keys.iter().flat_map(|&value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let actions = pressed.fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
        Ok(self.browser.page.perform_actions(actions).await?)
    }

    /// The width of a picture as the browser decoded it; 0 if it did not.
    async fn width_of_image(&self, css: &str) -> anyhow::Result<u64> {
        self.element(css).await?;
        let script = "return document.querySelector(arguments[0]).naturalWidth";
        let width = self.browser.page.execute(script, vec![css.into()]).await?;
        width.as_u64().with_context(|| format!("{css} is no picture"))
    }

    /// Ends whatever session there is, and begins one by a one-time link: `--officer`, `--citizen` or `--agency`.
    async fn sign_in(&self, kind: &str, whom: &str) -> anyhow::Result<()> {
        self.goto("/").await?;
        if self.has("form[action='/sign-out']").await? {
            self.follow("form[action='/sign-out'] button").await?;
        }
        self.browser.page.goto(&link(self.town, kind, whom)?).await?;
        self.send().await?;
        self.element("form[action='/sign-out']").await.map(drop)
    }

    /// The session as a browser sends it back.
    async fn cookie(&self) -> anyhow::Result<String> {
        let cookie = self.browser.page.get_named_cookie("burtgel_session").await?;
        Ok(format!("burtgel_session={}", cookie.value()))
    }

    /// Keeps a picture of the page, 1,100 pixels wide, if it is wanted.
    async fn picture(&self, name: &str, height: u32) -> anyhow::Result<()> {
        let Some(folder) = &self.pictures else { return Ok(()) };
        let page = &self.browser.page;
        page.set_window_size(1100, height).await?;
        let scroll_bars = "document.documentElement.style.overflow = arguments[0]";
        page.execute(scroll_bars, vec!["hidden".into()]).await?;
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{name}.png")), page.screenshot().await?)?;
        page.execute(scroll_bars, vec!["".into()]).await?;
        Ok(())
    }
}

/// The folder that the environment names, from the workspace. The pages look the same on both engines.
fn pictures(engine: Engine) -> Option<PathBuf> {
    let folder = std::env::var_os(PICTURES).filter(|_| engine == Engine::Sqlite);
    folder.map(|folder| workspace().join(folder))
}

fn link(town: &Town, kind: &str, whom: &str) -> anyhow::Result<String> {
    let output = town.installation.registry(&["link", kind, whom])?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn a_registrar_registers_a_birth_and_prints_its_extract(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        let link = link(town, "--officer", &town.cast.registrar)?;
        for _ in 0..2 {
            screen.browser.page.goto(&link).await?;
            assert!(!screen.has("form[action='/sign-out']").await?, "looking at a link signs nobody in");
        }
        screen.send().await?;
        screen.follow("a[href='/declare/birth']").await?;
        let facts: [(&str, &str); 6] = [
            ("given_name", "Сарангоо"),
            ("born_on", "2026-02-30"),
            ("birth_place", &town.cast.office),
            ("mother", WIFE.number),
            ("father", HUSBAND.number),
            ("medical_certificate", "СТ4-1001"),
        ];
        screen.fill(&facts).await?;
        for tick in ["#sex-female", "#applicants-mother", "#applicants-father"] {
            screen.press(tick).await?;
        }
        screen.send().await?;

        assert_eq!(screen.text("#born_on-complaint .number").await?, "№ 104");
        for language in ["mn", "en"] {
            let said = screen.text(&format!("#born_on-complaint [lang={language}]")).await?;
            assert!(!said.is_empty(), "{language}");
        }
        for (field, value) in facts {
            assert_eq!(screen.value(field).await?, value, "what was entered is kept: {field}");
        }
        assert!(screen.has("#sex-female:checked").await? && screen.has("#applicants-father:checked").await?);
        screen.fill(&[("born_on", &days_ago(3))]).await?;
        screen.send().await?;
        // The sample's wife is past the age at which a birth is usual: asked, answered, and not asked again.
        assert_eq!(screen.text("#complaint .number").await?, "№ 1290");
        screen.fill(&[("answer_441", "эмнэлгийн баримтаар шалгав")]).await?;
        screen.send().await?;
        screen.element("#state.declared").await?;
        screen.follow("form[action$='/register'] button").await?;

        for given in ["#act-number", "#position", "#national-number"] {
            assert!(!screen.text(given).await?.is_empty(), "{given}");
        }
        assert_eq!(screen.text("#civil-id").await?.len(), 12);
        let number = screen.text("#national-number").await?;
        screen.follow("a[href^='/extracts/']").await?;
        extract_is_genuine(screen, &number).await
    })
}

/// The extract's page has the number and a QR, and the QR's text is checked by anyone; a changed text is not genuine.
async fn extract_is_genuine(screen: &Screen<'_>, number: &str) -> anyhow::Result<()> {
    let paper = screen.text(".extract").await?;
    for printed in ["Төрсний гэрчилгээ", "Birth certificate", "ХҮЧИНГҮЙ", "Сарангоо", number]
    {
        assert!(paper.contains(printed), "{printed} is not in {paper}");
    }
    assert!(screen.width_of_image(".seal img").await? > 0, "the QR is not shown");
    screen.picture("extract", 1278).await?;
    screen.press(".seal summary").await?;
    let seal = screen.text("#seal").await?;
    let mut changed = seal.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    for (text, genuine) in [(seal, true), (String::from_utf8(changed)?, false)] {
        screen.follow("footer a[href='/check']").await?;
        screen.fill(&[("text", &text)]).await?;
        screen.send().await?;
        screen.element(&format!("#verdict[data-genuine='{genuine}']")).await?;
    }
    Ok(())
}

fn a_person_is_found_with_the_keyboard_alone(engine: Engine) -> anyhow::Result<()> {
    play(engine, async |town, screen| {
        screen.sign_in("--officer", &town.cast.registrar).await?;
        screen.goto("/people").await?;
        let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
        // The first stop leads past the navigation.
        screen.strike(&[tab, enter, tab]).await?;
        screen.strike(&WIFE.number.chars().collect::<Vec<_>>()).await?;
        screen.strike(&[tab, tab, enter]).await?;
        assert_eq!(
            screen.text("#reason-complaint .number").await?,
            "№ 214",
            "there is no reading without why"
        );
        assert_eq!(screen.value("number").await?, WIFE.number);
        // The field that is meant has the focus already.
        screen.strike(&"comparing a parent".chars().collect::<Vec<_>>()).await?;
        screen.strike(&[enter]).await?;
        assert_eq!(screen.text("#national-number").await?, WIFE.number);
        assert!(screen.text("h1").await?.contains(WIFE.given_name));
        Ok(())
    })
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
        screen.picture("office", 860).await?;

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

/// From the person's page, where the Latin name stands as MNS 5217:2012 spells it.
async fn apply_for_card(screen: &Screen<'_>, person: Known) -> anyhow::Result<()> {
    screen.follow("nav a[href='/people']").await?;
    screen.fill(&[("number", person.number), ("reason", "application for a card")]).await?;
    screen.send().await?;
    screen.follow("form[action='/declare/card_application/fill'] button").await?;
    assert_eq!(screen.value("person").await?, person.number);
    assert_eq!(screen.value("latin_given").await?, "Osorod");
    screen.press("#latin_confirmed-yes").await?;
    screen.send().await?;
    assert_eq!(
        screen.text("#portrait_sha256-complaint .number, #portrait-complaint .number").await?,
        "№ 705"
    );
    let portrait = screen.town.installation.folder().join("portrait.jpg");
    fs::write(&portrait, portrait::drawn(480, 640)?)?;
    screen.element("#portrait").await?.send_keys(&portrait.display().to_string()).await?;
    screen.send().await?;
    screen.element("#state.declared").await.map(drop)
}

/// The page offers no approval to the officer who received the application, and a form made by hand is refused.
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

        // One attribute is wrong: it is named, because the number and another match.
        screen.fill(&[("given_name", SINGLE_WOMAN.given_name)]).await?;
        screen.send().await?;
        assert_eq!(screen.text("#answer-born_on:not(.differs)").await?, "matched");
        assert!(
            screen.text("#verdict").await?.starts_with("Not all of it"),
            "a mismatch must not look like a yes"
        );
        assert_eq!(screen.text("#answer-given_name.differs").await?, "not matched");
        // Both are wrong: nothing more is told than that.
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
            ("--officer", &town.cast.registrar, ["/office", "/people", "/declare/birth"].as_slice()),
            ("--officer", &town.cast.card_officer, &["/cards"]),
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

/// The policy allows nothing but what the console itself serves, and the page asks for no more.
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

/// Whether a script that somebody managed to write into the page would run.
async fn runs_scripts(browser: &Browser) -> anyhow::Result<bool> {
    let smuggle = "const script = document.createElement('script');
                   script.textContent = \"document.documentElement.lang = 'smuggled'\";
                   document.head.append(script);
                   return document.documentElement.lang";
    Ok(browser.page.execute(smuggle, Vec::new()).await? == "smuggled")
}
