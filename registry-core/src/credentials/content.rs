//! What a credential says: the holder as the card has it, and the frame around it.

use chrono::{DateTime, Duration, DurationRound as _, Utc};
use issuance::Certificate;
use issuance::credential::qr::SmallPhoto;
use issuance::credential::{CredentialContent, StatusReference};
use registry_domain::card::CardRecord;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;

use super::{issuer, lists};
use crate::card_jobs::files::portrait_of;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::issue::holder_of;
use crate::portrait;
use crate::store::Db;

/// The most octets that the photo in a code may have.
const PHOTO_OCTETS: usize = 900;

/// The holder and the frame. Times are whole hours, so that nobody can tell by them that two credentials
/// belong to one holder.
///
/// # Errors
/// [`Refusal::CredentialNotPossible`] for a record without a parent's name or a place of birth; as
/// [`holder_of`].
pub(super) fn content(
    deps: &Deps,
    db: &mut Db,
    person: &Person,
    card: &CardRecord,
    signer: &Certificate,
    (list, place): (i32, i32),
) -> Result<CredentialContent, Failure> {
    let portrait = portrait_of(deps, db, card.id)?;
    let issued_on = card.issued_on.ok_or(Refusal::CardNotActive)?;
    let holder = holder_of(person, card, portrait, issued_on, &deps.units)?;
    if holder.parent_name.is_empty() || holder.birth_place.is_empty() {
        return Err(Refusal::CredentialNotPossible.into());
    }
    let now = deps.now();
    let validity = signer.validity();
    let expires_at = (now + Duration::days(i64::from(deps.config.law.rules.credential_days)))
        .min(card.ends_at(&deps.units))
        .min(validity.not_after());
    let status = StatusReference {
        uri: lists::address(deps, list),
        index: u64::try_from(place).map_err(|e| Failure::damaged("digital_credential.place", e))?,
    };
    Ok(CredentialContent {
        holder,
        issuer: issuer(deps),
        issuing_authority: signer.subject_attribute(issuance::oid::ORGANISATION).unwrap_or_default(),
        issued_at: whole_hour(now).max(validity.not_before()),
        expires_at: whole_hour(expires_at),
        status,
    })
}

fn whole_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(Duration::hours(1)).unwrap_or(at)
}

/// The portrait, made so small that it fits into a code; none if that cannot be done.
pub(super) fn small_photo(portrait_jpeg: &[u8]) -> Option<SmallPhoto> {
    SmallPhoto::parse(&portrait::small(portrait_jpeg, PHOTO_OCTETS)?).ok()
}
