//! The queue on the office's page: what this office decides, what waits for an answer, what others decide. In
//! each part the nearest deadline comes first, and nothing personal is shown.

use chrono::{DateTime, NaiveDate, Utc};
use registry_domain::date::civil_date;
use registry_domain::kind::Kind;
use registry_domain::officer::Officer;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use super::days;
use super::page::Page;
use super::words::Words;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::queue::{self, QueueLine};
use crate::store::Db;

/// At most this many declarations are shown at once.
const SHOWN: i64 = 100;

/// The part of the queue that a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It was received here and is decided here.
    Here,
    /// Another office received it, and it is decided here.
    FromOthers,
    /// It is held beside another declaration of the same event.
    Held,
    /// It was received here and is decided elsewhere.
    ByOthers,
    /// The event was notified, and nobody has declared it in time.
    Undeclared,
    /// It was registered, and so was another declaration of the same event.
    Doubled,
}

impl Part {
    const ALL: [Part; 6] =
        [Part::Doubled, Part::Here, Part::FromOthers, Part::Held, Part::ByOthers, Part::Undeclared];

    fn of(line: &QueueLine, office: &UnitCode) -> Part {
        match line.state.as_str() {
            queue::REMINDER => Part::Undeclared,
            queue::DOUBLED => Part::Doubled,
            "held" => Part::Held,
            _ if line.deciding_office != office.as_str() => Part::ByOthers,
            _ if line.office != office.as_str() => Part::FromOthers,
            _ => Part::Here,
        }
    }

    fn title(self, w: &'static Words) -> &'static str {
        match self {
            Part::Here => w.queue_here,
            Part::FromOthers => w.queue_from_others,
            Part::Held => w.queue_held,
            Part::ByOthers => w.queue_by_others,
            Part::Undeclared => w.queue_undeclared,
            Part::Doubled => w.queue_doubled,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Part::Here => "queue-here",
            Part::FromOthers => "queue-from-others",
            Part::Held => "queue-held",
            Part::ByOthers => "queue-by-others",
            Part::Undeclared => "queue-undeclared",
            Part::Doubled => "queue-doubled",
        }
    }
}

/// A part of the queue that is not empty.
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub lines: Vec<Line>,
}

pub(super) struct Line {
    pub id: Uuid,
    pub is_notice: bool,
    pub kind: &'static str,
    pub state_word: &'static str,
    pub state: &'static str,
    pub received: String,
    pub due_on: String,
    pub left: String,
    pub is_overdue: bool,
    pub is_late: bool,
    pub office: String,
    pub deciding_office: Option<String>,
}

/// Reads the queue of an office.
///
/// # Errors
/// The store failed.
pub(super) fn read(deps: &Deps, db: &mut Db, officer: &Officer) -> Result<Vec<QueueLine>, Failure> {
    queue::of_office(deps, db, officer, SHOWN)
}

/// Writes the queue out, in parts.
///
/// # Errors
/// A stored word does not parse.
pub(super) fn sections(
    deps: &Deps,
    officer: &Officer,
    p: &Page,
    queue: &[QueueLine],
) -> Result<Vec<Section>, Failure> {
    let mut sections = Vec::new();
    for part in Part::ALL {
        let lines = queue.iter().filter(|line| Part::of(line, &officer.office) == part);
        let lines: Vec<Line> = lines.map(|found| line(deps, officer, p, found)).collect::<Result<_, _>>()?;
        if !lines.is_empty() {
            sections.push(Section { id: part.id(), title: part.title(p.w), lines });
        }
    }
    Ok(sections)
}

fn line(deps: &Deps, officer: &Officer, p: &Page, line: &QueueLine) -> Result<Line, Failure> {
    let zone = deps.units.zone(&officer.office);
    let damaged = |e| Failure::damaged("a stored instant", e);
    let received: DateTime<Utc> = line.received_at.parse().map_err(damaged)?;
    let due_on: Option<NaiveDate> = line.due_on.as_deref().map(str::parse).transpose().map_err(damaged)?;
    let today = civil_date(deps.now(), zone);
    let kind = Kind::parse(&line.kind)?;
    let (state_word, state) = match line.state.as_str() {
        queue::REMINDER => (queue::REMINDER, p.w.state_reminder),
        queue::DOUBLED => ("registered", p.w.state_registered),
        "held" => ("held", p.w.state_held),
        _ => ("declared", p.w.state_declared),
    };
    Ok(Line {
        id: line.id,
        is_notice: state_word == queue::REMINDER,
        kind: p.lang.pick(kind.title_mn(), kind.title_en()),
        state_word,
        state,
        received: days::stamp(received, zone),
        due_on: line.due_on.clone().unwrap_or_default(),
        left: due_on.map(|last| days::until(p.w, last, today)).unwrap_or_default(),
        is_overdue: line.is_overdue,
        is_late: line.is_late && state_word != queue::REMINDER,
        office: p.places.name_of_text(&line.office),
        deciding_office: (line.deciding_office != officer.office.as_str())
            .then(|| p.places.name_of_text(&line.deciding_office)),
    })
}
