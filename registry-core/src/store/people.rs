//! The record in the database: folded people, and the rows read from them.

use diesel::prelude::*;
use registry_domain::card::{CardState, KeySlot};
use registry_domain::id::PersonId;
use registry_domain::linkage;
use registry_domain::national_number::NationalNumber;
use registry_domain::person::{LifeCycle, Person};
use registry_domain::person_ref::PersonRef;
use uuid::Uuid;

use super::codec::Uid;
use super::erasures::claim_of_erased;
use super::ledger_log::column;
use super::schema::{
    act, card, certificate, credential_intent, match_key, number_claim, person, service_intent,
};
use super::{Db, StoreError};
use crate::ledger::commitment::canonical;
use crate::native;
use crate::vault::sealing::Sealing;

/// A row of `person`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = person, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct PersonRow {
    pub id: Uid,
    pub civil_id: Option<String>,
    pub national_number: Option<String>,
    pub clan_name: Option<String>,
    pub parent_name: Option<String>,
    pub given_name: String,
    pub sex: String,
    pub born_on: String,
    pub life_cycle: String,
    pub residence_unit: Option<String>,
    pub sealed: bool,
    pub last_seq: i64,
    pub record: String,
}

/// A row of `card`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = card)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct CardRow {
    pub id: Uid,
    pub person_id: Uid,
    pub document_number: String,
    pub card_state: String,
    pub open_for: Option<Uid>,
    pub chip_id: Option<String>,
    pub expires_on: String,
}

/// A row of `certificate`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificate)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct CertificateRow {
    pub serial: String,
    pub card_id: Uid,
    pub slot: String,
    pub spki_sha256: String,
    pub revoked_on: Option<String>,
    pub revocation_reason: Option<String>,
    pub authority_key_identifier: String,
}

/// A row of `act`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = act)]
#[expect(missing_docs, reason = "the columns are documented in migrations/")]
pub struct ActRow {
    pub number: String,
    pub person_id: Uid,
    pub kind: String,
    pub entry_id: Uid,
}

/// Everything that the folded tables hold of one person: a pure function of the folded record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedRows {
    pub person: PersonRow,
    /// Rows of `number_claim`: the number or foreign document; the person is that of the record.
    pub numbers: Vec<String>,
    pub match_keys: Vec<String>,
    pub acts: Vec<ActRow>,
    pub cards: Vec<CardRow>,
    pub certificates: Vec<CertificateRow>,
}

/// Makes the rows from the record.
///
/// # Errors
/// The record does not fit JSON, which no record should cause.
pub fn rows_of(of: &Person, salt: u64) -> Result<FoldedRows, StoreError> {
    let record = canonical(of).map_err(|e| StoreError::Damaged(e.to_string()))?;
    let id = Uid::from(of.id);
    let name = of.name.as_ref();
    let mut numbers = of.claimed();
    numbers.extend(of.withdrawn_numbers.iter().cloned());
    numbers.sort_unstable();
    numbers.dedup();
    let mut match_keys: Vec<String> = linkage::Features::of(of)
        .map(|features| linkage::blocking_keys(&features, salt))
        .unwrap_or_default()
        .into_iter()
        .map(|key| format!("{key:016x}"))
        .collect();
    match_keys.sort_unstable();
    match_keys.dedup();
    let mut acts: Vec<ActRow> = of
        .acts
        .iter()
        .map(|act| ActRow {
            number: act.number.clone(),
            person_id: id,
            kind: act.kind.as_str().to_owned(),
            entry_id: act.entry.into(),
        })
        .collect();
    acts.sort_unstable();
    acts.dedup();
    Ok(FoldedRows {
        person: PersonRow {
            id,
            civil_id: of.civil_id.as_ref().map(ToString::to_string),
            national_number: of.national_number.as_ref().map(ToString::to_string),
            clan_name: name.and_then(|name| name.clan.as_ref()).map(ToString::to_string),
            parent_name: name.and_then(|name| name.parent.as_ref()).map(ToString::to_string),
            given_name: name.map(|name| name.given.to_string()).unwrap_or_default(),
            sex: of.sex.map(|sex| sex.as_str().to_owned()).unwrap_or_default(),
            born_on: of.born_on.map(|day| day.to_string()).unwrap_or_default(),
            life_cycle: match &of.life_cycle {
                LifeCycle::Alive => "alive",
                LifeCycle::Dead { .. } => "dead",
            }
            .to_owned(),
            residence_unit: of
                .residence
                .as_ref()
                .filter(|_| !of.sealed_address)
                .map(|residence| residence.unit.to_string()),
            sealed: of.is_hidden(),
            last_seq: column(of.last_seq)?,
            record: String::from_utf8(record).map_err(|e| StoreError::Damaged(e.to_string()))?,
        },
        numbers,
        match_keys,
        acts,
        cards: card_rows(of),
        certificates: certificate_rows(of),
    })
}

fn card_rows(of: &Person) -> Vec<CardRow> {
    let mut rows: Vec<CardRow> = of
        .cards
        .iter()
        .map(|card| {
            let open = match card.state {
                CardState::Approved
                | CardState::Personalised
                | CardState::Active
                | CardState::Suspended { .. } => Some(Uid::from(of.id)),
                CardState::Revoked { .. } => None,
            };
            CardRow {
                id: card.id.into(),
                person_id: of.id.into(),
                document_number: card.document_number.to_string(),
                card_state: card.state.as_str().to_owned(),
                open_for: open,
                chip_id: card.chip_id.clone(),
                expires_on: card.expires_on.to_string(),
            }
        })
        .collect();
    rows.sort_unstable();
    rows
}

fn certificate_rows(of: &Person) -> Vec<CertificateRow> {
    let mut rows = Vec::new();
    for card in &of.cards {
        let revoked = match &card.state {
            CardState::Revoked { reason, on } => Some((on.to_string(), reason.as_str().to_owned())),
            CardState::Suspended { on } => Some((on.to_string(), SUSPENDED.to_owned())),
            CardState::Approved | CardState::Personalised | CardState::Active => None,
        };
        rows.extend(card.certificates.iter().map(|certificate| CertificateRow {
            serial: certificate.serial.to_string(),
            card_id: card.id.into(),
            slot: slot_name(certificate.slot).to_owned(),
            spki_sha256: certificate.spki_sha256.to_string(),
            revoked_on: revoked.as_ref().map(|(on, _)| on.clone()),
            revocation_reason: revoked.as_ref().map(|(_, reason)| reason.clone()),
            authority_key_identifier: certificate.authority_key_identifier.clone().unwrap_or_default(),
        }));
    }
    rows.sort_unstable();
    rows
}

/// The word stored in `certificate.revocation_reason` for a certificate on hold.
pub const SUSPENDED: &str = "suspended";

/// The word stored in `certificate.slot`.
pub fn slot_name(slot: KeySlot) -> &'static str {
    match slot {
        KeySlot::Authentication => "authentication",
        KeySlot::Signature => "signature",
    }
}

/// Writes a person's folded rows in place of the earlier ones. It adds claims of numbers and never removes
/// one.
///
/// # Errors
/// A uniqueness violation if a number, document, chip or public key belongs to somebody else; or the database
/// failed.
pub fn save(db: &mut Db, of: &Person, salt: u64) -> Result<(), StoreError> {
    let rows = rows_of(of, salt)?;
    let id = rows.person.id;
    let changed = diesel::update(person::table.find(id)).set(&rows.person).execute(db)?;
    if changed == 0 {
        diesel::insert_into(person::table).values(&rows.person).execute(db)?;
    }
    claim_numbers(db, id, &rows.numbers)?;
    save_match_keys(db, id, &rows.match_keys)?;
    let known: Vec<String> = act::table.filter(act::person_id.eq(id)).select(act::number).load(db)?;
    // An act that went under seal can no longer be found by its number.
    let gone: Vec<&String> =
        known.iter().filter(|number| rows.acts.iter().all(|act| act.number != **number)).collect();
    if !gone.is_empty() {
        let of_person = act::table.filter(act::person_id.eq(id));
        diesel::delete(of_person.filter(act::number.eq_any(gone))).execute(db)?;
    }
    for act in rows.acts.iter().filter(|act| !known.contains(&act.number)) {
        native!(db, c => diesel::insert_into(act::table).values(act).on_conflict_do_nothing().execute(c))?;
    }
    if !rows.cards.is_empty() {
        take_away_cards(db, id)?;
    }
    for row in &rows.cards {
        diesel::insert_into(card::table).values(row).execute(db)?;
    }
    for row in &rows.certificates {
        diesel::insert_into(certificate::table).values(row).execute(db)?;
    }
    Ok(())
}

/// Writes the match keys. Most acts change none of them, and then nothing is written.
fn save_match_keys(db: &mut Db, id: Uid, keys: &[String]) -> Result<(), StoreError> {
    let of_person = match_key::table.filter(match_key::person_id.eq(id));
    let known: Vec<String> =
        of_person.order(match_key::blocking_key).select(match_key::blocking_key).load(db)?;
    if known == keys {
        return Ok(());
    }
    diesel::delete(match_key::table.filter(match_key::person_id.eq(id))).execute(db)?;
    let rows: Vec<_> =
        keys.iter().map(|key| (match_key::blocking_key.eq(key), match_key::person_id.eq(id))).collect();
    native!(db, c => diesel::insert_into(match_key::table).values(&rows).execute(c))?;
    Ok(())
}

fn take_away_cards(db: &mut Db, id: Uid) -> Result<(), StoreError> {
    let cards: Vec<Uid> = card::table.filter(card::person_id.eq(id)).select(card::id).load(db)?;
    diesel::delete(certificate::table.filter(certificate::card_id.eq_any(&cards))).execute(db)?;
    diesel::delete(card::table.filter(card::person_id.eq(id))).execute(db)?;
    Ok(())
}

/// Writes the rows of people whose records were folded anew, or between whom numbers move. Acts that no
/// longer stand are removed first, and so are the cards of erased people and the claims that a record no
/// longer has. Every number that the register gave stays claimed by somebody.
///
/// # Errors
/// As [`save`].
pub fn replace<'a>(
    db: &mut Db,
    people: impl Iterator<Item = &'a Person> + Clone,
    salt: u64,
) -> Result<(), StoreError> {
    // Everybody gives numbers up before anybody takes one, so a number has one holder at every moment.
    for of in people.clone() {
        let id = Uid::from(of.id);
        diesel::delete(act::table.filter(act::person_id.eq(id))).execute(db)?;
        take_away_cards(db, id)?;
        let claimed = rows_of(of, salt)?.numbers;
        diesel::delete(
            number_claim::table
                .filter(number_claim::person_id.eq(id))
                .filter(number_claim::number.ne_all(claimed)),
        )
        .execute(db)?;
    }
    for of in people {
        save(db, of, salt)?;
    }
    Ok(())
}

fn claim_numbers(db: &mut Db, id: Uid, numbers: &[String]) -> Result<(), StoreError> {
    let own: Vec<String> =
        number_claim::table.filter(number_claim::person_id.eq(id)).select(number_claim::number).load(db)?;
    for number in numbers.iter().filter(|number| !own.contains(number)) {
        diesel::insert_into(number_claim::table)
            .values((number_claim::number.eq(number), number_claim::person_id.eq(id)))
            .execute(db)?;
    }
    Ok(())
}

/// Reads a folded record.
///
/// # Errors
/// [`StoreError::Damaged`] if it does not parse.
pub fn parse_record(record: &str) -> Result<Person, StoreError> {
    serde_json::from_str(record).map_err(|e| StoreError::unreadable("person.record", &e))
}

/// The person whom a reference names, by a present or earlier number.
///
/// # Errors
/// The database failed.
pub fn find(db: &mut Db, reference: &PersonRef) -> Result<Option<Person>, StoreError> {
    let record = match reference {
        PersonRef::Id(id) => record_of(db, Uid::from(*id))?,
        PersonRef::NationalNumber(number) => record_with(db, &number.to_string())?,
        PersonRef::CivilId(civil_id) => record_with(db, &civil_id.to_string())?,
        PersonRef::Foreign(identity) => record_with(db, &identity.to_string())?,
    };
    record.as_deref().map(parse_record).transpose()
}

fn record_of(db: &mut Db, id: Uid) -> Result<Option<String>, StoreError> {
    Ok(person::table.find(id).select(person::record).first(db).optional()?)
}

/// Uses one statement, whether such a number exists or not, so that an absent record costs the same as a
/// sealed one.
fn record_with(db: &mut Db, number: &str) -> Result<Option<String>, StoreError> {
    Ok(number_claim::table
        .inner_join(person::table.on(person::id.eq(number_claim::person_id)))
        .filter(number_claim::number.eq(number))
        .select(person::record)
        .first(db)
        .optional()?)
}

/// The person with this id.
///
/// # Errors
/// The database failed, or [`StoreError::Damaged`].
pub fn load(db: &mut Db, id: PersonId) -> Result<Option<Person>, StoreError> {
    find(db, &PersonRef::Id(id))
}

/// The person whom a reference names. If that record was merged, the record that answers for it.
///
/// # Errors
/// The database failed, or [`StoreError::Damaged`].
pub fn find_survivor(db: &mut Db, reference: &PersonRef) -> Result<Option<Person>, StoreError> {
    let mut found = find(db, reference)?;
    while let Some(into) = found.as_ref().and_then(|person| person.merged_into) {
        found = load(db, into)?;
    }
    Ok(found)
}

/// The person with this id, or the record that answers for it after a merge.
///
/// # Errors
/// The database failed, or [`StoreError::Damaged`].
pub fn load_survivor(db: &mut Db, id: PersonId) -> Result<Option<Person>, StoreError> {
    find_survivor(db, &PersonRef::Id(id))
}

/// Up to `limit` people in order of id, after the given one.
///
/// # Errors
/// The database failed, or [`StoreError::Damaged`].
pub fn page(db: &mut Db, after: Option<PersonId>, limit: i64) -> Result<Vec<Person>, StoreError> {
    let after = Uid(after.map_or(Uuid::nil(), PersonId::uuid));
    let records: Vec<String> = person::table
        .filter(person::id.gt(after))
        .order(person::id)
        .limit(limit)
        .select(person::record)
        .load(db)?;
    records.iter().map(|record| parse_record(record)).collect()
}

/// Whether a number was ever given, even to a person who was erased since.
///
/// # Errors
/// The database failed.
pub fn is_claimed(db: &mut Db, sealing: &Sealing, number: &str) -> Result<bool, StoreError> {
    let claims = [number.to_owned(), claim_of_erased(sealing, number)];
    let found: Option<Uid> = number_claim::table
        .filter(number_claim::number.eq_any(claims))
        .select(number_claim::person_id)
        .first(db)
        .optional()?;
    Ok(found.is_some())
}

/// Keeps the numbers of an erased person claimed, each as a keyed hash.
///
/// # Errors
/// The database failed.
pub fn keep_claims(db: &mut Db, person: Uuid, numbers: &[String]) -> Result<(), StoreError> {
    for number in numbers {
        diesel::insert_into(number_claim::table)
            .values((number_claim::number.eq(number), number_claim::person_id.eq(Uid(person))))
            .execute(db)?;
    }
    Ok(())
}

/// Which of these candidates, the numbers of one series, were ever given.
///
/// # Errors
/// The database failed.
pub fn claimed_in_series(db: &mut Db, candidates: &[NationalNumber]) -> Result<Vec<String>, StoreError> {
    let texts: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    Ok(number_claim::table
        .filter(number_claim::number.eq_any(texts))
        .select(number_claim::number)
        .load(db)?)
}

/// At most `limit` people who share a blocking key with the given keys.
///
/// # Errors
/// The database failed.
pub fn sharing_keys(db: &mut Db, keys: &[u64], limit: i64) -> Result<Vec<Person>, StoreError> {
    let keys: Vec<String> = keys.iter().map(|key| format!("{key:016x}")).collect();
    let ids: Vec<Uid> = match_key::table
        .filter(match_key::blocking_key.eq_any(keys))
        .select(match_key::person_id)
        .distinct()
        .limit(limit)
        .load(db)?;
    let records: Vec<String> =
        person::table.filter(person::id.eq_any(ids)).select(person::record).load(db)?;
    records.iter().map(|record| parse_record(record)).collect()
}

/// The holder of a card by its document number.
///
/// # Errors
/// The database failed.
pub fn holder_of_document(
    db: &mut Db,
    document_number: &str,
) -> Result<Option<(Uuid, PersonId)>, StoreError> {
    let found: Option<(Uid, Uid)> = card::table
        .filter(card::document_number.eq(document_number))
        .select((card::id, card::person_id))
        .first(db)
        .optional()?;
    Ok(found.map(|(card, person)| (card.0, person.into())))
}

/// The revoked or suspended certificates of an authority, which is given by the names that records use for
/// it.
///
/// # Errors
/// The database failed.
pub fn revoked_certificates(db: &mut Db, authority: &[String]) -> Result<Vec<CertificateRow>, StoreError> {
    let revoked = certificate::table
        .filter(certificate::revoked_on.is_not_null())
        .filter(certificate::authority_key_identifier.eq_any(authority));
    Ok(revoked.select(CertificateRow::as_select()).load(db)?)
}

/// The certificates with these serial numbers from an authority, which is given by the names that records use
/// for it.
///
/// # Errors
/// The database failed.
pub fn certificates_of(
    db: &mut Db,
    serials: &[String],
    authority: &[String],
) -> Result<Vec<CertificateRow>, StoreError> {
    let asked = certificate::table
        .filter(certificate::serial.eq_any(serials))
        .filter(certificate::authority_key_identifier.eq_any(authority));
    Ok(asked.select(CertificateRow::as_select()).load(db)?)
}

/// The holder of a card.
///
/// # Errors
/// The database failed.
pub fn holder_of_card(db: &mut Db, card: Uuid) -> Result<Option<PersonId>, StoreError> {
    let found: Option<Uid> = card::table.find(Uid(card)).select(card::person_id).first(db).optional()?;
    Ok(found.map(PersonId::from))
}

/// How often this instance has certified a public key, or was about to: on a card or for the service.
///
/// # Errors
/// The database failed.
pub fn times_certified(db: &mut Db, fingerprint: &str) -> Result<i64, StoreError> {
    let on_cards: i64 =
        certificate::table.filter(certificate::spki_sha256.eq(fingerprint)).count().get_result(db)?;
    let intended: i64 = credential_intent::table
        .filter(credential_intent::spki_sha256.eq(fingerprint))
        .count()
        .get_result(db)?;
    let of_service: i64 =
        service_intent::table.filter(service_intent::spki_sha256.eq(fingerprint)).count().get_result(db)?;
    Ok(on_cards + intended + of_service)
}

/// The card of a certificate, found by its serial number, with the card's holder.
///
/// # Errors
/// The database failed.
pub fn holder_of_certificate(db: &mut Db, serial: &str) -> Result<Option<(Uuid, PersonId)>, StoreError> {
    let card_id: Option<Uid> =
        certificate::table.find(serial).select(certificate::card_id).first(db).optional()?;
    let Some(card_id) = card_id else { return Ok(None) };
    let person_id: Option<Uid> = card::table.find(card_id).select(card::person_id).first(db).optional()?;
    Ok(person_id.map(|person| (card_id.0, person.into())))
}
