//! The files of the workspace that are written by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// Folders of the workspace that are built, downloaded or secret.
const NOT_OURS: [&str; 5] = ["target", ".git", ".venv", "data", "keys"];

/// The workspace with its text files.
pub struct Tree {
    /// Its root folder.
    pub root: PathBuf,
    /// Each text file by its path from the root, in the order of the paths.
    pub files: Vec<(String, String)>,
    /// Every path from the root, including folders and files that are not text.
    pub paths: BTreeSet<String>,
}

/// Why the tree could not be read.
#[derive(Debug)]
pub struct Fault {
    /// What was being read.
    pub what: String,
    /// The error of the system.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Fault {
    /// Wraps the error of reading `what`.
    pub fn reading(
        what: impl fmt::Display,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.to_string(), source: source.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading {}: {}", self.what, self.source)
    }
}

/// The workspace in which this program was built.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

impl Tree {
    /// Reads all files below `root` that belong to the project.
    pub fn read(root: &Path) -> Result<Self, Fault> {
        let mut tree = Self { root: root.to_owned(), files: Vec::new(), paths: BTreeSet::new() };
        tree.enter(root)?;
        tree.files.sort();
        Ok(tree)
    }

    fn enter(&mut self, folder: &Path) -> Result<(), Fault> {
        let fault = |source: io::Error| Fault::reading(folder.display(), source);
        for entry in fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let path = entry.path();
            let name = path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            self.paths.insert(name.clone());
            if entry.file_type().map_err(fault)?.is_dir() {
                self.enter(&path)?;
            } else if let Ok(text) = fs::read_to_string(&path) {
                // A file that is not text is not searched.
                self.files.push((name, text));
            }
        }
        Ok(())
    }

    /// The files whose names end in one of `kinds`; `""` means a name without an ending.
    pub fn of_kinds(&self, kinds: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .filter(|(name, _)| kinds.contains(&kind(name)))
    }

    /// The findings of a rule in each file of these kinds, with the file's name in front.
    pub fn each(&self, kinds: &[&str], rule: fn(&str) -> Vec<String>) -> Vec<String> {
        let found = |(name, text): (&str, &str)| {
            let findings = rule(text).into_iter();
            findings.map(|finding| format!("{name}: {finding}")).collect::<Vec<_>>()
        };
        self.of_kinds(kinds).flat_map(found).collect()
    }

    /// The names of the files below a folder, relative to it.
    pub fn below(&self, folder: &str) -> BTreeSet<String> {
        let names = self.files.iter().filter_map(|(name, _)| name.strip_prefix(folder));
        names.map(|name| name.trim_start_matches('/').to_owned()).collect()
    }
}

/// The ending of a file's name, without its dot.
fn kind(name: &str) -> &str {
    Path::new(name).extension().and_then(|kind| kind.to_str()).unwrap_or_default()
}

#[cfg(test)]
impl Tree {
    /// A tree of invented files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<(String, String)> =
            files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let with_folders = |(name, _): &(String, String)| {
            let path = Path::new(name).ancestors();
            path.map(|path| path.display().to_string()).filter(|path| !path.is_empty()).collect::<Vec<_>>()
        };
        Self { root: PathBuf::new(), paths: files.iter().flat_map(with_folders).collect(), files }
    }
}
