//! Bringing up an instance: configuration, keys, database, the writer's lease, the checks before the first
//! act.

use std::sync::Arc;
use std::time::Duration;

use crate::access::Committer;
use crate::agency::PartnerCache;
use crate::authorities::{Authorities, AuthoritiesError};
use crate::config::{Config, ConfigError};
use crate::deps::{Clock, Deps, system_clock};
use crate::doubles;
use crate::draw::Draw;
use crate::extract::fonts::PaperFonts;
use crate::ledger::checkpointing::{CheckpointError, Checkpointer};
use crate::ledger::proving::Prover;
use crate::online_signer::OnlineSigners;
use crate::store::pool::DbPool;
use crate::store::{Db, StoreError, digital_credentials, lease, service_intents, units};
use crate::vault::VaultError;
use crate::vault::key_ring::KeyRing;
use crate::verify_identity::Asker;

/// Why an instance does not come up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The authorities.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoints.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A signer of the service has no certificate.
    #[error("{0}")]
    Signer(String),
}

/// Opens an instance as the ledger's writer.
///
/// # Errors
/// [`StartError`]: an unknown schema, a second writer, a database that was cut short or rolled back, keys that do not open.
pub fn open_writer(config: Config) -> Result<Deps, StartError> {
    let clock = system_clock();
    let (keys, authorities) = Authorities::of_instance(&config, clock())?;
    let mut db = Db::open(&config.database.url)?;
    db.require_known_schema()?;
    let units = units::load(&mut db)?;
    let epoch = take_lease(&mut db, &clock)?;
    let outcome = prepare(&mut db, &config, &keys, epoch, &clock).and_then(|()| {
        OnlineSigners::start(&mut db, &authorities, &config, clock(), &mut Draw::from_system())
            .map_err(|e| StartError::Signer(e.to_string()))
    });
    if outcome.is_err() {
        // An instance that does not start gives its lease back.
        let _ = lease::release(&mut db, epoch, clock());
    }
    let signers = outcome?;
    let pool = DbPool::open(&config.database.url, config.database.pool, epoch)?;
    let access = Committer::start(&config.database.url, epoch)?;
    let asker = Asker::start(pool.clone(), access.clone())?;
    Ok(Deps {
        pool,
        keys: Arc::new(keys),
        authorities: Arc::new(authorities),
        signers: Arc::new(signers),
        made_lists: Arc::default(),
        units: Arc::new(units),
        access,
        epoch,
        partners: PartnerCache::new(),
        asker,
        fonts: PaperFonts::new(&config.papers.fonts),
        prover: Prover::default(),
        clock,
        config: Arc::new(config),
    })
}

fn prepare(
    db: &mut Db,
    config: &Config,
    keys: &KeyRing,
    epoch: i64,
    clock: &Clock,
) -> Result<(), StartError> {
    Checkpointer::new(keys, &config.instance, &config.checkpoints.folder).require_continuation(db)?;
    let voided = crate::card_jobs::keys::void_open_intents(db)?
        + service_intents::void_open(db)?
        + digital_credentials::void_open_intents(db)?;
    if voided > 0 {
        tracing::warn!(voided, "intents without a signature were voided");
    }
    doubles::take_out_decided(db, &keys.sealing)?;
    let ended = crate::card_jobs::ends::settle(db, clock())?;
    if ended > 0 {
        tracing::warn!(ended, "card jobs were open whose cards had ended, or had certificates on no list");
    }
    // Checking a long ledger takes a while.
    lease::renew(db, epoch, clock())?;
    Ok(())
}

/// Waits for the lease: a writer that died keeps it until it runs out, and nobody waits longer than that.
fn take_lease(db: &mut Db, clock: &Clock) -> Result<i64, StoreError> {
    let tries = lease::LEASE_SECONDS + 2;
    for _ in 0..tries {
        match lease::take(db, clock()) {
            Err(StoreError::SecondWriter { until }) => {
                tracing::info!(%until, "another writer holds the ledger; waiting for its lease to end");
                std::thread::sleep(Duration::from_secs(1));
            }
            outcome => return outcome,
        }
    }
    lease::take(db, clock())
}

/// Ends an instance in order: flushes access entries, signs a last checkpoint, gives the lease back.
///
/// # Errors
/// [`StartError`] of the last checkpoint; the lease is given back even then. If another process is the writer
/// by now, nothing is written.
pub fn close_writer(deps: &Deps) -> Result<(), StartError> {
    deps.access.flush();
    let mut db = Db::open(&deps.config.database.url)?;
    lease::require(&mut db, deps.epoch)?;
    let outcome = checkpoint(deps, &mut db);
    lease::release(&mut db, deps.epoch, deps.now())?;
    outcome
}

/// Signs checkpoints of what is new.
///
/// # Errors
/// [`StartError::Checkpoint`].
pub fn checkpoint(deps: &Deps, db: &mut Db) -> Result<(), StartError> {
    let config = &deps.config;
    Checkpointer::new(&deps.keys, &config.instance, &config.checkpoints.folder).write(db)?;
    Ok(())
}
