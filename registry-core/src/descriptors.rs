//! File descriptors. The process raises its limit as far as it may, and the listeners leave some of them for
//! the database and for files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Reserved for files, keys, the log, the signers, and the connections of threads that have one of their own.
const RESERVE: u64 = 128;
/// How many SQLite takes for one connection: the database, its write-ahead log, the shared memory. PostgreSQL
/// takes one.
const FOR_A_DATABASE_CONNECTION: u64 = 3;
/// More connections would only cost memory.
const MOST_CONNECTIONS: u64 = 10_000;
/// With fewer connections there would be no service.
const FEWEST_CONNECTIONS: u64 = 16;

/// Raises the limit of descriptors as far as the system allows it; gives the limit that now holds.
pub fn raise() -> u64 {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the limit of file descriptors could not be raised");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// How many connections one of two listeners may have, with so many descriptors and a pool of this size.
pub fn connections_a_listener(descriptors: u64, pool: u32) -> u64 {
    let reserve = RESERVE + FOR_A_DATABASE_CONNECTION * u64::from(pool);
    (descriptors.saturating_sub(reserve) / 2).clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_listeners_leave_descriptors_for_the_database_and_for_files() {
        for descriptors in [512, 1024, 4096, 65_536] {
            for pool in [2, 8, 64] {
                let both = 2 * connections_a_listener(descriptors, pool);
                let left = descriptors - both;
                assert!(left >= RESERVE + 3 * u64::from(pool), "{descriptors}, {pool}: {left} are left");
            }
        }
        assert_eq!(connections_a_listener(u64::MAX, 8), MOST_CONNECTIONS);
    }

    #[test]
    fn the_unit_gives_descriptors_for_as_many_connections_as_a_listener_takes() {
        let unit = include_str!("../../deploy/systemd/registry.service");
        let limit = unit.lines().find_map(|line| line.strip_prefix("LimitNOFILE=")).unwrap();
        assert_eq!(connections_a_listener(limit.parse().unwrap(), 64), MOST_CONNECTIONS);
    }
}
