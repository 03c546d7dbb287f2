//! Examples of what is sent and answered; all people are composed. What is declared is told by the forms,
//! everything else stands in `examples.json`: by the name of its schema, or of its operation where that says
//! more. Certificates, signatures and keys are octets of the right form and of nobody.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::content::Content;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{RefOr, Response};

use crate::api::forms;

const EXAMPLES: &str = include_str!("examples.json");

/// Examples by the name of a schema or an operation.
pub(super) struct Examples(BTreeMap<String, Value>);

impl Examples {
    /// Reads them. A test holds that each operation finds its own.
    pub fn read() -> Self {
        Self(serde_json::from_str(EXAMPLES).unwrap_or_default())
    }

    /// Shows what is sent to an operation, and what it answers to a yes.
    pub fn show(&self, operation: &mut Operation) {
        let name = operation.operation_id.clone().unwrap_or_default();
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            self.fill(None, body.content.values_mut());
        }
        for (status, response) in &mut operation.responses.responses {
            if let (true, RefOr::T(Response { content, .. })) = (status.starts_with('2'), response) {
                self.fill(Some(&name), content.values_mut());
            }
        }
    }

    fn fill<'a>(&self, operation: Option<&str>, contents: impl Iterator<Item = &'a mut RefOr<Content>>) {
        for content in contents {
            let RefOr::T(content) = content else { continue };
            let schema = serde_json::to_value(&content.schema).unwrap_or_default();
            // JSON cannot show octets.
            if schema["format"] == "binary" {
                continue;
            }
            let (one, each) = (named(&schema), named(&schema["items"]));
            if let Some(declared) = one.and_then(forms::examples) {
                content.examples = declared
                    .into_iter()
                    .map(|(kind, example)| {
                        let example = ExampleBuilder::new().summary(kind.title_en()).value(Some(example));
                        (kind.as_str().to_owned(), RefOr::T(example.build()))
                    })
                    .collect();
                continue;
            }
            let of = |name: Option<&str>| name.and_then(|name| self.0.get(name)).cloned();
            content.example = of(operation).or_else(|| of(one)).or_else(|| Some(json!([of(each)?])));
        }
    }
}

/// The name of the schema that is referred to.
fn named(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

#[cfg(test)]
mod tests;
