//! Idempotency: a write that comes again gets its first answer again.
//!
//! Invariant: the answer is recorded in the transaction of the act itself, so there is no moment in which the
//! act is done and its answer unknown.

use diesel::prelude::*;
use registry_domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::ledger::Log;
use crate::native;
use crate::store::codec::Instant;
use crate::store::ledger_log::{Head, move_head};
use crate::store::schema::idempotency;
use crate::store::{Db, StoreError};

/// The longest idempotency key taken.
pub const LONGEST_KEY: usize = 100;

/// One request of one caller, recognisable when it comes again.
#[derive(Debug, Clone)]
pub struct Once {
    caller: String,
    key: String,
    request_hash: String,
}

impl Once {
    /// Binds a key to the caller and to what was asked.
    ///
    /// # Errors
    /// The refusal for a missing or overlong key.
    pub fn new(caller: &str, key: Option<&str>, route: &str, body: &[u8]) -> Result<Once, Refusal> {
        let key = key
            .filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY)
            .ok_or(Refusal::IdempotencyKeyMissing)?;
        let mut hash = Sha256::new();
        hash.update(route.as_bytes());
        hash.update([0]);
        hash.update(body);
        Ok(Once {
            caller: caller.to_owned(),
            key: key.to_owned(),
            request_hash: hex::encode(hash.finalize()),
        })
    }

    /// A request for an act of the service itself, which never comes again.
    pub fn internal(id: Uuid) -> Once {
        Once { caller: "system".to_owned(), key: id.to_string(), request_hash: String::new() }
    }

    /// Binds the key to the request inside the act's own transaction, and keeps no answer. It serves steps
    /// that can be repeated by their own state, and steps whose answer nobody may keep.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyKeyReused`].
    pub fn bind(&self, db: &mut Db, now: Instant) -> Result<(), Failure> {
        let row = (
            idempotency::caller.eq(&self.caller),
            idempotency::idempotency_key.eq(&self.key),
            idempotency::request_hash.eq(&self.request_hash),
            idempotency::recorded_at.eq(now),
        );
        native!(db, c => diesel::insert_into(idempotency::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
        self.first_answer(db).map(drop)
    }

    fn first_answer(&self, db: &mut Db) -> Result<Option<Vec<u8>>, Failure> {
        let found: Option<(String, Option<Vec<u8>>)> = idempotency::table
            .find((&self.caller, &self.key))
            .select((idempotency::request_hash, idempotency::answer))
            .first(db)
            .optional()?;
        match found {
            Some((hash, _)) if hash != self.request_hash => Err(Refusal::IdempotencyKeyReused.into()),
            Some((_, answer)) => Ok(answer),
            None => Ok(None),
        }
    }

    /// An id that is the same for the same request of the same caller, and by which the request is found
    /// again.
    pub fn id(&self) -> Uuid {
        let digest = Sha256::digest(format!("{}\0{}", self.caller, self.key));
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        Uuid::from_bytes(bytes)
    }
}

/// Runs `act` in a write transaction, once, however often the request comes.
///
/// # Errors
/// The errors of `act`, or [`Refusal::IdempotencyKeyReused`].
pub fn write_once<T>(
    deps: &Deps,
    once: &Once,
    mut act: impl FnMut(&mut Db) -> Result<T, Failure>,
) -> Result<T, Failure>
where
    T: Serialize + DeserializeOwned,
{
    run(deps, once, &mut |db| act(db))
}

/// Does the same for an act that appends one entry to the register: its first statement moves the head.
///
/// # Errors
/// The errors of `act`, or [`Refusal::IdempotencyKeyReused`].
pub fn register_once<T>(
    deps: &Deps,
    once: &Once,
    mut act: impl FnMut(&mut Db, Head) -> Result<T, Failure>,
) -> Result<T, Failure>
where
    T: Serialize + DeserializeOwned,
{
    run(deps, once, &mut |db| {
        let head = move_head(db, Log::Register, deps.epoch, 1)?;
        act(db, head)
    })
}

/// The first answer to a request that came before. It serves an act that reads much before its transaction:
/// what it reads may have changed since, and the first answer still counts. A caller that finds none must
/// still write through [`write_once`].
///
/// # Errors
/// [`Refusal::IdempotencyKeyReused`], or an error of the database.
pub fn answered<T: DeserializeOwned>(deps: &Deps, once: &Once) -> Result<Option<T>, Failure> {
    let first = once.first_answer(&mut *deps.db()?)?;
    first.map(|sealed| read_answer(deps, once, &sealed)).transpose()
}

fn read_answer<T: DeserializeOwned>(deps: &Deps, once: &Once, sealed: &[u8]) -> Result<T, Failure> {
    let body = deps.keys.sealing.open("idempotency", once.id(), sealed).map_err(StoreError::from)?;
    serde_json::from_slice(&body).map_err(|e| Failure::unreadable("read an answer", &e))
}

fn run<T>(deps: &Deps, once: &Once, act: &mut dyn FnMut(&mut Db) -> Result<T, Failure>) -> Result<T, Failure>
where
    T: Serialize + DeserializeOwned,
{
    let now = Instant::new(deps.now());
    let nonce = deps.draw().nonce();
    let mut db = deps.db()?;
    let outcome = db.write(|db| {
        let answer = act(db);
        if let Err(Failure::Store(_)) = answer {
            // The transaction is lost already, and the engine would refuse to look for an answer.
            return answer;
        }
        // Earlier answers are looked for after the act, and before anything is kept. If the act moved the
        // head row, the same request elsewhere has either committed by now or waits for this one. For any
        // other act, the key of the table below stops the second request, which then finds the first answer.
        if let Some(sealed) = once.first_answer(db)? {
            return Err(Failure::Replayed(sealed));
        }
        let answer = answer?;
        let body = serde_json::to_vec(&answer).map_err(|e| Failure::damaged("write an answer", e))?;
        let sealed = deps.keys.sealing.seal("idempotency", once.id(), nonce, &body)?;
        diesel::insert_into(idempotency::table)
            .values((
                idempotency::caller.eq(&once.caller),
                idempotency::idempotency_key.eq(&once.key),
                idempotency::request_hash.eq(&once.request_hash),
                idempotency::answer.eq(Some(sealed)),
                idempotency::recorded_at.eq(now),
            ))
            .execute(db)?;
        Ok(answer)
    });
    let sealed = match outcome {
        Err(Failure::Replayed(sealed)) => sealed,
        Err(Failure::Store(error)) if error.is_unique_violation() => {
            once.first_answer(&mut db)?.ok_or(Failure::Store(error))?
        }
        other => return other,
    };
    read_answer(deps, once, &sealed)
}
