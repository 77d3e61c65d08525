//! What a method of the Web API answers.
use serde_json::{Map, Value, json};

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

impl Failure {
    /// What is wrong with blocks, told as Slack does in `response_metadata.messages`; nothing when nothing is. A message's
    /// faults stand in `errors` as well.
    pub(super) fn of_kit(error: &str, faults: &[String]) -> Result<(), Self> {
        if faults.is_empty() {
            return Ok(());
        }
        let mut more = Map::new();
        if error == "invalid_blocks" {
            let plain: Vec<&str> = faults.iter().map(|fault| fault.trim_start_matches("[ERROR] ")).collect();
            more.insert("errors".to_owned(), json!(plain));
        }
        more.insert("response_metadata".to_owned(), json!({"messages": faults}));
        Err(Self { error: error.to_owned(), more })
    }
}
