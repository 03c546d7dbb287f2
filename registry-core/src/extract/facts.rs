//! What an extract says, line by line. Each kind that has a paper has one function.

mod family;
mod status;

use registry_domain::entry::{Entry, Part, PartBody, PartRole, apply};
use registry_domain::event::adoption::AsBorn;
use registry_domain::event::{birth, citizenship, death, name_change, number_change, residence, sex_change};
use registry_domain::history::{Recorded, in_effect};
use registry_domain::id::PersonId;
use registry_domain::kind::Kind;
use registry_domain::name::{PersonName, TraditionalName};
use registry_domain::person::{Person, Relation};
use registry_domain::refusal::Refusal;
use registry_domain::unit::UnitCode;
use uuid::Uuid;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::store::{Db, history, people};

/// A line of a paper, with its label in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The label in Mongolian.
    pub label_mn: &'static str,
    /// The label in English.
    pub label_en: &'static str,
    /// The value as registered.
    pub value: String,
    /// Whether it spells a name in traditional script, and so is printed as a column beside the other lines.
    pub is_spelling: bool,
}

/// The lines of a paper, and the people whom they are about.
pub(super) struct Paper {
    pub lines: Vec<Line>,
    pub people: Vec<Uuid>,
    reader: Reader,
}

/// Who gets the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// An officer, for whom a sealed record does not exist.
    Officer,
    /// The service itself, which compares them with a printed paper and shows them to nobody.
    Comparison,
}

impl Paper {
    fn line(&mut self, label_mn: &'static str, label_en: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.lines.push(Line { label_mn, label_en, value: value.to_string(), is_spelling: false });
        }
    }

    fn spelling(&mut self, label_mn: &'static str, label_en: &'static str, value: Option<String>) {
        self.lines.extend(value.map(|value| Line { label_mn, label_en, value, is_spelling: true }));
    }

    /// Adds a line that several parts would add; only the first does.
    fn once(&mut self, label_mn: &'static str, label_en: &'static str, value: Option<impl ToString>) {
        if self.lines.iter().all(|line| line.label_en != label_en) {
            self.line(label_mn, label_en, value);
        }
    }
}

/// Reads an entry as a paper.
///
/// # Errors
/// [`Refusal::PersonNotFound`] if somebody's record is sealed, [`Refusal::NotFound`] if this act is,
/// [`Refusal::RecordMerged`] for the birth of a record that was merged into another, or the store failed.
pub(super) fn paper_of(deps: &Deps, db: &mut Db, entry: &Entry, reader: Reader) -> Result<Paper, Failure> {
    if reader == Reader::Officer {
        require_nothing_sealed(db, entry)?;
    }
    let mut paper = Paper { lines: Vec::new(), people: Vec::new(), reader };
    for part in &entry.parts {
        if part.body.kind().is_none_or(|kind| !kind.is_printed()) {
            continue;
        }
        match &part.body {
            PartBody::Birth(birth::Body::Child(child)) => {
                let open = require_open(db, part.person, &mut paper)?;
                // The paper of a birth shows the number given with it, which a merged record no longer has.
                if open.id != part.person {
                    return Err(Refusal::RecordMerged.into());
                }
                let parts = history::load(db, &deps.keys.sealing, part.person)?;
                birth_lines(deps, db, &as_told(child, &parts), &mut paper)?;
            }
            PartBody::Death(death::Body::Deceased { died_on, death_place, .. }) => {
                let person = require_open(db, part.person, &mut paper)?;
                person_lines(&person, &mut paper);
                paper.line("Нас барсан огноо", "Date of death", Some(died_on));
                paper.line(
                    "Нас барсан газар",
                    "Place of death",
                    death_place.as_ref().map(|at| place(deps, at)),
                );
            }
            PartBody::Residence(residence::Body::Resident { residence, .. }) => {
                let person = require_open(db, part.person, &mut paper)?;
                person_lines(&person, &mut paper);
                paper.line("Оршин суух нэгж", "Unit of residence", Some(place(deps, &residence.unit)));
                paper.line("Хаяг", "Address", Some(&residence.address));
                paper.line("Ирсэн огноо", "Date of arrival", residence.since);
            }
            PartBody::Marriage(_)
            | PartBody::MarriageEnded(_)
            | PartBody::MarriageRestored(_)
            | PartBody::DeclaredAlive(_)
            | PartBody::Parentage(_)
            | PartBody::NameChange(name_change::Body::Child { .. }) => family::lines(db, part, &mut paper)?,
            PartBody::NameChange(name_change::Body::Subject {
                name, governor_order, traditional, ..
            }) => {
                let subject = require_open(db, part.person, &mut paper)?;
                // The paper shows the spelling of this act, not one from before or after it.
                name_lines(name, traditional.as_deref(), &mut paper);
                birth_and_number(&subject, &mut paper);
                let before = name_before(deps, db, entry, part.person)?;
                paper.line("Өмнөх нэр", "Name before", before);
                paper.line("Захирамжийн дугаар", "Number of the order", Some(governor_order));
            }
            PartBody::Migration(body) => status::migration(db, part.person, body, &mut paper)?,
            PartBody::Citizenship(citizenship::Body::Subject(body)) => {
                status::citizenship(db, part.person, body, &mut paper)?;
            }
            PartBody::Guardianship(body) => status::guardianship(db, part.person, body, &mut paper)?,
            PartBody::SexChange(sex_change::Body::Subject { national_number, doctors_paper, .. }) => {
                status::renumbered(db, part.person, national_number, &mut paper)?;
                paper.line("Эмчийн дүгнэлтийн дугаар", "Number of the doctor's paper", Some(doctors_paper));
            }
            PartBody::NumberChange(number_change::Body::Subject { national_number, cause, .. }) => {
                status::renumbered(db, part.person, national_number, &mut paper)?;
                let cause = format!("{} / {}", cause.title_mn(), cause.title_en());
                paper.line("Өөрчилсөн шалтгаан", "Cause of the change", Some(cause));
            }
            // Parents and spouses are named in the lines of the child and the deceased, or not at all. The
            // cause of death is never printed.
            PartBody::Birth(birth::Body::Parent { .. })
            | PartBody::Death(death::Body::Cause { .. } | death::Body::Spouse { .. }) => {}
            // A part without lines is an error: no paper may silently leave something out.
            _ => {
                return Err(Failure::Issue(format!(
                    "the paper of {} has no lines for a part",
                    entry.header.kind
                )));
            }
        }
    }
    status::annotations(db, entry.header.id, &mut paper)?;
    Ok(paper)
}

/// The people about whom a paper of this entry has lines, or could have. Nothing is printed about a child who
/// took over a parent's new name: that paper is the parent's.
pub(super) fn people_on_paper(entry: &Entry) -> impl Iterator<Item = PersonId> {
    let of_name = entry.header.kind == Kind::NameChange;
    let is_silent =
        move |part: &Part| part.role.is_behind_a_seal() || (of_name && part.role == PartRole::Child);
    entry.parts.iter().filter(move |part| !is_silent(part)).map(|part| part.person)
}

/// Refuses an officer the paper of an act that is under seal in the record of somebody on it, or that gives a
/// sealed address.
fn require_nothing_sealed(db: &mut Db, entry: &Entry) -> Result<(), Failure> {
    for person in people_on_paper(entry) {
        let Some(person) = people::load_survivor(db, person)? else { continue };
        if person.hides_act(entry.header.id, entry.header.kind) {
            return Err(Refusal::NotFound.into());
        }
    }
    Ok(())
}

/// A birth as it is told after an adoption: with the name and the parents from then on.
fn as_told(child: &birth::Child, parts: &[Recorded]) -> birth::Child {
    let mut told = child.clone();
    if let Some(adopted) = AsBorn::of(parts) {
        told.mother = adopted.parent(Relation::Mother, told.mother);
        told.father = adopted.parent(Relation::Father, told.father);
        if let Some(name) = adopted.name {
            told.name = name;
            // The spelling in traditional script is of the name given at birth.
            told.traditional = None;
        }
    }
    told
}

/// The name that a person had until an entry, with corrections; none if it was erased.
fn name_before(
    deps: &Deps,
    db: &mut Db,
    entry: &Entry,
    person: PersonId,
) -> Result<Option<PersonName>, Failure> {
    let parts = history::load(db, &deps.keys.sealing, person)?;
    let mut until: Option<Person> = None;
    for of in in_effect(&parts).into_iter().filter(|of| of.header.seq < entry.header.seq) {
        let part = Part { person, role: of.role, body: of.body.clone() };
        until = Some(apply(until, of.header, &part));
    }
    Ok(until.and_then(|person| person.name))
}

fn birth_lines(deps: &Deps, db: &mut Db, child: &birth::Child, paper: &mut Paper) -> Result<(), Failure> {
    name_lines(&child.name, child.traditional.as_ref(), paper);
    paper.line("Хүйс", "Sex", Some(format!("{} / {}", child.sex.title_mn(), child.sex.title_en())));
    paper.line("Төрсөн огноо", "Date of birth", Some(child.born_on));
    let unit = child.birth_place.as_ref().map(|at| place(deps, at));
    let abroad = child.born_abroad.as_ref().map(|at| format!("{}, {}", at.country, at.place));
    paper.line("Төрсөн газар", "Place of birth", unit.or(abroad));
    paper.line("Регистрийн дугаар", "Register number", Some(&child.national_number));
    paper.line("Иргэний бүртгэлийн дугаар", "Civil id", Some(&child.civil_id));
    for (label_mn, label_en, parent) in [("Эх", "Mother", child.mother), ("Эцэг", "Father", child.father)]
    {
        let Some(parent) = parent else { continue };
        let parent = require_open(db, parent, paper)?;
        paper.line(label_mn, label_en, Some(named(&parent)));
    }
    Ok(())
}

/// Adds the parts of a name, and those parts of it that are spelt in traditional script.
fn name_lines(name: &PersonName, traditional: Option<&TraditionalName>, paper: &mut Paper) {
    paper.line("Ургийн овог", "Clan name", name.clan.as_ref());
    paper.line("Эцэг (эх)-ийн нэр", "Parent's name", name.parent.as_ref());
    paper.line("Нэр", "Given name", Some(&name.given));
    let spelt = |part: fn(&TraditionalName, &PersonName) -> Option<String>| {
        traditional.and_then(|traditional| part(traditional, name))
    };
    paper.spelling(
        "Ургийн овог, монгол бичгээр",
        "Clan name in traditional script",
        spelt(TraditionalName::clan),
    );
    paper.spelling(
        "Эцэг (эх)-ийн нэр, монгол бичгээр",
        "Parent's name in traditional script",
        spelt(TraditionalName::parent),
    );
    paper.spelling("Нэр, монгол бичгээр", "Given name in traditional script", spelt(TraditionalName::given));
}

fn person_lines(person: &Person, paper: &mut Paper) {
    if let Some(name) = &person.name {
        name_lines(name, person.traditional.as_ref(), paper);
    }
    birth_and_number(person, paper);
}

fn birth_and_number(person: &Person, paper: &mut Paper) {
    paper.line("Төрсөн огноо", "Date of birth", person.born_on);
    paper.line("Регистрийн дугаар", "Register number", person.national_number.as_ref());
}

/// A person as the paper names them: the whole name, and the register number or foreign document.
fn named(person: &Person) -> String {
    let name = person.name.as_ref().map(ToString::to_string).unwrap_or_default();
    let number = person.national_number.as_ref().map(ToString::to_string);
    let foreign = || person.foreign.as_ref().map(ToString::to_string);
    let number = number.or_else(foreign).unwrap_or_default();
    format!("{name} {number}").trim().to_owned()
}

fn require_open(db: &mut Db, id: PersonId, paper: &mut Paper) -> Result<Person, Failure> {
    let person = people::load_survivor(db, id)?.filter(|person| match paper.reader {
        Reader::Officer => !person.is_hidden(),
        Reader::Comparison => !person.is_void(),
    });
    let person = person.ok_or(Refusal::PersonNotFound)?;
    paper.people.push(person.id.uuid());
    Ok(person)
}

/// The names of a unit, from the aimag down.
fn place(deps: &Deps, code: &UnitCode) -> String {
    let mut names: Vec<&str> =
        deps.units.parent_chain(code).iter().map(|unit| unit.name_mn.as_str()).collect();
    names.reverse();
    format!("{} ({code})", names.join(", "))
}
