//! Whether response times distinguish a sealed number from one that nobody has: the same question about each,
//! in turn, on one connection.

use std::collections::BTreeSet;

use anyhow::ensure;
use serde_json::json;
use tokio::runtime::Runtime;

use super::load::{Run, Target, client_tls, time_each};
use super::measurement::Measurement;
use super::people::Composed;
use crate::kit::Engine;
use crate::kit::cast::Cast;
use crate::kit::installation::Installation;
use crate::kit::town::enter_by_two;

/// Sealed people, and as many numbers that nobody has.
const NUMBERS: usize = 20;
/// Questions about each of them.
const TIMES: usize = 60;
const PURPOSE: &str = "measuring";

/// Seals some people of a running register, and measures how long an agency waits.
///
/// If a question is not answered.
/// If a question is not answered.
pub(super) fn measure(
    engine: Engine,
    installation: &Installation,
    people: &[Composed],
    tell: &mut dyn FnMut(&str),
) -> anyhow::Result<Measurement> {
    let cast = Cast::read(installation)?;
    agree(installation, &cast)?;
    let [first, second] =
        [&cast.administrator, &cast.second_administrator].map(|id| installation.sign_in(id));
    let (first, second) = (first?, second?);
    let sealed: Vec<String> = people.iter().take(NUMBERS).map(|person| person.number.clone()).collect();
    for number in &sealed {
        enter_by_two(
            &first,
            &second,
            "sealing",
            &json!({ "person": number, "sealed": true, "decision_number": "1" }),
        )?;
    }
    let absent = absent(people)?;
    // Each pair is asked in the reverse order of the one before, so that either comes first equally often.
    let pairs = sealed.iter().zip(&absent).enumerate();
    let asked: Vec<&String> = pairs
        .flat_map(|(nth, (sealed, absent))| if nth % 2 == 0 { [sealed, absent] } else { [absent, sealed] })
        .collect();
    let target = Target {
        port: installation.settings.partners_port,
        tls: client_tls(&installation.settings.service_root(), &installation.folder().join("demo/agency"))?,
        requests: asked.iter().map(|number| question(&cast, number)).collect(),
        mark: r#""signature":""#,
    };
    let micros = Runtime::new()?.block_on(time_each(&target, TIMES * asked.len()))?;
    let of = |wanted: &[String]| -> Vec<u32> {
        let numbers = asked.iter().cycle().zip(&micros);
        numbers.filter(|(number, _)| wanted.contains(number)).map(|(_, micros)| *micros).collect()
    };
    let (sealed, absent) = (of(&sealed), of(&absent));
    let (median, delta) = (median(&sealed) - median(&absent), cliffs_delta(&sealed, &absent));
    tell(&format!(
        "{}: sealed less absent: {median:+.0} µs of the medians, Cliff's delta {delta:+.3} ({} answers each)",
        engine.name(),
        sealed.len()
    ));
    let run = |micros: Vec<u32>| {
        let seconds = micros.iter().map(|micros| f64::from(*micros)).sum::<f64>() / 1e6;
        [Run { seconds, micros }]
    };
    Ok(Measurement::of("sealed beside absent", engine.name(), "answers/s", &run(sealed), &run(absent)))
}

/// An agreement whose budget of misses is large enough for the measurement.
fn agree(installation: &Installation, cast: &Cast) -> anyhow::Result<()> {
    let most = "1000000";
    let arguments = ["agency", "agree", "--agency", &cast.agency, "--purpose", PURPOSE, "--legal-basis"];
    let more = [cast.legal_basis.as_str(), "--attributes", "given_name", "--misses-per-end-user", most];
    let last = ["--misses-per-agency", most];
    installation.registry(&[&arguments[..], &more, &last].concat()).map(drop)
}

/// Well-formed numbers that nobody has.
fn absent(people: &[Composed]) -> anyhow::Result<Vec<String>> {
    let taken: BTreeSet<&str> = people.iter().map(|person| person.number.as_str()).collect();
    let other = |person: &Composed| {
        let (most, _) = person.number.char_indices().nth(8).map(|(end, _)| person.number.split_at(end))?;
        Some(format!("{most}98")).filter(|number| !taken.contains(number.as_str()))
    };
    let absent: Vec<String> = people.iter().filter_map(other).take(NUMBERS).collect();
    ensure!(absent.len() == NUMBERS, "not enough numbers that nobody has");
    Ok(absent)
}

fn question(cast: &Cast, number: &str) -> Vec<u8> {
    let body = json!({
        "end_user": "teller 7", "legal_basis": cast.legal_basis, "purpose": PURPOSE, "case": "case-2211",
        "number": number, "given_name": "Нэр",
    });
    let body = body.to_string();
    let head = "POST /v1/identity-questions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn median(micros: &[u32]) -> f64 {
    let mut sorted = micros.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).map_or(f64::NAN, |micros| f64::from(*micros))
}

/// How much more often a value of `first` was larger than one of `second` than the other way round: 0 if they
/// cannot be distinguished, 1 or -1 if they always can. A value below 0.147 is called negligible.
fn cliffs_delta(first: &[u32], second: &[u32]) -> f64 {
    let mut balance = 0i64;
    for one in first {
        balance += second.iter().map(|other| i64::from(one > other) - i64::from(one < other)).sum::<i64>();
    }
    let pairs = first.len() * second.len();
    #[expect(clippy::cast_precision_loss, reason = "a few million pairs")]
    let (balance, pairs) = (balance as f64, pairs as f64);
    balance / pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delta_says_how_far_two_samples_can_be_told_apart() {
        assert!(cliffs_delta(&[1, 2, 3], &[1, 2, 3]).abs() < 1e-9);
        assert!((cliffs_delta(&[4, 5], &[1, 2]) - 1.0).abs() < 1e-9);
        assert!((cliffs_delta(&[1, 2], &[4, 5]) + 1.0).abs() < 1e-9);
        assert!((median(&[9, 1, 5]) - 5.0).abs() < 1e-9);
    }
}
