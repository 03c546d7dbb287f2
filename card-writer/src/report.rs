//! The output of the program, in both languages or as JSON.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use card_protocol::messages::Problem;
use card_writer::personalise::{Progress, Told};
use card_writer::refusal::Refusal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

/// The result of a command.
pub struct Outcome {
    /// The sentence in English and Mongolian.
    pub sentence: (String, String),
    /// The same result for programs.
    pub value: Value,
}

/// Where all output goes.
pub struct Report {
    is_json: bool,
    bar: ProgressBar,
    /// The jobs that the service took away, collected for the JSON output.
    passed_over: Vec<Value>,
}

impl Report {
    /// A report. Progress is shown on the terminal, if there is one and it is wanted.
    pub fn new(is_json: bool, is_quiet: bool) -> Self {
        let is_shown = !is_quiet && io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { is_json, bar: ProgressBar::with_draw_target(None, target), passed_over: Vec::new() }
    }

    /// Reports what happens while cards are written.
    pub fn tell(&mut self, told: Told<'_>) {
        match told {
            Told::Progress(progress) => self.progress(progress),
            Told::PassedOver(problem) => self.passed_over(problem),
        }
    }

    /// Reports that a job was taken away; the next one follows.
    fn passed_over(&mut self, problem: &Problem) {
        let Problem { number, title, title_mn, .. } = problem;
        if self.is_json {
            self.passed_over.push(json!({"number": number, "title": title, "title_mn": title_mn}));
            return;
        }
        let next = ("Going on to the next job.", "Дараагийн ажил руу шилжинэ.");
        let text = format!("{number} {title_mn} {}\n{number} {title} {}", next.1, next.0);
        // A failure to print this does not change what follows.
        self.bar.suspend(|| drop(writeln!(io::stderr(), "{text}")));
    }

    fn progress(&self, progress: Progress) {
        if progress.index == 0 {
            if let Ok(style) = ProgressStyle::with_template("[{elapsed}] {bar:30} {pos}/{len} {msg}") {
                self.bar.set_style(style);
            }
            self.bar.set_length(progress.total as u64);
        }
        self.bar.set_position(progress.index as u64);
        let (english, mongolian) = progress.step.title;
        self.bar.set_message(format!("{mongolian} · {english}"));
    }

    /// Reports a success.
    pub fn success(&self, outcome: &Outcome) -> ExitCode {
        self.bar.finish_and_clear();
        let (english, mongolian) = &outcome.sentence;
        let text = if self.is_json {
            self.json(json!({"ok": true, "result": outcome.value}))
        } else {
            format!("{mongolian}\n{english}")
        };
        written(writeln!(io::stdout(), "{text}"), ExitCode::SUCCESS)
    }

    /// Reports a refusal.
    pub fn refusal(&self, refusal: &Refusal) -> ExitCode {
        self.bar.abandon();
        let (next, next_mn) = refusal.advice();
        let (number, title, title_mn) = (refusal.number(), causes(refusal), refusal.mongolian());
        let outcome = if self.is_json {
            let value = json!({"ok": false, "number": number, "title": title, "title_mn": title_mn,
                "advice": next, "advice_mn": next_mn});
            writeln!(io::stdout(), "{}", self.json(value))
        } else {
            writeln!(io::stderr(), "{number} {title_mn}. {next_mn}\n{number} {title}. {next}")
        };
        written(outcome, ExitCode::FAILURE)
    }

    fn json(&self, mut value: Value) -> String {
        if !self.passed_over.is_empty() {
            value["passed_over"] = Value::from(self.passed_over.clone());
        }
        value.to_string()
    }
}

/// If the output cannot be written, for example because its reader has closed it, the exit code is a failure:
/// nothing else can be reported.
fn written(outcome: io::Result<()>, code: ExitCode) -> ExitCode {
    if outcome.is_ok() { code } else { ExitCode::FAILURE }
}

fn causes(refusal: &Refusal) -> String {
    let mut text = refusal.to_string();
    let mut cause = std::error::Error::source(refusal);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
