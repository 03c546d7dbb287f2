//! A part of an entry as it stands in `entry_part`: sealed under its person's data key, bound to its place.

use registry_domain::entry::Part;
use uuid::Uuid;

use super::commitment::{Commitment, Salt, canonical, commit};
use crate::store::StoreError;
use crate::vault::SecretKey;

/// A part ready to be stored.
#[derive(Debug, Clone)]
pub struct SealedPart {
    /// Its place in the entry, from 0.
    pub ordinal: i32,
    /// Whose record it changes.
    pub person_id: Uuid,
    /// What the person is in the event.
    pub role: String,
    /// Stands in the leaf (within the set commitment).
    pub commitment: Commitment,
    /// nonce ‖ AES-256-GCM(salt ‖ canonical body).
    pub sealed: Vec<u8>,
}

/// Seals a part under `data_key`.
///
/// # Errors
/// A body that JSON cannot hold, or the cipher's refusal.
pub fn seal_part(
    entry: Uuid,
    ordinal: i32,
    part: &Part,
    data_key: &SecretKey,
    salt: Salt,
    nonce: [u8; 12],
) -> Result<SealedPart, StoreError> {
    let body = canonical(part).map_err(|e| StoreError::Damaged(format!("write a part: {e}")))?;
    let person_id = part.person.uuid();
    let role = part.role.as_str().to_owned();
    let sealed =
        data_key.seal(nonce, &place(entry, ordinal, person_id, &role), &[salt.as_slice(), &body].concat())?;
    Ok(SealedPart { ordinal, person_id, role, commitment: commit(&salt, &body), sealed })
}

/// Opens a stored part and checks it against its commitment.
///
/// # Errors
/// [`StoreError::Vault`] if it does not open where it stands, [`StoreError::Damaged`] if it is not what was
/// committed to.
pub fn open_part(entry: Uuid, stored: &SealedPart, data_key: &SecretKey) -> Result<Part, StoreError> {
    let context = place(entry, stored.ordinal, stored.person_id, &stored.role);
    let opened = data_key.open(&context, &stored.sealed)?;
    let (salt, body) = opened
        .split_first_chunk::<32>()
        .ok_or_else(|| StoreError::Damaged("a part without its salt".to_owned()))?;
    if commit(salt, body) != stored.commitment {
        return Err(StoreError::Damaged("a part is not what its commitment says".to_owned()));
    }
    serde_json::from_slice(body).map_err(|e| StoreError::unreadable("read a part", &e))
}

fn place(entry: Uuid, ordinal: i32, person: Uuid, role: &str) -> Vec<u8> {
    [entry.as_bytes().as_slice(), &ordinal.to_be_bytes(), person.as_bytes(), role.as_bytes()].concat()
}
