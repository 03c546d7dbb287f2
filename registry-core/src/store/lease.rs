//! One writer for each ledger: a lease in `log_head`, and an epoch that keeps out a writer that lost the
//! lease.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::codec::Instant;
use super::schema::log_head;
use super::{Db, StoreError};
use crate::ledger::Log;

/// How long a lease holds unless it is renewed.
pub const LEASE_SECONDS: i64 = 15;

/// Takes the lease of both logs and returns the new epoch.
///
/// # Errors
/// [`StoreError::SecondWriter`] while another process holds it.
pub fn take(db: &mut Db, now: DateTime<Utc>) -> Result<i64, StoreError> {
    db.write(|db| {
        // The first statement moves the head row, so that two processes that take the lease queue.
        let (epoch, until): (i64, Instant) = diesel::update(log_head::table.find(Log::Register.name()))
            .set(log_head::epoch.eq(log_head::epoch + 1))
            .returning((log_head::epoch, log_head::lease_until))
            .get_result(db)?;
        if until.utc() > now {
            return Err(StoreError::SecondWriter { until: until.to_text() });
        }
        let taken = Instant::new(now + Duration::seconds(LEASE_SECONDS));
        diesel::update(log_head::table)
            .set((log_head::epoch.eq(epoch), log_head::lease_until.eq(taken)))
            .execute(db)?;
        Ok(epoch)
    })
}

/// Checks that this epoch is still the newest.
///
/// # Errors
/// [`StoreError::Fenced`] if another writer has taken the lease.
pub fn require(db: &mut Db, epoch: i64) -> Result<(), StoreError> {
    let newest: i64 = log_head::table
        .find(Log::Register.name())
        .select(log_head::epoch)
        .first(db)
        .map_err(StoreError::from)?;
    if newest == epoch { Ok(()) } else { Err(StoreError::Fenced) }
}

/// Prolongs the lease.
///
/// # Errors
/// [`StoreError::Fenced`] if another writer has taken it.
pub fn renew(db: &mut Db, epoch: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    set_until(db, epoch, now + Duration::seconds(LEASE_SECONDS))
}

/// Gives the lease back, so that the next writer need not wait for its end.
///
/// # Errors
/// [`StoreError::Fenced`] if another writer has taken it.
pub fn release(db: &mut Db, epoch: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    set_until(db, epoch, now)
}

fn set_until(db: &mut Db, epoch: i64, until: DateTime<Utc>) -> Result<(), StoreError> {
    let rows = diesel::update(log_head::table.filter(log_head::epoch.eq(epoch)))
        .set(log_head::lease_until.eq(Instant::new(until)))
        .execute(db)?;
    if rows == Log::ALL.len() { Ok(()) } else { Err(StoreError::Fenced) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_starts_a_service_again_once_the_lease_of_the_one_before_is_over() {
        let unit = include_str!("../../../deploy/systemd/registry.service");
        let seconds = unit.lines().find_map(|line| line.strip_prefix("RestartSec=")).unwrap();
        assert!(seconds.parse::<i64>().unwrap() > LEASE_SECONDS, "{seconds}");
    }
}
