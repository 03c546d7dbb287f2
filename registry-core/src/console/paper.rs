//! A form on the screen: what was entered, and what is wrong with it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use registry_domain::question::Question;
use registry_domain::refusal::Refusal;

use super::fields::Fields;
use super::visit::Visitor;
use crate::api::problem::status_of;
use crate::deps::Deps;

/// A refusal as a page shows it: its number and what to do, in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// The number, never reused.
    pub number: u16,
    /// In Mongolian.
    pub mn: String,
    /// In English.
    pub en: String,
    /// The clause it rests on.
    pub article: Option<&'static str>,
    field: Option<String>,
    asks: Vec<u16>,
    status: StatusCode,
}

impl Said {
    /// Reads a refusal.
    pub fn of(refusal: &Refusal) -> Said {
        Said {
            number: refusal.number(),
            mn: refusal.cause().title_mn(),
            en: refusal.cause().title_en(),
            article: refusal.article(),
            field: refusal.field().map(str::to_owned),
            asks: match refusal.cause() {
                Refusal::QuestionsUnanswered { numbers } => {
                    numbers.split(", ").filter_map(|number| number.parse().ok()).collect()
                }
                _ => Vec::new(),
            },
            status: status_of(refusal),
        }
    }
}

/// A form: its secrets, the values to show, and what is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    /// The session's form token.
    pub token: String,
    /// The idempotency key, drawn when the page is made.
    pub key: String,
    /// What is wrong with what was sent.
    pub no: Option<Said>,
    values: BTreeMap<String, String>,
}

impl Paper {
    /// An empty form.
    pub fn empty(deps: &Deps, visitor: &Visitor) -> Paper {
        Paper {
            token: visitor.form_token(),
            key: deps.draw().opaque_uuid().to_string(),
            no: None,
            values: BTreeMap::new(),
        }
    }

    /// A form with values entered already.
    pub fn filled(deps: &Deps, visitor: &Visitor, fields: Fields) -> Paper {
        Paper { values: fields.into_values(), ..Paper::empty(deps, visitor) }
    }

    /// A second form on the same page, with a key of its own.
    #[must_use]
    pub fn another(&self, deps: &Deps) -> Paper {
        Paper { key: deps.draw().opaque_uuid().to_string(), ..self.clone() }
    }

    /// The same form with what is wrong.
    #[must_use]
    pub fn refused(self, refusal: &Refusal) -> Paper {
        Paper { no: Some(Said::of(refusal)), ..self }
    }

    /// The status of the answer that shows it.
    pub fn status(&self) -> StatusCode {
        self.no.as_ref().map_or(StatusCode::OK, |no| no.status)
    }

    /// A field's value, or nothing.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether a box or an option is chosen.
    pub fn ticked(&self, name: &str, option: &str) -> bool {
        self.value(name).split(',').any(|chosen| chosen == option)
    }

    /// What is wrong with a field.
    pub fn complaint(&self, name: &str) -> Option<&Said> {
        self.no.as_ref().filter(|no| no.field.as_deref() == Some(name))
    }

    /// Whether a question is among those that were not answered.
    pub fn asks(&self, question: Question) -> bool {
        self.no.as_ref().is_some_and(|no| no.asks.contains(&question.number()))
    }

    /// The field that is meant.
    pub fn field(&self) -> Option<&str> {
        self.no.as_ref()?.field.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_stands_beside_its_field_and_says_what_to_do_in_both_languages() {
        let said = Said::of(&Refusal::InvalidDate.in_field("born_on"));
        assert_eq!((said.number, said.field.as_deref()), (104, Some("born_on")));
        assert!(!said.mn.contains("born_on") && said.en.starts_with("The date"));
        let paper =
            Paper { token: String::new(), key: String::new(), no: Some(said), values: BTreeMap::new() };
        assert!(paper.complaint("born_on").is_some());
        assert!(paper.complaint("given_name").is_none());
    }
}
