//! The form of a kind as the page draws it: in the visitor's language, with what was entered and what is
//! wrong.

use registry_domain::form::{Entered, Field, Form, Section};

use super::language::Language;
use super::page::Page;
use super::paper::{Known, Paper};

/// A section of the page.
pub(super) struct Part {
    pub legend: &'static str,
    /// The hint; empty if there is none.
    pub hint: &'static str,
    /// The question that opens the section; none if it is always open.
    pub question: Option<&'static str>,
    /// Whether something in the section was entered or is wrong.
    pub is_open: bool,
    pub fields: Vec<Drawn>,
}

/// A field of the page.
pub(super) struct Drawn {
    pub name: &'static str,
    pub label: &'static str,
    /// The hint; empty if there is none.
    pub hint: &'static str,
    pub required: bool,
    pub control: Control,
    /// The words to choose from, each with its label.
    pub words: Vec<(&'static str, &'static str)>,
}

/// The control with which a field is entered.
pub(super) enum Control {
    /// A line of text.
    Line,
    /// A line for a whole number.
    Count,
    /// A line with the list of units.
    Units,
    /// A single box.
    Agreed,
    /// Options, of which one is chosen.
    Options,
    /// Boxes, of which any number can be ticked.
    Boxes,
    /// One of a long list.
    Listed,
    /// A file.
    Picture,
}

/// The sections of a form.
pub(super) fn parts(form: Form, language: Language, paper: &Paper) -> Vec<Part> {
    form.sections.iter().map(|section| part(section, language, paper)).collect()
}

fn part(section: &'static Section, language: Language, paper: &Paper) -> Part {
    let is_touched =
        |field: &Field| !paper.value(field.name).trim().is_empty() || paper.complaint(field.name).is_some();
    Part {
        legend: language.say(section.legend),
        hint: section.hint.map_or("", |hint| language.say(hint)),
        question: section.question.map(|question| language.say(question)),
        is_open: section.fields.iter().any(is_touched),
        fields: section.fields.iter().map(|field| drawn(field, language)).collect(),
    }
}

fn drawn(field: &Field, language: Language) -> Drawn {
    Drawn {
        name: field.name,
        label: language.say(field.label),
        hint: field.hint.map_or("", |hint| language.say(hint)),
        required: field.is_marked(),
        control: control(field),
        words: field.words().iter().map(|choice| (choice.word, language.say(choice.label))).collect(),
    }
}

const fn control(field: &Field) -> Control {
    match field.entered {
        Entered::Text(_)
        | Entered::Line
        | Entered::Date
        | Entered::PartialDate
        | Entered::Time
        | Entered::List
        | Entered::ListOf(_)
        | Entered::Person
        | Entered::People
        | Entered::Country
        | Entered::Id
        | Entered::Digest
        | Entered::Objects => Control::Line,
        Entered::Count => Control::Count,
        Entered::Agreed => Control::Agreed,
        Entered::One(_) => Control::Options,
        Entered::Listed(_) => Control::Listed,
        Entered::Several(_) => Control::Boxes,
        Entered::Unit => Control::Units,
        Entered::Picture => Control::Picture,
    }
}

/// The fields of a form, by the labels that the page gives them.
pub(super) fn known(form: Form, p: &Page) -> Vec<Known> {
    form.shown().map(|field| Known::new(field.name, p.lang.say(field.label), field.is_marked())).collect()
}

/// The id of the first control, in which a page begins.
pub(super) fn first(form: Form) -> Option<String> {
    let field = form.shown().next()?;
    Some(match control(field) {
        Control::Options | Control::Boxes => format!("{}-{}", field.name, field.words().first()?.word),
        Control::Line
        | Control::Count
        | Control::Units
        | Control::Agreed
        | Control::Listed
        | Control::Picture => field.name.to_owned(),
    })
}
