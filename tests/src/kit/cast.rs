//! The officers, offices and partners of a demo register.

use std::fs;

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::installation::Installation;

/// The demo's offices, officers and partners, as `registry demo` wrote them to `demo/demo.json`. Officers and
/// partners are named by id, offices by unit code.
#[derive(Clone, Debug, Deserialize)]
pub struct Cast {
    /// The registrar of the khoroo.
    pub registrar: String,
    /// The approver of the khoroo.
    pub approver: String,
    /// The card officer of the khoroo.
    pub card_officer: String,
    /// The administrator.
    pub administrator: String,
    /// The second administrator, who confirms what two must decide; empty in a demo register of an earlier
    /// version.
    #[serde(default)]
    pub second_administrator: String,
    /// The registrar of the neighbouring khoroo.
    pub neighbour_registrar: String,
    /// The approver of the neighbouring khoroo.
    pub neighbour_approver: String,
    /// The soum's only officer.
    pub soum_registrar: String,
    /// The approver at the centre of the aimag.
    pub aimag_approver: String,
    /// The agency that has an agreement.
    pub agency: String,
    /// The agency that has none.
    pub stranger_agency: String,
    /// The hospital.
    pub hospital: String,
    /// The unit code of the khoroo.
    pub office: String,
    /// The unit code of the neighbouring khoroo.
    pub neighbour_office: String,
    /// The unit code of a soum with one officer.
    pub soum_office: String,
    /// The unit code of the centre of its aimag, which approves for the soum.
    pub aimag_office: String,
    /// The purpose in the agency's agreement.
    pub purpose: String,
    /// The legal basis of that purpose.
    pub legal_basis: String,
}

impl Cast {
    /// Reads the cast of a demo installation.
    ///
    /// # Errors
    /// If the demo was not seeded.
    pub fn read(installation: &Installation) -> anyhow::Result<Self> {
        let path = installation.folder().join("demo/demo.json");
        let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }
}

impl Installation {
    /// Signs an officer in as at an office: the administrator makes a one-time link, which is exchanged for a
    /// session.
    ///
    /// # Errors
    /// If the register makes no link or does not accept it.
    pub fn sign_in(&self, officer: &str) -> anyhow::Result<Client> {
        self.sign_in_over(self.stranger()?, officer)
    }

    /// Signs an officer in over a client that shows a certificate, such as a station's.
    ///
    /// # Errors
    /// If the register makes no link or does not accept it.
    pub fn sign_in_over(&self, client: Client, officer: &str) -> anyhow::Result<Client> {
        let reply = client.post("/v1/sessions", &json!({ "code": self.sign_in_code(officer)? }))?;
        let token = reply.require(201)?.json()["token"].as_str().context("a session has a token")?.to_owned();
        Ok(client.with_bearer(&token))
    }

    /// Appoints an officer as administrators do, one of them proposing and the other confirming; returns the
    /// officer's id.
    ///
    /// # Errors
    /// With the register's own words.
    pub fn appoint(&self, cast: &Cast, office: &str, label: &str, roles: &str) -> anyhow::Result<String> {
        let propose = ["officer", "propose", "--by", &cast.administrator, "--office", office];
        let proposal = self.registry(&[&propose[..], &["--label", label, "--roles", roles]].concat())?;
        let proposal = String::from_utf8(proposal.stdout)?;
        let confirm = ["officer", "confirm", "--by", &cast.second_administrator, proposal.trim()];
        Ok(String::from_utf8(self.registry(&confirm)?.stdout)?.trim().to_owned())
    }

    /// The code of a new one-time link for an officer.
    ///
    /// # Errors
    /// With the register's own words, if it makes none.
    pub fn sign_in_code(&self, officer: &str) -> anyhow::Result<String> {
        let output = self.registry(&["link", "--officer", officer])?;
        let link = String::from_utf8(output.stdout)?;
        let (_, code) = link.trim().split_once("code=").context("a link has a code")?;
        Ok(code.to_owned())
    }
}
