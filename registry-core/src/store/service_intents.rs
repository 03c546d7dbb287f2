//! Certificates of the service's own signers: intended, issued, void.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::codec::Instant;
use super::schema::{certificate, service_intent};
use super::{Db, StoreError};

/// The certificate that will be signed.
pub struct ServiceIntent<'a> {
    /// The certificate's serial number, hexadecimal.
    pub serial: &'a str,
    /// The word of the signer's purpose.
    pub purpose: &'a str,
    /// SHA-256 of the public key, hexadecimal.
    pub spki_sha256: &'a str,
    /// The key identifier of the authority that signs, hexadecimal.
    pub authority_key_identifier: &'a str,
    /// `TBSCertificate`, DER.
    pub tbs: &'a [u8],
}

/// Records what will be signed.
///
/// # Errors
/// The database failed, with a uniqueness violation if the key was certified before.
pub fn intend(db: &mut Db, intent: &ServiceIntent<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(service_intent::table)
        .values((
            service_intent::serial.eq(intent.serial),
            service_intent::purpose.eq(intent.purpose),
            service_intent::spki_sha256.eq(intent.spki_sha256),
            service_intent::authority_key_identifier.eq(intent.authority_key_identifier),
            service_intent::tbs.eq(intent.tbs),
            service_intent::intent_state.eq("intended"),
            service_intent::recorded_at.eq(Instant::new(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Records what was signed.
///
/// # Errors
/// The database failed.
pub fn keep(db: &mut Db, serial: &str, der: &[u8]) -> Result<(), StoreError> {
    diesel::update(service_intent::table.find(serial))
        .set((service_intent::intent_state.eq("issued"), service_intent::issued.eq(Some(der.to_vec()))))
        .execute(db)?;
    Ok(())
}

/// The certificates that were issued for a purpose since an instant, newest first.
///
/// # Errors
/// The database failed.
pub fn issued_since(db: &mut Db, purpose: &str, since: DateTime<Utc>) -> Result<Vec<Vec<u8>>, StoreError> {
    let ders: Vec<Option<Vec<u8>>> = service_intent::table
        .filter(service_intent::purpose.eq(purpose))
        .filter(service_intent::intent_state.eq("issued"))
        .filter(service_intent::recorded_at.gt(Instant::new(since)))
        .order(service_intent::recorded_at.desc())
        .select(service_intent::issued)
        .load(db)?;
    Ok(ders.into_iter().flatten().collect())
}

/// Those of the serial numbers that this authority issued. `authority` are the names that records use for it.
///
/// # Errors
/// The database failed.
pub fn issued_among(
    db: &mut Db,
    serials: &[String],
    authority: &[String],
) -> Result<Vec<String>, StoreError> {
    let issued = service_intent::table
        .filter(service_intent::authority_key_identifier.eq_any(authority))
        .filter(service_intent::serial.eq_any(serials))
        .filter(service_intent::intent_state.eq("issued"));
    Ok(issued.select(service_intent::serial).load(db)?)
}

/// The serial numbers of the service's own certificates that card entries call revoked.
///
/// # Errors
/// The database failed.
pub fn among_revoked(db: &mut Db) -> Result<BTreeSet<String>, StoreError> {
    let named: Vec<String> = service_intent::table
        .inner_join(certificate::table.on(certificate::serial.eq(service_intent::serial)))
        .filter(certificate::revoked_on.is_not_null())
        .select(service_intent::serial)
        .load(db)?;
    Ok(named.into_iter().collect())
}

/// Voids intents whose certificate was never kept. Run at start, before anything is issued, and after a
/// signature failed.
///
/// # Errors
/// The database failed.
pub fn void_open(db: &mut Db) -> Result<usize, StoreError> {
    Ok(diesel::update(service_intent::table.filter(service_intent::intent_state.eq("intended")))
        .set(service_intent::intent_state.eq("void"))
        .execute(db)?)
}
