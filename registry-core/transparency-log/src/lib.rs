//! An append-only log that anyone can check: the Merkle tree of RFC 6962, its proofs, and checkpoints in the
//! C2SP formats `signed-note` and `tlog-checkpoint`.
//!
//! Invariant: nothing here knows what a leaf says. The crate does no I/O, reads no clock, draws no
//! randomness, and holds no private key: the caller passes the function that signs.
//!
//! Absent on purpose: tiles, witnesses and cosignatures. Proofs are computed from the list of leaf hashes, or
//! from the roots of ranges that the caller keeps.

mod checkpoint;
mod consistency;
mod frontier;
mod hash;
mod inclusion;
mod note;
mod tree;
mod verifier;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use consistency::{consistency_proof, verify_consistency};
pub use frontier::{Frontier, FrontierError};
pub use hash::{Hash, HashError, leaf_hash, node_hash};
pub use inclusion::{ProofError, inclusion_proof, inclusion_ranges, verify_inclusion};
pub use note::{NoteError, NoteSignature, SignError, SignedNote};
pub use tree::root_of;
pub use verifier::{KeyId, KeyName, NoteVerifier};
