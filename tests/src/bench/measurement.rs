//! Measurements, and how they are reported.

use serde::Serialize;

use super::load::Run;

/// A figure of the register and its floor; both are medians of the same number of runs.
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    /// What was measured.
    pub name: &'static str,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// The register's figure.
    pub value: f64,
    /// What `value` and `floor` count.
    pub unit: &'static str,
    /// The figure of the floor.
    pub floor: f64,
    /// `value / floor`.
    pub ratio: f64,
    /// How long an answer of the register took.
    #[serde(skip)]
    pub value_latency: Latency,
    /// How long an answer of the floor took.
    #[serde(skip)]
    pub floor_latency: Latency,
}

/// Milliseconds from the first byte of the request sent to the last byte of the answer read.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// Half of the answers were faster.
    pub p50: f64,
    /// 99 in 100 answers were faster.
    pub p99: f64,
}

impl Measurement {
    /// Takes the medians of alternating runs.
    pub fn of(
        name: &'static str,
        engine: &'static str,
        unit: &'static str,
        values: &[Run],
        floors: &[Run],
    ) -> Self {
        let (value, floor) = (median_rate(values), median_rate(floors));
        Measurement {
            name,
            engine,
            value: value.round(),
            unit,
            floor: floor.round(),
            ratio: (value / floor * 1000.0).round() / 1000.0,
            value_latency: Latency::of(values),
            floor_latency: Latency::of(floors),
        }
    }
}

impl Latency {
    fn of(runs: &[Run]) -> Self {
        let mut all: Vec<u32> = runs.iter().flat_map(|run| run.micros.iter().copied()).collect();
        all.sort_unstable();
        let at = |hundredths: usize| {
            let place = (all.len() * hundredths / 100).min(all.len().saturating_sub(1));
            all.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
        };
        Latency { p50: at(50), p99: at(99) }
    }
}

fn median_rate(runs: &[Run]) -> f64 {
    let mut rates: Vec<f64> = runs.iter().map(Run::rate).collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A table for people: one line for each engine.
pub fn table(measurements: &[Measurement]) -> String {
    let mut lines = vec![format!(
        "{:<21} {:<9} {:>9} {:<15} {:>9} {:>6}   {:>15} {:>15}",
        "name", "engine", "value", "unit", "floor", "ratio", "p50/p99 ms", "floor p50/p99"
    )];
    let pair = |latency: Latency| format!("{:.1} / {:.1}", latency.p50, latency.p99);
    lines.extend(measurements.iter().map(|one| {
        format!(
            "{:<21} {:<9} {:>9.0} {:<15} {:>9.0} {:>6.2}   {:>15} {:>15}",
            one.name,
            one.engine,
            one.value,
            one.unit,
            one.floor,
            one.ratio,
            pair(one.value_latency),
            pair(one.floor_latency)
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(answers: u32) -> Run {
        Run { seconds: 2.0, micros: (1..=answers).collect() }
    }

    #[test]
    fn one_slow_run_does_not_move_the_median() {
        let measurement = Measurement::of(
            "verify",
            "sqlite",
            "answers/s",
            &[run(100), run(2), run(102)],
            &[run(200), run(204), run(1)],
        );
        assert_eq!((measurement.value, measurement.floor), (50.0, 100.0));
        assert!((measurement.ratio - 0.5).abs() < f64::EPSILON);
        assert!(table(&[measurement]).contains("sqlite"));
    }

    #[test]
    fn latencies_are_of_all_runs_together() {
        let latency = Latency::of(&[run(100)]);
        assert!((latency.p50 - 0.051).abs() < 1e-9 && (latency.p99 - 0.1).abs() < 1e-9);
        assert!(Latency::of(&[]).p50.is_nan());
    }
}
