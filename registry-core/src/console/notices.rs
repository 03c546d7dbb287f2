//! Notices of hospitals and bag governors that wait until somebody declares the event; the nearest deadline
//! comes first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use registry_domain::date::civil_date;
use registry_domain::kind::Kind;
use registry_domain::officer::{Act, Officer};
use serde_json::Value;
use uuid::Uuid;

use super::days;
use super::fault::Fault;
use super::page::{Page, html};
use super::visit::Visitor;
use crate::api::caller::blocking;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::notices::{self, NoticeView, Notices};

/// At most this many notices are shown at once.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    p: Page,
    lines: Vec<Line>,
}

struct Line {
    kind: &'static str,
    kind_word: &'static str,
    received: String,
    due_on: String,
    left: String,
    is_overdue: bool,
    /// What the notice says, in lines; empty if this officer may not see it.
    said: Vec<(&'static str, String)>,
    is_kept_away: bool,
    declaration: Option<Uuid>,
    /// The fields of the form that the notice begins, filled in.
    begins: Option<Vec<(&'static str, String)>>,
}

/// The notices of the officer's office.
pub(super) async fn list(deps: web::Data<Deps>, visitor: Visitor<Officer>) -> Result<HttpResponse, Fault> {
    let officer = visitor.officer().clone();
    let (asked, reader) = (deps.clone(), officer.clone());
    let withheld = blocking(move || notices::of_office(&asked, &reader, SHOWN)).await?;
    let entry = |notices: &Notices| notices::listed(&deps, &officer, notices);
    let notices = withheld.release(&deps.access, entry).await?;
    let p = Page::of(&deps, &visitor);
    let lines = notices.lines.iter().map(|notice| line(&deps, &officer, &p, notice));
    let lines = lines.collect::<Result<_, Failure>>()?;
    html(StatusCode::OK, &NoticesPage { p, lines })
}

fn line(deps: &Deps, officer: &Officer, p: &Page, notice: &NoticeView) -> Result<Line, Failure> {
    let damaged = |e| Failure::damaged("a stored instant", e);
    let zone = deps.units.zone(&officer.office);
    let received: DateTime<Utc> = notice.received_at.parse().map_err(damaged)?;
    let due_on: Option<NaiveDate> = notice.due_on.as_deref().map(str::parse).transpose().map_err(damaged)?;
    let today = civil_date(deps.now(), zone);
    let kind = Kind::parse(&notice.kind)?;
    let may_declare = officer.may(Act::Declare(kind), &officer.office, &deps.units).is_ok();
    let begins = notice.notice.as_ref().filter(|_| may_declare && notice.declaration.is_none());
    Ok(Line {
        kind: p.lang.pick(kind.title_mn(), kind.title_en()),
        kind_word: kind.as_str(),
        received: days::stamp(received, zone),
        due_on: notice.due_on.clone().unwrap_or_default(),
        left: due_on.map(|last| days::until(p.w, last, today)).unwrap_or_default(),
        is_overdue: due_on.is_some_and(|last| last < today),
        said: notice.notice.as_ref().map(|said| in_words(p, said)).unwrap_or_default(),
        is_kept_away: notice.notice.is_none(),
        declaration: notice.declaration,
        begins: begins.map(|said| form_of(kind, notice.id, said)),
    })
}

/// What a notice says, member by member.
fn in_words(p: &Page, said: &Value) -> Vec<(&'static str, String)> {
    let w = p.w;
    let labels = [
        ("mother", w.mother),
        ("person", w.deceased),
        ("born_on", w.born_on),
        ("born_time", w.born_time),
        ("died_on", w.died_on),
        ("sex", w.sex),
        ("birth_place", w.birth_place),
        ("death_place", w.death_place),
        ("order", w.order),
        ("medical_certificate", w.medical_certificate),
        ("paper_number", w.paper_number),
    ];
    let value = |member: &str, text: String| match member {
        "birth_place" | "death_place" => p.places.name_of_text(&text),
        "sex" => if text == "female" { w.female } else { w.male }.to_owned(),
        "order" => format!("{text} / {}", text_of(&said["plurality"]).unwrap_or_default()),
        _ => text,
    };
    let line = |(member, label): (&str, &'static str)| Some((label, value(member, text_of(&said[member])?)));
    labels.into_iter().filter_map(line).collect()
}

/// The fields of the form that a notice fills in; they have the names of the notice's members.
fn form_of(kind: Kind, id: Uuid, said: &Value) -> Vec<(&'static str, String)> {
    let members: &[&'static str] = if kind == Kind::Birth {
        &["mother", "sex", "born_on", "born_time", "birth_place", "plurality", "order", "medical_certificate"]
    } else {
        &["person", "died_on", "death_place", "paper_number"]
    };
    let filled = members.iter().filter_map(|member| Some((*member, text_of(&said[*member])?)));
    let names_notice = (kind == Kind::Birth).then(|| ("notification", id.to_string()));
    filled.chain(names_notice).collect()
}

/// The text or number that a value holds.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
