//! Deciding on a declaration: registering, refusing, withdrawing, telling events apart.

use actix_web::{HttpResponse, web};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry_domain::date::civil_date;
use registry_domain::declaration::DeclarationState;
use registry_domain::id::DeclarationId;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use registry_domain::refusal::Refusal;
use uuid::Uuid;

use super::days;
use super::declaration::{self, Opened};
use super::fault::Fault;
use super::fields::Pairs;
use super::office::state_name;
use super::page::{Page, html};
use super::paper::{Known, Paper, Said};
use super::record::{life_of, name_of};
use super::to_page;
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::declare::{self, Declaration};
use crate::deps::Deps;
use crate::register::{self, Ending, Registered};

#[derive(Template)]
#[template(path = "declaration.html")]
struct DeclarationPage {
    p: Page,
    is_behind_a_seal: bool,
    id: Uuid,
    title: &'static str,
    state_word: &'static str,
    state: &'static str,
    received: String,
    office: String,
    deciding_office: String,
    details: Vec<(&'static str, String)>,
    people: Vec<Named>,
    foreseen: Vec<String>,
    hindrance: Option<Said>,
    portrait: String,
    reasons: Vec<String>,
    entry: Option<Uuid>,
    /// The number of the decision that refused it, where it can be appealed, and until when.
    decision: Option<(String, String, String)>,
    due: String,
    is_late: bool,
    registered: Option<Uuid>,
    held_against: Option<Uuid>,
    doubled_with: Option<Uuid>,
    may_register: bool,
    register_label: &'static str,
    register_hint: &'static str,
    needs_second: bool,
    endings: Vec<(&'static str, &'static str)>,
    paper: Paper,
    end_paper: Paper,
}

struct Named {
    name: String,
    number: String,
    born_on: String,
    life: &'static str,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt {
    p: Page,
    receipt: Registered,
    has_extract: bool,
}

/// Shows the declaration, with what the officer can do now.
pub(super) async fn show(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    page(&deps, &visitor, *id, None).await
}

/// Registers the declaration. If the same form is sent again, it gets the same receipt.
pub(super) async fn register(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let once = visitor.accept(form.into_inner())?.once(&visitor, &[])?;
    let (asked, actor) = (deps.clone(), officer.clone());
    let declaration = DeclarationId::new(*id);
    match blocking(move || register::register(&asked, &actor, &once, declaration)).await {
        Ok(registered) => {
            let entry = |registered: &Registered| register::registered_access(&deps, &officer, registered);
            let receipt = registered.release(&deps.access, entry).await?;
            let has_extract = Kind::parse(&receipt.kind).is_ok_and(Kind::is_printed);
            let p = Page::of(&deps, &visitor).at(format!("/declarations/{id}"));
            html(actix_web::http::StatusCode::OK, &Receipt { p, receipt, has_extract })
        }
        Err(error) => page(&deps, &visitor, *id, Some(Fault::from(error).refusal()?)).await,
    }
}

/// Refuses, withdraws or decides the declaration, with a reason.
pub(super) async fn end(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    id: web::Path<Uuid>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let fields = visitor.accept(form.into_inner())?;
    let once = fields.once(&visitor, &[])?;
    let ending = ending_of(fields.get("ending"))?;
    let (asked, reason) = (deps.clone(), fields.get("reason").to_owned());
    let declaration = DeclarationId::new(*id);
    match blocking(move || register::end(&asked, &officer, &once, declaration, ending, &reason)).await {
        Ok(_) => Ok(to_page(&after_ending(&deps, &visitor, *id).await?)),
        Err(error) => page(&deps, &visitor, *id, Some(Fault::from(error).refusal()?)).await,
    }
}

/// Where to after ending a declaration: its page, or the office where a seal keeps the page from every
/// reader.
async fn after_ending(deps: &web::Data<Deps>, visitor: &Visitor<Officer>, id: Uuid) -> Result<String, Fault> {
    let (asked, reader) = (deps.clone(), visitor.officer().clone());
    let shown = blocking(move || {
        declare::load_shown(&asked, &mut *asked.db()?, &reader, DeclarationId::new(id)).map(drop)
    });
    match shown.await.map_err(Fault::from) {
        Ok(()) => Ok(format!("/declarations/{id}")),
        Err(no) => no.refusal().map(|_| "/office".to_owned()),
    }
}

async fn page(
    deps: &web::Data<Deps>,
    visitor: &Visitor<Officer>,
    id: Uuid,
    refusal: Option<Refusal>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || declaration::open(&asked, &reader, DeclarationId::new(id))).await?;
    let opened = withheld.release(&deps.access, |opened| declaration::opened(deps, &officer, opened)).await?;
    let paper = match refusal {
        Some(DECISION_REASON) => Paper::empty(deps, visitor).refused(&DECISION_REASON.in_field("reason")),
        Some(refusal) => Paper::empty(deps, visitor).refused(&refusal),
        None => Paper::empty(deps, visitor),
    };
    let status = paper.status();
    let mut page = shown(deps, visitor, &officer, opened, paper);
    page.paper.learn(&[Known::new("reason", page.p.w.decision_reason, true)]);
    html(status, &page)
}

/// The one refusal of this page that is about a field.
const DECISION_REASON: Refusal = Refusal::DecisionReasonMissing;

fn shown(
    deps: &Deps,
    visitor: &Visitor<Officer>,
    officer: &Officer,
    opened: Opened,
    paper: Paper,
) -> DeclarationPage {
    let p = Page::of(deps, visitor).at(format!("/declarations/{}", opened.declaration.id));
    let declaration = &opened.declaration;
    let (kind, w) = (declaration.kind, p.w);
    let is_declared = declaration.state == DeclarationState::Declared;
    let is_approval = opened.eyes.needs_second();
    let needs_second = is_declared && is_approval && officer.id == declaration.officer;
    let zone = deps.units.zone(&officer.office);
    DeclarationPage {
        id: declaration.id.uuid(),
        title: p.lang.pick(kind.title_mn(), kind.title_en()),
        state_word: declaration.state.as_str(),
        state: state_name(w, declaration.state),
        received: days::stamp(declaration.received_at.utc(), zone),
        office: p.place(&declaration.office),
        deciding_office: p.place(&declaration.deciding_office),
        details: details(&p, &opened),
        people: people(&p, &opened),
        foreseen: foreseen(&p, &opened),
        hindrance: opened.foreseen.as_ref().and_then(|foreseen| foreseen.as_ref().err()).map(Said::of),
        portrait: opened.portrait.as_ref().map(|jpeg| STANDARD.encode(jpeg)).unwrap_or_default(),
        reasons: declaration.body.reasons.clone(),
        entry: declaration.entry_id.filter(|_| kind.is_printed()),
        decision: declaration.decision.as_ref().map(|decision| {
            let office = decision.appeal_office.as_deref();
            let office =
                office.map_or_else(|| w.central_authority.to_owned(), |code| p.places.name_of_text(code));
            (decision.number.clone(), office, decision.appeal_until.clone())
        }),
        due: due(deps, officer, &p, declaration),
        is_late: declaration.is_late,
        registered: declaration.entry_id,
        held_against: held_against(declaration.state).filter(|_| !opened.is_behind_a_seal),
        is_behind_a_seal: opened.is_behind_a_seal,
        doubled_with: opened.doubled_with,
        may_register: is_declared && opened.may_decide,
        register_label: if is_approval { w.approve_button } else { w.register_button },
        register_hint: if is_approval { w.approve_hint } else { w.register_hint },
        needs_second,
        endings: endings(&p, deps, officer, declaration, opened.doubled_with.is_some()),
        end_paper: paper.another(deps),
        paper,
        p,
    }
}

/// Says until when the declaration must be decided, as long as it is not.
fn due(deps: &Deps, officer: &Officer, p: &Page, declaration: &Declaration) -> String {
    let Some(due_on) = declaration.due_on.filter(|_| !declaration.state.is_final()) else {
        return String::new();
    };
    let today = civil_date(deps.now(), deps.units.zone(&officer.office));
    format!("{due_on}: {}", days::until(p.w, due_on, today))
}

fn details(p: &Page, opened: &Opened) -> Vec<(&'static str, String)> {
    let value = |label: &str, value: &str| match label {
        "Confirmed by the citizen" => if value == "true" { p.w.yes } else { p.w.no }.to_owned(),
        _ => p.places.value(label, value),
    };
    let line = |detail: &registry_domain::event::Detail| {
        (p.lang.pick(detail.label_mn, detail.label_en), value(detail.label_en, &detail.value))
    };
    opened.details.iter().map(line).collect()
}

fn people(p: &Page, opened: &Opened) -> Vec<Named> {
    let named = |person: &registry_domain::person::Person| Named {
        name: name_of(person),
        number: person.any_number(),
        born_on: person.born_on.map(|day| day.to_string()).unwrap_or_default(),
        life: life_of(p.w, person),
    };
    opened.people.iter().map(named).collect()
}

/// What the registration would change, in words; empty if nothing is foreseen.
fn foreseen(p: &Page, opened: &Opened) -> Vec<String> {
    let Some(Ok(told)) = &opened.foreseen else { return Vec::new() };
    told.iter().cloned().map(|told| if p.lang.is_mn() { told.mn } else { told.en }).collect()
}

fn held_against(state: DeclarationState) -> Option<Uuid> {
    match state {
        DeclarationState::Held { against } => Some(against.uuid()),
        DeclarationState::Draft
        | DeclarationState::Declared
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => None,
    }
}

/// The endings that the declaration's state and the officer's mandate allow, with their buttons.
fn endings(
    p: &Page,
    deps: &Deps,
    officer: &Officer,
    declaration: &Declaration,
    is_doubled: bool,
) -> Vec<(&'static str, &'static str)> {
    let (kind, state) = (declaration.kind, declaration.state);
    let may = |act| officer.may_end_declarations(act, kind, &deps.units).is_ok();
    match state {
        DeclarationState::Declared if may(Act::EndDeclaration) => {
            vec![("refuse", p.w.refuse_button), ("withdraw", p.w.withdraw_button)]
        }
        DeclarationState::Held { .. } if may(Act::DecideHeld) => vec![
            ("different_event", p.w.different_event_button),
            ("same_event", p.w.same_event_button),
            ("withdraw", p.w.withdraw_button),
        ],
        DeclarationState::Registered if is_doubled && may(Act::DecideHeld) => {
            vec![("different_event", p.w.different_event_button)]
        }
        DeclarationState::Draft
        | DeclarationState::Declared
        | DeclarationState::Held { .. }
        | DeclarationState::Registered
        | DeclarationState::Refused
        | DeclarationState::Withdrawn => Vec::new(),
    }
}

fn ending_of(word: &str) -> Result<Ending, Refusal> {
    serde_json::from_value(word.into())
        .map_err(|_| Refusal::UnknownWord { word: word.chars().take(40).collect() })
}
