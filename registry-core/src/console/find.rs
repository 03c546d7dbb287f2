//! Finding a person: a number and a reason, both in the form's body, and the record for whoever may read it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use registry_domain::card::{CardRecord, CardState};
use registry_domain::date::civil_date;
use registry_domain::history::moment::Moment;
use registry_domain::kind::Kind;
use registry_domain::name::{LatinName, PersonName, TraditionalName};
use registry_domain::officer::{Act, Officer};
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use registry_domain::sex::Sex;

use super::declaring::FORMS;
use super::fault::Fault;
use super::fields::{Fields, Pairs};
use super::page::{Page, html};
use super::paper::{Known, Paper};
use super::record::{Family, Record, number_of};
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
    /// The number and the reason, to read the same record as on another day.
    paper: Paper,
}

/// A form that begins with this person.
struct Prefilled {
    kind: &'static str,
    label: &'static str,
    values: Vec<(&'static str, String)>,
}

/// The empty form.
pub(super) async fn show(deps: web::Data<Deps>, visitor: Visitor) -> Result<HttpResponse, Fault> {
    visitor.officer()?;
    let paper = Paper::empty(&deps, &visitor);
    html(StatusCode::OK, &Find { p: Page::of(&deps, &visitor), paper })
}

/// Opens the record, or says beside the field why not.
pub(super) async fn open(
    deps: web::Data<Deps>,
    visitor: Visitor,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer()?.clone();
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

/// The field of this form that a refusal is about.
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
    visitor: &Visitor,
    officer: &Officer,
    family: &Family,
    moment: Moment,
    paper: Paper,
) -> PersonPage {
    let page = Page::of(deps, visitor);
    let mut record = Record::of(&page, family, civil_date(deps.now(), deps.units.zone(&officer.office)));
    let corrects = officer.may(Act::Declare(Kind::Correction), &officer.office, &deps.units).is_ok();
    if corrects && moment == Moment::default() {
        record.acts.iter_mut().for_each(|act| act.corrects = Some(number_of(&family.person)));
    }
    PersonPage {
        record,
        may_print: officer.may(Act::PrintExtract, &officer.office, &deps.units).is_ok(),
        true_on: moment.true_on.map(|day| day.to_string()),
        known_on: moment.known_on.map(|day| day.to_string()),
        forms: FORMS
            .iter()
            .filter(|_| moment == Moment::default())
            .filter(|kind| officer.may(Act::Declare(**kind), &officer.office, &deps.units).is_ok())
            .filter_map(|kind| {
                let label = page.lang.pick(kind.title_mn(), kind.title_en());
                Some(Prefilled { kind: kind.as_str(), label, values: begin(*kind, &family.person)? })
            })
            .collect(),
        paper,
        p: page,
    }
}

/// What a form knows already when it begins with a person; none where it makes no sense to begin with this one. A birth begins with its
/// parents, on the empty form.
fn begin(kind: Kind, person: &Person) -> Option<Vec<(&'static str, String)>> {
    let number = number_of(person);
    let side = match person.sex? {
        Sex::Male => "husband",
        Sex::Female => "wife",
    };
    let is_married = person.open_spouses().next().is_some();
    match kind {
        Kind::DeclaredAlive => (!person.is_alive()).then(|| vec![("person", number)]),
        _ if !person.is_alive() => None,
        Kind::Marriage => (!is_married).then(|| vec![(side, number)]),
        Kind::MarriageEnded => is_married.then(|| vec![("person", number)]),
        Kind::MarriageRestored => (!is_married && !person.spouses.is_empty()).then(|| vec![(side, number)]),
        Kind::Parentage => (person.parents.len() < 2).then(|| vec![("child", number)]),
        Kind::Adoption | Kind::AdoptionEnded => Some(vec![("child", number)]),
        Kind::CardApplication => {
            let name = person.name.as_ref()?;
            let latin = LatinName::propose(name);
            // Other parts without the given name are refused; they stay without being written again.
            let spelling = person.traditional.as_ref().filter(|spelling| spelling.given(name).is_some());
            let spelt = |part: fn(&TraditionalName, &PersonName) -> Option<String>| {
                spelling.and_then(|spelling| part(spelling, name)).unwrap_or_default()
            };
            Some(vec![
                ("person", number),
                ("latin_parent", latin.parent().unwrap_or_default().to_owned()),
                ("latin_given", latin.given().to_owned()),
                ("traditional_clan", spelt(TraditionalName::clan)),
                ("traditional_parent", spelt(TraditionalName::parent)),
                ("traditional_given", spelt(TraditionalName::given)),
            ])
        }
        Kind::CardRevoked => {
            let card =
                person.cards.iter().rev().find(|card| !matches!(card.state, CardState::Revoked { .. }))?;
            Some(vec![("person", number), ("card", card.document_number.as_str().to_owned())])
        }
        Kind::CardSuspension => {
            let step = |card: &CardRecord| match card.state {
                CardState::Active => Some("begins"),
                CardState::Suspended { .. } => Some("ends"),
                CardState::Approved | CardState::Personalised | CardState::Revoked { .. } => None,
            };
            let (card, step) = person.cards.iter().rev().find_map(|card| Some((card, step(card)?)))?;
            let card = card.document_number.as_str().to_owned();
            Some(vec![("step", step.to_owned()), ("person", number), ("card", card)])
        }
        Kind::Merge => Some(vec![("survivor", number)]),
        Kind::Death
        | Kind::Residence
        | Kind::Migration
        | Kind::NameChange
        | Kind::SexChange
        | Kind::NumberChange
        | Kind::Citizenship
        | Kind::Fingerprint
        | Kind::Passport
        | Kind::Correction
        | Kind::Annotation => Some(vec![("person", number)]),
        Kind::Stillbirth => (person.sex == Some(Sex::Female)).then(|| vec![("mother", number)]),
        Kind::Guardianship => Some(vec![("ward", number)]),
        // A birth begins with its parents, an annulment with its act; the others have no form here.
        Kind::Birth
        | Kind::Annulment
        | Kind::Erasure
        | Kind::Legacy
        | Kind::Sealing
        | Kind::CardPersonalised
        | Kind::CardActivated => None,
    }
}

#[cfg(test)]
mod tests {
    use registry_domain::id::PersonId;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_card_application_begins_with_a_spelling_that_can_be_sent() {
        let name: PersonName =
            serde_json::from_value(json!({"clan": "Боржигон", "parent": null, "given": "Бат"})).unwrap();
        let mut spelling = json!({"spells": &name, "clan": "ᠪᠣᠷᠵᠢᠭᠢᠨ", "given": "ᠪᠠᠲᠤ"});
        let mut person = Person::blank(PersonId::new(Uuid::from_u128(1)));
        (person.sex, person.name) = (Some(Sex::Male), Some(name));
        let mut begun = |spelling: &serde_json::Value| -> Vec<String> {
            person.traditional = Some(serde_json::from_value(spelling.clone()).unwrap());
            let values = begin(Kind::CardApplication, &person).unwrap().into_iter();
            values.filter(|(field, _)| field.starts_with("traditional")).map(|(_, value)| value).collect()
        };
        assert_eq!(begun(&spelling), ["ᠪᠣᠷᠵᠢᠭᠢᠨ", "", "ᠪᠠᠲᠤ"]);
        // As after a change of the given name that spelt nothing.
        spelling["given"].take();
        assert_eq!(begun(&spelling), ["", "", ""]);
    }
}
