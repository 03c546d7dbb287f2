//! Appointing officers and giving them roles: proposed by one administrator, confirmed by another.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use registry_domain::id::OfficerId;
use registry_domain::mandate::{may_confirm, may_give_alone, may_propose};
use registry_domain::officer::{Officer, Role};
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::unit::{UnitCode, UnitTree};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::draw::Draw;
use crate::failure::Failure;
use crate::officers::officer_of_row;
use crate::session;
use crate::store::codec::{Instant, Uid};
use crate::store::paging::{Paged, Side};
use crate::store::reference::{self, OfficerRow, is_valid_at};
use crate::store::schema::{mandate_proposal, officer};
use crate::store::{Db, people};

/// What a mandate shall be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The officer who gets these roles instead of the present ones; none for a new officer.
    #[serde(default)]
    pub officer: Option<Uuid>,
    /// The unit of the office.
    pub office: String,
    /// How citizens see the officer.
    pub label: String,
    /// The roles. None takes them from an officer who has some; a new officer has at least one.
    pub roles: Vec<String>,
    /// The officer's own register number, civil id or id, so that he keeps away from his own record.
    #[serde(default)]
    pub person: Option<String>,
}

/// A proposal as administrators see it. Of the officer's own record only whether it is named.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProposalLine {
    /// The id of the proposal.
    pub id: Uuid,
    /// The officer, once there is one.
    pub officer: Option<Uuid>,
    /// The unit of the office.
    pub office: String,
    /// How citizens see the officer.
    pub label: String,
    /// The roles that are proposed.
    pub roles: Vec<String>,
    /// Who proposed it.
    pub proposed_by: Option<Uuid>,
    /// When it was proposed.
    pub proposed_at: String,
    /// Who confirmed it.
    pub confirmed_by: Option<Uuid>,
    /// When it was confirmed; none while it waits.
    #[serde(default)]
    pub confirmed_at: Option<String>,
    /// Whether it was given by one alone, because there were not two administrators.
    pub is_alone: bool,
}

/// An officer with the present mandate. Of the officer's own record it says only whether one is named.
#[derive(Debug, Clone)]
pub struct OfficerLine {
    /// The officer's id.
    pub id: Uuid,
    /// How citizens see the officer.
    pub label: String,
    /// The unit of the office.
    pub office: String,
    /// The roles; none once they were withdrawn.
    pub roles: Vec<Role>,
    /// When the mandate began.
    pub valid_from: DateTime<Utc>,
    /// When it ended.
    pub valid_to: Option<DateTime<Utc>>,
    /// Whether the officer's own record is named, from which the officer keeps away.
    pub names_own_record: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = mandate_proposal)]
struct Row {
    id: Uid,
    officer_id: Option<Uid>,
    label: String,
    office: String,
    roles: String,
    person_id: Option<Uid>,
    proposed_by: Option<Uid>,
    proposed_at: Instant,
    confirmed_by: Option<Uid>,
    confirmed_at: Option<Instant>,
    is_alone: bool,
}

impl Row {
    fn of(db: &mut Db, proposal: &Proposal, id: Uuid, now: DateTime<Utc>) -> Result<Row, Failure> {
        let office = UnitCode::parse(&proposal.office).map_err(|no| no.in_field("office"))?;
        if reference::office_of(db, office.as_str())?.is_none() {
            return Err(Refusal::UnknownUnit { code: office.to_string() }.in_field("office").into());
        }
        let roles = proposal.roles.iter().map(|word| Role::parse(word)).collect::<Result<Vec<_>, _>>();
        let roles = roles.map_err(|no| no.in_field("roles"))?;
        if roles.is_empty() && proposal.officer.is_none() {
            return Err(Refusal::MissingField { field: "roles".to_owned() }.into());
        }
        let person = match &proposal.person {
            Some(text) => {
                let reference = PersonRef::parse(text).map_err(|no| no.in_field("person"))?;
                let found = people::find_survivor(db, &reference)?;
                Some(found.ok_or_else(|| Refusal::PersonNotFound.in_field("person"))?.id.into())
            }
            None => None,
        };
        Ok(Row {
            id: Uid(id),
            officer_id: proposal.officer.map(Uid),
            label: proposal.label.clone(),
            office: office.to_string(),
            roles: roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" "),
            person_id: person,
            proposed_by: None,
            proposed_at: Instant::new(now),
            confirmed_by: None,
            confirmed_at: None,
            is_alone: false,
        })
    }

    fn line(self) -> ProposalLine {
        ProposalLine {
            id: self.id.0,
            officer: self.officer_id.map(|id| id.0),
            office: self.office,
            label: self.label,
            roles: self.roles.split_whitespace().map(str::to_owned).collect(),
            proposed_by: self.proposed_by.map(|id| id.0),
            proposed_at: self.proposed_at.to_text(),
            confirmed_by: self.confirmed_by.map(|id| id.0),
            confirmed_at: self.confirmed_at.map(|at| at.to_text()),
            is_alone: self.is_alone,
        }
    }

    /// Makes the officer, or gives the named officer the roles. If no role is left, the officer's sessions
    /// end.
    fn carry_out(&self, db: &mut Db, new_id: Uuid, now: DateTime<Utc>) -> Result<Uid, Failure> {
        let Some(id) = self.officer_id else {
            let row = OfficerRow {
                id: Uid(new_id),
                label: self.label.clone(),
                office: self.office.clone(),
                roles: self.roles.clone(),
                person_id: self.person_id,
                valid_from: Instant::new(now),
                valid_to: None,
            };
            reference::add_officer(db, &row)?;
            return Ok(row.id);
        };
        let changed = diesel::update(officer::table.find(id))
            .set((
                officer::label.eq(&self.label),
                officer::office.eq(&self.office),
                officer::roles.eq(&self.roles),
            ))
            .execute(db)?;
        if changed != 1 {
            return Err(Refusal::ProposalNotFound.into());
        }
        if self.roles.is_empty() {
            session::end_all_of(db, id.0, now)?;
        }
        if self.person_id.is_some() {
            diesel::update(officer::table.find(id)).set(officer::person_id.eq(self.person_id)).execute(db)?;
        }
        Ok(id)
    }
}

/// Proposes a mandate.
///
/// # Errors
/// The caller has no mandate to manage officers, or a field is refused.
pub fn propose(
    db: &mut Db,
    proposer: &Officer,
    proposal: &Proposal,
    units: &UnitTree,
    now: DateTime<Utc>,
    id: Uuid,
) -> Result<ProposalLine, Failure> {
    may_propose(proposer, units)?;
    let row = Row { proposed_by: Some(proposer.id.into()), ..Row::of(db, proposal, id, now)? };
    if let Some(given_to) = row.officer_id
        && reference::officer_of(db, given_to.0)?.is_none()
    {
        return Err(Refusal::ProposalNotFound.in_field("officer").into());
    }
    diesel::insert_into(mandate_proposal::table).values(&row).execute(db)?;
    Ok(row.line())
}

/// Confirms a proposed mandate, and thereby gives it.
///
/// # Errors
/// [`Refusal::SecondAdministratorNeeded`], [`Refusal::ProposalNotFound`],
/// [`Refusal::ProposalConfirmedAlready`], or the caller has no mandate to manage officers.
pub fn confirm(
    db: &mut Db,
    confirmer: &Officer,
    id: Uuid,
    units: &UnitTree,
    now: DateTime<Utc>,
    new_officer: Uuid,
) -> Result<ProposalLine, Failure> {
    let row: Option<Row> =
        mandate_proposal::table.find(Uid(id)).select(Row::as_select()).first(db).optional()?;
    let mut row = row.ok_or(Refusal::ProposalNotFound)?;
    let proposed_by = row.proposed_by.ok_or(Refusal::ProposalConfirmedAlready)?;
    may_confirm(confirmer, proposed_by.into(), row.officer_id.map(OfficerId::from), units)?;
    let taken =
        diesel::update(mandate_proposal::table.find(row.id).filter(mandate_proposal::confirmed_by.is_null()))
            .set((
                mandate_proposal::confirmed_by.eq(Some(Uid::from(confirmer.id))),
                mandate_proposal::confirmed_at.eq(Some(Instant::new(now))),
            ))
            .execute(db)?;
    if taken != 1 {
        return Err(Refusal::ProposalConfirmedAlready.into());
    }
    let officer = row.carry_out(db, new_officer, now)?;
    diesel::update(mandate_proposal::table.find(row.id))
        .set(mandate_proposal::officer_id.eq(Some(officer)))
        .execute(db)?;
    row.officer_id = Some(officer);
    row.confirmed_by = Some(confirmer.id.into());
    row.confirmed_at = Some(Instant::new(now));
    Ok(row.line())
}

/// Lets one administrator alone give a mandate, and records that it was so: for the first administrators, and
/// for the demo.
///
/// # Errors
/// [`Refusal::MandateTakesTwo`] once there are two administrators, or a field is refused.
pub fn give_alone(
    db: &mut Db,
    proposal: &Proposal,
    units: &UnitTree,
    now: DateTime<Utc>,
    draw: &mut Draw,
) -> Result<Uuid, Failure> {
    may_give_alone(administrators(db, units, now)?)?;
    let (id, new_officer) = (draw.uuid(now), draw.uuid(now));
    let row = Row { is_alone: true, ..Row::of(db, proposal, id, now)? };
    let officer = row.carry_out(db, new_officer, now)?;
    let row = Row { officer_id: Some(officer), confirmed_at: Some(Instant::new(now)), ..row };
    diesel::insert_into(mandate_proposal::table).values(&row).execute(db)?;
    Ok(officer.0)
}

/// The proposals that wait, oldest first.
///
/// # Errors
/// The store failed.
pub fn waiting(db: &mut Db) -> Result<Vec<ProposalLine>, Failure> {
    let rows: Vec<Row> = mandate_proposal::table
        .filter(mandate_proposal::confirmed_at.is_null())
        .order((mandate_proposal::proposed_at, mandate_proposal::id))
        .select(Row::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(Row::line).collect())
}

/// A page of the mandates that were given, newest first, each with who proposed and who confirmed it. The row
/// beside which a page begins is named by its proposal.
///
/// # Errors
/// [`Refusal::ProposalNotFound`] if that proposal was not given, or the store failed.
pub fn given(db: &mut Db, side: Side<Uuid>, limit: usize) -> Result<Paged<ProposalLine, Uuid>, Failure> {
    let page = Paged::read(side, limit, |row: &Row| row.id.0, |side, limit| given_beside(db, side, limit))?;
    Ok(page.map(|rows| rows.into_iter().map(Row::line).collect()))
}

/// The next mandates on one side of a row.
fn given_beside(db: &mut Db, side: Side<Uuid>, limit: usize) -> Result<Vec<Row>, Failure> {
    use mandate_proposal::{confirmed_at, id};
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let given = || mandate_proposal::table.filter(confirmed_at.is_not_null()).select(Row::as_select());
    let newest_first = (confirmed_at.desc(), id.asc());
    let rows = match side {
        Side::Newest => given().order(newest_first).limit(most).load(db)?,
        Side::OlderThan(row) => {
            let (at, row) = (given_at(db, row)?, Uid(row));
            let is_older = confirmed_at.lt(at).or(confirmed_at.eq(at).and(id.gt(row)));
            given().filter(is_older).order(newest_first).limit(most).load(db)?
        }
        Side::NewerThan(row) => {
            let (at, row) = (given_at(db, row)?, Uid(row));
            let is_newer = confirmed_at.gt(at).or(confirmed_at.eq(at).and(id.lt(row)));
            given().filter(is_newer).order((confirmed_at.asc(), id.desc())).limit(most).load(db)?
        }
    };
    Ok(rows)
}

fn given_at(db: &mut Db, proposal: Uuid) -> Result<Option<Instant>, Failure> {
    let at: Option<Option<Instant>> = mandate_proposal::table
        .find(Uid(proposal))
        .select(mandate_proposal::confirmed_at)
        .first(db)
        .optional()?;
    at.flatten().map(Some).ok_or_else(|| Refusal::ProposalNotFound.into())
}

/// All officers, by office.
///
/// # Errors
/// The store failed, or a stored word does not parse.
pub fn officers(db: &mut Db, units: &UnitTree) -> Result<Vec<OfficerLine>, Failure> {
    let rows: Vec<OfficerRow> =
        officer::table.order((officer::office, officer::id)).select(OfficerRow::as_select()).load(db)?;
    let line = |row: &OfficerRow| {
        let officer = officer_of_row(row, units)?;
        Ok(OfficerLine {
            id: row.id.0,
            label: officer.name_label,
            office: row.office.clone(),
            roles: officer.roles,
            valid_from: row.valid_from.utc(),
            valid_to: row.valid_to.map(|to| to.utc()),
            names_own_record: row.person_id.is_some(),
        })
    };
    rows.iter().map(line).collect()
}

/// Names an officer's own record.
///
/// # Errors
/// [`Refusal::PersonNotFound`], [`Refusal::MandateNotValid`] for an unknown officer.
pub fn name_own_record(db: &mut Db, officer_id: Uuid, person: &str) -> Result<(), Failure> {
    let found = people::find_survivor(db, &PersonRef::parse(person)?)?.ok_or(Refusal::PersonNotFound)?;
    let changed = diesel::update(officer::table.find(Uid(officer_id)))
        .set(officer::person_id.eq(Some(Uid::from(found.id))))
        .execute(db)?;
    if changed == 1 { Ok(()) } else { Err(Refusal::MandateNotValid.into()) }
}

/// How many administrators have a valid mandate.
fn administrators(db: &mut Db, units: &UnitTree, now: DateTime<Utc>) -> Result<usize, Failure> {
    let rows: Vec<OfficerRow> = officer::table.select(OfficerRow::as_select()).load(db)?;
    let mut count = 0;
    for row in rows.iter().filter(|row| is_valid_at(row.valid_from, row.valid_to, now)) {
        if officer_of_row(row, units)?.roles.contains(&Role::Administrator) {
            count += 1;
        }
    }
    Ok(count)
}
