//! How many commands from which seed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// How many commands a run draws and from which seed: the same every time, or ten times as many from a new
/// seed where `PROPTEST_CASES` is set. `BURTGEL_SEED` gives the seed.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub commands: usize,
}

impl Plan {
    /// The plan of this run, for a test that usually draws this many commands.
    pub fn of(commands: usize) -> Plan {
        let is_long = std::env::var_os("PROPTEST_CASES").is_some();
        let seed = match std::env::var("BURTGEL_SEED") {
            Ok(seed) => seed.parse().unwrap(),
            Err(_) if is_long => RandomState::new().build_hasher().finish() >> 16,
            Err(_) => 1,
        };
        Plan { seed, commands: if is_long { commands * 10 } else { commands } }
    }
}
