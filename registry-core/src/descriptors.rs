//! File descriptors: the process takes as many as the system allows, and the listeners leave some of them for
//! the database and for files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors kept for files, keys, the log, the signers, and the connections of threads that have one of
/// their own.
const RESERVE: u64 = 128;
/// SQLite needs three descriptors for a connection: the database, its write-ahead log and the shared memory.
/// PostgreSQL needs one.
const FOR_A_DATABASE_CONNECTION: u64 = 3;
/// More connections would only cost memory.
const MOST_CONNECTIONS: u64 = 10_000;
/// A service with fewer connections would be of no use.
const FEWEST_CONNECTIONS: u64 = 16;

/// Raises the limit of descriptors as far as the system lets this process, and gives the limit after that.
pub fn raise() -> u64 {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the limit of file descriptors could not be raised");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// How many connections each of the two listeners may have, given the descriptors and the size of the pool.
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
