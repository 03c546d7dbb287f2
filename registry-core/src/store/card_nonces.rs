//! Nonces that the service drew for somebody at the counter to sign, once and within minutes: by the card
//! when it is activated, by a wallet to show its key.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::card_nonce;
use super::{Db, StoreError};

/// How long a nonce may be used.
pub const LASTS: Duration = Duration::minutes(10);

/// What a nonce is signed for. A nonce drawn for one purpose is refused for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoncePurpose {
    /// The card is taken into use.
    Activation,
    /// A wallet shows its key.
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
/// An error of the database.
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

/// Marks a nonce as used and gives the card it was drawn for. None if the nonce is used, too old, for another
/// purpose or unknown.
///
/// # Errors
/// An error of the database, or [`StoreError::Damaged`].
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
