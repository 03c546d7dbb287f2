//! The citizen's page: the own record, and everyone who looked at it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::date::civil_date;
use registry_domain::id::PersonId;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::accesses::Access;
use super::fault::Fault;
use super::page::{Page, html};
use super::paging::{Cursor, Pager};
use super::record::{Family, Record};
use super::visit::Visitor;
use crate::access::{AccessEntry, ActorKind, Withheld};
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::access_index::SeenAccess;
use crate::store::codec::Instant;
use crate::store::paging::{Paged, Side};
use crate::store::{access_index, history, people};
use crate::superseded;

/// At most this many accesses stand on one page.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "citizen.html")]
struct Citizen {
    p: Page,
    record: Record,
    may_print: bool,
    accesses: Vec<Access>,
    pager: Pager,
}

/// Shows the record, then the accesses page by page; this very look is the newest of them.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor<PersonId>,
    cursor: web::Query<Cursor<i64>>,
) -> Result<HttpResponse, Fault> {
    let citizen = visitor.citizen();
    let side = cursor.into_inner().side();
    let asked = deps.clone();
    let withheld = blocking(move || own_record(&asked, citizen)).await?;
    let family = withheld.release(&deps.access, |family| own_access(&deps, family)).await?;
    let asked = deps.clone();
    let own = family.person.id;
    let records = records_of(&family.person);
    let seen = blocking(move || seen(&asked, own, &records, side)).await?;
    let p = Page::of(&deps, &visitor);
    let home = family.person.residence.as_ref();
    let zone = home.map_or(chrono_tz::Asia::Ulaanbaatar, |home| deps.units.zone(&home.unit));
    let accesses = seen.items.iter().map(|(seen, old)| Access::of(&p, zone, seen, *old)).collect();
    let record = Record::of(&p, &family, civil_date(deps.now(), zone));
    let pager = Pager::of(&p, p.w.accesses, "accesses", seen.newer, seen.older);
    html(StatusCode::OK, &Citizen { p, record, may_print: false, accesses, pager })
}

/// The citizen's own record, even if it is sealed: it is sealed to others only. Relatives are shown by their
/// tie alone; their names belong to them.
fn own_record(deps: &Deps, citizen: PersonId) -> Result<Withheld<Family>, Failure> {
    let person = people::load_survivor(&mut *deps.db()?, citizen)?.ok_or(Refusal::PersonNotFound)?;
    Ok(Withheld::new(Family::alone(person)))
}

/// The citizen's own record, and those that were merged into it: a look at one of them was a look at this
/// citizen.
fn records_of(person: &Person) -> Vec<Uuid> {
    let merged = person.merged.iter().map(|record| record.person);
    std::iter::once(person.id).chain(merged).map(PersonId::uuid).collect()
}

/// A page of the accesses, each with whether it was an answer that is out of date now.
fn seen(
    deps: &Deps,
    own: PersonId,
    records: &[Uuid],
    side: Side<i64>,
) -> Result<Paged<(SeenAccess, bool), i64>, Failure> {
    let mut db = deps.db()?;
    let seen = access_index::of_people(&mut db, records, side, SHOWN)?;
    if seen.items.iter().all(|access| access.row.answered.is_none()) {
        return Ok(seen.map(|seen| seen.into_iter().map(|access| (access, false)).collect()));
    }
    let histories = history::load_merged(&mut db, &deps.keys.sealing, [own])?;
    let is_old = |access: &SeenAccess| {
        let mut records = records.iter().copied().map(PersonId::new);
        records.any(|record| superseded::is_superseded(&access.row, record, &histories))
    };
    let marked = |access: SeenAccess| {
        let is_old = is_old(&access);
        (access, is_old)
    };
    Ok(seen.map(|seen| seen.into_iter().map(marked).collect()))
}

fn own_access(deps: &Deps, family: &Family) -> AccessEntry {
    AccessEntry {
        act: "own record".to_owned(),
        actor_id: family.person.id.uuid(),
        actor_kind: ActorKind::Citizen,
        actor_label: "citizen".to_owned(),
        answered: None,
        case_reference: None,
        end_user: None,
        id: deps.draw().opaque_uuid(),
        legal_basis: None,
        office: None,
        people: family.people(),
        purpose: "reading one's own data".to_owned(),
        recorded_at: Instant::new(deps.now()),
    }
}
