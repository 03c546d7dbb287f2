//! The only door to the clock, randomness (drawn in `draw.rs`), the store and keys (invariant 9).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use registry_domain::unit::UnitTree;

use crate::access::Committer;
use crate::agency::PartnerCache;
use crate::authorities::Authorities;
use crate::config::Config;
use crate::credentials::lists::MadeLists;
use crate::draw::Draw;
use crate::extract::fonts::PaperFonts;
use crate::ledger::proving::Prover;
use crate::online_signer::OnlineSigners;
use crate::store::StoreError;
use crate::store::pool::{DbPool, PooledDb};
use crate::vault::key_ring::KeyRing;
use crate::verify_identity::Asker;

/// Everything a use case may need; cheap to clone.
#[derive(Clone)]
pub struct Deps {
    /// The typed configuration.
    pub config: Arc<Config>,
    /// Connections to the database.
    pub pool: DbPool,
    /// The keys, one for each purpose.
    pub keys: Arc<KeyRing>,
    /// The tree of units as it was when the service started.
    pub units: Arc<UnitTree>,
    /// Makes access entries durable before data leaves.
    pub access: Committer,
    /// The writer's epoch in `log_head`.
    pub epoch: i64,
    /// The authorities whose keys are online.
    pub authorities: Arc<Authorities>,
    /// The signers whose keys live in memory only.
    pub signers: Arc<OnlineSigners>,
    /// Status lists made some seconds ago.
    pub made_lists: Arc<MadeLists>,
    /// Partners remembered for some seconds.
    pub partners: PartnerCache,
    /// Looks up what agencies ask about.
    pub asker: Asker,
    /// The fonts of civil papers, opened when the first one is drawn.
    pub fonts: PaperFonts,
    /// Proves that an act stands in the ledger.
    pub prover: Prover,
    /// The source of instants; a test may set its own.
    pub clock: Clock,
}

/// A source of instants.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

impl Deps {
    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Fresh randomness for one act.
    pub fn draw(&self) -> Draw {
        Draw::from_system()
    }

    /// Takes a connection from the pool.
    ///
    /// # Errors
    /// [`StoreError::Pool`] if all stay in use for too long, or the database is away.
    pub fn db(&self) -> Result<PooledDb, StoreError> {
        self.pool.get()
    }
}
