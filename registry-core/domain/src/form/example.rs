//! A form that is filled in, as a program sends it.

use serde_json::{Map, Value};

use super::{Entered, Field, Form};

impl Form {
    /// The facts of the form's example.
    pub fn example_facts(&self) -> Map<String, Value> {
        let facts = self.filled_in.iter().filter_map(|(name, written)| {
            let field = self.fact(name)?;
            Some(((*name).to_owned(), field.sent(written)))
        });
        facts.collect()
    }
}

impl Field {
    /// What is written in the field, as a program sends it.
    fn sent(&self, written: &str) -> Value {
        match self.entered {
            Entered::Agreed => Value::Bool(written == "true"),
            Entered::Count => written.parse::<u32>().map_or(Value::Null, Value::from),
            Entered::Several(_) | Entered::List | Entered::ListOf(_) | Entered::People => {
                written.split(',').map(str::trim).collect()
            }
            Entered::Text(_)
            | Entered::Line
            | Entered::Date
            | Entered::PartialDate
            | Entered::Time
            | Entered::One(_)
            | Entered::Listed(_)
            | Entered::Unit
            | Entered::Person
            | Entered::Country
            | Entered::Picture
            | Entered::Id
            | Entered::Digest
            | Entered::Objects => Value::from(written),
        }
    }
}
