//! A posted form: its fields, and what recognises the same form when it is sent again.

use std::collections::BTreeMap;

use registry_domain::kind::Kind;
use registry_domain::question::Question;
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

    /// The fields of a draft, as the page of its kind shows them: the reverse of [`Fields::facts`].
    ///
    /// # Errors
    /// [`Refusal::DraftHasMore`] if the page cannot show all of it, [`Refusal::KindNotBuilt`].
    pub fn of_draft(kind: Kind, facts: &Value) -> Result<Fields, Refusal> {
        let form = kind.form().ok_or(Refusal::KindNotBuilt { kind: kind.as_str() })?;
        let shown = form.show(facts)?;
        let fields = shown.fields.into_iter().map(|(name, text)| (name.to_owned(), text));
        let answers = shown.answers.into_iter().filter_map(|answer| {
            let question = Question::ALL.iter().find(|question| question.number() == answer.question)?;
            Some((answer_field(*question).to_owned(), answer.reason))
        });
        Ok(Fields::of(fields.chain(answers).collect()))
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
