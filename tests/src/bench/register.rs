//! `register`: registrations over HTTPS beside single-row durable commits of the same engine; readings of a
//! record beside the bare look-up of one row.
//!
//! A registration is one write transaction: the head of the ledger moves, the domain decides, entry, sealed
//! parts and leaf are appended, the records are folded. The floor commits one row of text, one commit after
//! the other, with the same durability.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection, PgConnection, RunQueryDsl as _, SqliteConnection};
use serde_json::json;
use tokio::runtime::Runtime;

use super::floor::Floor;
use super::ground::Ground;
use super::load::{Run, Target, ask_from, client_tls};
use super::measurement::Measurement;
use super::people::{self, Composed};
use super::verify::{lookups, share};
use crate::kit::Engine;
use crate::kit::cast::Cast;
use crate::kit::client::Client;
use crate::kit::dates::days_ago;
use crate::kit::installation::Installation;
use crate::kit::town::{declare, id_of};

/// Runs of each side; odd, so that the median is one of them.
const RUNS: usize = 5;
/// Registrations of one run.
const IN_A_RUN: usize = 60;
/// Officers who register at once.
const OFFICERS: usize = 4;
const RUN: Duration = Duration::from_secs(2);
/// Connections that read records at once.
const READERS: usize = 32;

/// Measures both engines; `tell` is called with what is under way.
///
/// # Errors
/// If a part does not start, or an answer is not the expected one.
pub fn measure(tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    let mut all = measure_on(Engine::Sqlite, tell)?;
    all.extend(measure_on(Engine::Postgres, tell)?);
    Ok(all)
}

fn measure_on(engine: Engine, tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    let name = engine.name();
    tell(&format!("{name}: making a register of composed people"));
    let people = people::all();
    let ground = Ground::new(engine, &people)?;
    let installation = &ground.installation;
    let service = installation.serve()?;
    let cast = Cast::read(installation)?;
    let officer = installation.sign_in(&cast.registrar)?;

    let mut commits = Commits::open(engine, &ground.bare_database("floor.db")?)?;
    let mut rounds: [Vec<Run>; 4] = Default::default();
    for (round, group) in people.chunks(IN_A_RUN * 2).take(RUNS).enumerate() {
        let (together, alone) = group.split_at(group.len() / 2);
        let declared = declare_deaths(&officer, together)?;
        rounds[0].push(register_at_once(installation, &cast, &declared)?);
        rounds[1].push(commits.run(IN_A_RUN)?);
        let declared = declare_deaths(&officer, alone)?;
        rounds[2].push(register_in_turn(&officer, &declared)?);
        rounds[3].push(commits.run(IN_A_RUN)?);
        tell(&format!(
            "{name}: round {} of {RUNS}: {:.0} registrations/s, {:.0} commits/s",
            round + 1,
            rounds[0].last().map_or(f64::NAN, Run::rate),
            rounds[1].last().map_or(f64::NAN, Run::rate)
        ));
    }
    let [at_once, commits_beside, in_turn, commits_in_turn] = &rounds;
    let mut measured = vec![
        Measurement::of("register, 4 officers", name, "registrations/s", at_once, commits_beside),
        Measurement::of("register, 1 officer", name, "registrations/s", in_turn, commits_in_turn),
    ];
    measured.extend(measure_readings(engine, installation, &officer, &people, tell)?);
    service.stop()?;
    Ok(measured)
}

/// Reads records over HTTPS: the present ones, and those on two times.
fn measure_readings(
    engine: Engine,
    installation: &Installation,
    officer: &Client,
    people: &[Composed],
    tell: &mut dyn FnMut(&str),
) -> anyhow::Result<Vec<Measurement>> {
    let settings = &installation.settings;
    let floor = Floor::start(installation.folder(), &settings.database_url, &settings.service_root())?;
    let bare = lookups(installation, &floor, people)?;
    let runtime = Runtime::new()?;
    let yesterday = days_ago(1);
    let kinds = [
        ("read a record", json!({})),
        ("read on two times", json!({ "true_on": yesterday, "known_on": days_ago(0) })),
    ];
    let mut measured = Vec::new();
    for (name, more) in kinds {
        let target = readings(installation, officer, people, &more)?;
        let (mut values, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            values.push(runtime.block_on(ask_from(&target, RUN, READERS))?);
            floors.push(runtime.block_on(ask_from(&bare, RUN, READERS))?);
        }
        let one = Measurement::of(name, engine.name(), "answers/s", &values, &floors);
        tell(&format!("{}: {name}: {:.0} answers/s, floor {:.0}", engine.name(), one.value, one.floor));
        measured.push(one);
    }
    Ok(measured)
}

fn readings(
    installation: &Installation,
    officer: &Client,
    people: &[Composed],
    more: &serde_json::Value,
) -> anyhow::Result<Target> {
    let authorization = officer.header("Authorization").context("the officer has signed in")?;
    let request = |person: &Composed| {
        let mut body = json!({ "person": person.number, "reason": "measuring" });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let body = body.to_string();
        let head = "POST /v1/persons/open HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
        let head = format!("{head}\r\nAuthorization: {authorization}\r\nContent-Length: {}", body.len());
        format!("{head}\r\n\r\n{body}").into_bytes()
    };
    Ok(Target {
        port: installation.settings.partners_port,
        tls: client_tls(&installation.settings.service_root(), &installation.folder().join("demo/agency"))?,
        requests: people.iter().map(request).collect(),
        mark: r#""national_number":""#,
    })
}

fn declare_deaths(officer: &Client, people: &[Composed]) -> anyhow::Result<Vec<String>> {
    let declare_one = |person: &Composed| {
        let facts = json!({
            "person": person.number, "died_on": days_ago(1), "paper_number": "НБ-1", "informant": "Хөрш айл",
        });
        id_of(&declare(officer, "death", &facts)?)
    };
    people.iter().map(declare_one).collect()
}

/// One officer registers declarations one after the other.
fn register_in_turn(officer: &Client, declared: &[String]) -> anyhow::Result<Run> {
    let began = Instant::now();
    let mut micros = Vec::with_capacity(declared.len());
    for id in declared {
        let asked = Instant::now();
        officer.post(&format!("/v1/declarations/{id}/register"), &json!({}))?.require(200)?;
        micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(Run { seconds: began.elapsed().as_secs_f64(), micros })
}

/// Several sessions of an officer register at the same time, each a share of the declarations.
fn register_at_once(installation: &Installation, cast: &Cast, declared: &[String]) -> anyhow::Result<Run> {
    let officers =
        (0..OFFICERS).map(|_| installation.sign_in(&cast.registrar)).collect::<anyhow::Result<Vec<_>>>()?;
    let began = Instant::now();
    let runs = std::thread::scope(|scope| {
        let shares = officers.iter().enumerate().map(|(index, officer)| {
            let own: Vec<String> = share(declared, index, OFFICERS);
            scope.spawn(move || register_in_turn(officer, &own))
        });
        let running: Vec<_> = shares.collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("an officer's thread panicked")))
            .collect::<anyhow::Result<Vec<Run>>>()
    })?;
    let micros: Vec<u32> = runs.into_iter().flat_map(|run| run.micros).collect();
    ensure!(micros.len() == declared.len(), "not every declaration was registered");
    Ok(Run { seconds: began.elapsed().as_secs_f64(), micros })
}

/// The floor: one row, one commit.
enum Commits {
    Sqlite(SqliteConnection),
    Postgres(Box<PgConnection>),
}

impl Commits {
    fn open(engine: Engine, url: &str) -> anyhow::Result<Self> {
        let table = "CREATE TABLE bare_row (id INTEGER PRIMARY KEY, said TEXT NOT NULL)";
        Ok(match engine {
            Engine::Sqlite => {
                let path = url.strip_prefix("sqlite://").context("a SQLite URL")?;
                fs::write(path, b"")?;
                let mut connection = SqliteConnection::establish(path)?;
                connection.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
                connection.batch_execute(table)?;
                Commits::Sqlite(connection)
            }
            Engine::Postgres => {
                let mut connection = PgConnection::establish(url)?;
                connection.batch_execute(table)?;
                Commits::Postgres(Box::new(connection))
            }
        })
    }

    fn run(&mut self, rows: usize) -> anyhow::Result<Run> {
        let began = Instant::now();
        let mut micros = Vec::with_capacity(rows);
        for _ in 0..rows {
            let asked = Instant::now();
            let row = "INSERT INTO bare_row (id, said) \
                       SELECT coalesce(max(id), 0) + 1, 'a row of text, as long as a name' FROM bare_row";
            let written = match self {
                Commits::Sqlite(connection) => diesel::sql_query(row).execute(connection)?,
                Commits::Postgres(connection) => diesel::sql_query(row).execute(&mut **connection)?,
            };
            ensure!(written == 1, "a row was not written");
            micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        Ok(Run { seconds: began.elapsed().as_secs_f64(), micros })
    }
}
