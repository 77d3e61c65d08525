//! What a method of the Web API answers.
use crate::shapes::object;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a method answers beside `ok`.
pub(super) type Reply = Result<Value, Failure>;

/// `ok: false`, with Slack's name of the error and what Slack adds to it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: String,
    pub(super) more: Map<String, Value>,
}

impl Failure {
    /// `invalid_arguments`, with sentences that say what is wrong.
    pub(super) fn arguments(messages: &[String]) -> Self {
        let more = object(json!({"response_metadata": {"messages": messages}}));
        Self { error: "invalid_arguments".to_owned(), more }
    }

    /// A required argument that is not there, for methods that have no error of their own for it.
    pub(super) fn missing(name: &str) -> Self {
        Self::arguments(&[format!("[ERROR] missing required field: {name}")])
    }

    /// What is wrong with blocks, in `errors` as well; nothing when nothing is.
    pub(super) fn of_blocks(wrong: &[String]) -> Result<(), Self> {
        if wrong.is_empty() {
            return Ok(());
        }
        let plain: Vec<&str> = wrong.iter().map(|fault| fault.trim_start_matches("[ERROR] ")).collect();
        let mut failure = Self { error: "invalid_blocks".to_owned(), ..Self::arguments(wrong) };
        failure.more.insert("errors".to_owned(), json!(plain));
        Err(failure)
    }

    /// The app may not do this: which scopes would do, and which it has.
    pub(super) fn scope(needed: &[&str], granted: &BTreeSet<String>) -> Self {
        let provided: Vec<&str> = granted.iter().map(String::as_str).collect();
        let more = object(json!({"needed": needed.join(","), "provided": provided.join(",")}));
        Self { error: "missing_scope".to_owned(), more }
    }
}

impl From<&'static str> for Failure {
    fn from(error: &'static str) -> Self {
        Self { error: error.to_owned(), more: Map::new() }
    }
}
