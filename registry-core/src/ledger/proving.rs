//! The proof that an entry stands in a log, computed from the stored leaf hashes.

use std::ops::Range;

use transparency_log::{Frontier, Hash, inclusion_ranges};

use super::Log;
use super::checkpointing::leaf_hashes;
use crate::store::{Db, StoreError};

/// Leaves read at a time.
const PAGE: u64 = 10_000;

/// The audit path of the entry at `index` in the tree over the first `size` entries.
///
/// # Errors
/// [`StoreError::Damaged`] if the log has no such entry or a gap; the engine's.
pub fn prove(db: &mut Db, log: Log, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let ranges = inclusion_ranges(index, size).map_err(|e| StoreError::Damaged(e.to_string()))?;
    ranges.into_iter().map(|range| root(db, log, range)).collect()
}

/// The root over a range of leaves, with no more than a page of them at once.
fn root(db: &mut Db, log: Log, range: Range<u64>) -> Result<Hash, StoreError> {
    let mut tree = Frontier::new();
    let mut at = range.start;
    while at < range.end {
        let wanted = i64::try_from(PAGE.min(range.end - at)).unwrap_or(i64::MAX);
        let hashes = leaf_hashes(db, log, at, wanted)?;
        if hashes.is_empty() {
            return Err(StoreError::Damaged(format!("{} log, entry {at} is missing", log.name())));
        }
        at += hashes.len() as u64;
        hashes.into_iter().for_each(|hash| tree.append(hash));
    }
    Ok(tree.root())
}
