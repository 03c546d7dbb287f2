//! Digital credentials and their places in status lists.

use diesel::prelude::*;
use registry_domain::id::PersonId;
use uuid::Uuid;

use super::codec::{Instant, Uid};
use super::schema::{card, digital_credential, holder_key, status_list};
use super::{Db, StoreError};
use crate::draw::Draw;
use crate::native;

/// How many places each list has: many more than are given, because a list with few places hides nobody.
pub const PLACES: u32 = 1 << 20;
/// A list of which this many places are given takes no more.
const FULL: i32 = 1 << 19;

/// A row of `digital_credential`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = digital_credential)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct CredentialRow {
    pub id: Uid,
    pub request: Uid,
    pub card_id: Uid,
    pub person_id: Uid,
    pub form: String,
    pub list: i32,
    pub place: i32,
    pub holder_key: Option<String>,
    pub tbs: Vec<u8>,
    pub intent_state: String,
    pub issued_by: Uid,
    pub recorded_at: Instant,
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
}

/// The state of a credential that is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was ended for ever.
    Ended,
    /// It is suspended as long as its card is.
    Suspended,
}

/// Gives a place that nobody had before: in the newest list, or in a new one if that takes no more.
///
/// # Errors
/// The database failed.
pub fn give_place(db: &mut Db, draw: &mut Draw) -> Result<(i32, i32), StoreError> {
    let newest: Option<(i32, i32)> = status_list::table
        .order(status_list::list.desc())
        .select((status_list::list, status_list::given))
        .first(db)
        .optional()?;
    let list = match newest {
        Some((list, given)) if given < FULL => list,
        earlier => {
            let list = earlier.map_or(0, |(list, _)| list + 1);
            let row = (status_list::list.eq(list), status_list::given.eq(0));
            // Another request may be opening the same list at this moment.
            native!(db, c => diesel::insert_into(status_list::table).values(row).on_conflict_do_nothing().execute(c))?;
            list
        }
    };
    diesel::update(status_list::table.find(list))
        .set(status_list::given.eq(status_list::given + 1))
        .execute(db)?;
    // No more than half of the places are taken, so two tries usually suffice.
    loop {
        let place = i32::try_from(draw.number() % u64::from(PLACES)).unwrap_or_default();
        let at = digital_credential::table
            .filter(digital_credential::list.eq(list))
            .filter(digital_credential::place.eq(place));
        let taken: i64 = at.count().get_result(db)?;
        if taken == 0 {
            return Ok((list, place));
        }
    }
}

/// Binds a key to a person for ever, unless it is bound already; gives the person to whom it is bound.
///
/// # Errors
/// The database failed.
pub fn bind_key(db: &mut Db, fingerprint: &str, person: Uuid) -> Result<PersonId, StoreError> {
    let row = (holder_key::spki_sha256.eq(fingerprint), holder_key::person_id.eq(Uid(person)));
    native!(db, c => diesel::insert_into(holder_key::table).values(row).on_conflict_do_nothing().execute(c))?;
    let owner: Uid = holder_key::table.find(fingerprint).select(holder_key::person_id).first(db)?;
    Ok(owner.into())
}

/// Whether a key belongs to a wallet.
///
/// # Errors
/// The database failed.
pub fn is_held(db: &mut Db, fingerprint: &str) -> Result<bool, StoreError> {
    let found: i64 = holder_key::table.find(fingerprint).count().get_result(db)?;
    Ok(found > 0)
}

/// Records an intent: the credential that will be signed.
///
/// # Errors
/// The database failed.
pub fn intend(db: &mut Db, row: &CredentialRow) -> Result<(), StoreError> {
    diesel::insert_into(digital_credential::table).values(row).execute(db)?;
    Ok(())
}

/// Records that an intent was signed; gives false if the intent was no longer open, or was ended meanwhile.
///
/// # Errors
/// The database failed.
pub fn keep(db: &mut Db, id: Uuid) -> Result<bool, StoreError> {
    let open =
        digital_credential::table.find(Uid(id)).filter(digital_credential::intent_state.eq("intended"));
    let kept = diesel::update(open).set(digital_credential::intent_state.eq("issued")).execute(db)?;
    Ok(kept == 1)
}

/// Ends the credentials that an earlier try of the same request got, and those bound to the same key; gives
/// how many that were.
///
/// # Errors
/// The database failed.
pub fn end_earlier(db: &mut Db, request: Uuid, key: Option<&str>, now: Instant) -> Result<usize, StoreError> {
    let open = digital_credential::table.filter(digital_credential::ended_at.is_null());
    let of_request = diesel::update(open.filter(digital_credential::request.eq(Uid(request))))
        .set(digital_credential::ended_at.eq(Some(now)))
        .execute(db)?;
    let Some(key) = key else { return Ok(of_request) };
    let of_key = diesel::update(open.filter(digital_credential::holder_key.eq(key)))
        .set(digital_credential::ended_at.eq(Some(now)))
        .execute(db)?;
    Ok(of_request + of_key)
}

/// Ends all credentials of a card; gives how many were still good.
///
/// # Errors
/// The database failed.
pub fn end_all(db: &mut Db, card: Uuid, now: Instant) -> Result<usize, StoreError> {
    let good = digital_credential::table
        .filter(digital_credential::card_id.eq(Uid(card)))
        .filter(digital_credential::ended_at.is_null())
        .filter(digital_credential::intent_state.ne("void"))
        .filter(digital_credential::expires_at.gt(now));
    Ok(diesel::update(good).set(digital_credential::ended_at.eq(Some(now))).execute(db)?)
}

/// The places of a list whose credentials are not valid; none if there is no such list.
///
/// # Errors
/// The database failed.
pub fn standings(db: &mut Db, list: i32) -> Result<Option<Vec<(i32, Standing)>>, StoreError> {
    let known: i64 = status_list::table.find(list).count().get_result(db)?;
    if known == 0 {
        return Ok(None);
    }
    let not_good = digital_credential::ended_at
        .is_not_null()
        .or(digital_credential::intent_state.eq("void"))
        .or(card::card_state.nullable().is_null())
        .or(card::card_state.nullable().ne("active"));
    let rows: Vec<(i32, Option<Instant>, String, Option<String>)> = digital_credential::table
        .left_join(card::table.on(card::id.eq(digital_credential::card_id)))
        .filter(digital_credential::list.eq(list))
        .filter(not_good.assume_not_null())
        .select((
            digital_credential::place,
            digital_credential::ended_at,
            digital_credential::intent_state,
            card::card_state.nullable(),
        ))
        .load(db)?;
    let standing = |(place, ended, intent, card): (i32, Option<Instant>, String, Option<String>)| {
        let is_held = ended.is_none() && intent != "void" && card.as_deref() == Some("suspended");
        (place, if is_held { Standing::Suspended } else { Standing::Ended })
    };
    Ok(Some(rows.into_iter().map(standing).collect()))
}

/// Voids intents that were never signed. Run at start, before anything is issued. Their places stay ended.
///
/// # Errors
/// The database failed.
pub fn void_open_intents(db: &mut Db) -> Result<usize, StoreError> {
    Ok(diesel::update(digital_credential::table.filter(digital_credential::intent_state.eq("intended")))
        .set(digital_credential::intent_state.eq("void"))
        .execute(db)?)
}
