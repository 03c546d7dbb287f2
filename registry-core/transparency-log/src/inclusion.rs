//! The proof that a leaf is at a position of a tree (RFC 6962 §2.1.1, verified as in RFC 9162 §2.1.3.2).

use std::ops::Range;

use crate::hash::{Hash, node_hash};
use crate::tree::{root_of, split_point};

/// Why a proof does not hold, or cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProofError {
    /// The position is not in the tree, or the older tree is larger than the newer.
    #[error("position or size {asked} is beyond the tree of {size} leaves")]
    OutOfRange {
        /// The leaf's position, or the size of the older tree.
        asked: u64,
        /// The number of leaves in the tree.
        size: u64,
    },
    /// The proof has more or fewer hashes than the sizes ask for.
    #[error("the proof has {0} hashes, which is the wrong number for these sizes")]
    Length(usize),
    /// The proof leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// The audit path of the leaf at `index`, from the leaf upwards: at most 64 hashes.
///
/// # Errors
/// [`ProofError::OutOfRange`] if there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Result<Vec<Hash>, ProofError> {
    let size = leaves.len() as u64;
    let out_of_range = ProofError::OutOfRange { asked: index, size };
    match usize::try_from(index) {
        Ok(position) if position < leaves.len() => {
            let mut path = Vec::new();
            collect_path(leaves, position, &mut path);
            Ok(path)
        }
        Ok(_) | Err(_) => Err(out_of_range),
    }
}

/// The ranges of leaves under each hash of the audit path, from the leaf upwards. For a log that is too long
/// to keep in memory: the caller computes one root after the other.
///
/// # Errors
/// [`ProofError::OutOfRange`] if there is no such leaf.
pub fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { asked: index, size });
    }
    let mut ranges = Vec::new();
    let mut within = 0..size;
    while within.end - within.start > 1 {
        // The largest power of two smaller than the length, which may be beyond 2^63.
        let split = within.start + (1 << (within.end - within.start - 1).ilog2());
        let (left, right) = (within.start..split, split..within.end);
        let (same, sibling) = if index < split { (left, right) } else { (right, left) };
        ranges.push(sibling);
        within = same;
    }
    ranges.reverse();
    Ok(ranges)
}

/// PATH(m, D[n]) of RFC 6962 §2.1.1.
fn collect_path(leaves: &[Hash], index: usize, path: &mut Vec<Hash>) {
    if leaves.len() < 2 {
        return;
    }
    let split = split_point(leaves.len());
    let (left, right) = leaves.split_at(split);
    if index < split {
        collect_path(left, index, path);
        path.push(root_of(right));
    } else {
        collect_path(right, index - split, path);
        path.push(root_of(left));
    }
}

/// Checks that `leaf` (a [`crate::leaf_hash`]) is at `index` of the tree with this `size` and `root`.
///
/// # Errors
/// The error says what does not fit. The proof of another leaf, position, size or root never passes.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { asked: index, size });
    }
    let too_long = ProofError::Length(proof.len());
    let (mut node, mut last) = (index, size - 1);
    let mut reached = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(too_long);
        }
        if node & 1 == 1 || node == last {
            reached = node_hash(sibling, &reached);
            // At the right edge a node without a sibling moves up unchanged.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            reached = node_hash(&reached, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length(proof.len()));
    }
    if reached == *root { Ok(()) } else { Err(ProofError::Root) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::tests::leaves;

    #[test]
    fn the_ranges_of_a_path_have_the_roots_of_the_path() {
        let hashes = leaves(70);
        for size in 1..=70_u64 {
            for index in 0..size {
                let ranges = inclusion_ranges(index, size).unwrap();
                let root = |range: &Range<u64>| root_of(&hashes[range.start as usize..range.end as usize]);
                let path: Vec<Hash> = ranges.iter().map(root).collect();
                assert_eq!(Ok(path), inclusion_proof(&hashes[..size as usize], index), "{index} of {size}");
            }
        }
        let beyond = ProofError::OutOfRange { asked: 7, size: 7 };
        assert_eq!(inclusion_ranges(7, 7), Err(beyond));
        assert!(inclusion_ranges(u64::MAX - 1, u64::MAX).unwrap().len() <= 64);
    }

    #[test]
    fn every_leaf_of_every_tree_up_to_64_is_proved_at_its_place_only() {
        let hashes = leaves(64);
        for size in 1..=64_u64 {
            let tree = &hashes[..size as usize];
            let root = root_of(tree);
            for index in 0..size {
                let leaf = &tree[index as usize];
                let proof = inclusion_proof(tree, index).unwrap();
                assert_eq!(verify_inclusion(leaf, index, size, &root, &proof), Ok(()));
                for other in (0..size).filter(|other| *other != index) {
                    assert!(verify_inclusion(leaf, other, size, &root, &proof).is_err());
                    assert!(verify_inclusion(&tree[other as usize], index, size, &root, &proof).is_err());
                }
            }
        }
    }

    #[test]
    fn a_proof_with_any_bit_flipped_is_refused() {
        for size in 1..=17_u64 {
            let tree = leaves(size as usize);
            let root = root_of(&tree);
            for index in 0..size {
                let leaf = tree[index as usize];
                let proof = inclusion_proof(&tree, index).unwrap();
                for (byte, bit) in (0..32).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
                    let flip = |hash: &Hash| {
                        let mut flipped = *hash;
                        flipped.0[byte] ^= 1 << bit;
                        flipped
                    };
                    let refused = |leaf: &Hash, root: &Hash, proof: &[Hash]| {
                        assert_eq!(verify_inclusion(leaf, index, size, root, proof), Err(ProofError::Root));
                    };
                    refused(&flip(&leaf), &root, &proof);
                    refused(&leaf, &flip(&root), &proof);
                    for step in 0..proof.len() {
                        let mut changed = proof.clone();
                        changed[step] = flip(&changed[step]);
                        refused(&leaf, &root, &changed);
                    }
                }
            }
        }
    }

    #[test]
    fn a_proof_of_another_length_is_refused() {
        let tree = leaves(21);
        let root = root_of(&tree);
        for index in 0..21 {
            let proof = inclusion_proof(&tree, index).unwrap();
            let leaf = &tree[index as usize];
            for length in 0..proof.len() {
                assert!(verify_inclusion(leaf, index, 21, &root, &proof[..length]).is_err());
            }
            let longer = [proof, vec![root]].concat();
            assert!(verify_inclusion(leaf, index, 21, &root, &longer).is_err());
        }
    }

    #[test]
    fn there_is_no_proof_beyond_the_tree() {
        let tree = leaves(3);
        let beyond = Err(ProofError::OutOfRange { asked: 3, size: 3 });
        assert_eq!(inclusion_proof(&tree, 3), beyond);
        assert!(inclusion_proof(&[], 0).is_err());
        assert!(verify_inclusion(&tree[0], 0, 0, &tree[0], &[]).is_err());
        assert!(verify_inclusion(&tree[0], 3, 3, &root_of(&tree), &[]).is_err());
    }

    proptest! {
        #[test]
        fn a_proof_holds_for_one_size_only(size in 2_u64..300, other in 1_u64..300, index in any::<prop::sample::Index>()) {
            let tree = leaves(size as usize);
            let index = index.index(size as usize) as u64;
            let proof = inclusion_proof(&tree, index).unwrap();
            let leaf = &tree[index as usize];
            let root = root_of(&tree);
            prop_assert_eq!(verify_inclusion(leaf, index, size, &root, &proof), Ok(()));
            if other != size {
                let other_root = root_of(&leaves(other as usize));
                prop_assert!(verify_inclusion(leaf, index, other, &other_root, &proof).is_err());
            }
        }

        #[test]
        fn made_up_proofs_are_refused_without_a_panic(
            index in any::<u64>(), size in any::<u64>(), proof in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
            let leaf = leaves(1)[0];
            prop_assert!(verify_inclusion(&leaf, index, size, &Hash([7; 32]), &proof).is_err());
        }
    }
}
