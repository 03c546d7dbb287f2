//! An agency or hospital as the service knows it, and the agreements that are remembered between questions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use registry_domain::id::AgencyId;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use crate::failure::Failure;
use crate::store::Db;
use crate::store::reference::{self, AgreedAttribute, is_valid_at};

/// How long a changed agreement may go unnoticed.
const REMEMBERED_FOR: Duration = Duration::from_secs(30);
/// At most this many agencies, and as many agreements, are remembered.
const REMEMBERED: u64 = 10_000;

/// An agency or hospital that calls.
#[derive(Debug, Clone)]
pub struct CallingAgency {
    /// The id under which the register knows it.
    pub id: AgencyId,
    /// Its name for the access log.
    pub label: String,
}

/// What an agreement allows for one purpose.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// The agreement's id.
    pub id: Uuid,
    /// The clause that allows the questions.
    pub legal_basis: String,
    /// The attributes that may be asked.
    pub attributes: Vec<AgreedAttribute>,
    /// How many misses an end user of the agency may have in a day.
    pub misses_per_end_user: i32,
    /// How many misses the whole agency may have in a day.
    pub misses_per_agency: i32,
}

/// Agencies and agreements remembered for some seconds, so that a question costs one look-up.
#[derive(Clone)]
pub struct PartnerCache {
    agencies: Cache<AgencyId, CallingAgency>,
    agreements: Cache<(AgencyId, String), Agreement>,
}

impl PartnerCache {
    /// Begins with nothing remembered.
    pub fn new() -> PartnerCache {
        PartnerCache {
            agencies: Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build(),
            agreements: Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build(),
        }
    }

    /// The agency, if it was read a moment ago.
    pub fn agency(&self, id: AgencyId) -> Option<CallingAgency> {
        self.agencies.get(&id)
    }

    /// Remembers an agency.
    pub fn remember_agency(&self, agency: CallingAgency) {
        self.agencies.insert(agency.id, agency);
    }

    /// The agency's agreement for a purpose, if it was read a moment ago.
    pub fn known_agreement(&self, agency: AgencyId, purpose: &str) -> Option<Agreement> {
        self.agreements.get(&(agency, purpose.to_owned()))
    }

    /// The agency's agreement for a purpose.
    ///
    /// # Errors
    /// [`Refusal::PurposeNotAgreed`] or [`Refusal::AgreementEnded`].
    pub fn agreement(
        &self,
        agency: AgencyId,
        purpose: &str,
        now: DateTime<Utc>,
        db: impl FnOnce() -> Result<Vec<reference::AgreementRow>, Failure>,
    ) -> Result<Agreement, Failure> {
        let key = (agency, purpose.to_owned());
        if let Some(known) = self.agreements.get(&key) {
            return Ok(known);
        }
        let rows: Vec<_> = db()?.into_iter().filter(|row| row.purpose == purpose).collect();
        let valid = rows.iter().find(|row| is_valid_at(row.valid_from, row.valid_to, now));
        let row = match (valid, rows.is_empty()) {
            (Some(row), _) => row,
            (None, true) => return Err(Refusal::PurposeNotAgreed.into()),
            (None, false) => return Err(Refusal::AgreementEnded.into()),
        };
        let agreement = Agreement {
            id: row.id.0,
            legal_basis: row.legal_basis.clone(),
            attributes: row.agreed()?,
            misses_per_end_user: row.misses_per_end_user,
            misses_per_agency: row.misses_per_agency,
        };
        self.agreements.insert(key, agreement.clone());
        Ok(agreement)
    }
}

impl Default for PartnerCache {
    fn default() -> PartnerCache {
        PartnerCache::new()
    }
}

/// Loads an agency whose entry is valid now.
///
/// # Errors
/// [`Refusal::AgencyNotEnabled`].
pub fn load_agency(db: &mut Db, id: AgencyId, now: DateTime<Utc>) -> Result<CallingAgency, Failure> {
    let row = reference::agency_of(db, id.uuid())?.ok_or(Refusal::AgencyNotEnabled)?;
    if is_valid_at(row.valid_from, row.valid_to, now) {
        Ok(CallingAgency { id, label: row.label })
    } else {
        Err(Refusal::AgencyNotEnabled.into())
    }
}
