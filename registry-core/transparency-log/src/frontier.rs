//! The right edge of a growing tree: all that appending a leaf needs to know of the earlier leaves.

use std::fmt;

use crate::hash::{Hash, node_hash};

/// The compact range of the first `size` leaves: the roots of its full subtrees, the largest first.
///
/// One subtree for each bit set in `size`: at most 64 hashes whatever the size, so that the store keeps a
/// frontier in one column and appending costs about two hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// Why stored bytes are not a frontier.
#[derive(Debug, thiserror::Error)]
pub enum FrontierError {
    /// Shorter than the eight bytes of the size.
    #[error("a frontier begins with its size in 8 bytes, but {0} were stored")]
    NoSize(usize),
    /// The number of hashes is not the number of bits set in the size.
    #[error("a frontier of {size} leaves has {expected} bytes, but {stored} were stored")]
    Length {
        /// The size that the first eight bytes say.
        size: u64,
        /// The length that a frontier of this size has, in bytes.
        expected: usize,
        /// The length found, in bytes.
        stored: usize,
    },
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Frontier { size: 0, peaks: Vec::new() }
    }

    /// Adds the next leaf, by its [`crate::leaf_hash`].
    pub fn append(&mut self, leaf: Hash) {
        let mut peak = leaf;
        // Each low bit set is a full subtree of the same height as `peak`: the two become one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                peak = node_hash(&left, &peak);
            }
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves, equal to [`crate::root_of`] of them.
    pub fn root(&self) -> Hash {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(Hash::of_empty_tree)
    }

    /// The stored form: the size in 8 bytes, big-endian, then the hashes, the largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.peaks.iter().flat_map(|peak| peak.0);
        self.size.to_be_bytes().into_iter().chain(hashes).collect()
    }

    /// Reads the form of [`Frontier::to_bytes`]. This function cannot know whether the hashes are those of
    /// the log: compare [`Frontier::root`] with a checkpoint.
    ///
    /// # Errors
    /// If the length does not follow from the size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierError> {
        let (size, hashes) = bytes.split_first_chunk::<8>().ok_or(FrontierError::NoSize(bytes.len()))?;
        let size = u64::from_be_bytes(*size);
        let (peaks, rest) = hashes.as_chunks::<32>();
        if !rest.is_empty() || peaks.len() != size.count_ones() as usize {
            let expected = 8 + 32 * size.count_ones() as usize;
            return Err(FrontierError::Length { size, expected, stored: bytes.len() });
        }
        Ok(Frontier { size, peaks: peaks.iter().copied().map(Hash).collect() })
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Frontier::new()
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut frontier = Frontier::new();
        leaves.into_iter().for_each(|leaf| frontier.append(leaf));
        frontier
    }
}

impl fmt::Debug for Frontier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frontier {{ size: {}, root: {} }}", self.size, self.root())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::root_of;
    use crate::tree::tests::leaves;

    #[test]
    fn a_frontier_has_the_root_of_all_leaves_at_every_size() {
        let hashes = leaves(300);
        let mut frontier = Frontier::new();
        for (index, leaf) in hashes.iter().enumerate() {
            assert_eq!(frontier.root(), root_of(&hashes[..index]));
            assert_eq!(frontier.size(), index as u64);
            frontier.append(*leaf);
        }
    }

    #[test]
    fn stored_bytes_of_a_wrong_length_are_refused() {
        let bytes = leaves(11).into_iter().collect::<Frontier>().to_bytes();
        assert!(Frontier::from_bytes(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(Frontier::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
        }
        assert!(Frontier::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
        assert!(Frontier::from_bytes(&[bytes.as_slice(), &[0; 32]].concat()).is_err());
        let mut other_size = bytes;
        other_size[7] ^= 4;
        assert!(Frontier::from_bytes(&other_size).is_err());
    }

    proptest! {
        #[test]
        fn a_stored_frontier_goes_on_as_if_it_had_never_been_stored(
            data in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..200),
            at in any::<prop::sample::Index>(),
        ) {
            let hashes: Vec<Hash> = data.iter().map(|leaf| leaf_hash(leaf)).collect();
            let at = at.index(hashes.len() + 1);
            let before: Frontier = hashes[..at].iter().copied().collect();
            let mut frontier = Frontier::from_bytes(&before.to_bytes()).unwrap();
            prop_assert_eq!(&frontier, &before);
            hashes[at..].iter().for_each(|leaf| frontier.append(*leaf));
            prop_assert_eq!(frontier.root(), root_of(&hashes));
            prop_assert_eq!(frontier.size(), hashes.len() as u64);
        }

        #[test]
        fn any_bytes_are_refused_or_read_back_the_same(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(frontier) = Frontier::from_bytes(&bytes) {
                prop_assert_eq!(frontier.to_bytes(), bytes);
            }
        }
    }
}
