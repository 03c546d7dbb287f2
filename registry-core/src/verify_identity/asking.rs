//! Questions that wait are answered together: one look-up of all their numbers, one transaction for their
//! misses, one batch of access entries. There is no timer: questions that gather during one batch form the
//! next.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::date::civil_date;
use registry_domain::refusal::Refusal;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::compare::{ComparedRow, compare, normal_number};
use super::{Found, Question};
use crate::access::{AccessEntry, Batch, Committer, Withheld};
use crate::budget::{Budgets, Misses, Tally};
use crate::failure::Failure;
use crate::native;
use crate::store::codec::Instant;
use crate::store::pool::DbPool;
use crate::store::schema::{number_claim, person};
use crate::store::{Db, StoreError, statements};

/// Questions that one look-up takes at most.
const BATCH: usize = 512;
/// Questions that may wait; more askers than this are slowed down, not refused.
const WAITING: usize = 8192;

/// A question that is complete and agreed.
pub(super) struct Asked {
    pub question: Question,
    pub question_sha256: String,
    pub at: DateTime<Utc>,
    pub budgets: Budgets,
    /// The access entry that the citizen will see, still without the person.
    pub entry: AccessEntry,
}

struct Waiting {
    asked: Asked,
    number: String,
    answer: oneshot::Sender<Result<Found, Failure>>,
}

/// Looks questions up, many at a time.
#[derive(Clone)]
pub struct Asker {
    queue: mpsc::Sender<Waiting>,
}

impl Asker {
    /// Starts the thread that looks questions up; it ends with the last `Asker`.
    ///
    /// # Errors
    /// [`StoreError`] if the thread cannot be started.
    pub fn start(pool: DbPool, access: Committer) -> Result<Asker, StoreError> {
        let (queue, waiting) = mpsc::channel(WAITING);
        let looker = Looker { pool, access, misses: Misses::new() };
        std::thread::Builder::new()
            .name("identity-asker".to_owned())
            .spawn(move || looker.look_up_batches(waiting))
            .map_err(|e| StoreError::Damaged(format!("start the identity asker: {e}")))?;
        Ok(Asker { queue })
    }

    /// Waits for the answer, whose access entry is durable by then.
    ///
    /// # Errors
    /// [`Refusal::BudgetExhausted`], or an error of the database.
    pub(super) async fn ask(&self, asked: Asked) -> Result<Found, Failure> {
        let (answer, outcome) = oneshot::channel();
        let number = normal_number(&asked.question.number);
        let gone = |_| Failure::from(Refusal::NotReady);
        self.queue
            .send(Waiting { asked, number, answer })
            .await
            .map_err(|_| Failure::from(Refusal::NotReady))?;
        outcome.await.map_err(gone)?
    }
}

/// The withheld answer and the person whose record was looked at, or the numbered refusal.
type Decided = Result<(Withheld<Found>, Option<Uuid>), Refusal>;

/// What an answer states goes into its access entry, which is written before the answer leaves.
fn with_words(found: Withheld<Found>) -> (Withheld<Found>, Option<String>) {
    let mut answered = None;
    let found = found.map(|found| {
        answered = found.statement.answered();
        found
    });
    (found, answered)
}

struct Looker {
    pool: DbPool,
    access: Committer,
    misses: Misses,
}

impl Looker {
    fn look_up_batches(self, mut questions: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        while questions.blocking_recv_many(&mut batch, BATCH) > 0 {
            if let Err(error) = statements::counted("questions", || self.look_up(&mut batch)) {
                tracing::error!(%error, questions = batch.len(), "questions could not be looked up; nothing is answered");
                for waiting in batch.drain(..) {
                    // A caller that went away needs no answer.
                    let _ = waiting.answer.send(Err(error.for_one_of_many()));
                }
            }
        }
    }

    /// Answers the whole batch, or none of it.
    fn look_up(&self, batch: &mut Vec<Waiting>) -> Result<(), Failure> {
        let mut db = self.pool.get()?;
        let rows = rows_of(&mut db, batch)?;
        let mut tally = Tally::default();
        let mut outcomes = Vec::with_capacity(batch.len());
        for waiting in batch.iter() {
            outcomes.push(self.decide(&mut db, &mut tally, waiting, rows.get(waiting.number.as_str()))?);
        }
        // A miss is counted before its answer leaves.
        tally.keep(&self.misses, &mut db)?;
        drop(db);
        let mut releases = Batch::default();
        for (waiting, outcome) in batch.drain(..).zip(outcomes) {
            let Waiting { asked: Asked { mut entry, .. }, answer, .. } = waiting;
            match outcome {
                Err(refusal) => drop(answer.send(Err(refusal.into()))),
                Ok((found, person)) => {
                    let (found, answered) = with_words(found);
                    entry.people.extend(person);
                    entry.answered = answered;
                    found.release_in(&mut releases, entry, |found| {
                        drop(answer.send(found.map_err(Failure::from)));
                    });
                }
            }
        }
        releases.send(&self.access);
        Ok(())
    }

    /// The withheld answer and the person whose record was looked at. A record that is sealed, or did not
    /// match, was looked at too, but the answer does not tell of it: the citizen of a sealed record sees the
    /// question, and the asker does not learn that there is a record.
    fn decide(
        &self,
        db: &mut Db,
        tally: &mut Tally,
        waiting: &Waiting,
        row: Option<&ComparedRow>,
    ) -> Result<Decided, Failure> {
        let asked = &waiting.asked;
        let day = civil_date(asked.at, chrono_tz::Asia::Ulaanbaatar);
        if !asked.budgets.are_left(&self.misses, tally, db, day)? {
            return Ok(Err(Refusal::BudgetExhausted));
        }
        let at = Instant::new(asked.at).to_text();
        let statement = compare(&asked.question, row, asked.question_sha256.clone(), at);
        if !statement.matched {
            asked.budgets.count_miss(tally, day);
        }
        let found = Found { statement, answer_id: asked.entry.id };
        Ok(Ok((Withheld::new(found), row.map(|row| row.id.0))))
    }
}

/// One look-up by present number, register number or civil id, for all questions.
fn rows_of(db: &mut Db, batch: &[Waiting]) -> Result<HashMap<String, ComparedRow>, Failure> {
    let numbers: Vec<&str> = batch.iter().map(|waiting| waiting.number.as_str()).collect();
    let rows: Vec<(String, ComparedRow)> = native!(db, c => number_claim::table
        .inner_join(person::table.on(person::id.eq(number_claim::person_id)))
        .filter(number_claim::number.eq_any(numbers))
        .select((number_claim::number, ComparedRow::as_select()))
        .load(c)?);
    Ok(rows.into_iter().collect())
}
