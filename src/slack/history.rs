//! Messages that stand in Slack, read when somebody points at them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::web::{CallError, Slack};

/// Entries of a page.
const PAGE: u32 = 200;
/// The most messages that are taken of one thread.
const MOST_OF_THREAD: usize = 1_000;

/// A page of messages. Each is read by hand: one odd field must not lose the others.
#[derive(Deserialize)]
pub(super) struct Messages {
    #[serde(default)]
    pub(super) messages: Vec<Value>,
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct Cursor {
    next_cursor: Option<String>,
}

impl Messages {
    /// Where the next page begins; empty at the end.
    pub(super) fn cursor(&self) -> String {
        self.response_metadata.as_ref().and_then(|meta| meta.next_cursor.clone()).unwrap_or_default()
    }
}

fn is_at(message: &Value, ts: &str) -> bool {
    message.get("ts").and_then(Value::as_str) == Some(ts)
}

/// One message as it stands now. `None`: it is gone, or we may not see it.
pub(super) async fn message_at(slack: &Slack, channel: &str, ts: &str) -> Result<Option<Value>, CallError> {
    let arguments = json!({"channel": channel, "oldest": ts, "latest": ts, "inclusive": true, "limit": 1});
    let found = seen(slack.ask::<Messages>("conversations.history", &arguments).await)?;
    if let Some(message) = found.into_iter().flat_map(|page| page.messages).find(|message| is_at(message, ts)) {
        return Ok(Some(message));
    }
    // A reply stands in its thread alone.
    let arguments = json!({"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": true, "limit": PAGE});
    let found = seen(slack.ask::<Messages>("conversations.replies", &arguments).await)?;
    Ok(found.into_iter().flat_map(|page| page.messages).find(|message| is_at(message, ts)))
}

/// A thread from its first message on. `None`: we may not see it.
pub(super) async fn thread(slack: &Slack, channel: &str, root: &str) -> Result<Option<Vec<Value>>, CallError> {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let arguments = json!({"channel": channel, "ts": root, "limit": PAGE, "cursor": cursor});
        let Some(page) = seen(slack.ask::<Messages>("conversations.replies", &arguments).await)? else { return Ok(None) };
        cursor = page.cursor();
        all.extend(page.messages);
        if cursor.is_empty() || all.len() >= MOST_OF_THREAD {
            return Ok(Some(all));
        }
    }
}

/// What Slack refuses to show is nothing; whatever else fails may be tried again.
fn seen<T>(answered: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answered {
        Ok(page) => Ok(Some(page)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
