//! An issuing authority's list of revoked certificates: made anew after an entry of the register and once a minute, however many ask
//! for it, so that a crowd of readers does not make the issuing key sign.
//!
//! A row that cannot be read is left off, and named in the log and in health: one wrong entry must not keep every other revocation
//! from its readers.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use issuance::revocation::Revocation;
use uuid::Uuid;

use crate::authorities::issuing::IssuingAuthority;
use crate::authorities::{NotListed, revocation};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::ledger_log::register_size;
use crate::store::people::{CertificateRow, revoked_certificates};
use crate::store::{service_intents, unwritten_certificates};

/// So long a list is given again while nothing is registered.
const KEPT: Duration = Duration::minutes(1);

/// The list that was made last, and what was left off it.
#[derive(Debug, Default)]
pub struct IssuingList {
    made: Mutex<Option<Made>>,
    left_off: ArcSwap<Vec<LeftOff>>,
}

#[derive(Debug)]
struct Made {
    at: DateTime<Utc>,
    /// How many entries the register had.
    size: i64,
    number: u64,
    der: Arc<[u8]>,
}

/// A revoked certificate of the record that is on no list, by its card. What the entry says in place of its serial number is told to
/// nobody: it may be any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOff {
    card: Uuid,
    slot: String,
    why: NotListed,
}

impl fmt::Display for LeftOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { card, slot, why } = self;
        write!(f, "the {slot} certificate of card {card}: {why}")
    }
}

/// The list as it is now, in DER.
///
/// # Errors
/// The store's, or the library's refusal.
pub fn current(deps: &Deps, issuer: &IssuingAuthority) -> Result<Arc<[u8]>, Failure> {
    // Whoever comes meanwhile waits for the list that is being made.
    let mut last = issuer.list.made.lock().unwrap_or_else(PoisonError::into_inner);
    let now = deps.now();
    let mut db = deps.db()?;
    let size = register_size(&mut db)?;
    let is_current = |made: &&Made| made.size == size && (made.at..made.at + KEPT).contains(&now);
    if let Some(made) = last.as_ref().filter(is_current) {
        return Ok(made.der.clone());
    }
    let revoked = revocations(&mut db, issuer)?;
    // Each list has a number of its own, also two of one second and those after a restart (RFC 5280 §5.2.3).
    let number = u64::try_from(now.timestamp_micros()).unwrap_or(1);
    let number = last.as_ref().map_or(number, |made| number.max(made.number + 1));
    let der: Arc<[u8]> = issuer.list(revoked, number, now)?.der().into();
    *last = Some(Made { at: now, size, number, der: der.clone() });
    Ok(der)
}

/// What was left off the list when it was last made or looked at.
pub fn left_off(issuer: &IssuingAuthority) -> Arc<Vec<LeftOff>> {
    issuer.list.left_off.load_full()
}

/// Looks what would be left off, without making a list: so that health tells of it before anybody asks for one.
///
/// # Errors
/// The store's.
pub fn look(deps: &Deps, issuer: &IssuingAuthority) -> Result<(), Failure> {
    revocations(&mut *deps.db()?, issuer).map(drop)
}

/// What the list says. What is left off is kept for [`left_off`], and logged when it is another than before.
fn revocations(db: &mut Db, issuer: &IssuingAuthority) -> Result<Vec<Revocation>, Failure> {
    let in_records = issuer.in_records();
    let mut rows = revoked_certificates(db, &in_records)?;
    rows.extend(unwritten_certificates::revoked(db, &in_records)?);
    let of_service = service_intents::among_revoked(db)?;
    let (mut revoked, mut left_off) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        match listed(row, &of_service) {
            Ok(revocation) => revoked.extend(revocation),
            Err(why) => left_off.push(LeftOff { card: row.card_id.0, slot: row.slot.clone(), why }),
        }
    }
    if **issuer.list.left_off.load() != left_off {
        for certificate in &left_off {
            tracing::error!(%certificate, "a revoked certificate is left off the list; have the entry annulled");
        }
        issuer.list.left_off.store(Arc::new(left_off));
    }
    Ok(revoked)
}

fn listed(row: &CertificateRow, of_service: &BTreeSet<String>) -> Result<Option<Revocation>, NotListed> {
    if of_service.contains(&row.serial) { Err(NotListed::OfService) } else { revocation(row) }
}
