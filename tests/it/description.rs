//! The API's description, held against the service: a generated client works, keys and parameters are asked
//! for as it says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use registry_tests::kit::Engine;
use registry_tests::kit::client::{Client, Reply};
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::program::{run, workspace};
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN, Town};
use serde_json::{Value, json};
use ureq::http::Method;

registry_tests::on_both_engines! {
    a_generated_client_declares_a_typed_birth_and_reads_it_back,
}

const KEY: &str = "Idempotency-Key";
/// The refusal of a write without a key.
const KEY_MISSING: u64 = 1001;
const NO_KEY: [(&str, &str); 1] = [("Content-Type", "application/json")];
/// Of nothing.
const ID: &str = "01890000-0000-7000-8000-000000000001";

/// A program of the Python packages in `tests/requirements.txt`.
fn python(name: &str) -> anyhow::Result<Command> {
    let program = workspace().join(".venv/bin").join(name);
    ensure!(program.exists(), "{} is not there; ./test description installs it", program.display());
    Ok(Command::new(program))
}

fn a_generated_client_declares_a_typed_birth_and_reads_it_back(engine: Engine) -> anyhow::Result<()> {
    let town = Town::open(engine)?;
    let folder = tempfile::tempdir()?;
    let description = folder.path().join("openapi.json");
    let described = town.installation.stranger()?.get("/v1/openapi.json")?;
    fs::write(&description, &described.require(200)?.body)?;
    let shown = |path: PathBuf| path.display().to_string();
    run(python("openapi-python-client")?
        .args(["generate", "--meta", "none", "--fail-on-warning", "--path"])
        .arg(&description)
        .args(["--config", &shown(workspace().join("tests/peers/openapi/client.json"))])
        .args(["--output-path", &shown(folder.path().join("burtgel"))]))?;
    let told = json!({
        "folder": folder.path(), "description": description, "address": town.installation.settings.partners_url(),
        "root": town.installation.settings.service_root(),
        "code": town.installation.sign_in_code(&town.cast.registrar)?,
        "mother": SINGLE_WOMAN.number, "father": SINGLE_MAN.number, "office": town.cast.office,
        "born_on": days_ago(3),
    });
    run(python("python")?.arg(workspace().join("tests/it/description/client.py")).arg(told.to_string()))?;
    Ok(())
}

/// Clients of everyone who may call.
struct Callers {
    anyone: Client,
    officer: Client,
    certified: Client,
    agency: Client,
    hospital: Client,
    station: Client,
}

impl Callers {
    fn of(town: &Town) -> anyhow::Result<Self> {
        let (installation, cast) = (&town.installation, &town.cast);
        let stem = installation.folder().join("certified");
        installation.certify_partner("officer", &cast.registrar, &stem)?;
        Ok(Self {
            anyone: installation.stranger()?,
            officer: town.officer(&cast.registrar)?,
            certified: installation.partner(&stem)?,
            agency: town.partner("agency")?,
            hospital: town.partner("hospital")?,
            station: town.officer_at("station", &cast.card_officer)?,
        })
    }

    /// Who may call an operation, by what the description says.
    fn may_call(&self, path: &str, operation: &Value) -> anyhow::Result<&Client> {
        let needed = &operation["security"][0];
        let needs = |scheme: &str| !needed[scheme].is_null();
        Ok(match () {
            () if needed.is_null() => &self.anyone,
            () if needs("station_certificate") => &self.station,
            () if needs("officer_session") => &self.officer,
            () if needs("officer_certificate") => &self.certified,
            () if needs("partner_certificate") && path.starts_with("/v1/notifications/") => &self.hospital,
            () if needs("partner_certificate") => &self.agency,
            () => anyhow::bail!("{path}: nobody may call it: {needed}"),
        })
    }
}

/// An operation that the service describes.
struct Described {
    path: String,
    method: Method,
    operation: Value,
}

impl Described {
    fn all(town: &Town) -> anyhow::Result<Vec<Self>> {
        let description = town.installation.stranger()?.get("/v1/openapi.json")?.require(200)?.json();
        let mut all = Vec::new();
        for (path, operations) in description["paths"].as_object().context("paths")? {
            for (method, operation) in operations.as_object().context("operations")? {
                let method = Method::from_bytes(method.to_uppercase().as_bytes())?;
                all.push(Self { path: path.clone(), method, operation: operation.clone() });
            }
        }
        Ok(all)
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = (&str, &Value)> {
        let all = self.operation["parameters"].as_array().into_iter().flatten();
        all.filter(move |parameter| parameter["in"] == place)
            .filter_map(|parameter| Some((parameter["name"].as_str()?, parameter)))
    }

    /// The first example of what is sent.
    fn example(&self) -> Option<&Value> {
        let content = self.operation["requestBody"]["content"].get("application/json")?;
        let many = content["examples"].as_object().and_then(|examples| examples.values().next());
        content.get("example").or_else(|| many?.get("value"))
    }

    /// Its path, with the same for each parameter.
    fn path_with(&self, value: &str) -> String {
        self.parameters("path")
            .fold(self.path.clone(), |path, (name, _)| path.replace(&format!("{{{name}}}"), value))
    }

    fn send(&self, callers: &Callers, query: &str, headers: &[(&str, &str)]) -> anyhow::Result<Reply> {
        let body = self.example().map(serde_json::to_vec).transpose()?.unwrap_or_default();
        let path = format!("{}{query}", self.path_with(ID));
        callers.may_call(&self.path, &self.operation)?.send(self.method.clone(), &path, headers, body)
    }
}

#[test]
fn an_operation_asks_for_the_key_where_the_description_says_so_and_nowhere_else() -> anyhow::Result<()> {
    let town = Town::open(Engine::Sqlite)?;
    let callers = Callers::of(&town)?;
    let (mut with, mut without) = (0, 0);
    for described in Described::all(&town)?.iter().filter(|described| described.example().is_some()) {
        let path = &described.path;
        let key = described.parameters("header").find(|(name, _)| *name == KEY);
        let bare = described.send(&callers, "", &NO_KEY)?;
        ensure!((bare.refusal() == Some(KEY_MISSING)) == key.is_some(), "{path}: {}", bare.text());
        match key {
            None => {
                // Its example was read.
                ensure!(!matches!(bare.status, 400 | 401 | 415 | 500), "{path}: {}", bare.text());
                without += 1;
            }
            Some((_, key)) => {
                ensure!(key["required"] == true && key["schema"]["minLength"] == 1, "{path}: {key}");
                let longest = key["schema"]["maxLength"].as_u64().context("a longest key")?;
                let long = "k".repeat(usize::try_from(longest)? + 1);
                for (key, is_refused) in [("", true), (&long, true), (&long[1..], false)] {
                    let reply = described.send(&callers, "", &[NO_KEY[0], (KEY, key)])?;
                    ensure!((reply.refusal() == Some(KEY_MISSING)) == is_refused, "{path}: {}", reply.text());
                    ensure!(
                        is_refused || !matches!(reply.status, 400 | 415 | 500),
                        "{path}: {}",
                        reply.text()
                    );
                }
                with += 1;
            }
        }
    }
    ensure!(with > 25 && without > 5, "{with} with a key, {without} without");
    Ok(())
}

#[test]
fn a_parameter_is_missed_where_the_description_requires_it_and_what_is_no_id_is_a_problem()
-> anyhow::Result<()> {
    let town = Town::open(Engine::Sqlite)?;
    let callers = Callers::of(&town)?;
    let mut asked = Vec::new();
    for described in Described::all(&town)? {
        for (name, parameter) in described.parameters("query") {
            let without = described.send(&callers, "", &[])?;
            let is_missed = without.status == 422 && without.json()["field"] == name;
            ensure!(parameter["required"] == is_missed, "{}: {name}: {}", described.path, without.text());
            ensure!(parameter["schema"]["format"] == "date-time", "{}: {name}: {parameter}", described.path);
            described.send(&callers, &format!("?{name}=2026-01-05T08:00:00%2B08:00"), &[])?.require(200)?;
            let no_instant = described.send(&callers, &format!("?{name}=2026-01-05"), &[])?;
            ensure!(no_instant.require(422)?.json()["field"] == name, "{}", no_instant.text());
            asked.push(format!("{} {name}", described.path));
        }
        if described.parameters("path").any(|(_, parameter)| parameter["schema"]["format"] == "uuid") {
            let caller = callers.may_call(&described.path, &described.operation)?;
            let body = described.example().map(serde_json::to_vec).transpose()?.unwrap_or_default();
            let headers = [NO_KEY[0], (KEY, "k")];
            let reply = caller.send(described.method.clone(), &described.path_with("x"), &headers, body)?;
            ensure!(reply.refusal() == Some(1006), "{}: {}", described.path, reply.text());
        }
    }
    ensure!(asked == ["/v1/agency/superseded since"], "{asked:?}");
    Ok(())
}
