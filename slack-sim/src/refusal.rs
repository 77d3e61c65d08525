//! Why something that a person or a test asked for cannot be.
use std::fmt;

/// A refusal of the control API: a name for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In Slack's words where Slack has one, such as `user_not_found`.
    pub error: &'static str,
    /// A plain sentence.
    pub message: String,
    /// HTTP status of the answer.
    pub status: u16,
}

impl Refusal {
    pub(crate) fn new(status: u16, error: &'static str, message: impl Into<String>) -> Self {
        Self { error, message: message.into(), status }
    }

    pub(crate) fn no_person(name: &str) -> Self {
        Self::new(404, "user_not_found", format!("Nobody here is called {name:?}. GET /sim/people lists everybody."))
    }

    pub(crate) fn no_channel(name: &str) -> Self {
        Self::new(404, "channel_not_found", format!("There is no channel {name:?}. GET /sim/channels lists them."))
    }

    pub(crate) fn no_message(ts: &str) -> Self {
        Self::new(404, "message_not_found", format!("There is no message {ts:?} in that channel."))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.message)
    }
}

impl std::error::Error for Refusal {}
