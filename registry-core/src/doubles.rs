//! Events that two declarations registered, before a claim had one holder; the migration found them. Each is
//! listed, by declarations alone, until one of its entries is annulled, the two resulting records are merged,
//! or an officer decides that there were two events.

use std::collections::BTreeSet;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use registry_domain::entry::Header;
use registry_domain::id::{EntryId, PersonId};
use registry_domain::kind::Kind;
use uuid::Uuid;

use crate::claims::Standing;
use crate::declarations::Body;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{declaration, declaration_claim, entry_part, ledger_entry};
use crate::store::{Db, StoreError, people};
use crate::vault::sealing::Sealing;

/// This is written exactly as in the partial index: with a bound value the index would not be used.
const DOUBLED: &str = "declaration_claim.standing = 'doubled'";

/// One of the two declarations.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = declaration)]
pub struct Side {
    /// Its id.
    pub id: Uid,
    /// Its kind.
    pub kind: String,
    /// The office that received it.
    pub office: String,
    /// The office that decided.
    pub deciding_office: String,
    /// When it was received.
    pub received_at: Instant,
    /// The entry that it became.
    pub entry_id: Option<Uid>,
}

/// Two declarations of the same event, both registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Double {
    /// The one that holds the claim.
    pub first: Side,
    /// The later one.
    pub later: Side,
}

impl Double {
    /// The side that is not `declaration`.
    pub fn other_than(&self, declaration: Uuid) -> Uuid {
        if self.first.id.0 == declaration { self.later.id.0 } else { self.first.id.0 }
    }
}

/// The doubles that nobody has dealt with, in the order in which their later declarations were received.
///
/// # Errors
/// An error of the database.
pub fn open(db: &mut Db) -> Result<Vec<Double>, StoreError> {
    let doubled = declaration_claim::table
        .inner_join(declaration::table)
        .filter(sql::<Bool>(DOUBLED))
        .order((declaration::received_at, declaration::id, declaration_claim::claim))
        .select((declaration_claim::claim, Side::as_select()))
        .load(db)?;
    not_dealt_with(db, doubled)
}

/// The first double that has this declaration as a side.
///
/// # Errors
/// An error of the database.
pub fn of(db: &mut Db, declaration: Uuid) -> Result<Option<Double>, StoreError> {
    let own = declaration_claim::table.filter(declaration_claim::declaration_id.eq(Uid(declaration)));
    let held: Vec<String> = own
        .filter(declaration_claim::standing.eq(Standing::Holds.as_str()))
        .select(declaration_claim::claim)
        .load(db)?;
    let is_meant =
        declaration_claim::declaration_id.eq(Uid(declaration)).or(declaration_claim::claim.eq_any(held));
    let doubled = declaration_claim::table
        .inner_join(declaration::table)
        .filter(declaration_claim::standing.eq(Standing::Doubled.as_str()))
        .filter(is_meant)
        .order((declaration::received_at, declaration::id, declaration_claim::claim))
        .select((declaration_claim::claim, Side::as_select()))
        .load(db)?;
    Ok(not_dealt_with(db, doubled)?.into_iter().next())
}

/// The doubles of these claims, each with its later declaration, that nobody has dealt with.
fn not_dealt_with(db: &mut Db, doubled: Vec<(String, Side)>) -> Result<Vec<Double>, StoreError> {
    let mut open: Vec<Double> = Vec::new();
    for (claim, later) in doubled {
        let first: Option<Side> = declaration_claim::table
            .inner_join(declaration::table)
            .filter(declaration_claim::claim.eq(claim))
            .filter(declaration_claim::standing.eq(Standing::Holds.as_str()))
            .select(Side::as_select())
            .first(db)
            .optional()?;
        // Mother and father claim the same birth, so the double is listed once only.
        let is_told =
            |first: &Side| open.iter().any(|told| (&told.first.id, &told.later.id) == (&first.id, &later.id));
        if let Some(first) = first.filter(|first| !is_told(first))
            && !is_dealt_with(db, &first, &later)?
        {
            open.push(Double { first, later });
        }
    }
    Ok(open)
}

/// Records the decision that the two declarations of a double are of two events: the first double that has
/// this declaration as a side. Of three declarations, the third is decided by itself. Says whether there was
/// anything to decide.
///
/// # Errors
/// An error of the database.
pub fn decide(db: &mut Db, declaration: Uuid) -> Result<bool, StoreError> {
    let Some(Double { first, later }) = of(db, declaration)? else { return Ok(false) };
    let held: Vec<String> = declaration_claim::table
        .filter(declaration_claim::declaration_id.eq(first.id))
        .filter(declaration_claim::standing.eq(Standing::Holds.as_str()))
        .select(declaration_claim::claim)
        .load(db)?;
    let between = declaration_claim::table
        .filter(declaration_claim::declaration_id.eq(later.id))
        .filter(declaration_claim::claim.eq_any(held))
        .filter(declaration_claim::standing.eq(Standing::Doubled.as_str()));
    let decided = diesel::update(between)
        .set(declaration_claim::standing.eq(Standing::Decided.as_str()))
        .execute(db)?;
    Ok(decided > 0)
}

/// Removes doubles on which an officer decided before registration. The migration could not read those
/// decisions: only such a decision leaves a reason in the sealed body of a registered declaration.
/// # Errors
/// An error of the database. A declaration whose body cannot be opened stays listed.
pub fn take_out_decided(db: &mut Db, sealing: &Sealing) -> Result<(), StoreError> {
    let doubled: Vec<(Uid, Vec<u8>)> = declaration_claim::table
        .inner_join(declaration::table)
        .filter(sql::<Bool>(DOUBLED))
        .select((declaration::id, declaration::sealed))
        .distinct()
        .load(db)?;
    for (id, sealed) in doubled {
        let body = sealing.open("declaration", id.0, &sealed).ok();
        let body = body.and_then(|body| serde_json::from_slice::<Body>(&body).ok());
        if body.is_some_and(|body| !body.reasons.is_empty()) {
            let own = declaration_claim::table.filter(declaration_claim::declaration_id.eq(id));
            diesel::update(own.filter(declaration_claim::standing.eq(Standing::Doubled.as_str())))
                .set(declaration_claim::standing.eq(Standing::Decided.as_str()))
                .execute(db)?;
        }
    }
    Ok(())
}

fn is_dealt_with(db: &mut Db, first: &Side, later: &Side) -> Result<bool, StoreError> {
    let mut people = Vec::new();
    for entry in [first.entry_id, later.entry_id].into_iter().flatten() {
        let concerned = people_of(db, entry)?;
        if is_annulled(entry.into(), &amendments(db, &concerned)?) {
            return Ok(true);
        }
        people.push(concerned);
    }
    // The parents are in both entries; a person who is in only one of them is the person whom that entry
    // created.
    let [first, later] = &people[..] else { return Ok(false) };
    for id in first.symmetric_difference(later) {
        if people::load(db, PersonId::from(*id))?.is_some_and(|person| person.is_merged()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn people_of(db: &mut Db, entry: Uid) -> Result<BTreeSet<Uid>, StoreError> {
    let people: Vec<Uid> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(ledger_entry::id.eq(entry))
        .select(entry_part::person_id)
        .load(db)?;
    Ok(people.into_iter().collect())
}

/// The annulments among the entries about these people.
fn amendments(db: &mut Db, people: &BTreeSet<Uid>) -> Result<Vec<Header>, StoreError> {
    let headers: Vec<String> = entry_part::table
        .inner_join(ledger_entry::table)
        .filter(entry_part::person_id.eq_any(people))
        .select(ledger_entry::header)
        .distinct()
        .load(db)?;
    let parse = |header: &String| {
        serde_json::from_str(header).map_err(|e| StoreError::unreadable("read a header", &e))
    };
    let headers: Vec<Header> = headers.iter().map(parse).collect::<Result<_, _>>()?;
    Ok(headers.into_iter().filter(|header| header.kind == Kind::Annulment).collect())
}

/// Whether an annulment of the entry stands, and was not annulled itself.
fn is_annulled(entry: EntryId, annulments: &[Header]) -> bool {
    let mut of_entry = annulments.iter().filter(|annulment| annulment.amends == Some(entry));
    of_entry.any(|annulment| !is_annulled(annulment.id, annulments))
}
