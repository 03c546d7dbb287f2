//! Facts that were kept before they are declared, as the page of their form shows them.
//!
//! A program may keep what no page has a place for, or write a field in another way that the form reads.
//! Whoever shows such facts and saves the page again must lose nothing.

use serde_json::Value;

use super::filled::{is_filled, yes_or_no};
use super::{Entered, Field, Filled, Form};
use crate::question::{ANSWERS, Answer, Answers};
use crate::refusal::Refusal;

/// What a page shows of kept facts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    /// The text of each field that is filled in.
    pub fields: Vec<(&'static str, String)>,
    /// The answers to questions.
    pub answers: Vec<Answer>,
}

impl Form {
    /// The facts as the page shows them.
    ///
    /// # Errors
    /// [`Refusal::DraftHasMore`] if they hold something for which the page has no place.
    pub fn show(self, facts: &Value) -> Result<Shown, Refusal> {
        let (mut shown, mut more) = (Shown::default(), Vec::new());
        for (name, value) in facts.as_object().into_iter().flatten().filter(|(_, value)| is_filled(value)) {
            if *name == ANSWERS.name && self.fact(name).is_some() {
                let answers =
                    Filled::new(Self::unseen(&[ANSWERS]), facts).and_then(|form| Answers::parse(&form));
                match answers.ok().and_then(Answers::each_to_its_question) {
                    Some(answers) => shown.answers = answers,
                    None => more.push(name.as_str()),
                }
            } else {
                let field = self.shown().find(|field| field.name == name);
                match field.and_then(|field| Some((field.name, field.text_on_page(value)?))) {
                    Some(field) => shown.fields.push(field),
                    None => more.push(name.as_str()),
                }
            }
        }
        let fields = || more.join(", ").chars().take(100).collect();
        if more.is_empty() { Ok(shown) } else { Err(Refusal::DraftHasMore { fields: fields() }) }
    }
}

impl Field {
    /// A value as the page writes it: a ticked box as `true`, words as the choices have them, a list in one
    /// line. None if the page cannot show it.
    fn text_on_page(&self, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            // In one line with commas, a text that has a comma would become two.
            Value::Array(items) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.filter(|texts| !texts.iter().any(|text| text.contains(',')))?.join(",")
            }
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Object(_) => return None,
        };
        match self.entered {
            Entered::Agreed => yes_or_no(value).map(|yes| yes.to_string()),
            Entered::One(words) | Entered::Listed(words) => words
                .iter()
                .map(|choice| choice.word)
                .find(|word| word.eq_ignore_ascii_case(text.trim()))
                .map(str::to_owned),
            Entered::Several(words) | Entered::ListOf(words) => {
                let known =
                    |text: &str| words.iter().map(|choice| choice.word).find(|word| *word == text.trim());
                let texts = text.split(',').filter(|text| !text.trim().is_empty());
                texts.map(known).collect::<Option<Vec<_>>>().map(|words| words.join(","))
            }
            Entered::Picture | Entered::Objects => None,
            Entered::Text(_)
            | Entered::Line
            | Entered::Date
            | Entered::PartialDate
            | Entered::Time
            | Entered::Count
            | Entered::List
            | Entered::Unit
            | Entered::Person
            | Entered::People
            | Entered::Country
            | Entered::Id
            | Entered::Digest => Some(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kind::Kind;

    fn show(kind: Kind, facts: &Value) -> Result<Shown, Refusal> {
        kind.form().unwrap().show(facts)
    }

    fn text(kind: Kind, name: &str, value: Value) -> Option<String> {
        let shown = show(kind, &json!({ name: value })).ok()?;
        Some(shown.fields.into_iter().map(|(_, text)| text).collect())
    }

    #[test]
    fn each_way_to_write_a_field_is_shown_as_the_page_writes_it() {
        let both = [json!("mother, father"), json!(["mother", "father"]), json!("mother,father")];
        assert!(
            both.into_iter()
                .all(|said| text(Kind::Birth, "applicants", said) == Some("mother,father".to_owned()))
        );
        let one =
            [("Female", Some("female")), (" female ", Some("female")), ("f", None), ("female,male", None)];
        assert!(one.iter().all(|(said, shown)| text(Kind::Birth, "sex", json!(said)).as_deref() == *shown));
        for (said, shown) in [("yes", "true"), ("on", "true"), ("1", "true"), ("no", "false")] {
            let field = "no_property_dispute";
            assert_eq!(text(Kind::MarriageEnded, field, json!(said)), Some(shown.to_owned()), "{said}");
        }
        assert_eq!(text(Kind::MarriageEnded, "no_property_dispute", json!("perhaps")), None);
        assert_eq!(text(Kind::Birth, "plurality", json!(2)), Some("2".to_owned()));
        assert_eq!(text(Kind::Residence, "companions", json!(["a, b", "c"])), None);
    }

    #[test]
    fn answers_are_shown_as_the_law_reads_them() {
        for said in [json!(["440:twins, by her", "441: checked"]), json!("440: twins, by her, 441:checked")] {
            let shown = show(Kind::Birth, &json!({ "answers": said })).unwrap();
            let answers: Vec<_> =
                shown.answers.iter().map(|answer| (answer.question, answer.reason.as_str())).collect();
            assert_eq!(answers, [(440, "twins, by her"), (441, "checked")]);
        }
    }

    #[test]
    fn what_no_page_has_a_place_for_is_named() {
        let more = |kind, facts| match show(kind, &facts) {
            Err(Refusal::DraftHasMore { fields }) => fields,
            other => panic!("{other:?}"),
        };
        let correction =
            json!({ "person": "1", "changes": ["clan_name=Боржигон"], "nobody_knows": 1, "reason": " " });
        assert_eq!(more(Kind::Correction, correction), "changes, nobody_knows");
        for answers in [json!("about 440"), json!(["9999: x"]), json!(["440: a", "440: b"]), json!([440])] {
            assert_eq!(more(Kind::Birth, json!({ "answers": answers })), "answers");
        }
        // A form without questions has no place for an answer.
        assert_eq!(more(Kind::Fingerprint, json!({ "answers": ["440: a"] })), "answers");
    }
}
