//! The Merkle tree hash of a list of leaves, as RFC 6962 §2.1 defines it.

use crate::hash::{Hash, node_hash};

/// The root over a list of leaf hashes; without leaves it is [`Hash::of_empty_tree`].
///
/// Costs one hash for each leaf. [`crate::Frontier`] gives the same root for a growing log.
pub fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_empty_tree(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split_point(leaves.len()));
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// The largest power of two smaller than `len`: the `k` of RFC 6962 §2.1. `len` is at least 2.
pub(crate) fn split_point(len: usize) -> usize {
    len.next_power_of_two() / 2
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    /// The leaves and roots with which implementations of RFC 6962 test each other.
    const KNOWN: [(&str, &str); 8] = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (
            "606162636465666768696a6b6c6d6e6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];

    /// `count` different leaf hashes.
    pub(crate) fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_those_known_for_rfc_6962() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(root_of(&[]).to_string(), empty);
        let mut hashes = Vec::new();
        for (leaf, root) in KNOWN {
            hashes.push(leaf_hash(&hex::decode(leaf).unwrap()));
            assert_eq!(root_of(&hashes).to_string(), root);
        }
    }

    #[test]
    fn every_leaf_and_its_place_changes_the_root() {
        let hashes = leaves(9);
        let root = root_of(&hashes);
        for index in 0..9 {
            let mut changed = hashes.clone();
            changed[index] = leaf_hash(b"another");
            assert_ne!(root_of(&changed), root);
            changed = hashes.clone();
            changed.swap(index, (index + 1) % 9);
            assert_ne!(root_of(&changed), root);
        }
    }
}
