//! A register in operation: the demo's offices, the people of the sample, the service.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::Engine;
use super::cast::Cast;
use super::client::{Client, Reply};
use super::dates::days_ago;
use super::installation::{Installation, Service};
use super::portrait;
use super::program::workspace;

/// A composed person of the sample.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The register number.
    pub number: &'static str,
    /// The clan name.
    pub clan_name: &'static str,
    /// The parent's name.
    pub parent_name: &'static str,
    /// The given name.
    pub given_name: &'static str,
    /// The birth date.
    pub born_on: &'static str,
}

const fn known(
    number: &'static str,
    clan_name: &'static str,
    parent_name: &'static str,
    given_name: &'static str,
    born_on: &'static str,
) -> Known {
    Known { number, clan_name, parent_name, given_name, born_on }
}

/// A married woman of the khoroo; [`HUSBAND`] is her husband.
pub const WIFE: Known = known("УЪ69120169", "Тогоруутан", "Дэлгэрхүү", "Мөнгөнянжин", "1969-12-01");
/// The husband of that woman.
pub const HUSBAND: Known = known("УЬ66122192", "Элжигэн", "Мягмарбуян", "Амнацаг", "1966-12-21");
/// An unmarried woman of the khoroo.
pub const SINGLE_WOMAN: Known = known("УЬ96031422", "Боржигон", "Чинганди", "Цэцэгцог", "1996-03-14");
/// An unmarried man of the khoroo.
pub const SINGLE_MAN: Known = known("УЪ94080299", "Дөрвөд", "Рэнцэнжав", "Осород", "1994-08-02");

/// A register in operation. Dropping it ends the service first.
#[derive(Debug)]
pub struct Town {
    /// The running service.
    pub service: Service,
    /// The installation.
    pub installation: Installation,
    /// The offices, officers and partners.
    pub cast: Cast,
}

impl Town {
    /// Sets up a register with offices and people, and serves it.
    ///
    /// # Errors
    /// With the register's own words, if a step fails.
    pub fn open(engine: Engine) -> anyhow::Result<Self> {
        Town::of(Installation::demo(engine)?)
    }

    /// Sets up the same in an installation of the demo.
    ///
    /// # Errors
    /// With the register's own words, if a step fails.
    pub fn of(installation: Installation) -> anyhow::Result<Self> {
        let cast = Cast::read(&installation)?;
        import(&installation, &cast)?;
        let service = installation.serve()?;
        Ok(Town { service, installation, cast })
    }

    /// Ends the service properly and starts it again.
    ///
    /// # Errors
    /// If it does not end properly, or does not start again.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.service.end()?;
        self.service = self.installation.serve()?;
        Ok(())
    }

    /// Imports one more row of the old register, given as an object of its columns; the service is stopped
    /// meanwhile.
    ///
    /// # Errors
    /// If the register refuses the row or a step fails, with the register's own words.
    pub fn import_row(&mut self, row: &Value) -> anyhow::Result<()> {
        let sample = fs::read_to_string(sample())?;
        let header = sample.lines().find(|line| !line.starts_with('#')).context("a header")?;
        let value = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        let line: Vec<String> = header.split(',').map(value).collect();
        let file = self.installation.folder().join("row.csv");
        fs::write(&file, format!("{header}\n{}\n", line.join(",")))?;
        self.service.end()?;
        let arguments = ["import", &file.display().to_string(), "--officer", &self.cast.administrator];
        let said = String::from_utf8(self.installation.registry(&arguments)?.stdout)?;
        self.service = self.installation.serve()?;
        ensure!(said.contains("taken: 1"), "{said}");
        Ok(())
    }

    /// Seals or unseals a record, as two administrators do.
    ///
    /// # Errors
    /// If the register refuses it.
    pub fn seal(&self, facts: &Value) -> anyhow::Result<()> {
        let both = [&self.cast.administrator, &self.cast.second_administrator].map(|id| self.officer(id));
        let [first, second] = both;
        enter_by_two(&first?, &second?, "sealing", facts).map(drop)
    }

    /// A client of an officer who has signed in.
    ///
    /// # Errors
    /// If the sign-in fails.
    pub fn officer(&self, id: &str) -> anyhow::Result<Client> {
        self.installation.sign_in(id)
    }

    /// A client of the console, signed in by a one-time link, in English. `--officer`, `--citizen` or
    /// `--agency` says as what, and the next argument as whom.
    ///
    /// # Errors
    /// If the sign-in fails.
    pub fn console(&self, kind: &str, who: &str) -> anyhow::Result<Client> {
        let link = String::from_utf8(self.installation.registry(&["link", kind, who])?.stdout)?;
        let (_, code) = link.trim().split_once("code=").context("a link has a code")?;
        let console = self.service.console();
        let signed_in = console.post_form("/sign-in", &[("code", code)])?;
        let cookie = signed_in.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = format!("{}; burtgel_language=en", cookie.context("a session has a cookie")?);
        Ok(console.clone().with_header("Cookie", &cookie))
    }

    /// The page on which a citizen sees their own record and who looked at it.
    ///
    /// # Errors
    /// If the sign-in fails.
    pub fn own_page(&self, number: &str) -> anyhow::Result<String> {
        Ok(self.console("--citizen", number)?.get("/me")?.require(200)?.text())
    }

    /// Prints the extract of an entry and returns the text of its QR.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub fn print_extract(&self, officer: &str, entry: &str) -> anyhow::Result<String> {
        let page =
            self.console("--officer", officer)?.get(&format!("/extracts/{entry}"))?.require(200)?.text();
        let seal = page.split_once("id=\"seal\">").and_then(|(_, rest)| rest.split_once('<'));
        Ok(seal.context("an extract shows the text of its QR")?.0.to_owned())
    }

    /// A client with the certificate of a partner: `agency`, `stranger-agency`, `hospital`, `station`,
    /// `soum-station`.
    ///
    /// # Errors
    /// If there is no such partner.
    pub fn partner(&self, name: &str) -> anyhow::Result<Client> {
        self.installation.partner(&self.installation.folder().join("demo").join(name))
    }

    /// A client of an officer who has signed in at a station: `station` or `soum-station`.
    ///
    /// # Errors
    /// If the sign-in fails.
    pub fn officer_at(&self, station: &str, id: &str) -> anyhow::Result<Client> {
        self.installation.sign_in_over(self.partner(station)?, id)
    }

    /// The facts of a birth three days ago in the khoroo, with a medical paper, both parents applying.
    pub fn birth(&self, mother: Known, father: Known, given_name: &str) -> Value {
        json!({
            "mother": mother.number, "father": father.number, "applicants": ["mother", "father"],
            "medical_certificate": "СТ4-1001", "given_name": given_name, "sex": "female",
            "born_on": days_ago(3), "birth_place": self.cast.office,
            // The wife in the sample is past the age at which a birth is usual.
            "answers": ["441: эмнэлгийн баримтаар шалгав"],
        })
    }

    /// The facts of an application for a card.
    pub fn card_application(&self, person: &str) -> Value {
        json!({ "person": person, "latin_parent": "Rentsenjav", "latin_given": "Osorod", "latin_confirmed": true })
    }
}

/// Imports the sample's people into the register.
///
/// # Errors
/// With the register's own words.
pub fn import(installation: &Installation, cast: &Cast) -> anyhow::Result<String> {
    let sample = sample().display().to_string();
    let output = installation.registry(&["import", &sample, "--officer", &cast.administrator])?;
    Ok(String::from_utf8(output.stdout)?)
}

/// The file of the sample.
pub fn sample() -> PathBuf {
    workspace().join("registry-core/data/sample-people.csv")
}

/// Makes a declaration at the officer's office.
///
/// # Errors
/// If there is no answer.
pub fn declare(officer: &Client, kind: &str, facts: &Value) -> anyhow::Result<Reply> {
    officer.post("/v1/declarations", &json!({ "kind": kind, "facts": facts }))
}

/// Declares a card application with a drawn portrait.
///
/// # Errors
/// If there is no answer.
pub fn apply_for_card(officer: &Client, facts: &Value) -> anyhow::Result<Reply> {
    let body = json!({ "kind": "card_application", "facts": facts, "portrait": portrait::in_base64()? });
    officer.post("/v1/declarations", &body)
}

/// Registers a declaration.
///
/// # Errors
/// If the register refused the declaration, or there is no answer.
pub fn register(officer: &Client, declared: &Reply) -> anyhow::Result<Reply> {
    officer.post(&format!("/v1/declarations/{}/register", id_of(declared)?), &json!({}))
}

/// Ends or decides a declaration, with a reason.
///
/// # Errors
/// If the register refused the declaration, or there is no answer.
pub fn end(officer: &Client, declared: &Reply, ending: &str, reason: &str) -> anyhow::Result<Reply> {
    let body = json!({ "ending": ending, "reason": reason });
    officer.post(&format!("/v1/declarations/{}/end", id_of(declared)?), &body)
}

/// The id of a declaration, from the answer.
///
/// # Errors
/// If the register refused it.
pub fn id_of(declared: &Reply) -> anyhow::Result<String> {
    let body = declared.require(201)?.json();
    Ok(body["id"].as_str().unwrap_or_default().to_owned())
}

/// Declares and registers, both by the same officer, and returns the receipt.
///
/// # Errors
/// If the register refused either.
pub fn enter(officer: &Client, kind: &str, facts: &Value) -> anyhow::Result<Value> {
    Ok(register(officer, &declare(officer, kind, facts)?)?.require(200)?.json())
}

/// Declares with one officer and registers with another, as the policy requires for some kinds, and returns
/// the receipt.
///
/// # Errors
/// If the register refused either.
pub fn enter_by_two(first: &Client, second: &Client, kind: &str, facts: &Value) -> anyhow::Result<Value> {
    Ok(register(second, &declare(first, kind, facts)?)?.require(200)?.json())
}

/// Reads a record, stating a reason.
///
/// # Errors
/// If the register refused it.
pub fn open_record(officer: &Client, person: &str, reason: &str) -> anyhow::Result<Value> {
    let reply = officer.post("/v1/persons/open", &json!({ "person": person, "reason": reason }))?;
    Ok(reply.require(200)?.json())
}
