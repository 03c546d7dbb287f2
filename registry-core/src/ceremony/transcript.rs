//! What a ceremony writes down: each step, who stood for it, what was made.
//!
//! What must differ from run to run is marked where it stands: `[[key …]]`, `[[serial …]]`, `[[time …]]`.
//! Everything else a second run on the same plan repeats word by word, and [`differences`] says where it does
//! not.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest as _, Sha256};

use super::CeremonyError;

/// The transcript's file in the folder of a ceremony.
pub const TRANSCRIPT_FILE: &str = "transcript.md";

const HASH_LINE: &str = "SHA-256 of all before this step: ";

/// What a value is that differs from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A key, or what depends on one: a fingerprint, a hash of a certificate, a share's recognition.
    Key,
    /// A serial number.
    Serial,
    /// An instant.
    Time,
}

/// Marks a value.
pub fn marked(mark: Mark, value: &str) -> String {
    let name = match mark {
        Mark::Key => "key",
        Mark::Serial => "serial",
        Mark::Time => "time",
    };
    format!("[[{name} {value}]]")
}

/// A marked instant, to the second.
pub fn instant(at: DateTime<Utc>) -> String {
    marked(Mark::Time, &at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The transcript of one ceremony.
#[derive(Debug)]
pub struct Transcript {
    path: PathBuf,
}

/// One step as it is written down.
#[derive(Debug, Clone)]
pub struct Entry {
    title: String,
    by: Vec<String>,
    lines: Vec<String>,
}

impl Entry {
    /// A step, and who stands for it.
    pub fn new(title: &str, by: &[String]) -> Entry {
        Entry { title: title.to_owned(), by: by.to_vec(), lines: Vec::new() }
    }

    /// One more thing that was done or made.
    pub fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A line, if there is one.
    pub fn lines_of(&mut self, line: Option<String>) {
        self.lines.extend(line);
    }
}

impl Transcript {
    /// The transcript in the folder of a ceremony.
    pub fn of(folder: &Path) -> Transcript {
        Transcript { path: folder.join(TRANSCRIPT_FILE) }
    }

    /// Writes a step down, durably, with the hash of all before it; gives the text for those present.
    ///
    /// # Errors
    /// [`CeremonyError::File`].
    pub fn append(&self, entry: &Entry, now: DateTime<Utc>) -> Result<String, CeremonyError> {
        let failed = |source| CeremonyError::File { path: self.path.clone(), source };
        let before = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                "# Transcript of a key ceremony\n".to_owned()
            }
            Err(error) => return Err(failed(error)),
        };
        let number = before.lines().filter(|line| line.starts_with("## Step ")).count() + 1;
        let mut text = format!("\n## Step {number}: {}\n\n", entry.title);
        text.push_str(&format!("- stands for it: {}\n", entry.by.join(", ")));
        text.push_str(&format!("- at {}\n", instant(now)));
        for line in &entry.lines {
            text.push_str(&format!("- {line}\n"));
        }
        let hash = hex::encode(Sha256::digest(before.as_bytes()));
        text.push_str(&format!("- {HASH_LINE}{}\n", marked(Mark::Key, &hash)));
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.path).map_err(failed)?;
        if number == 1 && file.metadata().map_err(failed)?.len() == 0 {
            file.write_all(before.as_bytes()).map_err(failed)?;
        }
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(text)
    }
}

/// Where two transcripts differ beyond what is marked: the line's number, and both lines.
pub fn differences(one: &str, other: &str) -> Vec<(usize, String, String)> {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let line = |lines: &[&str], at: usize| lines.get(at).map(|line| masked(line)).unwrap_or_default();
    (0..one.len().max(other.len()))
        .filter(|at| one.len() <= *at || other.len() <= *at || line(&one, *at) != line(&other, *at))
        .map(|at| (at + 1, line(&one, at), line(&other, at)))
        .collect()
}

/// The numbers of the steps before which a transcript was changed later, so that their hash of all before
/// does not fit. The last step is protected by what people signed on paper.
pub fn broken_links(text: &str) -> Vec<usize> {
    let starts: Vec<usize> = text.match_indices("\n## Step ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let is_whole = |(start, end): (usize, usize)| {
        let hash = hex::encode(Sha256::digest(&text.as_bytes()[..start]));
        let said = format!("- {HASH_LINE}{}", marked(Mark::Key, &hash));
        text[start..end].lines().filter(|line| line.starts_with("- SHA-256 of all")).eq([said.as_str()])
    };
    let links = starts.iter().copied().zip(ends).map(is_whole);
    (1..).zip(links).filter(|(_, is_whole)| !is_whole).map(|(number, _)| number).collect()
}

/// A line with the marked values taken out and the marks left.
fn masked(line: &str) -> String {
    let mut parts = line.split("[[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("]]") {
            Some((marked, rest)) => {
                let name = marked.split(' ').next().unwrap_or_default();
                out.push_str(&format!("[[{name}]]{rest}"));
            }
            None => out.push_str(&format!("[[{part}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn run(seed: &str, second: i64, holder: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let transcript = Transcript::of(folder.path());
        for title in ["make the root", "make the CSCA"] {
            let mut entry = Entry::new(title, &[holder.to_owned()]);
            entry.say(format!("fingerprint {}", marked(Mark::Key, seed)));
            transcript.append(&entry, at(second)).unwrap();
        }
        fs::read_to_string(folder.path().join(TRANSCRIPT_FILE)).unwrap()
    }

    #[test]
    fn a_second_run_differs_in_marked_values_alone() {
        let (one, other) = (run("aa", 0, "First Holder"), run("bb", 99, "First Holder"));
        assert_ne!(one, other);
        assert!(differences(&one, &other).is_empty());
        assert!(one.contains("## Step 2: make the CSCA"), "{one}");
    }

    #[test]
    fn another_holder_a_missing_step_and_another_mark_are_found() {
        let one = run("aa", 0, "First Holder");
        assert_eq!(differences(&one, &run("aa", 0, "Second Holder")).len(), 2);
        let short = one.split("\n## Step 2").next().unwrap();
        assert!(!differences(&one, short).is_empty());
        let other_mark = one.replacen("[[key aa]]", "[[serial aa]]", 1);
        assert_eq!(differences(&one, &other_mark).len(), 1);
    }

    #[test]
    fn a_step_that_was_changed_later_shows_in_the_hash_of_the_next() {
        let text = run("aa", 0, "First Holder");
        let (before, _) = text.split_once("\n## Step 2").unwrap();
        assert!(text.contains(&hex::encode(Sha256::digest(before.as_bytes()))));
        let changed = before.replace("First", "Other");
        assert!(!text.contains(&hex::encode(Sha256::digest(changed.as_bytes()))));
        assert!(broken_links(&text).is_empty());
        assert_eq!(broken_links(&text.replacen("First", "Other", 1)), [2]);
        assert_eq!(broken_links(&text.replacen("- SHA-256", "- sha-256", 1)), [1, 2]);
    }
}
