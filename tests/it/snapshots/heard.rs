//! The answers as text that is the same in every run: ids, times, numbers and keys are masked.

use std::cell::RefCell;
use std::sync::LazyLock;

use anyhow::Context as _;
use regex::Regex;
use registry_tests::kit::client::Reply;
use serde_json::Value;

use super::signed::opened;

/// The answers, in order.
#[derive(Default)]
pub struct Heard(RefCell<String>);

impl Heard {
    /// Records an answer under the name of its question, and returns it.
    ///
    /// # Errors
    /// If its status is not the expected one, so that an unintended answer is not recorded.
    pub fn note(&self, what: &str, status: u16, reply: Reply) -> anyhow::Result<Reply> {
        reply.require(status).with_context(|| what.to_owned())?;
        let body = match reply.json() {
            Value::Null => reply.text(),
            json => serde_json::to_string_pretty(&opened(json))?,
        };
        self.0.borrow_mut().push_str(&format!("## {what}: {status}\n{}\n\n", masked(&body)));
        Ok(reply)
    }

    /// All answers as text.
    pub fn text(&self) -> String {
        self.0.borrow().clone()
    }
}

/// Patterns for what is drawn, counted or read from a clock, and the word that replaces it; applied in this
/// order.
const MASKS: [(&str, &str); 14] = [
    (r#""signature": "[^"]+""#, r#""signature": "<signed>""#),
    (r#""idx": \d+"#, r#""idx": "<index>""#),
    (r"\bR-\d{6}-\d{4}-\d{5}\b", "<decision>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
    (r"\b\d{4}(\d\d)?-\d{4}-\d{7}\b", "<act>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<instant>"),
    (r"20[2-9]\d-\d\d-\d\d", "<day>"),
    (r"(localhost|127\.0\.0\.1):\d+", "<host>"),
    (r"\b[А-ЯӨҮ]{2}2\d{7}\b|\b[А-ЯӨҮ]{2}\d{2}[2-9]\d{5}\b", "<number>"),
    (r"\b\d{12}\b", "<civil id>"),
    (r"\b[0-9a-f]{32,}\b", "<hex>"),
    (r"[A-Za-z0-9_+/.:$%*-]{60,}=*", "<bytes>"),
    (r"\b[A-Z]{2}\d{7}\b", "<document>"),
    (r#""(position|leaf_index|tree_size)": \d+"#, r#""$1": "<position>""#),
];

/// The text with everything masked that differs from run to run.
pub fn masked(text: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let rule = |(pattern, word): (&str, &'static str)| Some((Regex::new(pattern).ok()?, word));
        MASKS.into_iter().filter_map(rule).collect()
    });
    RULES.iter().fold(text.to_owned(), |text, (rule, word)| rule.replace_all(&text, *word).into_owned())
}
