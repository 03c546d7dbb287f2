//! What the paper of an act says, line by line. The lines of a kind stand in its own file, behind
//! `RULES.paper`.

mod person;

pub(crate) use person::*;

use crate::entry::{Entry, Header, Part, PartRole};
use crate::form::Say;
use crate::history::Recorded;
use crate::id::PersonId;
use crate::kind::Kind;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::unit::UnitCode;

/// The paper of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// The title of the paper.
    pub title: Say,
    /// Writes the lines of one part of an entry; none for a part that the paper passes over.
    pub lines: Lines,
}

/// Writes the lines of one part of an entry.
pub type Lines = fn(&Part, &mut Sheet<'_>) -> Result<(), Unprinted>;

/// A line of a paper, its label in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Label in Mongolian.
    pub label_mn: &'static str,
    /// Label in English.
    pub label_en: &'static str,
    /// The value as registered.
    pub value: String,
    /// Whether the value spells a name in traditional script, and so stands as a column beside the other
    /// lines.
    pub is_spelling: bool,
}

/// The records that a paper is written from. The shell decides which of them the reader of the paper may see.
pub trait Records {
    /// The record of a person; for a record that was merged into another, the record that stays.
    ///
    /// # Errors
    /// [`Refusal::PersonNotFound`] if the reader may not see it, or [`Unprinted::Unread`].
    fn person(&mut self, id: PersonId) -> Result<Person, Unprinted>;

    /// All that the ledger says of a person, oldest first.
    ///
    /// # Errors
    /// [`Unprinted::Unread`].
    fn parts(&mut self, id: PersonId) -> Result<Vec<Recorded>, Unprinted>;

    /// The name of a unit with those above it, from the aimag down.
    fn place(&self, unit: &UnitCode) -> String;
}

/// Why there is no paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unprinted {
    /// The reader may not have the paper.
    Refused(Refusal),
    /// A record could not be read. The shell, which tried to read it, knows why.
    Unread,
    /// A kind was asked for the lines of another kind's part.
    ForeignPart,
}

impl From<Refusal> for Unprinted {
    fn from(no: Refusal) -> Self {
        Self::Refused(no)
    }
}

/// A paper whose lines are being written.
pub struct Sheet<'a> {
    header: &'a Header,
    records: &'a mut dyn Records,
    lines: Vec<Line>,
    people: Vec<PersonId>,
}

/// A finished paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The lines, in the order in which the paper says them.
    pub lines: Vec<Line>,
    /// The people whose data it shows; a person who stands there twice is named twice.
    pub people: Vec<PersonId>,
}

/// Writes the paper of an entry.
///
/// # Errors
/// [`Refusal::NotFound`] for a kind that gives no paper, [`Refusal::RecordMerged`] for the birth of a record
/// that was merged into another; else as [`Records`].
pub fn write(entry: &Entry, records: &mut dyn Records) -> Result<Written, Unprinted> {
    if !entry.header.kind.is_printed() {
        return Err(Refusal::NotFound.into());
    }
    let mut sheet = Sheet { header: &entry.header, records, lines: Vec::new(), people: Vec::new() };
    for part in &entry.parts {
        // An erased part no longer has a kind.
        let paper = part.body.kind().and_then(|kind| kind.rules().paper);
        if let Some(paper) = paper {
            (paper.lines)(part, &mut sheet)?;
        }
    }
    sheet.annotations()?;
    Ok(Written { lines: sheet.lines, people: sheet.people })
}

/// Those of whom the paper of this entry has lines, or could have. The paper of a change of name is the
/// parent's alone: it says nothing of the children who take the new name.
pub fn people_on_paper(entry: &Entry) -> impl Iterator<Item = PersonId> {
    let of_name = entry.header.kind == Kind::NameChange;
    let is_silent =
        move |part: &Part| part.role.is_behind_a_seal() || (of_name && part.role == PartRole::Child);
    entry.parts.iter().filter(move |part| !is_silent(part)).map(|part| part.person)
}

impl Sheet<'_> {
    /// The header of the entry whose paper is written.
    pub(crate) fn header(&self) -> &Header {
        self.header
    }

    /// The record of a person, whose data the paper then shows.
    pub(crate) fn person(&mut self, id: PersonId) -> Result<Person, Unprinted> {
        let person = self.records.person(id)?;
        self.people.push(person.id);
        Ok(person)
    }

    /// All that the ledger says of a person, oldest first.
    pub(crate) fn parts(&mut self, id: PersonId) -> Result<Vec<Recorded>, Unprinted> {
        self.records.parts(id)
    }

    /// The name of a unit with those above it, from the aimag down.
    pub(crate) fn place(&self, unit: &UnitCode) -> String {
        self.records.place(unit)
    }

    /// Adds a line, if there is something to say.
    pub(crate) fn line(
        &mut self,
        label_mn: &'static str,
        label_en: &'static str,
        value: Option<impl ToString>,
    ) {
        if let Some(value) = value {
            self.lines.push(Line { label_mn, label_en, value: value.to_string(), is_spelling: false });
        }
    }

    /// Adds a name in traditional script, if it is spelt.
    pub(crate) fn spelling(&mut self, label_mn: &'static str, label_en: &'static str, value: Option<String>) {
        self.lines.extend(value.map(|value| Line { label_mn, label_en, value, is_spelling: true }));
    }

    /// Adds a line that more than one part would say, once.
    pub(crate) fn once(
        &mut self,
        label_mn: &'static str,
        label_en: &'static str,
        value: Option<impl ToString>,
    ) {
        if self.lines.iter().all(|line| line.label_en != label_en) {
            self.line(label_mn, label_en, value);
        }
    }

    /// Adds the remarks on this entry from the records that the paper is about.
    fn annotations(&mut self) -> Result<(), Unprinted> {
        let mut about = self.people.clone();
        about.sort_unstable();
        about.dedup();
        for id in about {
            let person = self.records.person(id)?;
            for remark in person.annotations.iter().filter(|remark| remark.of == self.header.id) {
                self.line("Тэмдэглэл", "Annotation", Some(format!("{} ({})", remark.text, remark.paper)));
            }
        }
        Ok(())
    }
}
