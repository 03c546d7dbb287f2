//! Nonces that the service draws for somebody at the counter to sign soon, and once: the card signs one at
//! its activation, a wallet one with its key.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::card_nonce;
use super::{Db, StoreError};

/// How long a nonce may be used.
pub const LASTS: Duration = Duration::minutes(10);

/// What a nonce is signed for. A nonce for one purpose does not count for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoncePurpose {
    /// The card is taken into use.
    Activation,
    /// A wallet proves that it has its key.
    Wallet,
}

impl NoncePurpose {
    fn as_str(self) -> &'static str {
        match self {
            NoncePurpose::Activation => "activation",
            NoncePurpose::Wallet => "wallet",
        }
    }
}

/// Stores a nonce that was drawn for a card.
///
/// # Errors
/// The database failed.
pub fn keep(
    db: &mut Db,
    id: Uuid,
    card: Uuid,
    purpose: NoncePurpose,
    nonce: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(card_nonce::table)
        .values((
            card_nonce::id.eq(Uid(id)),
            card_nonce::card_id.eq(Uid(card)),
            card_nonce::purpose.eq(purpose.as_str()),
            card_nonce::nonce.eq(hex::encode(nonce)),
            card_nonce::expires_at.eq(Instant::new(now + LASTS)),
        ))
        .execute(db)?;
    Ok(())
}

/// Takes a nonce, which is used from then on, and gives the card that it was drawn for. None if the nonce is
/// used, too old, for another purpose, or unknown.
///
/// # Errors
/// The database failed, or [`StoreError::Damaged`].
pub fn spend(
    db: &mut Db,
    id: Uuid,
    purpose: NoncePurpose,
    now: DateTime<Utc>,
) -> Result<Option<(Uid, [u8; 32])>, StoreError> {
    let now = Instant::new(now);
    let found: Option<(Uid, String)> = diesel::update(
        card_nonce::table
            .find(Uid(id))
            .filter(card_nonce::purpose.eq(purpose.as_str()))
            .filter(card_nonce::used_at.is_null())
            .filter(card_nonce::expires_at.gt(now)),
    )
    .set(card_nonce::used_at.eq(Some(now)))
    .returning((card_nonce::card_id, card_nonce::nonce))
    .get_result(db)
    .optional()?;
    let Some((card, nonce)) = found else { return Ok(None) };
    let mut bytes = [0; 32];
    hex::decode_to_slice(nonce, &mut bytes)
        .map_err(|e| StoreError::Damaged(format!("card_nonce.nonce: {e}")))?;
    Ok(Some((card, bytes)))
}
