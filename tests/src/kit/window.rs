//! A browser session without a browser: it keeps the cookie and sends forms with the session's token.

use std::cell::Cell;

use anyhow::{Context, ensure};

use super::client::{Client, Reply};
use super::town::Town;

/// An officer's session in the console.
pub struct Window {
    /// The client that sends the session's cookie.
    pub client: Client,
    token: String,
    forms: Cell<u32>,
}

impl Window {
    /// Signs in as a browser does.
    ///
    /// # Errors
    /// If the sign-in fails.
    pub fn open(town: &Town, officer: &str) -> anyhow::Result<Self> {
        let console = town.service.console();
        let code = town.installation.sign_in_code(officer)?;
        let signed_in = console.post_form("/sign-in", &[("code", &code)])?;
        let cookie = signed_in.require(303)?.header("set-cookie").context("a session")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let client = console.clone().with_header("Cookie", &cookie);
        let page = client.get("/people")?.text();
        let token = after(&page, "name=\"form_token\" value=\"").context("a page has a form")?.to_owned();
        Ok(Self { client, token, forms: Cell::new(0) })
    }

    /// The session's token, which each of its forms carries.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Gets a page.
    ///
    /// # Errors
    /// If the console does not show it.
    pub fn page(&self, path: &str) -> anyhow::Result<String> {
        Ok(self.client.get(path)?.require(200)?.text())
    }

    /// Sends a form.
    ///
    /// # Errors
    /// If there is no answer. A status is not an error.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        self.forms.set(self.forms.get() + 1);
        let key = format!("form-{}", self.forms.get());
        let secrets = [("form_token", self.token.as_str()), ("idempotency_key", key.as_str())];
        self.client.post_form(path, &[&secrets, fields].concat())
    }

    /// Requires that a page refuses, with this status and this number of the refusal.
    ///
    /// # Errors
    /// If the answer is another.
    pub fn refused(&self, path: &str, status: u16, number: u16) -> anyhow::Result<()> {
        let page = self.client.get(path)?.require(status)?.text();
        ensure!(page.contains(&format!("№ {number}")), "{path}: {page}");
        Ok(())
    }
}

/// The value of the attribute that follows a mark.
pub fn after<'page>(page: &'page str, mark: &str) -> Option<&'page str> {
    page.split_once(mark)?.1.split('"').next()
}
