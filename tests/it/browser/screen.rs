//! What a person sees of a town's console, and what they do there.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use registry_tests::kit::Engine;
use registry_tests::kit::browser::Browser;
use registry_tests::kit::program::workspace;
use registry_tests::kit::town::Town;

const PATIENCE: Duration = Duration::from_secs(20);

/// Environment variable that names a folder for pictures of some pages, for the README; if it is not set, no
/// picture is taken.
const PICTURES: &str = "REGISTRY_PICTURES";

/// What a person sees of a town's console, and what they do there.
pub struct Screen<'town> {
    pub browser: Browser,
    pub town: &'town Town,
    /// The folder for pictures, if they are wanted.
    pictures: Option<PathBuf>,
}

/// Plays a path in a browser without scripts. If it fails, the error shows the page at which it ended.
pub fn play(
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
    pub async fn goto(&self, path: &str) -> anyhow::Result<()> {
        let url = self.town.service.console().base().to_owned() + path;
        self.browser.page.goto(&url).await.with_context(|| format!("going to {path}"))
    }

    pub async fn element(&self, css: &str) -> anyhow::Result<Element> {
        let found = self.browser.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.with_context(|| format!("looking for {css}"))
    }

    pub async fn has(&self, css: &str) -> anyhow::Result<bool> {
        Ok(!self.browser.page.find_all(Locator::Css(css)).await?.is_empty())
    }

    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        Ok(self.element(css).await?.text().await?)
    }

    /// The value of a field.
    pub async fn value(&self, field: &str) -> anyhow::Result<String> {
        let value = self.element(&format!("#{field}")).await?.prop("value").await?;
        Ok(value.unwrap_or_default())
    }

    pub async fn press(&self, css: &str) -> anyhow::Result<()> {
        self.element(css).await?.click().await.with_context(|| format!("pressing {css}"))
    }

    /// Presses a link or button that leads to another page, and waits until this page is gone, because the
    /// next may have the same ids.
    pub async fn follow(&self, css: &str) -> anyhow::Result<()> {
        let page = self.element("html").await?;
        self.press(css).await?;
        self.until_gone(page).await.with_context(|| format!("{css} leads nowhere"))
    }

    /// Waits until a page is gone; `page` is its root element.
    pub async fn until_gone(&self, page: Element) -> anyhow::Result<()> {
        let until_gone = async {
            while page.tag_name().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        Ok(tokio::time::timeout(PATIENCE, until_gone).await?)
    }

    /// The id of the field that has the focus.
    pub async fn focused(&self) -> anyhow::Result<String> {
        let focused = self.browser.page.active_element().await?.attr("id").await?;
        Ok(focused.unwrap_or_default())
    }

    /// Presses the first button of the page's first form.
    pub async fn send(&self) -> anyhow::Result<()> {
        self.follow("main form button[type=submit]").await
    }

    pub async fn fill(&self, fields: &[(&str, &str)]) -> anyhow::Result<()> {
        for (field, value) in fields {
            let input = self.element(&format!("#{field}")).await?;
            input.clear().await?;
            input.send_keys(value).await.with_context(|| format!("filling {field}"))?;
        }
        Ok(())
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn strike(&self, keys: &[char]) -> anyhow::Result<()> {
        let pressed = keys.iter().flat_map(|&value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let actions = pressed.fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
        Ok(self.browser.page.perform_actions(actions).await?)
    }

    /// The width of a picture as the browser decoded it; 0 if it did not.
    pub async fn width_of_image(&self, css: &str) -> anyhow::Result<u64> {
        self.element(css).await?;
        let script = "return document.querySelector(arguments[0]).naturalWidth";
        let width = self.browser.page.execute(script, vec![css.into()]).await?;
        width.as_u64().with_context(|| format!("{css} is no picture"))
    }

    /// Ends the current session, if there is one, and begins one by a one-time link: `--officer`, `--citizen`
    /// or `--agency`.
    pub async fn sign_in(&self, kind: &str, whom: &str) -> anyhow::Result<()> {
        self.goto("/").await?;
        if self.has("form[action='/sign-out']").await? {
            self.follow("form[action='/sign-out'] button").await?;
        }
        self.browser.page.goto(&link(self.town, kind, whom)?).await?;
        self.send().await?;
        self.element("form[action='/sign-out']").await.map(drop)
    }

    /// The session cookie, as a browser sends it back.
    pub async fn cookie(&self) -> anyhow::Result<String> {
        let cookie = self.browser.page.get_named_cookie("burtgel_session").await?;
        Ok(format!("burtgel_session={}", cookie.value()))
    }

    /// Saves a picture of the page from an element on, 1,100 pixels wide, if pictures are wanted.
    pub async fn picture_from(&self, css: &str, name: &str, height: u32) -> anyhow::Result<()> {
        if self.pictures.is_some() {
            self.browser.page.set_window_size(1100, height).await?;
            let scroll = "document.querySelector(arguments[0]).scrollIntoView()";
            self.browser.page.execute(scroll, vec![css.into()]).await?;
        }
        self.picture(name, height).await
    }

    /// Saves a picture of the page, 1,100 pixels wide, if pictures are wanted.
    pub async fn picture(&self, name: &str, height: u32) -> anyhow::Result<()> {
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

/// The folder that the environment names, relative to the workspace. It is used with one engine only, because
/// the pages look the same on both.
fn pictures(engine: Engine) -> Option<PathBuf> {
    let folder = std::env::var_os(PICTURES).filter(|_| engine == Engine::Sqlite);
    folder.map(|folder| workspace().join(folder))
}

pub fn link(town: &Town, kind: &str, whom: &str) -> anyhow::Result<String> {
    let output = town.installation.registry(&["link", kind, whom])?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
