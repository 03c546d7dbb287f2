//! Budgets of misses: how often a day an end user, and an agency, may ask with data that do not belong
//! together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use moka::ops::compute::Op;
use moka::sync::Cache;

use crate::agency::{Agreement, CallingAgency};
use crate::failure::Failure;
use crate::native;
use crate::store::Db;
use crate::store::schema::miss_budget;
use crate::vault::sealing::Sealing;

/// How many budgets are remembered at most; a forgotten one is read again.
const REMEMBERED: u64 = 100_000;

/// The misses of the day as this process knows them. The writer's lease makes it the only process that
/// counts, and every miss is durable before it is remembered: so this count is never higher than the stored
/// one.
pub struct Misses(Cache<(String, NaiveDate), i32>);

impl Misses {
    /// Nothing remembered yet.
    pub fn new() -> Misses {
        Misses(Cache::new(REMEMBERED))
    }

    fn used(&self, db: &mut Db, key: &str, day: NaiveDate) -> Result<i32, Failure> {
        let remembered = (key.to_owned(), day);
        if let Some(used) = self.0.get(&remembered) {
            return Ok(used);
        }
        let stored: Option<i32> = miss_budget::table
            .find((key, day.to_string()))
            .select(miss_budget::misses)
            .first(db)
            .optional()?;
        Ok(self.remember(remembered, stored.unwrap_or(0)))
    }

    /// Remembers the higher of two counts, because two misses at once may be reported in either order.
    fn remember(&self, key: (String, NaiveDate), used: i32) -> i32 {
        let remembered = self.0.entry(key).and_compute_with(|known| match known {
            Some(known) if *known.value() >= used => Op::Nop,
            Some(_) | None => Op::Put(used),
        });
        remembered.into_entry().map_or(used, |entry| *entry.value())
    }
}

impl Default for Misses {
    fn default() -> Misses {
        Misses::new()
    }
}

/// Misses of questions that are answered together, counted but not durable yet.
#[derive(Default)]
pub struct Tally(BTreeMap<(String, NaiveDate), i32>);

impl Tally {
    fn pending(&self, key: &str, day: NaiveDate) -> i32 {
        self.0.get(&(key.to_owned(), day)).copied().unwrap_or(0)
    }

    /// Makes the misses durable, all or none.
    ///
    /// # Errors
    /// An error of the database.
    pub fn keep(&self, misses: &Misses, db: &mut Db) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        let counted = db.write(|db| {
            let mut counted = Vec::with_capacity(self.0.len());
            for ((key, day), more) in &self.0 {
                let used: i32 = native!(db, c => diesel::insert_into(miss_budget::table)
                    .values((
                        miss_budget::budget_key.eq(key),
                        miss_budget::counted_on.eq(day.to_string()),
                        miss_budget::misses.eq(more),
                    ))
                    .on_conflict((miss_budget::budget_key, miss_budget::counted_on))
                    .do_update()
                    .set(miss_budget::misses.eq(miss_budget::misses + more))
                    .returning(miss_budget::misses)
                    .get_result(c))?;
                counted.push(((key.clone(), *day), used));
            }
            Ok::<_, Failure>(counted)
        })?;
        for (key, used) in counted {
            misses.remember(key, used);
        }
        Ok(())
    }
}

/// The two budgets that a question counts against: keyed hash and limit.
pub struct Budgets {
    end_user: (String, i32),
    agency: (String, i32),
}

impl Budgets {
    /// The budgets of an agency's end user under an agreement.
    pub fn of(sealing: &Sealing, agency: &CallingAgency, end_user: &str, agreement: &Agreement) -> Budgets {
        let key = |input: String| sealing.keyed_hash("miss-budget", &input);
        Budgets {
            end_user: (
                key(format!("{}/{}", agency.id, end_user.trim().to_lowercase())),
                agreement.misses_per_end_user,
            ),
            agency: (key(agency.id.to_string()), agreement.misses_per_agency),
        }
    }

    /// Whether neither is used up.
    ///
    /// # Errors
    /// An error of the database.
    pub fn are_left(
        &self,
        misses: &Misses,
        tally: &Tally,
        db: &mut Db,
        day: NaiveDate,
    ) -> Result<bool, Failure> {
        for (key, limit) in [&self.end_user, &self.agency] {
            if misses.used(db, key, day)? + tally.pending(key, day) >= *limit {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts a miss against both.
    pub fn count_miss(&self, tally: &mut Tally, day: NaiveDate) {
        for (key, _) in [&self.end_user, &self.agency] {
            *tally.0.entry((key.clone(), day)).or_default() += 1;
        }
    }
}
