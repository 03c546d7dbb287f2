//! Randomness as a value: the only place that asks the operating system for it.

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::ledger::Salt;
use crate::vault::SecretKey;

/// The randomness of one act. It is drawn before the act's transaction, so that a transaction that runs again
/// draws the same values ([`Draw::again`]).
pub struct Draw {
    seed: Zeroizing<[u8; 32]>,
    generator: StdRng,
}

impl Draw {
    /// Seeds the draw from the operating system.
    ///
    /// The process ends if the operating system gives no randomness: nothing safe can be done without it.
    pub fn from_system() -> Draw {
        let mut seed = [0u8; 32];
        if getrandom::fill(&mut seed).is_err() {
            std::process::abort();
        }
        Draw::from_seed(seed)
    }

    /// Seeds the draw with given bytes; tests print theirs.
    pub fn from_seed(seed: [u8; 32]) -> Draw {
        Draw { generator: StdRng::from_seed(seed), seed: Zeroizing::new(seed) }
    }

    /// The same draw, started again from its beginning.
    pub fn again(&self) -> Draw {
        Draw::from_seed(*self.seed)
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0u8; N];
        self.generator.fill_bytes(&mut out);
        out
    }

    /// A salt of 32 bytes.
    pub fn salt(&mut self) -> Salt {
        self.bytes()
    }

    /// A nonce for one sealing.
    pub fn nonce(&mut self) -> [u8; 12] {
        self.bytes()
    }

    /// A new data key.
    pub fn key(&mut self) -> SecretKey {
        SecretKey::new(self.bytes())
    }

    /// A number of the whole range.
    pub fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A uuid of version 7: its order follows time.
    pub fn uuid(&mut self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A uuid of version 4: it tells nothing, not even when it was made.
    pub fn opaque_uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A one-time code or token: 32 random bytes in base64url.
    pub fn token(&mut self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// The generator itself, for key generation.
    pub fn generator(&mut self) -> &mut StdRng {
        &mut self.generator
    }
}
