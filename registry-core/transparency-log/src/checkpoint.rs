//! A log's statement about itself: its name, size and root, in the text form of C2SP `tlog-checkpoint`.

use crate::frontier::Frontier;
use crate::hash::{Hash, HashError};
use crate::note::NoteError;
use crate::verifier::KeyName;

/// The head of a log at one size. Signed as the text of a [`crate::SignedNote`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log; by convention also the name of the key that signs it.
    pub origin: KeyName,
    /// The number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The size of the checkpoint that was signed before this one. So the checkpoints form a chain from which
    /// none can be left out unnoticed. None in the first checkpoint of a log, and in those from before the
    /// chain was introduced.
    pub after: Option<u64>,
}

/// Begins the one extension line that our logs write.
const AFTER: &str = "after ";

/// Why a text is not a checkpoint of ours.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not origin, size and root on one line each, with at most our own extension line after them.
    #[error("a checkpoint has three lines: origin, size, root; and perhaps the size it follows")]
    Lines,
    /// The first line is not the name of a log.
    #[error("the first line of a checkpoint names its log")]
    Origin(#[source] NoteError),
    /// The second line is not a number of leaves in plain decimal digits.
    #[error("the second line of a checkpoint is its size, in decimal without leading zeros")]
    Size,
    /// The third line is not a root hash.
    #[error("the third line of a checkpoint is its root")]
    Root(#[source] HashError),
    /// The fourth line is not the size of an earlier checkpoint.
    #[error("the fourth line of a checkpoint is `after` and a smaller size")]
    After,
    /// The size is 0, but the root is not that of the empty tree.
    #[error("a checkpoint of no leaves has the root of the empty tree")]
    Empty,
}

impl Checkpoint {
    /// The head of the log `origin` with the leaves of `frontier`. The checkpoint signed before it was over
    /// `after` leaves.
    pub fn of(origin: KeyName, frontier: &Frontier, after: Option<u64>) -> Self {
        Checkpoint { origin, size: frontier.size(), root: frontier.root(), after }
    }

    /// Three or four lines, each ended by a newline.
    pub fn to_text(&self) -> String {
        let after = self.after.map(|size| format!("{AFTER}{size}\n")).unwrap_or_default();
        format!("{}\n{}\n{}\n{after}", self.origin, self.size, self.root.to_base64())
    }

    /// Reads the form of [`Checkpoint::to_text`], and no other spelling of it. Verify first with
    /// [`crate::NoteVerifier::verify`] that the log signed the text.
    ///
    /// # Errors
    /// The error names the line that does not fit.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let (origin, size, root, after) = match lines.as_slice() {
            [origin, size, root] => (origin, size, root, None),
            [origin, size, root, after] => (origin, size, root, Some(after)),
            _ => return Err(CheckpointError::Lines),
        };
        let origin = KeyName::parse(origin).map_err(CheckpointError::Origin)?;
        let leaves = number(size).ok_or(CheckpointError::Size)?;
        let after = after
            .map(|line| line.strip_prefix(AFTER).and_then(number).filter(|earlier| *earlier < leaves))
            .map(|earlier| earlier.ok_or(CheckpointError::After))
            .transpose()?;
        let root = Hash::from_base64(root).map_err(CheckpointError::Root)?;
        if leaves == 0 && root != Hash::of_empty_tree() {
            return Err(CheckpointError::Empty);
        }
        Ok(Checkpoint { origin, size: leaves, root, after })
    }
}

/// Reads a number, which has exactly one accepted spelling.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::leaves;

    #[test]
    fn a_checkpoint_reads_back() {
        for (size, after) in [(0, None), (1, Some(0)), (64, Some(63)), (64, None)] {
            let frontier: Frontier = leaves(size).into_iter().collect();
            let origin = KeyName::parse("registry.example/events").unwrap();
            let checkpoint = Checkpoint::of(origin, &frontier, after);
            assert_eq!(Checkpoint::parse(&checkpoint.to_text()).unwrap(), checkpoint);
        }
    }

    #[test]
    fn a_checkpoint_in_another_spelling_is_refused() {
        let root = Hash::of_empty_tree().to_base64();
        let some = leaves(1)[0].to_base64();
        assert!(Checkpoint::parse(&format!("log.example\n1\n{some}\n")).is_ok());
        for text in [
            String::new(),
            "\n".to_owned(),
            format!("log.example\n1\n{some}"),
            format!("log.example\n1\n{some}\n\n"),
            format!("log.example\n1\n{some}\nextension\n"),
            format!("log.example\n1\n{some}\nafter 1\n"),
            format!("log.example\n1\n{some}\nafter 00\n"),
            format!("log.example\n1\n{some}\nafter\n"),
            format!("log.example\n1\n{some}\nafter 0\nafter 0\n"),
            format!("\n1\n{some}\n"),
            format!("log example\n1\n{some}\n"),
            format!("log.example\n01\n{some}\n"),
            format!("log.example\n+1\n{some}\n"),
            format!("log.example\n-1\n{some}\n"),
            format!("log.example\n18446744073709551616\n{some}\n"),
            format!("log.example\n1\n{}\n", &some[1..]),
            format!("log.example\r\n1\r\n{some}\r\n"),
            format!("log.example\n0\n{some}\n"),
        ] {
            assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
        }
        assert!(Checkpoint::parse(&format!("log.example\n0\n{root}\n")).is_ok());
    }
}
