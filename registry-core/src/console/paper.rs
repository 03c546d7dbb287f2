//! A form on the screen: what was entered, and what is wrong with it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use registry_domain::question::Question;
use registry_domain::refusal::Refusal;

use super::fields::Fields;
use super::language::Language;
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
        // A form knows what its fields are called: it stands beside the field, or links to it.
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
    label: Option<String>,
    first: Option<String>,
}

impl Paper {
    /// An empty form.
    pub fn empty(deps: &Deps, visitor: &Visitor) -> Paper {
        Paper {
            token: visitor.form_token(),
            key: deps.draw().opaque_uuid().to_string(),
            no: None,
            values: BTreeMap::new(),
            label: None,
            first: None,
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

    /// What the form calls the field that is meant, as HTML.
    pub fn label(&self) -> &str {
        self.label.as_deref().or(self.field()).unwrap_or_default()
    }

    /// The ids of what describes a field: its hint, and what is wrong with it.
    pub fn described_by(&self, name: &str, has_hint: bool) -> Option<String> {
        let hint = has_hint.then(|| format!("{name}-hint"));
        let complaint = self.complaint(name).map(|_| format!("{name}-complaint"));
        let ids: Vec<String> = hint.into_iter().chain(complaint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Whether the page begins in this field: the one that is meant, else the first of a form that says so.
    pub fn focuses(&self, name: &str) -> bool {
        match &self.no {
            Some(no) => no.field.as_deref() == Some(name),
            None => self.first.as_deref() == Some(name),
        }
    }

    /// Learns from the written form what it calls the field that is meant. A field that the form does not have is
    /// none: what is wrong then stands above the form alone.
    pub fn learn_label(&mut self, form: &str) {
        let Some(no) = &mut self.no else { return };
        no.field.take_if(|field| !form.contains(&format!("id=\"{field}\"")));
        self.label = no.field.as_deref().and_then(|field| label_in(form, field));
    }

    /// Learns from the written form which field comes first, so that the page begins there.
    pub fn learn_first(&mut self, form: &str) {
        self.first = first_in(form);
    }
}

/// The label of a field, or the legend of its options.
fn label_in(form: &str, field: &str) -> Option<String> {
    let after = |mark: &str| form.split_once(mark).map(|(_, after)| after);
    let named = after(&format!("<label for=\"{field}\">"));
    let text =
        named.or_else(|| after(&format!("id=\"{field}\""))?.split_once("<legend>").map(|(_, text)| text))?;
    text.split('<').next().map(|label| label.trim().to_owned())
}

/// The first field of the form that carries an idempotency key.
fn first_in(form: &str) -> Option<String> {
    let (_, fields) = form.split_once("name=\"idempotency_key\"")?;
    let starts = ["<input id=\"", "<select id=\"", "<textarea id=\""];
    let (at, start) = starts.iter().filter_map(|start| Some((fields.find(start)?, start))).min()?;
    fields[at + start.len()..].split('"').next().map(str::to_owned)
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
            label: None,
            first: None,
        }
    }

    const FORM: &str = r#"<form><input type="hidden" name="idempotency_key" value="k">
        <fieldset class="options" id="sex"><legend>Sex <span>*</span></legend><input id="sex-male"></fieldset>
        <label for="born_on">Date of birth <span>*</span></label><input id="born_on"></form>"#;

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
        assert!(paper.focuses("born_on") && !paper.focuses("given_name"));
    }

    #[test]
    fn the_field_is_called_as_the_form_calls_it_and_one_that_is_not_there_is_none() {
        for (field, label) in [("born_on", "Date of birth"), ("sex", "Sex")] {
            let mut paper = refused(&Refusal::InvalidDate.in_field(field));
            paper.learn_label(FORM);
            assert_eq!((paper.field(), paper.label()), (Some(field), label));
        }
        let mut paper = refused(&Refusal::InvalidDate.in_field("elsewhere"));
        paper.learn_label(FORM);
        assert_eq!((paper.field(), paper.label()), (None, ""));
    }

    #[test]
    fn an_empty_form_begins_in_its_first_field() {
        let mut paper = Paper { no: None, ..refused(&Refusal::InvalidDate) };
        paper.learn_first(FORM);
        assert!(paper.focuses("sex-male") && !paper.focuses("born_on"));
    }
}
