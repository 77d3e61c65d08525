//! What the app called, kept for tests and for people who look.
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::VecDeque;

/// Calls that are kept.
const MOST: usize = 10_000;

/// One call of the Web API.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Such as `chat.postMessage`; `response_url` for an answer to one.
    pub method: String,
    /// Its arguments, merged, without the token.
    pub args: Map<String, Value>,
    /// Whether it was done.
    pub ok: bool,
    /// Slack's name of the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// HTTP status of the answer.
    pub status: u16,
    /// By the workspace's clock.
    pub at: Timestamp,
}

impl Call {
    /// An argument as text.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.get(name).and_then(Value::as_str)
    }
}

/// The newest calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Calls(VecDeque<Call>);

impl Calls {
    pub(crate) fn keep(&mut self, call: Call) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        self.0.iter().cloned().collect()
    }

    /// Methods that the simulator does not know, once each.
    pub(crate) fn unknown(&self) -> Vec<String> {
        let unknown = self.0.iter().filter(|call| call.error.as_deref() == Some("unknown_method"));
        let mut names: Vec<String> = unknown.map(|call| call.method.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
