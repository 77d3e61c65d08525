//! What a method of the Web API answers.
use serde_json::{Map, Value};

/// What a method answers beside `ok`.
pub(super) type Reply = Result<Value, Failure>;

/// `ok: false`, with Slack's name of the error and what Slack adds to it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: String,
    pub(super) more: Map<String, Value>,
}

impl From<&'static str> for Failure {
    fn from(error: &'static str) -> Self {
        Self { error: error.to_owned(), more: Map::new() }
    }
}
