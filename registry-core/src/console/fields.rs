//! A posted form: its fields, and what recognises the same form when it is sent again.

use std::collections::BTreeMap;

use registry_domain::form::{Entered, Field};
use registry_domain::kind::Kind;
use registry_domain::question::{self, Question};
use registry_domain::refusal::Refusal;
use serde_json::{Map, Value};

use super::visit::{Reader, Visitor};
use crate::once::Once;

/// Names and values as browsers send them; a name may come more than once.
pub(crate) type Pairs = Vec<(String, String)>;

/// The fields of a form that was recognised as our own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    values: BTreeMap<String, String>,
    key: String,
}

impl Fields {
    /// Sorts a form into fields, key and token. The ticked boxes of one name become one value with commas.
    pub(super) fn read(pairs: Pairs) -> (Fields, String) {
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in pairs {
            values
                .entry(name)
                .and_modify(|known| {
                    known.push(',');
                    known.push_str(&value);
                })
                .or_insert(value);
        }
        let token = values.remove("form_token").unwrap_or_default();
        let key = values.remove("idempotency_key").unwrap_or_default();
        (Fields { values, key }, token)
    }

    /// Fields that another page filled in.
    pub fn of(values: BTreeMap<String, String>) -> Fields {
        Fields { values, key: String::new() }
    }

    /// A field's value; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A field's value, or none if it is blank.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// All values, to show them again.
    pub fn into_values(self) -> BTreeMap<String, String> {
        self.values
    }

    /// The facts of a declaration: each field as text, as the domain's forms read it, and the answers to
    /// questions as one list.
    pub fn facts(&self) -> Value {
        let mut facts: Map<String, Value> = Map::new();
        let mut answers = Vec::new();
        for (name, value) in &self.values {
            match Question::ALL.iter().find(|question| answer_field(**question) == name) {
                Some(_) if value.trim().is_empty() => {}
                Some(question) => answers.push(format!("{}: {}", question.number(), value.trim())),
                None => drop(facts.insert(name.clone(), value.as_str().into())),
            }
        }
        if !answers.is_empty() {
            facts.insert("answers".to_owned(), answers.into());
        }
        Value::Object(facts)
    }

    /// The fields of a draft, as the page of its kind shows them: the reverse of [`Fields::facts`]. A draft
    /// that a program sent may write a field in another of the ways that the form reads.
    ///
    /// # Errors
    /// [`Refusal::DraftHasMore`] if the draft holds something for which the page has no place: it would be
    /// lost when the page is saved. [`Refusal::KindNotBuilt`].
    pub fn of_draft(kind: Kind, facts: &Value) -> Result<Fields, Refusal> {
        let form = kind.form().ok_or(Refusal::KindNotBuilt { kind: kind.as_str() })?;
        let (mut values, mut more) = (BTreeMap::new(), Vec::new());
        for (name, value) in facts.as_object().into_iter().flatten() {
            let text = text_of(value);
            if text.trim().is_empty() {
                continue;
            }
            if let Some(field) = form.shown().find(|field| field.name == name) {
                values.extend(shown_as(field, &text).map(|text| (name.clone(), text)));
            } else if name == question::ANSWERS.name {
                let answers: Vec<_> = texts_of(value).iter().map(|text| answer_of(text)).collect();
                if answers.iter().any(Option::is_none) {
                    more.push(name.as_str());
                }
                values.extend(answers.into_iter().flatten());
            } else {
                more.push(name.as_str());
            }
        }
        if more.is_empty() {
            Ok(Fields::of(values))
        } else {
            Err(Refusal::DraftHasMore { fields: in_short(&more) })
        }
    }

    /// The form as one request. Its key was drawn when the page was made, and is bound to the caller, the
    /// address and what was sent. A second click or a reload is the same request, and gets the first answer.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyKeyMissing`].
    pub fn once<R: Reader>(&self, visitor: &Visitor<R>, attachment: &[u8]) -> Result<Once, Refusal> {
        let mut body = serde_json::to_vec(&self.values).unwrap_or_default();
        body.extend_from_slice(attachment);
        let route = format!("console {}", visitor.visit.path);
        Once::new(&visitor.key(), Some(&self.key), &route, &body)
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// The texts of a list, which is an array or one text with commas.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split(',').map(|text| text.trim().to_owned()).collect(),
        Value::Array(items) => items.iter().map(text_of).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![value.to_string()],
    }
}

/// A value as the page writes it: a ticked box as `true`, words as the choices have them. None for a box that
/// is not ticked.
fn shown_as(field: &Field, text: &str) -> Option<String> {
    let words = field.words();
    if !words.is_empty() {
        let word = |text: &str| {
            let known = words.iter().find(|choice| choice.word.eq_ignore_ascii_case(text.trim()));
            known.map_or_else(|| text.trim().to_owned(), |choice| choice.word.to_owned())
        };
        return Some(text.split(',').map(word).collect::<Vec<_>>().join(","));
    }
    if field.entered == Entered::Agreed {
        return match text.trim() {
            "on" | "yes" | "1" => Some("true".to_owned()),
            "false" | "off" | "no" | "0" => None,
            _as_it_was_written => Some(text.to_owned()),
        };
    }
    Some(text.to_owned())
}

/// The names of fields, as far as they fit into a sentence.
fn in_short(names: &[&str]) -> String {
    names.join(", ").chars().take(100).collect()
}

/// Splits `440: the reason` into field and value.
fn answer_of(answer: &str) -> Option<(String, String)> {
    let (number, reason) = answer.split_once(':')?;
    let question = Question::ALL.iter().find(|question| question.number().to_string() == number.trim())?;
    Some((answer_field(*question).to_owned(), reason.trim().to_owned()))
}

/// The field in which a question is answered.
pub(super) const fn answer_field(question: Question) -> &'static str {
    match question {
        Question::MothersInterval => "answer_440",
        Question::ParentsAge => "answer_441",
        Question::OldDeath => "answer_540",
        Question::AgeGap => "answer_1240",
        Question::AdopterAgeGap => "answer_1340",
        Question::SexChangeOfMarried => "answer_1373",
        Question::RecordsBirthDiffers => "answer_1490",
        Question::RecordsNameDiffers => "answer_1491",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_questions_become_one_list() {
        for question in Question::ALL {
            assert_eq!(answer_field(*question), format!("answer_{}", question.number()));
        }
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (fields, _) =
            Fields::read(vec![pair("answer_440", "twins, by the midwife"), pair("answer_441", " ")]);
        assert_eq!(fields.facts(), serde_json::json!({"answers": ["440: twins, by the midwife"]}));
    }

    #[test]
    fn a_form_that_was_kept_is_shown_as_it_was() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (fields, _) = Fields::read(vec![
            pair("given_name", "Анар"),
            pair("applicants", "mother"),
            pair("applicants", "father"),
            pair("answer_440", "twins: by the midwife"),
        ]);
        assert_eq!(Fields::of_draft(Kind::Birth, &fields.facts()).unwrap().values, fields.values);
        let sent = serde_json::json!({"applicants": ["mother", "father"], "plurality": 2});
        let kept = Fields::of_draft(Kind::Birth, &sent).unwrap();
        assert_eq!(["applicants", "plurality"].map(|name| kept.get(name)), ["mother,father", "2"]);
    }

    #[test]
    fn a_draft_of_a_program_is_shown_in_whole_or_not_at_all() {
        let birth = serde_json::json!({
            "applicants": "mother, father", "sex": "Female", "joint_application": null, "given_name": "Анар",
            "answers": ["440:twins", "441: checked"],
        });
        let shown = Fields::of_draft(Kind::Birth, &birth).unwrap();
        assert_eq!(
            ["applicants", "sex", "given_name", "answer_440", "answer_441"].map(|name| shown.get(name)),
            ["mother,father", "female", "Анар", "twins", "checked"]
        );
        let agreed = |said: &str| {
            let facts = serde_json::json!({"no_property_dispute": said});
            Fields::of_draft(Kind::MarriageEnded, &facts).unwrap().get("no_property_dispute").to_owned()
        };
        assert_eq!(["yes", "on", "1", "true", "no"].map(agreed), ["true", "true", "true", "true", ""]);
        let more = serde_json::json!({"person": "1", "changes": ["clan_name=Боржигон"], "answers": "about 440", "x": 1});
        let fields = "answers, changes, x".to_owned();
        assert_eq!(Fields::of_draft(Kind::Correction, &more).unwrap_err(), Refusal::DraftHasMore { fields });
    }

    #[test]
    fn boxes_of_one_name_become_one_list_and_the_secrets_stay_out_of_the_facts() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (fields, token) = Fields::read(vec![
            pair("applicants", "mother"),
            pair("form_token", "t"),
            pair("applicants", "father"),
            pair("idempotency_key", "k"),
        ]);
        assert_eq!(token, "t");
        assert_eq!(fields.facts(), serde_json::json!({"applicants": "mother,father"}));
    }
}
