//! The proof that a tree has only grown (RFC 6962 §2.1.2, verified as in RFC 9162 §2.1.4.2).

use crate::hash::{Hash, node_hash};
use crate::inclusion::ProofError;
use crate::tree::{root_of, split_point};

/// The proof that the tree over `leaves` begins with the tree of its first `old` leaves.
///
/// Empty when there is nothing to prove: `old` is 0 or the size of the tree.
///
/// # Errors
/// [`ProofError::OutOfRange`] if `old` is larger than the tree.
pub fn consistency_proof(leaves: &[Hash], old: u64) -> Result<Vec<Hash>, ProofError> {
    let size = leaves.len() as u64;
    let out_of_range = ProofError::OutOfRange { asked: old, size };
    match usize::try_from(old) {
        Ok(old) if old <= leaves.len() => {
            let mut proof = Vec::new();
            if old > 0 {
                collect_subproof(leaves, old, true, &mut proof);
            }
            Ok(proof)
        }
        Ok(_) | Err(_) => Err(out_of_range),
    }
}

/// SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2; `is_old_root` is its b: the verifier already knows this subtree.
fn collect_subproof(leaves: &[Hash], old: usize, is_old_root: bool, proof: &mut Vec<Hash>) {
    if old == leaves.len() {
        if !is_old_root {
            proof.push(root_of(leaves));
        }
        return;
    }
    let split = split_point(leaves.len());
    let (left, right) = leaves.split_at(split);
    if old <= split {
        collect_subproof(left, old, is_old_root, proof);
        proof.push(root_of(right));
    } else {
        collect_subproof(right, old - split, false, proof);
        proof.push(root_of(left));
    }
}

/// Checks that the tree of size `new` and root `new_root` begins with that of size `old` and root `old_root`.
///
/// # Errors
/// Names what does not fit; a log that dropped, changed or reordered a leaf never passes.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange { asked: old, size: new });
    }
    if old == 0 {
        return nothing_to_prove(old_root, &Hash::of_empty_tree(), proof).and_then(|()| {
            if new == 0 { nothing_to_prove(new_root, &Hash::of_empty_tree(), proof) } else { Ok(()) }
        });
    }
    if old == new {
        return nothing_to_prove(old_root, new_root, proof);
    }
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length(0))?
    };
    let (reached_old, reached_new) = climb(old, new, first, rest)?;
    if reached_old == *old_root && reached_new == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

fn nothing_to_prove(root: &Hash, expected: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length(proof.len()));
    }
    if root == expected { Ok(()) } else { Err(ProofError::Root) }
}

/// Steps 4 to 6 of RFC 9162 §2.1.4.2: the old and the new root that the proof leads to.
fn climb(old: u64, new: u64, first: &Hash, rest: &[Hash]) -> Result<(Hash, Hash), ProofError> {
    let (mut node, mut last) = (old - 1, new - 1);
    let levels = node.trailing_ones();
    node >>= levels;
    last >>= levels;
    let (mut reached_old, mut reached_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length(rest.len()));
        }
        if node & 1 == 1 || node == last {
            reached_old = node_hash(sibling, &reached_old);
            reached_new = node_hash(sibling, &reached_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            reached_new = node_hash(&reached_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 { Ok((reached_old, reached_new)) } else { Err(ProofError::Length(rest.len())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::tests::leaves;

    #[test]
    fn every_tree_up_to_64_begins_with_every_smaller_one_and_no_other() {
        let hashes = leaves(64);
        let roots: Vec<Hash> = (0..=64).map(|size| root_of(&hashes[..size])).collect();
        for new in 0..=64_u64 {
            for old in 0..=new {
                let proof = consistency_proof(&hashes[..new as usize], old).unwrap();
                let check =
                    |size: u64, root| verify_consistency(size, root, new, &roots[new as usize], &proof);
                assert_eq!(check(old, &roots[old as usize]), Ok(()), "{old} to {new}");
                for other in (1..=new).filter(|other| *other != old && old != 0) {
                    assert!(
                        check(other, &roots[other as usize]).is_err(),
                        "{other} by the proof of {old} to {new}"
                    );
                    assert!(check(old, &roots[other as usize]).is_err());
                }
            }
        }
    }

    #[test]
    fn a_proof_with_any_bit_flipped_is_refused() {
        let hashes = leaves(17);
        for new in 2..=17_u64 {
            let new_root = root_of(&hashes[..new as usize]);
            for old in 1..new {
                let old_root = root_of(&hashes[..old as usize]);
                let proof = consistency_proof(&hashes[..new as usize], old).unwrap();
                for (byte, bit) in (0..32).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
                    let flip = |hash: &Hash| {
                        let mut flipped = *hash;
                        flipped.0[byte] ^= 1 << bit;
                        flipped
                    };
                    let refused = |old_root: &Hash, new_root: &Hash, proof: &[Hash]| {
                        let verdict = verify_consistency(old, old_root, new, new_root, proof);
                        assert_eq!(verdict, Err(ProofError::Root), "{old} to {new}");
                    };
                    refused(&flip(&old_root), &new_root, &proof);
                    refused(&old_root, &flip(&new_root), &proof);
                    for step in 0..proof.len() {
                        let mut changed = proof.clone();
                        changed[step] = flip(&changed[step]);
                        refused(&old_root, &new_root, &changed);
                    }
                }
            }
        }
    }

    #[test]
    fn a_log_that_changed_an_old_leaf_has_no_proof() {
        let honest = leaves(40);
        for old in 1..40_u64 {
            let old_root = root_of(&honest[..old as usize]);
            let mut rewritten = honest.clone();
            rewritten[old as usize - 1] = leaf_hash(b"rewritten");
            let proof = consistency_proof(&rewritten, old).unwrap();
            assert!(verify_consistency(old, &old_root, 40, &root_of(&rewritten), &proof).is_err());
        }
    }

    #[test]
    fn a_proof_of_another_length_is_refused() {
        let tree = leaves(23);
        let root = root_of(&tree);
        for old in 0..=23_u64 {
            let old_root = root_of(&tree[..old as usize]);
            let proof = consistency_proof(&tree, old).unwrap();
            for length in 0..proof.len() {
                assert!(verify_consistency(old, &old_root, 23, &root, &proof[..length]).is_err());
            }
            let longer = [proof, vec![root]].concat();
            assert!(verify_consistency(old, &old_root, 23, &root, &longer).is_err());
        }
    }

    #[test]
    fn a_log_never_shrinks() {
        let tree = leaves(5);
        assert!(consistency_proof(&tree, 6).is_err());
        let roots = (root_of(&tree), root_of(&tree[..4]));
        let verdict = verify_consistency(5, &roots.0, 4, &roots.1, &[]);
        assert_eq!(verdict, Err(ProofError::OutOfRange { asked: 5, size: 4 }));
        assert!(verify_consistency(0, &roots.0, 5, &roots.0, &[]).is_err(), "an empty tree has one root");
        assert!(verify_consistency(0, &Hash::of_empty_tree(), 0, &roots.0, &[]).is_err());
    }

    proptest! {
        #[test]
        fn made_up_proofs_are_refused_without_a_panic(
            old in 1_u64.., new in any::<u64>(), proof in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
            prop_assert!(verify_consistency(old, &Hash([6; 32]), new, &Hash([7; 32]), &proof).is_err());
        }
    }
}
