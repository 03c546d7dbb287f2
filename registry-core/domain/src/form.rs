//! A form is data beside its kind: sections of fields in the order of the paper. Several things are made from
//! it: the page that an officer fills in, the complaint beside a field, the description of the API and the
//! printed application. [`Filled`] reads a filled-in form by it.

mod example;
pub(crate) mod fields;
mod filled;
mod kept;

pub use filled::{Filled, LIST_LIMIT, id, text};
pub use kept::Shown;

/// The same words in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Say {
    pub mn: &'static str,
    pub en: &'static str,
}

/// The same words in both languages.
pub const fn say(mn: &'static str, en: &'static str) -> Say {
    Say { mn, en }
}

/// All that a kind asks for.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The sections, in the order of the paper.
    pub sections: &'static [Section],
    /// Fields that no page shows and that only programs send.
    pub programs: &'static [Field],
    /// One that is filled in, of composed people: the names of fields, and what is written there.
    pub filled_in: &'static [(&'static str, &'static str)],
}

impl Form {
    /// A form that a page shows.
    pub const fn new(sections: &'static [Section]) -> Self {
        Self { sections, programs: &[], filled_in: &[] }
    }

    /// A form whose fields only programs send.
    pub const fn unseen(programs: &'static [Field]) -> Self {
        Self { sections: &[], programs, filled_in: &[] }
    }

    /// Adds fields that no page shows.
    #[must_use]
    pub const fn and(self, programs: &'static [Field]) -> Self {
        Self { programs, ..self }
    }

    /// With an example: the names of fields, and what is written there.
    #[must_use]
    pub const fn example(self, filled_in: &'static [(&'static str, &'static str)]) -> Self {
        Self { filled_in, ..self }
    }

    /// The fields of the page, in order.
    pub fn shown(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.sections.iter().flat_map(|section| section.fields)
    }

    /// The picture, if the form asks for one.
    pub fn picture(&self) -> Option<&'static Field> {
        self.shown().find(|field| field.entered == Entered::Picture)
    }

    /// The fields that are read from the facts, in order. A picture is not among them: it is sent beside the
    /// facts.
    pub fn facts(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.shown().chain(self.programs).filter(|field| field.entered != Entered::Picture)
    }

    /// The field with this name, if it is read from the facts.
    pub fn fact(&self, name: &str) -> Option<&'static Field> {
        self.facts().find(|field| field.name == name)
    }
}

/// A group of fields.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// What the fields are about.
    pub legend: Say,
    /// What an officer should know before filling them in.
    pub hint: Option<Say>,
    /// The question that opens the section: if the answer is no, it stays closed.
    pub question: Option<Say>,
    /// The fields, in order.
    pub fields: &'static [Field],
}

impl Section {
    /// A section that is always open.
    pub const fn new(legend: Say, fields: &'static [Field]) -> Self {
        Self { legend, hint: None, question: None, fields }
    }

    /// A section that a question opens.
    pub const fn asked(question: Say, legend: Say, fields: &'static [Field]) -> Self {
        Self { legend, hint: None, question: Some(question), fields }
    }

    /// Adds a hint.
    #[must_use]
    pub const fn hint(self, hint: Say) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// One thing that a form asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name in the facts, and its id on the page.
    pub name: &'static str,
    /// The label beside the field.
    pub label: Say,
    /// How to fill it in.
    pub hint: Option<Say>,
    /// How it is entered.
    pub entered: Entered,
    /// Whether it must be filled in.
    pub needed: Needed,
}

/// How a field is entered, and what it may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entered {
    /// Free text of at most this many characters.
    Text(usize),
    /// A line that is read by a type of its own: a name, a number.
    Line,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    PartialDate,
    /// `HH:MM`.
    Time,
    /// A whole number.
    Count,
    /// A box to tick: ticked means yes.
    Agreed,
    /// One word out of a few, all of them shown.
    One(&'static [Choice]),
    /// One word out of a long list.
    Listed(&'static [Choice]),
    /// Any number of words.
    Several(&'static [Choice]),
    /// A list of texts; on a page one line with commas.
    List,
    /// A list of words; on a page one line with commas.
    ListOf(&'static [Choice]),
    /// The code of a unit.
    Unit,
    /// A person: register number, civil id, foreign document or id.
    Person,
    /// People, as [`Entered::Person`] names them; on a page one line with commas.
    People,
    /// A country other than Mongolia, by the three letters of ICAO Doc 9303-3.
    Country,
    /// A JPEG picture, sent beside the facts.
    Picture,
    /// An id that the register gave.
    Id,
    /// A SHA-256, in hexadecimal.
    Digest,
    /// A list of objects that only programs write. The type that reads it describes the members.
    Objects,
}

/// A word that may be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The word in the facts.
    pub word: &'static str,
    /// The label of the word.
    pub label: Say,
}

/// Makes a word that may be chosen, with its label in both languages.
pub const fn choice(word: &'static str, mn: &'static str, en: &'static str) -> Choice {
    Choice { word, label: say(mn, en) }
}

/// Whether a field must be filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needed {
    /// Always: without it the facts are not read.
    Always,
    /// The form marks it as required. Facts without it are read; then the law refuses them, or another field
    /// takes its place.
    ByLaw,
    /// It is needed if another field has a certain word.
    When {
        /// The name of that field.
        field: &'static str,
        /// The word that makes this field needed.
        says: &'static str,
    },
    /// It may be left out, or its section says when it is needed.
    No,
}

impl Field {
    const fn new(name: &'static str, label: Say, entered: Entered) -> Self {
        Self { name, label, hint: None, entered, needed: Needed::No }
    }

    /// Free text of at most `limit` characters.
    pub const fn text(name: &'static str, limit: usize, label: Say) -> Self {
        Self::new(name, label, Entered::Text(limit))
    }

    /// A line that is read by a type of its own.
    pub const fn line(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Line)
    }

    /// A civil date.
    pub const fn date(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Date).hint(fields::DATE_HINT)
    }

    /// A civil date of which month and day may be unknown.
    pub const fn partial_date(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::PartialDate).hint(fields::PARTIAL_DATE_HINT)
    }

    /// A box to tick.
    pub const fn agreed(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Agreed)
    }

    /// One of a few words.
    pub const fn one(name: &'static str, label: Say, words: &'static [Choice]) -> Self {
        Self::new(name, label, Entered::One(words))
    }

    /// A unit, from the list of units.
    pub const fn unit(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Unit).hint(fields::UNIT_HINT)
    }

    /// A person.
    pub const fn person(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Person).hint(fields::PERSON_HINT)
    }

    /// A list of people.
    pub const fn people(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::People).hint(fields::NUMBERS_HINT)
    }

    /// A foreign country.
    pub const fn country(name: &'static str, label: Say) -> Self {
        Self::new(name, label, Entered::Country).hint(fields::COUNTRY_HINT)
    }

    /// A field that is entered in any other way.
    pub const fn entered(name: &'static str, label: Say, entered: Entered) -> Self {
        Self::new(name, label, entered)
    }

    /// Adds a hint.
    #[must_use]
    pub const fn hint(self, hint: Say) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Makes the field one without which the facts are not read.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { needed: Needed::Always, ..self }
    }

    /// Marks the field as required in the form, see [`Needed::ByLaw`].
    #[must_use]
    pub const fn required_by_law(self) -> Self {
        Self { needed: Needed::ByLaw, ..self }
    }

    /// Makes the field needed if another field has this word.
    #[must_use]
    pub const fn when(self, field: &'static str, says: &'static str) -> Self {
        Self { needed: Needed::When { field, says }, ..self }
    }

    /// Whether the page marks the field as required.
    pub const fn is_marked(&self) -> bool {
        matches!(self.needed, Needed::Always | Needed::ByLaw)
    }

    /// The words that may be chosen; none if the field is not a choice of words.
    pub const fn words(&self) -> &'static [Choice] {
        match self.entered {
            Entered::One(words)
            | Entered::Listed(words)
            | Entered::Several(words)
            | Entered::ListOf(words) => words,
            Entered::Text(_)
            | Entered::Line
            | Entered::Date
            | Entered::PartialDate
            | Entered::Time
            | Entered::Count
            | Entered::Agreed
            | Entered::List
            | Entered::Unit
            | Entered::Person
            | Entered::People
            | Entered::Country
            | Entered::Picture
            | Entered::Id
            | Entered::Digest
            | Entered::Objects => &[],
        }
    }
}

#[cfg(test)]
mod tests;
