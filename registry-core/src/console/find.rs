//! Finding a person: a number and a reason, both in the form's body. The record is shown to a reader who may
//! read it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::date::civil_date;
use registry_domain::history::moment::Moment;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::rules::Beginning;

use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::page::{Page, html};
use super::paper::{Known, Paper};
use super::record::{Family, Record};
use super::visit::Visitor;
use crate::access::Withheld;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::persons;

#[derive(Template)]
#[template(path = "find.html")]
struct Find {
    p: Page,
    paper: Paper,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    p: Page,
    record: Record,
    may_print: bool,
    true_on: Option<String>,
    known_on: Option<String>,
    forms: Vec<Prefilled>,
    /// The number and the reason, so that the same record can be read as of another day.
    paper: Paper,
}

/// A form that begins with this person filled in.
struct Prefilled {
    kind: &'static str,
    label: &'static str,
    values: Beginning,
}

/// The empty form.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let paper = Paper::empty(&deps, &visitor);
    html(StatusCode::OK, &Find { p: Page::of(&deps, &visitor), paper })
}

/// Opens the record, or says beside the field why not.
pub(super) async fn open(
    deps: web::Data<Deps>,
    visitor: Visitor<Officer>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let fields = visitor.accept(form.into_inner())?;
    match open_record(&deps, &officer, &fields).await {
        Ok((family, moment)) => {
            let paper = Paper::filled(&deps, &visitor, fields);
            html(StatusCode::OK, &person_page(&deps, &visitor, &officer, &family, moment, paper))
        }
        Err(fault) => {
            let paper = Paper::filled(&deps, &visitor, fields).refused(&beside_field(fault.refusal()?));
            let mut find = Find { p: Page::of(&deps, &visitor), paper };
            let w = find.p.w;
            find.paper.learn(&[
                Known::new("number", w.number, true),
                Known::new("reason", w.reason, true),
                Known::new("true_on", w.true_on, false),
                Known::new("known_on", w.known_on, false),
            ]);
            html(find.paper.status(), &find)
        }
    }
}

/// The refusal, with the field of this form that it is about.
fn beside_field(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::ReasonForReadingMissing | Refusal::TextTooLong { .. } => refusal.in_field("reason"),
        Refusal::RoleMissing { .. } | Refusal::NotYourOffice | Refusal::InField { .. } => refusal,
        Refusal::NotKnownThen => refusal.in_field("known_on"),
        about_number => about_number.in_field("number"),
    }
}

async fn open_record(
    deps: &web::Data<Deps>,
    officer: &Officer,
    fields: &Fields,
) -> Result<(Family, Moment), Fault> {
    let (asked, reader) = (deps.clone(), officer.clone());
    let (number, reason) = (fields.get("number").to_owned(), fields.get("reason").to_owned());
    let moment = persons::moment(fields.filled("true_on").as_deref(), fields.filled("known_on").as_deref())?;
    let why = reason.clone();
    let family =
        blocking(move || with_family(&asked, persons::open(&asked, &reader, &number, &why, moment)?)).await?;
    let entry = |family: &Family| {
        let mut entry = persons::opened(deps, officer, &family.person, &reason);
        entry.people = family.people();
        entry
    };
    Ok((family.release(&deps.access, entry).await?, moment))
}

fn with_family(deps: &Deps, person: Withheld<Person>) -> Result<Withheld<Family>, Failure> {
    let mut db = deps.db()?;
    let mut fault = None;
    let family = person.map(|person| {
        Family::load(&mut db, &person).unwrap_or_else(|error| {
            fault = Some(error);
            Family::alone(person)
        })
    });
    fault.map_or(Ok(family), Err)
}

fn person_page(
    deps: &Deps,
    visitor: &Visitor<Officer>,
    officer: &Officer,
    family: &Family,
    moment: Moment,
    paper: Paper,
) -> PersonPage {
    let page = Page::of(deps, visitor);
    let mut record = Record::of(&page, family, civil_date(deps.now(), deps.units.zone(&officer.office)));
    let corrects = officer.may(Act::Declare(Kind::Correction), &officer.office, &deps.units).is_ok();
    if corrects && moment == Moment::default() {
        record.acts.iter_mut().for_each(|act| act.corrects = Some(family.person.any_number()));
    }
    PersonPage {
        record,
        may_print: officer.may(Act::PrintExtract, &officer.office, &deps.units).is_ok(),
        true_on: moment.true_on.map(|day| day.to_string()),
        known_on: moment.known_on.map(|day| day.to_string()),
        forms: Kind::declared()
            .into_iter()
            .filter(|_| moment == Moment::default())
            .filter(|kind| officer.may(Act::Declare(*kind), &officer.office, &deps.units).is_ok())
            .filter_map(|kind| {
                let label = page.lang.pick(kind.title_mn(), kind.title_en());
                let values = kind.rules().begins.and_then(|begin| begin(&family.person))?;
                Some(Prefilled { kind: kind.as_str(), label, values })
            })
            .collect(),
        paper,
        p: page,
    }
}
