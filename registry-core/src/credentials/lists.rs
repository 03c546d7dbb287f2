//! Status lists for everyone. A list is made from the record as it is and kept for some seconds, so that a
//! crowd of readers costs one signature.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use issuance::status_list::{Bits, Form, Status, StatusListContent, Statuses};
use registry_domain::refusal::Refusal;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::online_signer::https;
use crate::store::digital_credentials::{PLACES, Standing, standings};
use crate::store::ledger_log::register_size;

/// Where a list stands, below the public address.
pub const PATH: &str = "/pki/status";
/// How long a made list is given out again. Together with [`TIME_TO_LIVE`] every reader learns within a
/// minute that a credential has ended.
pub const KEPT: Duration = Duration::seconds(15);
/// How long a reader may keep a list.
const TIME_TO_LIVE: Duration = Duration::seconds(30);
/// How long a list is valid at all.
const LASTS: Duration = Duration::minutes(10);
/// How far the clock of a reader may be behind.
const BEHIND: Duration = Duration::seconds(30);
/// How many lists are kept at most: two forms of each.
const MOST: usize = 64;

/// Lists that were made some seconds ago.
#[derive(Default)]
pub struct MadeLists(Mutex<HashMap<(i32, bool), Made>>);

struct Made {
    at: DateTime<Utc>,
    /// How many entries the register had when the list was made. A further entry may have ended a card.
    size: i64,
    octets: Arc<[u8]>,
}

impl MadeLists {
    /// Forgets all made lists, because a credential was ended otherwise than by an entry of the register.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The address of a list, as its credentials name it.
pub fn address(deps: &Deps, list: i32) -> String {
    format!("{}{PATH}/{list}", https(&deps.config.console.public_url))
}

/// A list as a signed token.
///
/// # Errors
/// [`Refusal::StatusListUnknown`] for a list that does not exist, an error of the database, or the library's
/// refusal.
pub fn token(deps: &Deps, list: i32, form: Form) -> Result<Arc<[u8]>, Failure> {
    let key = (list, form == Form::Cwt);
    // Other readers wait here for the list that is being made; so does a caller of [`MadeLists::forget`].
    let mut made = deps.made_lists.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (now, size) = (deps.now(), register_size(&mut *deps.db()?)?);
    let is_current = |made: &&Made| made.size == size && (made.at..made.at + KEPT).contains(&now);
    if let Some(made) = made.get(&key).filter(is_current) {
        return Ok(made.octets.clone());
    }
    let octets: Arc<[u8]> = make(deps, list, form, now)?.into();
    if made.len() >= MOST {
        made.clear();
    }
    made.insert(key, Made { at: now, size, octets: octets.clone() });
    Ok(octets)
}

fn make(deps: &Deps, list: i32, form: Form, now: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let failed = |reason: String| Failure::Issue(format!("a status list: {reason}"));
    let not_good = standings(&mut *deps.db()?, list)?.ok_or(Refusal::StatusListUnknown)?;
    let mut statuses = Statuses::new(Bits::Two, PLACES.into()).map_err(|e| failed(e.to_string()))?;
    for (place, standing) in not_good {
        let status = match standing {
            Standing::Ended => Status::Invalid,
            Standing::Suspended => Status::Suspended,
        };
        let place = u64::try_from(place).map_err(|e| Failure::damaged("digital_credential.place", e))?;
        statuses.set(place, status).map_err(|e| failed(e.to_string()))?;
    }
    let signer = deps.signers.lists.current();
    let content = StatusListContent {
        uri: address(deps, list),
        statuses,
        issued_at: (now - BEHIND).max(signer.authority.certificate().validity().not_before()),
        expires_at: now + LASTS,
        time_to_live: TIME_TO_LIVE,
    };
    let prepared = content.prepare(form, signer.path()?).map_err(|e| failed(e.to_string()))?;
    let linted = prepared.lint().map_err(|findings| failed(format!("{findings:?}")))?;
    Ok(linted.sign(&signer.authority).map_err(|e| failed(e.to_string()))?.octets().to_vec())
}
