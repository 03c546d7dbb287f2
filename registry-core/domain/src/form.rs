//! Reads a declared form (a JSON object) field by field, so that each no names its field. Values may be text, as
//! browsers send them; empty text counts as absent; unknown fields are refused.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// Longest list in a form.
pub const LIST_LIMIT: usize = 20;

/// A form being read. Fields asked for count as known; [`Form::finish`] refuses the others.
pub struct Form<'a> {
    fields: &'a Map<String, Value>,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Form<'a> {
    /// Opens a JSON object.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for anything else.
    pub fn new(json: &'a Value) -> Result<Self, Refusal> {
        match json {
            Value::Object(fields) => Ok(Self { fields, known: RefCell::default() }),
            _ => Err(Refusal::Malformed { detail: "object".to_owned() }),
        }
    }

    fn value(&self, field: &'static str) -> Option<&'a Value> {
        self.known.borrow_mut().insert(field);
        self.fields.get(field).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    /// A text field through its parser; none if absent or empty.
    ///
    /// # Errors
    /// The parser's refusal in this field; [`Refusal::Malformed`] if it is not text.
    pub fn optional<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::String(text)) => parse(text.trim()).map(Some).map_err(|no| no.in_field(field)),
            Some(_) => Err(Refusal::Malformed { detail: "text".to_owned() }.in_field(field)),
        }
    }

    /// A text field that must be there.
    ///
    /// # Errors
    /// As [`Form::optional`], and [`Refusal::MissingField`].
    pub fn required<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.optional(field, parse)?.ok_or_else(|| Refusal::MissingField { field: field.to_owned() })
    }

    /// A whole number, as number or text.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] in this field.
    pub fn count(&self, field: &'static str) -> Result<Option<u32>, Refusal> {
        let number = match self.value(field) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_u64().and_then(|number| u32::try_from(number).ok()),
        };
        number.map(Some).ok_or_else(|| Refusal::Malformed { detail: "number".to_owned() }.in_field(field))
    }

    /// A yes or no: a boolean, or the text a ticked box sends (`true`, `on`, `yes`, `1`). Absent means no.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] in this field.
    pub fn flag(&self, field: &'static str) -> Result<bool, Refusal> {
        match self.value(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if matches!(text.trim(), "true" | "on" | "yes" | "1") => Ok(true),
            Some(Value::String(text)) if matches!(text.trim(), "false" | "off" | "no" | "0") => Ok(false),
            Some(_) => Err(Refusal::Malformed { detail: "boolean".to_owned() }.in_field(field)),
        }
    }

    /// A list of texts: a JSON array, or one text with commas.
    ///
    /// # Errors
    /// The parser's refusal in this field, [`Refusal::ListTooLong`], [`Refusal::Malformed`].
    pub fn list<T>(
        &self,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let malformed = || Refusal::Malformed { detail: "list".to_owned() }.in_field(field);
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
            return Err(Refusal::ListTooLong { limit: LIST_LIMIT }.in_field(field));
        }
        texts.into_iter().map(|text| parse(text).map_err(|no| no.in_field(field))).collect()
    }

    /// A structured value that only programs send.
    ///
    /// # Errors
    /// [`Refusal::MissingField`], [`Refusal::Malformed`] in this field.
    pub fn structured<T: DeserializeOwned>(&self, field: &'static str) -> Result<T, Refusal> {
        let value = self.value(field).ok_or_else(|| Refusal::MissingField { field: field.to_owned() })?;
        T::deserialize(value)
            .map_err(|_| Refusal::Malformed { detail: "structure".to_owned() }.in_field(field))
    }

    /// Ends reading.
    ///
    /// # Errors
    /// [`Refusal::UnknownField`] for the first field nobody asked for.
    pub fn finish(self) -> Result<(), Refusal> {
        let known = self.known.into_inner();
        match self.fields.keys().find(|field| !known.contains(field.as_str())) {
            None => Ok(()),
            Some(field) => Err(Refusal::UnknownField { field: field.chars().take(40).collect() }),
        }
    }
}

/// A parser of free text of at most `limit` characters without control characters.
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

/// A parser of an id.
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

    #[test]
    fn a_wrong_value_is_refused_with_its_field() {
        let json = json!({"born_on": "2026-02-30"});
        let form = Form::new(&json).unwrap();
        let refused = form.required("born_on", parse_date).unwrap_err();
        assert_eq!(refused, Refusal::InvalidDate.in_field("born_on"));
    }

    #[test]
    fn an_unknown_field_is_refused_and_an_empty_one_is_absent() {
        let json = json!({"a": "", "b": 1});
        let form = Form::new(&json).unwrap();
        assert_eq!(form.optional("a", text(5)), Ok(None));
        assert_eq!(form.finish(), Err(Refusal::UnknownField { field: "b".to_owned() }));
    }

    #[test]
    fn browsers_send_text_for_numbers_lists_and_boxes() {
        let json = json!({"count": "2", "box": "on", "list": "a, b"});
        let form = Form::new(&json).unwrap();
        assert_eq!(form.count("count"), Ok(Some(2)));
        assert_eq!(form.flag("box"), Ok(true));
        assert_eq!(form.list("list", text(5)), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(form.finish(), Ok(()));
    }

    #[test]
    fn what_is_no_object_or_too_long_is_refused() {
        assert!(Form::new(&json!([1])).is_err());
        let json = json!({"a": "123456", "l": vec!["x"; 21], "n": -1});
        let form = Form::new(&json).unwrap();
        assert!(form.optional("a", text(5)).is_err());
        assert!(form.list("l", text(5)).is_err());
        assert!(form.count("n").is_err());
    }
}
