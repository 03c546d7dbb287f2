//! Which of the issuing authorities, one after the other: the first, the second, ….

use std::fs;
use std::path::Path;

use crate::vault::key_file::Purpose;

/// The place of an issuing authority in their line, from 1. Its files, its list and its common name say it
/// from 2 on, so that what certificates point to stays where it was when another authority follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(u32);

impl Generation {
    /// The first issuing authority.
    pub const FIRST: Generation = Generation(1);

    /// The one that follows.
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }

    /// Whether nobody was before it.
    pub fn is_first(self) -> bool {
        self == Generation::FIRST
    }

    /// The common name, of what the first one is called: `Issuing CA 2` follows `Issuing CA` and `Issuing CA
    /// 1` alike.
    pub fn common_name(self, first: &str) -> String {
        let (stem, number) = (first.strip_suffix(" 1").unwrap_or(first), self.0);
        if self.is_first() { first.to_owned() } else { format!("{stem} {number}") }
    }

    /// The stem of its files, and of its list's and certificate's public address: `issuing-ca`,
    /// `issuing-ca-2`, ….
    pub fn stem(self) -> String {
        let (name, number) = (Purpose::IssuingCa.name(), self.0);
        if self.is_first() { name.to_owned() } else { format!("{name}-{number}") }
    }

    /// Those whose certificates are in a folder, the first one first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn all_in(folder: &Path) -> std::io::Result<Vec<Generation>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            found.extend(name.to_str().and_then(Generation::of_file));
        }
        found.sort_unstable();
        Ok(found)
    }

    fn of_file(name: &str) -> Option<Generation> {
        let number = name.strip_suffix(".pem")?.strip_prefix(Purpose::IssuingCa.name())?;
        if number.is_empty() {
            return Some(Generation::FIRST);
        }
        let found = Generation(number.strip_prefix('-')?.parse().ok()?);
        // No other spelling of a number, and no second name of the first.
        Some(found).filter(|one| *one > Generation::FIRST && format!("{}.pem", one.stem()) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_are_found_by_their_files_in_the_order_of_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let others = [
            "issuing-ca-0.pem",
            "issuing-ca-1.pem",
            "issuing-ca-02.pem",
            "issuing-ca-x.pem",
            "issuing-ca.cer",
            "issuing-ca-4.cer",
        ];
        for name in ["issuing-ca-10.pem", "issuing-ca.pem", "issuing-ca-2.pem"].iter().chain(&others) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = Generation::all_in(folder.path()).unwrap();
        assert_eq!(found, [Generation(1), Generation(2), Generation(10)]);
        assert_eq!(
            found.iter().map(|one| one.stem()).collect::<Vec<_>>(),
            ["issuing-ca", "issuing-ca-2", "issuing-ca-10"]
        );
        for first in ["Issuing CA", "Issuing CA 1"] {
            assert_eq!(Generation::FIRST.common_name(first), first);
            assert_eq!(Generation::FIRST.next().common_name(first), "Issuing CA 2");
        }
    }
}
