//! The notices that wait at an office, opened for its officers.

use diesel::prelude::*;
use registry_domain::date::parse_date;
use registry_domain::event::{Facts, birth};
use registry_domain::id::PersonId;
use registry_domain::kind::Kind;
use registry_domain::law::Basis;
use registry_domain::officer::{Act, Officer};
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AccessEntry, Withheld};
use crate::claims::{claim_hash, live_declaration};
use crate::deps::Deps;
use crate::failure::Failure;
use crate::notify::BirthNotice;
use crate::officers::offices_of;
use crate::register::officer_access;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::notification;
use crate::store::{Db, people};
use crate::under_seal::Form;

/// A notice as an officer of its unit sees it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    /// Its id, which a declaration of a birth names.
    pub id: Uuid,
    /// `birth` or `death`.
    pub kind: String,
    /// When it came.
    pub received_at: String,
    /// The last civil date to declare what it says.
    pub due_on: Option<String>,
    /// The declaration that answers it.
    pub declaration: Option<Uuid>,
    /// What it says, as it was sent; nothing if it is about the officer or a relative.
    pub notice: Option<serde_json::Value>,
}

/// Notices, with the people whom they name.
pub struct Notices {
    /// The lines.
    pub lines: Vec<NoticeView>,
    people: Vec<Uuid>,
}

type Columns = (Uid, String, Instant, Option<String>, Option<Uid>, Option<String>, Vec<u8>);

/// The unanswered notices of the officer's office, by deadline.
///
/// # Errors
/// No mandate to read, or an error of the database.
pub fn of_office(deps: &Deps, officer: &Officer, limit: i64) -> Result<Withheld<Notices>, Failure> {
    officer.may(Act::ReadRecord, &officer.office, &deps.units)?;
    let mut db = deps.db()?;
    let rows: Vec<Columns> = notification::table
        .filter(notification::office.eq_any(offices_of(officer)))
        .filter(notification::used_by.is_null())
        .order((notification::due_on, notification::received_at, notification::id))
        .limit(limit)
        .select((
            notification::id,
            notification::kind,
            notification::received_at,
            notification::due_on,
            notification::used_by,
            notification::claim,
            notification::sealed,
        ))
        .load(&mut *db)?;
    let mut notices = Notices { lines: Vec::new(), people: Vec::new() };
    for (id, kind, received_at, due_on, used_by, claim, sealed) in rows {
        let body = deps.keys.sealing.open("notification", id.0, &sealed)?;
        let notice: serde_json::Value =
            serde_json::from_slice(&body).map_err(|e| Failure::unreadable("read a notification", &e))?;
        let parsed = Kind::parse(&kind)?;
        let form = Form { kind: parsed, facts: &notice, received_at, is_open: true };
        if form.is_under_seal(&mut db, None)? {
            continue;
        }
        let about = ["mother", "person"].iter().find_map(|member| notice[member].as_str());
        let about = about.map(PersonRef::parse).transpose()?;
        let person = about.map(|about| people::find_survivor(&mut db, &about)).transpose()?.flatten();
        let may_see =
            person.as_ref().is_none_or(|person| officer.interest.require_none_in(person.id).is_ok());
        if may_see {
            notices.people.extend(person.as_ref().map(|person| PersonId::uuid(person.id)));
        }
        let claims: Vec<String> = claim.into_iter().collect();
        notices.lines.push(NoticeView {
            id: id.0,
            kind,
            received_at: received_at.to_text(),
            due_on,
            declaration: used_by.map(|id| id.0).or(live_declaration(&mut db, &claims)?),
            notice: may_see.then_some(notice),
        });
    }
    Ok(Withheld::new(notices))
}

/// The access entry of listed notices.
pub fn listed(deps: &Deps, officer: &Officer, notices: &Notices) -> AccessEntry {
    officer_access(
        deps,
        officer,
        Basis::Registration,
        "notices listed",
        "reminding of events to be declared",
        None,
        notices.people.clone(),
    )
}

/// Refuses a notice as the proof of another event: one with another mother, day, or order among twins. If the
/// declaration leaves the mother out, or the register does not know her, the officer compares her.
///
/// # Errors
/// [`Refusal::NoticeOfAnotherEvent`], or an error of the database.
pub(crate) fn require_of_event(
    deps: &Deps,
    db: &mut Db,
    facts: &Facts,
    claims: &[String],
) -> Result<(), Failure> {
    let Some(id) = facts.notification() else { return Ok(()) };
    let of_another = || Refusal::NoticeOfAnotherEvent.in_field("notification");
    let sealed: Option<Vec<u8>> = notification::table
        .find(Uid::from(id))
        .filter(notification::kind.eq(facts.kind().as_str()))
        .select(notification::sealed)
        .first(db)
        .optional()?;
    let body = deps.keys.sealing.open("notification", id.uuid(), &sealed.ok_or_else(of_another)?)?;
    // An erasure leaves a notice empty.
    if body.as_slice() == b"{}" {
        return Err(of_another().into());
    }
    let notice: BirthNotice =
        serde_json::from_slice(&body).map_err(|e| Failure::unreadable("read a notification", &e))?;
    let (born_on, order) = (parse_date(&notice.born_on)?, u32::from(notice.order));
    if let Facts::Birth(birth) = facts
        && birth.mother.is_none()
    {
        let is_same = (birth.born_on, birth.order) == (born_on, order);
        return if is_same { Ok(()) } else { Err(of_another().into()) };
    }
    let Some(mother) = people::find_survivor(db, &PersonRef::parse(&notice.mother)?)? else {
        return Ok(());
    };
    let claim = birth::claim(&mother.id.to_string(), born_on, order);
    if claims.contains(&claim_hash(deps, &claim)) { Ok(()) } else { Err(of_another().into()) }
}
