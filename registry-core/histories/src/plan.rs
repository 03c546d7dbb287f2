//! How many commands are drawn, and from which seed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// How many commands are drawn, and from which seed: usually the same every time; if `PROPTEST_CASES` is set,
/// ten times as many from a new seed. `BURTGEL_SEED` sets the seed.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub commands: usize,
}

impl Plan {
    /// The plan of this run; `commands` is the usual number.
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
