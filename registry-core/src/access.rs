//! Reading is an act. A query gives [`Withheld`] data, the committer makes the access entry durable, and only
//! then may the data leave.
//!
//! Invariant: the only way from `Withheld<T>` to `T` is [`Withheld::release`], which waits for the entry.

use std::slice;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::draw::Draw;
use crate::ledger::Salt;
pub use crate::store::access_log::{AccessEntry, ActorKind};
use crate::store::outage::Outage;
use crate::store::{Db, StoreError, access_index, access_log};

/// A commit with so many access entries waits for no more.
const BATCH: usize = 512;
/// Entries that may wait; more callers than this are slowed down, not refused.
const WAITING: usize = 8192;

/// Personal data that may not leave yet.
#[must_use = "withheld data must be released through an access entry"]
pub struct Withheld<T>(T);

impl<T> Withheld<T> {
    /// Withholds what a query found.
    pub fn new(value: T) -> Withheld<T> {
        Withheld(value)
    }

    /// Decides on the withheld data without letting it out: the answer of `decide` is withheld as well.
    pub fn map<U>(self, decide: impl FnOnce(T) -> U) -> Withheld<U> {
        Withheld(decide(self.0))
    }

    /// Makes the access entry durable that `entry` writes about the data, then lets the data out.
    ///
    /// # Errors
    /// [`StoreError`] if the entry could not be made durable: then nothing leaves.
    pub async fn release(
        self,
        committer: &Committer,
        entry: impl FnOnce(&T) -> AccessEntry,
    ) -> Result<T, StoreError> {
        let entry = entry(&self.0);
        committer.commit(entry).await?;
        Ok(self.0)
    }

    /// Puts the entry into a batch. `deliver` gets the data from the committer's thread, once the whole batch
    /// is durable.
    pub fn release_in(
        self,
        batch: &mut Batch,
        entry: AccessEntry,
        deliver: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) where
        T: Send + 'static,
    {
        let done = Box::new(|outcome: Result<(), StoreError>| deliver(outcome.map(|()| self.0)));
        batch.0.push(Waiting { entry, done });
    }

    /// Releases from a thread that may block.
    ///
    /// # Errors
    /// As [`Withheld::release`].
    pub fn release_blocking(
        self,
        committer: &Committer,
        entry: impl FnOnce(&T) -> AccessEntry,
    ) -> Result<T, StoreError> {
        let entry = entry(&self.0);
        committer.commit_blocking(entry)?;
        Ok(self.0)
    }
}

/// An entry that waits, and what happens once it is durable or could not be made so.
struct Waiting {
    entry: AccessEntry,
    done: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

impl Waiting {
    fn with_outcome(entry: AccessEntry) -> (Waiting, oneshot::Receiver<Result<(), StoreError>>) {
        let (done, outcome) = oneshot::channel();
        // A caller that went away gets no data. Its entry still stands, because reading was about to happen.
        (Waiting { entry, done: Box::new(|outcome| drop(done.send(outcome))) }, outcome)
    }
}

/// Entries that become durable in one commit.
#[derive(Default)]
pub struct Batch(Vec<Waiting>);

impl Batch {
    /// Hands the batch to the committer. After the committer has ended, nothing is delivered.
    pub fn send(self, committer: &Committer) {
        if !self.0.is_empty() {
            // If the committer has ended, the message is dropped, and its caller learns that no answer will
            // come.
            let _ = committer.queue.blocking_send(Message::Commit(self.0));
        }
    }
}

enum Message {
    Commit(Vec<Waiting>),
    Stop,
}

/// Batches access entries into durable commits under a log head of their own, never the register's.
#[derive(Clone)]
pub struct Committer {
    queue: mpsc::Sender<Message>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Committer {
    /// Starts the committing thread on a connection of its own.
    ///
    /// # Errors
    /// [`StoreError`] if the connection cannot be made or the thread not started.
    pub fn start(url: &str, epoch: i64) -> Result<Committer, StoreError> {
        let mut line = Line { url: url.to_owned(), db: None };
        line.open()?;
        let (queue, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("access-committer".to_owned())
            .spawn(move || commit_batches(line, epoch, waiting))
            .map_err(|e| StoreError::Damaged(format!("start the access committer: {e}")))?;
        Ok(Committer { queue, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    async fn commit(&self, entry: AccessEntry) -> Result<(), StoreError> {
        let (waiting, outcome) = Waiting::with_outcome(entry);
        self.queue.send(Message::Commit(vec![waiting])).await.map_err(|_| StoreError::Fenced)?;
        outcome.await.map_err(|_| StoreError::Fenced)?
    }

    fn commit_blocking(&self, entry: AccessEntry) -> Result<(), StoreError> {
        let (waiting, outcome) = Waiting::with_outcome(entry);
        self.queue.blocking_send(Message::Commit(vec![waiting])).map_err(|_| StoreError::Fenced)?;
        outcome.blocking_recv().map_err(|_| StoreError::Fenced)?
    }

    /// Makes everything queued durable and ends the thread; later callers get nothing.
    pub fn flush(&self) {
        let _ = self.queue.blocking_send(Message::Stop);
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            // A panic there has been logged by the thread itself; there is nothing left to wait for.
            let _ = thread.join();
        }
    }
}

/// The committer's own connection, which is opened anew when it has ended. Each batch moves the head under
/// this epoch, so a process that lost the lease cannot write.
struct Line {
    url: String,
    db: Option<Db>,
}

impl Line {
    fn open(&mut self) -> Result<&mut Db, StoreError> {
        let kept = self.db.take().and_then(|mut db| (!db.has_ended()).then_some(db));
        let db = match kept {
            Some(db) => db,
            None => {
                let mut db = Db::open(&self.url)?;
                access_log::prepare_appending(&mut db)?;
                db
            }
        };
        Ok(self.db.insert(db))
    }
}

fn commit_batches(mut line: Line, epoch: i64, mut messages: mpsc::Receiver<Message>) {
    let mut draw = Draw::from_system();
    let mut stop = false;
    // Until the first step nobody knows how far an earlier process left the index behind.
    let mut ahead = access_index::STEP;
    while !stop {
        let mut callers = Vec::new();
        let mut batch: Vec<(AccessEntry, Salt)> = Vec::new();
        let mut next = messages.blocking_recv();
        // Entries that gathered while the last commit ran go into this one: there is no timer and no idle
        // wait.
        while let Some(message) = next.take() {
            match message {
                Message::Stop => stop = true,
                Message::Commit(entries) => {
                    for Waiting { entry, done } in entries {
                        callers.push(done);
                        batch.push((entry, draw.salt()));
                    }
                }
            }
            if batch.len() < BATCH {
                next = messages.try_recv().ok();
            }
        }
        if batch.is_empty() {
            // The committer was stopped, or every sender is gone.
            break;
        }
        let outcomes = match line.open() {
            Ok(db) => append(db, epoch, &batch),
            Err(error) => not_written(&batch, &error),
        };
        for (caller, outcome) in callers.into_iter().zip(outcomes) {
            caller(outcome);
        }
        ahead += i64::try_from(batch.len()).unwrap_or(0);
        if ahead >= access_index::STEP
            && let Ok(db) = line.open()
        {
            ahead = follow(db);
        }
    }
}

/// Appends a batch in one commit, and says of each entry whether it is durable. If the engine refuses the
/// data of an entry, each entry is appended in a commit of its own, and only the refused ones fail. Once a
/// commit fails for another reason, all the remaining entries fail with it.
fn append(db: &mut Db, epoch: i64, batch: &[(AccessEntry, Salt)]) -> Vec<Result<(), StoreError>> {
    let error = match access_log::append_batch(db, epoch, batch) {
        Ok(()) => return batch.iter().map(|_| Ok(())).collect(),
        Err(error) => error,
    };
    if batch.len() == 1 || !error.is_of_the_data() {
        return not_written(batch, &error);
    }
    tracing::warn!(%error, entries = batch.len(), "a batch of access entries is written one by one");
    let mut outcomes = Vec::with_capacity(batch.len());
    for (nth, entry) in batch.iter().enumerate() {
        match access_log::append_batch(db, epoch, slice::from_ref(entry)) {
            Ok(()) => outcomes.push(Ok(())),
            Err(error) if error.is_of_the_data() => {
                outcomes.extend(not_written(slice::from_ref(entry), &error));
            }
            Err(error) => {
                outcomes.extend(not_written(&batch[nth..], &error));
                break;
            }
        }
    }
    outcomes
}

/// Logs entries that are not durable; their callers get nothing.
fn not_written(entries: &[(AccessEntry, Salt)], error: &StoreError) -> Vec<Result<(), StoreError>> {
    tracing::error!(%error, entries = entries.len(), "access entries could not be written; nothing is released");
    entries.iter().map(|_| Err(not_released(error))).collect()
}

/// What a caller is told whose entry is not durable. Whether the entry stands after all does not matter to
/// the caller, who got no data.
fn not_released(error: &StoreError) -> StoreError {
    match error.for_one_of_many() {
        StoreError::Outage(Outage::InDoubt, said) => StoreError::Outage(Outage::Away, said),
        other => other,
    }
}

/// Lets the index of the log follow by a step; gives how many entries it is still behind. Nothing is lost
/// while it is behind.
fn follow(db: &mut Db) -> i64 {
    let outcome = access_index::follow(db).and_then(|()| access_index::progress(db));
    match outcome {
        Ok((size, indexed)) => size - indexed,
        Err(error) => {
            tracing::warn!(%error, "the index of the access log could not follow");
            0
        }
    }
}
