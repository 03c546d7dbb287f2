//! `verify`: the agency's question over HTTPS, with its access entry and its signature, on both engines; and
//! what response times show about a sealed number.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::json;
use tokio::runtime::Runtime;

use super::floor::Floor;
use super::ground::Ground;
use super::load::{Run, Target, ask, client_tls};
use super::measurement::Measurement;
use super::people::{self, Composed};
use super::sealed;
use crate::kit::Engine;
use crate::kit::cast::Cast;
use crate::kit::installation::Installation;

/// Runs of each side; odd, so that the median is one of them.
const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(4);
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures both engines; `tell` is called with what is under way.
///
/// # Errors
/// If a part does not start, an answer is not a signed 200, or an answer has no access entry.
pub fn measure(tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    let sqlite = measure_on(Engine::Sqlite, tell)?;
    let postgres = measure_on(Engine::Postgres, tell)?;
    Ok(sqlite.into_iter().chain(postgres).collect())
}

fn measure_on(engine: Engine, tell: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Measurement>> {
    let name = engine.name();
    tell(&format!("{name}: making a register of composed people"));
    let people = people::all();
    let ground = Ground::new(engine, &people)?;
    let installation = &ground.installation;

    let before = accesses(installation)?;
    let service = installation.serve()?;
    let settings = &installation.settings;
    let floor = Floor::start(installation.folder(), &settings.database_url, &settings.service_root())?;
    let (questions, lookups) = (questions(installation, &people)?, lookups(installation, &floor, &people)?);
    let rounds = alternate(&questions, &lookups, &mut |line| tell(&format!("{name}: {line}")))?;
    drop(floor);
    service.stop()?;

    tell(&format!("{name}: checking that every answer has its access entry"));
    let written = accesses(installation)? - before;
    ensure!(written == rounds.asked, "{} answers were given, {written} access entries stand", rounds.asked);
    let service = installation.serve()?;
    let sealed = sealed::measure(engine, installation, &people, tell)?;
    service.stop()?;
    Ok(vec![Measurement::of("verify", name, "answers/s", &rounds.values, &rounds.floors), sealed])
}

/// The number of access entries in a database that `registry verify` finds in order.
fn accesses(installation: &Installation) -> anyhow::Result<u64> {
    let report = String::from_utf8(installation.registry(&["verify"])?.stdout)?;
    let words: Vec<&str> = report.split_whitespace().collect();
    let pair = words.windows(2).find(|pair| pair[1].starts_with("accesses"));
    Ok(pair.with_context(|| format!("registry verify counts accesses: {report}"))?[0].parse()?)
}

/// The agency's questions: number, name and birth date of each person; all of them match.
fn questions(installation: &Installation, people: &[Composed]) -> anyhow::Result<Target> {
    let cast = Cast::read(installation)?;
    let request = |person: &Composed| {
        let question = json!({
            "end_user": "teller 7", "legal_basis": cast.legal_basis, "purpose": cast.purpose, "case": "case-2211",
            "number": person.number, "given_name": person.given_name, "born_on": person.born_on,
        });
        let body = question.to_string();
        let head =
            "POST /v1/identity-questions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
        format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    Ok(Target {
        port: installation.settings.partners_port,
        tls: client_tls(&installation.settings.service_root(), &installation.folder().join("demo/agency"))?,
        requests: people.iter().map(request).collect(),
        mark: r#""signature":""#,
    })
}

/// The same people, looked up on the floor.
pub(super) fn lookups(
    installation: &Installation,
    floor: &Floor,
    people: &[Composed],
) -> anyhow::Result<Target> {
    let request = |person: &Composed| {
        let number: String = person.number.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("GET /persons/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
    };
    Ok(Target {
        port: floor.port,
        tls: client_tls(&floor.root, &installation.folder().join("demo/agency"))?,
        requests: people.iter().map(request).collect::<Arc<[_]>>(),
        mark: r#""national_number":""#,
    })
}

/// One share, if several workers divide the work.
pub(super) fn share<T: Clone>(all: &[T], one: usize, of: usize) -> Vec<T> {
    all.iter().skip(one).step_by(of).cloned().collect()
}

struct Rounds {
    values: Vec<Run>,
    floors: Vec<Run>,
    /// The number of questions to the register, the warm-up included.
    asked: u64,
}

/// Asks both sides in turn, so that other load on the machine affects both.
fn alternate(questions: &Target, lookups: &Target, tell: &mut dyn FnMut(&str)) -> anyhow::Result<Rounds> {
    let runtime = Runtime::new()?;
    let count = |run: &Run| u64::try_from(run.micros.len()).unwrap_or(u64::MAX);
    let mut rounds = Rounds { values: Vec::new(), floors: Vec::new(), asked: 0 };
    runtime.block_on(ask(lookups, WARM_UP))?;
    rounds.asked += count(&runtime.block_on(ask(questions, WARM_UP))?);
    for round in 1..=RUNS {
        let value = runtime.block_on(ask(questions, RUN))?;
        let floor = runtime.block_on(ask(lookups, RUN))?;
        tell(&format!("round {round} of {RUNS}: {:.0} answers/s, floor {:.0}", value.rate(), floor.rate()));
        rounds.asked += count(&value);
        rounds.values.push(value);
        rounds.floors.push(floor);
    }
    Ok(rounds)
}
