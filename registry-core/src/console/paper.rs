//! A form on the screen: what was entered, and what is wrong with it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use registry_domain::question::Question;
use registry_domain::refusal::Refusal;

use super::fields::Fields;
use super::language::Language;
use super::visit::{Reader, Visitor};
use crate::api::problem::status_of;
use crate::deps::Deps;

/// A refusal as a page shows it: its number and what to do, in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// The number of the refusal, never reused.
    pub number: u16,
    pub mn: String,
    pub en: String,
    /// The clause that the refusal rests on.
    pub article: Option<&'static str>,
    field: Option<String>,
    /// Whether the field was left empty: then other required fields may be empty, too.
    is_missing: bool,
    asks: Vec<u16>,
    status: StatusCode,
}

impl Said {
    /// The name of the field that the refusal is about, for a page whose form does not have it.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub fn of(refusal: &Refusal) -> Said {
        // The complaint stands beside the field or links to it, so its words need not repeat the field's
        // name.
        let [mn, en] = match refusal.cause() {
            Refusal::MissingField { .. } => {
                [Language::Mn, Language::En].map(|language| language.words().field_empty.to_owned())
            }
            cause => [cause.title_mn(), cause.title_en()],
        };
        Said {
            number: refusal.number(),
            mn,
            en,
            article: refusal.article(),
            field: refusal.field().map(str::to_owned),
            is_missing: matches!(refusal.cause(), Refusal::MissingField { .. }),
            asks: match refusal.cause() {
                Refusal::QuestionsUnanswered { numbers } => {
                    numbers.split(", ").filter_map(|number| number.parse().ok()).collect()
                }
                _ => Vec::new(),
            },
            status: status_of(refusal),
        }
    }

    /// Whether the fault is the service's own. Then the page must not say that nothing was done, because
    /// nobody knows.
    pub fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }
}

/// A form: its token and key, the values to show, and what is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    /// The session's form token.
    pub token: String,
    /// The idempotency key, drawn when the page is made.
    pub key: String,
    /// What is wrong with what was sent.
    pub no: Option<Said>,
    values: BTreeMap<String, String>,
    meant: Vec<Known>,
    first: Option<String>,
}

/// A field of a form, which a complaint can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// The name of the field.
    pub field: &'static str,
    /// The label that the form gives it.
    pub label: &'static str,
    /// Whether the form marks it as required.
    required: bool,
}

impl Known {
    pub const fn new(field: &'static str, label: &'static str, required: bool) -> Known {
        Known { field, label, required }
    }
}

impl Paper {
    /// An empty form.
    pub fn empty<R: Reader>(deps: &Deps, visitor: &Visitor<R>) -> Paper {
        Paper {
            token: visitor.form_token(),
            key: deps.draw().opaque_uuid().to_string(),
            no: None,
            values: BTreeMap::new(),
            meant: Vec::new(),
            first: None,
        }
    }

    /// A form with values entered already.
    pub fn filled<R: Reader>(deps: &Deps, visitor: &Visitor<R>, fields: Fields) -> Paper {
        Paper { values: fields.into_values(), ..Paper::empty(deps, visitor) }
    }

    /// A second form on the same page, with a key of its own.
    #[must_use]
    pub fn another(&self, deps: &Deps) -> Paper {
        Paper { key: deps.draw().opaque_uuid().to_string(), ..self.clone() }
    }

    /// The same form, with what is wrong.
    #[must_use]
    pub fn refused(self, refusal: &Refusal) -> Paper {
        Paper { no: Some(Said::of(refusal)), ..self }
    }

    /// The HTTP status of the answer that shows the form.
    pub fn status(&self) -> StatusCode {
        self.no.as_ref().map_or(StatusCode::OK, |no| no.status)
    }

    /// A field's value, or an empty text.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether a box is ticked or an option chosen.
    pub fn ticked(&self, name: &str, option: &str) -> bool {
        self.value(name).split(',').any(|chosen| chosen == option)
    }

    /// What is wrong with a field.
    pub fn complaint(&self, name: &str) -> Option<&Said> {
        self.no.as_ref().filter(|no| {
            no.field.as_deref() == Some(name) || self.meant.iter().any(|meant| meant.field == name)
        })
    }

    /// The fields that the complaint is about, in the order of the form.
    pub fn meant(&self) -> &[Known] {
        &self.meant
    }

    /// Whether the question is one of those that were not answered.
    pub fn asks(&self, question: Question) -> bool {
        self.no.as_ref().is_some_and(|no| no.asks.contains(&question.number()))
    }

    /// The ids of the texts that describe a field: its hint, and what is wrong with it.
    pub fn described_by(&self, name: &str, has_hint: bool) -> Option<String> {
        let hint = has_hint.then(|| format!("{name}-hint"));
        let complaint = self.complaint(name).map(|_| format!("{name}-complaint"));
        let ids: Vec<String> = hint.into_iter().chain(complaint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Whether the page begins in this field: the first one that the complaint is about, or else the first of
    /// a form that says so.
    pub fn focuses(&self, name: &str) -> bool {
        match &self.no {
            Some(_) => self.meant.first().is_some_and(|meant| meant.field == name),
            None => self.first.as_deref() == Some(name),
        }
    }

    /// Whether an empty page begins in this option, the first of its form.
    pub fn begins_with(&self, name: &str, value: &str) -> bool {
        let first = self.first.as_deref().and_then(|first| first.strip_prefix(name)?.strip_prefix('-'));
        self.no.is_none() && first == Some(value)
    }

    /// Takes the fields that the form has. From them it follows which field the complaint is about and, if
    /// that one is empty, which other required ones are empty too. If the form does not have the field, the
    /// complaint stands above the form only.
    pub fn learn(&mut self, form: &[Known]) {
        let Some(no) = &mut self.no else { return };
        no.field.take_if(|field| form.iter().all(|known| known.field != *field));
        let is_empty = |name: &str| self.values.get(name).is_none_or(|value| value.trim().is_empty());
        let is_named = |known: &Known| no.field.as_deref() == Some(known.field);
        let is_missing = |known: &Known| no.is_missing && known.required && is_empty(known.field);
        let named = form.iter().filter(|known| is_named(known) && !is_missing(known));
        self.meant = named.chain(form.iter().filter(|known| is_missing(known))).copied().collect();
    }

    /// The same form, beginning in the control with this id.
    pub fn begin(&mut self, first: Option<String>) {
        self.first = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(refusal: &Refusal) -> Paper {
        Paper {
            token: String::new(),
            key: String::new(),
            no: Some(Said::of(refusal)),
            values: BTreeMap::new(),
            meant: Vec::new(),
            first: None,
        }
    }

    const FORM: &[Known] = &[
        Known::new("sex", "Sex", false),
        Known::new("born_on", "Date of birth", true),
        Known::new("mother", "Mother", false),
        Known::new("paper", "Paper", true),
    ];

    #[test]
    fn a_complaint_stands_beside_its_field_and_says_what_to_do_in_both_languages() {
        let said = Said::of(&Refusal::InvalidDate.in_field("born_on"));
        assert_eq!((said.number, said.field.as_deref()), (104, Some("born_on")));
        assert!(!said.mn.contains("born_on") && said.en.starts_with("The date"));
        let paper = refused(&Refusal::InvalidDate.in_field("born_on"));
        assert!(paper.complaint("born_on").is_some());
        assert!(paper.complaint("given_name").is_none());
        assert_eq!(paper.described_by("born_on", true).as_deref(), Some("born_on-hint born_on-complaint"));
        assert_eq!(paper.described_by("given_name", false), None);
    }

    fn meant(refusal: &Refusal, values: &[(&str, &str)]) -> Vec<(&'static str, &'static str)> {
        let mut paper = refused(refusal);
        paper.values.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        paper.learn(FORM);
        if let Some(first) = paper.meant().first() {
            assert!(paper.focuses(first.field) && paper.complaint(first.field).is_some());
        }
        paper.meant().iter().map(|meant| (meant.field, meant.label)).collect()
    }

    #[test]
    fn the_field_is_called_as_the_form_calls_it_and_one_that_is_not_there_is_none() {
        assert_eq!(meant(&Refusal::InvalidDate.in_field("born_on"), &[]), [("born_on", "Date of birth")]);
        assert_eq!(meant(&Refusal::InvalidDate.in_field("sex"), &[]), [("sex", "Sex")]);
        assert!(meant(&Refusal::InvalidDate.in_field("elsewhere"), &[]).is_empty());
    }

    #[test]
    fn all_required_fields_that_are_empty_are_named_at_once() {
        let missing = Refusal::MissingField { field: "born_on".to_owned() };
        let fields = |values: &[(&str, &str)]| -> Vec<&str> {
            meant(&missing, values).into_iter().map(|(field, _)| field).collect()
        };
        assert_eq!(fields(&[]), ["born_on", "paper"]);
        assert_eq!(fields(&[("paper", "12")]), ["born_on"]);
    }

    #[test]
    fn an_empty_form_begins_where_it_says() {
        let mut paper = Paper { no: None, ..refused(&Refusal::InvalidDate) };
        paper.begin(Some("sex-male".to_owned()));
        assert!(paper.begins_with("sex", "male") && !paper.focuses("born_on"));
    }
}
