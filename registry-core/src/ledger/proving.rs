//! The proof that an entry stands in the register's log, computed from the stored leaf hashes.
//!
//! A proof needs roots over ranges of the whole log. The log only grows, so the root over a full block of
//! leaves never changes. Each block is read once and its root is kept: 32 octets for each 1,024 entries.
//! After a start, a log of ten million entries is read through once, and its roots take 320 kB.
//!
//! The first paper after a start does that reading. It reads every leaf hash and holds a connection of the
//! pool meanwhile; papers that are opened at the same time wait for it, each with its own connection. `serve`
//! reads the same leaves once at its start, to compare them with the checkpoint outside
//! ([`super::checkpointing`]), but keeps no roots of blocks.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use transparency_log::{Frontier, Hash, inclusion_ranges, node_hash, root_of};

use super::Log;
use super::checkpointing::leaf_hashes;
use crate::store::{Db, StoreError};

/// How many leaves a block has: a power of two.
const BLOCK: u64 = 1024;
/// Leaves read at a time, whole blocks.
const PAGE: u64 = 8 * BLOCK;

/// Makes proofs, and keeps the roots of full blocks.
#[derive(Clone)]
pub struct Prover {
    block: u64,
    roots: Arc<Mutex<Vec<Hash>>>,
}

impl Default for Prover {
    fn default() -> Prover {
        Prover { block: BLOCK, roots: Arc::default() }
    }
}

/// A source of leaf hashes. It gives those of a range, or fewer if there are fewer.
trait Leaves {
    fn read(&mut self, range: Range<u64>) -> Result<Vec<Hash>, StoreError>;
}

struct Register<'a>(&'a mut Db);

impl Leaves for Register<'_> {
    fn read(&mut self, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let count = i64::try_from(range.end - range.start).unwrap_or(i64::MAX);
        leaf_hashes(self.0, Log::Register, range.start, count)
    }
}

impl Prover {
    /// The audit path of the entry at `index` in the tree over the first `size` entries of the register.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log has no such entry or a gap; an error of the database.
    pub fn prove(&self, db: &mut Db, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.path(&mut Register(db), index, size)
    }

    fn path(&self, leaves: &mut impl Leaves, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let ranges = inclusion_ranges(index, size).map_err(|e| StoreError::Damaged(e.to_string()))?;
        // A reading that fails leaves nothing half written, because only whole blocks are added.
        let mut blocks = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        self.extend(leaves, &mut blocks, size)?;
        ranges.into_iter().map(|range| self.root(leaves, &blocks, range)).collect()
    }

    /// Reads those full blocks of a tree of this size whose roots are not kept yet.
    fn extend(&self, leaves: &mut impl Leaves, blocks: &mut Vec<Hash>, size: u64) -> Result<(), StoreError> {
        let full = size / self.block * self.block;
        let mut at = blocks.len() as u64 * self.block;
        while at < full {
            let wanted = at..full.min(at + PAGE);
            let read = whole(leaves, wanted.clone())?;
            let length = usize::try_from(self.block).unwrap_or(usize::MAX);
            blocks.extend(read.chunks(length).map(root_of));
            at = wanted.end;
        }
        Ok(())
    }

    /// The root over a range that RFC 6962 §2.1 splits off. Such a range begins at a multiple of a power of
    /// two that is at least as large as the range.
    fn root(&self, leaves: &mut impl Leaves, blocks: &[Hash], range: Range<u64>) -> Result<Hash, StoreError> {
        let length = range.end - range.start;
        if length < self.block {
            let mut tree = Frontier::new();
            whole(leaves, range)?.into_iter().for_each(|hash| tree.append(hash));
            return Ok(tree.root());
        }
        if length.is_power_of_two() {
            let at = |leaf: u64| usize::try_from(leaf / self.block).unwrap_or(usize::MAX);
            let missing = || StoreError::Damaged(format!("no block of leaves at {}", range.start));
            return blocks.get(at(range.start)..at(range.end)).map(root_of).ok_or_else(missing);
        }
        let split = range.start + length.next_power_of_two() / 2;
        let left = self.root(leaves, blocks, range.start..split)?;
        Ok(node_hash(&left, &self.root(leaves, blocks, split..range.end)?))
    }
}

/// All leaves of a range.
fn whole(leaves: &mut impl Leaves, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
    let read = leaves.read(range.clone())?;
    if read.len() as u64 == range.end - range.start {
        Ok(read)
    } else {
        Err(StoreError::Damaged(format!("the register's log ends within {range:?}")))
    }
}

#[cfg(test)]
mod tests {
    use transparency_log::{inclusion_proof, leaf_hash};

    use super::*;

    /// Leaves in memory, and how many of them were read.
    struct Known(Vec<Hash>, u64);

    impl Leaves for Known {
        fn read(&mut self, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
            let end = usize::try_from(range.end).unwrap().min(self.0.len());
            let read = self.0[usize::try_from(range.start).unwrap()..end].to_vec();
            self.1 += read.len() as u64;
            Ok(read)
        }
    }

    fn known(count: u64) -> Known {
        Known((0..count).map(|at| leaf_hash(&at.to_be_bytes())).collect(), 0)
    }

    #[test]
    fn a_path_by_blocks_is_the_path_over_all_leaves() {
        for size in 1..=70 {
            let mut leaves = known(size);
            let prover = Prover { block: 4, roots: Arc::default() };
            for index in 0..size {
                let path = prover.path(&mut leaves, index, size).unwrap();
                assert_eq!(Ok(path), inclusion_proof(&leaves.0, index), "{index} of {size}");
            }
        }
    }

    #[test]
    fn a_log_is_read_through_once_and_then_a_block_at_a_time() {
        let prover = Prover::default();
        let mut leaves = known(20_000);
        prover.path(&mut leaves, 7, 20_000).unwrap();
        let before = leaves.1;
        prover.path(&mut leaves, 12_345, 20_000).unwrap();
        assert!(before >= 19_456 && leaves.1 - before < 2 * BLOCK, "{before}, {}", leaves.1);
        // The log grew, and an older tree is still proved.
        let mut grown = known(30_000);
        let path = prover.path(&mut grown, 29_999, 30_000).unwrap();
        assert_eq!(Ok(path), inclusion_proof(&grown.0, 29_999));
        let path = prover.path(&mut grown, 3, 9_999).unwrap();
        assert_eq!(Ok(path), inclusion_proof(&grown.0[..9_999], 3));
    }

    #[test]
    fn a_log_with_a_gap_or_without_the_entry_is_damaged() {
        let prover = Prover { block: 4, roots: Arc::default() };
        assert!(prover.path(&mut known(10), 3, 12).is_err());
        assert!(prover.path(&mut known(10), 10, 10).is_err());
    }
}
