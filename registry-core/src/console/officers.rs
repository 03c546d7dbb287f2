//! Officers and their roles: who has which mandate, what is proposed, and the second administrator's
//! confirmation. Auditors read it.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use registry_domain::id::OfficerId;
use registry_domain::mandate::{may_confirm, may_propose, may_see};
use registry_domain::officer::{Officer, Role};
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::days;
use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::page::{Page, html};
use super::paging::{Cursor, Pager};
use super::paper::{Known, Paper};
use super::to_page;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::mandates::{self, OfficerLine, Proposal, ProposalLine};
use crate::once::write_once;
use crate::store::paging::{Paged, Side};
use crate::store::reference;

/// At most this many mandates stand on one page.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "officers.html")]
struct Officers {
    p: Page,
    may_propose: bool,
    officers: Vec<Line>,
    waiting: Vec<Asked>,
    given: Vec<Asked>,
    pager: Pager,
    paper: Paper,
}

struct Line {
    id: Uuid,
    label: String,
    office: String,
    roles: String,
    since: String,
    ended: String,
    names_own_record: bool,
}

/// A proposal, waiting or confirmed.
struct Asked {
    id: Uuid,
    label: String,
    office: String,
    now: String,
    then: String,
    proposed_by: String,
    proposed_at: String,
    confirmed_by: String,
    confirmed_at: String,
    is_alone: bool,
    /// Whether the reader is the second administrator for whom the proposal waits.
    may_confirm: bool,
    paper: Paper,
}

#[derive(Template)]
#[template(path = "mandate.html")]
struct Mandate {
    p: Page,
    is_new: bool,
    offices: Vec<(String, String)>,
    roles: Vec<(&'static str, &'static str)>,
    paper: Paper,
}

/// Everything that the page reads from the store.
struct Read {
    officers: Vec<OfficerLine>,
    waiting: Vec<ProposalLine>,
    given: Paged<ProposalLine, Uuid>,
}

fn read(deps: &Deps, side: Side<Uuid>) -> Result<Read, Failure> {
    let mut db = deps.db()?;
    Ok(Read {
        officers: mandates::officers(&mut db, &deps.units)?,
        waiting: mandates::waiting(&mut db)?,
        given: mandates::given(&mut db, side, SHOWN)?,
    })
}

/// Shows the officers, the proposals that wait, and the mandates given, page by page.
pub(super) async fn list(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    cursor: web::Query<Cursor<Uuid>>,
) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    overview(&deps, &visitor, paper, cursor.into_inner().side()).await
}

async fn overview(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    paper: Paper,
    side: Side<Uuid>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    may_see(&officer, &deps.units)?;
    let asked = deps.clone();
    let read = blocking(move || read(&asked, side)).await?;
    let p = Page::of(deps, visitor).at("/officers");
    let view = View { deps, officer: &officer, p: &p, officers: &read.officers };
    let asked = |line: &ProposalLine| view.asked(line, paper.another(deps));
    let page = Officers {
        may_propose: may_propose(&officer, &deps.units).is_ok(),
        officers: read.officers.iter().map(|line| view.line(line)).collect(),
        waiting: read.waiting.iter().map(asked).collect(),
        given: read.given.items.iter().map(asked).collect(),
        pager: Pager::of(&p, p.w.mandates_given, "given", read.given.newer, read.given.older),
        paper,
        p,
    };
    html(page.paper.status(), &page)
}

/// What is needed to write out every line.
struct View<'page> {
    deps: &'page Deps,
    officer: &'page Officer,
    p: &'page Page,
    officers: &'page [OfficerLine],
}

impl View<'_> {
    fn line(&self, line: &OfficerLine) -> Line {
        let day = |at: DateTime<Utc>| at.with_timezone(&self.zone()).format("%Y-%m-%d").to_string();
        Line {
            id: line.id,
            label: line.label.clone(),
            office: self.p.places.name_of_text(&line.office),
            roles: self.roles(line.roles.iter().copied()),
            since: day(line.valid_from),
            ended: line.valid_to.map(day).unwrap_or_default(),
            names_own_record: line.names_own_record,
        }
    }

    fn asked(&self, line: &ProposalLine, paper: Paper) -> Asked {
        let known = line.officer.and_then(|id| self.officers.iter().find(|officer| officer.id == id));
        let given_to = line.officer.map(OfficerId::new);
        let second = |by| may_confirm(self.officer, OfficerId::new(by), given_to, &self.deps.units).is_ok();
        Asked {
            id: line.id,
            label: line.label.clone(),
            office: self.p.places.name_of_text(&line.office),
            now: known.map(|known| self.roles(known.roles.iter().copied())).unwrap_or_default(),
            then: self.roles(line.roles.iter().filter_map(|word| Role::parse(word).ok())),
            proposed_by: self.label_of(line.proposed_by),
            proposed_at: self.instant(&line.proposed_at),
            confirmed_by: self.label_of(line.confirmed_by),
            confirmed_at: line.confirmed_at.as_deref().map(|at| self.instant(at)).unwrap_or_default(),
            is_alone: line.is_alone,
            may_confirm: line.confirmed_at.is_none() && line.proposed_by.is_some_and(second),
            paper,
        }
    }

    fn roles(&self, roles: impl Iterator<Item = Role>) -> String {
        let titles: Vec<&str> =
            roles.map(|role| self.p.lang.pick(role.title_mn(), role.title_en())).collect();
        if titles.is_empty() { self.p.w.no_roles.to_owned() } else { titles.join(", ") }
    }

    fn label_of(&self, id: Option<Uuid>) -> String {
        let known = |id: Uuid| self.officers.iter().find(|officer| officer.id == id);
        id.and_then(known).map(|officer| officer.label.clone()).unwrap_or_default()
    }

    fn instant(&self, text: &str) -> String {
        let at = text.parse::<DateTime<Utc>>();
        at.map_or_else(|_| text.to_owned(), |at| days::stamp(at, self.zone()))
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.deps.units.zone(&self.officer.office)
    }
}

/// The form for a new officer.
pub(super) async fn new(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    form(&deps, &visitor, paper).await
}

/// The form for an existing officer, filled with the present mandate.
pub(super) async fn change(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    may_propose(visitor.officer(), &deps.units)?;
    let asked = deps.clone();
    let row = blocking(move || Ok(reference::officer_of(&mut *asked.db()?, *id)?)).await?;
    let row = row.ok_or(Refusal::ProposalNotFound)?;
    let values = [
        ("officer", row.id.0.to_string()),
        ("label", row.label),
        ("office", row.office),
        ("roles", row.roles.split_whitespace().collect::<Vec<_>>().join(",")),
    ];
    let fields = Fields::of(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    form(&deps, &visitor, Paper::filled(&deps, &visitor, fields)).await
}

async fn form(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    paper: Paper,
) -> Result<HttpResponse, Fault> {
    may_propose(visitor.officer(), &deps.units)?;
    let asked = deps.clone();
    let offices = blocking(move || Ok(reference::offices(&mut *asked.db()?)?)).await?;
    let p = Page::of(deps, visitor).at("/officers");
    let name = |code: String| (code.clone(), p.places.name_of_text(&code));
    let mut page = Mandate {
        is_new: paper.value("officer").is_empty(),
        offices: offices.into_iter().map(name).collect(),
        roles: Role::ALL
            .iter()
            .map(|role| (role.as_str(), p.lang.pick(role.title_mn(), role.title_en())))
            .collect(),
        paper,
        p,
    };
    let w = page.p.w;
    page.paper.learn(&[
        Known::new("label", w.officer_label, true),
        Known::new("office", w.office, true),
        Known::new("roles", w.roles, false),
        Known::new("person", w.own_number, false),
    ]);
    page.paper.begin(Some("label".to_owned()));
    html(page.paper.status(), &page)
}

/// Proposes a mandate; another administrator must confirm it.
pub(super) async fn propose(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    sent: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let fields = visitor.accept(sent.into_inner())?;
    let (officer, once) = (visitor.officer().clone(), fields.once(&visitor, &[])?);
    let asked = deps.clone();
    let proposal = proposal_of(&fields);
    let outcome = blocking(move || {
        let proposal = proposal?;
        let (now, id) = (asked.now(), asked.draw().opaque_uuid());
        write_once(&asked, &once, |db| mandates::propose(db, &officer, &proposal, &asked.units, now, id))
    })
    .await;
    match outcome {
        Ok(_) => Ok(to_page("/officers")),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            form(&deps, &visitor, Paper::filled(&deps, &visitor, fields).refused(&refusal)).await
        }
    }
}

fn proposal_of(fields: &Fields) -> Result<Proposal, Refusal> {
    let officer = fields.filled("officer").map(|id| id.parse()).transpose();
    let label = fields.filled("label").ok_or_else(|| Refusal::MissingField { field: "label".to_owned() })?;
    Ok(Proposal {
        officer: officer.map_err(|_| Refusal::InvalidId.in_field("officer"))?,
        office: fields.get("office").trim().to_owned(),
        label,
        roles: fields.get("roles").split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        person: fields.filled("person"),
    })
}

/// Confirms what another administrator proposed.
pub(super) async fn confirm(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    sent: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let once = visitor.accept(sent.into_inner())?.once(&visitor, &[])?;
    let officer = visitor.officer().clone();
    let asked = deps.clone();
    let outcome = blocking(move || {
        let now = asked.now();
        let new_officer = asked.draw().uuid(now);
        write_once(&asked, &once, |db| mandates::confirm(db, &officer, *id, &asked.units, now, new_officer))
    })
    .await;
    match outcome {
        Ok(_) => Ok(to_page("/officers")),
        Err(error) => {
            let refusal = Fault::from(error).refusal()?;
            overview(&deps, &visitor, Paper::empty(&deps, &visitor).refused(&refusal), Side::Newest).await
        }
    }
}
