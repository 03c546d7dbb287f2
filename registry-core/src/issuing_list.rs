//! An issuing authority's list of revoked certificates. It is made anew after an entry of the register and
//! once a minute, however many ask for it, so that a crowd of readers does not make the issuing key sign.
//!
//! A row that cannot be read is left off the list. A row whose day lies ahead is listed from now on, so that
//! a wrong clock removes no revocation. The log and health name both: one wrong entry must not keep every
//! other revocation from its readers. A serial that is revoked both in the record and beside its intent
//! stands on the list once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use issuance::revocation::{Reason, Revocation};
use uuid::Uuid;

use crate::authorities::issuing::IssuingAuthority;
use crate::authorities::{NotListed, Told, revocation};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::ledger_log::register_size;
use crate::store::people::{CertificateRow, revoked_certificates};
use crate::store::{service_intents, unwritten_certificates};

/// How long a list is given out again while nothing is registered.
const KEPT: Duration = Duration::minutes(1);

/// The list that was made last, and what was wrong with its rows.
#[derive(Debug, Default)]
pub struct IssuingList {
    made: Mutex<Option<Made>>,
    amiss: ArcSwap<Vec<Amiss>>,
}

#[derive(Debug)]
struct Made {
    at: DateTime<Utc>,
    /// How many entries the register had.
    size: i64,
    number: u64,
    der: Arc<[u8]>,
}

/// A revoked certificate with something wrong, named by its card. What an entry has in place of a serial
/// number is shown to nobody, because it may be any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    card: Uuid,
    slot: String,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It is on no list.
    LeftOff(NotListed),
    /// It is on the list from now on, and from its day on once that has come.
    Ahead,
}

impl fmt::Display for Amiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { card, slot, what } = self;
        match what {
            What::LeftOff(why) => write!(
                f,
                "a revoked certificate is left off the list: the {slot} certificate of card {card}: {why}"
            ),
            What::Ahead => write!(
                f,
                "a revoked certificate is listed from now on, for the day of its revocation lies ahead: the {slot} certificate of \
                 card {card}; look at the clock of this machine"
            ),
        }
    }
}

/// The list as it is now, in DER.
///
/// # Errors
/// An error of the database, or the library's refusal.
pub fn current(deps: &Deps, issuer: &IssuingAuthority) -> Result<Arc<[u8]>, Failure> {
    // Other readers wait here for the list that is being made.
    let mut last = issuer.list.made.lock().unwrap_or_else(PoisonError::into_inner);
    let now = deps.now();
    let mut db = deps.db()?;
    let size = register_size(&mut db)?;
    let is_current = |made: &&Made| made.size == size && (made.at..made.at + KEPT).contains(&now);
    if let Some(made) = last.as_ref().filter(is_current) {
        return Ok(made.der.clone());
    }
    let revoked = revocations(&mut db, issuer, now)?;
    // Each list has a number of its own, also two of one second and those after a restart (RFC 5280 §5.2.3).
    let number = u64::try_from(now.timestamp_micros()).unwrap_or(1);
    let number = last.as_ref().map_or(number, |made| number.max(made.number + 1));
    let der: Arc<[u8]> = issuer.list(revoked, number, now)?.der().into();
    *last = Some(Made { at: now, size, number, der: der.clone() });
    Ok(der)
}

/// What was wrong when the list was last made or looked at.
pub fn amiss(issuer: &IssuingAuthority) -> Arc<Vec<Amiss>> {
    issuer.list.amiss.load_full()
}

/// Finds what would be wrong, without making a list, so that health tells of it before anybody asks for a
/// list.
///
/// # Errors
/// An error of the database.
pub fn look(deps: &Deps, issuer: &IssuingAuthority) -> Result<(), Failure> {
    revocations(&mut *deps.db()?, issuer, deps.now()).map(drop)
}

/// The revocations of the list. What is wrong with them is kept for [`amiss`], and logged when it differs
/// from before.
fn revocations(
    db: &mut Db,
    issuer: &IssuingAuthority,
    now: DateTime<Utc>,
) -> Result<Vec<Revocation>, Failure> {
    let in_records = issuer.in_records();
    let mut rows = revoked_certificates(db, &in_records)?;
    rows.extend(unwritten_certificates::revoked(db, &in_records)?);
    let of_service = service_intents::among_revoked(db)?;
    let (mut revoked, mut amiss) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        let what = match told(row, &of_service, now) {
            Ok(None) => None,
            Ok(Some(Told { revocation, lies_ahead })) => {
                revoked.push(revocation);
                lies_ahead.then_some(What::Ahead)
            }
            Err(why) => Some(What::LeftOff(why)),
        };
        amiss.extend(what.map(|what| Amiss { card: row.card_id.0, slot: row.slot.clone(), what }));
    }
    if **issuer.list.amiss.load() != amiss {
        for certificate in &amiss {
            tracing::error!("{certificate}");
        }
        issuer.list.amiss.store(Arc::new(amiss));
    }
    Ok(once_each(revoked))
}

fn told(
    row: &CertificateRow,
    of_service: &BTreeSet<String>,
    now: DateTime<Utc>,
) -> Result<Option<Told>, NotListed> {
    if of_service.contains(&row.serial) { Err(NotListed::OfService) } else { revocation(row, now) }
}

/// One revocation for each serial: a final one goes before a suspension, then the earliest.
fn once_each(revoked: Vec<Revocation>) -> Vec<Revocation> {
    let rank = |one: &Revocation| (one.reason == Reason::CertificateHold, one.revoked_at);
    let mut each: BTreeMap<_, Revocation> = BTreeMap::new();
    for one in revoked {
        let first = each.entry(one.serial.clone()).or_insert_with(|| one.clone());
        if rank(&one) < rank(first) {
            *first = one;
        }
    }
    each.into_values().collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use issuance::Serial;

    use super::*;

    #[test]
    fn a_serial_that_is_revoked_twice_is_listed_once_from_the_earliest_day_and_for_good_before_a_suspension()
    {
        let revoked = |serial: u8, day: u32, reason: Reason| Revocation {
            serial: Serial::parse(&[serial; 16]).unwrap(),
            revoked_at: Utc.with_ymd_and_hms(2026, 11, day, 0, 0, 0).unwrap(),
            reason,
        };
        let (later, earlier) = (revoked(1, 9, Reason::KeyCompromise), revoked(1, 8, Reason::Superseded));
        let (hold, ended) = (revoked(2, 1, Reason::CertificateHold), revoked(2, 5, Reason::Superseded));
        let other = revoked(3, 3, Reason::CertificateHold);
        let listed = once_each(vec![later, hold, earlier.clone(), other.clone(), ended.clone()]);
        assert_eq!(listed, [earlier, ended, other]);
    }
}
