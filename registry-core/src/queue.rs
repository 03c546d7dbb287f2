//! What waits at an office: declarations to decide, and notices that nobody has declared in time. The nearest
//! deadline comes first, then the earliest receipt. Nothing personal stands here.

use chrono::NaiveDate;
use diesel::prelude::*;
use registry_domain::date::civil_date;
use registry_domain::id::DeclarationId;
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::claims::live_declaration;
use crate::declarations::stored_day;
use crate::declare;
use crate::deps::Deps;
use crate::doubles;
use crate::failure::Failure;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::schema::{declaration, notification};
use crate::under_seal::require_shown;

/// The state of a line that reminds the office of a notice.
pub const REMINDER: &str = "reminder";
/// The state of a line about an event that two declarations registered.
pub const DOUBLED: &str = "doubled";

/// A line of an office's queue; nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueLine {
    /// The declaration; of a reminder, the notification.
    pub id: Uuid,
    /// The word of the kind that was declared.
    pub kind: String,
    /// Where it stands: `declared`, `held`, `reminder` of a notified event that nobody has declared in time,
    /// or `doubled` if another declaration of the same event was registered too.
    pub state: String,
    /// The office that received it.
    pub office: String,
    /// The office that decides.
    pub deciding_office: String,
    /// When it was received.
    pub received_at: String,
    /// The last civil date to decide, or to declare what was notified.
    pub due_on: Option<String>,
    /// Whether that day has passed.
    pub is_overdue: bool,
    /// Whether the event itself came late.
    pub is_late: bool,
    /// The other declaration of the same event that was registered too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubled_with: Option<Uuid>,
}

/// The kinds whose declarations the officer may open.
pub fn opened_kinds(deps: &Deps, officer: &Officer) -> Vec<&'static str> {
    let may_open = |kind: &&Kind| officer.may_open_declarations(**kind, &deps.units).is_ok();
    Kind::ALL.iter().filter(may_open).map(|kind| kind.as_str()).collect()
}

type NoticeColumns = (Uid, String, Instant, Option<String>, Option<String>);
type Columns = (Uid, String, String, String, String, Instant, Option<String>, bool);

/// What waits at the officer's office, of the kinds whose declarations the officer may open.
///
/// # Errors
/// The store failed.
pub fn of_office(deps: &Deps, db: &mut Db, officer: &Officer, limit: i64) -> Result<Vec<QueueLine>, Failure> {
    let office = &officer.office;
    let kinds = opened_kinds(deps, officer);
    let today = civil_date(deps.now(), deps.units.zone(office));
    // What a closed office left behind waits at the office that follows it.
    let mut offices = vec![office.to_string()];
    offices.extend(deps.units.followed_by(office, today).iter().map(ToString::to_string));
    let rows: Vec<Columns> = declaration::table
        .filter(declaration::deciding_office.eq_any(&offices).or(declaration::office.eq_any(&offices)))
        .filter(declaration::declaration_state.eq_any(["declared", "held"]))
        .filter(declaration::kind.eq_any(&kinds))
        .order((
            declaration::due_on.is_null(),
            declaration::due_on,
            declaration::received_at,
            declaration::id,
        ))
        .limit(limit)
        .select((
            declaration::id,
            declaration::kind,
            declaration::declaration_state,
            declaration::office,
            declaration::deciding_office,
            declaration::received_at,
            declaration::due_on,
            declaration::is_late,
        ))
        .load(db)?;
    let mut lines = reminders(db, office, &offices, today, limit)?;
    lines.extend(doubled(deps, db, &offices)?);
    for (id, kind, state, office, deciding_office, received_at, due_on, is_late) in rows {
        let is_overdue = stored_day(due_on.as_deref())?.is_some_and(|due| due < today);
        let received_at = received_at.to_text();
        lines.push(QueueLine {
            id: id.0,
            kind,
            state,
            office,
            deciding_office,
            received_at,
            due_on,
            is_overdue,
            is_late,
            doubled_with: None,
        });
    }
    lines.retain(|line| kinds.contains(&line.kind.as_str()));
    // Dates and instants are texts of fixed width, so their alphabetic order is the order of time.
    lines.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(lines)
}

fn order(line: &QueueLine) -> (bool, Option<&str>, &str, Uuid) {
    (line.due_on.is_none(), line.due_on.as_deref(), &line.received_at, line.id)
}

/// The notices of the office whose deadline has passed and that no declaration under way or registered
/// answers.
fn reminders(
    db: &mut Db,
    office: &UnitCode,
    offices: &[String],
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<QueueLine>, Failure> {
    let rows: Vec<NoticeColumns> = notification::table
        .filter(notification::office.eq_any(offices))
        .filter(notification::used_by.is_null())
        .filter(notification::due_on.lt(today.to_string()))
        .order((notification::due_on, notification::received_at, notification::id))
        .limit(limit)
        .select((
            notification::id,
            notification::kind,
            notification::received_at,
            notification::due_on,
            notification::claim,
        ))
        .load(db)?;
    let mut lines = Vec::new();
    for (id, kind, received_at, due_on, claim) in rows {
        let claims: Vec<String> = claim.into_iter().collect();
        if live_declaration(db, &claims)?.is_none() {
            lines.push(QueueLine {
                id: id.0,
                kind,
                state: REMINDER.to_owned(),
                office: office.to_string(),
                deciding_office: office.to_string(),
                received_at: received_at.to_text(),
                due_on,
                is_overdue: true,
                is_late: true,
                doubled_with: None,
            });
        }
    }
    Ok(lines)
}

fn is_shown(deps: &Deps, db: &mut Db, side: &doubles::Side) -> Result<bool, Failure> {
    let declaration = declare::load(deps, db, DeclarationId::new(side.id.0))?;
    match require_shown(deps, db, &declaration) {
        Ok(()) => Ok(true),
        Err(Failure::Refused(Refusal::DeclarationNotFound)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Events of the office that two declarations registered; the line names the office's own declaration first.
/// If a seal hides one of the two from every reader, nobody at the office can decide, and the pair is left
/// out: `registry sweep` still names it (1513).
fn doubled(deps: &Deps, db: &mut Db, offices: &[String]) -> Result<Vec<QueueLine>, Failure> {
    let is_here =
        |side: &doubles::Side| offices.contains(&side.office) || offices.contains(&side.deciding_office);
    let mut lines = Vec::new();
    for doubles::Double { first, later } in doubles::open(db)? {
        let (own, other) = if is_here(&later) { (later, first) } else { (first, later) };
        if is_here(&own) && is_shown(deps, db, &own)? && is_shown(deps, db, &other)? {
            lines.push(QueueLine {
                id: own.id.0,
                kind: own.kind,
                state: DOUBLED.to_owned(),
                office: own.office,
                deciding_office: own.deciding_office,
                received_at: own.received_at.to_text(),
                due_on: None,
                is_overdue: false,
                is_late: false,
                doubled_with: Some(other.id.0),
            });
        }
    }
    Ok(lines)
}
