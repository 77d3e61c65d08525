//! What is delivered to the app, and what comes of it.
use jiff::SignedDuration;
use serde_json::Value;

/// How long Slack waits for an acknowledgement.
pub(crate) const ACK_LIMIT: SignedDuration = SignedDuration::from_secs(3);

/// What is delivered to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cargo {
    Event,
    Command,
    /// A press, a shortcut, a submission. Whether the acknowledgement may carry an answer depends on which.
    Interaction {
        takes_answer: bool,
    },
}

impl Cargo {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Event => "events_api",
            Self::Command => "slash_commands",
            Self::Interaction { .. } => "interactive",
        }
    }

    pub(crate) fn takes_answer(self) -> bool {
        matches!(self, Self::Command | Self::Interaction { takes_answer: true })
    }
}

/// Which attempt it is, and why there is another.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) number: u32,
    pub(crate) reason: &'static str,
}

/// Why the app did not take something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// As Slack names it to the person who waits: `operation_timeout`, `dispatch_failed`, `http_client_error`,
    /// `http_service_error`.
    pub(crate) error: &'static str,
    /// As Slack names it with the next attempt: `http_timeout`, `connection_failed`, `http_error` and so on.
    pub(crate) reason: &'static str,
    /// Whether another attempt may follow.
    pub(crate) again: bool,
}

/// What the app said: the body of its acknowledgement, null where it has none.
pub(crate) type Answer = Result<Value, Failure>;

/// What a payload is about: an event's type, a command, the type of an interaction.
pub(crate) fn subject(payload: &Value) -> String {
    let event = payload.pointer("/event/type").or_else(|| payload.get("command"));
    let subject = event.or_else(|| payload.get("type")).and_then(Value::as_str);
    subject.unwrap_or("unknown").to_owned()
}
