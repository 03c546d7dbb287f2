//! The journal of a job: the intention before each step and its result, one JSON line each, written to the
//! disk before the card gets the command.
//!
//! Invariant: no PIN, no key, no holder data. Results are public keys, signatures, hashes and flags.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use card_protocol::chip::ChipId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::refusal::Refusal;

/// One line of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    at: DateTime<Utc>,
    chip_id: ChipId,
    step: String,
    phase: Phase,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    result: Value,
}

/// What a line says about its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    /// The step is about to be done.
    Intent,
    /// The step was done.
    Done,
    /// The step was refused; the result has the number.
    Refused,
    /// The step was refused, and the card is therefore given up; the result has the number.
    Spoilt,
    /// The service gave the job up, and the job waits for another chip: the lines before this one no longer
    /// count.
    GivenUp,
}

/// The open journal of one job.
#[derive(Debug)]
pub struct Journal {
    file: File,
    lines: Vec<Line>,
}

impl Journal {
    /// Opens or begins `<job>.jsonl` in `directory`. A last line that a power cut left half written is
    /// ignored.
    ///
    /// # Errors
    /// [`Refusal::Journal`]: the directory or file cannot be used, or a line other than the last is broken.
    pub fn open(directory: &Path, job_id: Uuid) -> Result<Self, Refusal> {
        let mut journal = Self::open_file(directory, job_id).map_err(Refusal::Journal)?;
        journal.forget_what_was_given_up();
        Ok(journal)
    }

    fn forget_what_was_given_up(&mut self) {
        let last = self.lines.iter().rposition(|line| line.phase == Phase::GivenUp);
        self.lines.drain(..last.map_or(0, |last| last + 1));
    }

    fn open_file(directory: &Path, job_id: Uuid) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let path = directory.join(format!("{job_id}.jsonl"));
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
        // The directory entry of a new file must survive a power cut as well.
        File::open(directory)?.sync_all()?;
        let texts = BufReader::new(&file).lines().collect::<io::Result<Vec<_>>>()?;
        let mut lines = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            match serde_json::from_str(text) {
                Ok(line) => lines.push(line),
                Err(_) if i + 1 == texts.len() => file.write_all(b"\n")?,
                Err(_) if text.is_empty() || text_was_torn(&texts, i) => {}
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
        Ok(Self { file, lines })
    }

    /// The chip with which the journal began.
    pub fn chip_id(&self) -> Option<ChipId> {
        self.lines.first().map(|line| line.chip_id)
    }

    /// When the first line was written.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        self.lines.first().map(|line| line.at)
    }

    /// The result of a step, if it was done.
    pub fn done(&self, step: &str) -> Option<&Value> {
        self.lines
            .iter()
            .rev()
            .find(|line| line.step == step && line.phase == Phase::Done)
            .map(|line| &line.result)
    }

    /// Whether the step was begun and its end is not known.
    pub fn is_in_doubt(&self, step: &str) -> bool {
        self.done(step).is_none()
            && self.lines.iter().any(|line| line.step == step && line.phase == Phase::Intent)
    }

    /// Records that a step is about to be done.
    ///
    /// # Errors
    /// [`Refusal::Journal`]: then the step must not be done.
    pub fn intend(&mut self, at: DateTime<Utc>, chip_id: ChipId, step: &str) -> Result<(), Refusal> {
        self.append(Line { at, chip_id, step: step.into(), phase: Phase::Intent, result: Value::Null })
    }

    /// Records that a step was done.
    ///
    /// # Errors
    /// [`Refusal::Journal`]: the step is in doubt.
    pub fn finish(
        &mut self,
        at: DateTime<Utc>,
        chip_id: ChipId,
        step: &str,
        result: Value,
    ) -> Result<(), Refusal> {
        self.append(Line { at, chip_id, step: step.into(), phase: Phase::Done, result })
    }

    /// Records that a step was refused, with the number.
    ///
    /// # Errors
    /// [`Refusal::Journal`].
    pub fn refuse(
        &mut self,
        at: DateTime<Utc>,
        chip_id: ChipId,
        step: &str,
        number: u32,
    ) -> Result<(), Refusal> {
        self.append(Line { at, chip_id, step: step.into(), phase: Phase::Refused, result: number.into() })
    }

    /// Records that the card is given up at a step, with the number.
    ///
    /// # Errors
    /// [`Refusal::Journal`].
    pub fn spoil(
        &mut self,
        at: DateTime<Utc>,
        chip_id: ChipId,
        step: &str,
        number: u32,
    ) -> Result<(), Refusal> {
        self.append(Line { at, chip_id, step: step.into(), phase: Phase::Spoilt, result: number.into() })
    }

    /// Records that the service gave the job up: it begins anew, with any chip.
    ///
    /// # Errors
    /// [`Refusal::Journal`].
    pub fn begin_anew(&mut self, at: DateTime<Utc>, chip_id: ChipId) -> Result<(), Refusal> {
        let phase = Phase::GivenUp;
        self.append(Line { at, chip_id, step: "bind-chip".into(), phase, result: Value::Null })?;
        self.forget_what_was_given_up();
        Ok(())
    }

    /// The number of the refusal by which the card was given up, if it was.
    pub fn spoilt_by(&self) -> Option<u32> {
        let line = self.lines.iter().find(|line| line.phase == Phase::Spoilt)?;
        Some(line.result.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default())
    }

    fn append(&mut self, line: Line) -> Result<(), Refusal> {
        let mut text = serde_json::to_vec(&line).map_err(|error| Refusal::Journal(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(Refusal::Journal)?;
        self.lines.push(line);
        Ok(())
    }
}

/// Whether the line was torn and a later run ended it with a line end; the next line is whole.
fn text_was_torn(texts: &[String], i: usize) -> bool {
    texts[i].starts_with('{') && !texts[i].ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chip() -> ChipId {
        ChipId::parse("0001020310110c0d0e0f").unwrap()
    }

    fn at() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    #[test]
    fn what_was_done_is_known_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        assert_eq!(journal.chip_id(), None);
        journal.intend(at(), chip(), "one").unwrap();
        journal.finish(at(), chip(), "one", serde_json::json!({"ok": true})).unwrap();
        journal.intend(at(), chip(), "two").unwrap();
        drop(journal);
        let journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        assert_eq!(journal.chip_id(), Some(chip()));
        assert!(journal.done("one").is_some() && !journal.is_in_doubt("one"));
        assert!(journal.done("two").is_none() && journal.is_in_doubt("two"));
        assert!(!journal.is_in_doubt("three"));
    }

    #[test]
    fn a_job_that_was_given_up_begins_anew_with_another_chip() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        journal.finish(at(), chip(), "one", Value::Null).unwrap();
        journal.spoil(at(), chip(), "two", 9001).unwrap();
        journal.begin_anew(at(), chip()).unwrap();
        for _ in 0..2 {
            assert_eq!((journal.chip_id(), journal.done("one"), journal.spoilt_by()), (None, None, None));
            journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        }
        let other = ChipId::parse("0001020310110c0d0e10").unwrap();
        journal.intend(at(), other, "one").unwrap();
        let journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        assert_eq!((journal.chip_id(), journal.is_in_doubt("one")), (Some(other), true));
    }

    #[test]
    fn a_half_written_last_line_is_no_line_and_a_broken_middle_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(format!("{}.jsonl", Uuid::nil()));
        let mut journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
        journal.intend(at(), chip(), "one").unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{{\"at\":\"19")).unwrap();
        for _ in 0..2 {
            let mut journal = Journal::open(directory.path(), Uuid::nil()).unwrap();
            assert!(journal.is_in_doubt("one"));
            journal.intend(at(), chip(), "two").unwrap();
        }
        std::fs::write(&path, format!("{{\"nonsense\":1}}\n{whole}")).unwrap();
        assert!(matches!(Journal::open(directory.path(), Uuid::nil()), Err(Refusal::Journal(_))));
    }
}
