//! An issuing authority's list of revoked certificates: made anew after an entry of the register and once a minute, however many ask
//! for it, so that a crowd of readers does not make the issuing key sign.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::authorities::issuing::IssuingAuthority;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::ledger_log::register_size;
use crate::store::people::revoked_certificates;
use crate::store::unwritten_certificates;

/// So long a list is given again while nothing is registered.
const KEPT: Duration = Duration::minutes(1);

/// The list that was made last.
#[derive(Debug, Default)]
pub struct IssuingList(Mutex<Option<Made>>);

#[derive(Debug)]
struct Made {
    at: DateTime<Utc>,
    /// How many entries the register had.
    size: i64,
    number: u64,
    der: Arc<[u8]>,
}

/// The list as it is now, in DER.
///
/// # Errors
/// A stored serial or date that does not parse, the store's, or the library's refusal.
pub fn current(deps: &Deps, issuer: &IssuingAuthority) -> Result<Arc<[u8]>, Failure> {
    // Whoever comes meanwhile waits for the list that is being made.
    let mut last = issuer.list.0.lock().unwrap_or_else(PoisonError::into_inner);
    let now = deps.now();
    let mut db = deps.db()?;
    let size = register_size(&mut db)?;
    let is_current = |made: &&Made| made.size == size && (made.at..made.at + KEPT).contains(&now);
    if let Some(made) = last.as_ref().filter(is_current) {
        return Ok(made.der.clone());
    }
    let in_records = issuer.in_records();
    let mut revoked = revoked_certificates(&mut db, &in_records)?;
    revoked.extend(unwritten_certificates::revoked(&mut db, &in_records)?);
    // Each list has a number of its own, also two of one second and those after a restart (RFC 5280 §5.2.3).
    let number = u64::try_from(now.timestamp_micros()).unwrap_or(1);
    let number = last.as_ref().map_or(number, |made| number.max(made.number + 1));
    let der: Arc<[u8]> = issuer.list(&revoked, number, now)?.der().into();
    *last = Some(Made { at: now, size, number, der: der.clone() });
    Ok(der)
}
