//! Legacy import: one CSV line, one entry; every well-formed old number is taken as it stands. Importing
//! twice changes nothing.

use std::collections::BTreeSet;
use std::io::Read;

use csv::ReaderBuilder;
use diesel::prelude::*;
use registry_domain::context::Stage;
use registry_domain::door::Door;
use registry_domain::event::{Facts, legacy};
use registry_domain::kind::Kind;
use registry_domain::linkage::{Features, Finding, blocking_keys, possible_duplicates};
use registry_domain::officer::Officer;
use registry_domain::person::Person;
use registry_domain::refusal::Refusal;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::deps::Deps;
use crate::entering::Case;
use crate::failure::Failure;
use crate::ledger::Log;
use crate::outside::require_printable_fields;
use crate::store::ledger_log::move_head;
use crate::store::people;

/// People compared with one imported line at most.
const COMPARED: i64 = 200;

/// What became of the lines of a file.
#[derive(Debug, Default)]
pub struct Reconciliation {
    /// Lines taken now.
    pub taken: u64,
    /// Lines that an earlier import had taken.
    pub known: u64,
    /// Lines refused: line number and reason.
    pub refused: Vec<(u64, Refusal)>,
    /// Possible duplicates: line number, the other person, weight.
    pub possible_duplicates: Vec<PossibleDuplicate>,
}

/// A line that may be about a person whom another record is about already; an officer decides.
#[derive(Debug, Clone)]
pub struct PossibleDuplicate {
    /// The line.
    pub line: u64,
    /// The person made of it.
    pub person: Uuid,
    /// The other person.
    pub other: Uuid,
    /// Why, in words.
    pub explanation: String,
}

/// Imports a file; `progress` hears the number of lines done.
///
/// # Errors
/// The file cannot be read as such a file, or an error of the database. A refused line is in the report.
pub fn import(
    deps: &Deps,
    officer: &Officer,
    file: &mut dyn Read,
    progress: &mut dyn FnMut(u64),
) -> Result<Reconciliation, Failure> {
    let mut reader =
        ReaderBuilder::new().comment(Some(b'#')).flexible(true).trim(csv::Trim::All).from_reader(file);
    let header = reader.headers().map_err(|_| Refusal::FileNotText)?.clone();
    for column in legacy::COLUMNS {
        if !header.iter().any(|found| found == column) {
            return Err(Refusal::ColumnMissing { column: column.to_owned() }.into());
        }
    }
    let mut report = Reconciliation::default();
    let mut imported = Vec::new();
    for (done, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| Refusal::FileNotText)?;
        let line = record.position().map_or(0, csv::Position::line);
        match import_line(deps, officer, &header, &record) {
            Ok(Some(person)) => {
                report.taken += 1;
                imported.push((line, person));
            }
            Ok(None) => report.known += 1,
            Err(Failure::Refused(refusal)) => report.refused.push((line, refusal)),
            Err(fault) => return Err(fault),
        }
        progress(done);
    }
    let mut pairs = BTreeSet::new();
    for (line, person) in &imported {
        // A pair whose two lines came in the same file is found from both sides and listed once.
        let found = duplicates(deps, *line, person)?.into_iter();
        report.possible_duplicates.extend(
            found.filter(|pair| pairs.insert((pair.person.min(pair.other), pair.person.max(pair.other)))),
        );
    }
    Ok(report)
}

fn import_line(
    deps: &Deps,
    officer: &Officer,
    header: &csv::StringRecord,
    record: &csv::StringRecord,
) -> Result<Option<Person>, Failure> {
    if record.len() != header.len() {
        return Err(Refusal::ColumnCount { expected: header.len(), found: record.len() }.into());
    }
    require_printable_fields(header.iter().zip(record))?;
    let fields: Map<String, Value> =
        header.iter().zip(record).map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let facts = Facts::parse(&Kind::Legacy, &Value::Object(fields))?;
    let Facts::Legacy(row) = &facts else {
        return Err(Refusal::KindNotBuilt { kind: Kind::Legacy.as_str() }.into());
    };
    let draw = deps.draw();
    let now = deps.now();
    let mut db = deps.db()?;
    let reference = registry_domain::person_ref::PersonRef::NationalNumber(row.national_number.clone());
    if let Some(known) = people::find(&mut db, &reference)?
        && row.is_already(&known)
    {
        return Ok(None);
    }
    let entered = db.write(|db| {
        let head = move_head(db, Log::Register, deps.epoch, 1)?;
        let stage = Stage::Registering {
            received_by: Some(officer.id),
            received_at: officer.office.clone(),
            received_on: None,
        };
        let door = Door::Import;
        let case = Case { facts: &facts, office: &officer.office, officer, door, stage: &stage, now };
        case.enter(deps, db, head, &mut draw.again())
    })?;
    let person = entered.people.into_values().find(|person| reference.is_of(person));
    Ok(person)
}

fn duplicates(deps: &Deps, line: u64, person: &Person) -> Result<Vec<PossibleDuplicate>, Failure> {
    let Some(features) = Features::of(person) else { return Ok(Vec::new()) };
    let keys = blocking_keys(&features, deps.keys.sealing.match_salt());
    let pool: Vec<Features> = people::sharing_keys(&mut *deps.db()?, &keys, COMPARED)?
        .iter()
        .filter(|other| other.id != person.id && !other.is_hidden())
        .filter_map(Features::of)
        .collect();
    Ok(possible_duplicates(&features, &pool)
        .into_iter()
        .map(|finding| PossibleDuplicate {
            line,
            person: person.id.uuid(),
            other: finding.person.uuid(),
            explanation: explain(&finding),
        })
        .collect())
}

/// The evidence, field by field, in centibits.
fn explain(finding: &Finding) -> String {
    let weights = finding.weights.iter().filter(|weight| weight.centibits != 0);
    weights.map(|weight| format!("{} {:+}", weight.field, weight.centibits)).collect::<Vec<_>>().join(", ")
}

/// How many people the record holds.
///
/// # Errors
/// An error of the database.
pub fn people_count(deps: &Deps) -> Result<i64, Failure> {
    Ok(crate::store::schema::person::table.count().get_result(&mut *deps.db()?)?)
}
