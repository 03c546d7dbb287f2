//! Time and randomness, which come from outside.

use chrono::{DateTime, Utc};
use rand::TryRng;
use rand::rngs::SysRng;

/// The clock and the random source of the station. Tests supply their own.
pub trait Edge {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
    /// Fills `bytes` with random values fit for keys.
    ///
    /// # Errors
    /// The machine gives no random values: the program must stop.
    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// The machine's own clock and randomness; only the binary uses it.
#[derive(Debug, Default)]
pub struct SystemEdge;

impl Edge for SystemEdge {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the station")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        SysRng.try_fill_bytes(bytes).map_err(|_| NoRandomness)
    }
}

/// `N` random bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn random<const N: usize>(edge: &mut dyn Edge) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    edge.fill_random(&mut bytes)?;
    Ok(bytes)
}
