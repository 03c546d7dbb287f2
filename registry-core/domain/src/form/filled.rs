//! Reads a filled-in form (a JSON object) field by field, so that each refusal names its field. Values may be
//! text, as browsers send them; empty text counts as absent; fields that the form does not have are refused.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Entered, Field, Form};
use crate::refusal::Refusal;

/// How many items a list in a form may have.
pub const LIST_LIMIT: usize = 20;

/// A form being read. [`Filled::finish`] refuses fields that the form does not ask for, and fields that were
/// filled in and not read: nothing that somebody declared is dropped silently.
pub struct Filled<'a> {
    form: Form,
    fields: &'a Map<String, Value>,
    /// The names of the fields read so far.
    pub(crate) asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Filled<'a> {
    /// Opens a JSON object.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for any other JSON value.
    pub fn new(form: Form, json: &'a Value) -> Result<Self, Refusal> {
        match json {
            Value::Object(fields) => Ok(Self { form, fields, asked: RefCell::default() }),
            _ => Err(Refusal::Malformed { detail: "object".to_owned() }),
        }
    }

    fn value(&self, field: &Field) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(field.name);
        self.fields.get(field.name).filter(|value| is_filled(value))
    }

    /// Reads a text field with a parser; none if the field is absent or empty.
    ///
    /// # Errors
    /// The parser's refusal in this field; [`Refusal::Malformed`] if it is not text.
    pub fn optional<T>(
        &self,
        field: &Field,
        parse: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::String(text)) => parse(text.trim()).map(Some).map_err(|no| no.in_field(field.name)),
            Some(_) => Err(Refusal::Malformed { detail: "text".to_owned() }.in_field(field.name)),
        }
    }

    /// Reads a text field that must be filled in.
    ///
    /// # Errors
    /// As for [`Filled::optional`], and [`Refusal::MissingField`].
    pub fn required<T>(
        &self,
        field: &Field,
        parse: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.optional(field, parse)?.ok_or_else(|| Refusal::MissingField { field: field.name.to_owned() })
    }

    /// Free text, at most as long as the field allows.
    ///
    /// # Errors
    /// As for [`Filled::optional`].
    pub fn text(&self, field: &Field) -> Result<Option<String>, Refusal> {
        self.optional(field, text(limit_of(field)))
    }

    /// Free text that must be filled in.
    ///
    /// # Errors
    /// As for [`Filled::required`].
    pub fn required_text(&self, field: &Field) -> Result<String, Refusal> {
        self.required(field, text(limit_of(field)))
    }

    /// A whole number, as number or text.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] in this field.
    pub fn count(&self, field: &Field) -> Result<Option<u32>, Refusal> {
        let number = match self.value(field) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_u64().and_then(|number| u32::try_from(number).ok()),
        };
        number
            .map(Some)
            .ok_or_else(|| Refusal::Malformed { detail: "number".to_owned() }.in_field(field.name))
    }

    /// A yes or no: a boolean, or the text that a browser sends for a ticked box (`true`, `on`, `yes`, `1`).
    /// Absent means no.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] in this field.
    pub fn flag(&self, field: &Field) -> Result<bool, Refusal> {
        let malformed = || Refusal::Malformed { detail: "boolean".to_owned() }.in_field(field.name);
        self.value(field).map_or(Ok(false), |value| yes_or_no(value).ok_or_else(malformed))
    }

    /// A list of texts: a JSON array, or one text with commas.
    ///
    /// # Errors
    /// The parser's refusal in this field, [`Refusal::ListTooLong`], [`Refusal::Malformed`].
    pub fn list<T>(
        &self,
        field: &Field,
        parse: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let malformed = || Refusal::Malformed { detail: "list".to_owned() }.in_field(field.name);
        let texts: Vec<&str> = match self.value(field) {
            None => Vec::new(),
            Some(Value::String(text)) => {
                text.split(',').map(str::trim).filter(|text| !text.is_empty()).collect()
            }
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().ok_or_else(malformed)).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(malformed()),
        };
        if texts.len() > LIST_LIMIT {
            return Err(Refusal::ListTooLong { limit: LIST_LIMIT }.in_field(field.name));
        }
        texts.into_iter().map(|text| parse(text).map_err(|no| no.in_field(field.name))).collect()
    }

    /// A structured value that only programs send.
    ///
    /// # Errors
    /// [`Refusal::MissingField`], [`Refusal::Malformed`] in this field.
    pub fn structured<T: DeserializeOwned>(&self, field: &Field) -> Result<T, Refusal> {
        let value =
            self.value(field).ok_or_else(|| Refusal::MissingField { field: field.name.to_owned() })?;
        T::deserialize(value)
            .map_err(|_| Refusal::Malformed { detail: "structure".to_owned() }.in_field(field.name))
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Refusal::UnknownField`] for the first field that the form does not have, or that was filled in and
    /// not read.
    pub fn finish(&self) -> Result<(), Refusal> {
        let asked = self.asked.borrow();
        let is_left_out = |(field, value): &(&String, &Value)| {
            self.form.fact(field).is_none() || is_filled(value) && !asked.contains(field.as_str())
        };
        match self.fields.iter().find(is_left_out) {
            None => Ok(()),
            Some((field, _)) => Err(Refusal::UnknownField { field: field.chars().take(40).collect() }),
        }
    }
}

/// Reads a boolean, or the text that a browser or a program sends for one.
pub(super) fn yes_or_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.trim() {
            "true" | "on" | "yes" | "1" => Some(true),
            "false" | "off" | "no" | "0" => Some(false),
            _no_boolean => None,
        },
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value counts as filled in.
pub(super) fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    }
}

/// The limit of a field of free text. It is 0 for a field that is entered otherwise: the first test of such a
/// field shows the mistake.
const fn limit_of(field: &Field) -> usize {
    if let Entered::Text(limit) = field.entered { limit } else { 0 }
}

/// A parser for free text of at most `limit` characters without control characters.
pub fn text(limit: usize) -> impl Fn(&str) -> Result<String, Refusal> {
    move |text: &str| {
        if text.chars().count() > limit {
            Err(Refusal::TextTooLong { limit })
        } else if text.chars().any(char::is_control) {
            Err(Refusal::Malformed { detail: "control character".to_owned() })
        } else {
            Ok(text.to_owned())
        }
    }
}

/// A parser for an id.
///
/// # Errors
/// [`Refusal::InvalidId`].
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::InvalidId)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::date::parse_date;
    use crate::form::{Section, say};

    const NAMED: crate::form::Say = say("нэр", "name");
    const DAY: Field = Field::date("day", NAMED);
    const SHORT: Field = Field::text("short", 5, NAMED);
    const COUNT: Field = Field::entered("count", NAMED, Entered::Count);
    const BOX: Field = Field::agreed("box", NAMED);
    const LIST: Field = Field::entered("list", NAMED, Entered::List);
    const FORM: Form = Form::new(&[Section::new(NAMED, &[DAY, SHORT, COUNT])]).and(&[BOX, LIST]);

    #[test]
    fn a_wrong_value_is_refused_with_its_field() {
        let json = json!({"day": "2026-02-30"});
        let form = Filled::new(FORM, &json).unwrap();
        assert_eq!(form.required(&DAY, parse_date).unwrap_err(), Refusal::InvalidDate.in_field("day"));
    }

    #[test]
    fn a_field_that_the_form_does_not_have_is_refused_and_an_empty_one_is_absent() {
        let json = json!({"short": "", "b": 1});
        let form = Filled::new(FORM, &json).unwrap();
        assert_eq!(form.text(&SHORT), Ok(None));
        assert_eq!(form.finish(), Err(Refusal::UnknownField { field: "b".to_owned() }));
    }

    #[test]
    fn what_was_filled_in_and_not_read_is_not_left_out_without_a_word() {
        let json = json!({"day": "2026-02-03", "short": "abc"});
        let form = Filled::new(FORM, &json).unwrap();
        assert!(form.required(&DAY, parse_date).is_ok());
        assert_eq!(form.finish(), Err(Refusal::UnknownField { field: "short".to_owned() }));
        assert!(form.text(&SHORT).is_ok());
        assert_eq!(form.finish(), Ok(()));
    }

    #[test]
    fn browsers_send_text_for_numbers_lists_and_boxes() {
        let json = json!({"count": "2", "box": "on", "list": "a, b"});
        let form = Filled::new(FORM, &json).unwrap();
        assert_eq!(form.count(&COUNT), Ok(Some(2)));
        assert_eq!(form.flag(&BOX), Ok(true));
        assert_eq!(form.list(&LIST, text(5)), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(form.finish(), Ok(()));
    }

    #[test]
    fn what_is_no_object_or_too_long_is_refused() {
        assert!(Filled::new(FORM, &json!([1])).is_err());
        let json = json!({"short": "123456", "list": vec!["x"; 21], "count": -1});
        let form = Filled::new(FORM, &json).unwrap();
        assert!(form.text(&SHORT).is_err());
        assert!(form.list(&LIST, text(5)).is_err());
        assert!(form.count(&COUNT).is_err());
    }
}
